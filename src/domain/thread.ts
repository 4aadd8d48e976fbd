export const threadStates = [
  'new',
  'open',
  'waiting_customer',
  'on_hold',
  'snoozed',
  'resolved',
  'ignored',
  'spam',
] as const
export type ThreadState = (typeof threadStates)[number]

/** States in which somebody still has to look at the thread. */
export const openStates: readonly ThreadState[] = ['new', 'open', 'waiting_customer', 'on_hold', 'snoozed']

/** State after an inbound item: it ends every pause and reopens what was resolved; ignored and spam stay. */
export function stateAfterInbound(state: ThreadState): ThreadState {
  if (state === 'ignored' || state === 'spam' || state === 'new') return state
  return 'open'
}

/** State after a qualifying reply of ours was accepted by the platform. */
export function stateAfterReply(state: ThreadState): ThreadState {
  return state === 'new' || state === 'open' || state === 'snoozed' ? 'waiting_customer' : state
}

/**
 * none: no clock runs for this thread (history, own posts, articles); closed_unanswered: resolved without a reply,
 * shown apart.
 */
export const clockStates = ['none', 'running', 'breached', 'met', 'met_late', 'cancelled', 'closed_unanswered'] as const
export type ClockState = (typeof clockStates)[number]
