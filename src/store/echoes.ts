import { and, eq, gt, isNull, lte, ne, notLike, or, sql } from 'drizzle-orm'
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
/** The newest of an author that are looked at: enough to tell who writes all day. */
const mostLookedAt = 500

/** What the author wrote in the 24 hours up to a mention, itself included. */
export async function countDay(reader: Reader, mention: Mention): Promise<number> {
  const { mentions } = reader.t
  const near = reader.db
    .select({ createdAt: mentions.createdAt })
    .from(mentions)
    .where(and(eq(mentions.authorSeq, mention.authorSeq), lte(mentions.seq, mention.seq), ne(mentions.isOwn, true)))
    .orderBy(sql`${mentions.seq} desc`)
    .limit(mostLookedAt)
    .as('near')
  const [row] = await reader.db
    .select({ n: sql<number>`count(*)`.mapWith(Number) })
    .from(near)
    .where(and(gt(near.createdAt, mention.createdAt - dayMs), lte(near.createdAt, mention.createdAt)))
  return row?.n ?? 0
}
