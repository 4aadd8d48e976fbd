import { and, eq, inArray, lt, lte, sql } from 'drizzle-orm'
import type { Reader, Store, Tx } from './store.ts'

export interface Job {
  seq: number
  kind: string
  key: string
  lane: string
  payload: unknown
  attempts: number
  leaseToken: string
  /** What it was due for, epoch ms. A later time in the table: somebody has asked again since it was claimed. */
  runAt: number
}

export interface ClaimOptions {
  now: number
  limit: number
  leaseMs: number
  token: string
  kinds: readonly string[]
}

/**
 * Leases due jobs, oldest first, at most one of a lane at a time over all processes. A worker that dies loses its
 * lease by time and the job runs again: handlers are safe to run twice.
 */
export async function claimJobs(tx: Tx, options: ClaimOptions): Promise<Job[]> {
  const { jobs } = tx.t
  if (options.limit <= 0) return []
  const kinds = sql.join(
    options.kinds.map((kind) => sql`${kind}`),
    sql`, `,
  )
  const due = await tx.rows<{ seq: number; lane: string }>(sql`
    select ${jobs.seq} as seq, ${jobs.lane} as lane from ${jobs}
    where ${jobs.runAt} <= ${options.now} and ${jobs.leasedUntil} < ${options.now} and ${jobs.kind} in (${kinds})
      and (${jobs.lane} = '' or not exists (
        select 1 from jobs as busy where busy.lane = ${jobs.lane} and busy.leased_until >= ${options.now}))
    order by ${jobs.runAt} limit ${options.limit} ${tx.d.skipLocked}`)
  const lanes = new Set<string>()
  const seqs = due.flatMap((row) => {
    if (row.lane !== '' && lanes.has(row.lane)) return []
    lanes.add(row.lane)
    return [Number(row.seq)]
  })
  if (seqs.length === 0) return []
  const claimed = await tx.db
    .update(jobs)
    .set({ leasedUntil: options.now + options.leaseMs, leaseToken: options.token, attempts: sql`${jobs.attempts} + 1` })
    .where(and(inArray(jobs.seq, seqs), lte(jobs.leasedUntil, options.now)))
    .returning({
      seq: jobs.seq,
      kind: jobs.kind,
      key: jobs.key,
      lane: jobs.lane,
      payload: jobs.payload,
      attempts: jobs.attempts,
      runAt: jobs.runAt,
    })
  return claimed.map((job) => ({ ...job, leaseToken: options.token }))
}

/** Leases one job by its key, making it when there is none; undefined while somebody else has it. */
export async function claimJob(
  tx: Tx,
  wanted: Pick<Job, 'kind' | 'key' | 'lane' | 'payload'>,
  { now, leaseMs, token }: Pick<ClaimOptions, 'now' | 'leaseMs' | 'token'>,
): Promise<Job | undefined> {
  const { jobs } = tx.t
  await tx.db
    .insert(jobs)
    .values({ ...wanted, runAt: now, createdAt: now })
    .onConflictDoNothing()
  const [row] = await tx.db
    .update(jobs)
    .set({ leasedUntil: now + leaseMs, leaseToken: token, attempts: sql`${jobs.attempts} + 1` })
    .where(and(eq(jobs.kind, wanted.kind), eq(jobs.key, wanted.key), lt(jobs.leasedUntil, now)))
    .returning({ seq: jobs.seq, attempts: jobs.attempts, runAt: jobs.runAt })
  return row ? { ...wanted, ...row, leaseToken: token } : undefined
}

/**
 * Removes a job that is done. One that was asked for again while it ran stays, to run once more: who asked may have
 * changed what it had already looked at.
 */
export async function finishJob(tx: Tx, job: Job): Promise<void> {
  const { jobs } = tx.t
  const mine = and(eq(jobs.seq, job.seq), eq(jobs.leaseToken, job.leaseToken))
  await tx.db.delete(jobs).where(and(mine, eq(jobs.runAt, job.runAt)))
  await tx.db.update(jobs).set({ leasedUntil: 0, leaseToken: null }).where(mine)
}

/** Gives a job back to be run later, or when somebody has asked for it meanwhile, if that is sooner. */
export async function postponeJob(tx: Tx, job: Job, runAt: number, error: string | null): Promise<void> {
  const { jobs } = tx.t
  await tx.db
    .update(jobs)
    .set({
      runAt: sql`case when ${jobs.runAt} <> ${job.runAt} and ${jobs.runAt} < ${runAt} then ${jobs.runAt} else ${runAt} end`,
      leasedUntil: 0,
      leaseToken: null,
      lastError: error,
    })
    .where(and(eq(jobs.seq, job.seq), eq(jobs.leaseToken, job.leaseToken)))
}

export async function renewLeases(tx: Tx, token: string, seqs: number[], until: number): Promise<void> {
  const { jobs } = tx.t
  if (seqs.length === 0) return
  await tx.db
    .update(jobs)
    .set({ leasedUntil: until })
    .where(and(inArray(jobs.seq, seqs), eq(jobs.leaseToken, token)))
}

/** Only for a store that one process owns (SQLite): whoever held a lease is gone. */
export async function releaseAllLeases(store: Store): Promise<void> {
  await store.write(async (tx) => {
    await tx.db.update(tx.t.jobs).set({ leasedUntil: 0, leaseToken: null })
  })
}

/** Whether one of this kind waits to be run. */
export async function hasDueJob(reader: Reader, kind: string, now: number): Promise<boolean> {
  const { jobs } = reader.t
  const rows = await reader.db
    .select({ seq: jobs.seq })
    .from(jobs)
    .where(and(eq(jobs.kind, kind), lte(jobs.runAt, now)))
    .limit(1)
  return rows.length > 0
}

/** When the next job that nobody has is due, epoch ms; undefined when there is none. */
export async function nextDue(store: Store, now: number): Promise<number | undefined> {
  const { jobs } = store.read.t
  const [row] = await store.read.db
    .select({ at: sql<number | null>`min(${jobs.runAt})`.mapWith(Number) })
    .from(jobs)
    .where(lt(jobs.leasedUntil, now))
  return row?.at || undefined
}
