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

/** The stored clock as it is shown. */
export function clockModel(thread: ClockColumns, now: number): ClockModel | undefined {
  const { clockStartedAt: startedAt, clockDueAt: dueAt, clockStoppedAt: stoppedAt } = thread
  if (thread.clockState === 'none' || startedAt === null) return undefined
  return {
    metric: (thread.turns?.at(-1)?.number ?? 1) > 1 ? 'next_response' : 'first_response',
    // A clock that ran out since the last look at all of them.
    state: thread.clockState === 'running' && dueAt !== null && now > dueAt ? 'breached' : thread.clockState,
    startedAt,
    dueAt: dueAt ?? undefined,
    stoppedAt: stoppedAt ?? undefined,
    elapsedSeconds: Math.max(0, ((stoppedAt ?? now) - startedAt) / 1000),
    targetSeconds: dueAt === null ? undefined : (dueAt - startedAt) / 1000,
    ingestLagSeconds: thread.clockIngestedAt === null ? undefined : (thread.clockIngestedAt - startedAt) / 1000,
  }
}
