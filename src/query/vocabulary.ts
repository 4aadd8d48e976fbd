import { fold, plainForm } from '../text/fold.ts'
import type { StemLanguage } from '../text/stem.ts'
import { stem } from '../text/stem.ts'
import { EMOJI_TOKEN } from '../text/tokenise.ts'
import type { Item } from './ast.ts'
import type { Switches } from './leafMatch.ts'
import { KIND_NUMBERS, wildExpression } from './leafMatch.ts'

/**
 * Every distinct thing that the queries of a matcher ask of a token or a field value, as small numbers. Keys:
 * `s:` stem of the folded form, `f:` folded, `q:` stem of the plain form, `p:` plain, `<f|p><kind>:` tag, handle,
 * ticker or emoji, `x…:` prefix, `w…:` wildcard, `=field:` value of a field.
 */
export interface Vocabulary {
  ids: Map<string, number>
  keys: (string | undefined)[]
  uses: number[]
  free: number[]
  /** Word terms that are compared by stem, per language: stem -> ids. Filled when a language is first met. */
  stems: Map<string, Map<string, number[]>>
  prefixLengths: number[]
  prefixCounts: Map<number, number>
  wilds: Map<string, { id: number; test: RegExp }[]>
  /** How many terms compare unfolded forms, and how many ask for each indexed field. */
  plainTerms: number
  fieldTerms: Map<string, number>
}

export function createVocabulary(): Vocabulary {
  return {
    ids: new Map(),
    keys: [],
    uses: [],
    free: [],
    stems: new Map(),
    prefixLengths: [],
    prefixCounts: new Map(),
    wilds: new Map(),
    plainTerms: 0,
    fieldTerms: new Map(),
  }
}

/** The key of what an item asks, under a query's switches. */
export function itemKey(item: Item, { fold: foldOn, stem: stemOn }: Switches): string {
  const form = foldOn ? fold(item.text) : plainForm(item.text)
  const side = foldOn ? 'f' : 'p'
  const kind = item.kind === 'any' ? '' : String(KIND_NUMBERS[item.kind])
  if (item.match === 'prefix') return `x${side}${kind}:${form}`
  if (item.match === 'wild') return `w${side}${kind}:${form}`
  if (item.kind !== 'any' || !stemOn) return `${side}${kind}:${form}`
  return `${foldOn ? 's' : 'q'}:${form}`
}

/** Adds one use of a key. `isNew` tells that spellings met before must be looked up again. */
export function takeTerm(vocabulary: Vocabulary, key: string): { id: number; isNew: boolean } {
  const known = vocabulary.ids.get(key)
  if (known !== undefined) {
    vocabulary.uses[known] = (vocabulary.uses[known] ?? 0) + 1
    return { id: known, isNew: false }
  }
  const id = vocabulary.free.pop() ?? vocabulary.keys.length
  vocabulary.ids.set(key, id)
  vocabulary.keys[id] = key
  vocabulary.uses[id] = 1
  register(vocabulary, key, id, 1)
  return { id, isNew: true }
}

/** Gives one use back; true when the term is gone. */
export function dropTerm(vocabulary: Vocabulary, key: string): boolean {
  const id = vocabulary.ids.get(key)
  if (id === undefined) return false
  const uses = (vocabulary.uses[id] ?? 0) - 1
  vocabulary.uses[id] = uses
  if (uses > 0) return false
  vocabulary.ids.delete(key)
  vocabulary.keys[id] = undefined
  vocabulary.free.push(id)
  register(vocabulary, key, id, -1)
  return true
}

function register(vocabulary: Vocabulary, key: string, id: number, by: 1 | -1): void {
  const colon = key.indexOf(':')
  const form = key.slice(colon + 1)
  const type = key.charAt(0)
  if (type === '=') {
    const field = key.slice(1, colon)
    vocabulary.fieldTerms.set(field, (vocabulary.fieldTerms.get(field) ?? 0) + by)
    return
  }
  if (type === 'p' || type === 'q' || key.charAt(1) === 'p') vocabulary.plainTerms += by
  if (type === 's' || type === 'q') registerStem(vocabulary, type, form, id, by)
  else if (type === 'x') countPrefix(vocabulary, form.length, by)
  else if (type === 'w') registerWild(vocabulary, key.slice(1, colon), form, id, by)
}

