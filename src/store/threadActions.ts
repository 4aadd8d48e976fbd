import { and, eq, inArray, ne, or, sql } from 'drizzle-orm'
import { countedTone, tidyIntents, type IntentLabel, type Sentiment } from '../domain/classification.ts'
import type { LabelVia } from '../domain/labels.ts'
import type { ThreadState } from '../domain/thread.ts'
import { appendAudit } from './audit.ts'
import { replayClock } from './clocks.ts'
import { eventRow } from './ingest.ts'
import { logCorrection } from './labels.ts'
import { moveTones } from './moveTones.ts'
import type { Notice, Tx } from './store.ts'

/** Who does it, when, from where: every action of a person leaves a row in the audit and one in the thread's log. */
export interface Act {
  userId: string
  now: number
  ip: string
  newId(): string
  /** A rule does it, not a person: its name stands in the log as the reason, and the audit is kept to people. */
  rule?: { id: string; name: string }
}

export interface ThreadAct {
  threadSeq: number
  kind: string
  mentionSeq?: number | undefined
  replyId?: string | undefined
  data?: Record<string, unknown>
  reason: Extract<Notice, { type: 'thread' }>['reason']
}

export async function recordAct(tx: Tx, act: Act, what: ThreadAct): Promise<void> {
  const data = act.rule ? { ...what.data, rule: act.rule.name, ruleId: act.rule.id } : what.data
  await tx.insert('event', 'events', [
    eventRow({
      at: act.now,
      now: act.now,
      kind: what.kind,
      threadSeq: what.threadSeq,
      mentionSeq: what.mentionSeq ?? null,
      replyId: what.replyId ?? null,
      actor: act.userId,
      ...(data ? { data } : {}),
    }),
  ])
  if (!act.rule)
    await appendAudit(tx, {
      at: act.now,
      actor: act.userId,
      action: what.kind,
      object: what.replyId ? `reply:${what.replyId}` : `thread:${what.threadSeq}`,
      ...(data ? { data } : {}),
      ip: act.ip,
    })
  tx.emit({ type: 'thread', threadSeq: what.threadSeq, reason: what.reason })
}

export interface StateChange {
  state: ThreadState
  reason?: string | undefined
  snoozedUntil?: number | undefined
}

/** True when the state is another one now. The clock follows: spam and ignored leave the figures, resolved closes. */
export async function changeThreadState(tx: Tx, act: Act, threadSeq: number, change: StateChange): Promise<boolean> {
  const { threads } = tx.t
  const otherTime = sql`${threads.snoozedUntil} is distinct from ${change.snoozedUntil ?? null}`
  const rows = await tx.db
    .update(threads)
    .set({ state: change.state, stateReason: change.reason ?? null, snoozedUntil: change.snoozedUntil ?? null })
    .where(and(eq(threads.seq, threadSeq), or(ne(threads.state, change.state), otherTime)))
    .returning({ seq: threads.seq })
  if (rows.length === 0) return false
  const data = { to: change.state, ...(change.reason ? { reason: change.reason } : {}) }
  await recordAct(tx, act, { threadSeq, kind: 'thread.state', data, reason: 'state' })
  await replayClock(tx, threadSeq, act.now)
  return true
}

export async function assignThread(tx: Tx, act: Act, threadSeq: number, assigneeId: string | null): Promise<boolean> {
  const { threads } = tx.t
  const other = sql`${threads.assigneeId} is distinct from ${assigneeId}`
  const rows = await tx.db
    .update(threads)
    .set({ assigneeId })
    .where(and(eq(threads.seq, threadSeq), other))
    .returning({ seq: threads.seq })
  if (rows.length === 0) return false
  const kind = assigneeId === null ? 'thread.unassigned' : 'thread.assigned'
  await recordAct(tx, act, { threadSeq, kind, data: { assigneeId }, reason: 'state' })
  return true
}

