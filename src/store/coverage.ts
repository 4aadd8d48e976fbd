import { and, eq, gte, inArray, lte } from 'drizzle-orm'
import type { CoverageKind, Interval } from '../domain/coverage.ts'
import type { Tx } from './store.ts'

export type { Interval } from '../domain/coverage.ts'

/** Adds an interval to the ledger; touching or overlapping ones of the same kind become one row. */
export async function recordCoverage(
  tx: Tx,
  sourceId: string,
  kind: CoverageKind,
  interval: Interval,
  reason?: string,
): Promise<void> {
  if (!(interval.to > interval.from)) return
  const { coverage } = tx.t
  const touching = await tx.db
    .select()
    .from(coverage)
    .where(
      and(
        eq(coverage.sourceId, sourceId),
        eq(coverage.kind, kind),
        lte(coverage.fromAt, interval.to),
        gte(coverage.toAt, interval.from),
      ),
    )
  const fromAt = Math.min(interval.from, ...touching.map((row) => row.fromAt))
  const toAt = Math.max(interval.to, ...touching.map((row) => row.toAt))
  const [first, ...others] = touching
  if (first && others.length === 0) {
    // A gap that has grown is to be read again.
    const again = kind === 'gap' && (fromAt < first.fromAt || toAt > first.toAt)
    const fill = again ? { fill: 'open' as const, fillCursor: null } : {}
    await tx.db
      .update(coverage)
      .set({ fromAt, toAt, ...fill })
      .where(eq(coverage.seq, first.seq))
    return
  }
  if (touching.length > 0)
    await tx.db.delete(coverage).where(
      inArray(
        coverage.seq,
        touching.map((row) => row.seq),
      ),
    )
  await tx.db
    .insert(coverage)
    .values({ sourceId, kind, fromAt, toAt, reason: reason ?? null, fill: kind === 'gap' ? 'open' : null })
}
