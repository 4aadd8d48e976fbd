import { createSpellings, makeRoom, numberOf, putAt } from '../text/spellings.ts'
import { addToHash, finish, HASH_SEED, hashText } from './hash.ts'

/**
 * Tokens of a post for classification: lower-cased words with letter runs squashed, placeholders for URLs, names and
 * numbers, emoji and emoticons as tokens of their own. One pass over UTF-16 units, no regular expression, so that a
 * text of any length takes time in proportion. Search has its own tokeniser: it must keep what this one blurs.
 */
export interface Tokens {
  /** of the lists, which may be longer */
  count: number
  /** normalised form; placeholders start with `<` */
  norm: string[]
  /** `hashText` of the normalised form */
  hash: number[]
  /** its number in this process, for what is kept word by word; below 0: it has none. Void with the next text. */
  word: number[]
  /** numberings so far: what was kept under the numbers of another one is void */
  epoch: number
  /** UTF-16 offsets into the text given */
  start: number[]
  end: number[]
  /** bit set of the `IS_` constants */
  flags: number[]
  /** the text had more than MAX_UNITS units and the middle was left out */
  clipped: boolean
}

export const IS_WORD = 1
export const IS_CAPS = 2
export const IS_LONG = 4
export const IS_HASHTAG = 8
export const IS_EMOJI = 16
/** a clause begins here: negation does not reach over it */
export const AFTER_BREAK = 32
export const IS_PLACEHOLDER = 64
/** a word of ASCII letters, digits and signs alone; not all of those are marked */
export const IS_ASCII = 128

/**
 * Longer texts are judged by their beginning and end; nobody reads more, and the answer stays fast. A text has at most as
 * many tokens.
 */
export const MAX_UNITS = 20_000
const TAIL_UNITS = 4_000
const MAX_WORD = 40

const SKIP = 0
const LETTER = 1
const DIGIT = 2
const BREAK = 3
const BANG = 4
const ASK = 5
const AT = 6
const HASH = 7
const QUOTE = 8
const FACE = 9
const SINGLE = 10
const SURROGATE = 11
const SYMBOL = 12
const AMPERSAND = 13
const MONEY = 14

const CLASS = buildClasses()

function buildClasses(): Uint8Array {
  const table = new Uint8Array(65_536)
  const set = (from: number, to: number, value: number): void => {
    table.fill(value, from, to + 1)
  }
  set(0x61, 0x7a, LETTER)
  set(0x41, 0x5a, LETTER)
  set(0xaa, 0xaa, LETTER)
  set(0xb5, 0xb5, LETTER)
  set(0xba, 0xba, LETTER)
  set(0xc0, 0x1fff, LETTER)
  set(0xd7, 0xd7, SKIP)
  set(0xf7, 0xf7, SKIP)
  set(0x2c00, 0x2dff, LETTER)
  set(0xa000, 0xd7ff, LETTER)
  set(0xf900, 0xfdff, LETTER)
  set(0xfe70, 0xfefe, LETTER)
  set(0xff21, 0xff3a, LETTER)
  set(0xff41, 0xff5a, LETTER)
  set(0x0e00, 0x0eff, SINGLE)
  set(0x3040, 0x30ff, SINGLE)
  set(0x3400, 0x9fff, SINGLE)
  set(0x2190, 0x21ff, SYMBOL)
  set(0x2300, 0x23ff, SYMBOL)
  set(0x2600, 0x27bf, SYMBOL)
  set(0x2b00, 0x2bff, SYMBOL)
  set(0x30, 0x39, DIGIT)
  set(0x660, 0x669, DIGIT)
  set(0x966, 0x96f, DIGIT)
  for (const code of [...'.,;)([]{}|"\n\r/\\*~«»“”„…'].map((c) => c.charCodeAt(0))) table[code] = BREAK
  for (const code of [0x060c, 0x061b, 0x06d4, 0x0964, 0x3001, 0x3002]) table[code] = BREAK
  for (const code of [...':;=<^-'].map((c) => c.charCodeAt(0))) table[code] = FACE
  for (const code of [...'$€£¥₹%'].map((c) => c.charCodeAt(0))) table[code] = MONEY
  for (const code of [0x21, 0xff01]) table[code] = BANG
  for (const code of [0x3f, 0x61f, 0xff1f]) table[code] = ASK
  for (const code of [0x27, 0x2019, 0x60]) table[code] = QUOTE
  table[0x40] = AT
  table[0xff20] = AT
  table[0x23] = HASH
  table[0xff03] = HASH
  table[0x26] = AMPERSAND
  set(0xd800, 0xdbff, SURROGATE)
  return table
}

