import { and, asc, desc, eq, gte, inArray, isNotNull, isNull, lt, lte, sql } from 'drizzle-orm'
import type { Sentiment } from '../domain/classification.ts'
import { appendAudit } from './audit.ts'
import type { Reader, Tx } from './store.ts'
import type { Tables } from './tables/all.ts'
import type { QuerySettings } from './tables/listening.ts'
import type { TopicKind, TopicWalk } from './tables/topics.ts'
import type { Act } from './threadActions.ts'

export type Topic = Tables['topics']['$inferSelect']

/** Topics that new mentions are matched against. */
export async function activeTopics(reader: Reader) {
  const { topics } = reader.t
  return reader.db
    .select({
      seq: topics.seq,
      version: topics.version,
      text: topics.text,
      settings: topics.settings,
      topic: topics.kind,
    })
    .from(topics)
    .where(eq(topics.isActive, true))
    .orderBy(asc(topics.seq))
}
export type ActiveTopic = Awaited<ReturnType<typeof activeTopics>>[number]

export async function listTopics(reader: Reader): Promise<Topic[]> {
  const { topics } = reader.t
  return reader.db.select().from(topics).orderBy(asc(topics.name))
}

export async function findTopic(reader: Reader, id: string): Promise<Topic | undefined> {
  const { topics } = reader.t
  const [row] = await reader.db.select().from(topics).where(eq(topics.id, id))
  return row
}

export async function findTopicBySeq(reader: Reader, seq: number): Promise<Topic | undefined> {
  const { topics } = reader.t
  const [row] = await reader.db.select().from(topics).where(eq(topics.seq, seq))
  return row
}

export interface TopicCount {
  topicSeq: number
  day: number
  sentiment: Sentiment
  count: number
}

/** Days are floor(epoch ms / 86,400,000), both ends included. From the roll-up. */
export async function countTopics(reader: Reader, fromDay: number, toDay: number): Promise<TopicCount[]> {
  const { topicRollup } = reader.t
  return reader.db
    .select()
    .from(topicRollup)
    .where(and(gte(topicRollup.day, fromDay), lte(topicRollup.day, toDay), sql`${topicRollup.count} > 0`))
    .orderBy(topicRollup.day)
}

export interface TopicFields {
  name: string
  kind: TopicKind
  text: string
  settings: QuerySettings
  parentSeq: number | null
  isActive: boolean
}

/** undefined: the name is taken. */
export async function insertTopic(tx: Tx, act: Act, fields: TopicFields): Promise<Topic | undefined> {
  const { topics } = tx.t
  const [row] = await tx.db
    .insert(topics)
    .values({ ...fields, id: act.newId(), createdAt: act.now, updatedAt: act.now })
    .onConflictDoNothing()
    .returning()
  if (row) await note(tx, act, 'topic.create', row.id, { text: row.text })
  return row
}

/** Another rule or kind is a new version; what the earlier one found stays until the history is walked again. */
export async function updateTopic(
  tx: Tx,
  act: Act,
  id: string,
  fields: TopicFields,
): Promise<'saved' | 'taken' | 'gone'> {
  const { topics } = tx.t
  const before = await findTopic(tx, id)
  if (!before) return 'gone'
  const taken = await tx.db
    .select({ id: topics.id })
    .from(topics)
    .where(and(eq(topics.name, fields.name), sql`${topics.id} <> ${id}`))
  if (taken.length > 0) return 'taken'
  const changed =
    before.text !== fields.text ||
    before.kind !== fields.kind ||
    before.settings.fold !== fields.settings.fold ||
    before.settings.stem !== fields.settings.stem
  await tx.db
    .update(topics)
    .set({ ...fields, version: before.version + (changed ? 1 : 0), updatedAt: act.now })
    .where(eq(topics.id, id))
  await note(tx, act, 'topic.update', id, { text: fields.text })
  return 'saved'
}

/** With everything that it found; topics below it stand alone from then on. */
export async function removeTopic(tx: Tx, act: Act, id: string): Promise<boolean> {
  const { topics } = tx.t
  const [row] = await tx.db.delete(topics).where(eq(topics.id, id)).returning({ seq: topics.seq })
  if (!row) return false
  await tx.db.update(topics).set({ parentSeq: null }).where(eq(topics.parentSeq, row.seq))
  await note(tx, act, 'topic.remove', id, {})
  return true
}

/** Counts what the rule catches in all that is stored, or applies it; a walk under way is replaced. */
export async function startWalk(tx: Tx, act: Act, topic: Topic, mode: TopicWalk['mode']): Promise<void> {
  const { topics, jobs } = tx.t
  const walk: TopicWalk = { mode, version: topic.version, startedAt: act.now, scanned: 0, matched: 0 }
  await tx.db.update(topics).set({ walk }).where(eq(topics.seq, topic.seq))
  await tx.db
    .insert(jobs)
    .values({
      kind: 'topic',
      key: `${topic.id} ${mode} ${act.now}`,
      lane: `topic:${topic.id}`,
      payload: { topicSeq: topic.seq, startedAt: act.now },
      runAt: act.now,
      createdAt: act.now,
    })
    .onConflictDoNothing()
  if (mode === 'apply') await note(tx, act, 'topic.apply', topic.id, {})
  tx.emit({ type: 'job', kind: 'topic' })
}

