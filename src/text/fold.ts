const ASCII = /^\p{ASCII}*$/u
const SELECTORS = /[\uFE0E\uFE0F]/g
const SKIN_TONES = /[\u{1F3FB}-\u{1F3FF}]/gu
const ACCENTED = /([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])(\p{M}+)/gu
/** Hebrew points and cantillation, Arabic vowel signs and Quranic marks. Hamza and madda are letters and stay. */
const VOWEL_POINTS =
  /[\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A\u064B-\u0652\u0656-\u065F\u0670\u06D6-\u06DC\u06DF-\u06E4\u06E7\u06E8\u06EA-\u06ED]/g
const UNDECOMPOSED: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ς: 'σ',
}
const UNDECOMPOSED_LETTERS = /[ßæœøłđðþıς]/g
const BREVE = '\u0306'

/** True when every unit is below 128, so that no Unicode work is needed. */
export function isAscii(text: string): boolean {
  return ASCII.test(text)
}

/** NFC without variation selectors, letter case kept: the form `case:` compares (queries.md T1, T5, C1). */
export function exactForm(token: string): string {
  return isAscii(token) ? token : token.replace(SELECTORS, '').normalize('NFC')
}

/** NFC and lower case, accents kept: the form compared with folding off. Final sigma is sigma, as upper case shows. */
export function plainForm(token: string): string {
  if (isAscii(token)) return token.toLowerCase()
  return exactForm(token).toLowerCase().replaceAll('ς', 'σ').normalize('NFC')
}

/**
 * The form compared with folding on (queries.md F1-F3): NFKC, lower case, accents of Latin, Greek and Cyrillic and the
 * vowel points of Hebrew and Arabic dropped, letters without a decomposition spelt out; й and ў stay letters.
 */
export function fold(token: string): string {
  if (isAscii(token)) return token.toLowerCase()
  const folded = token
    .replace(SELECTORS, '')
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(ACCENTED, keepShortI)
    .replace(UNDECOMPOSED_LETTERS, (letter) => UNDECOMPOSED[letter] ?? letter)
    .replace(VOWEL_POINTS, '')
    .replace(SKIN_TONES, '')
    .normalize('NFKC')
  return folded === '' ? plainForm(token) : folded
}

function keepShortI(_: string, base: string, marks: string): string {
  return (base === 'и' || base === 'у') && marks.includes(BREVE) ? base + BREVE : base
}
