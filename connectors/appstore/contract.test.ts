import { describe, expect, it } from 'vitest'
import type { Host } from '../../src/connector/contract.ts'
import {
  describeConnector,
  kitStart,
  loadTapes,
  respondFrom,
  type KitOptions,
} from '../../src/connector/testkit/describe.ts'
import { openWorld } from '../../src/connector/testkit/world.ts'
import type { Config, Cursor } from './config.ts'
import appstore from './index.ts'

const tapes = loadTapes(new URL('./tapes/', import.meta.url))
const kit: KitOptions<Config, Cursor> = {
  connector: appstore,
  config: (baseUrl) => ({ baseUrl, appId: 'https://apps.apple.com/us/app/acme/id42424242', storefronts: 'us, DE' }),
  tapes,
  account: '42424242',
  items: 14,
  records: (body) => {
    const entry = (body as { feed?: { entry?: unknown } } | null)?.feed?.entry
    return Array.isArray(entry) ? entry : undefined
  },
  findsLate: true,
}

describeConnector(kit)

describe('appstore', () => {
  it('does not take an empty feed for deleted reviews', async () => {
    let empty = false
    const respond: ReturnType<typeof respondFrom> = (request) =>
      empty && request.path.includes('customerreviews') ? { body: '<feed/>' } : respondFrom(tapes)(request)
    const world = await openWorld({
      ...kit,
      fake: () => ({
        respond: async (request) =>
          request.path.endsWith('json') && empty ? { body: { feed: {} } } : respond(request),
      }),
    })
    const first = await poll(world.host)
    empty = true
    world.clock.set(kitStart + 3_600_000)
    const second = await poll(world.host, first.cursor)
    await world.close()
    expect(first.items).toBe(14)
    expect(second.warnings).toHaveLength(2)
    expect(second.warnings[0]).toContain('Nothing was deleted')
    expect(second.cursor.storefronts).toEqual(first.cursor.storefronts)
    expect(second.covered).toBe(0)
  })
})

async function poll(host: Host<Config>, from: Cursor = appstore.start) {
  const pages = []
  for await (const page of appstore.poll(host, from)) pages.push(page)
  return {
    items: pages.flatMap(({ items }) => items).length,
    warnings: pages.flatMap(({ warnings }) => warnings ?? []),
    covered: pages.filter(({ covered }) => covered).length,
    cursor: pages.at(-1)?.cursor ?? from,
  }
}