/** False where the walk is another one by now: its own run goes on. */
export async function saveWalk(tx: Tx, topicSeq: number, walk: TopicWalk): Promise<boolean> {
  const { topics } = tx.t
  const topic = await findTopicBySeq(tx, topicSeq)
  if (topic?.walk?.startedAt !== walk.startedAt || topic.walk.mode !== walk.mode) return false
  await tx.db.update(topics).set({ walk }).where(eq(topics.seq, topicSeq))
  return true
}

/** Stored mentions below an arrival number, newest first, as a walk reads them. */
export async function listForWalk(reader: Reader, beforeSeq: number, limit: number) {
  const { mentions, authors } = reader.t
  return reader.db
    .select({ mention: mentions, author: authors })
    .from(mentions)
    .innerJoin(authors, eq(authors.seq, mentions.authorSeq))
    .where(and(lt(mentions.seq, beforeSeq), isNotNull(mentions.enrichedAt), isNull(mentions.deletedAt)))
    .orderBy(desc(mentions.seq))
    .limit(limit)
}

export interface TopicSpan {
  fromDay: number
  toDay: number
  sentiment?: Sentiment | undefined
}

/** What a topic found, newest arrival first. `before`: only mentions that arrived earlier than this one. */
export async function listTopicMentions(
  reader: Reader,
  topicSeq: number,
  { fromDay, toDay, sentiment }: TopicSpan,
  limit: number,
  before = Number.MAX_SAFE_INTEGER,
) {
  const { topicMatches, mentions, authors, threads } = reader.t
  return reader.db
    .select({
      match: topicMatches,
      mention: {
        seq: mentions.seq,
        id: mentions.id,
        platform: mentions.platform,
        title: mentions.title,
        text: mentions.text,
        createdAt: mentions.createdAt,
        ratingUnit: mentions.ratingUnit,
        review: mentions.review,
        sentiment: mentions.sentiment,
      },
      author: { name: authors.name, handle: authors.handle },
      threadId: threads.id,
    })
    .from(topicMatches)
    .innerJoin(mentions, eq(mentions.seq, topicMatches.mentionSeq))
    .innerJoin(authors, eq(authors.seq, mentions.authorSeq))
    .innerJoin(threads, eq(threads.seq, mentions.threadSeq))
    .where(
      and(
        eq(topicMatches.topicSeq, topicSeq),
        lt(topicMatches.mentionSeq, before),
        gte(topicMatches.day, fromDay),
        lte(topicMatches.day, toDay),
        sentiment ? eq(topicMatches.sentiment, sentiment) : undefined,
      ),
    )
    .orderBy(desc(topicMatches.mentionSeq))
    .limit(limit)
}

/** The words of the newest arrivals, copies and own ones left out; those of one topic where it is given. */
export function listNewestTexts(reader: Reader, limit: number, topicSeq?: number) {
  const { mentions, topicMatches } = reader.t
  const ofTopic =
    topicSeq === undefined
      ? undefined
      : inArray(
          mentions.seq,
          reader.db
            .select({ seq: topicMatches.mentionSeq })
            .from(topicMatches)
            .where(eq(topicMatches.topicSeq, topicSeq))
            .orderBy(desc(topicMatches.mentionSeq))
            .limit(limit),
        )
  return reader.db
    .select({
      title: mentions.title,
      text: mentions.text,
      author: mentions.authorSeq,
      sentiment: mentions.sentiment,
      createdAt: mentions.createdAt,
    })
    .from(mentions)
    .where(and(isNull(mentions.copyOf), isNull(mentions.deletedAt), eq(mentions.isOwn, false), ofTopic))
    .orderBy(desc(mentions.seq))
    .limit(limit)
}

/** Names of the topics that mentions speak of, with the tone of each. */
export async function loadTopicsOf(reader: Reader, mentionSeqs: readonly number[]) {
  if (mentionSeqs.length === 0) return []
  const { topicMatches, topics } = reader.t
  return reader.db
    .select({
      mentionSeq: topicMatches.mentionSeq,
      sentiment: topicMatches.sentiment,
      confidence: topicMatches.confidence,
      spans: topicMatches.spans,
      id: topics.id,
      name: topics.name,
      kind: topics.kind,
    })
    .from(topicMatches)
    .innerJoin(topics, eq(topics.seq, topicMatches.topicSeq))
    .where(inArray(topicMatches.mentionSeq, [...mentionSeqs]))
    .orderBy(topics.name)
}

/** The newest mentions that speak of a topic of this name (or beginning with it), for the search. */
export async function mentionsOfTopic(
  reader: Reader,
  name: { value: string; prefix: boolean },
  limit: number,
): Promise<number[]> {
  const { topicMatches, topics } = reader.t
  const wanted = name.value.toLowerCase()
  const rows = await reader.db.select({ seq: topics.seq, name: topics.name }).from(topics)
  const seqs = rows
    .filter((row) => {
      const have = row.name.toLowerCase()
      return name.prefix ? have.startsWith(wanted) : have === wanted
    })
    .map((row) => row.seq)
  if (seqs.length === 0) return []
  const found = await reader.db
    .selectDistinct({ seq: topicMatches.mentionSeq })
    .from(topicMatches)
    .where(inArray(topicMatches.topicSeq, seqs))
    .orderBy(desc(topicMatches.mentionSeq))
    .limit(limit)
  return found.map((row) => row.seq)
}

async function note(tx: Tx, act: Act, action: string, id: string, data: Record<string, unknown>): Promise<void> {
  await appendAudit(tx, { at: act.now, actor: act.userId, action, object: `topic:${id}`, data, ip: act.ip })
  tx.emit({ type: 'queries' })
}
