import { inArray, sql } from 'drizzle-orm'
import type { Reader } from './store.ts'

/** Waiting and running jobs by kind. */
export async function loadJobHealth(reader: Reader, now: number) {
  const { jobs } = reader.t
  const number = (text: ReturnType<typeof sql>) => sql<number>`${text}`.mapWith(Number)
  return reader.db
    .select({
      kind: jobs.kind,
      waiting: number(sql`sum(case when ${jobs.leasedUntil} < ${now} then 1 else 0 end)`),
      running: number(sql`sum(case when ${jobs.leasedUntil} >= ${now} then 1 else 0 end)`),
      failed: number(sql`sum(case when ${jobs.lastError} is null then 0 else 1 end)`),
      oldestRunAt: number(sql`min(${jobs.runAt})`),
    })
    .from(jobs)
    .groupBy(jobs.kind)
    .orderBy(jobs.kind)
}

/** Replies that have not ended yet. */
export async function loadReplyHealth(
  reader: Reader,
): Promise<{ queued: number; unknown: number; needsPerson: number }> {
  const { replies } = reader.t
  const rows = await reader.db
    .select({ state: replies.state, n: sql<number>`count(*)`.mapWith(Number) })
    .from(replies)
    .where(inArray(replies.state, ['queued', 'sending', 'unknown', 'needs_person']))
    .groupBy(replies.state)
  const of = (...states: string[]) =>
    rows.filter((row) => states.includes(row.state)).reduce((total, row) => total + row.n, 0)
  return { queued: of('queued', 'sending'), unknown: of('unknown'), needsPerson: of('needs_person') }
}

/** Throws when the database does not answer. */
export async function ping(reader: Reader): Promise<void> {
  await reader.rows(sql`select 1 as one`)
}
