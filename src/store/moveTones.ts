import { inArray } from 'drizzle-orm'
import type { CountedTone } from '../domain/classification.ts'
import { dayMs } from './clocks.ts'
import type { Tx } from './store.ts'
import { addToRollup, firstSources, writeRollup, type Rollup } from './volumeRollup.ts'

export interface MovedTone {
  mention: { seq: number; createdAt: number }
  /** As it was counted. */
  from: CountedTone
  to: CountedTone
}

/** Mentions change columns in the roll-up of all, and of each query that caught them. */
export async function moveTones(tx: Tx, all: readonly MovedTone[]): Promise<void> {
  const moved = all.filter(({ from, to }) => from !== to)
  if (moved.length === 0) return
  const { matches, mentions } = tx.t
  const seqs = moved.map((one) => one.mention.seq)
  const caught = await tx.db
    .select({ mentionSeq: matches.mentionSeq, querySeq: matches.querySeq })
    .from(matches)
    .where(inArray(matches.mentionSeq, seqs))
  const standing = await tx.db
    .select({ seq: mentions.seq, copyOf: mentions.copyOf })
    .from(mentions)
    .where(inArray(mentions.seq, seqs))
  const copies = new Set(standing.flatMap((row) => (row.copyOf === null ? [] : [row.seq])))
  const sources = await firstSources(tx, seqs)
  const rollup: Rollup = new Map()
  for (const { mention, from, to } of moved) {
    const queries = caught.filter((row) => row.mentionSeq === mention.seq).map((row) => row.querySeq)
    const day = Math.floor(mention.createdAt / dayMs)
    const source = sources.get(mention.seq) ?? ''
    for (const querySeq of [0, ...queries])
      for (const [tone, by] of [
        [from, -1],
        [to, 1],
      ] as const)
        addToRollup(rollup, [querySeq, day, source, tone], by, copies.has(mention.seq) ? by : 0)
  }
  await writeRollup(tx, rollup)
}
