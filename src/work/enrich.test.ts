import { asc } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import { addSource, mention, minute, noon, testContext } from '../../test/helpers/world.ts'
import { createClassifier } from '../classify/classifier.ts'
import { parseQuery } from '../query/parse.ts'
import { silentLog } from '../log.ts'
import { ingestPage } from '../store/ingest.ts'
import { searchThreads } from '../store/search.ts'
import type { Store } from '../store/store.ts'
import type { WorkContext } from './context.ts'
import { enrichMentions } from './enrich.ts'
import { createExaminer } from './examine.ts'
import { storePage } from './poll.ts'

const pages = [
  [
    mention('1', { text: 'Acme keeps crashing :(', lang: 'en' }),
    mention('2', { text: 'Still crashing! :(', rootId: '1', parentId: '1', createdAt: noon - minute }),
    mention('3', { text: 'I love Acme :)', author: { externalId: 'b1', handle: 'Bob', followers: 7 } }),
    mention('4', {
      title: 'Fine',
      text: 'acme, fine',
      kind: 'review',
      author: { externalId: 'c1', handle: 'cy' },
      review: { subject: { kind: 'product', id: 'p' }, rating: { raw: 4, best: 5, worst: 1, kind: 'stars' } },
    }),
  ],
  [
    mention('5', { text: 'Acme? :)', rootId: '1', parentId: '2', createdAt: noon }),
    mention('6', { text: 'Acme again', author: { externalId: 'b1', handle: 'bob', name: 'Bob' } }),
  ],
]

async function world(store: Store) {
  const source = await addSource(store, { id: 'source' })
  await store.write(async (tx) => {
    const times = { createdAt: 1, updatedAt: 1 }
    for (const text of ['acme', 'crashing NOT love', 'author_followers>5'])
      await tx.db
        .insert(tx.t.queries)
        .values({ id: text, name: text, text, settings: { stem: true, fold: true }, ...times })
    const [customer] = await tx.db
      .insert(tx.t.customers)
      .values({ id: 'c', name: 'Bob', nameKey: 'bob', ...times })
      .returning()
    const handle = { kind: 'handle' as const, platform: 'test', value: 'bob', valueKey: 'bob', createdAt: 1 }
    await tx.db.insert(tx.t.identities).values({ customerSeq: customer?.seq ?? 0, ...handle })
  })
  const context: WorkContext = {
    store,
    log: silentLog,
    now: () => noon,
    newId: testContext().newId,
    random: () => 0.5,
    manifest: () => undefined,
    connect: () => Promise.reject(new Error('nothing to connect to')),
    classifier: async () => createClassifier(),
    provider: async () => undefined,
    train: () => Promise.reject(new Error('nothing is trained here')),
    examine: createExaminer(
      store,
      async () => createClassifier(),
      () => 0,
    ),
  }
  return { source, context }
}

/** Every row that ingest writes, without the random ids. */
async function rowsOf(store: Store) {
  const { db, t } = store.read
  const plain = (rows: object[]) => rows.map((row) => ({ ...row, id: '' }))
  const found = await Promise.all(
    ['crash', 'love', 'acme', 'fine'].map(async (text) => {
      const parsed = parseQuery(text)
      return parsed.ok ? searchThreads(store.read, parsed.query, 10) : []
    }),
  )
  return {
    found,
    mentions: plain(await db.select().from(t.mentions).orderBy(asc(t.mentions.seq))),
    threads: plain(await db.select().from(t.threads).orderBy(asc(t.threads.seq))),
    authors: plain(await db.select().from(t.authors).orderBy(asc(t.authors.seq))),
    touchpoints: (await db.select().from(t.touchpoints).orderBy(asc(t.touchpoints.mentionSeq))).map((row) => [
      row.mentionSeq,
      row.customerSeq,
      row.stage,
      row.summary,
    ]),
    matches: await db.select().from(t.matches).orderBy(asc(t.matches.mentionSeq), asc(t.matches.querySeq)),
    events: await db.select().from(t.events).orderBy(asc(t.events.seq)),
    volume: await db.select().from(t.volumeRollup).orderBy(asc(t.volumeRollup.querySeq), asc(t.volumeRollup.sentiment)),
    responses: await db.select().from(t.responseRollup).orderBy(asc(t.responseRollup.metric)),
  }
}

describeStores('enrichment', (makeStore) => {
  it('leaves the same rows whether a page is judged as it is stored or by its job', async () => {
    const [atOnce, later] = [await makeStore(), await makeStore()]
    const one = await world(atOnce)
    for (const items of pages) await storePage(one.context, one.source, one.source, { items, cursor: null })
    const two = await world(later)
    for (const items of pages) {
      const { added } = await later.write((tx) => ingestPage(tx, two.source, { items }, testContext()))
      expect((await later.read.db.select().from(later.read.t.jobs)).at(-1)?.payload).toEqual({ seqs: added })
      await enrichMentions(two.context, added)
    }
    const rows = await rowsOf(atOnce)
    expect(rows.mentions).toHaveLength(6)
    expect(rows.matches).not.toEqual([])
    expect(rows.touchpoints).toHaveLength(2)
    expect(rows.found.map((list) => list.length)).toEqual([1, 1, 4, 1])
    expect(rows).toEqual(await rowsOf(later))
    expect(await atOnce.read.db.select().from(atOnce.read.t.jobs)).toEqual([])
  })

  it('stores a page that cannot be judged and leaves it to its job', async () => {
    const store = await makeStore()
    const { source, context } = await world(store)
    const broken = { ...context, examine: () => Promise.reject(new Error('a defect')) }
    const { added } = await storePage(broken, source, source, { items: [mention('1')], cursor: 7 })
    const { db, t } = store.read
    expect(await db.select().from(t.mentions)).toMatchObject([{ enrichedAt: null, sentiment: null }])
    expect(await db.select().from(t.sources)).toMatchObject([{ cursor: 7 }])
    expect(await db.select().from(t.jobs)).toMatchObject([{ kind: 'enrich', payload: { seqs: added } }])
  })
})
