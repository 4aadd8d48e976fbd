import { and, eq, inArray, isNull, or, sql, type SQL } from 'drizzle-orm'
import { openStates } from '../domain/thread.ts'
import type { ReplyState } from '../domain/reply.ts'
import { countInbox, loadInboxKeys, type InboxCursor, type InboxFilter } from './inboxKeys.ts'
import type { Db, Reader, Tx } from './store.ts'
import type { Tables } from './tables/all.ts'
import type { MatchSpan } from './tables/listening.ts'

export type { InboxCursor, InboxFilter } from './inboxKeys.ts'

export const pageSize = 50
/** Counts stop here: "1,000+" is all a person needs to know. */
export const countCap = 1000

export interface InboxPage {
  rows: InboxRow[]
  /** Cursors as they go into the address; absent at the ends. */
  prev?: InboxCursor
  next?: InboxCursor
}

export type InboxRow = Awaited<ReturnType<typeof loadDetails>>[number] & {
  tags: string[]
  /** State of our newest reply that is under way or in trouble. */
  replyState: ReplyState | undefined
  /** The words of the newest mention that made a query match. */
  terms: string[]
}

/** One page of the inbox: keys from an index, then the details of exactly these. */
export async function loadInboxPage(reader: Reader, filter: InboxFilter, cursor?: InboxCursor): Promise<InboxPage> {
  const keys = await loadInboxKeys(reader, filter, cursor, pageSize + 1)
  const more = keys.length > pageSize
  const shown = keys.slice(0, pageSize)
  if (cursor?.side === 'prev') shown.reverse()
  const rows = await loadInboxRows(
    reader,
    shown.map((key) => key.seq),
  )
  const [first, last] = [shown[0], shown.at(-1)]
  const page: InboxPage = { rows }
  if (first && (cursor?.side === 'next' || (cursor?.side === 'prev' && more))) page.prev = { ...first, side: 'prev' }
  if (last && (cursor?.side === 'prev' || more)) page.next = { ...last, side: 'next' }
  return page
}

/** Rows in the order of the seqs; unknown ones are left out. At most a page at once. */
export async function loadInboxRows(reader: Reader, seqs: readonly number[]): Promise<InboxRow[]> {
  if (seqs.length === 0) return []
  const slots = slotsOf(seqs)
  const details = await loadDetails(reader, slots)
  const tags = await reader.all<{ threadSeq: number; name: string }>('inbox.tags', buildTags, slots)
  const replies = await reader.all<{ threadSeq: number; state: ReplyState }>('inbox.replies', buildReplies, slots)
  const matches = await reader.all<{ threadSeq: number; spans: MatchSpan[] }>('inbox.matches', buildMatches, slots)
  const termsOf = new Map(matches.map((match) => [match.threadSeq, match.spans.map((span) => span.term)]))
  const bySeq = new Map(details.map((row) => [row.seq, row]))
  const tagsOf = Map.groupBy(tags, (tag) => tag.threadSeq)
  const replyOf = new Map(replies.map((reply) => [reply.threadSeq, reply.state]))
  return seqs.flatMap((seq) => {
    const row = bySeq.get(seq)
    if (!row) return []
    const tagNames = (tagsOf.get(seq) ?? []).map((tag) => tag.name)
    return [{ ...row, tags: tagNames, replyState: replyOf.get(seq), terms: termsOf.get(seq) ?? [] }]
  })
}

export { countInbox } from './inboxKeys.ts'

/**
 * The views that everybody has. `me` is the viewer's id. `riskUntil`: a deadline before then is at risk, epoch ms; every
 * running clock with a deadline where it is absent.
 */
export function builtInFilter(view: string, me: string, riskUntil?: number): InboxFilter | undefined {
  const open = { states: openStates }
  const filters: Record<string, InboxFilter> = {
    risk: {
      clocks: ['breached', 'running'],
      sort: 'deadline',
      ...(riskUntil === undefined ? {} : { dueBefore: riskUntil }),
    },
    unanswered: { ...open, clocks: ['running', 'breached'] },
    mine: { ...open, assigneeId: me },
    unassigned: { ...open, assigneeId: null },
    open,
    negative: { ...open, sentiment: 'negative' },
    questions: { ...open, intent: 'question' },
    reviews: { ...open, kind: 'review' },
    attention: {},
    all: {},
    resolved: { states: ['resolved'] },
  }
  return Object.hasOwn(filters, view) ? filters[view] : undefined
}

const troubled = ['unknown', 'needs_person', 'rejected'] as const

/** Threads whose replies need somebody. */
export async function loadTroubledThreads(reader: Reader): Promise<number[]> {
  const rows = await reader.all<{ seq: number }>(
    'inbox.troubled',
    (db, t) =>
      db
        .selectDistinct({ seq: t.replies.threadSeq })
        .from(t.replies)
        .where(inArray(t.replies.state, [...troubled]))
        .limit(countCap),
    {},
  )
  return rows.map((row) => row.seq)
}

/** Counts of the views, in the order given, each counted no further than the cap. */
export async function countViews(reader: Reader, filters: readonly InboxFilter[]): Promise<number[]> {
  const counts: number[] = []
  for (const filter of filters)
    counts.push(filter.only?.length === 0 ? 0 : await countInbox(reader, filter, countCap + 1))
  return counts
}

/** Languages that open threads are written in, for the filter. */
export async function listLanguages(reader: Reader): Promise<string[]> {
  const { t } = reader
  const recent = sql`select ${t.threads.lang} as lang from ${t.threads} order by ${t.threads.seq} desc limit 2000`
  const rows = await reader.rows<{ lang: string | null }>(
    sql`select distinct lang from (${recent}) recent order by lang`,
  )
  return rows.flatMap((row) => (row.lang ? [row.lang] : []))
}

