import { putAt } from '../text/spellings.ts'
import { type Phrase, phrasesFrom } from './cues.ts'
import { addToHash, finish, hashText, mix } from './hash.ts'
import { BOOSTERS, type Lexicon, isNegator } from './lexicon.ts'
import { AFTER_BREAK, IS_EMOJI, IS_WORD, tokenise, type Tokens } from './tokenise.ts'

/** What a token is, as the signals count it: words, emoji, and the signs that say something by themselves. */
export const OTHER = 0
export const WORD = 1
export const EMOJI = 2
export const BANG = 3
export const BANGS = 4
export const ASK = 5
export const ASKS = 6
export const ASK_BANG = 7
export const DOTS = 8
export const URL = 9
export const USER = 10
export const NUMBER = 11
const KINDS = 12
const SIGNS: Readonly<Record<string, number>> = {
  '!': BANG,
  '!!': BANGS,
  '?': ASK,
  '??': ASKS,
  '?!': ASK_BANG,
  '…': DOTS,
  '<url>': URL,
  '<user>': USER,
  '<num>': NUMBER,
}

/** What a token means, besides what its letters say. */
export interface Entry {
  kind: number
  vader: number
  afinn: number
  pattern: number
  emoji: number
  isNegator: boolean
  isBut: boolean
  boost: number
  /** cues that begin with it */
  phrases: readonly Phrase[]
}

/** A text ready for every head. Lists may be longer than their count says. */
export interface Doc {
  tokens: Tokens
  count: number
  entries: Entry[]
  /** 1 within the reach of a negation */
  negated: Uint8Array
  /** rows of the convolution's table; -1: unknown word */
  rows: Int32Array
  /** how many tokens there are of each kind */
  tally: Int32Array
  /** hashes of word 1-3-grams, negation-scoped unigrams */
  words: Int32Array
  wordCount: number
}

const NO_TOKENS = tokenise('')

/** Room for a text of so many tokens. */
export function createDoc(room: number): Doc {
  return {
    tokens: NO_TOKENS,
    count: 0,
    entries: [],
    negated: new Uint8Array(room),
    rows: new Int32Array(room),
    tally: new Int32Array(KINDS),
    words: new Int32Array(3 * room),
    wordCount: 0,
  }
}

/** Tokens of a kind. */
export function countOf({ tally }: Doc, kind: number): number {
  return tally[kind] ?? 0
}

const NEGATED_SEED = 0x5bd1e995
const BEGIN = hashText('<s>')
/** Negation reaches this many tokens within its clause. */
export const REACH = 6

const MEANINGLESS: Entry = {
  kind: WORD,
  vader: 0,
  afinn: 0,
  pattern: 0,
  emoji: 0,
  isNegator: false,
  isBut: false,
  boost: 0,
  phrases: [],
}

/** Turns texts of one language into features; pure but for a cache of words that cannot change an answer. */
export class Featuriser {
  /** by number of the word; most words share the one that means nothing */
  private readonly kept: (Entry | undefined)[] = []
  private keptRows = new Int32Array(0)
  private epoch = 0
  private readonly own: ReadonlyMap<string, readonly number[]> | undefined
  private readonly emoji: ReadonlyMap<string, readonly number[]> | undefined
  private readonly rows: ReadonlyMap<string, number> | undefined

  constructor(lexicon: Lexicon, lang: string, rows?: ReadonlyMap<string, number>) {
    this.own = lexicon.valences(lang)
    this.emoji = lexicon.valences('*')
    this.rows = rows
  }

  /** `out`: what nobody needs any longer, for what reads very many texts. */
  read(text: string, tokens: Tokens = tokenise(text), out: Doc = createDoc(tokens.count)): Doc {
    if (tokens.epoch !== this.epoch) this.kept.length = 0
    this.epoch = tokens.epoch
    const { count, word, hash, flags } = tokens
    const { entries, negated, rows, tally, words } = out
    tally.fill(0)
    let wordCount = 0
    let left = 0
    let pair = 0
    let previous = BEGIN
    // Indices are in range by construction; `as number` spares the hottest loops a check for undefined.
    for (let i = 0; i < count; i++) {
      const number = word[i] as number
      const entry = (number < 0 ? undefined : this.kept[number]) ?? this.keep(tokens, i)
      entries[i] = entry
      rows[i] = number < 0 ? this.rowOf(tokens, i) : (this.keptRows[number] as number)
      tally[entry.kind] = (tally[entry.kind] as number) + 1
      if ((flags[i] as number) & AFTER_BREAK || entry.isBut) left = 0
      negated[i] = left > 0 ? 1 : 0
      if (entry.isNegator) left = REACH
      else if (left > 0) left--
      const h = hash[i] as number
      const bigram = mix(previous, h)
      words[wordCount++] = negated[i] === 1 ? mix(h, NEGATED_SEED) : h
      words[wordCount++] = bigram
      if (i > 0) words[wordCount++] = mix(pair, h)
      pair = bigram
      previous = h
    }
    out.tokens = tokens
    out.count = count
    out.wordCount = wordCount
    return out
  }

  private keep(tokens: Tokens, i: number): Entry {
    const number = tokens.word[i] ?? -1
    const entry = this.entryOf(tokens.norm[i] ?? '', tokens.flags[i] ?? 0)
    if (number < 0) return entry
    putAt(this.kept, number, entry)
    if (number >= this.keptRows.length) {
      const wide = new Int32Array(2 * number + 1024)
      wide.set(this.keptRows)
      this.keptRows = wide
    }
    this.keptRows[number] = this.rowOf(tokens, i)
    return entry
  }

  private rowOf({ norm }: Tokens, i: number): number {
    return this.rows?.get(norm[i] ?? '') ?? -1
  }

  private entryOf(norm: string, flags: number): Entry {
    const isWord = (flags & IS_WORD) !== 0
    const kind = isWord ? WORD : flags & IS_EMOJI ? EMOJI : (SIGNS[norm] ?? OTHER)
    const valence = this.own?.get(norm)
    const emoji = this.emoji?.get(norm)
    const phrases = phrasesFrom(norm)
    const negates = isWord && isNegator(norm)
    const boost = BOOSTERS.get(norm) ?? 0
    const isBut = norm === 'but'
    if (isWord && !valence && !emoji && !negates && !isBut && boost === 0 && phrases.length === 0) return MEANINGLESS
    return {
      kind,
      vader: valence?.[0] ?? 0,
      afinn: valence?.[1] ?? 0,
      pattern: valence?.[2] ?? 0,
      emoji: emoji?.[0] ?? 0,
      isNegator: negates,
      isBut,
      boost,
      phrases,
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
