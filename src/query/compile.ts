import type { CaseLeaf, FieldLeaf, Item, NearNode, Node, TextLeaf } from './ast.ts'
import { regexHolds, rawHolds } from './exactMatch.ts'
import type { Scope, Switches } from './leafMatch.ts'
import { caseStretches, narrow } from './leafMatch.ts'
import type { MatchState } from './matchState.ts'
import { POSITIONAL, positionsOf, preparedOf } from './matchState.ts'
import { fieldHolds } from './predicate.ts'
import { slopStretches } from './slop.ts'
import type { Stretches } from './stretches.ts'
import { isNear, nearStretches, phraseStarts, stretch, unite } from './stretches.ts'
import { itemKey } from './vocabulary.ts'

/** Verifies a candidate against the document in hand. */
export type Check = () => boolean
type Lists = () => Stretches

/** What compiling needs: the state that checks read, and a number for each key. */
export interface Compiler extends Switches {
  state: MatchState
  term: (key: string) => number
}

/** Marks terms whose places, not only presence, are asked for. */
function askPlaces(state: MatchState, ids: readonly number[]): void {
  for (const id of ids) state.flags[id] = (state.flags[id] as number) | POSITIONAL
}

const NEVER: Check = () => false
/** Longer phrases are checked by the bit sets of `phraseStarts`. */
const LONGEST_WALKED = 8

export function compileNode(node: Node, compiler: Compiler, scope: Scope): Check {
  switch (node.type) {
    case 'and':
      return all(node.children.map((child) => compileNode(child, compiler, scope)))
    case 'or':
      return compileOr(node.children, compiler, scope)
    case 'not': {
      const check = compileNode(node.child, compiler, scope)
      return () => !check()
    }
    case 'scope':
      return compileNode(node.child, compiler, narrow(scope, node.field))
    case 'near':
      return compileNear(node, compiler, scope)
    case 'text':
      return compileText(node, compiler, scope)
    case 'case':
      return compileCase(node, compiler, scope)
    case 'raw':
      return () => rawHolds(node, preparedOf(compiler.state), scope)
    case 'regex':
      return () => regexHolds(node, preparedOf(compiler.state), scope)
    default:
      return compileField(node, compiler)
  }
}

function all(checks: Check[]): Check {
  const [a, b, c] = checks
  if (checks.length === 1 && a !== undefined) return a
  if (checks.length === 2 && a !== undefined && b !== undefined) return () => a() && b()
  if (checks.length === 3 && a !== undefined && b !== undefined && c !== undefined) return () => a() && b() && c()
  return () => {
    for (const check of checks) if (!check()) return false
    return true
  }
}

function any(checks: Check[]): Check {
  const [a, b] = checks
  if (checks.length === 1 && a !== undefined) return a
  if (checks.length === 2 && a !== undefined && b !== undefined) return () => a() || b()
  return () => {
    for (const check of checks) if (check()) return true
    return false
  }
}

/** Single words of an OR become one loop over their numbers, whatever their count. */
function compileOr(children: readonly Node[], compiler: Compiler, scope: Scope): Check {
  const words: number[] = []
  const others: Check[] = []
  for (const child of children) {
    const item = scope === 'any' ? singleItem(child) : undefined
    if (item === undefined) others.push(compileNode(child, compiler, scope))
    else words.push(compiler.term(itemKey(item, compiler)))
  }
  if (words.length > 0) others.unshift(anyPresent(compiler.state, words))
  return any(others)
}

function anyPresent(state: MatchState, words: readonly number[]): Check {
  const [only = 0] = words
  if (words.length === 1) return () => state.stamp[only] === state.generation
  const ids = Int32Array.from(words)
  return () => {
    const { stamp, generation } = state
    for (let i = 0; i < ids.length; i++) if (stamp[ids[i] as number] === generation) return true
    return false
  }
}

function singleItem(node: Node): Item | undefined {
  return node.type === 'text' && node.items.length === 1 && node.joined === null ? node.items[0] : undefined
}

