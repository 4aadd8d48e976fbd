import type { Urgency } from './classification.ts'
import { openStates, type ThreadState } from './thread.ts'

/** States that a rule may set: threads begin as `new`, and only a person knows until when to snooze. */
export const automaticStates = ['open', 'waiting_customer', 'on_hold', 'resolved', 'ignored', 'spam'] as const

/** What a rule does to a mention or its thread. It never sends anything. */
export type AutomationAction =
  | { type: 'tag'; tag: string }
  | { type: 'assign'; userId: string }
  | { type: 'state'; state: (typeof automaticStates)[number] }
  | { type: 'urgency'; urgency: Urgency }
  /** Takes it out of the results of the query of the rule, or of every query that caught it. */
  | { type: 'irrelevant' }

/** "When a mention was caught by this query, and matches this text: do that." At least one of the two is there. */
export interface AutomationRule {
  name: string
  /** A listening query, by id. */
  queryId: string | null
  /** In the query language with the fields of views; '' for none. */
  text: string
  /** In order. */
  actions: AutomationAction[]
}

/** A mention and its thread as a rule finds them. */
export interface AutomationTarget {
  mentionSeq: number
  urgency: Urgency | null
  /** A person set the urgency: it stays. */
  isUrgencyHuman: boolean
  /** Queries that caught it. */
  querySeqs: number[]
  /** Shared by the mentions of one thread. */
  thread: { seq: number; state: ThreadState; assigneeId: string | null; tags: Set<string> }
}

/** One change with what was there before, so that it can be taken back. */
export type AutomationChange =
  | { type: 'tag'; tag: string }
  | { type: 'assign'; userId: string }
  | { type: 'state'; state: ThreadState; was: ThreadState }
  | { type: 'urgency'; urgency: Urgency; was: Urgency | null }
  | { type: 'irrelevant'; querySeqs: number[] }

/**
 * What the actions would change, in order; the target is moved on with each, so that later ones see it. A rule gives a
 * thread only to somebody where nobody has it, leaves what is closed closed, and never overrules a person's urgency.
 */
export function planChanges(
  target: AutomationTarget,
  actions: readonly AutomationAction[],
  querySeq?: number,
): AutomationChange[] {
  return actions.flatMap((action) => {
    const change = changeBy(target, action, querySeq)
    if (change) settle(target, change)
    return change ? [change] : []
  })
}

function changeBy(
  { thread, ...target }: AutomationTarget,
  action: AutomationAction,
  querySeq?: number,
): AutomationChange | undefined {
  switch (action.type) {
    case 'tag':
      return thread.tags.has(action.tag) ? undefined : action
    case 'assign':
      return thread.assigneeId === null ? action : undefined
    case 'state': {
      const stays = !openStates.includes(thread.state) || thread.state === action.state
      return stays ? undefined : { ...action, was: thread.state }
    }
    case 'urgency': {
      const stays = target.isUrgencyHuman || target.urgency === action.urgency
      return stays ? undefined : { ...action, was: target.urgency }
    }
    case 'irrelevant': {
      const querySeqs = target.querySeqs.filter((seq) => querySeq === undefined || seq === querySeq)
      return querySeqs.length === 0 ? undefined : { type: 'irrelevant', querySeqs }
    }
  }
}

function settle(target: AutomationTarget, change: AutomationChange): void {
  const { thread } = target
  if (change.type === 'tag') thread.tags.add(change.tag)
  else if (change.type === 'assign') thread.assigneeId = change.userId
  else if (change.type === 'state') thread.state = change.state
  else if (change.type === 'urgency') target.urgency = change.urgency
  else target.querySeqs = target.querySeqs.filter((seq) => !change.querySeqs.includes(seq))
}

/**
 * A rule applied to history: counted first, then applied when a person says so, then perhaps taken back. `cancelled`
 * keeps what was changed until then, to be taken back as well.
 */
export const runStates = ['counting', 'counted', 'applying', 'applied', 'cancelled', 'undoing', 'undone'] as const
export type RunState = (typeof runStates)[number]
export type RunStep = 'apply' | 'cancel' | 'undo'

/** The state after a person's step; undefined: it cannot be taken now. */
export function stateAfterStep(state: RunState, step: RunStep): RunState | undefined {
  const steps: Record<RunStep, Partial<Record<RunState, RunState>>> = {
    apply: { counted: 'applying' },
    cancel: { counting: 'cancelled', applying: 'cancelled' },
    undo: { applied: 'undoing', cancelled: 'undoing' },
  }
  return steps[step][state]
}

/** 0…100 of the history, which is walked from its newest mention down. */
export function percentOf({ topSeq, cursorSeq }: { topSeq: number; cursorSeq: number }): number {
  return Math.floor((100 * (topSeq - cursorSeq)) / Math.max(1, topSeq))
}
