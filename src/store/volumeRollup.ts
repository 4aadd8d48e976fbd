import { desc, eq, sql } from 'drizzle-orm'
import { countedTone } from '../domain/classification.ts'
import { dayMs } from './clocks.ts'
import type { Tx } from './store.ts'

/** Day and source of the mention, its tone as `countedTone` writes it; query 0: all mentions. */
export type RollupKey = [querySeq: number, day: number, sourceId: string, sentiment: string]
export type Rollup = Map<string, { key: RollupKey; count: number; copies: number }>

export function addToRollup(rollup: Rollup, key: RollupKey, count: number, copies: number): void {
  const text = key.join(' ')
  const found = rollup.get(text)
  if (found) {
    found.count += count
    found.copies += copies
  } else rollup.set(text, { key, count, copies })
}

/** A mention that was counted before became a copy (1), or is none any more (-1). */
export async function countAsCopy(tx: Tx, rollup: Rollup, seq: number, copies: 1 | -1): Promise<void> {
  const { mentions, matches } = tx.t
  const [mention] = await tx.db
    .select({
      createdAt: mentions.createdAt,
      sentiment: mentions.sentiment,
      classification: mentions.classification,
    })
    .from(mentions)
    .where(eq(mentions.seq, seq))
  if (!mention) return
  const matched = await tx.db.select({ querySeq: matches.querySeq }).from(matches).where(eq(matches.mentionSeq, seq))
  const sourceId = (await firstSources(tx, [seq])).get(seq) ?? ''
  const day = Math.floor(mention.createdAt / dayMs)
  const tone = countedTone(mention.sentiment, mention.classification)
  for (const querySeq of [0, ...matched.map((match) => match.querySeq)])
    addToRollup(rollup, [querySeq, day, sourceId, tone], 0, copies)
}

/** For a decision of a person outside of enrichment. */
export async function recountCopy(tx: Tx, seq: number, copies: 1 | -1): Promise<void> {
  const rollup: Rollup = new Map()
  await countAsCopy(tx, rollup, seq, copies)
  await writeRollup(tx, rollup)
}

/** The source that saw a mention first carries it in the roll-up. */
export async function firstSources(tx: Tx, seqs: number[]): Promise<Map<number, string>> {
  const rows = await tx.all<{ mentionSeq: number; sourceId: string }>(
    'sources of mentions',
    (db, { mentionSources: seen }) =>
      db
        .select({ mentionSeq: seen.mentionSeq, sourceId: seen.sourceId })
        .from(seen)
        .where(tx.d.among(seen.mentionSeq, 'seqs'))
        .orderBy(desc(seen.seenAt)),
    { seqs },
  )
  // The earliest comes last, so that it wins in the map.
  return new Map(rows.map((row) => [row.mentionSeq, row.sourceId]))
}

export async function writeRollup(tx: Tx, rollup: Rollup): Promise<void> {
  const { volumeRollup } = tx.t
  const rows = [...rollup]
    .filter(([, { count, copies }]) => count !== 0 || copies !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { key, count, copies }]) => {
      const [querySeq, day, sourceId, sentiment] = key
      return { querySeq, day, sourceId, sentiment, count, copies }
    })
  await tx.insert('volume rollup', 'volumeRollup', rows, (insert) =>
    insert.onConflictDoUpdate({
      target: [volumeRollup.querySeq, volumeRollup.day, volumeRollup.sourceId, volumeRollup.sentiment],
      set: {
        count: sql`${volumeRollup.count} + excluded.count`,
        copies: sql`${volumeRollup.copies} + excluded.copies`,
      },
    }),
  )
}
