import type { ClockState } from './thread.ts'

/**
 * Response clocks on the wall clock: every duration is a pure function of the event log of one thread
 * (specification of response times, 4.2 and 4.3). A turn opens at the first inbound item when the ball is with us;
 * further inbound items join it (oldest unanswered rule); it closes with a qualifying reply. Turn 1 is the first
 * response, later turns are next responses.
 */
export interface ClockEvent {
  kind: ClockEventKind
  /** The fact's own time (platform time), epoch ms. */
  at: number
  /** When we learnt of it, epoch ms. */
  recordedAt: number
  /** mention.received: opens no clock when it is history, our own, or an article. */
  opensClock?: boolean
  mentionSeq?: number | null
  /** thread.state: the new state. */
  to?: string
  /** reply.sent: an acknowledgement does not answer. */
  isAck?: boolean
}
export type ClockEventKind = 'mention.received' | 'mention.deleted' | 'reply.sent' | 'thread.state'

export interface Turn {
  /** 1: first response; more: next response. */
  number: number
  state: ClockState
  /** Platform time of the item that opened it. */
  startedAt: number
  ingestedAt: number
  /** Absent: there is no target, so it is never late. */
  dueAt?: number
  stoppedAt?: number
  /** Customer-perceived: from the item's writing to the platform's acceptance of the answer, ms. */
  wallMs?: number
  /** Team-controllable: from our learning of the item, ms. */
  teamMs?: number
  /** Why it is in this state, for the explanation behind the number. */
  because: string
  /** Items of this turn, oldest first. */
  mentionSeqs: number[]
}

/**
 * Replays a thread's log, in order of learning, into its turns. `now` decides only between running and breached.
 * `targetMs` null: clocks run without a deadline.
 */
export function replayTurns(events: readonly ClockEvent[], targetMs: number | null, now: number): Turn[] {
  const turns: Turn[] = []
  const gone = new Set<number>()
  let open: Turn | undefined
  for (const event of events) {
    if (event.kind === 'mention.deleted' && event.mentionSeq) gone.add(event.mentionSeq)
    open = step(event, open, turns, targetMs, gone)
  }
  if (open?.dueAt !== undefined && now > open.dueAt) {
    open.state = 'breached'
    open.because = 'No reply within the target.'
  }
  return turns
}

function step(event: ClockEvent, open: Turn | undefined, turns: Turn[], targetMs: number | null, gone: Set<number>) {
  switch (event.kind) {
    case 'mention.received':
      return receive(event, open, turns, targetMs)
    case 'reply.sent':
      return event.isAck ? open : answer(event, open)
    case 'mention.deleted':
      return open && open.mentionSeqs.every((seq) => gone.has(seq))
        ? close(open, 'cancelled', event, 'Deleted by its author.')
        : open
    case 'thread.state':
      return changeState(event, open)
  }
}

function receive(event: ClockEvent, open: Turn | undefined, turns: Turn[], targetMs: number | null): Turn | undefined {
  if (!event.opensClock) return open
  if (open) {
    if (event.mentionSeq) open.mentionSeqs.push(event.mentionSeq)
    return open
  }
  const turn: Turn = {
    number: turns.filter((turn) => turn.state !== 'cancelled').length + 1,
    state: 'running',
    startedAt: event.at,
    ingestedAt: event.recordedAt,
    ...(targetMs === null ? {} : { dueAt: event.at + targetMs }),
    because: 'Waiting for a reply.',
    mentionSeqs: event.mentionSeq ? [event.mentionSeq] : [],
  }
  turns.push(turn)
  return turn
}

function answer(event: ClockEvent, open: Turn | undefined): undefined {
  if (!open) return undefined
  // Clock skew between the platform's machines: never a negative duration.
  const stoppedAt = Math.max(event.at, open.startedAt)
  const met = open.dueAt === undefined || stoppedAt <= open.dueAt
  close(
    open,
    met ? 'met' : 'met_late',
    { ...event, at: stoppedAt },
    open.dueAt === undefined ? 'Answered.' : met ? 'Answered within the target.' : 'Answered after the target.',
  )
  open.wallMs = stoppedAt - open.startedAt
  open.teamMs = Math.max(0, stoppedAt - open.ingestedAt)
  return undefined
}

function changeState(event: ClockEvent, open: Turn | undefined): Turn | undefined {
  if (!open) return undefined
  if (event.to === 'spam' || event.to === 'ignored') return close(open, 'cancelled', event, `Marked as ${event.to}.`)
  if (event.to === 'resolved') return close(open, 'closed_unanswered', event, 'Resolved without a reply.')
  return open
}

function close(turn: Turn, state: ClockState, event: ClockEvent, because: string): undefined {
  turn.state = state
  turn.stoppedAt = event.at
  turn.because = because
  return undefined
}
