import { describe, expect, it } from 'vitest'
import {
  describeConnector,
  kitStart,
  loadTapes,
  type KitOptions,
  type SeenRequest,
  type TapeResponse,
} from '../../src/connector/testkit/describe.ts'
import { openWorld } from '../../src/connector/testkit/world.ts'
import type { Config, Cursor } from './config.ts'
import hackernews from './index.ts'

const recorded = loadTapes(new URL('./tapes/', import.meta.url))
const kit: KitOptions<Config, Cursor> = {
  connector: hackernews,
  config: (baseUrl) => ({ baseUrl, firebaseUrl: baseUrl, words: 'Acme, acme.example' }),
  tapes: recorded,
  account: 'acme,acme.example',
  items: 2,
  search: { text: '"acme"' },
  records: (body) => (body as { hits?: unknown[] } | null)?.hits,
  textKeys: ['comment_text', 'title', 'author'],
  backfill: { interval: { from: kitStart - 30 * 86_400_000, to: kitStart }, items: 2 },
  findsLate: true,
}
// Names are not texts: an empty one is a broken record.
const { textKeys: _, ...withoutTexts } = kit

describe('recorded answers', () => void describeConnector({ ...kit, textKeys: ['comment_text', 'title'] }))
describe('a busy word', () =>
  void describeConnector({
    ...withoutTexts,
    items: 250,
    // Three in one second stand at its end, and the fake says the end is part of it.
    backfill: { interval: { from: kitStart - 200 * 60_000, to: kitStart - 50 * 60_000 }, items: 150 },
    fake: () => ({ respond: busySearch(250) }),
  }))

describe('hackernews', () => {
  it('reports a gap where a word has more pages than it reads', async () => {
    const world = await openWorld({
      ...withoutTexts,
      config: (url) => ({ baseUrl: url, firebaseUrl: url, words: 'acme' }),
      fake: () => ({ respond: busySearch(6000) }),
    })
    const pages = []
    for await (const page of hackernews.poll(world.host, hackernews.start)) pages.push(page)
    await world.close()
    expect(pages).toHaveLength(50)
    expect(pages.at(-1)?.gap).toMatchObject({ from: kitStart - 7 * 86_400_000 })
    expect(pages.at(-1)?.cursor).toEqual({ watermark: kitStart / 1000 })
  })

  it('notices edits and deletions, and does not guess about unknown items', async () => {
    const bodies: Record<string, unknown> = {
      '/v0/item/1.json': {
        id: 1,
        type: 'comment',
        by: 'ann',
        time: 1_793_500_000,
        text: 'new <i>words</i>',
        parent: 5,
      },
      '/v0/item/2.json': { id: 2, type: 'comment', deleted: true, time: 1_793_500_000 },
      '/v0/item/3.json': null,
      '/v0/item/4.json': { id: 4, type: 'story', by: 'bob', time: 1_793_500_000, title: 'T', score: 3 },
      '/api/v1/items/1': { id: 1, story_id: 4 },
    }
    const respond = ({ path }: SeenRequest): TapeResponse => ({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(bodies[path]),
    })
    const world = await openWorld({ ...withoutTexts, fake: () => ({ respond }) })
    const ids = ['1', '2', '3', '4'].map((externalId) => ({ externalId }))
    const changes = await hackernews.recheck?.(world.host, ids)
    await world.close()
    expect(changes).toMatchObject([
      { externalId: '1', type: 'edited', item: { text: 'new words', parentId: '5', rootId: '4' } },
      { externalId: '2', type: 'deleted' },
      { externalId: '4', type: 'edited', item: { title: 'T' } },
    ])
  })
})

/** As the search does it: newest first, both bounds inclusive, at most 1,000 hits for one window. */
function busySearch(count: number) {
  const hits = Array.from({ length: count }, (_, i) => ({
    objectID: String(9_000_000 - i),
    author: 'ann',
    // Three in one second, now and then.
    created_at_i: kitStart / 1000 - 60 * (i - (i % 3)),
    comment_text: 'acme',
    parent_id: 1,
    story_id: 1,
    _tags: ['comment'],
  }))
  return ({ query }: SeenRequest): TapeResponse => {
    const [since, until] = (query.get('numericFilters') ?? '').split(',').map((part) => Number(part.replace(/.*=/, '')))
    const window = hits.filter(({ created_at_i: at }) => at >= (since ?? 0) && at <= (until ?? 0)).slice(0, 1000)
    const from = Number(query.get('page')) * 100
    return { body: { hits: window.slice(from, from + 100) } }
  }
}
