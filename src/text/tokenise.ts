// The scanner is one long function on purpose: it runs for every character of every mention, and splitting its
// inner loop costs a third of its speed.
import {
  DIGIT,
  EMOJI,
  LETTER,
  MARK,
  SEPARATOR,
  SIGIL,
  SOLO,
  UNDERSCORE,
  classAt,
  emojiEnd,
  isKeycapAt,
} from './charClass.ts'

export const KINDS = ['word', 'tag', 'mention', 'ticker', 'emoji', 'cjk'] as const
export type TokenKind = (typeof KINDS)[number]

export const WORD = 0
export const TAG = 1
export const MENTION = 2
export const TICKER = 3
export const EMOJI_TOKEN = 4
export const CJK = 5

/** One token. `start` and `end` are UTF-16 offsets into the text as given; `text` is that slice, sigil included. */
export interface Token {
  kind: TokenKind
  start: number
  end: number
  text: string
}

/**
 * Tokens as parallel arrays, reused from text to text. `hash` covers the slice with ASCII letters lowered, so a
 * matcher can look a token up without making a string.
 */
export interface TokenBuffer {
  count: number
  start: Int32Array
  end: Int32Array
  kind: Uint8Array
  hash: Int32Array
}

export function createTokenBuffer(capacity = 256): TokenBuffer {
  return {
    count: 0,
    start: new Int32Array(capacity),
    end: new Int32Array(capacity),
    kind: new Uint8Array(capacity),
    hash: new Int32Array(capacity),
  }
}

/** Splits a text into tokens (queries.md T1-T6). Linear in its length; never fails. */
export function tokenise(text: string): Token[] {
  const buffer = createTokenBuffer(Math.max(16, text.length >> 2))
  scan(text, buffer)
  const tokens: Token[] = []
  for (let i = 0; i < buffer.count; i++) {
    const start = buffer.start[i] as number
    const end = buffer.end[i] as number
    tokens.push({ kind: KINDS[buffer.kind[i] as number] ?? 'word', start, end, text: text.slice(start, end) })
  }
  return tokens
}

const LOWER = new Uint8Array(128)
const ASCII_CLASS = new Uint8Array(128)
for (let code = 0; code < 128; code++) {
  LOWER[code] = code >= 65 && code <= 90 ? code + 32 : code
  ASCII_CLASS[code] = classAt(String.fromCharCode(code), 0, code)
}
const SEED = 0x811c9dc5 | 0
const PRIME = 0x01000193

/** Hash of a slice as `scan` computes it: FNV-1a over UTF-16 units, ASCII letters lowered. */
export function hashSlice(text: string, start: number, end: number): number {
  let hash = SEED
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i)
    hash = Math.imul(hash ^ (code < 128 ? (LOWER[code] as number) : code), PRIME)
  }
  return hash
}

/** Fills `out` with the tokens of `text`, replacing what it held. */
export function scan(text: string, out: TokenBuffer): void {
  const length = text.length
  let count = 0
  let i = 0
  let previousEnd = -1
  while (i < length) {
    const code = text.charCodeAt(i)
    let kind = code < 128 ? (ASCII_CLASS[code] as number) : classAt(text, i, code)
    if (kind === SEPARATOR || kind === MARK) {
      i++
      continue
    }
    const start = i
    let hash = SEED
    let tokenKind = WORD
    if (kind === EMOJI || ((kind === DIGIT || code === 35) && isKeycapAt(text, i))) {
      i = emojiEnd(text, start)
      tokenKind = EMOJI_TOKEN
      if (i === start) {
        i++
        continue
      }
      hash = hashSlice(text, start, i)
    } else if (kind === SIGIL) {
      i = previousEnd === start ? start : sigilEnd(text, start)
      if (i === start) {
        i++
        continue
      }
      tokenKind = code === 35 || code === 0xff03 ? TAG : code === 36 ? TICKER : MENTION
      hash = hashSlice(text, start, i)
    } else if (kind === SOLO) {
      i = marksEnd(text, i + unitsOf(code))
      tokenKind = CJK
      hash = hashSlice(text, start, i)
    } else {
      do {
        const unit = text.charCodeAt(i)
        if (unit < 128) {
          kind = ASCII_CLASS[unit] as number
          if (kind !== LETTER && kind !== DIGIT && kind !== UNDERSCORE) break
          if (kind === DIGIT && i > start && text.charCodeAt(i + 1) > 127 && isKeycapAt(text, i)) break
          hash = Math.imul(hash ^ (LOWER[unit] as number), PRIME)
          i++
        } else {
          kind = classAt(text, i, unit)
          if (kind !== LETTER && kind !== DIGIT && kind !== MARK) break
          hash = Math.imul(hash ^ unit, PRIME)
          i++
          if (unit >= 0xd800 && unit <= 0xdbff) hash = Math.imul(hash ^ text.charCodeAt(i++), PRIME)
        }
      } while (i < length)
    }
    if (tokenKind !== EMOJI_TOKEN) previousEnd = i
    if (count === out.start.length) grow(out)
    out.start[count] = start
    out.end[count] = i
    out.kind[count] = tokenKind
    out.hash[count] = hash
    count++
  }
  out.count = count
}

function unitsOf(code: number): number {
  return code >= 0xd800 && code <= 0xdbff ? 2 : 1
}

function marksEnd(text: string, from: number): number {
  let i = from
  while (i < text.length) {
    const code = text.charCodeAt(i)
    if (code < 128 || classAt(text, i, code) !== MARK) break
    i += unitsOf(code)
  }
  return i
}

/** End of the tag, handle or ticker whose sigil stands at `start`; `start` when no letter follows (T4). */
function sigilEnd(text: string, start: number): number {
  let i = start + 1
  let hasLetter = false
  while (i < text.length) {
    const code = text.charCodeAt(i)
    const kind = classAt(text, i, code)
    if (kind === LETTER || kind === SOLO) hasLetter = true
    else if (kind === MARK && i === start + 1) break
    else if (kind !== DIGIT && kind !== UNDERSCORE && kind !== MARK) break
    if (kind === DIGIT && isKeycapAt(text, i)) break
    i += unitsOf(code)
  }
  return hasLetter ? i : start
}

function grow(out: TokenBuffer): void {
  const capacity = out.start.length * 2
  const widen = (old: Int32Array): Int32Array => {
    const wide = new Int32Array(capacity)
    wide.set(old)
    return wide
  }
  out.start = widen(out.start)
  out.end = widen(out.end)
  out.hash = widen(out.hash)
  const kinds = new Uint8Array(capacity)
  kinds.set(out.kind)
  out.kind = kinds
}
