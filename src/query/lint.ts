import type { FieldTest, Leaf, Node, Query, TextLeaf } from './ast.ts'
import { childrenOf, isLeaf } from './ast.ts'
import { formatNode } from './format.ts'
import { compares } from './predicate.ts'

export interface Warning {
  code: 'mixed' | 'always' | 'never' | 'unreachable' | 'repeated' | 'broad' | 'lowercase' | 'quotes'
  message: string
  /** UTF-16 offset into the query. */
  position: number
}

/** Warnings about a query that is legal but may not do what was meant. "always" and "never" are proofs, not guesses. */
export function lintQuery(query: Query): Warning[] {
  const warnings: Warning[] = query.mixedAt.map((position) => ({
    code: 'mixed',
    message: 'AND and OR stand side by side: AND binds first. Parentheses make it plain',
    position,
  }))
  judge(query.root, warnings, query.root)
  repeated(query.root, warnings)
  broad(query, warnings)
  habits(query, warnings)
  return warnings.sort((a, b) => a.position - b.position)
}

/** Statements told apart in one truth table; a part with more is only searched for plain contradictions. */
const MOST_ATOMS = 10

/** Reports the topmost parts that hold always or never; what lies below them is not reported again. */
function judge(node: Node, warnings: Warning[], root: Node, parent?: Node): void {
  const verdict = verdictOf(node)
  const position = node.at.start
  if (verdict === 'never') {
    if (node === root) warnings.push({ code: 'never', message: 'This query can never match', position })
    else if (parent?.type === 'or') {
      warnings.push({ code: 'unreachable', message: 'This branch can never match', position })
    } else warnings.push({ code: 'never', message: 'This part can never hold', position })
    return
  }
  if (verdict === 'always') {
    warnings.push({ code: 'always', message: 'This part is always true', position })
    return
  }
  if (node.type === 'near') return
  for (const child of childrenOf(node)) judge(child, warnings, root, node)
}

/** Whether a part holds for every document or for none, as far as its structure tells. */
export function verdictOf(node: Node): 'always' | 'never' | undefined {
  const atoms = new Map<string, Atom>()
  const holds = truthOf(node, '', atoms)
  if (holds === undefined) return node.type === 'and' && contradicts(node.children) ? 'never' : undefined
  const list = [...atoms.values()]
  const isPossible = possibleRows(list)
  let canHold = false
  let canFail = false
  for (let row = 0; row < 1 << list.length && !(canHold && canFail); row++) {
    if (!isPossible(row)) continue
    if (holds(row)) canHold = true
    else canFail = true
  }
  return canHold ? (canFail ? undefined : 'always') : 'never'
}

interface Atom {
  node: Node
  scope: string
  index: number
}
type Truth = (row: number) => boolean

const keyOf = (node: Node, scope: string): string => scope + formatNode(node)

/** The node as a function of the truth of its atoms, or undefined when it has too many of them. */
function truthOf(node: Node, scope: string, atoms: Map<string, Atom>): Truth | undefined {
  if (isLeaf(node) || node.type === 'near') return truthOfAtom(node, node.type === 'field' ? '' : scope, atoms)
  const inner = node.type === 'scope' ? `${scope}${node.field}:` : scope
  const parts: Truth[] = []
  for (const child of childrenOf(node)) {
    const part = truthOf(child, inner, atoms)
    if (part === undefined) return undefined
    parts.push(part)
  }
  if (node.type === 'or') return (row) => parts.some((part) => part(row))
  if (node.type === 'not') return (row) => !parts.some((part) => part(row))
  return (row) => parts.every((part) => part(row))
}

function truthOfAtom(node: Node, scope: string, atoms: Map<string, Atom>): Truth | undefined {
  const key = keyOf(node, scope)
  let atom = atoms.get(key)
  if (atom === undefined) {
    if (atoms.size === MOST_ATOMS) return undefined
    atoms.set(key, (atom = { node, scope, index: atoms.size }))
  }
  const bit = 1 << atom.index
  return (row) => (row & bit) !== 0
}

/** Rows of the truth table that some document can show: what implies what, and numbers, rule out the others. */
function possibleRows(atoms: readonly Atom[]): Truth {
  const implied = atoms.map((a) => atoms.reduce((mask, b) => (implies(a, b) ? mask | (1 << b.index) : mask), 0))
  const impossible = atoms.reduce((mask, atom) => (isImpossible(atom) ? mask | (1 << atom.index) : mask), 0)
  const groups = numberGroups(atoms)
  return (row) =>
    (row & impossible) === 0 &&
    implied.every((mask, i) => (row & (1 << i)) === 0 || (row & mask) === mask) &&
    groups.every((group) => group.rows.has(row & group.mask))
}

/** Title inside body, or a range whose ends are swapped. */
function isImpossible({ node, scope }: Atom): boolean {
  if (node.type === 'field') return node.test.op === 'range' && node.test.from > node.test.to
  return scope.includes('title:') && scope.includes('body:')
}

