import { exactForm, fold } from '../text/fold.ts'
import { encodeLexeme } from '../text/searchTokens.ts'
import { STEM_LANGUAGES, stem } from '../text/stem.ts'
import { tokenise } from '../text/tokenise.ts'
import type { CaseLeaf, FieldLeaf, Item, Node, Query, RawLeaf, TextLeaf } from './ast.ts'

/** A search over the lexemes of `searchTokens`. `not` stands only inside an `and` beside a positive part. */
export type FtsNode =
  | { op: 'and' | 'or'; of: FtsNode[] }
  | { op: 'not'; of: FtsNode }
  | { op: 'term'; lexeme: string; prefix: boolean }
  | { op: 'phrase'; lexemes: string[] }

/**
 * What the store can do for a query. Every match satisfies `fts` and all of `fields`; `fts: null` means that the index
 * cannot narrow the search. With `residual` the rows found are candidates, to be verified with `evaluate`; without it
 * they are the answer, provided that the store applies all of `fields`.
 */
export interface SearchPlan {
  fts: FtsNode | null
  /** Predicates that must hold, from the top-level AND. */
  fields: FieldLeaf[]
  /** Predicates that must not hold, from the top-level AND. */
  excludedFields: FieldLeaf[]
  residual: boolean
}

interface Part {
  fts: FtsNode | null
  exact: boolean
}

const ALL_INEXACT: Part = { fts: null, exact: false }
/** Alternatives spelt out for one phrase before it is searched as an AND of its words. */
const MOST_PHRASES = 12

/** Plans a search (see SearchPlan). Index title and text so that no phrase runs from one into the other. */
export function planSearch(query: Query): SearchPlan {
  const conjuncts = query.root.type === 'and' ? query.root.children : [query.root]
  const fields: FieldLeaf[] = []
  const excludedFields: FieldLeaf[] = []
  const rest: Node[] = []
  for (const node of conjuncts) {
    if (node.type === 'field') fields.push(node)
    else if (node.type === 'not' && node.child.type === 'field') excludedFields.push(node.child)
    else rest.push(node)
  }
  const { fts, exact } = rest.length === 0 ? { fts: null, exact: true } : planAnd(rest, query)
  return { fts, fields, excludedFields, residual: !exact }
}

/** Lexemes of a combined search: with more, reading every row is faster than asking the index. */
const MOST_LEXEMES = 400

/** A search that finds every match of every one of the queries, and more; null where the index cannot narrow it. */
export function planAny(queries: readonly Query[]): FtsNode | null {
  const parts = queries.map((query) => planSearch(query).fts)
  const found = parts.filter((fts) => fts !== null)
  if (found.length === 0 || found.length < parts.length) return null
  const whole = group('or', distinct(found))
  return countLexemes(whole) > MOST_LEXEMES ? null : whole
}

function distinct(parts: FtsNode[]): FtsNode[] {
  return [...new Map(parts.map((part) => [JSON.stringify(part), part])).values()]
}

function countLexemes(node: FtsNode): number {
  if (node.op === 'term') return 1
  if (node.op === 'phrase') return node.lexemes.length
  return (node.op === 'not' ? [node.of] : node.of).reduce((sum, part) => sum + countLexemes(part), 0)
}

function plan(node: Node, query: Query): Part {
  switch (node.type) {
    case 'and':
      return planAnd(node.children, query)
    case 'or':
      return planOr(node.children, query)
    case 'near':
      return { ...planAnd([node.left, node.right], query), exact: false }
    case 'scope':
      return { ...plan(node.child, query), exact: false }
    case 'text':
      return planText(node, query)
    case 'case':
      return planCase(node)
    case 'raw':
      return planRaw(node)
    default:
      return ALL_INEXACT
  }
}

function planAnd(nodes: readonly Node[], query: Query): Part {
  const positive: FtsNode[] = []
  const negative: FtsNode[] = []
  let exact = true
  for (const node of nodes) {
    const part = plan(node.type === 'not' ? node.child : node, query)
    const usable = part.fts !== null && (node.type !== 'not' || part.exact)
    exact &&= usable && part.exact
    if (part.fts !== null && usable) (node.type === 'not' ? negative : positive).push(part.fts)
  }
  if (positive.length === 0) return ALL_INEXACT
  const excluded = negative.map((of): FtsNode => ({ op: 'not', of }))
  return { fts: group('and', [...positive, ...excluded]), exact }
}

function planOr(nodes: readonly Node[], query: Query): Part {
  const parts = nodes.map((node) => (node.type === 'not' ? ALL_INEXACT : plan(node, query)))
  const found = parts.map(({ fts }) => fts).filter((fts) => fts !== null)
  if (found.length < parts.length) return ALL_INEXACT
  return { fts: group('or', found), exact: parts.every(({ exact }) => exact) }
}

function group(op: 'and' | 'or', parts: FtsNode[]): FtsNode {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  return { op, of: parts.flatMap((part) => (part.op === op ? part.of : [part])) }
}

const term = (lexeme: string, prefix = false): FtsNode => ({ op: 'term', lexeme, prefix })

