import { desc, inArray } from 'drizzle-orm'
import type { Sentiment } from '../domain/classification.ts'
import { dayMs } from './clocks.ts'
import { writeRollup } from './enrich.ts'
import type { Tx } from './store.ts'

export interface MovedTone {
  /** As it was counted. */
  mention: { seq: number; createdAt: number; sentiment: Sentiment | null }
  to: Sentiment
}

/** Mentions change columns in the roll-up of all, and of each query that caught them. */
export async function moveTones(tx: Tx, moved: readonly MovedTone[]): Promise<void> {
  if (moved.length === 0) return
  const { matches, mentionSources: seen } = tx.t
  const seqs = moved.map((one) => one.mention.seq)
  const caught = await tx.db
    .select({ mentionSeq: matches.mentionSeq, querySeq: matches.querySeq })
    .from(matches)
    .where(inArray(matches.mentionSeq, seqs))
  const sources = await tx.db
    .select({ mentionSeq: seen.mentionSeq, sourceId: seen.sourceId })
    .from(seen)
    .where(inArray(seen.mentionSeq, seqs))
    .orderBy(desc(seen.seenAt))
  // The earliest comes last, so that it wins in the map: it carries the mention in the roll-up.
  const firstSource = new Map(sources.map((row) => [row.mentionSeq, row.sourceId]))
  const rollup = new Map<string, number>()
  for (const { mention, to } of moved) {
    const queries = caught.filter((row) => row.mentionSeq === mention.seq).map((row) => row.querySeq)
    const day = Math.floor(mention.createdAt / dayMs)
    const source = firstSource.get(mention.seq) ?? ''
    for (const querySeq of [0, ...queries])
      for (const [sentiment, by] of [
        [mention.sentiment ?? '', -1],
        [to, 1],
      ] as const) {
        const key = JSON.stringify([querySeq, day, source, sentiment])
        rollup.set(key, (rollup.get(key) ?? 0) + by)
      }
  }
  await writeRollup(tx, rollup)
}
