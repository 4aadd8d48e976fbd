// For tests and benches only: a second evaluator that shares no matching code with the first. It reads tokens one by
// one and tries every combination, so it is slow and easy to believe.
import { exactForm, fold, plainForm } from '../text/fold.ts'
import { stem, stemLanguage } from '../text/stem.ts'
import { tokenise } from '../text/tokenise.ts'
import type { FieldLeaf, Item, Node, Query } from './ast.ts'
import type { MatchDocument } from './document.ts'

interface Word {
  kind: string
  body: string
}
interface Field {
  name: 'title' | 'body'
  text: string
  words: Word[]
}
interface World {
  query: Query
  document: MatchDocument
  fields: Field[]
}
type Stretch = [number, number]

/** Whether a query matches a document, by the plainest reading of the rules. */
export function referenceMatch(query: Query, document: MatchDocument): boolean {
  const fields: Field[] = [
    { name: 'title', text: document.title ?? '', words: wordsOf(document.title ?? '') },
    { name: 'body', text: document.text, words: wordsOf(document.text) },
  ]
  return holds(query.root, { query, document, fields })
}

function wordsOf(text: string): Word[] {
  return tokenise(text).map((token) => {
    const hasSigil = token.kind === 'tag' || token.kind === 'mention' || token.kind === 'ticker'
    return { kind: token.kind === 'cjk' ? 'word' : token.kind, body: hasSigil ? token.text.slice(1) : token.text }
  })
}

function holds(node: Node, world: World): boolean {
  switch (node.type) {
    case 'and':
      return !node.children.some((child) => !holds(child, world))
    case 'or':
      return node.children.some((child) => holds(child, world))
    case 'not':
      return !holds(node.child, world)
    case 'scope':
      return holds(node.child, { ...world, fields: world.fields.filter(({ name }) => name === node.field) })
    case 'raw':
      return world.fields.some(({ text }) => text.normalize('NFC').includes(node.text))
    case 'regex':
      return world.fields.some(({ text }) => new RegExp(node.pattern, `u${node.flags}`).test(text.normalize('NFC')))
    case 'field':
      return fieldTrue(node, world.document)
    default:
      return world.fields.some((field) => stretches(node, field, world).length > 0)
  }
}

function accepts(item: Item, word: Word, { query, document }: World): boolean {
  if (item.kind === 'any' ? word.kind === 'emoji' : item.kind !== word.kind) return false
  const simple = (text: string): string => (query.fold ? fold(text) : plainForm(text))
  const wanted = simple(item.text)
  const have = simple(word.body)
  if (item.match === 'prefix') return have.slice(0, wanted.length) === wanted
  if (item.match === 'wild') return looksLike(have, wanted)
  if (!query.stem || item.kind !== 'any') return have === wanted
  const language = stemLanguage(document.lang ?? undefined)
  return stem(have, language) === stem(wanted, language)
}

function looksLike(have: string, pattern: string): boolean {
  const letters = [...have]
  const wanted = [...pattern]
  return letters.length === wanted.length && wanted.every((char, i) => char === '?' || char === letters[i])
}

function stretches(node: Node, field: Field, world: World): Stretch[] {
  if (node.type === 'or') return node.children.flatMap((child) => stretches(child, field, world))
  if (node.type === 'near') {
    const left = stretches(node.left, field, world)
    const right = stretches(node.right, field, world)
    const found: Stretch[] = []
    for (const a of left) {
      for (const b of right) {
        const inOrder = a[1] < b[0] && b[0] - a[1] - 1 <= node.distance
        const reversed = !node.ordered && b[1] < a[0] && a[0] - b[1] - 1 <= node.distance
        if (inOrder || reversed) found.push([Math.min(a[0], b[0]), Math.max(a[1], b[1])])
      }
    }
    return found
  }
  if (node.type === 'case') {
    return runs(field, node.items.length, (word, i) => {
      const item = node.items[i]
      if (item === undefined || (item.kind === 'any' ? word.kind === 'emoji' : word.kind !== item.kind)) return false
      return exactForm(word.body) === exactForm(item.text)
    })
  }
  if (node.type !== 'text') return []
  const { items, slop, joined } = node
  const whole = joined === null ? [] : runs(field, 1, (word) => accepts(joined, word, world))
  if (slop !== null) return loose(items, slop, field, world)
  return [...whole, ...runs(field, items.length, (word, i) => accepts(items[i] as Item, word, world))]
}

function runs(field: Field, length: number, fits: (word: Word, index: number) => boolean): Stretch[] {
  const found: Stretch[] = []
  for (let at = 0; at + length <= field.words.length; at++) {
    if (field.words.slice(at, at + length).every(fits)) found.push([at, at + length - 1])
  }
  return found
}

/** Every way to give each item a position of its own. */
function loose(items: readonly Item[], slop: number, field: Field, world: World): Stretch[] {
  const found: Stretch[] = []
  const place = (index: number, used: number[]): void => {
    const item = items[index]
    if (item === undefined) {
      const first = Math.min(...used)
      const last = Math.max(...used)
      if (last - first + 1 - items.length <= slop) found.push([first, last])
      return
    }
    field.words.forEach((word, at) => {
      if (!used.includes(at) && accepts(item, word, world)) place(index + 1, [...used, at])
    })
  }
  place(0, [])
  return found
}

function fieldTrue({ field, test }: FieldLeaf, document: MatchDocument): boolean {
  const value = document[field]
  if (test.op !== 'is') {
    if (typeof value !== 'number') return false
    if (test.op === 'range') return test.from <= value && value <= test.to
    const by = {
      '<=': value <= test.value,
      '>=': value >= test.value,
      '<': value < test.value,
      '>': value > test.value,
    }
    return test.op === '=' ? value === test.value : by[test.op]
  }
  if (typeof value !== 'string') return false
  const have = value.toLowerCase().replace(/^@/, '')
  const want = test.value.toLowerCase().replace(/^@/, '')
  if (test.prefix) return have.startsWith(want)
  return have === want || (field === 'lang' && !want.includes('-') && have.split('-')[0] === want)
}
