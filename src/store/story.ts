import { and, asc, eq, or, sql } from 'drizzle-orm'
import type { Reader } from './store.ts'
import type { Tables } from './tables/all.ts'

export type StoryThread = Awaited<ReturnType<typeof loadStoryThreads>>[number]

function columns({ threads, authors, sources }: Tables) {
  return {
    threadId: threads.id,
    network: threads.platform,
    source: sources.name,
    authorName: authors.name,
    authorHandle: authors.handle,
    createdAt: threads.createdAt,
  }
}

/** The threads that are folded under one, oldest first. */
export async function loadStoryThreads(reader: Reader, threadSeq: number, limit: number) {
  const { threads, authors, sources } = reader.t
  return reader.db
    .select(columns(reader.t))
    .from(threads)
    .innerJoin(authors, eq(authors.seq, threads.authorSeq))
    .innerJoin(sources, eq(sources.id, threads.sourceId))
    .where(eq(threads.copyOf, threadSeq))
    .orderBy(asc(threads.createdAt), asc(threads.seq))
    .limit(limit)
}

export async function countCopies(reader: Reader, threadSeq: number): Promise<number> {
  const { threads } = reader.t
  const [row] = await reader.db
    .select({ n: sql<number>`count(*)`.mapWith(Number) })
    .from(threads)
    .where(eq(threads.copyOf, threadSeq))
  return row?.n ?? 0
}

/** The original of a story and all that is folded under it: thread seqs, at most `limit`. */
export async function storyThreadSeqs(reader: Reader, threadSeq: number, limit: number): Promise<number[]> {
  const { threads } = reader.t
  const rows = await reader.db
    .select({ seq: threads.seq })
    .from(threads)
    .where(or(eq(threads.seq, threadSeq), eq(threads.copyOf, threadSeq)))
    .limit(limit)
  return rows.map((row) => row.seq)
}

/** The thread of a mention by its seq. */
export async function originalThread(reader: Reader, mentionSeq: number | undefined): Promise<StoryThread | undefined> {
  if (mentionSeq === undefined) return undefined
  const { mentions, threads, authors, sources } = reader.t
  const [row] = await reader.db
    .select(columns(reader.t))
    .from(mentions)
    .innerJoin(threads, eq(threads.seq, mentions.threadSeq))
    .innerJoin(authors, eq(authors.seq, threads.authorSeq))
    .innerJoin(sources, eq(sources.id, threads.sourceId))
    .where(eq(mentions.seq, mentionSeq))
  return row
}

/** The mention that another one reposts or quotes, where we hold it: by the platform's id or by the global one. */
export async function findSharedMention(
  reader: Reader,
  { platform, instance }: { platform: string; instance: string },
  id: string,
): Promise<number | undefined> {
  const { mentions } = reader.t
  const [byId] = await reader.db
    .select({ seq: mentions.seq })
    .from(mentions)
    .where(and(eq(mentions.platform, platform), eq(mentions.instance, instance), eq(mentions.externalId, id)))
  if (byId) return byId.seq
  const [byUri] = await reader.db.select({ seq: mentions.seq }).from(mentions).where(eq(mentions.uri, id))
  return byUri?.seq
}
