import { and, desc, eq, gte, inArray, isNull, ne, or, sql } from 'drizzle-orm'
import { statesBefore, type ReplyState } from '../domain/reply.ts'
import { recordSent, scheduleDelivery } from './outbox.ts'
import type { Reader, Tx } from './store.ts'
import { recordAct, saveDraft, type Act } from './threadActions.ts'

export interface NewReply {
  /** Made when the page was rendered: pressing Send twice is one reply. Also the idempotency key of every attempt. */
  id: string
  threadSeq: number
  mentionSeq: number
  sourceId: string
  text: string
  /** The thread's revision that the person saw. */
  revision: number
}

/** `repeat`: this very reply is already in the outbox. `conflict`: something was said or answered since. */
export type Queued = 'queued' | 'repeat' | 'conflict'

/** Reply, job, audit and event in one transaction; nothing of it when the thread has moved on. */
export async function queueReply(tx: Tx, act: Act, reply: NewReply): Promise<Queued> {
  const { replies } = tx.t
  if (await isKnown(tx, reply, act.userId)) return 'repeat'
  const taken = await takeTurn(tx, reply, act.userId)
  // On PostgreSQL the other press of the button may have committed before we got the row, whichever revision we saw.
  if (await isKnown(tx, reply, act.userId)) return 'repeat'
  if (!taken) return 'conflict'
  await tx.db.insert(replies).values({
    id: reply.id,
    threadSeq: reply.threadSeq,
    mentionSeq: reply.mentionSeq,
    sourceId: reply.sourceId,
    userId: act.userId,
    actor: 'person',
    text: reply.text,
    state: 'queued',
    createdAt: act.now,
    updatedAt: act.now,
  })
  await scheduleDelivery(tx, { id: reply.id, threadSeq: reply.threadSeq }, act.now, act.now)
  await saveDraft(tx, reply.threadSeq, act.userId, '', act.now)
  await recordAct(tx, act, {
    threadSeq: reply.threadSeq,
    mentionSeq: reply.mentionSeq,
    replyId: reply.id,
    kind: 'reply.queued',
    reason: 'reply',
  })
  return 'queued'
}

/**
 * Compare-and-set on the revision that the person saw. Delivery of his own earlier replies raises it too: that alone
 * is no reason to stop him.
 */
async function takeTurn(tx: Tx, reply: NewReply, userId: string): Promise<boolean> {
  const { threads } = tx.t
  const [thread] = await tx.db
    .select({ revision: threads.revision })
    .from(threads)
    .where(eq(threads.seq, reply.threadSeq))
  if (!thread) return false
  if (thread.revision !== reply.revision && (await hasNews(tx, reply, userId))) return false
  const moved = await tx.db
    .update(threads)
    .set({ revision: sql`${threads.revision} + 1` })
    .where(and(eq(threads.seq, reply.threadSeq), eq(threads.revision, thread.revision)))
    .returning({ seq: threads.seq })
  return moved.length > 0
}

/** Anything from the author or from a colleague since the page was made. */
async function hasNews(tx: Tx, reply: NewReply, userId: string): Promise<boolean> {
  const { mentions, replies, events } = tx.t
  const since = timeOfId(reply.id)
  if (since === undefined) return true
  const { threadSeq } = reply
  const inbound = await tx.db
    .select({ seq: mentions.seq })
    .from(mentions)
    .where(and(eq(mentions.threadSeq, threadSeq), or(gte(mentions.ingestedAt, since), gte(mentions.editedAt, since))))
    .limit(1)
  const edited = await tx.db
    .select({ seq: events.seq })
    .from(events)
    .where(and(eq(events.threadSeq, threadSeq), eq(events.actor, 'customer'), gte(events.recordedAt, since)))
    .limit(1)
  const others = await tx.db
    .select({ id: replies.id })
    .from(replies)
    .where(
      and(
        eq(replies.threadSeq, threadSeq),
        gte(replies.updatedAt, since),
        or(isNull(replies.userId), ne(replies.userId, userId)),
      ),
    )
    .limit(1)
  return inbound.length + edited.length + others.length > 0
}

/** The time in a uuidv7, epoch ms. The id of a reply is made when its page is. */
function timeOfId(id: string): number | undefined {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-7/.exec(id)
  return match ? Number.parseInt(`${match[1]}${match[2]}`, 16) : undefined
}

