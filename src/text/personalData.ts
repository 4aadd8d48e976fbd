export const personalDataKinds = ['email', 'iban', 'card', 'ip', 'phone'] as const
export type PersonalDataKind = (typeof personalDataKinds)[number]

export interface PersonalData {
  kind: PersonalDataKind
  /** UTF-16 offsets into the text. */
  start: number
  end: number
}

/**
 * What identifies a person or an account by itself: e-mail addresses, IBANs (ISO 13616 check digits), card numbers
 * (ISO/IEC 7812, Luhn), IP addresses, and telephone numbers written as such (E.164 with + or 00, or grouped national
 * ones). Names, handles and postal addresses are not looked for: too many are public, and guessing hides the message.
 * Each pattern is linear: starts only at a boundary, every run is bounded.
 */
export function findPersonalData(text: string): PersonalData[] {
  const found: PersonalData[] = []
  for (const { kind, pattern, holds } of patterns) {
    for (const match of text.matchAll(pattern)) {
      const start = match.index
      const end = start + match[0].length
      if (!holds(match[0]) || found.some((one) => start < one.end && end > one.start)) continue
      found.push({ kind, start, end })
    }
  }
  return found.toSorted((a, b) => a.start - b.start)
}

const marks: Record<PersonalDataKind, string> = {
  email: '[e-mail]',
  iban: '[IBAN]',
  card: '[card number]',
  ip: '[IP address]',
  phone: '[phone]',
}

/** The text with each find replaced by its kind; the same string when there is none. Masking twice changes nothing. */
export function maskPersonalData(text: string): string {
  const found = findPersonalData(text)
  if (found.length === 0) return text
  // What stood against something masked may be seen only now; each round leaves fewer digits and @.
  return maskPersonalData(replaceAll(text, found))
}

function replaceAll(text: string, found: readonly PersonalData[]): string {
  let masked = ''
  let at = 0
  for (const { kind, start, end } of found) {
    masked += text.slice(at, start) + marks[kind]
    at = end
  }
  return masked + text.slice(at)
}

interface Pattern {
  kind: PersonalDataKind
  pattern: RegExp
  holds(match: string): boolean
}

/** The surest first: what one has taken, the next does not look at. A leading @ makes `@ann@mastodon.example` a handle. */
const patterns: readonly Pattern[] = [
  {
    kind: 'email',
    pattern:
      /(?<![\p{L}\p{N}._%+@-])[\p{L}\p{N}](?:[\p{L}\p{N}._%+'-]{0,62}[\p{L}\p{N}_+-])?@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}-])/gu,
    holds: () => true,
  },
  {
    kind: 'iban',
    pattern: /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![\p{L}\p{N}])/gu,
    holds: isIban,
  },
  {
    // In one piece, in fours, or 4-6-4 and 4-6-5 (American Express, Diners Club).
    kind: 'card',
    pattern:
      /(?<![\p{L}\p{N}.,+-]|\d )(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5})(?![\p{L}\p{N}]|[ .,-]\d)/gu,
    holds: isCard,
  },
  {
    kind: 'ip',
    pattern: /(?<![\p{L}\p{N}.])\d{1,3}(?:\.\d{1,3}){3}(?![\p{L}\p{N}]|\.\d)/gu,
    holds: (text) => text.split('.').every((part) => Number(part) < 256),
  },
  {
    kind: 'ip',
    pattern: /(?<![\p{L}\p{N}:.])(?:[0-9A-Fa-f]{1,4})?(?::{1,2}[0-9A-Fa-f]{1,4}){2,7}(?![\p{L}\p{N}:])/gu,
    holds: (text) => URL.canParse(`http://[${text}]/`),
  },
  {
    kind: 'phone',
    pattern: /(?<![\p{L}\p{N}.,+/:#-]|\d )(?:\+|00)[1-9]\d{0,2}(?:[ ./-]?\(?\d{1,5}\)?){2,6}(?![\p{L}\p{N}])/gu,
    holds: (text) => digitsBetween(text.replace(/^00/, ''), 8, 15),
  },
  {
    kind: 'phone',
    pattern:
      /(?<![\p{L}\p{N}.,+/:#-]|\d )(?:\(0?\d{2,4}\)[ -]?|0\d{2,4}[ /-]|[2-9]\d{2}-)\d{3,4}(?:[ -]?\d{2,5}){1,3}(?![\p{L}\p{N}]|[.,:/-]\d)/gu,
    holds: (text) => digitsBetween(text, 9, 13),
  },
]

function digitsBetween(text: string, least: number, most: number): boolean {
  const digits = text.replace(/\D/g, '').length
  return digits >= least && digits <= most
}

/** ISO 7064 mod 97-10 over the rearranged number. */
function isIban(text: string): boolean {
  const compact = text.replaceAll(' ', '')
  if (compact.length < 15 || compact.length > 34) return false
  let rest = 0
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest === 1
}

/** Luhn, in the ranges that card networks use: 3 to 6 in front, and Mastercard's 2221 to 2720. */
function isCard(text: string): boolean {
  const digits = text.replace(/\D/g, '')
  const head = Number(digits.slice(0, 4))
  if (!(/^[3-6]/.test(digits) || (head >= 2221 && head <= 2720))) return false
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index])
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