export function createTokens(): Tokens {
  return { count: 0, norm: [], hash: [], word: [], epoch: 0, start: [], end: [], flags: [], clipped: false }
}

/** `out`: tokens that nobody needs any longer, for what reads very many texts. */
export function tokenise(text: string, out: Tokens = createTokens()): Tokens {
  makeRoom(spellings)
  if (names.length > spellings.size) names.length = spellings.size
  out.count = 0
  out.epoch = spellings.epoch
  out.clipped = text.length > MAX_UNITS
  if (!out.clipped) {
    scan(text, 0, text.length, out)
    return out
  }
  scan(text, 0, MAX_UNITS - TAIL_UNITS, out)
  scan(text, text.length - TAIL_UNITS, text.length, out)
  return out
}

function scan(text: string, from: number, to: number, out: Tokens): void {
  let i = from
  let pending = AFTER_BREAK
  while (i < to) {
    const kind = CLASS[text.charCodeAt(i)] ?? SKIP
    const before = out.count
    let next = i + 1
    if (kind === LETTER) next = readWord(text, i, to, pending, out)
    else if (kind === DIGIT) next = readNumber(text, i, to, pending, out)
    else if (kind === SKIP) {
      i = next
      continue
    } else next = readOther(text, i, to, kind, pending, out)
    if (out.count > before) pending = 0
    else if (kind === BREAK || kind === FACE) pending = AFTER_BREAK
    i = next
  }
}

function push(
  out: Tokens,
  norm: string,
  start: number,
  end: number,
  flags: number,
  hash: number = hashText(norm),
  word: number = numberOf(spellings, hash, norm, 0, norm.length),
): void {
  const i = out.count++
  out.norm[i] = norm
  out.hash[i] = hash
  out.word[i] = word
  out.start[i] = start
  out.end[i] = end
  out.flags[i] = flags
}

const spellings = createSpellings()
/** ASCII words by number, so that no string is made for a word that was met. */
const names: (string | undefined)[] = []

const ascii = Buffer.alloc(MAX_WORD)

function nameOf(word: number, text: string, from: number, to: number): string {
  if (word < 0) return text.slice(from, to).toLowerCase()
  const known = names[word]
  if (known !== undefined) return known
  // Made of its letters: a slice would keep the whole text alive.
  for (let i = from; i < to; i++) ascii[i - from] = lowered(text.charCodeAt(i))
  const name = ascii.toString('latin1', 0, to - from)
  putAt(names, word, name)
  return name
}

function readOther(text: string, i: number, to: number, kind: number, pending: number, out: Tokens): number {
  switch (kind) {
    case BANG:
    case ASK:
      return readMarks(text, i, to, pending, out)
    case AT:
      return readName(text, i, to, pending, out)
    case HASH:
      return readHashtag(text, i, to, pending, out)
    case FACE:
      return readFace(text, i, to, pending, out)
    case SINGLE:
      push(out, text.charAt(i), i, i + 1, IS_WORD | pending)
      return i + 1
    case SURROGATE:
      return readAstral(text, i, to, pending, out)
    case SYMBOL:
      return pushEmoji(text.charAt(i), i, i + 1, pending, out)
    case AMPERSAND:
      return readEntity(text, i, to, pending, out)
    case MONEY:
      push(out, text.charAt(i), i, i + 1, pending)
      return i + 1
    case BREAK:
      if (text.charCodeAt(i) === 0x2026 || (text.charCodeAt(i) === 0x2e && text.startsWith('..', i))) {
        return readDots(text, i, to, pending, out)
      }
      return i + 1
    default:
      return i + 1
  }
}