function registerStem(vocabulary: Vocabulary, type: 's' | 'q', form: string, id: number, by: 1 | -1): void {
  for (const [name, map] of vocabulary.stems) {
    if (name.charAt(0) !== type) continue
    const stemmed = stem(form, name.slice(1) as StemLanguage) // the names are made from languages, below
    const ids = (map.get(stemmed) ?? []).filter((known) => known !== id)
    if (by === 1) ids.push(id)
    if (ids.length === 0) map.delete(stemmed)
    else map.set(stemmed, ids)
  }
}

function countPrefix(vocabulary: Vocabulary, length: number, by: 1 | -1): void {
  vocabulary.prefixCounts.set(length, (vocabulary.prefixCounts.get(length) ?? 0) + by)
  const lengths = [...vocabulary.prefixCounts].filter(([, count]) => count > 0).map(([known]) => known)
  vocabulary.prefixLengths = lengths.sort((a, b) => a - b)
}

function registerWild(vocabulary: Vocabulary, side: string, form: string, id: number, by: 1 | -1): void {
  const bucket = `${side}:${form.slice(0, 2)}`
  const list = (vocabulary.wilds.get(bucket) ?? []).filter((wild) => wild.id !== id)
  if (by === 1) list.push({ id, test: wildExpression(form) })
  if (list.length === 0) vocabulary.wilds.delete(bucket)
  else vocabulary.wilds.set(bucket, list)
}

/** The terms a token satisfies. `surface` is the token as written, sigil included. */
export function termsOfToken(
  vocabulary: Vocabulary,
  surface: string,
  kind: number,
  hasSigil: boolean,
  language: StemLanguage,
): number[] {
  const body = hasSigil ? surface.slice(1) : surface
  const found: number[] = []
  collect(vocabulary, fold(body), 'f', kind, hasSigil, language, found)
  if (vocabulary.plainTerms > 0) collect(vocabulary, plainForm(body), 'p', kind, hasSigil, language, found)
  return found
}

/** The terms that a value of an indexed field satisfies; `en-GB` also satisfies `en` (A2). */
export function termsOfValue(vocabulary: Vocabulary, field: string, value: string): number[] {
  const lower = value.normalize('NFC').toLowerCase()
  const whole = field === 'lang' ? lower.replaceAll('_', '-') : lower
  const dash = field === 'lang' ? whole.indexOf('-') : -1
  const parts = dash > 0 ? [whole, whole.slice(0, dash)] : [whole]
  return parts.map((part) => vocabulary.ids.get(`=${field}:${part}`)).filter((id) => id !== undefined)
}

function collect(
  vocabulary: Vocabulary,
  form: string,
  side: 'f' | 'p',
  kind: number,
  hasSigil: boolean,
  language: StemLanguage,
  found: number[],
): void {
  const add = (id: number | undefined): void => {
    if (id !== undefined) found.push(id)
  }
  const sides = kind === EMOJI_TOKEN ? [`${side}${kind}`] : hasSigil ? [side, `${side}${kind}`] : [side]
  for (const key of sides) {
    add(vocabulary.ids.get(`${key}:${form}`))
    for (const length of vocabulary.prefixLengths) {
      if (length > form.length) break
      add(vocabulary.ids.get(`x${key}:${form.slice(0, length)}`))
    }
    for (const wild of vocabulary.wilds.get(`${key}:${form.slice(0, 2)}`) ?? []) {
      if (wild.test.test(form)) found.push(wild.id)
    }
  }
  if (kind === EMOJI_TOKEN) return
  const ids = stemsFor(vocabulary, side === 'f' ? 's' : 'q', language).get(stem(form, language))
  if (ids !== undefined) found.push(...ids)
}

function stemsFor(vocabulary: Vocabulary, type: 's' | 'q', language: StemLanguage): Map<string, number[]> {
  const name = type + language
  let map = vocabulary.stems.get(name)
  if (map !== undefined) return map
  map = new Map()
  for (const [key, id] of vocabulary.ids) {
    if (!key.startsWith(`${type}:`)) continue
    const stemmed = stem(key.slice(2), language)
    const list = map.get(stemmed)
    if (list === undefined) map.set(stemmed, [id])
    else list.push(id)
  }
  vocabulary.stems.set(name, map)
  return map
}
