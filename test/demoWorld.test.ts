import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configSchema, type Config } from '../connectors/demo/config.ts'
import connector from '../connectors/demo/index.ts'
import { demoQueries } from '../connectors/demo/queries.ts'
import { renderSamples } from '../connectors/demo/samples.ts'
import { channels } from '../connectors/demo/world/channel.ts'
import type { Host } from '../src/connector/contract.ts'
import type { IncomingMention } from '../src/domain/mention.ts'
import { prepareDocument } from '../src/query/document.ts'
import { evaluate } from '../src/query/evaluate.ts'
import { parseQuery } from '../src/query/parse.ts'
import { ingestPage } from '../src/store/ingest.ts'
import { describeStores } from './helpers/database.ts'
import { root } from './helpers/root.ts'
import { addSource, testContext } from './helpers/world.ts'

const start = Date.UTC(2026, 9, 14, 9, 30)

type Channel = (typeof channels)[number]

/** All that a poll of the demo world asks of a host. */
function hostAt(channel: Channel, now: number): Host<Config> {
  return {
    config: configSchema.parse({ channel, outages: false }),
    now: () => now,
    signal: new AbortController().signal,
    session: { get: () => Promise.resolve(undefined) },
  } as unknown as Host<Config>
}

async function history(): Promise<IncomingMention[]> {
  const runs = channels.map(async (channel) => {
    return (await Array.fromAsync(connector.poll(hostAt(channel, start), null))).flatMap((page) => page.items)
  })
  return (await Promise.all(runs)).flat()
}

describeStores('the demo world in the store', (makeStore) => {
  it('arrives whole, once, with the answers that colleagues gave on the platforms', async () => {
    const store = await makeStore()
    const expected = new Map<string, IncomingMention>()
    for (const channel of channels) {
      const source = await addSource(store, { connector: 'demo', connectedAt: start - 31 * 86_400_000 })
      const pages = await Array.fromAsync(connector.poll(hostAt(channel, start), null))
      const more = await Array.fromAsync(
        connector.poll(hostAt(channel, start + 3_600_000), pages.at(-1)?.cursor ?? null),
      )
      // The first pages again, as after a crash: nothing may come twice.
      for (const page of [...pages, ...pages.slice(0, 2), ...more]) {
        await store.write((tx) => ingestPage(tx, source, page, testContext(start + 3_600_000)))
        for (const item of page.items) if (!item.own) expected.set(item.externalId, item)
      }
    }
    const { db, t } = store.read
    const stored = await db.select().from(t.mentions)
    expect(stored.map((row) => row.externalId).toSorted()).toEqual([...expected.keys()].toSorted())
    expect(await db.select().from(t.orphanReplies)).toEqual([])
    const threads = await db.select().from(t.threads)
    const states = Map.groupBy(threads, (thread) => thread.clockState)
    expect(states.get('met')?.length ?? 0).toBeGreaterThan(50)
    expect(states.get('running')?.length ?? 0).toBeGreaterThan(30)
    expect((await db.select().from(t.replies)).length).toBeGreaterThan(120)
    expect((await db.select().from(t.mentionVersions)).length).toBeGreaterThan(3)
  })
})

describe('the queries of the demo world', () => {
  it('are correct, and each finds some of what is said but not all', async () => {
    const items = (await history()).filter((item) => !item.own && !item.deleted)
    const documents = items.map((item) =>
      prepareDocument({ text: item.text, title: item.title, lang: item.lang, rating: item.review?.rating?.raw }),
    )
    const found = demoQueries(7).map(({ name, query }) => {
      const parsed = parseQuery(query)
      if (!parsed.ok) throw new Error(`${name}: ${JSON.stringify(parsed)}`)
      return [name, documents.filter((document) => evaluate(parsed.query, document)).length] as const
    })
    for (const [name, count] of found) {
      expect(count, name).toBeGreaterThan(4)
      expect(count, name).toBeLessThan(items.length * 0.75)
    }
  })
})

it('has samples that are what the demo world says today (node connectors/demo/samples.ts writes them)', () => {
  const samples = renderSamples()
  for (const [name, content] of Object.entries(samples)) {
    expect(readFileSync(join(root, 'data/samples', name), 'utf8'), name).toBe(content)
  }
  const texts = (samples['labelled.jsonl'] ?? '').trim().split('\n')
  expect(texts.length).toBeGreaterThan(400)
  expect(new Set(texts.map((line) => (JSON.parse(line) as { text: string }).text)).size).toBeGreaterThan(395)
})
