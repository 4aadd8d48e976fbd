import { and, asc, desc, eq, inArray, ne, notLike, sql } from 'drizzle-orm'
import { coverageKinds, type CoverageKind } from '../domain/coverage.ts'
import { polledStates, type SourceState } from '../domain/source.ts'
import { appendAudit } from './audit.ts'
import { recordCoverage } from './coverage.ts'
import type { Reader, Tx } from './store.ts'
import type { Tables } from './tables/all.ts'
import { scheduleStream } from './streams.ts'
import type { SourceSettings } from './tables/sources.ts'
import type { Act } from './threadActions.ts'

export type Source = Tables['sources']['$inferSelect']
export type CoverageRow = Tables['coverage']['$inferSelect']

/** Set behind the account of a removed source, so that the account may be connected again. */
const removedMark = ' (removed) '

/** Removed sources are only named where their mentions are. */
export async function listSources(reader: Reader): Promise<Source[]> {
  const { sources } = reader.t
  return reader.db
    .select()
    .from(sources)
    .where(notLike(sources.account, `%${removedMark}%`))
    .orderBy(asc(sources.name), asc(sources.id))
}

export async function findSource(reader: Reader, id: string): Promise<Source | undefined> {
  const { sources } = reader.t
  const [row] = await reader.db.select().from(sources).where(eq(sources.id, id))
  return row
}

export async function findSourceByAccount(reader: Reader, connector: string, account: string) {
  const { sources } = reader.t
  const [row] = await reader.db
    .select()
    .from(sources)
    .where(and(eq(sources.connector, connector), eq(sources.account, account)))
  return row
}

/** For the dot that every page shows. */
export async function loadSourceHealth(
  reader: Reader,
): Promise<{ total: number; failing: number; paused: number; silent: number }> {
  const rows = await reader.all<{ state: SourceState; n: number; silent: number }>(
    'sources.health',
    (db, t) =>
      db
        .select({
          state: t.sources.state,
          n: sql<number>`count(*)`.mapWith(Number),
          silent: sql<number>`count(${t.sources.silentSince})`.mapWith(Number),
        })
        .from(t.sources)
        .where(notLike(t.sources.account, `%${removedMark}%`))
        .groupBy(t.sources.state),
    {},
  )
  const of = (...states: SourceState[]) =>
    rows.filter((row) => states.includes(row.state)).reduce((sum, row) => sum + row.n, 0)
  return {
    total: rows.reduce((sum, row) => sum + row.n, 0),
    failing: of('failing', 'needs_auth', 'gone'),
    paused: of('paused'),
    silent: rows.filter((row) => row.state === 'active').reduce((sum, row) => sum + row.silent, 0),
  }
}

export interface NewSource {
  id: string
  connector: string
  account: string
  name: string
  config: Record<string, unknown>
  /** Sealed; null when the connector has none. */
  secrets: string | null
  settings: SourceSettings
  intervalSeconds: number
}

/** undefined: this account is already connected. The first poll is due at once. */
export async function insertSource(tx: Tx, act: Act, source: NewSource): Promise<Source | undefined> {
  const { sources } = tx.t
  const times = { nextPollAt: act.now, connectedAt: act.now, createdAt: act.now, createdBy: act.userId }
  const [row] = await tx.db
    .insert(sources)
    .values({ ...source, state: 'active', ...times })
    .onConflictDoNothing()
    .returning()
  if (!row) return undefined
  await note(tx, act, 'source.create', row.id, { connector: row.connector, account: row.account })
  return row
}

