const EMPTY_SLOT = -1

/**
 * Which terms each spelling met so far satisfies, found by the hash that the scanner has computed, so that the common
 * token costs one probe and no string. Spellings are compared with ASCII letter case ignored.
 */
export interface SurfaceTable {
  size: number
  mask: number
  slots: Int32Array
  hashes: Int32Array
  spellings: string[]
  ids: Int32Array[]
}

/** Spellings kept before the table starts afresh: bounds memory under a stream of random strings. */
const MOST_SPELLINGS = 60_000
const LONGEST_SPELLING = 64
export const NO_IDS = new Int32Array(0)

export function createSurfaceTable(): SurfaceTable {
  return {
    size: 0,
    mask: 4095,
    slots: new Int32Array(4096).fill(EMPTY_SLOT),
    hashes: new Int32Array(2048),
    spellings: [],
    ids: [],
  }
}

/** The ids kept for text[start, end), or undefined when this spelling has not been met. */
export function findSurface(
  table: SurfaceTable,
  hash: number,
  text: string,
  start: number,
  end: number,
): Int32Array | undefined {
  const { slots, hashes, mask } = table
  for (let slot = mix(hash) & mask; ; slot = (slot + 1) & mask) {
    const entry = slots[slot] as number
    if (entry === EMPTY_SLOT) return undefined
    if (hashes[entry] === hash && isSpelling(table.spellings[entry] as string, text, start, end)) {
      return table.ids[entry]
    }
  }
}

const mix = (hash: number): number => hash ^ (hash >>> 15)

function isSpelling(spelling: string, text: string, start: number, end: number): boolean {
  if (spelling.length !== end - start) return false
  for (let i = 0; i < spelling.length; i++) {
    const code = text.charCodeAt(start + i)
    const lower = code >= 65 && code <= 90 ? code + 32 : code
    if (lower !== spelling.charCodeAt(i)) return false
  }
  return true
}

export function addSurface(table: SurfaceTable, hash: number, surface: string, ids: Int32Array): void {
  if (surface.length > LONGEST_SPELLING) return
  if (table.size >= MOST_SPELLINGS) clearSurfaces(table)
  const entry = table.size++
  if (entry === table.hashes.length) enlarge(table)
  table.hashes[entry] = hash
  table.spellings[entry] = lowerAscii(surface)
  table.ids[entry] = ids
  place(table, entry)
}

export function clearSurfaces(table: SurfaceTable): void {
  table.slots.fill(EMPTY_SLOT)
  table.size = 0
  table.spellings.length = 0
  table.ids.length = 0
}

// A copy, not a slice: a slice would keep the whole mention alive.
function lowerAscii(surface: string): string {
  let out = ''
  for (let i = 0; i < surface.length; i++) {
    const code = surface.charCodeAt(i)
    out += String.fromCharCode(code >= 65 && code <= 90 ? code + 32 : code)
  }
  return out
}

function place(table: SurfaceTable, entry: number): void {
  let slot = mix(table.hashes[entry] as number) & table.mask
  while (table.slots[slot] !== EMPTY_SLOT) slot = (slot + 1) & table.mask
  table.slots[slot] = entry
}

function enlarge(table: SurfaceTable): void {
  const hashes = new Int32Array(table.hashes.length * 2)
  hashes.set(table.hashes)
  table.hashes = hashes
  table.mask = table.hashes.length * 2 - 1
  table.slots = new Int32Array(table.mask + 1).fill(EMPTY_SLOT)
  for (let entry = 0; entry < table.size - 1; entry++) place(table, entry)
}
