import { and, asc, count, desc, eq, exists, gt, inArray, isNotNull, isNull, max, ne, notExists, sql } from 'drizzle-orm'
import type { TagReport } from '../domain/tagReport.ts'
import { appendAudit } from './audit.ts'
import { eventRow } from './ingest.ts'
import type { Reader, Tx } from './store.ts'
import type { Tables } from './tables/all.ts'
import type { TagMode } from './tables/tagModels.ts'
import { recordAct, type Act } from './threadActions.ts'

export type TagModel = Tables['tagModels']['$inferSelect']
export type TagVersion = Tables['tagModelVersions']['$inferSelect']

const mostTags = 300

/** Every tag with how many threads carry it and what it was taught. */
export async function listTaughtTags(reader: Reader) {
  const { tags, threadTags, tagModels, tagSuggestions } = reader.t
  const rows = await reader.db
    .select({ id: tags.id, name: tags.name, model: tagModels })
    .from(tags)
    .leftJoin(tagModels, eq(tagModels.tagId, tags.id))
    .orderBy(asc(tags.name))
    .limit(mostTags)
  const carried = await reader.db
    .select({ tagId: threadTags.tagId, n: count() })
    .from(threadTags)
    .groupBy(threadTags.tagId)
  const waiting = await reader.db
    .select({ tagId: tagSuggestions.tagId, n: count() })
    .from(tagSuggestions)
    .where(eq(tagSuggestions.state, 'open'))
    .groupBy(tagSuggestions.tagId)
  const of = (list: { tagId: string; n: number }[], id: string) => Number(list.find((one) => one.tagId === id)?.n ?? 0)
  return rows.map((row) => ({ ...row, threads: of(carried, row.id), open: of(waiting, row.id) }))
}

export async function findTaughtTag(reader: Reader, id: string) {
  const { tags, tagModels } = reader.t
  const [row] = await reader.db
    .select({ id: tags.id, name: tags.name, model: tagModels })
    .from(tags)
    .leftJoin(tagModels, eq(tagModels.tagId, tags.id))
    .where(eq(tags.id, id))
  return row
}

/** Newest first, without what was learned. */
export async function listTagVersions(reader: Reader, tagId: string) {
  const { tagModelVersions: table, users } = reader.t
  return reader.db
    .select({ version: table.version, report: table.report, createdAt: table.createdAt, userName: users.name })
    .from(table)
    .leftJoin(users, eq(users.id, table.createdBy))
    .where(eq(table.tagId, tagId))
    .orderBy(desc(table.version))
    .limit(20)
}

/** Decisions about suggestions since a moment: what a new version would learn from besides. */
export async function countDecisions(reader: Reader, tagId: string, since: number): Promise<number> {
  const { tagSuggestions } = reader.t
  const [row] = await reader.db
    .select({ n: count() })
    .from(tagSuggestions)
    .where(and(eq(tagSuggestions.tagId, tagId), gt(tagSuggestions.decidedAt, since)))
  return Number(row?.n ?? 0)
}

const textOf = ({ threads, mentions }: Tables) => ({
  threadSeq: threads.seq,
  title: mentions.title,
  text: mentions.text,
  lang: mentions.lang,
})
export interface TagText {
  threadSeq: number
  title: string | null
  text: string
  lang: string | null
}

/** The newest mention of each thread that carries the tag, newest first. */
export async function tagPositives(reader: Reader, tagId: string, limit: number): Promise<TagText[]> {
  const { threads, mentions, threadTags } = reader.t
  return reader.db
    .select(textOf(reader.t))
    .from(threadTags)
    .innerJoin(threads, eq(threads.seq, threadTags.threadSeq))
    .innerJoin(mentions, eq(mentions.seq, threads.lastMentionSeq))
    .where(and(eq(threadTags.tagId, tagId), isNull(mentions.deletedAt)))
    .orderBy(desc(threadTags.threadSeq))
    .limit(limit)
}

