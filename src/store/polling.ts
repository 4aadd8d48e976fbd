import { and, desc, eq, gt, inArray, isNull, lte, sql } from 'drizzle-orm'
import { polledStates, type SourceState } from '../domain/source.ts'
import { pollSeconds } from '../domain/stream.ts'
import { recordCoverage } from './coverage.ts'
import type { Reader, Tx } from './store.ts'
import { noteReadByPoll } from './streams.ts'
import type { SourceError } from './tables/sources.ts'

export async function sourceRow(r: Reader, id: string) {
  const { sources } = r.t
  const [row] = await r.db.select().from(sources).where(eq(sources.id, id))
  return row
}

export async function activeSources(r: Reader) {
  const { sources } = r.t
  return r.db.select().from(sources).where(eq(sources.state, 'active'))
}

/** All that are polled, in whatever state. */
export async function polledSources(r: Reader) {
  const { sources } = r.t
  return r.db
    .select()
    .from(sources)
    .where(inArray(sources.state, [...polledStates]))
}

/**
 * Puts a poll job on the list for each source that is due, and writes its next due time in the same transaction:
 * before any call to the platform, so that a crash cannot spin on one source.
 */
export async function schedulePolls(tx: Tx, now: number, jitter: () => number): Promise<number> {
  const { sources, sourceStreams, jobs } = tx.t
  const due = await tx.db
    .select({ id: sources.id, intervalSeconds: sources.intervalSeconds, mode: sourceStreams.mode })
    .from(sources)
    .leftJoin(sourceStreams, eq(sourceStreams.sourceId, sources.id))
    .where(and(inArray(sources.state, [...polledStates]), lte(sources.nextPollAt, now)))
    .orderBy(sources.nextPollAt)
    .limit(100)
  for (const source of due) {
    const seconds = pollSeconds(source.intervalSeconds, source.mode)
    const nextPollAt = now + Math.round(seconds * 1000 * (0.95 + 0.1 * jitter()))
    await tx.db.update(sources).set({ nextPollAt }).where(eq(sources.id, source.id))
    await tx.insert(
      'poll job',
      'jobs',
      [
        {
          kind: 'poll',
          key: source.id,
          lane: `source:${source.id}`,
          payload: { sourceId: source.id },
          runAt: now,
          createdAt: now,
        },
      ],
      (insert) => insert.onConflictDoUpdate({ target: [jobs.kind, jobs.key], set: { runAt: sql`excluded.run_at` } }),
    )
  }
  return due.length
}

/** Epoch ms of the next poll of any source; undefined when none is polled. */
export async function nextPollAt(r: Reader): Promise<number | undefined> {
  const { sources } = r.t
  const [row] = await r.db
    .select({ at: sql<number | null>`min(${sources.nextPollAt})` })
    .from(sources)
    .where(inArray(sources.state, [...polledStates]))
  return row?.at === null || row?.at === undefined ? undefined : Number(row.at)
}

/**
 * A run went through: the source is well again. True when it was not before. `readTo`: platform time up to which the
 * run has read.
 */
export async function recordSuccess(tx: Tx, id: string, now: number, readTo?: number): Promise<boolean> {
  const { sources } = tx.t
  const [before] = await tx.db
    .select({
      state: sources.state,
      errorCount: sources.errorCount,
      lastPollAt: sources.lastPollAt,
      lastError: sources.lastError,
    })
    .from(sources)
    .where(eq(sources.id, id))
  if (!before) return false
  if (before.lastError && before.lastPollAt !== null)
    await recordCoverage(
      tx,
      id,
      before.lastError.kind === 'rate_limited' ? 'limited' : 'outage',
      { from: before.lastPollAt, to: now },
      before.lastError.kind,
    )
  await tx.db
    .update(sources)
    .set({
      lastPollAt: now,
      lastSuccessAt: now,
      errorCount: 0,
      lastError: null,
      ...(before.state === 'failing' ? { state: 'active' as const } : {}),
    })
    .where(eq(sources.id, id))
  if (readTo !== undefined) await noteReadByPoll(tx, id, readTo, now)
  tx.emit({ type: 'source', sourceId: id })
  return before.errorCount > 0
}

/** A run failed: what happened is on the source's page, history and cursor stay. True when it was well before. */
export async function recordFailure(
  tx: Tx,
  id: string,
  failure: { error: SourceError; state?: SourceState; nextPollAt: number; counts: boolean },
): Promise<boolean> {
  const { sources } = tx.t
  const [before] = await tx.db
    .select({ state: sources.state, errorCount: sources.errorCount, lastPollAt: sources.lastPollAt })
    .from(sources)
    .where(eq(sources.id, id))
  if (!before) return false
  // Explains what was not read since the attempt before; what is read later counts as read all the same.
  const since = before.lastPollAt ?? failure.error.at - 1000
  const why = failure.error.kind === 'rate_limited' ? 'limited' : 'outage'
  await recordCoverage(tx, id, why, { from: since, to: failure.error.at }, failure.error.kind)
  // A person may have paused it while the run was under way.
  const keepsState = !polledStates.includes(before.state)
  await tx.db
    .update(sources)
    .set({
      lastPollAt: failure.error.at,
      lastError: failure.error,
      errorCount: before.errorCount + (failure.counts ? 1 : 0),
      nextPollAt: failure.nextPollAt,
      ...(failure.state && !keepsState ? { state: failure.state } : {}),
    })
    .where(eq(sources.id, id))
  tx.emit({ type: 'source', sourceId: id })
  return before.errorCount === 0
}

export async function addQuarantine(
  tx: Tx,
  rows: { id: string; sourceId: string; raw: string; error: string; createdAt: number }[],
): Promise<void> {
  await tx.insert('quarantine', 'quarantine', rows)
  for (const row of rows) tx.emit({ type: 'source', sourceId: row.sourceId })
}

/** Recent mentions of a source that may have been edited or deleted since, newest first, below `before`. */
export async function recheckCandidates(r: Reader, sourceId: string, since: number, before: number, limit: number) {
  const { mentions, mentionSources } = r.t
  return r.db
    .select({ seq: mentions.seq, externalId: mentions.externalId, uri: mentions.uri })
    .from(mentions)
    .innerJoin(mentionSources, eq(mentionSources.mentionSeq, mentions.seq))
    .where(
      and(
        eq(mentionSources.sourceId, sourceId),
        isNull(mentions.deletedAt),
        gt(mentions.createdAt, since),
        before > 0 ? sql`${mentions.seq} < ${before}` : undefined,
      ),
    )
    .orderBy(desc(mentions.seq))
    .limit(limit)
}
