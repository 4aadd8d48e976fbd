import type { NearNode, Node, Query } from './ast.ts'
import { Cursor, unclosed } from './cursor.ts'
import { LIMITS, QueryFault } from './fault.ts'
import { parseLeaf } from './parseLeaf.ts'

export interface ParseOptions {
  /** `view` also takes the fields known only after classification or from the inbox. Default `listening`. */
  mode?: 'listening' | 'view'
  /** Default true. */
  fold?: boolean
  /** Default true. */
  stem?: boolean
}

export interface ParseFailure {
  ok: false
  error: string
  /** 0-based UTF-16 offset of the offending token, of an unclosed opening sign, or the length of the query. */
  position: number
  /** What to write in place of the offending part. */
  suggestion?: string
}
export type ParseResult = { ok: true; query: Query } | ParseFailure

/** Reads a query (queries.md). Never throws; takes time linear in the query's length. */
export function parseQuery(text: string, options: ParseOptions = {}): ParseResult {
  try {
    if (text.length > LIMITS.characters) {
      throw new QueryFault(`A query takes at most ${LIMITS.characters} characters`, LIMITS.characters)
    }
    const cursor = new Cursor(text, options.mode ?? 'listening')
    const root = parseWhole(cursor)
    const query = { text, root, fold: options.fold ?? true, stem: options.stem ?? true, mixedAt: cursor.mixedAt }
    return { ok: true, query }
  } catch (error) {
    if (!(error instanceof QueryFault)) throw error
    const failure: ParseFailure = { ok: false, error: error.message, position: error.position }
    return error.suggestion === undefined ? failure : { ...failure, suggestion: error.suggestion }
  }
}

function parseWhole(cursor: Cursor): Node {
  cursor.skipBlanks()
  const root = parseOr(cursor)
  cursor.skipBlanks()
  if (!cursor.isAtEnd()) {
    throw new QueryFault('This parenthesis closes nothing', cursor.at)
  }
  const negative = firstWithoutPositive(root)
  if (negative !== undefined) {
    throw new QueryFault('NOT needs a positive term beside it, in every branch of an OR', negative.at.start)
  }
  return root
}

/** The part that could hold with every positive leaf false, or undefined when the query is legal (Q3). */
function firstWithoutPositive(node: Node): Node | undefined {
  switch (node.type) {
    case 'not':
      return node
    case 'scope':
      return firstWithoutPositive(node.child)
    case 'or':
      return node.children.map(firstWithoutPositive).find((fault) => fault !== undefined)
    case 'and': {
      const faults = node.children.map(firstWithoutPositive)
      return faults.includes(undefined) ? undefined : faults[0]
    }
    default:
      return undefined
  }
}

function parseOr(cursor: Cursor): Node {
  const start = cursor.at
  const first = parseAnd(cursor)
  const children: Node[] = [first.node]
  let hasAnd = first.hasAnd
  let firstOr: number | undefined
  for (;;) {
    cursor.skipBlanks()
    const keyword = cursor.keyword()
    if (keyword?.word !== 'OR') break
    firstOr ??= keyword.start
    cursor.at = keyword.end
    const next = parseAnd(cursor)
    hasAnd ||= next.hasAnd
    children.push(next.node)
  }
  if (firstOr !== undefined && hasAnd) cursor.mixedAt.push(firstOr)
  return gather('or', children, start, cursor)
}

function parseAnd(cursor: Cursor): { node: Node; hasAnd: boolean } {
  cursor.skipBlanks()
  const start = cursor.at
  const children = [parseNear(cursor)]
  for (;;) {
    cursor.skipBlanks()
    if (cursor.isAtEnd() || cursor.char() === ')') break
    const keyword = cursor.keyword()
    if (keyword?.word === 'OR') break
    if (keyword?.word === 'AND') cursor.at = keyword.end
    children.push(parseNear(cursor))
  }
  return { node: gather('and', children, start, cursor), hasAnd: children.length > 1 }
}

/** One node for a list; a group inside a group of the same kind adds nothing and is taken apart. */
function gather(type: 'and' | 'or', parts: Node[], start: number, cursor: Cursor): Node {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const children = parts.flatMap((part) => (part.type === type ? part.children : [part]))
  return { type, children, at: { start, end: endOf(cursor) } }
}

function endOf(cursor: Cursor): number {
  return cursor.text.slice(0, cursor.at).trimEnd().length
}

function parseNear(cursor: Cursor): Node {
  cursor.skipBlanks()
  const start = cursor.at
  let left = parseNot(cursor)
  let leftStart = start
  for (let links = 1; ; links++) {
    cursor.skipBlanks()
    const keyword = cursor.keyword()
    if (keyword?.word !== 'NEAR') return left
    const { distance, ordered } = readDistance(cursor, keyword.start, keyword.end)
    if (links > LIMITS.nearChain) {
      throw new QueryFault(`A chain takes at most ${LIMITS.nearChain} NEAR`, keyword.start)
    }
    cursor.at = keyword.end
    cursor.skipBlanks()
    const rightStart = cursor.at
    const right = parseNot(cursor)
    refuseBesideNear(cursor, left, leftStart, right, keyword.start)
    refuseBesideNear(cursor, right, rightStart, right, keyword.start)
    const node: NearNode = { type: 'near', left, right, distance, ordered, at: { start, end: endOf(cursor) } }
    left = node
    leftStart = start
  }
}

