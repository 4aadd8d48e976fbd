import type { CoverageModel, Hole } from '../../../views/parts/charts/CoverageBar.tsx'
import { explainHoles, graceOf, holesOf, type SourceLedger } from '../../domain/coverage.ts'
import type { Manifest } from '../../connector/contract.ts'
import type { CoverageRow, Source } from '../../store/sources.ts'

export const coverageDays = 30

/** What a source should have heard, against which the ledger is held. */
export function ledgerOf(source: Source, rows: readonly CoverageRow[]): SourceLedger {
  return {
    since: source.connectedAt ?? source.createdAt,
    read: rows.filter((row) => row.kind === 'read').map((row) => ({ from: row.fromAt, to: row.toAt })),
    graceMs: graceOf(source),
  }
}

/** Sources that are told things (webhooks, imports) have no ledger to hold against them. */
export function isAsked(manifest: Manifest | undefined): boolean {
  return manifest?.kind !== 'ingest'
}

/** Shorter holes are the seams between polls. */
const leastHoleMs = 60_000

export function coverageModel(
  source: Source,
  manifest: Manifest | undefined,
  rows: readonly CoverageRow[],
  from: number,
  to: number,
): CoverageModel {
  const known = rows.filter((row) => row.kind === 'read' || row.kind === 'gap').map((row) => Math.max(from, row.fromAt))
  const asked = ledgerOf(source, rows)
  // What was before the connection may have been read too, or missed knowingly.
  const ledger = { ...asked, since: Math.min(asked.since, ...known) }
  const holes = holesOf(ledger, { from, to }).filter((hole) => hole.to - hole.from >= leastHoleMs)
  const notes = rows.map((row) => ({ ...row, from: row.fromAt, to: standing(source, row) ? to : row.toAt }))
  const covered = ledger.read.map((one) => ({ from: Math.max(from, one.from), to: Math.min(to, one.to) }))
  return {
    from,
    to,
    since: ledger.since,
    covered,
    mended: rows.filter((row) => row.kind === 'gap' && row.fill === 'filled').map(mendedOf),
    holes: explainHoles(holes, notes).map(({ hole, cause, note }): Hole => ({
      ...hole,
      cause,
      reason: cause === 'gap' ? (note?.reason ?? undefined) : undefined,
      fill: fillOf(source, manifest, note),
    })),
  }
}

/** A gap that is none any more: it stays in the list, because its mentions came late. */
function mendedOf(row: CoverageRow): Hole {
  return { from: row.fromAt, to: row.toAt, cause: 'gap', reason: row.reason ?? undefined, fill: 'filled' }
}

/** A pause lasts until it ends. */
function standing(source: Source, row: CoverageRow): boolean {
  return row.kind === 'paused' && source.state === 'paused'
}

/** What becomes of a hole; a gap that was named has its own word for it. */
function fillOf(source: Source, manifest: Manifest | undefined, note: CoverageRow | undefined): Hole['fill'] {
  if (note?.fill && note.fill !== 'open') return note.fill
  if (!manifest?.backfill) return 'never'
  const isOn = source.settings.backfill ?? manifest.backfill.price === undefined
  return isOn ? 'open' : 'off'
}
