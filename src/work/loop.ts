import PQueue from 'p-queue'
import { claimJobs, finishJob, nextDue, postponeJob, renewLeases, type Job } from '../store/jobs.ts'
import { nextPollAt, schedulePolls } from '../store/polling.ts'
import type { WorkContext } from './context.ts'
import { jobKinds, runJob, type KindName } from './kinds.ts'
import { periodicTasks, type PeriodicTask } from './periodic.ts'

export interface LoopOptions {
  /** A worker that dies gives its jobs back after this long, ms. */
  leaseMs?: number
  /** Longest sleep between two looks at the list, ms. Notices wake it earlier. */
  idleMs?: number
}

export interface Loop {
  start(): void
  /** Lets running jobs end for `graceMs`, then aborts them; what was not finished runs again after the lease. */
  stop(graceMs?: number): Promise<void>
  /** Resolves when nothing is due and nothing runs. For tests and commands. */
  settled(): Promise<void>
}

/** Claims due jobs and runs them, so many of each kind at a time. All state is in the jobs table. */
export function createLoop(context: WorkContext, { leaseMs = 30_000, idleMs = 1_000 }: LoopOptions = {}): Loop {
  const token = context.newId()
  const queues = new Map(Object.entries(jobKinds).map(([name, { concurrency }]) => [name, new PQueue({ concurrency })]))
  const running = new Set<number>()
  const abort = new AbortController()
  /** For work that never ends by itself. */
  const ending = new AbortController()
  const tasks = periodicTasks.map((task) => ({ task, dueAt: context.now() + firstRun(task, context.random()) }))
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let ticking: Promise<number> | undefined
  let again = false

  const unsubscribe = context.store.onCommit((notices) => {
    if (notices.some((notice) => notice.type === 'job' || notice.type === 'source')) wake(0)
  })
  const renewal = setInterval(() => void renew().catch(() => undefined), leaseMs / 3)
  renewal.unref()

  async function renew(): Promise<void> {
    if (running.size > 0)
      await context.store.write((tx) => renewLeases(tx, token, [...running], context.now() + leaseMs))
  }

  function wake(waitMs: number): void {
    if (stopped) return
    if (ticking) {
      again = true
      return
    }
    clearTimeout(timer)
    timer = setTimeout(() => void tick(), waitMs)
  }

  async function tick(): Promise<void> {
    again = false
    ticking = work()
    let waitMs = idleMs
    try {
      waitMs = await ticking
    } catch (error) {
      if (!stopped) context.log.error('the worker could not read its list', { error })
    }
    ticking = undefined
    wake(again ? 0 : waitMs)
  }

  /** One look at the list. Answers how long to sleep, ms. */
  async function work(): Promise<number> {
    const now = context.now()
    await runTasks(now)
    const pollsAt = await nextPollAt(context.store.read)
    if (pollsAt !== undefined && pollsAt <= now)
      await context.store.write((tx) => schedulePolls(tx, now, context.random))
    const due = await nextDue(context.store, now)
    const kinds = freeKinds()
    if (due === undefined || due > now || kinds.length === 0) return sleepUntil(due, pollsAt, now)
    const jobs = await context.store.write((tx) => claimJobs(tx, { now, limit: 16, leaseMs, token, kinds }))
    for (const job of jobs) launch(job)
    return jobs.length > 0 ? 0 : sleepUntil(undefined, pollsAt, now)
  }

  function sleepUntil(due: number | undefined, pollsAt: number | undefined, now: number): number {
    const next = Math.min(due !== undefined && due > now ? due : now + idleMs, pollsAt ?? now + idleMs)
    return Math.max(5, Math.min(idleMs, next - now))
  }

  function freeKinds(): string[] {
    return [...queues].filter(([, queue]) => queue.size === 0).map(([name]) => name)
  }

  function launch(job: Job): void {
    running.add(job.seq)
    const queue = queues.get(job.kind)
    void queue
      ?.add(() => run(job))
      .catch((error: unknown) => context.log.error('a job could not be put away', { kind: job.kind, error }))
  }

  async function run(job: Job): Promise<void> {
    const { timeoutMs, endless } = jobKinds[job.kind as KindName]
    const limit = AbortSignal.timeout(timeoutMs)
    try {
      const stop = endless ? ending.signal : abort.signal
      const nextAt = await runJob(context, job, AbortSignal.any([stop, limit]))
      await context.store.write((tx) =>
        nextAt === undefined ? finishJob(tx, job) : postponeJob(tx, job, nextAt, null),
      )
    } catch (error) {
      if (abort.signal.aborted) return
      context.log.error('a job failed and will run again', {
        kind: job.kind,
        key: job.key,
        attempts: job.attempts,
        error,
      })
      const waitMs = Math.min(3_600_000, 2000 * 2 ** Math.min(job.attempts, 11))
      const message = error instanceof Error ? error.message : String(error)
      await context.store.write((tx) => postponeJob(tx, job, context.now() + waitMs, message))
    } finally {
      running.delete(job.seq)
      wake(0)
    }
  }

  async function runTasks(now: number): Promise<void> {
    for (const entry of tasks) {
      if (entry.dueAt > now) continue
      entry.dueAt = now + Math.round(entry.task.everyMs * (0.9 + 0.2 * context.random()))
      await entry.task.run(context, abort.signal).catch((error: unknown) => {
        if (!stopped) context.log.error('a periodic task failed', { task: entry.task.name, error })
      })
    }
  }

  return {
    start: () => wake(0),
    async stop(graceMs = 5_000) {
      stopped = true
      unsubscribe()
      clearTimeout(timer)
      clearInterval(renewal)
      await ticking?.catch(() => undefined)
      ending.abort(new Error('stopping'))
      const idle = Promise.all([...queues.values()].map((queue) => queue.onIdle()))
      const late = setTimeout(() => abort.abort(new Error('stopping')), graceMs)
      await idle
      clearTimeout(late)
      abort.abort(new Error('stopped'))
    },
    async settled() {
      for (;;) {
        const now = context.now()
        const due = await nextDue(context.store, now)
        if (running.size === 0 && (due === undefined || due > now)) return
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
  }
}

function firstRun(task: PeriodicTask, random: number): number {
  return Math.round(task.everyMs * 0.1 * random)
}
