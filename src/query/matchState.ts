import { createTitled, type TitledText } from '../text/words.ts'
import type { MatchDocument, PreparedDocument } from './document.ts'
import { FIELD_GAP, prepareRead } from './document.ts'

/**
 * What a matcher knows about the document in hand. Nothing is cleared between documents: a term is present when its
 * stamp is the current generation. The positions of a term are a chain through `next`, in rising order.
 */
export interface MatchState {
  generation: number
  stamp: Int32Array
  head: Int32Array
  tail: Int32Array
  /** What a term is needed for, so that the others cost as little as possible: the bits below. */
  flags: Uint8Array
  next: Int32Array
  position: Int32Array
  links: number
  /** Positions below this lie in the title. */
  border: number
  read: TitledText
  document: MatchDocument
  prepared: PreparedDocument | undefined
}

/** Some query asks where the term stands. */
export const POSITIONAL = 1
/** The term is a witness. */
export const WAKES = 2
/** The term is the first, or the second, of a pair that is a witness. */
export const STARTS_PAIR = 4
export const ENDS_PAIR = 8

export function createMatchState(): MatchState {
  return {
    generation: 0,
    stamp: new Int32Array(1024),
    head: new Int32Array(1024),
    tail: new Int32Array(1024),
    flags: new Uint8Array(1024),
    next: new Int32Array(1024),
    position: new Int32Array(1024),
    links: 0,
    border: 0,
    read: createTitled(),
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
  const flags = new Uint8Array(capacity)
  flags.set(state.flags)
  state.flags = flags
}

/** A longer array with the same beginning. */
export function widen(old: Int32Array, capacity: number): Int32Array {
  const wide = new Int32Array(capacity)
  wide.set(old)
  return wide
}

export function growLinks(state: MatchState): void {
  const capacity = state.next.length * 2
  state.next = widen(state.next, capacity)
  state.position = widen(state.position, capacity)
}

/** Records that a term stands at a position; true when it is the term's first in this document. */
export function addPosition(state: MatchState, id: number, position: number): boolean {
  const link = state.links++
  if (link === state.next.length) growLinks(state)
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

/** Positions of a positional term as a list; empty when it is absent. */
export function positionsOf(state: MatchState, id: number): number[] {
  const list: number[] = []
  if (state.stamp[id] !== state.generation) return list
  for (let link = state.head[id] as number; link >= 0; link = state.next[link] as number) {
    list.push(state.position[link] as number)
  }
  return list
}

/** The document prepared for exact forms and traces, once per document and only when asked for; good until the next one. */
export function preparedOf(state: MatchState): PreparedDocument {
  state.prepared ??= prepareRead(state.document, state.read)
  return state.prepared
}

export const textBase = (state: MatchState): number => state.border + FIELD_GAP
