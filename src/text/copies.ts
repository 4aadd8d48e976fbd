import { classAt, DIGIT, LETTER, MARK, SOLO } from './charClass.ts'
import { fold } from './fold.ts'

/**
 * Finds texts that repeat each other: the same words under another address, with "RT @somebody:" before them, a few
 * hashtags or "via …" behind them, or cut off. Texts are compared as sets of three words in a row (shingles), and
 * found by the smallest shingle under each of a few random orders (MinHash, Broder 1997): two texts share such a
 * smallest shingle with the probability of their Jaccard similarity, so one key a band and three bands find nearly all
 * copies, and unrelated texts, which share no three words in a row, are hardly ever looked at.
 */

/** Texts with fewer words are copies only when all their words are the same. */
export const nearWords = 8
/** With fewer words still, two people may well have said the same thing by themselves. */
export const ownWords = 5
/** Share of shingles in common from which two texts are copies; `npm run bench -- --only copies` measures it. */
export const copyThreshold = 0.55
/** What a copy may bring along that the original has not: so many words, or this share of its words. */
const fewWords = 6
const mostOwnWords = 0.3
/** More words than these say nothing new about whether two texts are the same. */
const mostWords = 2048

/** Hashes of the words of one text, in their order; only valid until the next call of `readWords`. */
export interface Words {
  count: number
  hash: Int32Array
}

const shared: Words = { count: 0, hash: new Int32Array(mostWords) }
const lower = new Uint8Array(128)
for (let code = 48; code < 58; code++) lower[code] = code
for (let code = 97; code < 123; code++) {
  lower[code] = code
  lower[code - 32] = code
}
lower[95] = 95
const seed = 0x811c9dc5 | 0
const prime = 0x01000193
const apostrophe = 39

/**
 * Words as copies are compared by: letter case, accents, punctuation and web addresses do not matter, nor does who is
 * named as the author of a repost in front. Scripts without spaces count each sign as a word.
 */
export function readWords(title: string | null, text: string, into: Words = shared): Words {
  into.count = 0
  if (title !== null && title !== '') addWords(title, into)
  addWords(text, into)
  return into
}

// One loop over the characters on purpose: it runs for every mention.
function addWords(text: string, words: Words): void {
  const { length } = text
  const isStart = words.count === 0
  let i = 0
  while (i < length && words.count < mostWords) {
    const code = text.charCodeAt(i)
    const first = code < 128 ? lower[code] : 1
    if (first === 0 || first === undefined) {
      i++
      continue
    }
    let hash = seed
    const start = i
    let isPlain = true
    while (i < length) {
      const unit = text.charCodeAt(i)
      if (unit < 128) {
        const letter = lower[unit] as number
        // "don't" and "dont" are one word, and both are one with the typographic apostrophe.
        if (letter === 0) {
          if (unit === apostrophe && i > start) {
            i++
            continue
          }
          break
        }
        hash = Math.imul(hash ^ letter, prime)
        i++
        continue
      }
      isPlain = false
      const size = unit >= 0xd800 && unit < 0xdc00 ? 2 : 1
      const kind = classAt(text, i, unit)
      if (kind === SOLO) {
        if (i === start) i += size
        break
      }
      if (kind !== LETTER && kind !== DIGIT && kind !== MARK && unit !== 0x2019) {
        if (i === start) i += size
        break
      }
      i += size
    }
    if (isPlain && text.charCodeAt(i) === 58 && text.charCodeAt(i + 1) === 47 && isScheme(text, start, i)) {
      i = endOfAddress(text, i)
      continue
    }
    if (!isPlain) {
      const word = fold(text.slice(start, i)).replaceAll(/[^\p{L}\p{N}\p{M}]/gu, '')
      if (word === '') continue
      hash = seed
      for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), prime)
    }
    words.hash[words.count++] = hash
    if (isStart && words.count === 2 && words.hash[0] === repost && text.charCodeAt(start - 1) === 64) words.count = 0
  }
}

const repost = Math.imul(Math.imul(seed ^ 114, prime) ^ 116, prime)

function isScheme(text: string, start: number, end: number): boolean {
  const length = end - start
  if (length !== 4 && length !== 5) return false
  return text.slice(start, start + 4).toLowerCase() === 'http'
}

