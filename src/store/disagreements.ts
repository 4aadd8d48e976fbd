import { and, desc, eq, gte, isNull, lt, notExists, sql } from 'drizzle-orm'
import type { Sentiment } from '../domain/classification.ts'
import type { Reader, Tx } from './store.ts'
import { settlements, type Settlement } from './tables/audits.ts'
import { starsDisagree } from './tables/mentions.ts'
import { correctClassification, type Act } from './threadActions.ts'

/** Below it the text is not clear enough to speak against the stars. */
const leastConfidence = 0.7

/** What a person has labelled stands at 1: nothing is left to settle there. */
function isOpen(reader: Reader) {
  const { mentions, ratingSettlements } = reader.t
  const settled = reader.db
    .select({ one: sql`1` })
    .from(ratingSettlements)
    .where(eq(ratingSettlements.mentionSeq, mentions.seq))
  return and(
    starsDisagree(mentions),
    gte(mentions.confidence, leastConfidence),
    lt(mentions.confidence, 1),
    isNull(mentions.deletedAt),
    notExists(settled),
  )
}

/** Reviews whose stars and text clearly say different things, newest arrival first. */
export function listDisagreements(reader: Reader, limit: number, before = Number.MAX_SAFE_INTEGER) {
  const { mentions, authors, threads } = reader.t
  return reader.db
    .select({
      seq: mentions.seq,
      id: mentions.id,
      platform: mentions.platform,
      title: mentions.title,
      text: mentions.text,
      lang: mentions.lang,
      review: mentions.review,
      ratingUnit: mentions.ratingUnit,
      sentiment: mentions.sentiment,
      confidence: mentions.confidence,
      createdAt: mentions.createdAt,
      authorName: authors.name,
      authorHandle: authors.handle,
      threadId: threads.id,
    })
    .from(mentions)
    .innerJoin(authors, eq(authors.seq, mentions.authorSeq))
    .innerJoin(threads, eq(threads.seq, mentions.threadSeq))
    .where(and(isOpen(reader), lt(mentions.seq, before)))
    .orderBy(desc(mentions.seq))
    .limit(limit)
}

/** Counted no further than `cap`. */
export async function countDisagreements(reader: Reader, cap: number): Promise<number> {
  const { mentions } = reader.t
  const found = reader.db
    .select({ one: sql`1`.as('one') })
    .from(mentions)
    .where(isOpen(reader))
    .limit(cap)
    .as('found')
  const [row] = await reader.db.select({ n: sql<number>`count(*)`.mapWith(Number) }).from(found)
  return row?.n ?? 0
}

/** How often each was right so far. */
export async function countSettlements(reader: Reader): Promise<Record<Settlement, number>> {
  const { ratingSettlements: table } = reader.t
  const rows = await reader.db
    .select({ decision: table.decision, n: sql<number>`count(*)`.mapWith(Number) })
    .from(table)
    .groupBy(table.decision)
  const of = (decision: Settlement) => rows.find((row) => row.decision === decision)?.n ?? 0
  return Object.fromEntries(settlements.map((one) => [one, of(one)])) as Record<Settlement, number> // one for each
}

/** What the person found is the label from now on; mixed counts as neutral. False: settled before, or no longer open. */
export async function settleDisagreement(tx: Tx, act: Act, mentionId: string, decision: Settlement): Promise<boolean> {
  const { mentions, ratingSettlements } = tx.t
  const [mention] = await tx.db
    .select({ seq: mentions.seq, ratingUnit: mentions.ratingUnit, sentiment: mentions.sentiment })
    .from(mentions)
    .where(and(eq(mentions.id, mentionId), isOpen(tx)))
  if (!mention?.sentiment) return false
  const [row] = await tx.db
    .insert(ratingSettlements)
    .values({ mentionSeq: mention.seq, decision, userId: act.userId, decidedAt: act.now })
    .onConflictDoNothing()
    .returning({ seq: ratingSettlements.mentionSeq })
  if (!row) return false
  const stars: Sentiment = (mention.ratingUnit ?? 0) >= 0.75 ? 'positive' : 'negative'
  const sentiment = { stars, text: mention.sentiment, mixed: 'neutral' as const }[decision]
  return correctClassification(tx, act, mention.seq, { sentiment }, 'stars')
}