async function isKnown(tx: Tx, reply: NewReply, userId: string): Promise<boolean> {
  const { replies } = tx.t
  const rows = await tx.db
    .select({ id: replies.id })
    .from(replies)
    .where(and(eq(replies.id, reply.id), eq(replies.threadSeq, reply.threadSeq), eq(replies.userId, userId)))
  return rows.length > 0
}

export async function findReply(reader: Reader, id: string) {
  const { replies, threads } = reader.t
  const [row] = await reader.db
    .select({ reply: replies, threadId: threads.id })
    .from(replies)
    .innerJoin(threads, eq(threads.seq, replies.threadSeq))
    .where(eq(replies.id, id))
  return row
}

/** Moves a reply by a person's decision, if its present state allows; false when somebody or the worker was faster. */
async function decide(
  tx: Tx,
  act: Act,
  id: string,
  to: ReplyState,
  from: ReplyState[],
  kind: string,
): Promise<boolean> {
  const { replies } = tx.t
  const [row] = await tx.db
    .update(replies)
    .set({ state: to, updatedAt: act.now })
    .where(and(eq(replies.id, id), inArray(replies.state, from)))
    .returning({ threadSeq: replies.threadSeq })
  if (!row) return false
  await recordAct(tx, act, { threadSeq: row.threadSeq, replyId: id, kind, reason: 'reply' })
  return true
}

/** Only what has surely not left, or what a person has looked for. */
export async function cancelReply(tx: Tx, act: Act, id: string): Promise<boolean> {
  return decide(tx, act, id, 'cancelled', statesBefore('cancelled'), 'reply.cancelled')
}

/** Cancels and gives the text back as a draft. */
export async function withdrawReply(tx: Tx, act: Act, id: string): Promise<boolean> {
  const found = await findReply(tx, id)
  if (!found || !(await decide(tx, act, id, 'cancelled', statesBefore('cancelled'), 'reply.withdrawn'))) return false
  await saveDraft(tx, found.reply.threadSeq, act.userId, found.reply.text, act.now)
  return true
}

/**
 * "It was not published": a person has looked, so it may go out again with the same key. Not while the outcome is
 * unknown: then we are still looking ourselves, and a post that is slow to appear would go out twice.
 */
export async function sendAgain(tx: Tx, act: Act, id: string): Promise<boolean> {
  const from: ReplyState[] = ['needs_person', 'rejected']
  if (!(await decide(tx, act, id, 'queued', from, 'reply.retried'))) return false
  const found = await findReply(tx, id)
  if (!found) return false
  await tx.db.update(tx.t.replies).set({ resends: 0, looks: 0, error: null }).where(eq(tx.t.replies.id, id))
  await scheduleDelivery(tx, { id, threadSeq: found.reply.threadSeq }, act.now, act.now)
  return true
}

/**
 * "It was published": stops the clock at the last attempt's start, the earliest it can have been. The platform's id
 * stays empty until a poll brings the post back.
 */
export async function markSent(tx: Tx, act: Act, id: string): Promise<boolean> {
  const found = await findReply(tx, id)
  if (!found || (found.reply.state !== 'needs_person' && found.reply.state !== 'unknown')) return false
  const sentAt = found.reply.attemptedAt ?? found.reply.createdAt
  const recorded = await recordSent(tx, id, { externalId: '', sentAt }, act)
  if (!recorded) return false
  await tx.db.update(tx.t.replies).set({ externalId: null }).where(eq(tx.t.replies.id, id))
  await recordAct(tx, act, {
    threadSeq: found.reply.threadSeq,
    replyId: id,
    kind: 'reply.marked_sent',
    reason: 'reply',
  })
  return true
}

/** What was said or answered last, for the message that a thread has moved on. */
export async function loadNewestReply(reader: Reader, threadSeq: number) {
  const { replies, users } = reader.t
  const [row] = await reader.db
    .select({ reply: replies, userName: users.name })
    .from(replies)
    .leftJoin(users, eq(users.id, replies.userId))
    .where(eq(replies.threadSeq, threadSeq))
    .orderBy(desc(replies.createdAt))
    .limit(1)
  return row
}