function planText(leaf: TextLeaf, query: Query): Part {
  if (!query.fold && query.stem && leaf.items.some(({ kind, match }) => kind === 'any' && match === 'word')) {
    return ALL_INEXACT // stems of unfolded words need not agree with the folded stems of the index
  }
  const whole = leaf.slop === null ? planSequence(leaf.items, query) : planItems(leaf.items, query)
  if (leaf.joined === null) return whole
  const joined = planItem(leaf.joined, query)
  if (whole.fts === null || joined.fts === null) return ALL_INEXACT
  return { fts: group('or', [whole.fts, joined.fts]), exact: whole.exact && joined.exact }
}

function planItems(items: readonly Item[], query: Query): Part {
  const parts = items.map((item) => planItem(item, query))
  const found = parts.map(({ fts }) => fts).filter((fts) => fts !== null)
  if (found.length === 0) return ALL_INEXACT
  return { fts: group('and', found), exact: parts.length === 1 && parts.every(({ exact }) => exact) }
}

/** A phrase: searched as one where each word has few stems, else as an AND of its words. */
function planSequence(items: readonly Item[], query: Query): Part {
  if (items.length === 1) return planItems(items, query)
  const choices = items.map(inOrderLexemes)
  const combinations = choices.reduce((product, lexemes) => product * (lexemes?.length ?? Infinity), 1)
  if (combinations > MOST_PHRASES) return { ...planItems(items, query), exact: false }
  let phrases: string[][] = [[]]
  for (const lexemes of choices) {
    phrases = phrases.flatMap((head) => (lexemes ?? []).map((lexeme) => [...head, lexeme]))
  }
  const nodes = phrases.map((lexemes): FtsNode => ({ op: 'phrase', lexemes }))
  return { fts: group('or', nodes), exact: combinations === 1 && query.fold && query.stem }
}

function inOrderLexemes(item: Item): string[] | null {
  if (item.match !== 'word') return null
  if (item.kind === 'emoji') return [encodeLexeme('e', fold(item.text))]
  return item.kind === 'any' ? stemLexemes(item.text) : null
}

/** The word under every stemmer: which of them applies depends on the mention, not on the query. */
function stemLexemes(text: string): string[] {
  const folded = fold(text)
  const stems = new Set([folded, ...STEM_LANGUAGES.map((language) => stem(folded, language))])
  return [...stems].map((form) => encodeLexeme('w', form))
}

const LETTERS = { tag: 't', mention: 'm', ticker: 'k', emoji: 'e' } as const

function planItem(item: Item, query: Query): Part {
  const folded = fold(item.text)
  if (item.match === 'word' && item.kind === 'any') {
    const lexemes = stemLexemes(item.text)
    const exact = lexemes.length === 1 && query.fold && query.stem
    return {
      fts: group(
        'or',
        lexemes.map((lexeme) => term(lexeme)),
      ),
      exact,
    }
  }
  const head = item.match === 'wild' ? fold(item.text.split('?')[0] ?? '') : folded
  const isPrefix = item.match !== 'word'
  const exact = query.fold && item.match !== 'wild'
  if (item.kind !== 'any') return { fts: term(encodeLexeme(LETTERS[item.kind], head), isPrefix), exact }
  const either = ['w', 'x'].map((letter) => term(encodeLexeme(letter, head), true))
  return { fts: group('or', either), exact: false }
}

function planCase(leaf: CaseLeaf): Part {
  const found = leaf.items.map((item) =>
    item.kind === 'any'
      ? group(
          'or',
          stemLexemes(item.text).map((lexeme) => term(lexeme)),
        )
      : term(encodeLexeme(LETTERS[item.kind], fold(item.text))),
  )
  return { fts: group('and', found), exact: false }
}

/** Only tokens that lie wholly inside a raw text are sure to be tokens of what contains it. */
function planRaw(leaf: RawLeaf): Part {
  const found = tokenise(leaf.text)
    .filter(({ kind, start, end }) => kind === 'word' && start > 0 && end < leaf.text.length)
    .filter(({ start }) => !/[#@$＃＠\p{M}]/u.test(leaf.text.charAt(start - 1)))
    .map(({ text }) =>
      group(
        'or',
        stemLexemes(exactForm(text)).map((lexeme) => term(lexeme)),
      ),
    )
  return found.length === 0 ? ALL_INEXACT : { fts: group('and', found), exact: false }
}

/** The plan as an FTS5 MATCH expression. */
export function toFts5(node: FtsNode): string {
  switch (node.op) {
    case 'term':
      return node.prefix ? `${node.lexeme}*` : node.lexeme
    case 'phrase':
      return `"${node.lexemes.join(' ')}"`
    case 'not':
      return toFts5(node.of)
    case 'or':
      return `(${node.of.map(toFts5).join(' OR ')})`
    default: {
      const positive = node.of.filter(({ op }) => op !== 'not').map(toFts5)
      const negative = node.of.filter(({ op }) => op === 'not').map((part) => ` NOT ${toFts5(part)}`)
      return `((${positive.join(' AND ')})${negative.join('')})`
    }
  }
}

/** The plan for PostgreSQL's to_tsquery('simple', …). */
export function toTsquery(node: FtsNode): string {
  switch (node.op) {
    case 'term':
      return node.prefix ? `${node.lexeme}:*` : node.lexeme
    case 'phrase':
      return `(${node.lexemes.join(' <-> ')})`
    case 'not':
      return `!(${toTsquery(node.of)})`
    default:
      return `(${node.of.map(toTsquery).join(node.op === 'and' ? ' & ' : ' | ')})`
  }
}
