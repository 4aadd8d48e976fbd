import { topLevelDomains } from './topLevelDomains.ts'

export interface UrlSpan {
  /** UTF-16 offsets, end exclusive. */
  start: number
  end: number
  url: string
}

/** The links that X finds in a text, with or without a scheme: the grammar of twitter-text 3.1. */
export function findUrls(text: string): UrlSpan[] {
  if (!text.includes('.')) return []
  const found: UrlSpan[] = []
  const pattern = new RegExp(validUrl().source, 'giu')
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const { before = '', url = '', scheme, domain = '', path } = match.groups ?? {}
    const start = match.index + before.length
    if (scheme === undefined)
      found.push(...findWithoutScheme(before, domain, start, path === undefined ? url : undefined, match))
    else pushValid(found, trimShortLink(url), start, domain)
    // The character that ends one link may be the one that precedes the next.
    if (pattern.lastIndex > match.index + 1) pattern.lastIndex -= 1
  }
  return withoutOverlap(found)
}

/** Without a scheme only ASCII names count, so `twitter.comこれ` has a link and stray letters beside it. */
function findWithoutScheme(
  before: string,
  domain: string,
  start: number,
  whole: string | undefined,
  match: RegExpExecArray,
): UrlSpan[] {
  if (/[-_./]$/u.test(before)) return []
  const spans: UrlSpan[] = []
  let last: UrlSpan | undefined
  for (const name of domain.matchAll(asciiDomain())) {
    last = { start: start + name.index, end: start + name.index + name[0].length, url: name[0] }
    if (hasValidLabels(name[0])) spans.push(last)
  }
  // Port, path and query belong to the last name, when nothing foreign stands between.
  const rest = (match.groups?.['url'] ?? '').slice(domain.length)
  const end = start + domain.length
  if (whole === undefined && last && spans.at(-1) === last && last.end === end) {
    last.url += rest
    last.end += rest.length
  }
  return spans
}

function pushValid(found: UrlSpan[], url: string, start: number, domain: string): void {
  if (hasValidLabels(domain)) found.push({ start, end: start + url.length, url })
}

/** Links of t.co end with their key, whatever follows. */
function trimShortLink(url: string): string {
  return /^https?:\/\/t\.co\/[a-z0-9]{1,40}/iu.exec(url)?.[0] ?? url
}

/** A label has at most 63 characters in its ASCII spelling. */
function hasValidLabels(domain: string): boolean {
  try {
    return new URL(`http://${domain}`).hostname.split('.').every((label) => label.length <= 63)
  } catch {
    return false
  }
}

function withoutOverlap(spans: UrlSpan[]): UrlSpan[] {
  return spans.filter((span, at) => at === 0 || span.start >= (spans[at - 1]?.end ?? 0))
}

const spaces = '\\u0009-\\u000D\\u0020\\u0085\\u00A0\\u1680\\u180E\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000'
const directional = '\\u202A-\\u202E\\u061C\\u200E\\u200F\\u2066-\\u2069'
const invalid = '\\uFFFE\\uFEFF\\uFFFF'
const punctuation = "!'#%&()*+,\\\\\\-./:;<=>?@\\[\\]\\^_\\{\\|\\}~$"
const domainCharacter = `[^${punctuation}${spaces}${invalid}${directional}\\u0000-\\u001F]`
const accented =
  '\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u024F\\u0253\\u0254\\u0256\\u0257\\u0259\\u025B\\u0263\\u0268\\u026F\\u0272\\u0289\\u028B\\u02BB\\u0300-\\u036F\\u1E00-\\u1EFF'
const cyrillic = '\\u0400-\\u04FF'
const pathCharacter = `[a-z${cyrillic}0-9!*';:=+,.$\\/%#\\[\\]\\-\\u2013_~@\\|&${accented}]`
const parentheses = `\\((?:${pathCharacter}+|${pathCharacter}*\\(${pathCharacter}+\\)${pathCharacter}*)\\)`
const pathEnd = `(?:[+\\-a-z${cyrillic}0-9=_#\\/${accented}]|${parentheses})`
const path = `(?:${pathCharacter}*(?:${parentheses}${pathCharacter}*)*${pathEnd}|@${pathCharacter}+\\/)`
const query = `\\?[a-z0-9!?*'@();:&=+$\\/%#\\[\\]\\-_.,~\\|]*[a-z0-9\\-_&=#\\/]`

// Built when first needed: 1,500 alternatives, and most pages never count a link.
let patterns: { url: RegExp; ascii: RegExp } | undefined

function buildPatterns(): { url: RegExp; ascii: RegExp } {
  const names = topLevelDomains.toSorted((a, b) => b.length - a.length).join('|')
  const top = `(?:(?:${names}|xn--[\\-0-9a-z]+)(?=[^0-9a-zA-Z@+\\-]|$))`
  const subdomain = `(?:(?:${domainCharacter}(?:[_\\-]|${domainCharacter})*)?${domainCharacter}\\.)`
  const name = `(?:(?:${domainCharacter}(?:-|${domainCharacter})*)?${domainCharacter}\\.)`
  const preceding = `(?:[^A-Za-z0-9@＠$#＃${invalid}]|[${directional}]|^)`
  return {
    url: new RegExp(
      `(?<before>${preceding})(?<url>(?<scheme>https?:\\/\\/)?(?<domain>${subdomain}*${name}${top})(?::[0-9]+)?(?<path>\\/${path}*)?(?:${query})?)`,
      'giu',
    ),
    ascii: new RegExp(`(?:[\\-a-z0-9${accented}]+\\.)+${top}`, 'giu'),
  }
}

function validUrl(): RegExp {
  patterns ??= buildPatterns()
  return patterns.url
}

function asciiDomain(): RegExp {
  patterns ??= buildPatterns()
  return patterns.ascii
}