/** New settings or new credentials: checked before, so a source that waited for them goes on. */
export async function updateSource(
  tx: Tx,
  act: Act,
  id: string,
  change: Partial<Pick<Source, 'name' | 'config' | 'secrets' | 'settings' | 'intervalSeconds' | 'account'>>,
): Promise<boolean> {
  const { sources } = tx.t
  const rows = await tx.db
    .update(sources)
    .set({ ...change, state: 'active', lastError: null, errorCount: 0, nextPollAt: act.now })
    .where(and(eq(sources.id, id), ne(sources.state, 'paused')))
    .returning({ id: sources.id })
  const paused =
    rows.length > 0
      ? []
      : await tx.db.update(sources).set(change).where(eq(sources.id, id)).returning({ id: sources.id })
  if (rows.length + paused.length === 0) return false
  await note(tx, act, 'source.update', id)
  return true
}

export async function pauseSource(tx: Tx, act: Act, id: string): Promise<boolean> {
  const { sources } = tx.t
  const rows = await tx.db
    .update(sources)
    .set({ state: 'paused' })
    .where(and(eq(sources.id, id), ne(sources.state, 'paused')))
    .returning({ id: sources.id })
  if (rows.length > 0) {
    // Stretched when it goes on.
    await recordCoverage(tx, id, 'paused', { from: act.now, to: act.now + 1 })
    await note(tx, act, 'source.pause', id)
  }
  return rows.length > 0
}

export async function resumeSource(tx: Tx, act: Act, id: string): Promise<boolean> {
  const { sources } = tx.t
  await stretchPause(tx, id, act.now)
  const rows = await tx.db
    .update(sources)
    .set({ state: 'active', nextPollAt: act.now, errorCount: 0 })
    .where(and(eq(sources.id, id), ne(sources.state, 'active')))
    .returning({ id: sources.id })
  if (rows.length > 0) await note(tx, act, 'source.resume', id)
  return rows.length > 0
}

/** Whether gaps are read again; state and schedule stay as they are. */
export async function setBackfill(tx: Tx, act: Act, id: string, backfill: boolean): Promise<void> {
  const { sources } = tx.t
  const [source] = await tx.db.select({ settings: sources.settings }).from(sources).where(eq(sources.id, id))
  if (!source) return
  await tx.db
    .update(sources)
    .set({ settings: { ...source.settings, backfill } })
    .where(eq(sources.id, id))
  await note(tx, act, 'source.update', id, { backfill })
}

/** The pause that a source is in has lasted until now. */
async function stretchPause(tx: Tx, id: string, now: number): Promise<void> {
  const { coverage, sources } = tx.t
  const [paused] = await tx.db
    .select({ seq: coverage.seq })
    .from(coverage)
    .innerJoin(sources, eq(sources.id, coverage.sourceId))
    .where(and(eq(coverage.sourceId, id), eq(coverage.kind, 'paused'), eq(sources.state, 'paused')))
    .orderBy(desc(coverage.toAt))
    .limit(1)
  if (paused) await tx.db.update(coverage).set({ toAt: now }).where(eq(coverage.seq, paused.seq))
}

/** Polls as soon as the loop looks; a paused source stays paused. */
export async function runSourceNow(tx: Tx, act: Act, id: string): Promise<boolean> {
  const { sources } = tx.t
  const rows = await tx.db
    .update(sources)
    .set({ nextPollAt: act.now })
    .where(and(eq(sources.id, id), inArray(sources.state, ['active', 'failing', 'needs_auth'])))
    .returning({ id: sources.id })
  if (rows.length > 0) await note(tx, act, 'source.run', id)
  return rows.length > 0
}

/** Where the source is listened to now, the stream is opened at once; a running one notices that it is unwanted. */
export async function setStreaming(tx: Tx, act: Act, id: string, on: boolean): Promise<void> {
  const { sources } = tx.t
  const [row] = await tx.db
    .select({ settings: sources.settings, state: sources.state })
    .from(sources)
    .where(eq(sources.id, id))
  if (!row) return
  await tx.db
    .update(sources)
    .set({ settings: { ...row.settings, stream: on } })
    .where(eq(sources.id, id))
  if (polledStates.includes(row.state)) await scheduleStream(tx, id, act.now, true)
  await note(tx, act, 'source.stream', id, { on })
}

