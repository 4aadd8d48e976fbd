import { and, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import type { Sentiment } from '../domain/classification.ts'
import { dayMs } from './clocks.ts'
import type { Tx } from './store.ts'
import type { MatchSpan } from './tables/listening.ts'

/** A topic that a mention speaks of, and how. */
export interface TopicMatch {
  topicSeq: number
  version: number
  sentiment: Sentiment
  /** Null where a comparison decided. */
  confidence: number | null
  spans: MatchSpan[]
}

export interface MatchedMention {
  seq: number
  createdAt: number
  topics: readonly TopicMatch[]
}

/** What enrichment found for mentions; `again`: those that were matched before, so that the roll-up follows. */
export async function writeTopicMatches(tx: Tx, found: readonly MatchedMention[], again: number[]): Promise<void> {
  const rollup = again.length > 0 ? await removeMatches(tx, again) : new Map<string, number>()
  await addMatches(tx, found, rollup)
}

/**
 * What one topic's rule finds in stored mentions, in place of what it found before. Mentions that changed since they
 * were read are left to their own enrichment.
 */
export async function replaceMatchesOf(
  tx: Tx,
  topicSeq: number,
  read: readonly (MatchedMention & { version: number })[],
): Promise<void> {
  const { mentions } = tx.t
  if (read.length === 0) return
  const seqs = read.map((one) => one.seq)
  const rows = await tx.db
    .select({ seq: mentions.seq, version: mentions.version })
    .from(mentions)
    .where(and(inArray(mentions.seq, seqs), isNotNull(mentions.enrichedAt)))
  const versions = new Map(rows.map((row) => [row.seq, row.version]))
  const current = read.filter((one) => versions.get(one.seq) === one.version)
  const rollup = await removeMatches(
    tx,
    current.map((one) => one.seq),
    topicSeq,
  )
  await addMatches(tx, current, rollup)
}

const keyOf = (topicSeq: number, day: number, sentiment: string) => JSON.stringify([topicSeq, day, sentiment])

/** Answers the roll-up's difference. */
async function removeMatches(tx: Tx, seqs: number[], topicSeq?: number): Promise<Map<string, number>> {
  const { topicMatches } = tx.t
  const rollup = new Map<string, number>()
  if (seqs.length === 0) return rollup
  const gone = await tx.db
    .delete(topicMatches)
    .where(
      and(
        inArray(topicMatches.mentionSeq, seqs),
        topicSeq === undefined ? undefined : eq(topicMatches.topicSeq, topicSeq),
      ),
    )
    .returning({ topicSeq: topicMatches.topicSeq, day: topicMatches.day, sentiment: topicMatches.sentiment })
  for (const row of gone) {
    const key = keyOf(row.topicSeq, row.day, row.sentiment)
    rollup.set(key, (rollup.get(key) ?? 0) - 1)
  }
  return rollup
}

async function addMatches(tx: Tx, found: readonly MatchedMention[], rollup: Map<string, number>): Promise<void> {
  const rows = found.flatMap((mention) =>
    mention.topics.map((topic) => ({
      ...topic,
      mentionSeq: mention.seq,
      day: Math.floor(mention.createdAt / dayMs),
    })),
  )
  for (const row of rows) {
    const key = keyOf(row.topicSeq, row.day, row.sentiment)
    rollup.set(key, (rollup.get(key) ?? 0) + 1)
  }
  if (rows.length > 0) await tx.insert('topic match', 'topicMatches', rows, (insert) => insert.onConflictDoNothing())
  await writeRollup(tx, rollup)
}

async function writeRollup(tx: Tx, rollup: ReadonlyMap<string, number>): Promise<void> {
  const { topicRollup } = tx.t
  const rows = [...rollup]
    .filter(([, count]) => count !== 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, count]) => {
      const [topicSeq, day, sentiment] = JSON.parse(key) as [number, number, Sentiment] // as keyOf writes it
      return { topicSeq, day, sentiment, count }
    })
  if (rows.length === 0) return
  await tx.insert('topic rollup', 'topicRollup', rows, (insert) =>
    insert.onConflictDoUpdate({
      target: [topicRollup.topicSeq, topicRollup.day, topicRollup.sentiment],
      set: { count: sql`${topicRollup.count} + excluded.count` },
    }),
  )
}
