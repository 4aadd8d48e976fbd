import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import { root } from '../../test/helpers/root.ts'
import {
  addSource,
  addUser,
  createWorld,
  hear,
  makeMention,
  startOfTime,
  type World,
} from '../../test/helpers/workspace.ts'
import { countedTone, toneOf, type Sentiment } from '../domain/classification.ts'
import { dayMs } from './clocks.ts'
import { loadInboxPage } from './inbox.ts'
import { writeJudgementsAgain, loadForJudging } from './rejudgements.ts'
import { rejectMatches, restoreMatches } from './rejections.ts'
import type { Store } from './store.ts'
import { toneFilters } from './toneFilter.ts'
import type { StoredClassification } from './tables/mentions.ts'
import { correctClassification } from './threadActions.ts'
import { addToRollup, recountCopy, writeRollup, type Rollup } from './volumeRollup.ts'

const spread = (negative: number, neutral: number, positive: number) => ({ negative, neutral, positive })
const said: [Sentiment, StoredClassification][] = [
  ['negative', { probabilities: spread(0.8, 0.1, 0.1), unsure: false }],
  ['negative', { probabilities: spread(0.42, 0.4, 0.18), unsure: true }],
  ['negative', { probabilities: spread(0.42, 0.18, 0.4), unsure: true }],
  ['positive', { probabilities: spread(0.4, 0.05, 0.55), unsure: false }],
  ['neutral', { probabilities: spread(0.3, 0.4, 0.3), unsure: true, human: { intents: 'somebody' } }],
  ['neutral', { probabilities: spread(0.3, 0.4, 0.3), unsure: true, human: { sentiment: 'somebody' } }],
  ['positive', {}],
]

/** Every mention stored anew in what its columns say, as the sum of all changes must be. */
async function recount(store: Store): Promise<string[]> {
  const { db, t } = store.read
  const rollup: Rollup = new Map()
  const matches = await db.select().from(t.matches)
  for (const one of await db.select().from(t.mentions)) {
    const queries = matches.filter((match) => match.mentionSeq === one.seq).map((match) => match.querySeq)
    const day = Math.floor(one.createdAt / dayMs)
    const tone = countedTone(one.sentiment, one.classification)
    for (const query of [0, ...queries])
      addToRollup(rollup, [query, day, 'source-1', tone], 1, one.copyOf === null ? 0 : 1)
  }
  return [...rollup.values()].map(({ key, count, copies }) => `${key.join(' ')}: ${count} ${copies}`).toSorted()
}

async function counted(store: Store): Promise<string[]> {
  const { db, t } = store.read
  return (await db.select().from(t.volumeRollup))
    .filter((row) => row.count !== 0 || row.copies !== 0)
    .map((row) => `${row.querySeq} ${row.day} ${row.sourceId} ${row.sentiment}: ${row.count} ${row.copies}`)
    .toSorted()
}

/** Judged mentions on two days, the last one a copy; a query caught every second. Counted as `keyOf` says. */
async function setUp(world: World, keyOf: typeof countedTone): Promise<number[]> {
  await addSource(world)
  const items = said.map((_, n) => makeMention({ createdAt: startOfTime - (n % 2) * dayMs }))
  await hear(world, items)
  return world.store.write(async (tx) => {
    const { mentions, matches, queries } = tx.t
    const [query] = await tx.db
      .insert(queries)
      .values({ id: 'q', name: 'Brand', text: 'brand', settings: {}, createdAt: 1, updatedAt: 1 } as never)
      .returning()
    const rows = await tx.db.select().from(mentions)
    const seqs = items.map((item) => rows.find((row) => row.externalId === item.externalId)?.seq ?? 0)
    const rollup: Rollup = new Map()
    for (const [n, seq] of seqs.entries()) {
      const [sentiment, classification] = said[n] ?? ['neutral', {}]
      const copyOf = n === said.length - 1 ? (seqs[0] ?? null) : null
      const judged = { sentiment, classification, model: 'm', enrichedAt: 5, confidence: 0.5, copyOf }
      await tx.db
        .update(mentions)
        .set(judged)
        .where(sql`${mentions.seq} = ${seq}`)
      if (n % 2 === 0)
        await tx.db.insert(matches).values({ querySeq: query?.seq ?? 0, mentionSeq: seq, version: 1, spans: [] })
      const day = Math.floor((items[n]?.createdAt ?? 0) / dayMs)
      for (const of of [0, ...(n % 2 === 0 ? [query?.seq ?? 0] : [])])
        addToRollup(rollup, [of, day, 'source-1', keyOf(sentiment, classification)], 1, copyOf === null ? 0 : 1)
    }
    await writeRollup(tx, rollup)
    return seqs
  })
}

