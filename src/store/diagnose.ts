import { and, count, eq, inArray, isNull, lt, ne, or, sql } from 'drizzle-orm'
import type { Reader } from './store.ts'

/** What needs somebody, for `earshot doctor`. `now` and the limits are epoch ms. */
export async function findTrouble(reader: Reader, now: number, overdueMs: number) {
  const { jobs, replies, quarantine, mentions } = reader.t
  const { db } = reader
  const overdue = await db
    .select({ kind: jobs.kind, key: jobs.key, runAt: jobs.runAt, attempts: jobs.attempts, lastError: jobs.lastError })
    .from(jobs)
    .where(and(or(lt(jobs.runAt, now - overdueMs), sql`${jobs.lastError} is not null`), lt(jobs.leasedUntil, now)))
    .orderBy(jobs.runAt)
    .limit(20)
  const [waiting] = await db
    .select({ n: count() })
    .from(replies)
    .where(inArray(replies.state, ['needs_person', 'rejected']))
  const [setAside] = await db.select({ n: count() }).from(quarantine)
  const [raw] = await db
    .select({ n: count() })
    .from(mentions)
    .where(and(isNull(mentions.enrichedAt), isNull(mentions.deletedAt), lt(mentions.ingestedAt, now - overdueMs)))
  return { overdue, replies: waiting?.n ?? 0, quarantined: setAside?.n ?? 0, unclassified: raw?.n ?? 0 }
}

/** Sources that are not read, or whose last reading failed; paused ones were paused by somebody. */
export async function findTroubledSources(reader: Reader) {
  const { sources } = reader.t
  return reader.db
    .select()
    .from(sources)
    .where(
      or(inArray(sources.state, ['failing', 'needs_auth']), and(eq(sources.state, 'gone'), ne(sources.errorCount, 0))),
    )
    .limit(100)
}

/** Sources with sealed credentials, to see whether they still open. */
export async function listSealed(reader: Reader) {
  const { sources } = reader.t
  return reader.db
    .select({ id: sources.id, name: sources.name, secrets: sources.secrets })
    .from(sources)
    .where(sql`${sources.secrets} is not null`)
}