/** The whole set of tags; what is missing is taken away, what is new is made. */
export async function setThreadTags(tx: Tx, act: Act, threadSeq: number, names: readonly string[]): Promise<void> {
  const { tags, threadTags } = tx.t
  const wanted = [...new Set(names.map((name) => name.trim()).filter(Boolean))].slice(0, 20)
  for (const name of wanted)
    await tx.db.insert(tags).values({ id: act.newId(), name, createdAt: act.now }).onConflictDoNothing()
  const wantedTags = wanted.length === 0 ? [] : await tx.db.select().from(tags).where(inArray(tags.name, wanted))
  const present = await tx.db
    .select({ id: tags.id, name: tags.name })
    .from(threadTags)
    .innerJoin(tags, eq(tags.id, threadTags.tagId))
    .where(eq(threadTags.threadSeq, threadSeq))
  for (const tag of present.filter((one) => !wanted.includes(one.name))) {
    await tx.db.delete(threadTags).where(and(eq(threadTags.threadSeq, threadSeq), eq(threadTags.tagId, tag.id)))
    await decideOwn(tx, act, threadSeq, tag.id, 'rejected')
    await recordAct(tx, act, { threadSeq, kind: 'thread.untagged', data: { tag: tag.name }, reason: 'state' })
  }
  for (const tag of wantedTags.filter((one) => !present.some((old) => old.id === one.id))) {
    await tx.db.insert(threadTags).values({ threadSeq, tagId: tag.id }).onConflictDoNothing()
    await decideOwn(tx, act, threadSeq, tag.id, 'accepted')
    await recordAct(tx, act, { threadSeq, kind: 'thread.tagged', data: { tag: tag.name }, reason: 'state' })
  }
}

/** Tagging by hand says what a suggestion would have asked, and taking back what was set says that it was wrong. */
async function decideOwn(
  tx: Tx,
  act: Act,
  threadSeq: number,
  tagId: string,
  state: 'accepted' | 'rejected',
): Promise<void> {
  const { tagSuggestions } = tx.t
  await tx.db
    .update(tagSuggestions)
    .set({ state, decidedAt: act.now, decidedBy: act.userId })
    .where(and(eq(tagSuggestions.threadSeq, threadSeq), eq(tagSuggestions.tagId, tagId)))
}

export async function addNote(tx: Tx, act: Act, threadSeq: number, text: string): Promise<string> {
  const id = act.newId()
  await tx.db.insert(tx.t.notes).values({ id, threadSeq, userId: act.userId, text, createdAt: act.now })
  await recordAct(tx, act, { threadSeq, kind: 'note.added', data: { noteId: id }, reason: 'note' })
  return id
}

/** An empty text removes the draft. Drafts are private and change nothing: no event, no audit. */
export async function saveDraft(tx: Tx, threadSeq: number, userId: string, text: string, now: number): Promise<void> {
  const { drafts } = tx.t
  if (text === '') {
    await tx.db.delete(drafts).where(and(eq(drafts.threadSeq, threadSeq), eq(drafts.userId, userId)))
    return
  }
  await tx.db
    .insert(drafts)
    .values({ threadSeq, userId, text, updatedAt: now })
    .onConflictDoUpdate({ target: [drafts.threadSeq, drafts.userId], set: { text, updatedAt: now } })
}

export interface Correction {
  sentiment: Sentiment
  /** Absent: nobody was asked about them, they stay as they are. */
  intents?: readonly IntentLabel[]
}

/** A person's label wins from now on: it is marked, so that no model writes over it. False: no such mention. */
export async function correctClassification(
  tx: Tx,
  act: Act,
  mentionSeq: number,
  correction: Correction,
  via: LabelVia = 'thread',
): Promise<boolean> {
  const { mentions, threads } = tx.t
  const [before] = await tx.db.select().from(mentions).where(eq(mentions.seq, mentionSeq))
  if (!before) return false
  const { sentiment } = correction
  const intents = correction.intents && tidyIntents(correction.intents)
  const human = { ...before.classification?.human, sentiment: act.userId, ...(intents ? { intents: act.userId } : {}) }
  await tx.db
    .update(mentions)
    .set({
      sentiment,
      ...(intents ? { intents: intents.map((label) => ({ label, confidence: 1 })) } : {}),
      confidence: 1,
      classification: { ...before.classification, unsure: false, human },
    })
    .where(eq(mentions.seq, mentionSeq))
  await logCorrection(tx, act, before, { ...correction, ...(intents ? { intents } : {}) }, via)
  // Before a model has judged it, it is counted nowhere yet.
  if (before.model !== null)
    await moveTones(tx, [
      { mention: before, from: countedTone(before.sentiment, before.classification), to: correction.sentiment },
    ])
  // The thread shows its newest mention's labels.
  await tx.db
    .update(threads)
    .set({ sentiment, ...(intents ? { intents: [...intents] } : {}) })
    .where(and(eq(threads.seq, before.threadSeq), eq(threads.lastMentionSeq, mentionSeq)))
  const data = {
    sentiment,
    ...(intents ? { intents: [...intents] } : {}),
    was: { sentiment: before.sentiment, intents: before.intents?.map((one) => one.label) ?? [], model: before.model },
  }
  await recordAct(tx, act, {
    threadSeq: before.threadSeq,
    mentionSeq,
    kind: 'classification.corrected',
    data,
    reason: 'state',
  })
  return true
}
