import { and, asc, desc, eq, inArray, notInArray, or, sql } from 'drizzle-orm'
import { rejectionsOf } from './rejections.ts'
import type { Reader } from './store.ts'
import { loadTopicsOf } from './topics.ts'

/** More items than this are a thread nobody reads on one page; the newest are shown. */
const mostItems = 200

/** Everything that the page of one thread shows; undefined when there is none with this id. */
export async function loadThread(reader: Reader, id: string, viewerId: string) {
  const head = await loadThreadHead(reader, id)
  if (!head) return undefined
  const { thread } = head
  const mentions = await loadMentions(reader, thread)
  const mentionSeqs = mentions.map((one) => one.mention.seq)
  return {
    ...head,
    mentions,
    replies: await loadReplies(reader, thread.seq),
    notes: await loadNotes(reader, thread.seq),
    events: await loadEvents(reader, thread.seq),
    matches: await loadMatches(reader, mentionSeqs),
    rejections: await rejectionsOf(reader, mentionSeqs),
    topics: await loadTopicsOf(reader, mentionSeqs),
    versions: await countVersions(reader, mentionSeqs),
    tags: await loadTags(reader, thread.seq),
    draft: await loadDraft(reader, thread.seq, viewerId),
    links: await loadLinks(reader, thread.authorSeq),
  }
}
export type LoadedThread = NonNullable<Awaited<ReturnType<typeof loadThread>>>

export async function loadThreadHead(reader: Reader, id: string) {
  const { threads, authors, sources, customers, users } = reader.t
  const [head] = await reader.db
    .select({ thread: threads, author: authors, source: sources, customer: customers, assigneeName: users.name })
    .from(threads)
    .innerJoin(authors, eq(authors.seq, threads.authorSeq))
    .innerJoin(sources, eq(sources.id, threads.sourceId))
    .leftJoin(customers, eq(customers.seq, threads.customerSeq))
    .leftJoin(users, eq(users.id, threads.assigneeId))
    .where(eq(threads.id, id))
  return head
}

export async function findThreadIds(reader: Reader, seqs: readonly number[]): Promise<Map<number, string>> {
  if (seqs.length === 0) return new Map()
  const { threads } = reader.t
  const rows = await reader.db
    .select({ seq: threads.seq, id: threads.id })
    .from(threads)
    .where(inArray(threads.seq, [...seqs]))
  return new Map(rows.map((row) => [row.seq, row.id]))
}

export async function findThreadSeq(reader: Reader, id: string): Promise<number | undefined> {
  const { threads } = reader.t
  const [row] = await reader.db.select({ seq: threads.seq }).from(threads).where(eq(threads.id, id))
  return row?.seq
}

/** The mention with its thread's id, for actions that are addressed by mention. */
export async function findMention(reader: Reader, id: string) {
  const { mentions, threads } = reader.t
  const [row] = await reader.db
    .select({ mention: mentions, threadId: threads.id })
    .from(mentions)
    .innerJoin(threads, eq(threads.seq, mentions.threadSeq))
    .where(eq(mentions.id, id))
  return row
}

/** The newest mention of each author, by public id. */
export async function newestMentionIds(reader: Reader, authorSeqs: readonly number[]): Promise<Map<number, string>> {
  if (authorSeqs.length === 0) return new Map()
  const { mentions, threads } = reader.t
  const newest = reader.db
    .select({ seq: sql<number>`max(${threads.lastMentionSeq})` })
    .from(threads)
    .where(inArray(threads.authorSeq, [...authorSeqs]))
    .groupBy(threads.authorSeq)
  const rows = await reader.db
    .select({ author: mentions.authorSeq, id: mentions.id })
    .from(mentions)
    .where(inArray(mentions.seq, newest))
  return new Map(rows.map((row) => [row.author, row.id]))
}

/** The whole conversation under the root, other people's items too: an answer is written with its context in sight. */
async function loadMentions(
  reader: Reader,
  thread: { seq: number; platform: string; instance: string; rootExternalId: string },
) {
  const { mentions, authors } = reader.t
  const rows = await reader.db
    .select({ mention: mentions, author: authors })
    .from(mentions)
    .innerJoin(authors, eq(authors.seq, mentions.authorSeq))
    .where(
      and(
        eq(mentions.platform, thread.platform),
        eq(mentions.instance, thread.instance),
        or(
          eq(mentions.externalId, thread.rootExternalId),
          and(
            eq(mentions.rootExternalId, thread.rootExternalId),
            sql`${mentions.rootExternalId} <> ${mentions.externalId}`,
          ),
        ),
      ),
    )
    .orderBy(desc(mentions.createdAt), desc(mentions.seq))
    .limit(mostItems)
  return rows.reverse()
}

