import type { RawLeaf, RegexLeaf } from './ast.ts'
import type { DocumentSpan, PreparedDocument } from './document.ts'
import type { Scope } from './leafMatch.ts'
import { compileRegex } from './regex.ts'
import type { TokenBuffer } from '../text/tokenise.ts'

/**
 * Work one regular expression may do in one field, in instructions times characters. Longer texts are searched up to
 * that length: the engine is linear, so this bounds its time.
 */
export const REGEX_BUDGET = 3_000_000
/** Spans reported for one leaf. */
const MOST_SPANS = 1_000

type FieldName = DocumentSpan['field']

/** The fields a scope reaches, with their text in NFC (T1). */
function fieldsIn(document: PreparedDocument, scope: Scope): { name: FieldName; text: string }[] {
  const all: { name: FieldName; text: string }[] = [
    { name: 'title', text: document.title },
    { name: 'text', text: document.text },
  ]
  const kept = all.filter(({ name }) => scope === 'any' || (scope === 'title') === (name === 'title'))
  return scope === 'nowhere' ? [] : kept.map(({ name, text }) => ({ name, text: text.normalize('NFC') }))
}

export function rawHolds(leaf: RawLeaf, document: PreparedDocument, scope: Scope): boolean {
  return fieldsIn(document, scope).some(({ text }) => indexOfText(text, leaf.text, 0) >= 0)
}

export function regexHolds(leaf: RegexLeaf, document: PreparedDocument, scope: Scope): boolean {
  const compiled = compileRegex(leaf.pattern, leaf.flags)
  if (!compiled.ok) return false
  const reach = reachOf(compiled.size)
  return fieldsIn(document, scope).some(({ text }) => compiled.expression.matcher(text.slice(0, reach)).find())
}

function reachOf(size: number): number {
  return Math.floor(REGEX_BUDGET / Math.max(1, size))
}

/** Substring search that stays linear for repetitive needles too (Knuth-Morris-Pratt for those over 16 characters). */
export function indexOfText(text: string, needle: string, from: number): number {
  if (needle.length <= 16) return text.indexOf(needle, from)
  const borders = bordersOf(needle)
  let held = 0
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i)
    while (held > 0 && needle.charCodeAt(held) !== code) held = borders[held - 1] as number
    if (needle.charCodeAt(held) === code) held++
    if (held === needle.length) return i - held + 1
  }
  return -1
}

const borderMemo = new Map<string, Int32Array>()

function bordersOf(needle: string): Int32Array {
  const known = borderMemo.get(needle)
  if (known !== undefined) return known
  const borders = new Int32Array(needle.length)
  for (let i = 1, held = 0; i < needle.length; i++) {
    while (held > 0 && needle.charCodeAt(held) !== needle.charCodeAt(i)) held = borders[held - 1] as number
    if (needle.charCodeAt(held) === needle.charCodeAt(i)) held++
    borders[i] = held
  }
  if (borderMemo.size >= 200) borderMemo.clear()
  borderMemo.set(needle, borders)
  return borders
}

export function rawSpans(leaf: RawLeaf, document: PreparedDocument, scope: Scope): DocumentSpan[] {
  return fieldsIn(document, scope).flatMap(({ name, text }) => {
    const hits: [number, number][] = []
    let at = indexOfText(text, leaf.text, 0)
    while (at >= 0 && hits.length < MOST_SPANS) {
      hits.push([at, at + leaf.text.length])
      at = indexOfText(text, leaf.text, at + leaf.text.length)
    }
    return asGiven(document, name, text, hits)
  })
}

export function regexSpans(leaf: RegexLeaf, document: PreparedDocument, scope: Scope): DocumentSpan[] {
  const compiled = compileRegex(leaf.pattern, leaf.flags)
  if (!compiled.ok) return []
  return fieldsIn(document, scope).flatMap(({ name, text }) => {
    const matcher = compiled.expression.matcher(text.slice(0, reachOf(compiled.size)))
    const hits: [number, number][] = []
    while (hits.length < MOST_SPANS && matcher.find()) {
      if (matcher.end() > matcher.start()) hits.push([matcher.start(), matcher.end()])
    }
    return asGiven(document, name, text, hits)
  })
}

/** Offsets in the NFC text become offsets in the text as given, widened to the borders of the tokens they cut (E4). */
function asGiven(
  document: PreparedDocument,
  field: FieldName,
  normal: string,
  hits: readonly [number, number][],
): DocumentSpan[] {
  const given = field === 'title' ? document.title : document.text
  const tokens = field === 'title' ? document.titleTokens : document.textTokens
  const map = normal === given ? undefined : offsetMap(given)
  return hits.map(([start, end]) => {
    const from = map === undefined ? start : (map[start] ?? given.length)
    const to = map === undefined ? end : (map[end] ?? given.length)
    return { field, start: tokenBorder(tokens, from, 'start'), end: tokenBorder(tokens, to, 'end') }
  })
}

/** For each unit of the NFC text the offset in the given text of the piece it came from, and the length at the end. */
function offsetMap(given: string): number[] {
  const map: number[] = []
  for (const piece of given.matchAll(/\P{M}\p{M}*|\p{M}+/gu)) {
    const length = piece[0].normalize('NFC').length
    for (let i = 0; i < length; i++) map.push(piece.index + (length === piece[0].length ? i : 0))
  }
  map.push(given.length)
  return map
}

function tokenBorder(tokens: TokenBuffer, offset: number, side: 'start' | 'end'): number {
  let low = 0
  let high = tokens.count
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((tokens.end[middle] as number) <= offset) low = middle + 1
    else high = middle
  }
  if (low >= tokens.count) return offset
  const start = tokens.start[low] as number
  if (start >= offset) return offset
  return side === 'start' ? start : (tokens.end[low] as number)
}