function compileText(leaf: TextLeaf, compiler: Compiler, scope: Scope): Check {
  if (scope === 'nowhere') return NEVER
  const { state } = compiler
  const ids = leaf.items.map((item) => compiler.term(itemKey(item, compiler)))
  const joined = leaf.joined === null ? undefined : compiler.term(itemKey(leaf.joined, compiler))
  const check = compileItems(leaf, ids, state, scope)
  if (joined === undefined) return check
  const whole = present(state, joined, scope)
  return () => check() || whole()
}

function compileItems(leaf: TextLeaf, ids: readonly number[], state: MatchState, scope: Scope): Check {
  const [only = 0] = ids
  if (ids.length === 1) return present(state, only, scope)
  const slop = leaf.slop
  askPlaces(state, ids)
  if (slop === null && scope === 'any' && ids.length <= LONGEST_WALKED) return walkPhrase(state, Int32Array.from(ids))
  const allPresent = allStamped(state, ids)
  return () => {
    if (!allPresent()) return false
    const lists = scopedLists(state, ids, scope)
    return slop === null ? phraseStarts(lists).length > 0 : slopStretches(lists, slop, true).length > 0
  }
}

function present(state: MatchState, id: number, scope: Scope): Check {
  if (scope === 'any') return () => state.stamp[id] === state.generation
  if (scope === 'nowhere') return NEVER
  askPlaces(state, [id])
  const isStamped = (): boolean => state.stamp[id] === state.generation
  if (scope === 'title') return () => isStamped() && (state.position[state.head[id] as number] as number) < state.border
  return () => isStamped() && (state.position[state.tail[id] as number] as number) >= state.border
}

function allStamped(state: MatchState, ids: readonly number[]): Check {
  return () => {
    for (const id of ids) if (state.stamp[id] !== state.generation) return false
    return true
  }
}

/** Walks the chains of a phrase side by side: each chain is read once, so the work is linear in the text. */
function walkPhrase(state: MatchState, ids: Int32Array): Check {
  const cursors = new Int32Array(ids.length)
  return () => {
    const { stamp, generation, head, next, position } = state
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number
      if (stamp[id] !== generation) return false
      cursors[i] = head[id] as number
    }
    for (let link = cursors[0] as number; link >= 0; link = next[link] as number) {
      const start = position[link] as number
      let matched = 1
      for (; matched < ids.length; matched++) {
        let cursor = cursors[matched] as number
        const wanted = start + matched
        while (cursor >= 0 && (position[cursor] as number) < wanted) cursor = next[cursor] as number
        cursors[matched] = cursor
        if (cursor < 0) return false
        if (position[cursor] !== wanted) break
      }
      if (matched === ids.length) return true
    }
    return false
  }
}

/** One list per term; equal terms share theirs. */
function scopedLists(state: MatchState, ids: readonly number[], scope: Scope): number[][] {
  const known = new Map<number, number[]>()
  return ids.map((id) => {
    let list = known.get(id)
    if (list === undefined) {
      list = positionsOf(state, id)
      if (scope !== 'any') list = list.filter((at) => scope !== 'nowhere' && at < state.border === (scope === 'title'))
      known.set(id, list)
    }
    return list
  })
}

function compileCase(leaf: CaseLeaf, compiler: Compiler, scope: Scope): Check {
  const { state } = compiler
  const allPresent = allStamped(state, caseKeys(leaf).map(compiler.term))
  return () => allPresent() && caseStretches(leaf, preparedOf(state), scope).length > 0
}

/** Its words without letter case: present whenever the exact ones are. */
export function caseKeys(leaf: CaseLeaf): string[] {
  return leaf.items.map((item) => itemKey(item, { fold: false, stem: false }))
}

/** Fields whose values are looked up like terms: equality of whole values. */
const INDEXED_FIELDS = new Set(['source', 'type', 'country', 'lang'])

