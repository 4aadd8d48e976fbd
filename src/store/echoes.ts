import { and, eq, gt, isNull, lte, notLike, or, sql } from 'drizzle-orm'
import type { Reader } from './store.ts'
import type { Tables } from './tables/all.ts'

type Mention = Tables['mentions']['$inferSelect']

/** Other accounts that wrote the same words themselves, and over what time; reposts are not counted. */
export async function countEchoes(reader: Reader, mention: Mention): Promise<{ echoes: number; echoSpanMs: number }> {
  const { mentions } = reader.t
  const original = mention.copyOf ?? mention.seq
  const [row] = await reader.db
    .select({
      others:
        sql<number>`count(distinct case when ${mentions.authorSeq} <> ${mention.authorSeq} then ${mentions.authorSeq} end)`.mapWith(
          Number,
        ),
      first: sql<number>`min(${mentions.createdAt})`.mapWith(Number),
      last: sql<number>`max(${mentions.createdAt})`.mapWith(Number),
    })
    .from(mentions)
    .where(
      and(
        or(eq(mentions.seq, original), eq(mentions.copyOf, original)),
        isNull(mentions.shares),
        notLike(mentions.text, 'RT @%'),
        isNull(mentions.deletedAt),
      ),
    )
  return { echoes: row?.others ?? 0, echoSpanMs: row && row.others > 0 ? row.last - row.first : 0 }
}

const dayMs = 24 * 60 * 60_000

/** What the author wrote in the 24 hours up to a mention, itself included. Each thread is one author's. */
export async function countDay(reader: Reader, mention: Mention): Promise<number> {
  const { mentions, threads } = reader.t
  const since = mention.createdAt - dayMs
  const [row] = await reader.db
    .select({ n: sql<number>`count(*)`.mapWith(Number) })
    .from(threads)
    .innerJoin(mentions, eq(mentions.threadSeq, threads.seq))
    .where(
      and(
        eq(threads.authorSeq, mention.authorSeq),
        gt(threads.lastInboundAt, since),
        eq(mentions.authorSeq, mention.authorSeq),
        gt(mentions.createdAt, since),
        lte(mentions.createdAt, mention.createdAt),
      ),
    )
  return row?.n ?? 0
}