function readWord(text: string, i: number, to: number, pending: number, out: Tokens): number {
  if (isUrlAt(text, i)) return readUrl(text, i, to, pending, out)
  let end = i
  let run = 1
  let previous = -1
  let long = false
  let lower = false
  let upper = 0
  // Most words are, and their normal form is found by its hash, without making a string.
  let isAscii = true
  let hash = HASH_SEED
  const limit = Math.min(to, i + MAX_WORD)
  while (end < limit) {
    const code = text.charCodeAt(end)
    let isLetter = true
    if (code >= 0x61 && code <= 0x7a) lower = true
    else {
      const kind = CLASS[code] ?? SKIP
      isLetter = kind === LETTER
      if (!isLetter && kind !== DIGIT && code !== 0x5f) {
        if (kind !== QUOTE || end + 1 >= limit || CLASS[text.charCodeAt(end + 1)] !== LETTER || code === 0x60) break
      }
      if (code > 0x7f) isAscii = false
      if (code >= 0x61) lower = true
      else if (code >= 0x41) upper++
    }
    if (isLetter && (code | 32) === previous) long ||= ++run >= 3
    else run = 1
    previous = code | 32
    hash = addToHash(hash, lowered(code))
    end++
  }
  const caps = upper >= 2 && !lower ? IS_CAPS : 0
  if (isAscii && !long) {
    const sum = finish(hash)
    const word = numberOf(spellings, sum, text, i, end - i)
    push(out, nameOf(word, text, i, end), i, end, IS_WORD | IS_ASCII | caps | pending, sum, word)
    return end
  }
  let norm = text.slice(i, end).toLowerCase()
  if (norm.includes('’')) norm = norm.replaceAll('’', "'")
  if (long) norm = squash(norm)
  push(out, fold(norm), i, end, IS_WORD | caps | (long ? IS_LONG : 0) | pending)
  return end
}

function lowered(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code | 32 : code
}

/** "soooo" and "sooooooo" are one word; two letters stay, since "good" has them. */
function squash(word: string): string {
  let out = ''
  for (let i = 0; i < word.length; i++) {
    const c = word.charAt(i)
    if (c === word.charAt(i - 1) && c === word.charAt(i - 2)) continue
    out += c
  }
  return out
}

/** Arabic is written with and without vowel signs, with four forms of one letter. */
function fold(word: string): string {
  const code = word.charCodeAt(0)
  if (code < 0x600 || code > 0x6ff) return word
  let out = ''
  for (let i = 0; i < word.length; i++) {
    const c = word.charCodeAt(i)
    if ((c >= 0x64b && c <= 0x652) || c === 0x640) continue
    if (c === 0x622 || c === 0x623 || c === 0x625) out += 'ا'
    else if (c === 0x649) out += 'ي'
    else if (c === 0x629) out += 'ه'
    else out += word.charAt(i)
  }
  return out || word
}

function isUrlAt(text: string, i: number): boolean {
  const code = text.charCodeAt(i) | 32
  if (code === 0x77) return text.startsWith('www.', i)
  if (code !== 0x68 || !isHttpAt(text, i)) return false
  return CLASS[text.charCodeAt(i + 4)] !== LETTER || text.startsWith('s:', i + 4) || text.startsWith('s ', i + 4)
}

function isHttpAt(text: string, i: number): boolean {
  const [t, p] = [0x74, 0x70]
  const at = (k: number): number => text.charCodeAt(i + k) | 32
  return at(1) === t && at(2) === t && at(3) === p
}

function readUrl(text: string, i: number, to: number, pending: number, out: Tokens): number {
  let end = i
  while (end < to && text.charCodeAt(end) > 0x20 && text.charCodeAt(end) !== 0x22 && text.charCodeAt(end) !== 0x3e)
    end++
  push(out, '<url>', i, end, IS_PLACEHOLDER | pending)
  return end
}

