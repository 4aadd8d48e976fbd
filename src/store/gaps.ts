import { and, asc, desc, eq, gte, inArray, lt, sql } from 'drizzle-orm'
import { holesOf, type Interval } from '../domain/coverage.ts'
import { recordCoverage } from './coverage.ts'
import type { Reader, Tx } from './store.ts'
import type { Tables } from './tables/all.ts'
import type { GapState } from './tables/sources.ts'

export type Gap = Tables['coverage']['$inferSelect']

/** The newest gap of a source that is not settled. */
export async function nextGap(r: Reader, sourceId: string, since: number): Promise<Gap | undefined> {
  const { coverage } = r.t
  const [row] = await r.db
    .select()
    .from(coverage)
    .where(
      and(
        eq(coverage.sourceId, sourceId),
        eq(coverage.kind, 'gap'),
        inArray(coverage.fill, ['open', 'reading']),
        gte(coverage.toAt, since),
      ),
    )
    .orderBy(desc(coverage.toAt))
    .limit(1)
  return row
}

export async function findGap(r: Reader, seq: number): Promise<Gap | undefined> {
  const { coverage } = r.t
  const [row] = await r.db.select().from(coverage).where(eq(coverage.seq, seq))
  return row
}

/** Makes a gap of each hole that no gap names yet. Answers how many. */
export async function nameHoles(tx: Tx, sourceId: string, holes: readonly Interval[]): Promise<number> {
  const { coverage } = tx.t
  let named = 0
  for (const hole of holes) {
    const [known] = await tx.db
      .select({ seq: coverage.seq })
      .from(coverage)
      .where(
        and(
          eq(coverage.sourceId, sourceId),
          eq(coverage.kind, 'gap'),
          sql`${coverage.fromAt} <= ${hole.from}`,
          gte(coverage.toAt, hole.to),
        ),
      )
      .limit(1)
    if (known) continue
    await recordCoverage(tx, sourceId, 'gap', hole)
    named++
  }
  return named
}

/** Where reading a gap again stands; with the page that brought it there. */
export async function saveGap(
  tx: Tx,
  seq: number,
  change: { fill: GapState; cursor?: unknown; reason?: string },
  now: number,
): Promise<void> {
  const { coverage } = tx.t
  const { fill, cursor, reason } = change
  await tx.db
    .update(coverage)
    .set({ fill, fillCursor: cursor ?? null, filledAt: now, ...(reason ? { reason } : {}) })
    .where(eq(coverage.seq, seq))
}

/** What came of a gap, from the ledger itself: read wholly, in part, or not at all. */
export async function outcomeOf(r: Reader, { sourceId, fromAt, toAt }: Gap): Promise<GapState> {
  const { coverage } = r.t
  const rows = await r.db
    .select({ from: coverage.fromAt, to: coverage.toAt })
    .from(coverage)
    .where(
      and(
        eq(coverage.sourceId, sourceId),
        eq(coverage.kind, 'read'),
        lt(coverage.fromAt, toAt),
        gte(coverage.toAt, fromAt),
      ),
    )
    .orderBy(asc(coverage.fromAt))
  const holes = holesOf({ since: fromAt, read: rows, graceMs: 0 }, { from: fromAt, to: toAt })
  const missed = holes.reduce((sum, hole) => sum + hole.to - hole.from, 0)
  if (missed < 1000) return 'filled'
  return missed < toAt - fromAt ? 'partly' : 'lost'
}

/** One job a source at a time; a poll of the same source goes first. */
export async function queueBackfill(
  tx: Tx,
  payload: { sourceId: string; gap?: number; sweepHours?: number },
  now: number,
): Promise<void> {
  const { sourceId } = payload
  await tx.db
    .insert(tx.t.jobs)
    .values({
      kind: 'backfill',
      key: payload.gap === undefined ? `sweep ${sourceId}` : sourceId,
      lane: `source:${sourceId}`,
      payload,
      runAt: now,
      createdAt: now,
    })
    .onConflictDoNothing()
  tx.emit({ type: 'job', kind: 'backfill' })
}
