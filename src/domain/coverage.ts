/** Platform time, epoch ms, half open. */
export interface Interval {
  from: number
  to: number
}

/**
 * Rows of the ledger. `read` is the truth; the others explain what is not: gap (a known hole), outage (the platform or
 * the way to it failed), paused (by a person), limited (the platform's limit was reached).
 */
export const coverageKinds = ['read', 'gap', 'outage', 'paused', 'limited'] as const
export type CoverageKind = (typeof coverageKinds)[number]

/** Why a hole is one; `unknown`: nobody asked, as when the program does not run. */
export type HoleCause = Exclude<CoverageKind, 'read'> | 'unknown'

/** What one source has read. */
export interface SourceLedger {
  /** When it began to listen; before it there was nothing to miss. */
  since: number
  /** What was really read, in any order, overlaps allowed. */
  read: readonly Interval[]
  /** The newest stretch is not a hole yet: the next poll is due. */
  graceMs: number
}

const leastGraceMs = 15 * 60_000

/** How old the newest stretch may be before it is a hole: nothing where nobody asks any more. */
export function graceOf(source: { state: string; intervalSeconds: number }): number {
  const isOver = source.state === 'paused' || source.state === 'gone'
  return isOver ? 0 : Math.max(leastGraceMs, 3000 * source.intervalSeconds)
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

/** Each hole with the cause that explains most of it; a known gap explains it best. */
export function explainHoles<Note extends Interval & { kind: CoverageKind }>(
  holes: readonly Interval[],
  notes: readonly Note[],
): { hole: Interval; cause: HoleCause; note: Note | undefined }[] {
  return holes.map((hole) => {
    let best: Note | undefined
    let most = 0
    for (const note of notes) {
      if (note.kind === 'read') continue
      const weight = (note.kind === 'gap' ? 2 : 1) * overlapOf(hole, note)
      if (weight > most) [best, most] = [note, weight]
    }
    return { hole, cause: best && best.kind !== 'read' ? best.kind : 'unknown', note: best }
  })
}

function overlapOf(a: Interval, b: Interval): number {
  return Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from))
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