async function loadReplies(reader: Reader, threadSeq: number) {
  const { replies, users } = reader.t
  return reader.db
    .select({ reply: replies, userName: users.name })
    .from(replies)
    .leftJoin(users, eq(users.id, replies.userId))
    .where(eq(replies.threadSeq, threadSeq))
    .orderBy(asc(replies.createdAt))
    .limit(mostItems)
}

async function loadNotes(reader: Reader, threadSeq: number) {
  const { notes, users } = reader.t
  return reader.db
    .select({ note: notes, userName: users.name })
    .from(notes)
    .innerJoin(users, eq(users.id, notes.userId))
    .where(eq(notes.threadSeq, threadSeq))
    .orderBy(asc(notes.createdAt))
    .limit(mostItems)
}

/** What is told apart from the items themselves. */
const shownElsewhere = ['mention.received', 'reply.queued', 'reply.sending', 'reply.sent', 'note.added']

async function loadEvents(reader: Reader, threadSeq: number) {
  const { events, users } = reader.t
  const rows = await reader.db
    .select({ event: events, userName: users.name })
    .from(events)
    .leftJoin(users, eq(users.id, events.actor))
    .where(and(eq(events.threadSeq, threadSeq), notInArray(events.kind, shownElsewhere)))
    .orderBy(desc(events.seq))
    .limit(mostItems)
  return rows.reverse()
}

async function loadMatches(reader: Reader, mentionSeqs: number[]) {
  if (mentionSeqs.length === 0) return []
  const { matches, queries } = reader.t
  return reader.db
    .select({
      mentionSeq: matches.mentionSeq,
      spans: matches.spans,
      version: matches.version,
      queryId: queries.id,
      queryName: queries.name,
      queryText: queries.text,
    })
    .from(matches)
    .innerJoin(queries, eq(queries.seq, matches.querySeq))
    .where(inArray(matches.mentionSeq, mentionSeqs))
    .orderBy(queries.name)
}

async function countVersions(reader: Reader, mentionSeqs: number[]): Promise<Map<number, number>> {
  if (mentionSeqs.length === 0) return new Map()
  const { mentionVersions } = reader.t
  const rows = await reader.db
    .select({ seq: mentionVersions.mentionSeq, n: sql<number>`count(*)`.mapWith(Number) })
    .from(mentionVersions)
    .where(inArray(mentionVersions.mentionSeq, mentionSeqs))
    .groupBy(mentionVersions.mentionSeq)
  return new Map(rows.map((row) => [row.seq, row.n]))
}

async function loadTags(reader: Reader, threadSeq: number): Promise<string[]> {
  const { threadTags, tags } = reader.t
  const rows = await reader.db
    .select({ name: tags.name })
    .from(threadTags)
    .innerJoin(tags, eq(tags.id, threadTags.tagId))
    .where(eq(threadTags.threadSeq, threadSeq))
    .orderBy(tags.name)
  return rows.map((row) => row.name)
}

async function loadDraft(reader: Reader, threadSeq: number, userId: string) {
  const { drafts } = reader.t
  const [draft] = await reader.db
    .select()
    .from(drafts)
    .where(and(eq(drafts.threadSeq, threadSeq), eq(drafts.userId, userId)))
  return draft
}

/** Present decisions about the author, with the customers and those who decided. */
async function loadLinks(reader: Reader, authorSeq: number) {
  const { links, customers, users } = reader.t
  return reader.db
    .select({ link: links, customer: customers, userName: users.name })
    .from(links)
    .innerJoin(customers, eq(customers.seq, links.customerSeq))
    .leftJoin(users, eq(users.id, links.createdBy))
    .where(and(eq(links.authorSeq, authorSeq), eq(links.isCurrent, true)))
    .orderBy(desc(links.score), desc(links.seq))
    .limit(10)
}

/** The newest mention of each of these threads: the one that their rows show. */
export async function loadNewestMentions(reader: Reader, threadIds: readonly string[]) {
  const { mentions, threads } = reader.t
  if (threadIds.length === 0) return []
  const rows = await reader.db
    .select({ mention: mentions })
    .from(threads)
    .innerJoin(mentions, eq(mentions.seq, threads.lastMentionSeq))
    .where(inArray(threads.id, [...threadIds]))
  return rows.map((row) => row.mention)
}
