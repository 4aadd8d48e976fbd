import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configSchema } from '../connectors/demo/config.ts'
import connector from '../connectors/demo/index.ts'
import { demoQueries } from '../connectors/demo/queries.ts'
import { renderSamples } from '../connectors/demo/samples.ts'
import { channels } from '../connectors/demo/world/channel.ts'
import type { Host } from '../src/connector/contract.ts'
import type { IncomingMention } from '../src/domain/mention.ts'
import { prepareDocument } from '../src/query/document.ts'
import { evaluate } from '../src/query/evaluate.ts'
import { parseQuery } from '../src/query/parse.ts'
import { root } from './helpers/root.ts'

const start = Date.UTC(2026, 9, 14, 9, 30)

async function history(): Promise<IncomingMention[]> {
  const runs = channels.map(async (channel) => {
    // All that a poll of the demo world asks of a host.
    const host = {
      config: configSchema.parse({ channel }),
      now: () => start,
      signal: new AbortController().signal,
      session: { get: () => Promise.resolve(undefined) },
    } as unknown as Host<ReturnType<typeof configSchema.parse>>
    return (await Array.fromAsync(connector.poll(host, null))).flatMap((page) => page.items)
  })
  return (await Promise.all(runs)).flat()
}

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