/** A phrase holds each of its words, and what holds in the title holds anywhere. */
function implies(a: Atom, b: Atom): boolean {
  if (a === b || (b.scope !== '' && b.scope !== a.scope)) return false
  if (keyOf(a.node, '') === keyOf(b.node, '')) return true
  if (a.node.type !== 'text' || b.node.type !== 'text') return false
  const [word] = b.node.items
  if (b.node.items.length !== 1 || word === undefined || a.node.joined !== null) return false
  return a.node.items.some((item) => item.kind === word.kind && item.match === word.match && item.text === word.text)
}

/** For each numeric field the combinations of its comparisons that some value, or its absence, makes true. */
function numberGroups(atoms: readonly Atom[]): { mask: number; rows: Set<number> }[] {
  const byField = new Map<string, { index: number; test: Exclude<FieldTest, { op: 'is' }> }[]>()
  for (const { node, index } of atoms) {
    if (node.type !== 'field' || node.test.op === 'is') continue
    byField.set(node.field, [...(byField.get(node.field) ?? []), { index, test: node.test }])
  }
  return [...byField.values()].map((group) => {
    const mask = group.reduce((bits, { index }) => bits | (1 << index), 0)
    const rows = new Set([0]) // the field may be absent
    for (const value of probesOf(group.map(({ test }) => test))) {
      rows.add(group.reduce((bits, { index, test }) => (compares(test, value) ? bits | (1 << index) : bits), 0))
    }
    return { mask, rows }
  })
}

/** One value below, on, between and above the borders of the comparisons: all that they can tell apart. */
function probesOf(tests: readonly Exclude<FieldTest, { op: 'is' }>[]): number[] {
  const borders = tests.flatMap((test) => (test.op === 'range' ? [test.from, test.to] : [test.value]))
  const sorted = [...new Set(borders)].sort((x, y) => x - y)
  const between = sorted.slice(1).map((value, i) => (value + (sorted[i] ?? value)) / 2)
  return [(sorted[0] ?? 0) - 1, ...sorted, ...between, (sorted.at(-1) ?? 0) + 1]
}

function contradicts(children: readonly Node[]): boolean {
  const present = new Set(children.map((child) => formatNode(child)))
  return children.some((child) => child.type === 'not' && present.has(formatNode(child.child)))
}

function repeated(node: Node, warnings: Warning[]): void {
  if (node.type === 'and' || node.type === 'or') {
    const seen = new Set<string>()
    for (const child of node.children) {
      const text = formatNode(child).toLowerCase()
      if (seen.has(text))
        warnings.push({ code: 'repeated', message: `${text} is here twice`, position: child.at.start })
      seen.add(text)
    }
  }
  for (const child of childrenOf(node)) repeated(child, warnings)
}

const COMMON = new Set(
  'the a an and or of to in is it for on with that this was are be at as i you we he she they not'.split(' '),
)

function broad(query: Query, warnings: Warning[]): void {
  const position = query.root.at.start
  if (!needsText(query.root)) {
    warnings.push({
      code: 'broad',
      message: 'No word is required: every item of the source is a match or must be checked',
      position,
    })
    return
  }
  const loose = loosest(query.root)
  if (loose === undefined) return
  warnings.push({
    code: 'broad',
    message: `${formatNode(loose)} alone is enough for a match and is very common`,
    position: loose.at.start,
  })
}

/** True when every match must contain some text that the matcher can look up. */
function needsText(node: Node): boolean {
  switch (node.type) {
    case 'and':
      return node.children.some(needsText)
    case 'or':
      return node.children.every(needsText)
    case 'near':
    case 'text':
    case 'case':
      return true
    case 'raw':
      return node.text.length > 3
    case 'scope':
      return needsText(node.child)
    default:
      return false
  }
}

/** A leaf that suffices on its own and is common in any text. */
function loosest(node: Node): Leaf | undefined {
  if (node.type === 'or') return node.children.map(loosest).find((found) => found !== undefined)
  if (node.type === 'scope') return loosest(node.child)
  if (node.type === 'and') {
    const positive = node.children.filter((child) => child.type !== 'not' && child.type !== 'field')
    return positive.length === 1 && positive[0] !== undefined ? loosest(positive[0]) : undefined
  }
  return node.type === 'text' && isCommon(node) ? node : undefined
}

function isCommon(leaf: TextLeaf): boolean {
  const [item] = leaf.items
  if (leaf.items.length !== 1 || item === undefined || item.kind !== 'any') return false
  const text = item.text.toLowerCase()
  if (item.match === 'prefix') return text.length < 3
  return COMMON.has(text) || /^[a-z0-9]$/.test(text)
}

function habits(query: Query, warnings: Warning[]): void {
  const outside = query.text.replace(/"[^"]*"/g, (quoted) => ' '.repeat(quoted.length))
  for (const found of outside.matchAll(/(?<=\s)(and|or|not|near|And|Or|Not|Near)(?=\s)/g)) {
    const upper = found[0].toUpperCase()
    const message = `${found[0]} is searched as a word; the operator is written ${upper === 'NEAR' ? 'NEAR/5' : upper}`
    warnings.push({ code: 'lowercase', message, position: found.index })
  }
  const curly = outside.search(/[“”„«»]/)
  if (curly >= 0) {
    warnings.push({ code: 'quotes', message: 'Typographic quotation marks make no phrase; use "', position: curly })
  }
}