/** How far the first reading is: arrived and classified, each counted no further than the cap. */
export async function countArrived(reader: Reader, cap = 20_000): Promise<{ total: number; classified: number }> {
  const { t, db } = reader
  const newest = db
    .select({ at: t.mentions.enrichedAt })
    .from(t.mentions)
    .where(isNull(t.mentions.deletedAt))
    .limit(cap)
    .as('newest')
  const [row] = await db
    .select({
      total: sql<number>`count(*)`.mapWith(Number),
      classified: sql<number>`count(${newest.at})`.mapWith(Number),
    })
    .from(newest)
  return row ?? { total: 0, classified: 0 }
}

export async function listSavedViews(reader: Reader, userId: string) {
  const { t, db } = reader
  return db.select().from(t.savedViews).where(eq(t.savedViews.userId, userId)).orderBy(t.savedViews.position)
}

export async function insertSavedView(tx: Tx, view: Tables['savedViews']['$inferInsert']): Promise<void> {
  const { t, db } = tx
  await db.insert(t.savedViews).values(view)
}

export async function deleteSavedView(tx: Tx, id: string, userId: string): Promise<boolean> {
  const { t, db } = tx
  const rows = await db
    .delete(t.savedViews)
    .where(and(eq(t.savedViews.id, id), eq(t.savedViews.userId, userId)))
    .returning({ id: t.savedViews.id })
  return rows.length > 0
}

const names = Array.from({ length: pageSize }, (_, index) => `s${index}`)
const placeholders = names.map((name) => sql.placeholder(name))

/** Always the same number of placeholders, so that the statement is prepared once; the rest match nothing. */
function slotsOf(seqs: readonly number[]): Record<string, number> {
  return Object.fromEntries(names.map((name, index) => [name, seqs[index] ?? -1]))
}

function loadDetails(reader: Reader, slots: Record<string, number>) {
  return reader.all<Awaited<ReturnType<typeof buildDetails>>[number]>('inbox.details', buildDetails, slots)
}

function buildDetails(db: Db, t: Tables) {
  const { threads, authors, sources, mentions, customers, users } = t
  return db
    .select({
      seq: threads.seq,
      id: threads.id,
      platform: threads.platform,
      state: threads.state,
      lastInboundAt: threads.lastInboundAt,
      lastReplyAt: threads.lastReplyAt,
      mentionCount: threads.mentionCount,
      kind: threads.kind,
      lang: threads.lang,
      sentiment: threads.sentiment,
      intents: threads.intents,
      urgency: threads.urgency,
      clockState: threads.clockState,
      clockStartedAt: threads.clockStartedAt,
      clockIngestedAt: threads.clockIngestedAt,
      clockDueAt: threads.clockDueAt,
      clockStoppedAt: threads.clockStoppedAt,
      turns: threads.turns,
      assigneeId: threads.assigneeId,
      assigneeName: users.name,
      sourceId: sources.id,
      sourceName: sources.name,
      authorName: authors.name,
      authorHandle: authors.handle,
      avatarUrl: authors.avatarUrl,
      isBot: authors.isBot,
      customerName: customers.name,
      mentionSeq: mentions.seq,
      title: mentions.title,
      excerpt: excerptOf(t),
      createdAt: mentions.createdAt,
      enrichedAt: mentions.enrichedAt,
      deletedAt: mentions.deletedAt,
      review: mentions.review,
      classification: mentions.classification,
      copies: copiesOf(t),
    })
    .from(threads)
    .innerJoin(authors, eq(authors.seq, threads.authorSeq))
    .innerJoin(sources, eq(sources.id, threads.sourceId))
    .leftJoin(mentions, eq(mentions.seq, threads.lastMentionSeq))
    .leftJoin(customers, eq(customers.seq, threads.customerSeq))
    .leftJoin(users, eq(users.id, threads.assigneeId))
    .where(inArray(threads.seq, placeholders))
}

function excerptOf(t: Tables): SQL<string | null> {
  return sql<string | null>`substr(${t.mentions.text}, 1, 240)`
}

/** Threads that are folded under this one. */
function copiesOf({ threads }: Tables): SQL<number> {
  return sql<number>`(select count(*) from ${threads} as folded where folded.copy_of = ${threads.seq})`.mapWith(Number)
}

function buildTags(db: Db, t: Tables) {
  return db
    .select({ threadSeq: t.threadTags.threadSeq, name: t.tags.name })
    .from(t.threadTags)
    .innerJoin(t.tags, eq(t.tags.id, t.threadTags.tagId))
    .where(inArray(t.threadTags.threadSeq, placeholders))
    .orderBy(t.tags.name)
}

/** Newest last, so that it wins in a map. */
function buildReplies(db: Db, t: Tables) {
  return db
    .select({ threadSeq: t.replies.threadSeq, state: t.replies.state })
    .from(t.replies)
    .where(
      and(
        inArray(t.replies.threadSeq, placeholders),
        or(eq(t.replies.actor, 'person'), eq(t.replies.actor, 'automation')),
      ),
    )
    .orderBy(t.replies.createdAt)
}

function buildMatches(db: Db, t: Tables) {
  return db
    .select({ threadSeq: t.threads.seq, spans: t.matches.spans })
    .from(t.threads)
    .innerJoin(t.matches, eq(t.matches.mentionSeq, t.threads.lastMentionSeq))
    .where(inArray(t.threads.seq, placeholders))
}
