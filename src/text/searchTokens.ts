import { fold } from './fold.ts'
import { stem, stemLanguage, type StemLanguage } from './stem.ts'
import { KINDS, type TokenKind } from './tokenise.ts'
import {
  absent,
  createTitled,
  createWordNumbers,
  freshen,
  readTitled,
  wordEpoch,
  type WordedText,
  type WordNumbers,
} from './words.ts'

/**
 * Encoding of tokens for the full-text index. SQLite's FTS5 (unicode61) and PostgreSQL's 'simple' configuration cut
 * text by different rules, so they are only given lexemes of `[a-z0-9]` that begin with a letter; both then see
 * exactly one lexeme per token. `a`-`y` and digits stand for themselves, every other UTF-16 unit is `z` + 4 hex
 * digits, so a prefix of a token is a prefix of its lexeme.
 *
 * The first letter says what the lexeme is:
 * - `w` stem of the folded token, in text order (phrases can be searched as phrases)
 * - `e` emoji, in text order
 * - after the text, once per text: `x` folded token where it differs from its stem (prefix search),
 *   `t` tag, `m` mention, `k` ticker (folded, without sigil)
 */
export const LONGEST_LEXEME_UNITS = 300

/** Tokens indexed per text: PostgreSQL allows positions up to 16,383 and 1 MB per tsvector. */
export const MAX_SEARCH_TOKENS = 10_000

const SIGIL_LETTERS: Partial<Record<TokenKind, string>> = { tag: 't', mention: 'm', ticker: 'k' }

/** Lexeme of a folded form under one of the letters above. */
export function encodeLexeme(letter: string, form: string): string {
  let out = letter
  const length = Math.min(form.length, LONGEST_LEXEME_UNITS)
  for (let i = 0; i < length; i++) {
    const code = form.charCodeAt(i)
    const isPlain = (code >= 97 && code <= 121) || (code >= 48 && code <= 57)
    out += isPlain ? form[i] : 'z' + code.toString(16).padStart(4, '0')
  }
  return out
}

/**
 * The text as the full-text index stores it: lexemes joined by blanks. Index this string as it is, with unicode61 or
 * to_tsvector('simple', …), and search it with `planSearch`.
 */
export function searchTokens(text: string, lang?: string): string {
  readTitled(own, '', text)
  return searchTokensOf(own.text, lang)
}

const own = createTitled()

/** The same of a text that has been read. */
export function searchTokensOf(read: WordedText, lang?: string): string {
  if (read.epoch !== wordEpoch()) return searchTokens(read.text, lang)
  const { text, tokens, words } = read
  const language = stemLanguage(lang)
  const store = storeOf(language)
  const kept = store.words.values
  const count = Math.min(tokens.count, MAX_SEARCH_TOKENS)
  generation++
  extras.length = 0
  let used = 0
  for (let i = 0; i < count; i++) {
    const word = words[i] as number
    let place = word < 0 ? absent : (kept[word] as number)
    if (place === absent) {
      place = addLexemes(store, text.slice(tokens.start[i], tokens.end[i]), tokens.kind[i] as number, language)
      if (word >= 0) kept[word] = place
    }
    // At a place: start of the lexeme in text order, its length, number of the others, the others.
    const { numbers } = store
    used = write(store, numbers[place] as number, numbers[place + 1] as number, used, i > 0)
    const others = numbers[place + 2] as number
    for (let k = 0; k < others; k++) noteExtra(store, numbers[place + 3 + k] as number)
  }
  for (const extra of extras)
    used = write(store, store.extraStarts[extra] as number, store.extraLengths[extra] as number, used, used > 0)
  return out.toString('latin1', 0, used)
}

/** Lexemes by word, of one language. Words repeat: working one out costs many times as much as copying it. */
interface LexemeStore {
  words: WordNumbers
  numbers: number[]
  /** ASCII, one lexeme after the other. */
  bytes: Uint8Array
  used: number
  extraIds: Map<string, number>
  extraStarts: number[]
  extraLengths: number[]
  /** The text that an extra lexeme was last noted for. */
  noted: number[]
}

const stores: Partial<Record<StemLanguage, LexemeStore>> = {}
let generation = 0
/** Extra lexemes of the text in hand, each once, as they come. */
const extras: number[] = []
let out = Buffer.alloc(4096)
/** Bytes kept before a language starts afresh: tokens too long to have a number are added each time. */
const mostBytes = 8_000_000

function storeOf(language: StemLanguage): LexemeStore {
  let store = stores[language]
  if (!store || store.words.epoch !== wordEpoch() || store.used > mostBytes) {
    store = {
      words: createWordNumbers(),
      numbers: [],
      bytes: new Uint8Array(65_536),
      used: 0,
      extraIds: new Map(),
      extraStarts: [],
      extraLengths: [],
      noted: [],
    }
    stores[language] = store
  }
  freshen(store.words)
  return store
}

function write({ bytes }: LexemeStore, start: number, length: number, at: number, isNext: boolean): number {
  if (at + length + 1 > out.length) {
    const wide = Buffer.alloc((at + length + 1) * 2)
    wide.set(out)
    out = wide
  }
  let to = at
  if (isNext) out[to++] = 32
  for (let i = 0; i < length; i++) out[to++] = bytes[start + i] as number
  return to
}

function noteExtra(store: LexemeStore, extra: number): void {
  if (store.noted[extra] === generation) return
  store.noted[extra] = generation
  extras.push(extra)
}

function addLexemes(store: LexemeStore, token: string, kind: number, language: StemLanguage): number {
  const { inOrder, extra } = readLexemes(token, KINDS[kind] ?? 'word', language)
  const place = store.numbers.length
  const start = addBytes(store, inOrder)
  store.numbers.push(start, inOrder.length, extra.length)
  for (const lexeme of extra) store.numbers.push(extraId(store, lexeme))
  return place
}

function extraId(store: LexemeStore, lexeme: string): number {
  const known = store.extraIds.get(lexeme)
  if (known !== undefined) return known
  const id = store.extraIds.size
  store.extraIds.set(lexeme, id)
  store.extraStarts[id] = addBytes(store, lexeme)
  store.extraLengths[id] = lexeme.length
  store.noted[id] = 0
  return id
}

function addBytes(store: LexemeStore, lexeme: string): number {
  const start = store.used
  store.used += lexeme.length
  if (store.used > store.bytes.length) {
    const wide = new Uint8Array(store.used * 2)
    wide.set(store.bytes)
    store.bytes = wide
  }
  for (let i = 0; i < lexeme.length; i++) store.bytes[start + i] = lexeme.charCodeAt(i)
  return start
}

interface Lexemes {
  inOrder: string
  /** In the order in which they follow the text. */
  extra: readonly string[]
}

function readLexemes(token: string, kind: TokenKind, language: StemLanguage): Lexemes {
  const sigil = SIGIL_LETTERS[kind]
  const folded = fold(sigil === undefined ? token : token.slice(1))
  if (kind === 'emoji') return { inOrder: encodeLexeme('e', folded), extra: [] }
  const stemmed = stem(folded, language)
  const extra: string[] = []
  if (stemmed !== folded) extra.push(encodeLexeme('x', folded))
  if (sigil !== undefined) extra.push(encodeLexeme(sigil, folded))
  return { inOrder: encodeLexeme('w', stemmed), extra }
}
