import { and, desc, eq, gte, lt, sql } from 'drizzle-orm'
import type { Sentiment } from '../domain/classification.ts'
import type { MentionKind } from '../domain/mention.ts'
import type { Reader } from './store.ts'

/** Every field narrows; absent means all. Times are platform times, epoch ms, half open. */
export interface MentionFilter {
  sourceId?: string | undefined
  platform?: string | undefined
  kind?: MentionKind | undefined
  sentiment?: Sentiment | undefined
  lang?: string | undefined
  since?: number | undefined
  until?: number | undefined
}

export type ListedMention = Awaited<ReturnType<typeof listMentions>>[number]

/** Newest arrival first, from `before` (a seq, exclusive) on. */
export async function listMentions(reader: Reader, filter: MentionFilter, limit: number, before?: number) {
  const { mentions, mentionSources } = reader.t
  const { sourceId } = filter
  const ofSource =
    sourceId &&
    sql`exists (select 1 from ${mentionSources} where ${mentionSources.mentionSeq} = ${mentions.seq}
      and ${mentionSources.sourceId} = ${sourceId})`
  return select(reader)
    .where(
      and(
        before === undefined ? undefined : sql`${mentions.seq} < ${before}`,
        ofSource || undefined,
        filter.platform ? eq(mentions.platform, filter.platform) : undefined,
        filter.kind ? eq(mentions.kind, filter.kind) : undefined,
        filter.sentiment ? eq(mentions.sentiment, filter.sentiment) : undefined,
        filter.lang ? eq(mentions.lang, filter.lang) : undefined,
        filter.since === undefined ? undefined : gte(mentions.createdAt, filter.since),
        filter.until === undefined ? undefined : lt(mentions.createdAt, filter.until),
      ),
    )
    .orderBy(desc(mentions.seq))
    .limit(limit)
}

export async function findListedMention(reader: Reader, id: string): Promise<ListedMention | undefined> {
  const [row] = await select(reader).where(eq(reader.t.mentions.id, id))
  return row
}

function select(reader: Reader) {
  const { mentions, authors, threads } = reader.t
  return reader.db
    .select({ mention: mentions, author: authors, threadId: threads.id })
    .from(mentions)
    .innerJoin(authors, eq(authors.seq, mentions.authorSeq))
    .innerJoin(threads, eq(threads.seq, mentions.threadSeq))
}
