import { asc, eq, sql } from 'drizzle-orm'
import { bucketOf } from '../domain/histogram.ts'
import { replayTurns, type ClockEvent, type ClockEventKind, type Turn } from '../domain/responseTime.ts'
import type { Tx } from './store.ts'
import type { StoredTurn } from './tables/mentions.ts'

export const dayMs = 86_400_000
/** Four hours until a workspace says otherwise. */
export const defaultTargetMs = 4 * 60 * 60 * 1000

const clockKinds: ReadonlySet<string> = new Set<ClockEventKind>([
  'mention.received',
  'mention.deleted',
  'reply.sent',
  'thread.state',
])

/**
 * Replays the thread's log and stores the outcome: the clock of the current turn on the thread, the durations in the
 * roll-up. Safe to call at any time; every duration stays a function of the log.
 */
export async function replayClock(tx: Tx, threadSeq: number, now: number): Promise<Turn | undefined> {
  const [thread] = await tx.db
    .select({ sourceId: tx.t.threads.sourceId, turns: tx.t.threads.turns, targetMs: tx.t.threads.clockTargetMs })
    .from(tx.t.threads)
    .where(eq(tx.t.threads.seq, threadSeq))
  if (!thread) return undefined
  const turns = replayTurns(await readClockEvents(tx, threadSeq), thread.targetMs, now)
  const stored = turns.map(storedTurn)
  const current = turns.at(-1)
  await tx.db
    .update(tx.t.threads)
    .set({ ...clockColumns(current), turns: stored })
    .where(eq(tx.t.threads.seq, threadSeq))
  await correctRollup(tx, thread.sourceId, thread.turns ?? [], stored)
  return current
}

export async function readClockEvents(r: Pick<Tx, 'db' | 't'>, threadSeq: number): Promise<ClockEvent[]> {
  const { events } = r.t
  const rows = await r.db.select().from(events).where(eq(events.threadSeq, threadSeq)).orderBy(asc(events.seq))
  return rows
    .filter((row) => clockKinds.has(row.kind))
    .map((row) => ({
      ...row.data,
      kind: row.kind as ClockEventKind,
      at: row.at,
      recordedAt: row.recordedAt,
      mentionSeq: row.mentionSeq,
    }))
    .sort((a, b) => a.at - b.at)
}

export function clockColumns(turn: Turn | undefined) {
  return {
    clockState: turn?.state ?? ('none' as const),
    clockStartedAt: turn?.startedAt ?? null,
    clockIngestedAt: turn?.ingestedAt ?? null,
    clockDueAt: turn?.dueAt ?? null,
    clockStoppedAt: turn?.stoppedAt ?? null,
  }
}

function storedTurn(turn: Turn): StoredTurn {
  return {
    number: turn.number,
    state: turn.state,
    startedAt: turn.startedAt,
    ...(turn.wallMs === undefined ? {} : { wallMs: turn.wallMs }),
    ...(turn.teamMs === undefined ? {} : { teamMs: turn.teamMs }),
  }
}

/** The first turns of new threads, whose clocks begin with their rows and are replayed only when something happens. */
export async function countOpened(tx: Tx, sourceId: string, startedAts: readonly number[]): Promise<void> {
  const turns = startedAts.map((startedAt): StoredTurn => ({ number: 1, state: 'running', startedAt }))
  await correctRollup(tx, sourceId, [], turns)
}

/** Cohort by the day of the start. Metrics: response and team (first), next (later turns), late, unanswered. */
async function correctRollup(tx: Tx, sourceId: string, before: StoredTurn[], after: StoredTurn[]): Promise<void> {
  const change = new Map<string, { day: number; metric: string; bucket: number; count: number }>()
  const add = (turn: StoredTurn, sign: number): void => {
    for (const [metric, bucket] of figuresOf(turn)) {
      const day = Math.floor(turn.startedAt / dayMs)
      const key = `${day} ${metric} ${bucket}`
      const entry = change.get(key) ?? { day, metric, bucket, count: 0 }
      entry.count += sign
      change.set(key, entry)
    }
  }
  for (const turn of before) add(turn, -1)
  for (const turn of after) add(turn, 1)
  const rows = [...change.values()].filter((entry) => entry.count !== 0).map((entry) => ({ ...entry, sourceId }))
  const { responseRollup } = tx.t
  await tx.insert('response rollup', 'responseRollup', rows, (insert) =>
    insert.onConflictDoUpdate({
      target: [responseRollup.day, responseRollup.sourceId, responseRollup.metric, responseRollup.bucket],
      set: { count: sql`${responseRollup.count} + excluded.count` },
    }),
  )
}

function figuresOf(turn: StoredTurn): [metric: string, bucket: number][] {
  if (turn.state === 'cancelled') return []
  const figures: [string, number][] = [[turn.number === 1 ? 'turns' : 'next_turns', 0]]
  if (turn.wallMs === undefined) return figures
  figures.push([turn.number === 1 ? 'response' : 'next', bucketOf(turn.wallMs)])
  if (turn.number === 1 && turn.teamMs !== undefined) figures.push(['team', bucketOf(turn.teamMs)])
  if (turn.state === 'met_late') figures.push([turn.number === 1 ? 'late' : 'next_late', 0])
  return figures
}
