import { desc, eq, inArray } from 'drizzle-orm'
import { isMixed } from '../domain/classification.ts'
import type { Query } from '../query/ast.ts'
import { prepareDocument, type MatchDocument } from '../query/document.ts'
import { evaluate } from '../query/evaluate.ts'
import { planSearch, toFts5, toTsquery, type SearchPlan } from '../query/plan.ts'
import type { Reader } from './store.ts'
import { loadTopicsOf, mentionsOfTopic } from './topics.ts'

/** Verified one by one: more would hold up everybody else. */
const mostVerified = 500

/** The threads whose newest mentions match a query, looking at no more than `mostHits` mentions. */
export async function searchThreads(reader: Reader, query: Query, mostHits: number): Promise<number[]> {
  const plan = planSearch(query)
  const isExact = !plan.residual && plan.fields.length === 0 && plan.excludedFields.length === 0
  const hits =
    (await hitsOfTopic(reader, plan)) ?? (await findCandidates(reader, plan.fts, isExact ? mostHits : mostVerified))
  if (isExact) return threadsOf(reader, hits)
  const threads = new Set<number>()
  const topics = await topicNames(reader, query, hits)
  for (const row of await loadCandidates(reader, hits)) {
    const document = { ...documentOf(row), topic: topics.get(row.mention.seq) ?? [] }
    if (evaluate(query, prepareDocument(document))) threads.add(row.mention.threadSeq)
  }
  return [...threads]
}

/** Without a word to look up, a topic's own mentions are all there is to verify. */
async function hitsOfTopic(reader: Reader, plan: SearchPlan): Promise<number[] | undefined> {
  const topic = plan.fields.find((leaf) => leaf.field === 'topic')
  if (plan.fts !== null || topic?.test.op !== 'is') return undefined
  return mentionsOfTopic(reader, topic.test, mostVerified)
}

async function topicNames(reader: Reader, query: Query, hits: readonly number[]): Promise<Map<number, string[]>> {
  const names = new Map<number, string[]>()
  if (!/\btopic\b/i.test(query.text)) return names
  for (const { mentionSeq, name } of await loadTopicsOf(reader, hits))
    names.set(mentionSeq, [...(names.get(mentionSeq) ?? []), name])
  return names
}

async function findCandidates(
  reader: Reader,
  fts: Parameters<typeof toFts5>[0] | null,
  limit: number,
): Promise<number[]> {
  const { t, d } = reader
  if (fts === null) {
    const rows = await reader.db
      .select({ seq: t.mentions.seq })
      .from(t.mentions)
      .orderBy(desc(t.mentions.seq))
      .limit(limit)
    return rows.map((row) => row.seq)
  }
  const expression = d.name === 'sqlite' ? toFts5(fts) : toTsquery(fts)
  const rows = await reader.rows<{ seq: number | string }>(d.searchSeqs(expression, limit))
  return rows.map((row) => Number(row.seq))
}

async function threadsOf(reader: Reader, mentionSeqs: number[]): Promise<number[]> {
  const { mentions } = reader.t
  if (mentionSeqs.length === 0) return []
  const rows = await reader.db
    .selectDistinct({ seq: mentions.threadSeq })
    .from(mentions)
    .where(inArray(mentions.seq, mentionSeqs))
  return rows.map((row) => row.seq)
}

/** Mentions under the names of the query language, all fields of views included, with what a rule may change. */
export async function loadViewDocuments(reader: Reader, seqs: number[]) {
  const topics = await loadTopicsOf(reader, seqs)
  return (await loadCandidates(reader, seqs)).map((row) => ({
    mention: row.mention,
    thread: row.thread,
    document: {
      ...documentOf(row),
      topic: topics.filter((one) => one.mentionSeq === row.mention.seq).map((one) => one.name),
    },
  }))
}

async function loadCandidates(reader: Reader, mentionSeqs: number[]) {
  if (mentionSeqs.length === 0) return []
  const { mentions, authors, threads, sources, users, customers } = reader.t
  return reader.db
    .select({
      mention: mentions,
      author: { handle: authors.handle, name: authors.name, followers: authors.followers },
      thread: {
        state: threads.state,
        lastReplyAt: threads.lastReplyAt,
        assigneeId: threads.assigneeId,
        clockState: threads.clockState,
      },
      sourceName: sources.name,
      assignee: users.name,
      customer: { name: customers.name, tier: customers.tier },
    })
    .from(mentions)
    .innerJoin(authors, eq(authors.seq, mentions.authorSeq))
    .innerJoin(threads, eq(threads.seq, mentions.threadSeq))
    .innerJoin(sources, eq(sources.id, threads.sourceId))
    .leftJoin(users, eq(users.id, threads.assigneeId))
    .leftJoin(customers, eq(customers.seq, threads.customerSeq))
    .where(inArray(mentions.seq, mentionSeqs))
}
type Candidate = Awaited<ReturnType<typeof loadCandidates>>[number]

/** Under the names of the query language. Absent stays absent: a predicate on it is false. */
function documentOf({ mention, author, thread, sourceName, assignee, customer }: Candidate): MatchDocument {
  return {
    title: mention.title,
    text: mention.text,
    lang: mention.lang ?? mention.langDeclared,
    author: [author.handle, ...(author.name ? [author.name] : [])],
    author_followers: author.followers,
    source: [mention.platform, sourceName],
    type: mention.kind === 'reply' || mention.kind === 'quote' || mention.kind === 'mention' ? 'post' : mention.kind,
    rating: mention.ratingUnit === null ? undefined : 1 + 4 * mention.ratingUnit,
    likes: mention.metrics?.likes,
    replies: mention.metrics?.replies,
    reach: mention.metrics?.views,
    url: mention.url,
    date: mention.createdAt,
    sentiment: [
      ...(mention.sentiment ? [mention.sentiment] : []),
      ...(isMixed(mention.classification) ? ['mixed'] : []),
    ],
    intent: mention.intents?.map((one) => one.label),
    urgency: mention.urgency,
    state: thread.state,
    assignee,
    customer: customer?.name,
    tier: customer?.tier,
    is: flagsOf(mention, thread),
    has: [
      ...(mention.media?.length ? ['media'] : []),
      ...(mention.review?.rating ? ['rating'] : []),
      ...(thread.lastReplyAt === null ? [] : ['reply']),
      ...(customer ? ['customer'] : []),
    ],
  }
}

function flagsOf(mention: Candidate['mention'], thread: Candidate['thread']): string[] {
  const closed = thread.state === 'resolved' || thread.state === 'ignored' || thread.state === 'spam'
  return [
    closed ? 'closed' : 'open',
    thread.state === 'new' ? 'unread' : 'read',
    thread.lastReplyAt === null ? 'unanswered' : 'answered',
    thread.assigneeId === null ? 'unassigned' : 'assigned',
    ...(thread.clockState === 'breached' ? ['overdue'] : []),
    ...(thread.state === 'snoozed' || thread.state === 'spam' ? [thread.state] : []),
    ...(mention.kind === 'reply' || mention.kind === 'quote' ? [mention.kind] : []),
    ...(mention.shares?.as === 'repost' ? ['repost'] : []),
    ...(mention.copyOf === null ? [] : ['copy']),
    ...(mention.editedAt === null ? [] : ['edited']),
    ...(mention.deletedAt === null ? [] : ['deleted']),
    ...(mention.classification?.unsure ? ['unsure'] : []),
  ]
}
