import {
  addSpelling,
  createSpellings,
  isSpelling,
  longestSpelling,
  makeRoom,
  slotSize,
  unnumbered,
} from './spellings.ts'
import { createTokenBuffer, scan, type TokenBuffer } from './tokenise.ts'

/**
 * A text with its tokens and the numbers of their spellings. A spelling has one number in the process, so that whatever
 * is worked out from a word, by search, matching or traces, is kept in plain arrays under that number and each token is
 * looked up once.
 */
export interface WordedText {
  text: string
  tokens: TokenBuffer
  /** One for each token; below 0 for those that have no number. */
  words: Int32Array
  /** The numbering that they are of: void once `wordEpoch` is another. */
  epoch: number
}

/** Title and body of what is looked at; good until the next `readTitled` with the same one. */
export interface TitledText {
  title: WordedText
  text: WordedText
}

const spellings = createSpellings()

/** Rises when the numbers begin anew. */
export function wordEpoch(): number {
  return spellings.epoch
}

export function createTitled(): TitledText {
  return { title: createWorded(), text: createWorded() }
}

function createWorded(): WordedText {
  return { text: '', tokens: createTokenBuffer(), words: new Int32Array(256), epoch: spellings.epoch }
}

export function readTitled(into: TitledText, title: string, text: string): void {
  makeRoom(spellings)
  read(into.title, title)
  read(into.text, text)
}

function read(into: WordedText, text: string): void {
  into.text = text
  into.epoch = spellings.epoch
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
  // `numberOf` with locals throughout: this loop runs for every token of every mention.
  let { slots, mask, letters } = spellings
  for (let i = 0; i < count; i++) {
    const from = start[i] as number
    const size = (end[i] as number) - from
    const sum = hash[i] as number
    let word = unnumbered
    for (let slot = (sum ^ (sum >>> 15)) & mask; size <= longestSpelling; slot = (slot + 1) & mask) {
      const at = slot * slotSize
      const length = slots[at + 2] as number
      if (length === 0) {
        word = addSpelling(spellings, at, sum, text, from, size)
        slots = spellings.slots
        mask = spellings.mask
        letters = spellings.letters
        break
      }
      if (length === size && slots[at] === sum && isSpelling(letters, slots[at + 1] as number, text, from, size)) {
        word = slots[at + 3] as number
        break
      }
    }
    words[i] = word
  }
}

/** Numbers kept under word numbers; `absent` until set. */
export interface WordNumbers {
  epoch: number
  values: Int32Array
}

export const absent = -1

export function createWordNumbers(): WordNumbers {
  return { epoch: spellings.epoch, values: new Int32Array(4096).fill(absent) }
}

/** Makes room for every word there is, and forgets what was kept under numbers that are void. */
export function freshen(numbers: WordNumbers): void {
  if (numbers.epoch !== spellings.epoch) {
    numbers.values.fill(absent)
    numbers.epoch = spellings.epoch
  }
  if (spellings.size <= numbers.values.length) return
  const wide = new Int32Array(Math.max(spellings.size, numbers.values.length * 2)).fill(absent)
  wide.set(numbers.values)
  numbers.values = wide
}
