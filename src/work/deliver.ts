import type { OutgoingReply, SentReply } from '../connector/contract.ts'
import { isConnectorError } from '../connector/errors.ts'
import { maxVerifiedResends, type ReplyState } from '../domain/reply.ts'
import {
  isOtherReply,
  loadOutgoing,
  moveReply,
  noteLook,
  recordSent,
  type Outgoing,
  type ReplyChange,
} from '../store/outbox.ts'
import { recordFailure } from '../store/polling.ts'
import type { Connection, WorkContext } from './context.ts'

/** When to look at this reply again, epoch ms; undefined: it is settled or waits for a person. */
export type NextLook = number | undefined

const retrySeconds = 15
const sameWords =
  'An earlier reply with the same words stands there, so this one cannot be told apart. Look on the platform, then say what you saw.'

/**
 * One step of one reply. The row says `sending` before the call, so that a crash, a timeout or a lost answer is seen
 * afterwards as doubt; in doubt we wait out the platform's read lag, look twice, and only then send again with the
 * same key. Never twice silently, never lost.
 */
export async function deliverReply(context: WorkContext, replyId: string, signal: AbortSignal): Promise<NextLook> {
  const outgoing = await loadOutgoing(context.store.read, replyId)
  if (!outgoing) return undefined
  const { reply, source } = outgoing
  if (reply.state === 'scheduled') return releaseScheduled(context, outgoing)
  // The worker that was sending is gone: nobody knows whether the platform has it.
  if (reply.state === 'sending')
    return doubt(context, outgoing, 'The process stopped while the reply was being sent.', undefined)
  if (reply.state !== 'queued' && reply.state !== 'unknown') return undefined
  if (source.state === 'needs_auth' || source.state === 'paused' || source.state === 'gone')
    return context.now() + 60_000
  const connection = await openConnection(context, outgoing, signal)
  if (typeof connection === 'number') return connection
  return reply.state === 'queued' ? send(context, outgoing, connection, 'queued') : look(context, outgoing, connection)
}

async function releaseScheduled(context: WorkContext, { reply }: Outgoing): Promise<NextLook> {
  const due = reply.scheduledAt ?? 0
  if (due > context.now()) return due
  const moved = await move(context, reply.id, 'queued', {}, ['scheduled'])
  return moved ? context.now() : undefined
}

async function openConnection(
  context: WorkContext,
  outgoing: Outgoing,
  signal: AbortSignal,
): Promise<Connection | number> {
  try {
    return await context.connect(outgoing.source, signal)
  } catch (error) {
    await noteError(context, outgoing, error)
    return context.now() + 60_000
  }
}

async function send(
  context: WorkContext,
  outgoing: Outgoing,
  connection: Connection,
  from: 'queued' | 'unknown',
): Promise<NextLook> {
  const { connector, host } = connection
  const { reply } = outgoing
  if (!connector.reply) {
    await settle(
      context,
      outgoing,
      'rejected',
      'rejected',
      `${connector.manifest.name} takes no replies from here. Answer on the platform.`,
    )
    return undefined
  }
  const attemptedAt = context.now()
  const mine = await move(context, reply.id, 'sending', { attempt: true, error: null, resend: from === 'unknown' }, [
    from,
  ])
  if (!mine) return undefined
  let sent: SentReply
  try {
    sent = await connector.reply(host, outgoingReply(outgoing, attemptedAt))
  } catch (error) {
    return afterFailedSend(context, outgoing, error, attemptedAt)
  }
  await context.store.write((tx) => recordSent(tx, reply.id, sent, stamp(context)))
  return undefined
}

async function afterFailedSend(
  context: WorkContext,
  outgoing: Outgoing,
  error: unknown,
  attemptedAt: number,
): Promise<NextLook> {
  const message = messageOf(error)
  const known = isConnectorError(error) ? error : undefined
  switch (known?.kind) {
    case 'rejected':
      return settle(context, outgoing, 'rejected', 'rejected', message)
    case 'gone':
      return settle(context, outgoing, 'rejected', 'gone', message)
    case 'auth':
      await pauseSource(context, outgoing, message)
      return requeue(context, outgoing, 'auth', message, 60_000)
    case 'rate_limited':
      return requeue(context, outgoing, 'rate_limited', message, Math.max(1000, (known.retryAt ?? 0) - context.now()))
    case 'temporary':
      if (known.notSent) return requeue(context, outgoing, 'temporary', message, retrySeconds * 1000)
  }
  return doubt(context, outgoing, message, attemptedAt)
}

/** Surely not sent: back to the queue, with the reason in sight. */
async function requeue(
  context: WorkContext,
  { reply }: Outgoing,
  kind: string,
  message: string,
  waitMs: number,
): Promise<NextLook> {
  await move(context, reply.id, 'queued', { error: { kind, message, at: context.now() } }, ['sending'])
  return context.now() + waitMs
}

async function settle(
  context: WorkContext,
  { reply }: Outgoing,
  to: ReplyState,
  kind: string,
  message: string,
): Promise<undefined> {
  await move(context, reply.id, to, { error: { kind, message, at: context.now() } })
  return undefined
}