/** The key of a field predicate that the matcher indexes, or undefined. */
export function fieldKey({ field, test }: FieldLeaf): string | undefined {
  if (test.op !== 'is' || test.prefix || !INDEXED_FIELDS.has(field)) return undefined
  const value = test.value.normalize('NFC').toLowerCase()
  return `=${field}:${field === 'lang' ? value.replaceAll('_', '-') : value}`
}

function compileField(leaf: FieldLeaf, compiler: Compiler): Check {
  const { state } = compiler
  const key = fieldKey(leaf)
  if (key === undefined) return () => fieldHolds(leaf, state.document)
  const id = compiler.term(key)
  return () => state.stamp[id] === state.generation
}

function compileNear(node: NearNode, compiler: Compiler, scope: Scope): Check {
  const { state } = compiler
  const { distance, ordered } = node
  const left = scope === 'any' ? singleItem(node.left) : undefined
  const right = scope === 'any' ? singleItem(node.right) : undefined
  if (left !== undefined && right !== undefined) {
    const a = compiler.term(itemKey(left, compiler))
    const b = compiler.term(itemKey(right, compiler))
    askPlaces(state, [a, b])
    return () => isWordNear(state, a, b, distance, ordered)
  }
  const leftLists = compileLists(node.left, compiler, scope)
  const rightLists = compileLists(node.right, compiler, scope)
  return () => {
    const before = leftLists()
    return before.length > 0 && isNear(before, rightLists(), distance, ordered)
  }
}

function compileLists(node: Node, compiler: Compiler, scope: Scope): Lists {
  const { state } = compiler
  if (node.type === 'or') {
    const parts = node.children.map((child) => compileLists(child, compiler, scope))
    return () => unite(parts.map((part) => part()))
  }
  if (node.type === 'near') {
    const left = compileLists(node.left, compiler, scope)
    const right = compileLists(node.right, compiler, scope)
    return () => {
      const before = left()
      return before.length === 0 ? [] : nearStretches(before, right(), node.distance, node.ordered)
    }
  }
  if (node.type !== 'text') return () => []
  const ids = node.items.map((item) => compiler.term(itemKey(item, compiler)))
  const joined = node.joined === null ? undefined : compiler.term(itemKey(node.joined, compiler))
  askPlaces(state, joined === undefined ? ids : [...ids, joined])
  return () => {
    const lists = scopedLists(state, ids, scope)
    const found = textLists(node, lists)
    if (joined === undefined) return found
    const whole = scopedLists(state, [joined], scope).flat()
    return unite([found, whole.map((at) => stretch(at, at))])
  }
}

function textLists(leaf: TextLeaf, lists: readonly number[][]): Stretches {
  if (leaf.slop !== null) return slopStretches(lists, leaf.slop, false)
  if (lists.length === 1) return (lists[0] ?? []).map((at) => stretch(at, at))
  return phraseStarts(lists).map((start) => stretch(start, start + lists.length - 1))
}

/** NEAR of two single words: both chains are walked once. Two terms on one token are no pair (N1). */
function isWordNear(state: MatchState, a: number, b: number, distance: number, ordered: boolean): boolean {
  const { stamp, generation, head, next, position } = state
  if (stamp[a] !== generation || stamp[b] !== generation) return false
  let left = head[a] as number
  let right = head[b] as number
  while (left >= 0 && right >= 0) {
    const gap = (position[right] as number) - (position[left] as number)
    if (gap > 0) {
      if (gap - 1 <= distance) return true
      left = next[left] as number
    } else if (gap < 0) {
      if (!ordered && -gap - 1 <= distance) return true
      right = next[right] as number
    } else {
      const nextLeft = next[left] as number
      const nextRight = next[right] as number
      const at = position[left] as number
      if (nextRight >= 0 && (position[nextRight] as number) - at - 1 <= distance) return true
      if (!ordered && nextLeft >= 0 && (position[nextLeft] as number) - at - 1 <= distance) return true
      left = nextLeft
      right = nextRight
    }
  }
  return false
}
