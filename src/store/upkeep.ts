import { and, eq, inArray, isNotNull, lt, notExists, or, sql } from 'drizzle-orm'
import { replyStatesOnTheWay } from '../domain/reply.ts'
import { replayClock } from './clocks.ts'
import { eventRow } from './ingest.ts'
import type { Tx } from './store.ts'

/** Running clocks past their target become breached, once each. Answers how many. */
export async function markBreaches(tx: Tx, now: number): Promise<number> {
  const { threads } = tx.t
  const rows = await tx.db
    .update(threads)
    .set({ clockState: 'breached' })
    .where(and(eq(threads.clockState, 'running'), lt(threads.clockDueAt, now)))
    .returning({ seq: threads.seq, dueAt: threads.clockDueAt })
  await tx.insert(
    'event',
    'events',
    rows.map((row) =>
      eventRow({ at: row.dueAt ?? now, now, kind: 'clock.breached', threadSeq: row.seq, actor: 'system' }),
    ),
  )
  for (const row of rows) tx.emit({ type: 'thread', threadSeq: row.seq, reason: 'state' })
  return rows.length
}

/** Snoozed threads whose time has come are open again. */
export async function wakeSnoozed(tx: Tx, now: number): Promise<number> {
  const { threads } = tx.t
  const rows = await tx.db
    .update(threads)
    .set({ state: 'open', snoozedUntil: null })
    .where(and(eq(threads.state, 'snoozed'), lt(threads.snoozedUntil, now)))
    .returning({ seq: threads.seq })
  await tx.insert(
    'event',
    'events',
    rows.map((row) =>
      eventRow({
        at: now,
        now,
        kind: 'thread.state',
        threadSeq: row.seq,
        actor: 'system',
        data: { to: 'open', reason: 'snooze ended' },
      }),
    ),
  )
  for (const row of rows) tx.emit({ type: 'thread', threadSeq: row.seq, reason: 'state' })
  return rows.length
}

/**
 * Resolves threads that nobody has written in since `before`, oldest first, at most `limit`. Answers how many. One that
 * somebody is answering, be it a draft or a reply on its way, stays as it is.
 */
export async function closeIdle(tx: Tx, before: number, now: number, limit: number): Promise<number> {
  const { threads, drafts, replies } = tx.t
  const draft = tx.db
    .select({ one: sql`1` })
    .from(drafts)
    .where(eq(drafts.threadSeq, threads.seq))
  const onItsWay = tx.db
    .select({ one: sql`1` })
    .from(replies)
    .where(and(eq(replies.threadSeq, threads.seq), inArray(replies.state, [...replyStatesOnTheWay])))
  const idle = tx.db
    .select({ seq: threads.seq })
    .from(threads)
    .where(
      and(
        inArray(threads.state, ['new', 'open', 'waiting_customer']),
        lt(threads.lastInboundAt, before),
        notExists(draft),
        notExists(onItsWay),
      ),
    )
    .orderBy(threads.lastInboundAt)
    .limit(limit)
  const rows = await tx.db
    .update(threads)
    .set({ state: 'resolved', stateReason: 'idle' })
    .where(inArray(threads.seq, idle))
    .returning({ seq: threads.seq })
  const event = { at: now, now, kind: 'thread.state', actor: 'system', data: { to: 'resolved', reason: 'idle' } }
  await tx.insert(
    'event',
    'events',
    rows.map((row) => eventRow({ ...event, threadSeq: row.seq })),
  )
  for (const row of rows) {
    await replayClock(tx, row.seq, now)
    tx.emit({ type: 'thread', threadSeq: row.seq, reason: 'state' })
  }
  return rows.length
}

/** Ended sessions, used or expired links, and raw payloads past their time. */
export async function removeExpired(tx: Tx, now: number, rawBefore: number): Promise<void> {
  const { sessions, oneTimeLinks, rawPayloads, throttles, orphanReplies, opinions } = tx.t
  const day = 86_400_000
  await tx.db.delete(sessions).where(lt(sessions.expiresAt, now))
  await tx.db.delete(oneTimeLinks).where(or(lt(oneTimeLinks.expiresAt, now - day), isNotNull(oneTimeLinks.usedAt)))
  await tx.db.delete(opinions).where(lt(opinions.askedAt, now - 90 * day))
  await tx.db.delete(throttles).where(lt(throttles.lastAt, now - day))
  await tx.db.delete(orphanReplies).where(lt(orphanReplies.seenAt, now - 30 * day))
  const old = tx.db
    .select({ seq: rawPayloads.mentionSeq })
    .from(rawPayloads)
    .where(lt(rawPayloads.storedAt, rawBefore))
    .limit(5000)
  await tx.db.delete(rawPayloads).where(inArray(rawPayloads.mentionSeq, old))
}
