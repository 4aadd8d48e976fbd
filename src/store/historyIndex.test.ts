import { asc, eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import { addSource, mention, noon, testContext } from '../../test/helpers/world.ts'
import { parseQuery } from '../query/parse.ts'
import { randomMention, randomQuery, seeded } from '../query/randomQueries.ts'
import { referenceMatch } from '../query/reference.ts'
import { documentOf } from './matchDocument.ts'
import { advance, startWalk } from './history.ts'
import { ingestPage } from './ingest.ts'
import type { Store } from './store.ts'
import { createExaminer } from '../work/examine.ts'
import { createClassifier } from '../classify/classifier.ts'
import { enrichMentions } from '../work/enrich.ts'
import type { WorkContext } from '../work/context.ts'

/** Pairs of a query and a stored mention, for each database; more by hand: EARSHOT_PAIRS=1000000. */
const pairs = Number(process.env['EARSHOT_PAIRS'] ?? 60_000)
const stored = 300

async function fill(store: Store): Promise<void> {
  const random = seeded(5)
  const source = await addSource(store)
  const items = Array.from({ length: stored }, (_, index) => {
    const { text, title, author, rating } = randomMention(random)
    const handle = String(author ?? 'nobody')
    return mention(`m${index}`, {
      text: text === '' ? '…' : text,
      ...(title ? { title } : {}),
      author: { externalId: handle, handle, name: handle },
      createdAt: noon + index,
      ...(rating === undefined
        ? {}
        : { kind: 'review' as const, review: { rating: { raw: String(rating), value: rating, min: 1, max: 5 } } }),
    } as never)
  })
  await store.write((tx) => ingestPage(tx, source, { items }, testContext(noon)))
  const { db, t } = store.read
  const seqs = (await db.select({ seq: t.mentions.seq }).from(t.mentions)).map((row) => row.seq)
  const context = {
    store,
    now: () => noon,
    newId: testContext().newId,
    manifest: () => undefined,
    examine: createExaminer(
      store,
      async () => createClassifier(),
      () => 0,
    ),
  } as unknown as WorkContext
  await enrichMentions(context, seqs)
  await store.write((tx) => tx.db.delete(tx.t.jobs))
}

describeStores('the walk through the history', (makeStore) => {
  it('passes every mention that a query matches, whatever the index is asked', { timeout: 600_000 }, async () => {
    const store = await makeStore()
    await fill(store)
    const { db, t } = store.read
    const all = await db
      .select({ mention: t.mentions, author: t.authors })
      .from(t.mentions)
      .innerJoin(t.authors, eq(t.authors.seq, t.mentions.authorSeq))
      .orderBy(asc(t.mentions.seq))
    const documents = all.map((row) => ({ seq: row.mention.seq, document: documentOf(row) }))
    expect(documents).toHaveLength(stored)
    const random = seeded(6)
    const missed: string[] = []
    const tally = { pairs: 0, matches: 0, byIndex: 0, passed: 0 }
    while (tally.pairs < pairs) {
      const parsed = parseQuery(randomQuery(random), { fold: random() < 0.8, stem: random() < 0.8 })
      if (!parsed.ok) continue
      const walk = await startWalk(store.read, [parsed.query])
      const seen = new Set<number>()
      if (walk.fts !== null) tally.byIndex++
      await advance(
        store.read,
        walk,
        (rows) => rows.forEach((row) => seen.add(row.mention.seq)),
        () => false,
      )
      tally.passed += seen.size
      for (const { seq, document } of documents) {
        tally.pairs++
        if (!referenceMatch(parsed.query, document)) continue
        tally.matches++
        if (!seen.has(seq)) missed.push(`${parsed.query.text} misses ${JSON.stringify(document)}`)
      }
    }
    expect(missed).toEqual([])
    // The premise: the index was asked, left much out, and there was something to find.
    expect(tally.byIndex).toBeGreaterThan(20)
    expect(tally.passed).toBeLessThan(tally.pairs * 0.8)
    expect(tally.matches).toBeGreaterThan(1000)
    process.stderr.write(`  ${JSON.stringify(tally)}\n`)
  })
})