async function doubt(
  context: WorkContext,
  outgoing: Outgoing,
  message: string,
  attemptedAt: number | undefined,
): Promise<NextLook> {
  const { reply } = outgoing
  await move(context, reply.id, 'unknown', { looks: 0, error: { kind: 'unknown', message, at: context.now() } }, [
    'sending',
  ])
  return (attemptedAt ?? reply.attemptedAt ?? context.now()) + lagMs(context, outgoing)
}

function lagMs(context: WorkContext, { source }: Outgoing): number {
  const declared = context.manifest(source.connector)?.reply?.readLagSeconds ?? 10
  return Math.max(200, (source.settings.readLagSeconds ?? declared) * 1000)
}

/** Two looks, the second 2.5 read lags after the attempt (doubled with each resend); then, verified, the same reply with the same key. */
async function look(context: WorkContext, outgoing: Outgoing, connection: Connection): Promise<NextLook> {
  const { reply } = outgoing
  const { connector, host } = connection
  const attemptedAt = reply.attemptedAt ?? reply.updatedAt
  // Each fruitless attempt doubles the wait: a platform in trouble is not pressed, and a process that keeps dying in
  // mid-send does not use up all attempts of the same reply within seconds.
  const lag = lagMs(context, outgoing) * 2 ** reply.resends
  const due = attemptedAt + lag * (reply.looks === 0 ? 1 : 2.5)
  if (context.now() < due) return due
  if (connector.findReply) {
    let found: SentReply | null
    try {
      found = await connector.findReply(host, outgoingReply(outgoing, attemptedAt))
    } catch (error) {
      return afterFailedLook(context, outgoing, error)
    }
    if (found && (await isOtherReply(context.store.read, reply, found.externalId))) {
      // The platform shows one post with these words, and it is an earlier reply. Whether ours stands beside it cannot
      // be told: sending could post twice, calling it sent could lose it.
      return settle(context, outgoing, 'needs_person', 'unknown', sameWords)
    }
    if (found) {
      const sent = found
      await context.store.write((tx) => recordSent(tx, reply.id, sent, stamp(context)))
      return undefined
    }
    if (reply.looks === 0) {
      await context.store.write((tx) => noteLook(tx, reply.id))
      return attemptedAt + lag * 2.5
    }
  }
  if (reply.resends >= maxVerifiedResends) {
    const message = `Sent ${reply.resends + 1} times without an answer and not found on the platform. It may have been posted: look there, then say what you saw.`
    return settle(context, outgoing, 'needs_person', 'unknown', message)
  }
  return send(context, outgoing, connection, 'unknown')
}

async function afterFailedLook(context: WorkContext, outgoing: Outgoing, error: unknown): Promise<NextLook> {
  const message = messageOf(error)
  if (isConnectorError(error) && error.kind === 'gone') {
    return settle(context, outgoing, 'needs_person', 'gone', `${message} The reply may have been posted before.`)
  }
  if (isConnectorError(error) && error.kind === 'auth') await pauseSource(context, outgoing, message)
  const retryAt = isConnectorError(error) ? (error.retryAt ?? 0) : 0
  return Math.max(retryAt, context.now() + Math.min(retrySeconds * 1000, lagMs(context, outgoing) * 2))
}

async function pauseSource(context: WorkContext, { source }: Outgoing, message: string): Promise<void> {
  const at = context.now()
  await context.store.write((tx) =>
    recordFailure(tx, source.id, {
      error: { kind: 'auth', message, at },
      state: 'needs_auth',
      nextPollAt: at,
      counts: true,
    }),
  )
}

async function noteError(context: WorkContext, { source, reply }: Outgoing, error: unknown): Promise<void> {
  context.log.warn('reply waits: its source cannot be opened', {
    source: source.id,
    reply: reply.id,
    error: messageOf(error),
  })
}

function move(
  context: WorkContext,
  id: string,
  to: ReplyState,
  change: ReplyChange,
  from?: ReplyState[],
): Promise<boolean> {
  return context.store.write((tx) => moveReply(tx, id, to, change, stamp(context), from))
}

function stamp(context: WorkContext) {
  return { now: context.now(), newId: context.newId }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function outgoingReply({ reply, mention, author }: Outgoing, attemptedAt: number): OutgoingReply {
  return {
    idempotencyKey: reply.id,
    text: reply.text,
    createdAt: reply.createdAt,
    attemptedAt,
    target: {
      externalId: mention.externalId,
      ...(mention.uri === null ? {} : { uri: mention.uri }),
      ...(mention.url === null ? {} : { url: mention.url }),
      kind: mention.kind,
      ...(mention.parentExternalId === null ? {} : { parentId: mention.parentExternalId }),
      rootId: mention.rootExternalId,
      authorHandle: author.handle,
      authorExternalId: author.externalId,
      ...(mention.visibility === null ? {} : { visibility: mention.visibility as 'public' }),
      data: mention.replyTo ?? {},
      createdAt: mention.createdAt,
    },
  }
}
