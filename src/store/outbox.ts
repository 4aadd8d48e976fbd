import { and, eq, inArray, ne, sql } from 'drizzle-orm'
import { statesBefore, type ReplyState } from '../domain/reply.ts'
import { stateAfterReply } from '../domain/thread.ts'
import { replayClock } from './clocks.ts'
import { eventRow } from './ingest.ts'
import type { Reader, Tx } from './store.ts'

export interface OutboxContext {
  now: number
  newId(): string
}

export interface SentOnPlatform {
  externalId: string
  uri?: string
  url?: string
  /** The platform's time of acceptance, epoch ms. */
  sentAt: number
}

/** A reply with what is needed to send it; undefined when it is gone. */
export async function loadOutgoing(r: Reader, id: string) {
  const { replies, mentions, authors, threads, sources } = r.t
  const [row] = await r.db
    .select({
      reply: replies,
      mention: mentions,
      author: authors,
      thread: { seq: threads.seq, id: threads.id },
      source: sources,
    })
    .from(replies)
    .innerJoin(mentions, eq(mentions.seq, replies.mentionSeq))
    .innerJoin(authors, eq(authors.seq, mentions.authorSeq))
    .innerJoin(threads, eq(threads.seq, replies.threadSeq))
    .innerJoin(sources, eq(sources.id, replies.sourceId))
    .where(eq(replies.id, id))
  return row
}
export type Outgoing = NonNullable<Awaited<ReturnType<typeof loadOutgoing>>>

export interface ReplyChange {
  error?: { kind: string; message: string; at: number } | null
  /** For `sending`: an attempt begins now. */
  attempt?: boolean
  looks?: number
  /** One more verified resend. */
  resend?: boolean
}

/**
 * Moves a reply to a state that its present one allows, in one statement. False when somebody else was faster. The
 * row is committed before any call to the platform, so that a crash is always seen afterwards.
 */
export async function moveReply(
  tx: Tx,
  id: string,
  to: ReplyState,
  change: ReplyChange,
  context: OutboxContext,
  from: ReplyState[] = statesBefore(to),
): Promise<boolean> {
  const { replies } = tx.t
  const [row] = await tx.db
    .update(replies)
    .set({
      state: to,
      updatedAt: context.now,
      ...(change.error === undefined ? {} : { error: change.error }),
      ...(change.attempt ? { attempts: sql`${replies.attempts} + 1`, attemptedAt: context.now, looks: 0 } : {}),
      ...(change.looks === undefined ? {} : { looks: change.looks }),
      ...(change.resend ? { resends: sql`${replies.resends} + 1` } : {}),
    })
    .where(and(eq(replies.id, id), inArray(replies.state, from)))
    .returning({ threadSeq: replies.threadSeq })
  if (!row) return false
  await tx.insert('event', 'events', [
    eventRow({
      at: context.now,
      now: context.now,
      kind: `reply.${to}`,
      threadSeq: row.threadSeq,
      replyId: id,
      actor: 'system',
    }),
  ])
  tx.emit({ type: 'thread', threadSeq: row.threadSeq, reason: 'reply' })
  return true
}

/**
 * True when this post is already another reply of ours: platforms without a key are searched by text, and a person may
 * have written the same sentence under the same post before.
 */
export async function isOtherReply(
  r: Reader,
  reply: { id: string; sourceId: string },
  externalId: string,
): Promise<boolean> {
  const { replies } = r.t
  const rows = await r.db
    .select({ id: replies.id })
    .from(replies)
    .where(and(eq(replies.sourceId, reply.sourceId), eq(replies.externalId, externalId), ne(replies.id, reply.id)))
    .limit(1)
  return rows.length > 0
}

/** One fruitless look at a reply in doubt. */
export async function noteLook(tx: Tx, id: string): Promise<void> {
  const { replies } = tx.t
  await tx.db
    .update(replies)
    .set({ looks: sql`${replies.looks} + 1` })
    .where(and(eq(replies.id, id), eq(replies.state, 'unknown')))
}