function readNumber(text: string, i: number, to: number, pending: number, out: Tokens): number {
  let end = i
  let letters = 0
  while (end < to && end - i < MAX_WORD) {
    const code = text.charCodeAt(end)
    const kind = CLASS[code] ?? SKIP
    if (kind === LETTER) letters++
    else if (kind !== DIGIT) {
      const joins = code === 0x2e || code === 0x2c || code === 0x3a || code === 0x2f || code === 0x2d
      if (!joins || CLASS[text.charCodeAt(end + 1)] !== DIGIT) break
    }
    end++
  }
  if (letters === 0) {
    push(out, '<num>', i, end, IS_PLACEHOLDER | pending)
    return end
  }
  let norm = ''
  for (let k = i; k < end; k++) {
    const digit = CLASS[text.charCodeAt(k)] === DIGIT
    if (!digit || !norm.endsWith('0')) norm += digit ? '0' : text.charAt(k).toLowerCase()
  }
  push(out, norm, i, end, IS_WORD | pending)
  return end
}

function readMarks(text: string, i: number, to: number, pending: number, out: Tokens): number {
  let end = i
  let bangs = 0
  let asks = 0
  while (end < to) {
    const kind = CLASS[text.charCodeAt(end)]
    if (kind === BANG) bangs++
    else if (kind === ASK) asks++
    else break
    end++
  }
  const norm = bangs && asks ? '?!' : bangs > 1 ? '!!' : bangs ? '!' : asks > 1 ? '??' : '?'
  push(out, norm, i, end, pending | AFTER_BREAK)
  return end
}

function readDots(text: string, i: number, to: number, pending: number, out: Tokens): number {
  let end = i
  while (end < to && (text.charCodeAt(end) === 0x2e || text.charCodeAt(end) === 0x2026)) end++
  push(out, '…', i, end, pending | AFTER_BREAK)
  return end
}

function readName(text: string, i: number, to: number, pending: number, out: Tokens): number {
  let end = i + 1
  while (end < to && isNamePart(text.charCodeAt(end))) end++
  if (end === i + 1) return end
  push(out, '<user>', i, end, IS_PLACEHOLDER | pending)
  return end
}

function isNamePart(code: number): boolean {
  const kind = CLASS[code] ?? SKIP
  return kind === LETTER || kind === DIGIT || code === 0x5f
}

/** "#NotHappy" says "not happy": split at inner capitals, else kept whole. */
function readHashtag(text: string, i: number, to: number, pending: number, out: Tokens): number {
  let end = i + 1
  const limit = Math.min(to, i + 80)
  while (end < limit && isNamePart(text.charCodeAt(end))) end++
  if (end === i + 1) return end
  let from = i + 1
  let flags = IS_WORD | IS_HASHTAG | pending
  for (let k = i + 2; k <= end; k++) {
    const splits = k === end || (isUpper(text.charCodeAt(k)) && !isUpper(text.charCodeAt(k - 1)))
    if (!splits) continue
    const part = text.slice(from, k).toLowerCase()
    push(out, fold(squash(part)), from === i + 1 ? i : from, k, flags)
    flags = IS_WORD | IS_HASHTAG
    from = k
  }
  return end
}

function isUpper(code: number): boolean {
  return code >= 0x41 && code <= 0x5a
}

const MOUTHS: Readonly<Record<string, string>> = {
  ')': '<smile>',
  ']': '<smile>',
  '}': '<smile>',
  D: '<laugh>',
  '(': '<sad>',
  '[': '<sad>',
  '{': '<sad>',
  '/': '<unsure>',
  '\\': '<unsure>',
  '|': '<flat>',
  P: '<tongue>',
  p: '<tongue>',
  '*': '<kiss>',
  O: '<gasp>',
  o: '<gasp>',
  '@': '<angry>',
  $: '<unsure>',
  '3': '<smile>',
}

