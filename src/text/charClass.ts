/** What a character is to the tokeniser. Plain numbers, because the scanner compares them for every character. */
export const SEPARATOR = 1
export const LETTER = 2
export const DIGIT = 3
export const UNDERSCORE = 4
export const MARK = 5
/** One token per character: Han, kana, Thai, Lao, Khmer, Myanmar. */
export const SOLO = 6
/** `#`, `@`, `$` */
export const SIGIL = 7
/** May begin an emoji; `matchEmoji` decides. */
export const EMOJI = 8

const LETTERS = /^\p{L}$/u
const NUMBERS = /^\p{N}$/u
const MARKS = /^\p{M}$/u
const SOLO_LETTERS =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30FC\uFF70]$/u
/** ™, ©, dashes and the like are emoji to Unicode but punctuation to a reader: "acme™ support" stays a phrase. */
const NOT_EMOJI = /^(?:[\d*]|#|©|®|™|‼|⁉|ℹ|〰|〽|㊗|㊙|\p{Emoji_Modifier})$/v
const EMOJI_START =
  /^(?:[\p{Emoji}&&\p{Extended_Pictographic}]|\p{Regional_Indicator}|[\p{Extended_Pictographic}&&[\u{1F000}-\u{1FAFF}]])$/v

function classify(char: string): number {
  const code = char.codePointAt(0) ?? 0
  // Half-width voicing marks are letters to Unicode but belong to the kana before them.
  if (code === 0xff9e || code === 0xff9f) return MARK
  if (MARKS.test(char)) return MARK
  if (LETTERS.test(char) || NUMBERS.test(char)) {
    if (SOLO_LETTERS.test(char)) return SOLO
    return NUMBERS.test(char) ? DIGIT : LETTER
  }
  if (char === '_') return UNDERSCORE
  if (char === '#' || char === '@' || char === '$' || char === '＃' || char === '＠') return SIGIL
  if (EMOJI_START.test(char) && !NOT_EMOJI.test(char)) return EMOJI
  return SEPARATOR
}

const basic = new Uint8Array(65_536)
const astral = new Map<number, number>()

for (let code = 0; code < 128; code++) basic[code] = classify(String.fromCharCode(code))

/** The class of the character at `index`; `code` is its UTF-16 unit. Surrogate pairs are read whole. */
export function classAt(text: string, index: number, code: number): number {
  const known = basic[code] as number
  if (known !== 0) return known
  if (code >= 0xd800 && code <= 0xdbff) return classOfPair(text, index)
  const found = code >= 0xdc00 && code <= 0xdfff ? SEPARATOR : classify(String.fromCharCode(code))
  basic[code] = found
  return found
}

function classOfPair(text: string, index: number): number {
  const point = text.codePointAt(index) ?? 0
  if (point <= 0xffff) return SEPARATOR
  let found = astral.get(point)
  if (found === undefined) {
    found = classify(String.fromCodePoint(point))
    astral.set(point, found)
  }
  return found
}

const EMOJI_SEQUENCE =
  /(?:\p{Regional_Indicator}{2}|\p{Regional_Indicator}|[0-9#*]\uFE0F?\u20E3|\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|[\uFE0E\uFE0F])?\u20E3?[\u{E0020}-\u{E007F}]*(?:\u200D[\p{Extended_Pictographic}](?:\p{Emoji_Modifier}|[\uFE0E\uFE0F])?)*)/uy

/** End of the emoji sequence that begins at `index` (one grapheme), or `index` when there is none. */
export function emojiEnd(text: string, index: number): number {
  EMOJI_SEQUENCE.lastIndex = index
  return EMOJI_SEQUENCE.test(text) ? EMOJI_SEQUENCE.lastIndex : index
}

/** True where a digit, `#` or `*` at `index` is the base of a keycap emoji. */
export function isKeycapAt(text: string, index: number): boolean {
  const next = text.charCodeAt(index + 1)
  return next === 0x20e3 || (next === 0xfe0f && text.charCodeAt(index + 2) === 0x20e3)
}
