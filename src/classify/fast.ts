import type { Bundle } from './artefact.ts'
import { finish, mix } from './hash.ts'
import { SENTIMENTS, type Sentiment } from './types.ts'

const LETTER = 1
const CLASS = new Uint8Array(65_536)
CLASS.fill(LETTER, 0xc0, 0x2000)
CLASS.fill(LETTER, 0x2c00, 0xe000)
CLASS.fill(LETTER, 0xf900, 0xffff)
CLASS.fill(LETTER, 0x61, 0x7b)
CLASS.fill(LETTER, 0x41, 0x5b)
CLASS.fill(LETTER, 0x30, 0x3a)
CLASS[0x27] = LETTER
CLASS[0x2019] = LETTER

const NEGATED = 0x5bd1e995
const BEGINNING = 0x3c6ef372
const REACH = 3
const MAX_UNITS = 5000
export const MOST_GRAMS = 1024

const hashWord = (word: string): number => {
  let h = 0x811c9dc5
  for (let i = 0; i < word.length; i++) h = Math.imul(h ^ word.charCodeAt(i), 0x01000193)
  return finish(h)
}
const NEGATORS = new Set(
  "not no never none nothing nobody cannot without hardly can't don't won't didn't doesn't isn't wasn't wouldn't couldn't shouldn't haven't hasn't aren't ain't dont cant wont didnt doesnt isnt"
    .split(' ')
    .map(hashWord),
)

/**
 * Hashes of a text's words (negation-scoped), of the first `prefix` letters of longer ones (-1: none) and of neighbouring
 * pairs, without making a single string. Writes into `out` and returns how many; stops when `out` is full.
 */
export function fastGrams(text: string, out: Int32Array, prefix: number): number {
  const end = Math.min(text.length, MAX_UNITS)
  let n = 0
  let previous = 0
  let reach = 0
  let i = 0
  while (i < end && n < out.length - 3) {
    const code = text.charCodeAt(i)
    let h = 0x811c9dc5
    let beginning = 0
    if (CLASS[code] === LETTER) {
      const from = i
      let digits = 0
      do {
        if (i - from === prefix) beginning = h ^ BEGINNING
        let c = text.charCodeAt(i)
        if (c >= 0x41 && c <= 0x5a) c |= 32
        else if (c === 0x2019) c = 0x27
        else if (c >= 0x30 && c <= 0x39) digits++
        h = Math.imul(h ^ c, 0x01000193)
        i++
      } while (i < end && CLASS[text.charCodeAt(i)] === LETTER)
      if (i - from === digits) h = 0x1234567
      else if (text.charCodeAt(from) === 0x68 && text.startsWith('http', from)) {
        while (i < end && text.charCodeAt(i) > 32) i++
        h = 0x7654321
      }
      h = finish(h)
    } else if (code === 0x40) {
      i++
      while (i < end && (CLASS[text.charCodeAt(i)] === LETTER || text.charCodeAt(i) === 0x5f)) i++
      h = finish(0x2468ace)
    } else if (code === 0x21 || code === 0x3f || code === 0x3a || code === 0x3b || code >= 0x2190) {
      // marks, the eyes and mouth of an emoticon, emoji unit by unit
      h = Math.imul(h ^ code, 0x01000193)
      i++
      const next = i < end ? text.charCodeAt(i) : 0
      if (code === 0x3a || code === 0x3b || code >= 0xd800) {
        h = Math.imul(h ^ next, 0x01000193)
        if (code >= 0xd800) i++
      }
      h = finish(h)
    } else {
      if (code === 0x2e || code === 0x2c) reach = 0
      i++
      continue
    }
    out[n++] = reach > 0 ? h ^ NEGATED : h
    if (beginning !== 0) out[n++] = reach > 0 ? finish(beginning) ^ NEGATED : finish(beginning)
    out[n++] = mix(previous, h)
    previous = h
    reach = NEGATORS.has(h) ? REACH : reach - 1
  }
  return n
}

export interface QuickSentiment {
  sentiment: Sentiment
  /** -1…1, not calibrated */
  score: number
}

/**
 * Tone of English posts at hundreds of thousands a second: for first passes over history and for previews. Less
 * right than the full heads (see the model card), and it explains nothing.
 */
export function createQuick(bundle: Bundle): (text: string) => QuickSentiment {
  const table = bundle.i8('table')
  const bias = bundle.f32('bias')
  const scale = bundle.f32('scale')
  const mask = table.length / 4 - 1
  const prefix = Number(bundle.meta['prefix'] ?? -1)
  const grams = new Int32Array(MOST_GRAMS)
  const [s0 = 0, s1 = 0, s2 = 0] = scale
  const [b0 = 0, b1 = 0, b2 = 0] = bias
  return (text) => {
    const n = fastGrams(text, grams, prefix)
    if (n === 0) return { sentiment: 'neutral', score: 0 }
    let a = 0
    let b = 0
    let c = 0
    for (let i = 0; i < n; i++) {
      const at = ((grams[i] ?? 0) & mask) << 2
      a += table[at] ?? 0
      b += table[at + 1] ?? 0
      c += table[at + 2] ?? 0
    }
    const by = 1 / Math.sqrt(n)
    const x = b0 + a * s0 * by
    const y = b1 + b * s1 * by
    const z = b2 + c * s2 * by
    const best = x > y ? (x > z ? 0 : 2) : y > z ? 1 : 2
    const lean = z - x
    return { sentiment: SENTIMENTS[best] ?? 'neutral', score: lean / (1 + Math.abs(lean)) }
  }
}
