import type { TokenBuffer } from '../text/tokenise.ts'

/**
 * Which terms each spelling met so far satisfies, found by the hash that the scanner has computed, so that the common
 * token costs one probe and no string. Spellings are compared with ASCII letter case ignored.
 *
 * A slot is four numbers side by side, one cache line: hash, start of the letters, their count (0 = free), place in
 * `ids`. At a place in `ids` stands the number of ids, then the ids; place 0 is the empty list that most tokens share.
 */
export interface SurfaceTable {
  size: number
  mask: number
  slots: Int32Array
  letters: Uint16Array
  lettersUsed: number
  ids: Int32Array
  idsUsed: number
}

/** Spellings kept before the table starts afresh: bounds memory under a stream of random strings. */
const MOST_SPELLINGS = 60_000
/** Longer tokens are looked up anew each time. */
const LONGEST_SPELLING = 64
const SLOT = 4

export function createSurfaceTable(): SurfaceTable {
  return {
    size: 0,
    mask: 4095,
    slots: new Int32Array(4096 * SLOT),
    letters: new Uint16Array(16_384),
    lettersUsed: 0,
    ids: new Int32Array(2048),
    idsUsed: 1,
  }
}

/** Sets `places[i]` to the place of the i-th token's ids, or -1 where its spelling has not been met. */
export function findSurfaces(table: SurfaceTable, text: string, tokens: TokenBuffer, places: Int32Array): void {
  const { count, start, end, hash } = tokens
  for (let i = 0; i < count; i++) {
    places[i] = findSurface(table, hash[i] as number, text, start[i] as number, end[i] as number)
  }
}

/** The place in `ids` for text[from, to), or -1 when this spelling has not been met. */
export function findSurface(table: SurfaceTable, hash: number, text: string, from: number, to: number): number {
  const { slots, letters, mask } = table
  let slot = mix(hash) & mask
  for (;;) {
    const at = slot * SLOT
    const length = slots[at + 2] as number
    if (length === 0) return -1
    if (
      slots[at] === hash &&
      length === to - from &&
      isSpelling(letters, slots[at + 1] as number, text, from, length)
    ) {
      return slots[at + 3] as number
    }
    slot = (slot + 1) & mask
  }
}

function isSpelling(letters: Uint16Array, at: number, text: string, from: number, length: number): boolean {
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(from + i)
    const letter = letters[at + i] as number
    if (code !== letter && (code < 65 || code > 90 || code + 32 !== letter)) return false
  }
  return true
}

const mix = (hash: number): number => hash ^ (hash >>> 15)

/** Adds a spelling and returns the place of its ids, which stays valid until the table is cleared. */
export function addSurface(table: SurfaceTable, hash: number, surface: string, ids: readonly number[]): number {
  const place = addIds(table, ids)
  if (surface.length > LONGEST_SPELLING) return place
  const start = table.lettersUsed
  table.lettersUsed += surface.length
  if (table.lettersUsed > table.letters.length) table.letters = grown(table.letters, new Uint16Array(start * 2 + 128))
  for (let i = 0; i < surface.length; i++) {
    const code = surface.charCodeAt(i)
    table.letters[start + i] = code >= 65 && code <= 90 ? code + 32 : code
  }
  if (++table.size * 2 > table.mask) enlarge(table)
  put(table, hash, start, surface.length, place)
  return place
}

function addIds(table: SurfaceTable, ids: readonly number[]): number {
  if (ids.length === 0) return 0
  const place = table.idsUsed
  table.idsUsed += ids.length + 1
  if (table.idsUsed > table.ids.length) table.ids = grown(table.ids, new Int32Array(table.idsUsed * 2))
  table.ids[place] = ids.length
  table.ids.set(ids, place + 1)
  return place
}

export const isFull = (table: SurfaceTable): boolean =>
  table.size >= MOST_SPELLINGS || table.idsUsed >= MOST_SPELLINGS * 16

export function clearSurfaces(table: SurfaceTable): void {
  table.slots.fill(0)
  table.size = 0
  table.lettersUsed = 0
  table.idsUsed = 1
}

function put(table: SurfaceTable, hash: number, start: number, length: number, place: number): void {
  let slot = mix(hash) & table.mask
  while (table.slots[slot * SLOT + 2] !== 0) slot = (slot + 1) & table.mask
  table.slots.set([hash, start, length, place], slot * SLOT)
}

function grown<T extends Int32Array | Uint16Array>(old: T, wide: T): T {
  wide.set(old)
  return wide
}

function enlarge(table: SurfaceTable): void {
  const old = table.slots
  table.mask = table.mask * 2 + 1
  table.slots = new Int32Array((table.mask + 1) * SLOT)
  for (let at = 0; at < old.length; at += SLOT) {
    const length = old[at + 2] as number
    if (length !== 0) put(table, old[at] as number, old[at + 1] as number, length, old[at + 3] as number)
  }
}