describeStores('counted tones', (makeStore, dialect) => {
  it('moves what earlier releases counted by the label alone, and later corrections agree', async () => {
    const world = createWorld(await makeStore())
    const { store } = world
    const seqs = await setUp(world, (label) => label ?? '')
    // The premise: nothing is counted as mixed or unsure yet.
    expect((await counted(store)).filter((row) => row.includes('mixed') || row.includes('unsure'))).toEqual([])
    const migration = readFileSync(join(root, `data/migrations/${dialect}/0015_counted_tones.sql`), 'utf8')
    // Both databases run a statement here only for its rows.
    const returning = `${migration.trim().replace(/;$/, '')} returning count`
    await store.write(async (tx) => void (await tx.rows(sql.raw(returning))))
    expect(await counted(store)).toEqual(await recount(store))
    expect((await counted(store)).filter((row) => row.startsWith('0 ')).join()).toMatch(
      /unsure:negative.*mixed:negative.*unsure:neutral/,
    )
    const act = { userId: await addUser(world, 'admin'), now: world.clock.at, ip: '', newId: world.newId }
    for (const seq of seqs) await store.write((tx) => correctClassification(tx, act, seq, { sentiment: 'negative' }))
    expect(await counted(store)).toEqual(await recount(store))
    expect((await counted(store)).filter((row) => row.includes(':n') || row.includes(':p'))).toEqual([])
  })

  it('follows judgements made again, matches taken out and put back, and copies', async () => {
    const world = createWorld(await makeStore())
    const { store } = world
    const seqs = await setUp(world, countedTone)
    expect(await counted(store)).toEqual(await recount(store))
    const act = { userId: await addUser(world, 'admin'), now: world.clock.at, ip: '', newId: world.newId }
    await store.write((tx) => rejectMatches(tx, act, { mentionSeqs: seqs.slice(0, 3) }))
    expect(await counted(store)).toEqual(await recount(store))
    await store.write((tx) => restoreMatches(tx, act, { mentionSeqs: seqs.slice(0, 3) }))
    expect(await counted(store)).toEqual(await recount(store))
    await store.write(async (tx) => {
      await tx.db
        .update(tx.t.mentions)
        .set({ copyOf: seqs[0] ?? 0 })
        .where(sql`${tx.t.mentions.seq} = ${seqs[1]}`)
      await recountCopy(tx, seqs[1] ?? 0, 1)
    })
    expect(await counted(store)).toEqual(await recount(store))
    // The same labels, now beyond doubt; and one that was a fact is none any more.
    const rows = await loadForJudging(store.read, seqs)
    const again = rows.map((row, n) => ({
      row,
      judgement: {
        lang: 'en',
        sentiment: row.mention.sentiment ?? ('neutral' as const),
        score: 0,
        confidence: 0.5,
        intents: row.mention.intents ?? [],
        urgency: 'normal' as const,
        model: 'm2',
        details: { unsure: n === 0 },
      },
    }))
    const before = await counted(store)
    const { changed } = await store.write((tx) => writeJudgementsAgain(tx, again))
    expect(changed).toBe(0)
    expect(await counted(store)).toEqual(await recount(store))
    expect(await counted(store)).not.toEqual(before)
  })
  it('finds in the inbox exactly what each figure counts', async () => {
    const world = createWorld(await makeStore())
    await setUp(world, countedTone)
    const { db, t } = world.store.read
    const mentions = await db.select().from(t.mentions)
    for (const tone of toneFilters) {
      const { rows } = await loadInboxPage(world.store.read, { tone, fold: true })
      const wanted = mentions.filter((one) => {
        const counted = toneOf(countedTone(one.sentiment, one.classification))
        return tone === 'sure' ? counted !== 'unsure' : counted === tone
      })
      expect(wanted.length).toBeGreaterThan(0)
      expect([tone, rows.map((row) => row.mentionSeq ?? 0).toSorted((a, b) => a - b)]).toEqual([
        tone,
        wanted.map((one) => one.seq).toSorted((a, b) => a - b),
      ])
    }
  })
})
