import { pruneCopyKeys } from '../store/copies.ts'
import { idleBefore, loadWorkspace } from '../store/settings.ts'
import { pruneHours } from '../store/rhythm.ts'
import { closeIdle, markBreaches, removeExpired, wakeSnoozed } from '../store/upkeep.ts'
import { findGaps, queueSweeps } from './backfill.ts'
import type { WorkContext } from './context.ts'
import { lookForCorrections } from './learn.ts'
import { tagNewMentions } from './tagging.ts'
import { watchSilence } from './watchSilence.ts'
import { drawMonthly } from './drawAudit.ts'
import { recheckSources } from './recheck.ts'
import { openStreams } from './stream.ts'

export interface PeriodicTask {
  name: string
  everyMs: number
  run(context: WorkContext, signal: AbortSignal): Promise<void>
}

const minute = 60_000
/** Raw payloads serve support and re-mapping of recent items. */
const rawDays = 30

/** All periodic work. */
export const periodicTasks: readonly PeriodicTask[] = [
  {
    name: 'mark breached clocks',
    everyMs: minute / 2,
    run: async (context) => void (await context.store.write((tx) => markBreaches(tx, context.now()))),
  },
  {
    name: 'wake snoozed threads',
    everyMs: minute / 2,
    run: async (context) => void (await context.store.write((tx) => wakeSnoozed(tx, context.now()))),
  },
  { name: 'resolve idle threads', everyMs: minute / 6, run: resolveIdle },
  { name: 'open streams', everyMs: minute / 4, run: openStreams },
  { name: 'find gaps', everyMs: 10 * minute, run: findGaps },
  { name: 'sweep for what was indexed late', everyMs: 60 * minute, run: queueSweeps },
  { name: 'watch for silence', everyMs: 5 * minute, run: watchSilence },
  { name: 'look for edits and deletions', everyMs: 5 * minute, run: recheckSources },
  {
    name: 'remove what has expired',
    everyMs: 60 * minute,
    run: (context) =>
      context.store.write((tx) => removeExpired(tx, context.now(), context.now() - rawDays * 24 * 60 * minute)),
  },
  { name: 'learn from corrections', everyMs: 60 * minute, run: lookForCorrections },
  {
    name: 'forget what copies and rhythms were learned from',
    everyMs: 24 * 60 * minute,
    run: (context) =>
      context.store.write(async (tx) => {
        await pruneCopyKeys(tx, context.now())
        await pruneHours(tx, context.now())
      }),
  },
  { name: 'suggest trained tags', everyMs: minute / 4, run: tagNewMentions },
  { name: 'draw the monthly audit', everyMs: 60 * minute, run: drawMonthly },
  { name: 'refresh planner statistics', everyMs: 6 * 60 * minute, run: (context) => context.store.optimise() },
]

async function resolveIdle(context: WorkContext): Promise<void> {
  const now = context.now()
  const idle = idleBefore(await loadWorkspace(context.store.read), now)
  if (idle !== undefined) await context.store.write((tx) => closeIdle(tx, idle, now, 1000))
}
