import type { Node, Query } from './ast.ts'
import { childrenOf } from './ast.ts'
import { prepareDocument, type MatchDocument, type PreparedDocument } from './document.ts'
import { createMatcher } from './matcher.ts'
import { traceMatch, whyNot, type Failure, type TraceSpan } from './trace.ts'

/** What changes for a mention when one query takes the place of another. */
export type Change = 'gained' | 'lost' | 'kept'

export type Tally = Record<Change, number>

/** A mention that only one of the two queries matches. */
export interface Difference<Ref> {
  change: 'gained' | 'lost'
  ref: Ref
  /** What made it match: of the new query where it is gained, of the old one where it is lost. */
  spans: TraceSpan[]
  /** Why the other query does not match it. */
  failed: Failure[]
  /** Where it holds what the other query excludes. */
  excluded: TraceSpan[]
}

export interface BacktestOptions {
  /** Differences of each kind that are kept: the first that come. */
  samples: number
}

export interface Backtest<Ref> {
  /** Counts by day since the epoch (UTC) and by source; memory grows with these alone, never with the mentions. */
  readonly days: ReadonlyMap<number, Tally>
  readonly sources: ReadonlyMap<string, Tally>
  readonly total: Readonly<Tally>
  readonly gained: readonly Difference<Ref>[]
  readonly lost: readonly Difference<Ref>[]
  /** `at`: epoch ms. `ref` is handed back with a difference. Answers what it is, undefined where neither matches. */
  take(document: MatchDocument, at: number, source: string, ref: Ref): Change | undefined
}

const dayMs = 86_400_000
/** Parts of a query that are named as the reason; a longer list explains nothing. */
const mostReasons = 5

/** Counts, one mention after the other, what a new query gains and loses against an old one. */
export function createBacktest<Ref>(old: Query, next: Query, options: BacktestOptions): Backtest<Ref> {
  const matcher = createMatcher()
  matcher.add('old', old)
  matcher.add('new', next)
  const days = new Map<number, Tally>()
  const sources = new Map<string, Tally>()
  const total = emptyTally()
  const gained: Difference<Ref>[] = []
  const lost: Difference<Ref>[] = []
  return {
    days,
    sources,
    total,
    gained,
    lost,
    take(document, at, source, ref) {
      const found = matcher.match(document)
      if (found.length === 0) return undefined
      const change = found.length === 2 ? 'kept' : found[0] === 'new' ? 'gained' : 'lost'
      total[change]++
      tallyOf(days, Math.floor(at / dayMs))[change]++
      tallyOf(sources, source)[change]++
      if (change === 'kept') return change
      const list = change === 'gained' ? gained : lost
      if (list.length < options.samples) list.push(explain(change, ref, document, old, next))
      return change
    },
  }
}

export function emptyTally(): Tally {
  return { gained: 0, lost: 0, kept: 0 }
}

function tallyOf<Key>(map: Map<Key, Tally>, key: Key): Tally {
  let tally = map.get(key)
  if (!tally) map.set(key, (tally = emptyTally()))
  return tally
}

function explain<Ref>(
  change: 'gained' | 'lost',
  ref: Ref,
  document: MatchDocument,
  old: Query,
  next: Query,
): Difference<Ref> {
  const prepared = prepareDocument(document)
  const [matching, other] = change === 'gained' ? [next, old] : [old, next]
  return {
    change,
    ref,
    spans: traceMatch(matching, prepared) ?? [],
    failed: whyNot(other, prepared).slice(0, mostReasons),
    excluded: excludedSpans(other, prepared),
  }
}

/** Where a mention holds what stands under a NOT of the query. */
export function excludedSpans(query: Query, document: PreparedDocument): TraceSpan[] {
  return excludedParts(query.root).flatMap((root) => traceMatch({ ...query, root }, document) ?? [])
}

function excludedParts(node: Node): Node[] {
  return node.type === 'not' ? [node.child] : childrenOf(node).flatMap(excludedParts)
}
