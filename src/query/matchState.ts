import type { TokenBuffer } from '../text/tokenise.ts'
import { createTokenBuffer } from '../text/tokenise.ts'
import type { MatchDocument, PreparedDocument } from './document.ts'
import { FIELD_GAP, prepareDocument } from './document.ts'

/**
 * What a matcher knows about the document in hand. Nothing is cleared between documents: a term is present when its
 * stamp is the current generation. The positions of a term are a chain through `next`, in rising order.
 */
export interface MatchState {
  generation: number
  stamp: Int32Array
  head: Int32Array
  tail: Int32Array
  next: Int32Array
  position: Int32Array
  links: number
  /** Positions below this lie in the title. */
  border: number
  titleTokens: TokenBuffer
  textTokens: TokenBuffer
  document: MatchDocument
  prepared: PreparedDocument | undefined
}

export function createMatchState(): MatchState {
  return {
    generation: 0,
    stamp: new Int32Array(1024),
    head: new Int32Array(1024),
    tail: new Int32Array(1024),
    next: new Int32Array(1024),
    position: new Int32Array(1024),
    links: 0,
    border: 0,
    titleTokens: createTokenBuffer(),
    textTokens: createTokenBuffer(),
    document: { text: '' },
    prepared: undefined,
  }
}

export function ensureTerms(state: MatchState, terms: number): void {
  if (terms <= state.stamp.length) return
  const capacity = Math.max(terms, state.stamp.length * 2)
  state.stamp = widen(state.stamp, capacity)
  state.head = widen(state.head, capacity)
  state.tail = widen(state.tail, capacity)
}

/** A longer array with the same beginning. */
export function widen(old: Int32Array, capacity: number): Int32Array {
  const wide = new Int32Array(capacity)
  wide.set(old)
  return wide
}

/** Records that a term stands at a position; true when it is the term's first in this document. */
export function addPosition(state: MatchState, id: number, position: number): boolean {
  const link = state.links++
  if (link === state.next.length) {
    state.next = widen(state.next, link * 2)
    state.position = widen(state.position, link * 2)
  }
  state.position[link] = position
  state.next[link] = -1
  if (state.stamp[id] === state.generation) {
    state.next[state.tail[id] as number] = link
    state.tail[id] = link
    return false
  }
  state.stamp[id] = state.generation
  state.head[id] = link
  state.tail[id] = link
  return true
}

/** Positions of a term as a list; empty when it is absent. */
export function positionsOf(state: MatchState, id: number): number[] {
  const list: number[] = []
  if (state.stamp[id] !== state.generation) return list
  for (let link = state.head[id] as number; link >= 0; link = state.next[link] as number) {
    list.push(state.position[link] as number)
  }
  return list
}

/** The document prepared for exact forms, once per document and only when some candidate asks. */
export function preparedOf(state: MatchState): PreparedDocument {
  state.prepared ??= prepareDocument(state.document)
  return state.prepared
}

export const textBase = (state: MatchState): number => state.border + FIELD_GAP
