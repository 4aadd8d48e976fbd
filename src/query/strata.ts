import type { Item, Node, Query, TextLeaf } from './ast.ts'
import { childrenOf } from './ast.ts'
import type { MatchDocument } from './document.ts'
import { createMatcher } from './matcher.ts'

/**
 * What surrounds a query: its matches; near misses, which one relaxed part would let in; and what its NOTs throw away.
 * Each mention belongs to one of them at most, so that samples of them can be put together.
 */
export interface Stratum {
  kind: 'match' | 'near' | 'not'
  /** What was changed about the part, always so that it matches more. `itself` for the matches, `several` for what two NOTs exclude. */
  change: 'itself' | 'left out' | 'nearer' | 'anywhere' | 'any case' | 'longer' | 'bare' | 'kept' | 'several'
  /** The part as it is written; '' where it is the whole. */
  term: string
  /** The query with that change: it matches the stratum, and the query's own matches. */
  query: Query
}

/** Ways of relaxing that are tried; more would not be labelled by anybody. */
const mostNear = 8
const mostNots = 12
/** Words allowed inside a phrase that is relaxed, and the least that a NEAR is widened by. */
const nearer = 5
const farthest = 50

/** The strata of a query, the matches first. A mention belongs to the first whose query matches it. */
export function strataOf(query: Query): Stratum[] {
  return [
    { kind: 'match', change: 'itself', term: '', query },
    ...withoutNots(query),
    ...relaxed(query).slice(0, mostNear),
  ]
}

/** The widest of them: what one of these does not match belongs to no stratum. */
export function widestOf(strata: readonly Stratum[]): Query[] {
  const nots = strata.filter((stratum) => stratum.kind === 'not')
  const near = strata.filter((stratum) => stratum.kind === 'near')
  const wide = [...nots.slice(-1), ...near].map((stratum) => stratum.query)
  return wide.length > 0 ? wide : strata.map((stratum) => stratum.query)
}

/** The index of the stratum that a document belongs to; undefined for none. */
export function createSorter(strata: readonly Stratum[]): (document: MatchDocument) => number | undefined {
  const matcher = createMatcher()
  for (const [index, stratum] of strata.entries()) matcher.add(String(index), stratum.query)
  return (document) => {
    const found = matcher.match(document)
    return found.length === 0 ? undefined : Math.min(...found.map(Number))
  }
}

/** One NOT at a time taken away, then all of them together: what only two or more exclude. */
function withoutNots(query: Query): Stratum[] {
  const nots = clausesOf(query.root)
  const single = nots.slice(0, mostNots).map((node): Stratum => {
    const root = replace(query.root, new Map([[node, null]]))
    return { kind: 'not', change: 'kept', term: termOf(query, node), query: { ...query, root } }
  })
  if (nots.length < 2) return single
  const root = replace(query.root, new Map(nots.map((node) => [node, null])))
  return [...single, { kind: 'not', change: 'several', term: '', query: { ...query, root } }]
}

/** The NOTs that stand beside what they take away from. */
function clausesOf(node: Node): Node[] {
  if (node.type === 'not') return []
  const own = node.type === 'and' ? node.children.filter((child) => child.type === 'not') : []
  return [...own, ...childrenOf(node).flatMap(clausesOf)]
}

/** The query with one part relaxed, the most telling ways first: operands of an AND, then distances, then the rest. */
function relaxed(query: Query): Stratum[] {
  const found: { rank: number; stratum: Stratum }[] = []
  const add = (rank: number, change: Stratum['change'], node: Node, by: Node | null): void => {
    const root = replace(query.root, new Map([[node, by]]))
    found.push({ rank, stratum: { kind: 'near', change, term: termOf(query, node), query: { ...query, root } } })
  }
  visit(query.root, true)
  return found.sort((a, b) => a.rank - b.rank).map(({ stratum }) => stratum)

  function visit(node: Node, isAlone: boolean): void {
    switch (node.type) {
      case 'not':
        return
      case 'and': {
        const wanted = node.children.filter((child) => child.type !== 'not')
        for (const child of wanted) {
          const rest = wanted.filter((other) => other !== child)
          // Fields alone say nothing about what a mention is about.
          if (rest.some(hasWords)) add(child.type === 'field' ? 1 : 0, 'left out', child, null)
        }
        for (const child of wanted) visit(child, wanted.length === 1)
        return
      }
      case 'or':
        for (const child of node.children) visit(child, isAlone)
        return
      case 'near': {
        const distance = Math.min(farthest, Math.max(node.distance * 2, node.distance + nearer))
        if (node.ordered || distance > node.distance) add(2, 'nearer', node, { ...node, distance, ordered: false })
        return
      }
      case 'scope':
        // A NOT that reaches farther excludes more.
        if (!hasNot(node.child)) add(3, 'anywhere', node, node.child)
        return
      case 'case':
        add(3, 'any case', node, { type: 'text', items: node.items, slop: null, joined: null, at: node.at })
        return
      case 'text':
        relaxText(node, isAlone)
        return
      default:
    }
  }

  function relaxText(leaf: TextLeaf, isAlone: boolean): void {
    if (leaf.items.length > 1) {
      // One word of several tokens (東京, acme.example) is no phrase: its parts apart mean something else.
      if (leaf.joined !== null) return
      const slop = leaf.slop === null ? nearer : Math.min(farthest, leaf.slop + nearer)
      if (slop !== leaf.slop) add(2, 'nearer', leaf, { ...leaf, slop })
      return
    }
    const [item] = leaf.items
    if (!item || !isAlone || item.match !== 'word') return
    const other = looser(item)
    if (!other) return
    // Beside the word itself: its other forms need not begin like it.
    const children = [leaf, { ...leaf, items: [other], joined: null }]
    add(4, other.kind === item.kind ? 'longer' : 'bare', leaf, { type: 'or', children, at: leaf.at })
  }
}

/** A tag, handle or ticker as a word; a word as the beginning of one. */
function looser(item: Item): Item | undefined {
  if (item.kind === 'emoji') return undefined
  if (item.kind !== 'any') return { ...item, kind: 'any' }
  return [...item.text].length >= 4 ? { ...item, match: 'prefix' } : undefined
}

function hasWords(node: Node): boolean {
  if (node.type === 'field' || node.type === 'not') return false
  const children = childrenOf(node)
  // An OR is about something only where each of its branches is.
  if (node.type === 'or') return children.every(hasWords)
  return children.length === 0 || children.some(hasWords)
}

function hasNot(node: Node): boolean {
  return node.type === 'not' || childrenOf(node).some(hasNot)
}

/** The tree with nodes replaced, or left out of the AND that holds them (null). */
function replace(node: Node, by: ReadonlyMap<Node, Node | null>): Node {
  const other = by.get(node)
  if (other) return other
  switch (node.type) {
    case 'and':
    case 'or': {
      const children = node.children.flatMap((child) => (by.get(child) === null ? [] : [replace(child, by)]))
      const [only] = children
      return children.length === 1 && only ? only : { ...node, children }
    }
    case 'near':
      return { ...node, left: replace(node.left, by), right: replace(node.right, by) }
    case 'not':
    case 'scope':
      return { ...node, child: replace(node.child, by) }
    default:
      return node
  }
}

function termOf(query: Query, node: Node): string {
  const at = node.type === 'not' ? node.child.at : node.at
  return query.text.slice(at.start, at.end)
}
