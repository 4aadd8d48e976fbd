import { describe, expect, it } from 'vitest'
import type { Host } from '../../src/connector/contract.ts'
import {
  describeConnector,
  kitStart,
  loadTapes,
  type KitOptions,
  type SeenRequest,
} from '../../src/connector/testkit/describe.ts'
import { openWorld } from '../../src/connector/testkit/world.ts'
import type { Config, Cursor } from './config.ts'
import steam from './index.ts'

const kit: KitOptions<Config, Cursor> = {
  connector: steam,
  config: (baseUrl) => ({ baseUrl, appId: 'https://store.steampowered.com/app/620/Portal_2/' }),
  tapes: loadTapes(new URL('./tapes/', import.meta.url)),
  account: '620',
  items: 25,
  records: (body) =>
    typeof body === 'object' && body !== null ? (body as { reviews?: unknown[] }).reviews : undefined,
  textKeys: ['review', 'personaname', 'developer_response', 'language'],
  findsLate: true,
}

describeConnector(kit)

describe('steam', () => {
  it('stops at what it knows, and once a day looks fourteen days back', async () => {
    const reviews = Array.from({ length: 400 }, (_, i) => review(i))
    const asked: string[] = []
    const respond = (request: SeenRequest) => {
      const from = Number(request.query.get('cursor') === '*' ? 0 : request.query.get('cursor'))
      asked.push(String(from))
      return { body: { success: 1, reviews: reviews.slice(from, from + 100), cursor: String(from + 100) } }
    }
    const world = await openWorld({ ...kit, fake: () => ({ respond }) })
    const first = await poll(world.host)
    world.clock.set(kitStart + 3_600_000)
    const second = await poll(world.host, first)
    world.clock.set(kitStart + 26 * 3_600_000)
    await poll(world.host, second)
    await world.close()
    // 100 reviews are 100 hours: seven days are two pages, one day is one, fourteen days are four.
    expect(asked).toEqual(['0', '100', '0', '0', '100', '200', '300'])
  })
})

function review(i: number) {
  const at = kitStart / 1000 - 3600 * i
  return {
    recommendationid: String(i + 1),
    author: { steamid: String(i) },
    review: 'x',
    timestamp_created: at,
    timestamp_updated: at,
    voted_up: true,
  }
}

async function poll(host: Host<Config>, from: Cursor = steam.start): Promise<Cursor> {
  let cursor = from
  for await (const page of steam.poll(host, from)) cursor = page.cursor
  return cursor
}