function readFace(text: string, i: number, to: number, pending: number, out: Tokens): number {
  const c = text.charAt(i)
  if (c === '<') {
    if (text.startsWith('<3', i)) return pushFace('<heart>', i, i + 2, pending, out)
    if (text.startsWith('</3', i)) return pushFace('<broken>', i, i + 3, pending, out)
    return i + 1
  }
  if (c === '^') return /^\^[_.-]?\^/.test(text.slice(i, i + 3)) ? pushFace('<smile>', i, i + 3, pending, out) : i + 1
  if (c === '-') return text.startsWith('-_-', i) ? pushFace('<flat>', i, i + 3, pending, out) : i + 1
  const previous = i > 0 ? CLASS[text.charCodeAt(i - 1)] : SKIP
  if (previous === DIGIT) return i + 1
  let at = i + 1
  let tears = false
  for (let k = 0; k < 2 && at < to; k++) {
    const code = text.charCodeAt(at)
    if (code !== 0x2d && code !== 0x27 && code !== 0x5e && code !== 0x2019) break
    tears ||= code === 0x27 || code === 0x2019
    at++
  }
  const mouth = at < to ? MOUTHS[text.charAt(at)] : undefined
  if (!mouth) return i + 1
  // ":Dog" and ":100" are no faces.
  const after = at + 1 < to ? CLASS[text.charCodeAt(at + 1)] : SKIP
  const isLetterMouth = (CLASS[text.charCodeAt(at)] ?? SKIP) <= DIGIT
  if (isLetterMouth && (after === LETTER || after === DIGIT)) return i + 1
  if (mouth === '<unsure>' && text.charAt(at + 1) === '/') return i + 1
  const wink = c === ';' && mouth === '<smile>' ? '<wink>' : mouth
  let end = at + 1
  while (end < to && text.charAt(end) === text.charAt(at)) end++
  return pushFace(tears && wink === '<sad>' ? '<cry>' : wink, i, end, pending, out)
}

function pushFace(norm: string, start: number, end: number, pending: number, out: Tokens): number {
  push(out, norm, start, end, IS_EMOJI | pending)
  return end
}

/** Emoji without skin tone and variation; other letters of the upper planes (fancy fonts of advertisers) as one mark. */
function readAstral(text: string, i: number, to: number, pending: number, out: Tokens): number {
  const low = i + 1 < to ? text.charCodeAt(i + 1) : 0
  if (low < 0xdc00 || low > 0xdfff) return i + 1
  const high = text.charCodeAt(i)
  if (high === 0xd83c && low >= 0xdffb) return i + 2
  if (high === 0xd835) {
    if (out.norm[out.count - 1] === '<styled>' && out.end[out.count - 1] === i) out.end[out.count - 1] = i + 2
    else push(out, '<styled>', i, i + 2, IS_PLACEHOLDER | pending)
    return i + 2
  }
  if (high >= 0xd83c && high <= 0xd83e) return pushEmoji(text.slice(i, i + 2), i, i + 2, pending, out)
  push(out, text.slice(i, i + 2), i, i + 2, IS_WORD | pending)
  return i + 2
}

/** A row of the same emoji is one token, reaching to the last: three hearts are louder, not three statements. */
function pushEmoji(emoji: string, start: number, end: number, pending: number, out: Tokens): number {
  const last = out.count - 1
  if (last >= 0 && out.norm[last] === emoji && start - (out.end[last] ?? 0) <= 2) {
    out.end[last] = end
    out.flags[last] = (out.flags[last] ?? 0) | IS_LONG
    return end
  }
  push(out, emoji, start, end, IS_EMOJI | pending)
  return end
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' }

function readEntity(text: string, i: number, to: number, pending: number, out: Tokens): number {
  const semi = text.slice(i + 1, Math.min(to, i + 7)).indexOf(';')
  const name = semi > 0 ? text.slice(i + 1, i + 1 + semi) : ''
  const char = ENTITIES[name]
  if (char === '<' && text.startsWith('3', i + 2 + semi)) return pushFace('<heart>', i, i + 3 + semi, pending, out)
  if (char === '&' || name === '') push(out, '&', i, char ? i + 2 + semi : i + 1, pending)
  return char ? i + 2 + semi : i + 1
}