function endOfAddress(text: string, from: number): number {
  let i = from
  while (i < text.length && text.charCodeAt(i) > 32) i++
  return i
}

/** Random orders of the shingles, one a band. */
const orders = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35].map((value) => value | 0)
export const bands = orders.length

const mix = (hash: number): number => {
  const once = Math.imul(hash ^ (hash >>> 16), 0x7feb352d)
  const twice = Math.imul(once ^ (once >>> 15), 0x846ca68b)
  return twice ^ (twice >>> 16)
}

const shingleAt = ({ hash }: Words, i: number): number =>
  mix(
    Math.imul(hash[i] as number, 0x2c1b3c6d) ^
      Math.imul(hash[i + 1] as number, 0x297a2d39) ^
      Math.imul(hash[i + 2] as number, 0x6c62272e) ^
      (hash[i + 1] as number),
  )

/**
 * The keys under which a text is found again: whole numbers, safe in JavaScript and both databases. Long texts have one
 * a band, short ones a single negative one over all their words, into which `voice` goes where only repeats of one
 * account are copies. None for a text without words.
 */
export function copyKeys(words: Words, voice: number | undefined): number[] {
  if (words.count === 0) return []
  if (words.count < nearWords) return [exactKey(words, voice ?? 0)]
  const [a = 0, b = 0, c = 0] = orders
  let [keyA, keyB, keyC] = [0, 0, 0]
  let [leastA, leastB, leastC] = [Infinity, Infinity, Infinity]
  for (let i = 0; i + 2 < words.count; i++) {
    const shingle = shingleAt(words, i)
    const inA = Math.imul(shingle ^ a, 0x27d4eb2f) >>> 0
    const inB = Math.imul(shingle ^ b, 0x165667b1) >>> 0
    const inC = Math.imul(shingle ^ c, 0x1b873593) >>> 0
    if (inA < leastA) {
      leastA = inA
      keyA = shingle
    }
    if (inB < leastB) {
      leastB = inB
      keyB = shingle
    }
    if (inC < leastC) {
      leastC = inC
      keyC = shingle
    }
  }
  return [(keyA >>> 0) * 4, (keyB >>> 0) * 4 + 1, (keyC >>> 0) * 4 + 2]
}

function exactKey({ count, hash }: Words, voice: number): number {
  let [low, high] = [voice | 0, count]
  for (let i = 0; i < count; i++) {
    low = mix(Math.imul(low, 31) ^ (hash[i] as number))
    high = mix(Math.imul(high, 0x01000193) + (hash[i] as number))
  }
  return -((low >>> 0) * 0x100000 + (high >>> 12)) - 1
}

/** Share of the shingles of both texts that they have in common, 0…1. Short texts: 1 where all words are the same. */
export function similarity(a: Words, b: Words): number {
  return compare(a, b).share
}

/**
 * Whether `later` repeats `original`. A quote under words of one's own is no copy, however long the quoted text: what
 * is new in the later text may be a greeting, a byline or a few hashtags, or three words in ten.
 */
export function isCopy(original: Words, later: Words): boolean {
  const { share, own } = compare(original, later)
  return share >= copyThreshold && own <= Math.max(fewWords, later.count * mostOwnWords)
}

/** `own`: shingles of `b` that are not in `a`. */
function compare(a: Words, b: Words): { share: number; own: number } {
  const none = { share: 0, own: b.count }
  if (a.count === 0 || b.count === 0) return none
  if (a.count < nearWords || b.count < nearWords) return isSame(a, b) ? { share: 1, own: 0 } : none
  const [inA, inB] = [shinglesOf(a), shinglesOf(b)]
  let both = 0
  for (const shingle of inB) if (inA.has(shingle)) both++
  return { share: both / (inA.size + inB.size - both), own: inB.size - both }
}

function isSame(a: Words, b: Words): boolean {
  if (a.count !== b.count) return false
  for (let i = 0; i < a.count; i++) if (a.hash[i] !== b.hash[i]) return false
  return true
}

function shinglesOf(words: Words): Set<number> {
  const shingles = new Set<number>()
  for (let i = 0; i + 2 < words.count; i++) shingles.add(shingleAt(words, i))
  return shingles
}

/** Words that outlive the next call of `readWords`. */
export function keepWords(title: string | null, text: string): Words {
  const { count, hash } = readWords(title, text)
  return { count, hash: hash.slice(0, count) }
}
