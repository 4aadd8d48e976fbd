import type { TokenBuffer } from '../text/tokenise.ts'

const EMPTY_SLOT = -1

/**
 * Which terms each spelling met so far satisfies, found by the hash that the scanner has computed, so that the common
 * token costs one probe and no string. Spellings are compared with ASCII letter case ignored; they and the ids lie in
 * pools, entry after entry.
 */
export interface SurfaceTable {
  size: number
  mask: number
  slots: Int32Array
  hashes: Int32Array
  /** Where the letters and ids of each entry begin; those of the next entry begin where they end. */
  letterStart: Int32Array
  idStart: Int32Array
  letters: Uint16Array
  ids: Int32Array
}

/** Spellings kept before the table starts afresh: bounds memory under a stream of random strings. */
const MOST_SPELLINGS = 60_000
/** Longer tokens are looked up anew each time. */
const LONGEST_SPELLING = 64

export function createSurfaceTable(): SurfaceTable {
  return {
    size: 0,
    mask: 4095,
    slots: new Int32Array(4096).fill(EMPTY_SLOT),
    hashes: new Int32Array(2048),
    letterStart: new Int32Array(2049),
    idStart: new Int32Array(2049),
    letters: new Uint16Array(16_384),
    ids: new Int32Array(2048),
  }
}

/** Sets `entries[i]` to the entry of the i-th token, or -1 where its spelling has not been met. */
export function findSurfaces(table: SurfaceTable, text: string, tokens: TokenBuffer, entries: Int32Array): void {
  const { count, start, end, hash } = tokens
  for (let i = 0; i < count; i++) {
    entries[i] = findSurface(table, hash[i] as number, text, start[i] as number, end[i] as number)
  }
}

/** The entry for text[from, to), or -1 when this spelling has not been met. */
export function findSurface(table: SurfaceTable, wanted: number, text: string, from: number, to: number): number {
  const { slots, hashes, letterStart, letters, mask } = table
  let slot = mix(wanted) & mask
  let entry = slots[slot] as number
  while (entry !== EMPTY_SLOT) {
    if (hashes[entry] === wanted) {
      const at = letterStart[entry] as number
      if ((letterStart[entry + 1] as number) - at === to - from && isSpelling(letters, at, text, from, to - from)) break
    }
    slot = (slot + 1) & mask
    entry = slots[slot] as number
  }
  return entry
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

/** Adds a spelling and returns its entry, which stays valid until the table is cleared. */
export function addSurface(table: SurfaceTable, hash: number, surface: string, ids: readonly number[]): number {
  const entry = table.size++
  if (entry === table.hashes.length) enlarge(table)
  const isKept = surface.length <= LONGEST_SPELLING
  const letterEnd = (table.letterStart[entry] as number) + (isKept ? surface.length : 0)
  const idEnd = (table.idStart[entry] as number) + ids.length
  if (letterEnd > table.letters.length) table.letters = grown(table.letters, new Uint16Array(letterEnd * 2))
  if (idEnd > table.ids.length) table.ids = grown(table.ids, new Int32Array(idEnd * 2))
  table.ids.set(ids, table.idStart[entry])
  table.letterStart[entry + 1] = letterEnd
  table.idStart[entry + 1] = idEnd
  table.hashes[entry] = hash
  if (!isKept) return entry
  for (let i = 0; i < surface.length; i++) {
    const code = surface.charCodeAt(i)
    table.letters[(table.letterStart[entry] as number) + i] = code >= 65 && code <= 90 ? code + 32 : code
  }
  place(table, entry)
  return entry
}

export const isFull = (table: SurfaceTable): boolean => table.size >= MOST_SPELLINGS

export function clearSurfaces(table: SurfaceTable): void {
  table.slots.fill(EMPTY_SLOT)
  table.size = 0
}

function place(table: SurfaceTable, entry: number): void {
  let slot = mix(table.hashes[entry] as number) & table.mask
  while (table.slots[slot] !== EMPTY_SLOT) slot = (slot + 1) & table.mask
  table.slots[slot] = entry
}

function grown<T extends Int32Array | Uint16Array>(old: T, wide: T): T {
  wide.set(old)
  return wide
}

/** Doubles the table. Entries too long to be kept have no letters and are left out of the slots. */
function enlarge(table: SurfaceTable): void {
  const capacity = table.hashes.length * 2
  table.hashes = grown(table.hashes, new Int32Array(capacity))
  table.letterStart = grown(table.letterStart, new Int32Array(capacity + 1))
  table.idStart = grown(table.idStart, new Int32Array(capacity + 1))
  table.mask = capacity * 2 - 1
  table.slots = new Int32Array(table.mask + 1).fill(EMPTY_SLOT)
  for (let entry = 0; entry < table.size - 1; entry++) {
    if (table.letterStart[entry + 1] !== table.letterStart[entry]) place(table, entry)
  }
}
