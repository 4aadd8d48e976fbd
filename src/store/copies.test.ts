import { asc, sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import { addSource, mention, minute, noon, testContext } from '../../test/helpers/world.ts'
import { createClassifier } from '../classify/classifier.ts'
import type { IncomingMention } from '../domain/mention.ts'
import { silentLog } from '../log.ts'
import type { WorkContext } from '../work/context.ts'
import { enrichMentions } from '../work/enrich.ts'
import { createExaminer } from '../work/examine.ts'
import { decideCopy } from './copies.ts'
import { countDay, countEchoes } from './echoes.ts'
import { ingestPage } from './ingest.ts'
import { loadInboxPage } from './inbox.ts'
import type { Store } from './store.ts'

const news = 'Acme opens a second factory in Lisbon and hires four hundred people by the end of the year'
const classifier = createClassifier()

async function world(store: Store) {
  const source = await addSource(store)
  const context = { ...testContext(), store, log: silentLog, manifest: () => undefined, random: () => 0.5 }
  const examine = createExaminer(
    store,
    async () => classifier,
    () => 0,
  )
  const work = { ...context, now: () => noon, examine } as unknown as WorkContext
  const hear = async (...items: IncomingMention[]) => {
    const { added, changed } = await store.write((tx) => ingestPage(tx, source, { items }, testContext()))
    return [...added, ...changed]
  }
  const rows = async () => {
    const { db, t } = store.read
    const mentions = await db.select().from(t.mentions).orderBy(asc(t.mentions.seq))
    const idOf = new Map(mentions.map((one) => [one.seq, one.externalId]))
    const copies = mentions.flatMap((one) => (one.copyOf === null ? [] : `${one.externalId}>${idOf.get(one.copyOf)}`))
    const volume = await db.select().from(t.volumeRollup)
    const sum = (key: 'count' | 'copies') => volume.reduce((total, row) => total + row[key], 0)
    const shown = (await loadInboxPage(store.read, { fold: true })).rows
    const lists = shown.map((row) => `${idOf.get(row.mentionSeq ?? 0)}+${row.copies}`).toSorted()
    return { copies: copies.toSorted(), count: sum('count'), copied: sum('copies'), lists }
  }
  return { source, work, hear, rows, enrich: (seqs: number[]) => enrichMentions(work, seqs) }
}

const at = (minutes: number) => ({ createdAt: noon + minutes * minute })
const by = (name: string) => ({ author: { externalId: name, handle: name } })

describeStores('copies', (makeStore) => {
  it('folds what says the same under the oldest, and nothing else', async () => {
    const { hear, enrich, rows } = await world(await makeStore())
    await enrich(
      await hear(
        mention('1', { text: news, ...by('a'), ...at(1) }),
        mention('2', { text: `RT @acme: ${news} https://t.co/x1`, ...by('b'), ...at(2) }),
        mention('3', { title: 'Business', text: `${news.toUpperCase()} — via @newswire`, ...by('c'), ...at(3) }),
        mention('4', { text: `I do not believe a word of this, they said the same last year: ${news}`, ...by('d'), ...at(4), kind: 'quote' }), // prettier-ignore
        mention('5', { text: 'Great app', kind: 'review', ...by('e'), ...at(5) }),
        mention('6', { text: 'Great app!', kind: 'review', ...by('f'), ...at(6) }),
        mention('7', { text: 'is acme down for everybody?', ...by('g'), ...at(7) }),
        mention('8', { text: 'Is Acme down for everybody', ...by('h'), ...at(8) }),
        mention('9', { text: '👍', ...by('i'), ...at(9) }),
        mention('10', { text: '👍', ...by('i'), ...at(10) }),
      ),
    )
    expect(await rows()).toEqual({
      copies: ['2>1', '3>1', '8>7'],
      count: 10,
      copied: 3,
      lists: ['10+0', '1+2', '4+0', '5+0', '6+0', '7+1', '9+0'].toSorted(),
    })
  })

  it('counts the accounts that wrote the same words themselves, and what an account wrote in a day', async () => {
    const store = await makeStore()
    const { hear, enrich } = await world(store)
    await enrich(
      await hear(
        mention('1', { text: news, ...by('a'), ...at(1) }),
        mention('2', { text: news, ...by('a'), ...at(2) }),
        mention('3', { text: `${news}!`, ...by('b'), ...at(3) }),
        mention('4', { text: `RT @a: ${news}`, ...by('c'), ...at(4) }),
        mention('5', { text: news, ...by('d'), ...at(5), shares: { as: 'repost', id: '1' } }),
        mention('6', { text: news.toUpperCase(), ...by('e'), ...at(61) }),
        mention('7', { text: 'quite another matter', ...by('a'), ...at(25 * 60) }),
      ),
    )
    const rows = await store.read.db.select().from(store.read.t.mentions).orderBy(asc(store.read.t.mentions.seq))
    const told = await Promise.all(
      rows.map(async (row) => [...Object.values(await countEchoes(store.read, row)), await countDay(store.read, row)]),
    )
    const hour = 60 * minute
    expect([told[0], told[2], told[6]]).toEqual([
      [2, hour, 1],
      [2, hour, 1],
      [0, 0, 1],
    ])
    expect(told[1]?.[2]).toBe(2)
  })

  it('finds copies of what it has moved to the large table of keys', async () => {
    const store = await makeStore()
    const { hear, enrich, rows } = await world(store)
    const { db, t, d } = store.read
    await enrich(await hear(mention('1', { text: news, ...by('a'), ...at(1) })))
    expect(await db.select().from(t.copyKeys)).toEqual([])
    const skip =
      d.name === 'sqlite'
        ? sql`update sqlite_sequence set seq = 3999 where name = 'mentions' returning seq`
        : sql`select setval(pg_get_serial_sequence('mentions', 'seq'), 3999)`
    await store.write((tx) => tx.rows(skip))
    await enrich(await hear(mention('2', { text: news, ...by('b'), ...at(2) })))
    expect((await db.select().from(t.copyKeys)).map((row) => row.mentionSeq)).toEqual([1, 1, 1])
    expect(await db.select().from(t.freshCopyKeys)).toEqual([])
    await enrich(await hear(mention('3', { text: news, ...by('c'), ...at(3) })))
    expect((await rows()).copies).toEqual(['2>1', '3>1'])
  })

  it('gives the place of the original to an older text that arrives late, and follows reposts without words', async () => {
    const { hear, enrich, rows } = await world(await makeStore())
    await enrich(await hear(mention('1', { text: news, ...by('a'), ...at(5) }), mention('2', { text: news, ...by('b'), ...at(6) }))) // prettier-ignore
    await enrich(await hear(mention('3', { text: `${news}!`, ...by('c'), ...at(0) })))
    expect(await rows()).toMatchObject({ copies: ['1>3', '2>3'], copied: 2, lists: ['3+2'] })
    await enrich(await hear(mention('4', { text: '', ...by('d'), ...at(9), shares: { as: 'repost', id: '2' } })))
    expect(await rows()).toMatchObject({ copies: ['1>3', '2>3', '4>3'], count: 4, copied: 3, lists: ['3+3'] })
  })

  it('keeps what a person said about a copy, and shows a thread again that says more', async () => {
    const store = await makeStore()
    const { hear, enrich, rows } = await world(store)
    const first = mention('1', { text: news, ...by('a'), ...at(1) })
    const second = mention('2', { text: news, ...by('b'), ...at(2) })
    const [, seq = 0] = await hear(first, second)
    await enrich([seq - 1, seq])
    const act = { userId: 'u', now: noon, ip: '', newId: testContext().newId }
    expect(await store.write((tx) => decideCopy(tx, act, seq, false))).toBe(true)
    await enrich(await hear({ ...second, text: `${news}.`, editedAt: noon }))
    expect(await rows()).toMatchObject({ copies: [], copied: 0, lists: ['1+0', '2+0'] })
    expect(await store.write((tx) => decideCopy(tx, act, seq, true))).toBe(true)
    expect(await rows()).toMatchObject({ copies: ['2>1'], copied: 1, lists: ['1+1'] })
    await enrich(await hear(mention('3', { text: 'And why has nobody answered me?', rootId: '2', parentId: '2', ...by('b'), ...at(3) }))) // prettier-ignore
    expect((await rows()).lists).toEqual(['1+0', '3+0'])
    expect((await store.read.db.select().from(store.read.t.events)).map((one) => one.kind)).toContain(
      'mention.copy_denied',
    )
  })

  it('agrees on one original when copies are enriched at the same time', async () => {
    const { hear, enrich, rows } = await world(await makeStore())
    const seqs: number[] = []
    for (let n = 0; n < 12; n++) seqs.push(...(await hear(mention(`${n}`, { text: `${news} #${n}`, ...by(`a${n}`), ...at(n) })))) // prettier-ignore
    await Promise.all(seqs.map((seq) => enrich([seq])))
    const { copies, copied, lists } = await rows()
    expect(copies).toHaveLength(11)
    expect(new Set(copies.map((text) => text.split('>')[1])).size).toBe(1)
    expect([copied, lists.length]).toEqual([11, 1])
  })
})