function readDistance(cursor: Cursor, start: number, end: number): { distance: number; ordered: boolean } {
  const parts = /^NEAR\/(\d{1,6})([fF]?)$/.exec(cursor.text.slice(start, end))
  if (parts === null) throw new QueryFault('NEAR needs a distance', start, 'NEAR/5')
  const distance = Number(parts[1])
  if (distance > LIMITS.nearDistance) {
    throw new QueryFault(`NEAR reaches at most ${LIMITS.nearDistance} tokens`, start, `NEAR/${LIMITS.nearDistance}`)
  }
  return { distance, ordered: parts[2] !== '' }
}

/** Words, prefixes, phrases, tags, emoji, NEAR and OR groups of these may stand beside NEAR; nothing else (N3). */
function refuseBesideNear(cursor: Cursor, operand: Node, start: number, right: Node, nearAt: number): void {
  const fault = faultBesideNear(operand, start)
  if (fault === undefined) return
  if (operand.type === 'not' && operand !== right) {
    const child = cursor.text.slice(operand.child.at.start, nearAt).trim()
    const rest = cursor.text.slice(nearAt, cursor.at).trim()
    throw new QueryFault('NOT cannot stand beside NEAR', fault.at, `NOT (${child} ${rest})`)
  }
  throw new QueryFault(`${fault.what} cannot stand beside NEAR`, fault.at)
}

function faultBesideNear(node: Node, start: number): { what: string; at: number } | undefined {
  switch (node.type) {
    case 'text':
    case 'near':
      return undefined
    case 'or':
      return node.children.map((child) => faultBesideNear(child, child.at.start)).find((found) => found !== undefined)
    case 'and': {
      const inner = node.children.map((child) => faultBesideNear(child, child.at.start)).find((f) => f !== undefined)
      return inner ?? { what: 'AND', at: start }
    }
    case 'not':
      return { what: 'NOT', at: node.at.start }
    case 'scope':
      return { what: `${node.field}:`, at: node.at.start }
    case 'field':
      return { what: 'A field', at: node.at.start }
    default:
      return { what: `${node.type}:`, at: node.at.start }
  }
}

function parseNot(cursor: Cursor): Node {
  cursor.skipBlanks()
  const start = cursor.at
  const keyword = cursor.keyword()
  const isMinus = cursor.char() === '-'
  if (keyword?.word !== 'NOT' && !isMinus) return parsePrimary(cursor)
  if (isMinus) readMinus(cursor)
  else cursor.at += 3
  cursor.skipBlanks()
  if (cursor.keyword()?.word === 'NOT' || cursor.char() === '-') {
    throw new QueryFault('NOT cannot stand before another NOT', cursor.at)
  }
  const child = parsePrimary(cursor)
  return { type: 'not', child, at: { start, end: endOf(cursor) } }
}

/** A minus stands directly before what it excludes, and after a blank or an opening parenthesis (Q4). */
function readMinus(cursor: Cursor): void {
  const { at, text } = cursor
  const isFree = at === 0 || cursor.isBlankAt(at - 1) || text.charAt(at - 1) === '('
  if (!isFree) throw new QueryFault('A minus needs a blank before it', at, ' -')
  if (text.slice(at + 1).trim() === '') {
    cursor.at = text.length
    throw cursor.endFault()
  }
  if (cursor.isBlankAt(at + 1)) {
    const next = cursor.runAt(at + 1 + (text.slice(at + 1).length - text.slice(at + 1).trimStart().length))
    throw new QueryFault('A minus must stand directly before what it excludes', at, `-${next}`)
  }
  cursor.at++
}

function parsePrimary(cursor: Cursor): Node {
  cursor.skipBlanks()
  if (cursor.isAtEnd()) throw cursor.endFault()
  const keyword = cursor.keyword()
  if (keyword !== undefined) {
    if (keyword.word === 'NEAR') readDistance(cursor, keyword.start, keyword.end)
    throw new QueryFault(`A term should stand before ${keyword.word}`, keyword.start, `"${keyword.word}"`)
  }
  if (cursor.char() === ')') throw new QueryFault('A term should stand before this parenthesis', cursor.at)
  return cursor.char() === '(' ? parseGroup(cursor) : parseLeaf(cursor, parsePrimary)
}

function parseGroup(cursor: Cursor): Node {
  const start = cursor.at
  if (++cursor.depth > LIMITS.levels) {
    throw new QueryFault(`A query nests at most ${LIMITS.levels} levels`, start)
  }
  cursor.open.push(start)
  cursor.at++
  const inner = parseOr(cursor)
  cursor.skipBlanks()
  if (cursor.isAtEnd()) throw unclosed(cursor.text, start)
  cursor.at++
  cursor.open.pop()
  cursor.depth--
  if (cursor.char() === '~') throw new QueryFault('~ may only follow a phrase in quotation marks', cursor.at)
  return inner
}
