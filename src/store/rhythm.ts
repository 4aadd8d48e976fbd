import { and, desc, eq, gte, inArray, lt, sql } from 'drizzle-orm'
import { bucketOf, type BucketCount } from '../domain/histogram.ts'
import type { HourCount } from '../domain/freshness.ts'
import { appendAudit } from './audit.ts'
import { dayMs } from './clocks.ts'
import type { IngestSource } from './ingest.ts'
import type { Reader, Tx } from './store.ts'
import type { SourceFreshness } from './tables/sources.ts'

const hourMs = 3_600_000
/** Hours are kept for eight weeks: what is usual changes. */
export const rhythmDays = 56

/** What is younger the next poll would have found all the same. */
const lateMs = 30 * 60_000

/**
 * When the new items of a page were written, by hour, and how long they took to reach us. A few rows a page, however
 * long it is. What a second reading brings says nothing about the usual way: it is counted as found late.
 */
export async function noteRhythm(
  tx: Tx,
  source: IngestSource,
  createdAts: readonly number[],
  now: number,
  again: 'sweep' | 'gap' | undefined,
): Promise<void> {
  if (createdAts.length === 0) return
  await addHours(tx, source.id, createdAts, now)
  const live = again === undefined ? createdAts.filter((at) => at >= source.connectedAt) : []
  const buckets = countBy(live, (at) => bucketOf(now - at))
  const rows = [...buckets].map(([bucket, count]) => ({ metric: 'lag', bucket, count }))
  const late = again === 'sweep' ? createdAts.filter((at) => at < now - lateMs).length : 0
  if (late > 0) rows.push({ metric: 'found_late', bucket: 0, count: late })
  await addMetrics(tx, source.id, rows, now)
}

async function addHours(tx: Tx, sourceId: string, createdAts: readonly number[], now: number): Promise<void> {
  const { sourceHours } = tx.t
  const recent = createdAts.filter((at) => at > now - rhythmDays * dayMs && at <= now + hourMs)
  const hours = Map.groupBy(recent, (at) => Math.floor(at / hourMs))
  const rows = [...hours]
    .sort(([a], [b]) => a - b)
    .map(([hour, ats]) => ({ sourceId, hour, count: ats.length, newestAt: Math.max(...ats) }))
  await tx.insert('source hour', 'sourceHours', rows, (insert) =>
    insert.onConflictDoUpdate({
      target: [sourceHours.sourceId, sourceHours.hour],
      set: {
        count: sql`${sourceHours.count} + excluded.count`,
        newestAt: sql`case when excluded.newest_at > ${sourceHours.newestAt} then excluded.newest_at else ${sourceHours.newestAt} end`,
      },
    }),
  )
}

/** By the day of arrival. */
async function addMetrics(
  tx: Tx,
  sourceId: string,
  counts: { metric: string; bucket: number; count: number }[],
  now: number,
): Promise<void> {
  const { responseRollup } = tx.t
  const day = Math.floor(now / dayMs)
  const rows = counts.sort((a, b) => a.bucket - b.bucket).map((row) => ({ day, sourceId, ...row }))
  await tx.insert('response rollup', 'responseRollup', rows, (insert) =>
    insert.onConflictDoUpdate({
      target: [responseRollup.day, responseRollup.sourceId, responseRollup.metric, responseRollup.bucket],
      set: { count: sql`${responseRollup.count} + excluded.count` },
    }),
  )
}

function countBy(values: readonly number[], keyOf: (value: number) => number): Map<number, number> {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(keyOf(value), (counts.get(keyOf(value)) ?? 0) + 1)
  return counts
}

/** Items by hour since an hour, and the time of the newest. */
export async function loadHours(
  r: Reader,
  sourceId: string,
  sinceHour: number,
): Promise<{ counts: HourCount[]; newestAt: number | undefined }> {
  const { sourceHours } = r.t
  const rows = await r.db
    .select({ hour: sourceHours.hour, count: sourceHours.count, newestAt: sourceHours.newestAt })
    .from(sourceHours)
    .where(and(eq(sourceHours.sourceId, sourceId), gte(sourceHours.hour, sinceHour)))
    .orderBy(desc(sourceHours.hour))
  return { counts: rows, newestAt: rows[0]?.newestAt }
}

/** Histogram of the time to arrival, and how many items second readings found, since a day (UTC). */
export async function loadLag(
  r: Reader,
  sourceId: string,
  sinceDay: number,
): Promise<{ buckets: BucketCount[]; foundLate: number }> {
  const { responseRollup: rollup } = r.t
  const rows = await r.db
    .select({ metric: rollup.metric, bucket: rollup.bucket, count: rollup.count })
    .from(rollup)
    .where(and(eq(rollup.sourceId, sourceId), inArray(rollup.metric, ['lag', 'found_late']), gte(rollup.day, sinceDay)))
  const foundLate = rows.filter((row) => row.metric === 'found_late').reduce((sum, row) => sum + row.count, 0)
  return { buckets: rows.filter((row) => row.metric === 'lag'), foundLate }
}

/**
 * What was learned of a source, and whether its silence is an alarm. The change of the alarm is an entry in the audit,
 * once each way, whoever else looks at the same time. Answers 'raised' or 'cleared' when this call changed it.
 */
export async function saveFreshness(
  tx: Tx,
  sourceId: string,
  freshness: SourceFreshness | null,
  isSilent: boolean,
  now: number,
): Promise<'raised' | 'cleared' | undefined> {
  const { sources } = tx.t
  await tx.db.update(sources).set({ freshness }).where(eq(sources.id, sourceId))
  const changed = await tx.db
    .update(sources)
    .set({ silentSince: isSilent ? now : null })
    .where(
      and(
        eq(sources.id, sourceId),
        isSilent ? sql`${sources.silentSince} is null` : sql`${sources.silentSince} is not null`,
      ),
    )
    .returning({ id: sources.id })
  if (changed.length === 0) return undefined
  const action = isSilent ? { action: 'source.silent' } : { action: 'source.heard' }
  const data = freshness && {
    expectedSeconds: freshness.expectedSeconds,
    newestAt: new Date(freshness.newestAt).toISOString(),
  }
  await appendAudit(tx, {
    at: now,
    actor: 'system',
    ...action,
    object: `source:${sourceId}`,
    ...(data ? { data } : {}),
  })
  tx.emit({ type: 'source', sourceId })
  return isSilent ? 'raised' : 'cleared'
}

export async function pruneHours(tx: Tx, now: number): Promise<void> {
  const { sourceHours } = tx.t
  await tx.db.delete(sourceHours).where(lt(sourceHours.hour, Math.floor((now - rhythmDays * dayMs) / hourMs)))
}
