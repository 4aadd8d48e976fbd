import type { FieldLeaf, FieldTest } from './ast.ts'
import type { MatchDocument } from './document.ts'

/** Whether a field predicate holds. An absent field makes it false, whatever it asks (queries.md A3). */
export function fieldHolds(leaf: FieldLeaf, document: MatchDocument): boolean {
  const { field, test } = leaf
  if (test.op !== 'is') {
    const value = field === 'date' ? dateOf(document) : numberOf(document, field)
    return value !== undefined && compares(test, value)
  }
  switch (field) {
    case 'author':
      return authorsOf(document).some((name) => sameName(name, test))
    case 'lang':
      return textsOf(document, 'lang').some((lang) => isLanguage(lang, test.value))
    case 'site':
      return urlsOf(document.url).some((url) => isUnder(url, test.value))
    case 'links':
      return linksOf(document).some((url) => isUnder(url, test.value))
    case 'is':
    case 'has':
      return flagHolds(document, field, lower(test.value))
    default:
      return textsOf(document, field).some((value) => sameText(value, test))
  }
}

const lower = (text: string): string => text.normalize('NFC').toLowerCase()

function sameText(value: string, test: { value: string; prefix: boolean }): boolean {
  return test.prefix ? lower(value).startsWith(lower(test.value)) : lower(value) === lower(test.value)
}

/** Whole handle or name; letter case and a leading @ do not matter (A1). */
function sameName(name: string, test: { value: string; prefix: boolean }): boolean {
  return sameText(name.replace(/^@/, ''), { value: test.value.replace(/^@/, ''), prefix: test.prefix })
}

/** `en` matches en and en-…, `en-GB` only itself (A2). */
function isLanguage(lang: string, wanted: string): boolean {
  const have = lower(lang).replaceAll('_', '-')
  const want = lower(wanted).replaceAll('_', '-')
  return have === want || (!want.includes('-') && have.startsWith(`${want}-`))
}

export function compares(test: Exclude<FieldTest, { op: 'is' }>, value: number): boolean {
  switch (test.op) {
    case 'range':
      return value >= test.from && value <= test.to
    case '<=':
      return value <= test.value
    case '>=':
      return value >= test.value
    case '<':
      return value < test.value
    case '>':
      return value > test.value
    default:
      return value === test.value
  }
}

const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

function numberOf(document: MatchDocument, field: string): number | undefined {
  const value = document[field] ?? document[camel(field)]
  return typeof value === 'number' && !Number.isNaN(value) ? value : undefined
}

function dateOf(document: MatchDocument): number | undefined {
  const value = document.date ?? document.postedAt ?? document.createdAt
  if (typeof value === 'number') return value
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

/** Text values of a field: a string, a number, or a list of strings. */
export function textsOf(document: MatchDocument, field: string): string[] {
  const value = document[field] ?? document[camel(field)]
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return [String(value)]
  return Array.isArray(value) ? value.filter((part) => typeof part === 'string') : []
}

/** Handle and name of the author, however the document gives them. */
export function authorsOf(document: MatchDocument): string[] {
  const { author } = document
  const parts: unknown[] = [document.authorHandle, document.authorName, document.author_handle, document.author_name]
  if (typeof author === 'object' && author !== null && !Array.isArray(author)) parts.push(...Object.values(author))
  else parts.push(...(Array.isArray(author) ? author : [author]))
  return parts.filter((part) => typeof part === 'string')
}

function urlsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((part) => typeof part === 'string') : []
}

const LINK = /\bhttps?:\/\/[^\s<>"'\]]+/gi

function linksOf(document: MatchDocument): string[] {
  const found = urlsOf(document.links)
  for (const text of [document.title, document.text]) {
    if (typeof text === 'string' && text.includes('://')) {
      found.push(...[...text.matchAll(LINK)].map(([url]) => url.replace(/[.,;:!?)]+$/, '')))
    }
  }
  return found
}

/** Host equal or below, path equal or below, letter case of the host ignored; scheme and `www.` do not matter. */
export function isUnder(url: string, wanted: string): boolean {
  const have = splitUrl(url)
  const want = splitUrl(wanted)
  if (have.host !== want.host && !have.host.endsWith(`.${want.host}`)) return false
  if (want.path === '') return true
  const havePath = have.path.toLowerCase()
  const wantPath = want.path.toLowerCase()
  return havePath === wantPath || (havePath.startsWith(wantPath) && /[/?#]/.test(havePath.charAt(wantPath.length)))
}

function splitUrl(url: string): { host: string; path: string } {
  const bare = url.trim().replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
  const end = bare.search(/[/?#]/)
  const authority = end < 0 ? bare : bare.slice(0, end)
  const host = authority
    .replace(/^.*@/, '')
    .replace(/:\d+$/, '')
    .replace(/^www\./i, '')
    .toLowerCase()
  return { host, path: end < 0 ? '' : bare.slice(end).replace(/\/+$/, '') }
}

function flagHolds(document: MatchDocument, field: 'is' | 'has', flag: string): boolean {
  if (textsOf(document, field).some((value) => lower(value) === flag)) return true
  if (field === 'is') return document[flag] === true || document[camel(`is_${flag}`)] === true
  switch (flag) {
    case 'link':
      return linksOf(document).length > 0
    case 'title':
      return typeof document.title === 'string' && document.title !== ''
    case 'rating':
      return typeof document.rating === 'number'
    case 'customer':
      return textsOf(document, 'customer').length > 0
    default:
      return document[camel(`has_${flag}`)] === true || (Array.isArray(document[flag]) && document[flag].length > 0)
  }
}
