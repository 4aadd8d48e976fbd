import type { Leaf, Node, Query } from './ast.ts'
import { childrenOf } from './ast.ts'
import type { DocumentSpan, PreparedDocument } from './document.ts'
import { spanOf } from './document.ts'
import { nodeHolds, stretchesOf } from './evaluate.ts'
import { rawSpans, regexSpans } from './exactMatch.ts'
import type { Scope } from './leafMatch.ts'
import { caseStretches, narrow, textStretches } from './leafMatch.ts'
import { fieldHolds } from './predicate.ts'
import type { Stretches } from './stretches.ts'
import { eachNear, firstOf, hull, lastOf } from './stretches.ts'

/** One place that made a match. Offsets are UTF-16 units of the field as given; `term` is the leaf as written. */
export interface TraceSpan extends DocumentSpan {
  term: string
}

/** Spans reported for one leaf; a longer list helps nobody. */
const MOST_SPANS = 1_000

/** The spans of every leaf that made the match, nothing under NOT (E4); undefined when the query does not match. */
export function traceMatch(query: Query, document: PreparedDocument): TraceSpan[] | undefined {
  const spans = trace(query.root, { query, document }, 'any')
  return spans === undefined ? undefined : inOrder(spans)
}

interface Context {
  query: Query
  document: PreparedDocument
}

function trace(node: Node, context: Context, scope: Scope): TraceSpan[] | undefined {
  const { query, document } = context
  switch (node.type) {
    case 'and': {
      const parts: TraceSpan[][] = []
      for (const child of node.children) {
        const found = trace(child, context, scope)
        if (found === undefined) return undefined
        parts.push(found)
      }
      return parts.flat()
    }
    case 'or': {
      let found: TraceSpan[] | undefined
      for (const child of node.children) {
        const part = trace(child, context, scope)
        if (part !== undefined) found = found === undefined ? part : found.concat(part)
      }
      return found
    }
    case 'not':
      return nodeHolds(node.child, document, query, scope) ? undefined : []
    case 'scope':
      return trace(node.child, context, narrow(scope, node.field))
    case 'near': {
      const spans = spread(node, undefined, context, scope)
      return spans.length === 0 ? undefined : spans
    }
    default:
      return traceLeaf(node, context, scope)
  }
}

function traceLeaf(leaf: Leaf, context: Context, scope: Scope): TraceSpan[] | undefined {
  const { query, document } = context
  if (leaf.type === 'field') return fieldHolds(leaf, document.source) ? [] : undefined
  const spans =
    leaf.type === 'raw'
      ? rawSpans(leaf, document, scope)
      : leaf.type === 'regex'
        ? regexSpans(leaf, document, scope)
        : stretchSpans(leafStretches(leaf, context, scope), document)
  if (spans.length > 0) return spans.slice(0, MOST_SPANS).map((span) => ({ ...span, term: termOf(leaf, query) }))
  // An expression may match without any text; words that stand nowhere do not.
  const mayMatchNothing = leaf.type === 'regex' || leaf.type === 'raw'
  return mayMatchNothing && nodeHolds(leaf, document, query, scope) ? [] : undefined
}

function leafStretches(leaf: Leaf, { query, document }: Context, scope: Scope): Stretches {
  if (leaf.type === 'case') return caseStretches(leaf, document, scope)
  if (leaf.type !== 'text') return []
  const found = textStretches(leaf, document, query, scope)
  return leaf.slop === null ? found : smallest(found)
}

/** Stretches that hold no other one: of "a b"~3 in "a b b" only the first pair. */
function smallest(list: Stretches): Stretches {
  const kept: Stretches = []
  let lowest = Infinity
  for (let i = list.length - 1; i >= 0; i--) {
    const key = list[i] as number
    if (lastOf(key) >= lowest) continue
    const previous = kept.at(-1)
    if (previous !== undefined && firstOf(previous) === firstOf(key)) kept.pop()
    lowest = lastOf(key)
    kept.push(key)
  }
  return kept.reverse()
}

const stretchSpans = (list: Stretches, document: PreparedDocument): DocumentSpan[] =>
  list.slice(0, MOST_SPANS).map((key) => spanOf(document, firstOf(key), lastOf(key)))

const termOf = (leaf: Leaf, query: Query): string => query.text.slice(leaf.at.start, leaf.at.end)

/** Spans of the leaves below a NEAR, for those of its stretches that were `wanted`; all of them when undefined. */
function spread(node: Node, wanted: Set<number> | undefined, context: Context, scope: Scope): TraceSpan[] {
  const { query, document } = context
  if (node.type === 'or') return node.children.flatMap((child) => spread(child, wanted, context, scope))
  if (node.type === 'near') {
    const left = stretchesOf(node.left, document, query, scope)
    const right = stretchesOf(node.right, document, query, scope)
    const usedLeft = new Set<number>()
    const usedRight = new Set<number>()
    eachNear(left, right, node.distance, node.ordered, (a, b) => {
      if (wanted === undefined || wanted.has(hull(a, b))) {
        usedLeft.add(a)
        usedRight.add(b)
      }
      return usedLeft.size > MOST_SPANS
    })
    return [...spread(node.left, usedLeft, context, scope), ...spread(node.right, usedRight, context, scope)]
  }
  if (node.type !== 'text') return []
  const found = textStretches(node, document, query, scope).filter((key) => wanted === undefined || wanted.has(key))
  return stretchSpans(found, document).map((span) => ({ ...span, term: termOf(node, query) }))
}

function inOrder(spans: TraceSpan[]): TraceSpan[] {
  const seen = new Set<string>()
  const unique = spans.filter(({ field, start, end, term }) => {
    const key = `${field} ${start} ${end} ${term}`
    return seen.has(key) ? false : seen.add(key) !== undefined
  })
  const rank = (span: TraceSpan): number => (span.field === 'title' ? 0 : 1)
  return unique.sort((a, b) => rank(a) - rank(b) || a.start - b.start || a.end - b.end)
}

/** Why a document does not match: the parts that failed, each with its place in the query. */
export interface Failure {
  term: string
  at: { start: number; end: number }
  /** `missing`: it does not occur. `excluded`: it occurs under a NOT. `apart`: its words occur, but not near enough. */
  reason: 'missing' | 'excluded' | 'apart'
}

/** The leaves to change for the document to match; empty when it matches. */
export function whyNot(query: Query, document: PreparedDocument): Failure[] {
  return failures(query.root, { query, document }, 'any')
}

function failures(node: Node, context: Context, scope: Scope): Failure[] {
  const { query, document } = context
  if (nodeHolds(node, document, query, scope)) return []
  const part = { term: query.text.slice(node.at.start, node.at.end), at: node.at }
  switch (node.type) {
    case 'and':
    case 'or':
      return node.children.flatMap((child) => failures(child, context, scope))
    case 'scope':
      return failures(node.child, context, narrow(scope, node.field))
    case 'not':
      return [{ term: query.text.slice(node.child.at.start, node.child.at.end), at: node.child.at, reason: 'excluded' }]
    case 'near': {
      const missing = childrenOf(node).flatMap((child) => failures(child, context, scope))
      return missing.length > 0 ? missing : [{ ...part, reason: 'apart' }]
    }
    default:
      return [{ ...part, reason: 'missing' }]
  }
}