/** Threads for which people refused the tag and that do not carry it. */
export async function tagRejected(reader: Reader, tagId: string, limit: number): Promise<TagText[]> {
  const { threads, mentions, tagSuggestions } = reader.t
  return reader.db
    .select(textOf(reader.t))
    .from(tagSuggestions)
    .innerJoin(threads, eq(threads.seq, tagSuggestions.threadSeq))
    .innerJoin(mentions, eq(mentions.seq, threads.lastMentionSeq))
    .where(
      and(
        eq(tagSuggestions.tagId, tagId),
        eq(tagSuggestions.state, 'rejected'),
        isNull(mentions.deletedAt),
        notExists(carries(reader, tagId)),
      ),
    )
    .orderBy(desc(tagSuggestions.decidedAt))
    .limit(limit)
}

/** The newest threads without the tag, by number: others are drawn from them. */
export async function threadsWithout(reader: Reader, tagId: string, limit: number): Promise<number[]> {
  const { threads } = reader.t
  const rows = await reader.db
    .select({ seq: threads.seq })
    .from(threads)
    .where(and(isNotNull(threads.lastMentionSeq), notExists(carries(reader, tagId))))
    .orderBy(desc(threads.seq))
    .limit(limit)
  return rows.map((row) => row.seq)
}

export async function textsOfThreads(reader: Reader, seqs: readonly number[]): Promise<TagText[]> {
  if (seqs.length === 0) return []
  const { threads, mentions } = reader.t
  return reader.db
    .select(textOf(reader.t))
    .from(threads)
    .innerJoin(mentions, eq(mentions.seq, threads.lastMentionSeq))
    .where(and(inArray(threads.seq, [...seqs]), isNull(mentions.deletedAt)))
}

function carries(reader: Reader, tagId: string) {
  const { threads, threadTags } = reader.t
  return reader.db
    .select({ one: sql`1` })
    .from(threadTags)
    .where(and(eq(threadTags.threadSeq, threads.seq), eq(threadTags.tagId, tagId)))
}

/** Off the request path: training, or trying a tag that was switched on on the newest threads. */
export async function queueTagWork(tx: Tx, act: Act, tagId: string, what: 'train' | 'try'): Promise<void> {
  const { jobs } = tx.t
  const payload = { tagId, what, userId: act.userId }
  await tx.db
    .insert(jobs)
    .values({ kind: 'tag', key: `${tagId} ${what}`, lane: `tag:${tagId}`, payload, runAt: act.now, createdAt: act.now })
    .onConflictDoNothing()
  tx.emit({ type: 'job', kind: 'tag' })
}

/** A new version; nothing is switched on or changed by it but the first threshold. */
export async function saveTagVersion(
  tx: Tx,
  tagId: string,
  trained: { model: string; report: TagReport; threshold: number },
  by: { userId: string; now: number },
): Promise<void> {
  const { tagModels, tagModelVersions } = tx.t
  const { model, report, threshold } = trained
  const [last] = await tx.db
    .select({ version: max(tagModelVersions.version) })
    .from(tagModelVersions)
    .where(eq(tagModelVersions.tagId, tagId))
  const version = (last?.version ?? 0) + 1
  await tx.db
    .insert(tagModelVersions)
    .values({ tagId, version, model, report, createdAt: by.now, createdBy: by.userId })
  await tx.db
    .insert(tagModels)
    .values({ tagId, threshold, updatedAt: by.now })
    .onConflictDoUpdate({ target: tagModels.tagId, set: { problem: null, updatedAt: by.now } })
}

export async function saveTagProblem(tx: Tx, tagId: string, now: number): Promise<void> {
  const { tagModels } = tx.t
  await tx.db
    .insert(tagModels)
    .values({ tagId, threshold: 0.9, problem: 'few', updatedAt: now })
    .onConflictDoUpdate({ target: tagModels.tagId, set: { problem: 'few', updatedAt: now } })
}