/** What was heard stays; the source is not asked again and its credentials are forgotten. */
export async function removeSource(tx: Tx, act: Act, id: string): Promise<boolean> {
  const { sources } = tx.t
  const rows = await tx.db
    .update(sources)
    .set({
      state: 'gone',
      secrets: null,
      session: null,
      account: sql`${sources.account} || ${removedMark} || ${sources.id}`,
    })
    .where(and(eq(sources.id, id), ne(sources.state, 'gone')))
    .returning({ id: sources.id })
  if (rows.length > 0) await note(tx, act, 'source.remove', id)
  return rows.length > 0
}

/** The ledger since a time, oldest first. */
export async function listCoverage(
  reader: Reader,
  sourceIds: readonly string[],
  since: number,
  kinds: readonly CoverageKind[] = coverageKinds,
): Promise<CoverageRow[]> {
  if (sourceIds.length === 0) return []
  const { coverage } = reader.t
  return reader.db
    .select()
    .from(coverage)
    .where(
      and(
        inArray(coverage.sourceId, [...sourceIds]),
        inArray(coverage.kind, [...kinds]),
        sql`${coverage.toAt} >= ${since}`,
      ),
    )
    .orderBy(asc(coverage.fromAt))
    .limit(2000)
}

export async function listQuarantine(reader: Reader, sourceId: string, limit = 50) {
  const { quarantine } = reader.t
  return reader.db
    .select()
    .from(quarantine)
    .where(eq(quarantine.sourceId, sourceId))
    .orderBy(desc(quarantine.createdAt))
    .limit(limit)
}

export async function countQuarantine(reader: Reader): Promise<Map<string, number>> {
  const { quarantine } = reader.t
  const rows = await reader.db
    .select({ id: quarantine.sourceId, n: sql<number>`count(*)`.mapWith(Number) })
    .from(quarantine)
    .groupBy(quarantine.sourceId)
  return new Map(rows.map((row) => [row.id, row.n]))
}

export async function discardQuarantined(tx: Tx, act: Act, sourceId: string, id: string): Promise<boolean> {
  const { quarantine } = tx.t
  const rows = await tx.db
    .delete(quarantine)
    .where(and(eq(quarantine.id, id), eq(quarantine.sourceId, sourceId)))
    .returning({ id: quarantine.id })
  if (rows.length > 0) await note(tx, act, 'quarantine.discard', sourceId, { id })
  return rows.length > 0
}

/** Mentions heard by each source, from the roll-up. */
export async function countHeard(reader: Reader, sinceDay: number): Promise<Map<string, number>> {
  const { volumeRollup } = reader.t
  const rows = await reader.db
    .select({ id: volumeRollup.sourceId, n: sql<number>`sum(${volumeRollup.count})`.mapWith(Number) })
    .from(volumeRollup)
    .where(and(eq(volumeRollup.querySeq, 0), sql`${volumeRollup.day} >= ${sinceDay}`))
    .groupBy(volumeRollup.sourceId)
  return new Map(rows.map((row) => [row.id, row.n]))
}

/** Exact, from the rows: only for the first reading, when the roll-ups are still behind. */
export async function countMentionsBySource(reader: Reader): Promise<Map<string, number>> {
  const { mentionSources } = reader.t
  const rows = await reader.db
    .select({ id: mentionSources.sourceId, n: sql<number>`count(*)`.mapWith(Number) })
    .from(mentionSources)
    .groupBy(mentionSources.sourceId)
  return new Map(rows.map((row) => [row.id, row.n]))
}

async function note(tx: Tx, act: Act, action: string, id: string, data?: Record<string, unknown>): Promise<void> {
  await appendAudit(tx, {
    at: act.now,
    actor: act.userId,
    action,
    object: `source:${id}`,
    ...(data ? { data } : {}),
    ip: act.ip,
  })
  tx.emit({ type: 'source', sourceId: id })
}
