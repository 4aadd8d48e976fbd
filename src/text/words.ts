import { createTokenBuffer, scan, type TokenBuffer } from './tokenise.ts'

/**
 * A text with its tokens and the numbers of their spellings. A spelling (ASCII letter case ignored) has one number in
 * the process, so that whatever is worked out from a word, by search, matching or traces, is kept in plain arrays under
 * that number and each token is looked up once.
 */
export interface WordedText {
  text: string
  tokens: TokenBuffer
  /** One for each token; `tooLong` for those that are not numbered. */
  words: Int32Array
  /** The numbering that they are of: void once `wordEpoch` is another. */
  epoch: number
}

/** Title and body of what is looked at; good until the next `readTitled` with the same one. */
export interface TitledText {
  title: WordedText
  text: WordedText
}

export const tooLong = -1
/** Spellings numbered before the numbering starts afresh: bounds memory under a stream of random strings. */
const mostWords = 60_000
/** Longer tokens are worked out anew each time. */
const longestWord = 64

/**
 * A slot is four numbers side by side, one cache line: hash, start of the letters, their count (0 = free), number. Words
 * are numbered as they come, so common ones lie together.
 */
const slotSize = 4
let mask = 2 ** 12 - 1
let slots = new Int32Array((mask + 1) * slotSize)
let letters = new Uint16Array(0)
let lettersUsed = 0
let known = 0
let epoch = 0

/** Rises when the numbers begin anew: what was kept under them is void. */
export function wordEpoch(): number {
  return epoch
}

export function createTitled(): TitledText {
  return { title: createWorded(), text: createWorded() }
}

function createWorded(): WordedText {
  return { text: '', tokens: createTokenBuffer(), words: new Int32Array(256), epoch }
}

export function readTitled(into: TitledText, title: string, text: string): void {
  if (known >= mostWords) startAfresh()
  read(into.title, title)
  read(into.text, text)
}

function startAfresh(): void {
  slots.fill(0)
  lettersUsed = 0
  known = 0
  epoch++
}

function read(into: WordedText, text: string): void {
  into.text = text
  into.epoch = epoch
  if (text === '') {
    into.tokens.count = 0
    return
  }
  const { tokens } = into
  scan(text, tokens)
  if (tokens.count > into.words.length) into.words = new Int32Array(tokens.count * 2)
  const { words } = into
  const { start, end, hash } = tokens
  const { count } = tokens
  // Locals throughout: this loop runs for every token of every mention.
  let table = slots
  let last = mask
  let kept = letters
  for (let i = 0; i < count; i++) {
    const from = start[i] as number
    const size = (end[i] as number) - from
    const sum = hash[i] as number
    let word = tooLong
    for (let slot = (sum ^ (sum >>> 15)) & last; size <= longestWord; slot = (slot + 1) & last) {
      const at = slot * slotSize
      const length = table[at + 2] as number
      if (length === 0) {
        word = addWord(at, sum, text, from, size)
        table = slots
        last = mask
        kept = letters
        break
      }
      if (length === size && table[at] === sum && isSpelling(kept, table[at + 1] as number, text, from, size)) {
        word = table[at + 3] as number
        break
      }
    }
    words[i] = word
  }
}

function isSpelling(kept: Uint16Array, at: number, text: string, from: number, size: number): boolean {
  for (let i = 0; i < size; i++) {
    const code = text.charCodeAt(from + i)
    const letter = kept[at + i] as number
    if (code !== letter && (code < 65 || code > 90 || code + 32 !== letter)) return false
  }
  return true
}

/** A text of so many different words that there is no room goes on without numbers. */
function addWord(at: number, hash: number, text: string, from: number, size: number): number {
  if (known >= mostWords * 2) return tooLong
  const start = lettersUsed
  lettersUsed += size
  if (lettersUsed > letters.length) {
    const wide = new Uint16Array(start * 2 + 16_384)
    wide.set(letters)
    letters = wide
  }
  for (let i = 0; i < size; i++) {
    const code = text.charCodeAt(from + i)
    letters[start + i] = code >= 65 && code <= 90 ? code + 32 : code
  }
  slots[at] = hash
  slots[at + 1] = start
  slots[at + 2] = size
  slots[at + 3] = known
  if (++known * 2 > mask) enlarge()
  return known - 1
}

function enlarge(): void {
  const old = slots
  mask = mask * 2 + 1
  slots = new Int32Array((mask + 1) * slotSize)
  for (let from = 0; from < old.length; from += slotSize) {
    if (old[from + 2] === 0) continue
    const hash = old[from] as number
    let slot = (hash ^ (hash >>> 15)) & mask
    while (slots[slot * slotSize + 2] !== 0) slot = (slot + 1) & mask
    slots.set(old.subarray(from, from + slotSize), slot * slotSize)
  }
}

/** Numbers kept under word numbers; `absent` until set. */
export interface WordNumbers {
  epoch: number
  values: Int32Array
}

export const absent = -1

export function createWordNumbers(): WordNumbers {
  return { epoch, values: new Int32Array(4096).fill(absent) }
}

/** Makes room for every word there is, and forgets what was kept under numbers that are void. */
export function freshen(numbers: WordNumbers): void {
  if (numbers.epoch !== epoch) {
    numbers.values.fill(absent)
    numbers.epoch = epoch
  }
  if (known <= numbers.values.length) return
  const wide = new Int32Array(Math.max(known, numbers.values.length * 2)).fill(absent)
  wide.set(numbers.values)
  numbers.values = wide
}
