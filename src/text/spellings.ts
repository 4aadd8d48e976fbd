/**
 * Strings by number: each spelling that was met has one, given in the order of coming, so that what is known of it can
 * be kept in plain arrays and common ones lie together. Found by a hash that a scanner has computed anyway, without
 * making a string. ASCII letter case does not count.
 *
 * A slot is four numbers side by side, one cache line: hash, start of the letters, their count (0 = free), number.
 */
export interface Spellings {
  slots: Int32Array
  mask: number
  letters: Uint16Array
  lettersUsed: number
  size: number
  /** Rises when the numbers begin anew: what was kept under them is void. */
  epoch: number
}

export const slotSize = 4
export const longestSpelling = 64
/** Answered for what is too long or finds no room: it is worked out anew each time. */
export const unnumbered = -1
/** Spellings numbered before the numbering starts afresh: bounds memory under a stream of random strings. */
const most = 60_000

export function createSpellings(): Spellings {
  const slots = new Int32Array(4096 * slotSize)
  return { slots, mask: 4095, letters: new Uint16Array(16_384), lettersUsed: 0, size: 0, epoch: 0 }
}

/** Call it before a text is read, never while one is. */
export function makeRoom(spellings: Spellings): void {
  if (spellings.size < most) return
  spellings.slots.fill(0)
  spellings.lettersUsed = 0
  spellings.size = 0
  spellings.epoch++
}

/** The number of text[from, from + size). `hash` is any 32-bit hash that depends on nothing but the letters. */
export function numberOf(spellings: Spellings, hash: number, text: string, from: number, size: number): number {
  if (size > longestSpelling || size === 0) return unnumbered
  const { slots, mask, letters } = spellings
  for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
    const at = slot * slotSize
    const length = slots[at + 2] as number
    if (length === 0) return addSpelling(spellings, at, hash, text, from, size)
    if (length === size && slots[at] === hash && isSpelling(letters, slots[at + 1] as number, text, from, size))
      return slots[at + 3] as number
  }
}

export function isSpelling(letters: Uint16Array, at: number, text: string, from: number, size: number): boolean {
  for (let i = 0; i < size; i++) {
    const code = text.charCodeAt(from + i)
    const letter = letters[at + i] as number
    if (code !== letter && (code < 65 || code > 90 || code + 32 !== letter)) return false
  }
  return true
}

/** `at`: the free slot where looking for it ended. One text of very many words goes on without numbers. */
export function addSpelling(
  spellings: Spellings,
  at: number,
  hash: number,
  text: string,
  from: number,
  size: number,
): number {
  if (spellings.size >= most * 2) return unnumbered
  const start = spellings.lettersUsed
  spellings.lettersUsed += size
  if (spellings.lettersUsed > spellings.letters.length) {
    const wide = new Uint16Array(start * 2 + size)
    wide.set(spellings.letters)
    spellings.letters = wide
  }
  const { slots, letters } = spellings
  for (let i = 0; i < size; i++) {
    const code = text.charCodeAt(from + i)
    letters[start + i] = code >= 65 && code <= 90 ? code + 32 : code
  }
  const number = spellings.size++
  slots[at] = hash
  slots[at + 1] = start
  slots[at + 2] = size
  slots[at + 3] = number
  if (spellings.size * 2 > spellings.mask) enlarge(spellings)
  return number
}

function enlarge(spellings: Spellings): void {
  const old = spellings.slots
  const mask = spellings.mask * 2 + 1
  const slots = new Int32Array((mask + 1) * slotSize)
  for (let from = 0; from < old.length; from += slotSize) {
    if (old[from + 2] === 0) continue
    const hash = old[from] as number
    let slot = (hash ^ (hash >>> 15)) & mask
    while (slots[slot * slotSize + 2] !== 0) slot = (slot + 1) & mask
    slots.set(old.subarray(from, from + slotSize), slot * slotSize)
  }
  spellings.slots = slots
  spellings.mask = mask
}

/** Sets what is kept under a number; holes are filled, since engines store lists with wide ones as maps. */
export function putAt<T>(list: (T | undefined)[], number: number, value: T): void {
  while (list.length < number) list.push(undefined)
  list[number] = value
}
