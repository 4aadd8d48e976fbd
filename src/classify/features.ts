import { putAt } from '../text/spellings.ts'
import { addToHash, finish, hashText, mix } from './hash.ts'
import { BOOSTERS, type Lexicon, isNegator } from './lexicon.ts'
import { AFTER_BREAK, IS_EMOJI, IS_WORD, tokenise, type Tokens } from './tokenise.ts'

/** All that a head may want to know of one distinct token; cached, since posts repeat words. */
export interface Entry {
  norm: string
  hash: number
  /** see Tokens */
  word: number
  isWord: boolean
  isEmoji: boolean
  /** how many character 3-5-grams `_word_` has; 0 for what is no word */
  charCount: number
  vader: number
  afinn: number
  pattern: number
  emoji: number
  isNegator: boolean
  boost: number
  /** row of the convolution's table; -1: unknown word */
  row: number
}

/** A text ready for every head. Arrays have `count` items. */
export interface Doc {
  tokens: Tokens
  count: number
  entries: Entry[]
  /** 1 within the reach of a negation */
  negated: Uint8Array
  /** hashes of word 1-3-grams, negation-scoped unigrams */
  words: Int32Array
  wordCount: number
  charCount: number
}

const NEGATED_SEED = 0x5bd1e995
const BEGIN = hashText('<s>')
/** Negation reaches this many tokens within its clause. */
export const REACH = 6

/** Turns texts of one language into features; pure but for a cache of words that cannot change an answer. */
export class Featuriser {
  /** by number of the word; one takes about 250 bytes */
  private readonly kept: (Entry | undefined)[] = []
  private epoch = 0
  private readonly own: ReadonlyMap<string, readonly number[]> | undefined
  private readonly emoji: ReadonlyMap<string, readonly number[]> | undefined
  private readonly rows: ReadonlyMap<string, number> | undefined

  constructor(lexicon: Lexicon, lang: string, rows?: ReadonlyMap<string, number>) {
    this.own = lexicon.valences(lang)
    this.emoji = lexicon.valences('*')
    this.rows = rows
  }

  read(text: string, tokens: Tokens = tokenise(text)): Doc {
    if (tokens.epoch !== this.epoch) this.kept.length = 0
    this.epoch = tokens.epoch
    const count = tokens.count
    const entries: Entry[] = []
    for (let i = 0; i < count; i++) entries.push(this.kept[tokens.word[i] ?? -1] ?? this.make(tokens, i))
    return this.combine(tokens, entries)
  }

  /** Features of chosen tokens only, for asking what a text would be without one of them. */
  combine(tokens: Tokens, entries: Entry[]): Doc {
    const count = entries.length
    const negated = markNegated(entries, tokens)
    const words = new Int32Array(count * 3)
    let wordCount = 0
    let charCount = 0
    let h1 = BEGIN
    let pair = 0
    for (let i = 0; i < count; i++) {
      const entry = entries[i]
      if (!entry) continue
      const h = entry.hash
      words[wordCount++] = negated[i] ? mix(h, NEGATED_SEED) : h
      const bigram = mix(h1, h)
      words[wordCount++] = bigram
      if (i > 0) words[wordCount++] = mix(pair, h)
      pair = bigram
      h1 = h
      charCount += entry.charCount
    }
    return { tokens, count, entries, negated, words, wordCount, charCount }
  }

  private make(tokens: Tokens, i: number): Entry {
    const word = tokens.word[i] ?? -1
    const norm = tokens.norm[i] ?? ''
    const entry = this.entry(norm, tokens.flags[i] ?? 0, tokens.hash[i] ?? 0, word)
    if (word >= 0) putAt(this.kept, word, entry)
    return entry
  }

  private entry(norm: string, flags: number, hash: number, word: number): Entry {
    const isWord = (flags & IS_WORD) !== 0
    const valence = this.own?.get(norm)
    const emoji = this.emoji?.get(norm)
    return {
      norm,
      hash,
      word,
      isWord,
      isEmoji: (flags & IS_EMOJI) !== 0,
      charCount: isWord ? countCharGrams(norm) : 0,
      vader: valence?.[0] ?? 0,
      afinn: valence?.[1] ?? 0,
      pattern: valence?.[2] ?? 0,
      emoji: emoji?.[0] ?? 0,
      isNegator: isWord && isNegator(norm),
      boost: BOOSTERS.get(norm) ?? 0,
      row: this.rows?.get(norm) ?? -1,
    }
  }
}

const SHORTEST = 3
const LONGEST = 5
const CHAR_SEED = 0x9747b28c

/** 3- to 5-grams over the word with one boundary mark on each side: all of the shortest length first. */
export function charGrams(word: string): Int32Array {
  const padded = `_${word}_`
  const units = padded.length
  const out = new Int32Array(countCharGrams(word))
  const starts = [0, Math.max(0, units - 2), Math.max(0, units - 2) + Math.max(0, units - 3)] as const
  for (let i = 0; i + SHORTEST <= units; i++) {
    // A longer gram goes on with the hash of the shorter one at the same place.
    let h = CHAR_SEED
    for (let n = 1; n <= LONGEST && i + n <= units; n++) {
      h = addToHash(h, padded.charCodeAt(i + n - 1))
      if (n >= SHORTEST) out[(starts[n - SHORTEST] ?? 0) + i] = finish(h)
    }
  }
  return out
}

function countCharGrams(word: string): number {
  const units = word.length + 2
  return Math.max(0, units - 2) + Math.max(0, units - 3) + Math.max(0, units - 4)
}

function markNegated(entries: readonly Entry[], tokens: Tokens): Uint8Array {
  const negated = new Uint8Array(entries.length)
  let left = 0
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]
    if (!entry) continue
    if ((tokens.flags[i] ?? 0) & AFTER_BREAK || entry.norm === 'but') left = 0
    if (left > 0) {
      negated[i] = 1
      left--
    }
    if (entry.isNegator) left = REACH
  }
  return negated
}