/** The platform has it: stops the clock at the platform's time and is a touchpoint. Harmless when it was known. */
export async function recordSent(tx: Tx, id: string, sent: SentOnPlatform, context: OutboxContext): Promise<boolean> {
  const { replies } = tx.t
  const [row] = await tx.db
    .update(replies)
    .set({
      state: 'sent',
      externalId: sent.externalId,
      uri: sent.uri ?? null,
      url: sent.url ?? null,
      sentAt: sent.sentAt,
      updatedAt: context.now,
      error: null,
    })
    .where(and(eq(replies.id, id), inArray(replies.state, [...statesBefore('sent')])))
    .returning({ threadSeq: replies.threadSeq, text: replies.text, userId: replies.userId, actor: replies.actor })
  if (!row) return false
  await tx.insert('event', 'events', [
    eventRow({
      at: sent.sentAt,
      now: context.now,
      kind: 'reply.sent',
      threadSeq: row.threadSeq,
      replyId: id,
      actor: row.userId ?? row.actor,
    }),
  ])
  await afterReply(
    tx,
    { id, threadSeq: row.threadSeq, text: row.text, userId: row.userId, sentAt: sent.sentAt },
    context,
  )
  return true
}

/** What an accepted answer changes, whoever wrote it: thread state, clock, touchpoint. */
export async function afterReply(
  tx: Tx,
  reply: { id: string; threadSeq: number; text: string; userId: string | null; sentAt: number },
  context: OutboxContext,
): Promise<void> {
  const { threads } = tx.t
  const [thread] = await tx.db
    .select({
      state: threads.state,
      customerSeq: threads.customerSeq,
      kind: threads.kind,
      lastInboundAt: threads.lastInboundAt,
    })
    .from(threads)
    .where(eq(threads.seq, reply.threadSeq))
  if (!thread) return
  // An item that came after our answer keeps the thread open.
  const isNewest = reply.sentAt >= thread.lastInboundAt
  await tx.db
    .update(threads)
    .set({
      revision: sql`${threads.revision} + 1`,
      lastReplyAt: reply.sentAt,
      ...(isNewest ? { state: stateAfterReply(thread.state) } : {}),
    })
    .where(eq(threads.seq, reply.threadSeq))
  await replayClock(tx, reply.threadSeq, context.now)
  if (thread.customerSeq !== null) {
    await tx.insert(
      'reply touchpoint',
      'touchpoints',
      [
        {
          id: context.newId(),
          customerSeq: thread.customerSeq,
          channel: thread.kind === 'review' ? 'review' : 'social',
          direction: 'out',
          stage: 'after_sales',
          occurredAt: reply.sentAt,
          summary: excerpt(reply.text),
          replyId: reply.id,
          userId: reply.userId,
          createdAt: context.now,
        },
      ],
      (insert) => insert.onConflictDoNothing(),
    )
  }
  tx.emit({ type: 'thread', threadSeq: reply.threadSeq, reason: 'reply' })
}

export function excerpt(text: string, length = 160): string {
  const flat = text.replace(/\s+/g, ' ').trim()
  return flat.length <= length ? flat : `${flat.slice(0, length - 1).toWellFormed()}…`
}

/** Texts that platforms may return changed in case of mentions, white space or Unicode form are still the same reply. */
export function normaliseReply(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim()
}

/** Puts the delivery of a reply on the list. `lane`: one conversation sends one after the other. */
export async function scheduleDelivery(
  tx: Tx,
  reply: { id: string; threadSeq: number },
  runAt: number,
  now: number,
): Promise<void> {
  const { jobs } = tx.t
  await tx.insert(
    'deliver job',
    'jobs',
    [
      {
        kind: 'deliver',
        key: reply.id,
        lane: `thread:${reply.threadSeq}`,
        payload: { replyId: reply.id },
        runAt,
        createdAt: now,
      },
    ],
    (insert) => insert.onConflictDoUpdate({ target: [jobs.kind, jobs.key], set: { runAt: sql`excluded.run_at` } }),
  )
  tx.emit({ type: 'job', kind: 'deliver' })
}
