import type { ClockState } from '../domain/thread.ts'
import type { ClockModel } from '../../views/model.ts'
import type { StoredTurn } from '../store/tables/mentions.ts'

interface ClockColumns {
  clockState: ClockState
  clockStartedAt: number | null
  clockIngestedAt: number | null
  clockDueAt: number | null
  clockStoppedAt: number | null
  turns?: StoredTurn[] | null
}

const minute = 60_000

/** The stored clock as it is shown: at risk from three quarters of the target on, or 15 minutes before its end. */
export function clockModel(thread: ClockColumns, now: number): ClockModel | undefined {
  const { clockStartedAt: startedAt, clockDueAt: dueAt, clockStoppedAt: stoppedAt } = thread
  if (thread.clockState === 'none' || startedAt === null) return undefined
  return {
    metric: (thread.turns?.at(-1)?.number ?? 1) > 1 ? 'next_response' : 'first_response',
    state: stateOf(thread.clockState, startedAt, dueAt, now),
    startedAt,
    dueAt: dueAt ?? undefined,
    stoppedAt: stoppedAt ?? undefined,
    elapsedSeconds: Math.max(0, ((stoppedAt ?? now) - startedAt) / 1000),
    targetSeconds: dueAt === null ? undefined : (dueAt - startedAt) / 1000,
    ingestLagSeconds: thread.clockIngestedAt === null ? undefined : (thread.clockIngestedAt - startedAt) / 1000,
  }
}

function stateOf(state: ClockState, startedAt: number, dueAt: number | null, now: number): ClockModel['state'] {
  if (state === 'none') return 'cancelled'
  if (state !== 'running') return state
  if (dueAt === null) return 'on_track'
  if (now > dueAt) return 'breached'
  return now - startedAt >= 0.75 * (dueAt - startedAt) || dueAt - now <= 15 * minute ? 'at_risk' : 'on_track'
}