/** Switches a tag's model on or off, or another version in. False: there is no such version. */
export async function saveTagUse(
  tx: Tx,
  act: Act,
  tagId: string,
  use: { mode: TagMode; threshold: number; version: number },
): Promise<boolean> {
  const { tagModels, tagModelVersions, mentions } = tx.t
  const isFirst = use.mode !== 'off' && (await activeTagModels(tx)).length === 0
  const [row] = await tx.db
    .update(tagModels)
    .set({ ...use, updatedAt: act.now })
    .where(
      and(
        eq(tagModels.tagId, tagId),
        exists(
          tx.db
            .select({ one: sql`1` })
            .from(tagModelVersions)
            .where(and(eq(tagModelVersions.tagId, tagId), eq(tagModelVersions.version, use.version))),
        ),
      ),
    )
    .returning({ tagId: tagModels.tagId })
  if (!row) return false
  // Nobody looked while all were off: what arrived meanwhile is left as it is.
  if (isFirst) {
    const [newest] = await tx.db.select({ seq: max(mentions.seq) }).from(mentions)
    await saveTagCursor(tx, newest?.seq ?? 0)
  }
  await appendAudit(tx, {
    at: act.now,
    actor: act.userId,
    action: 'tag.teach',
    object: `tag:${tagId}`,
    data: use,
    ip: act.ip,
  })
  return true
}

/** Tags that suggest or set, with what they learned. */
export async function activeTagModels(reader: Reader) {
  const { tagModels, tagModelVersions, tags } = reader.t
  return reader.db
    .select({
      tagId: tags.id,
      name: tags.name,
      mode: tagModels.mode,
      threshold: tagModels.threshold,
      version: tagModelVersions.version,
      model: tagModelVersions.model,
    })
    .from(tagModels)
    .innerJoin(tags, eq(tags.id, tagModels.tagId))
    .innerJoin(
      tagModelVersions,
      and(eq(tagModelVersions.tagId, tagModels.tagId), eq(tagModelVersions.version, tagModels.version)),
    )
    .where(ne(tagModels.mode, 'off'))
}
export type ActiveTag = Awaited<ReturnType<typeof activeTagModels>>[number]

/** Inbound mentions that arrived after one, oldest first. */
export async function listForTagging(reader: Reader, after: number, limit: number) {
  const { mentions, threads } = reader.t
  return reader.db
    .select({
      ...textOf(reader.t),
      seq: mentions.seq,
      enrichedAt: mentions.enrichedAt,
      ingestedAt: mentions.ingestedAt,
      isOwn: mentions.isOwn,
      deletedAt: mentions.deletedAt,
    })
    .from(mentions)
    .innerJoin(threads, eq(threads.seq, mentions.threadSeq))
    .where(gt(mentions.seq, after))
    .orderBy(asc(mentions.seq))
    .limit(limit)
}

const cursorKey = 'tagging'

/** The last mention that trained tags have looked at; -1: none yet. */
export async function loadTagCursor(reader: Reader): Promise<number> {
  const { counters } = reader.t
  const [row] = await reader.db.select({ value: counters.value }).from(counters).where(eq(counters.key, cursorKey))
  return row?.value ?? -1
}

export async function saveTagCursor(tx: Tx, value: number): Promise<void> {
  const { counters } = tx.t
  await tx.db
    .insert(counters)
    .values({ key: cursorKey, value })
    .onConflictDoUpdate({ target: counters.key, set: { value } })
}

export interface TagFinding {
  tag: ActiveTag
  threadSeq: number
  score: number
  because: string[]
}

