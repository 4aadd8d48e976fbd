import { and, asc, eq, gte, inArray, isNull, notInArray, or, sql } from 'drizzle-orm'
import type { Reader } from './store.ts'

/** One page of everything, oldest arrival first. `without`: platforms whose terms forbid an export. */
export interface ExportPage {
  after: number
  limit: number
  /** Epoch ms of the fact itself, inclusive; 0: from the beginning. */
  since: number
  without: readonly string[]
}

export async function exportMentions(reader: Reader, { after, limit, since, without }: ExportPage) {
  const { mentions, authors, threads } = reader.t
  return reader.db
    .select({ seq: mentions.seq, mention: mentions, author: authors, threadId: threads.id, sourceId: threads.sourceId })
    .from(mentions)
    .innerJoin(authors, eq(authors.seq, mentions.authorSeq))
    .innerJoin(threads, eq(threads.seq, mentions.threadSeq))
    .where(
      and(
        sql`${mentions.seq} > ${after}`,
        gte(mentions.createdAt, since),
        isNull(mentions.deletedAt),
        without.length > 0 ? notInArray(mentions.platform, [...without]) : undefined,
      ),
    )
    .orderBy(asc(mentions.seq))
    .limit(limit)
}

export async function exportCustomers(reader: Reader, { after, limit, since }: ExportPage) {
  const { customers } = reader.t
  return reader.db
    .select()
    .from(customers)
    .where(and(sql`${customers.seq} > ${after}`, gte(customers.updatedAt, since)))
    .orderBy(asc(customers.seq))
    .limit(limit)
}

/** A summary quotes what was said: the platform's terms hold for it too. */
export async function exportTouchpoints(reader: Reader, { after, limit, since, without }: ExportPage) {
  const { touchpoints, customers, mentions } = reader.t
  return reader.db
    .select({
      seq: touchpoints.seq,
      touchpoint: touchpoints,
      customerId: customers.id,
      externalRef: customers.externalRef,
      mentionId: mentions.id,
    })
    .from(touchpoints)
    .innerJoin(customers, eq(customers.seq, touchpoints.customerSeq))
    .leftJoin(mentions, eq(mentions.seq, touchpoints.mentionSeq))
    .where(
      and(
        sql`${touchpoints.seq} > ${after}`,
        gte(touchpoints.occurredAt, since),
        without.length > 0 ? or(isNull(mentions.platform), notInArray(mentions.platform, [...without])) : undefined,
      ),
    )
    .orderBy(asc(touchpoints.seq))
    .limit(limit)
}

/** Replies have no arrival number: their ids sort by time. */
export async function exportReplies(
  reader: Reader,
  { after, limit, since }: { after: string; limit: number; since: number },
) {
  const { replies, mentions, threads, users } = reader.t
  return reader.db
    .select({
      reply: replies,
      mentionId: mentions.id,
      threadId: threads.id,
      userName: users.name,
      platform: threads.platform,
    })
    .from(replies)
    .innerJoin(mentions, eq(mentions.seq, replies.mentionSeq))
    .innerJoin(threads, eq(threads.seq, replies.threadSeq))
    .leftJoin(users, eq(users.id, replies.userId))
    .where(and(sql`${replies.id} > ${after}`, gte(replies.createdAt, since)))
    .orderBy(asc(replies.id))
    .limit(limit)
}

/** How many mentions an export leaves out, by platform. */
export async function countOfPlatforms(reader: Reader, platforms: readonly string[]): Promise<Map<string, number>> {
  if (platforms.length === 0) return new Map()
  const { mentions } = reader.t
  const rows = await reader.db
    .select({ platform: mentions.platform, n: sql<number>`count(*)`.mapWith(Number) })
    .from(mentions)
    .where(inArray(mentions.platform, [...platforms]))
    .groupBy(mentions.platform)
  return new Map(rows.map((row) => [row.platform, row.n]))
}
