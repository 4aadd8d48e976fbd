/** Platform time, epoch ms, half open. */
export interface Interval {
  from: number
  to: number
}

/** What one source has read. */
export interface SourceLedger {
  /** When it began to listen; before it there was nothing to miss. */
  since: number
  /** What was really read, in any order, overlaps allowed. */
  read: readonly Interval[]
  /** The newest stretch is not a hole yet: the next poll is due. */
  graceMs: number
}

/** The parts of `span` that this source should have heard and has not. */
export function holesOf(ledger: SourceLedger, span: Interval): Interval[] {
  const holes: Interval[] = []
  let at = Math.max(span.from, ledger.since)
  for (const { from, to } of ledger.read.toSorted((a, b) => a.from - b.from)) {
    if (from > at && at < span.to) holes.push({ from: at, to: Math.min(from, span.to) })
    at = Math.max(at, to)
  }
  if (at + ledger.graceMs < span.to) holes.push({ from: at, to: span.to })
  return holes
}

/** 0…1 of the span outside all holes; holes of several sources may overlap. An empty span is whole. */
export function shareOutside(holes: readonly Interval[], span: Interval): number {
  if (span.to <= span.from) return 1
  let missed = 0
  let at = span.from
  for (const { from, to } of holes.toSorted((a, b) => a.from - b.from)) {
    const start = Math.max(from, at)
    const end = Math.min(to, span.to)
    if (end <= start) continue
    missed += end - start
    at = end
  }
  return 1 - missed / (span.to - span.from)
}