/** Suggests, or sets where that is allowed. Once a thread and tag: what people refused is not asked again. */
export async function writeTagFindings(tx: Tx, findings: readonly TagFinding[], now: number): Promise<void> {
  const { tagSuggestions, threadTags } = tx.t
  for (const { tag, threadSeq, score, because } of findings) {
    const carried = await tx.db
      .select({ one: threadTags.tagId })
      .from(threadTags)
      .where(and(eq(threadTags.threadSeq, threadSeq), eq(threadTags.tagId, tag.tagId)))
    if (carried.length > 0) continue
    const isSet = tag.mode === 'set'
    const [row] = await tx.db
      .insert(tagSuggestions)
      .values({
        tagId: tag.tagId,
        threadSeq,
        version: tag.version,
        score,
        because,
        state: isSet ? 'set' : 'open',
        createdAt: now,
      })
      .onConflictDoNothing()
      .returning({ threadSeq: tagSuggestions.threadSeq })
    if (!row) continue
    if (isSet) {
      await tx.db.insert(threadTags).values({ threadSeq, tagId: tag.tagId }).onConflictDoNothing()
      const data = { tag: tag.name, learned: tag.version, score: Math.round(score * 100) / 100 }
      await tx.insert('event', 'events', [
        eventRow({ at: now, now, kind: 'thread.tagged', threadSeq, actor: 'system', data }),
      ])
    }
    tx.emit({ type: 'thread', threadSeq, reason: 'state' })
  }
}

/** Suggestions that wait for somebody, of one thread. */
export async function suggestionsOf(reader: Reader, threadSeq: number) {
  const { tagSuggestions, tags } = reader.t
  return reader.db
    .select({ id: tags.id, name: tags.name, score: tagSuggestions.score, because: tagSuggestions.because })
    .from(tagSuggestions)
    .innerJoin(tags, eq(tags.id, tagSuggestions.tagId))
    .where(and(eq(tagSuggestions.threadSeq, threadSeq), eq(tagSuggestions.state, 'open')))
    .orderBy(desc(tagSuggestions.score))
}

/** The same of one tag, newest threads first. */
export async function openSuggestions(reader: Reader, tagId: string, limit: number) {
  const { tagSuggestions, threads, mentions, authors } = reader.t
  return reader.db
    .select({
      threadId: threads.id,
      platform: threads.platform,
      author: authors.name,
      handle: authors.handle,
      title: mentions.title,
      text: mentions.text,
      at: mentions.createdAt,
      score: tagSuggestions.score,
      because: tagSuggestions.because,
    })
    .from(tagSuggestions)
    .innerJoin(threads, eq(threads.seq, tagSuggestions.threadSeq))
    .innerJoin(authors, eq(authors.seq, threads.authorSeq))
    .innerJoin(mentions, eq(mentions.seq, threads.lastMentionSeq))
    .where(and(eq(tagSuggestions.tagId, tagId), eq(tagSuggestions.state, 'open')))
    .orderBy(desc(tagSuggestions.threadSeq))
    .limit(limit)
}

/** A person takes a suggestion or refuses it; both are learned from. False: it no longer waits. */
export async function decideSuggestion(
  tx: Tx,
  act: Act,
  threadSeq: number,
  tagId: string,
  decision: 'accepted' | 'rejected',
): Promise<boolean> {
  const { tagSuggestions, threadTags, tags } = tx.t
  const [row] = await tx.db
    .update(tagSuggestions)
    .set({ state: decision, decidedAt: act.now, decidedBy: act.userId })
    .where(
      and(eq(tagSuggestions.threadSeq, threadSeq), eq(tagSuggestions.tagId, tagId), eq(tagSuggestions.state, 'open')),
    )
    .returning({ threadSeq: tagSuggestions.threadSeq })
  if (!row) return false
  if (decision === 'accepted') {
    const [tag] = await tx.db.select({ name: tags.name }).from(tags).where(eq(tags.id, tagId))
    await tx.db.insert(threadTags).values({ threadSeq, tagId }).onConflictDoNothing()
    await recordAct(tx, act, { threadSeq, kind: 'thread.tagged', data: { tag: tag?.name ?? '' }, reason: 'state' })
  }
  return true
}
