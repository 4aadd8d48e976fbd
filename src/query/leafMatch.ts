import { exactForm, fold, plainForm } from '../text/fold.ts'
import { CJK, EMOJI_TOKEN, MENTION, TAG, TICKER } from '../text/tokenise.ts'
import type { CaseLeaf, Item, TextLeaf } from './ast.ts'
import type { FormIndex, FormName, PreparedDocument } from './document.ts'
import { FIELD_GAP, formName, formOf, formsOf } from './document.ts'
import { slopStretches } from './slop.ts'
import type { Stretches } from './stretches.ts'
import { phraseStarts, sortUnique, stretch, unite } from './stretches.ts'

export type Scope = 'any' | 'title' | 'body' | 'nowhere'

export interface Switches {
  fold: boolean
  stem: boolean
}

export const KIND_NUMBERS = { tag: TAG, mention: MENTION, ticker: TICKER, emoji: EMOJI_TOKEN } as const
const NONE: readonly number[] = []

/** A scope inside a scope: `title:(body:x)` can hold nowhere. */
export function narrow(outer: Scope, inner: 'title' | 'body'): Scope {
  return outer === 'any' || outer === inner ? inner : 'nowhere'
}

/** The stretches a text leaf fills in a document; with `firstOnly` it may stop at one. */
export function textStretches(
  leaf: TextLeaf,
  document: PreparedDocument,
  switches: Switches,
  scope: Scope,
  firstOnly = false,
): Stretches {
  const [only] = leaf.items
  if (only !== undefined && leaf.items.length === 1 && leaf.joined === null && leaf.slop === null)
    return singles(itemPositions(only, document, switches, scope))
  const lists = itemLists(leaf.items, document, switches, scope)
  const found = listStretches(leaf, lists, firstOnly)
  if (leaf.joined === null) return found
  return unite([found, singles(itemPositions(leaf.joined, document, switches, scope))])
}

function listStretches(leaf: TextLeaf, lists: readonly (readonly number[])[], firstOnly: boolean): Stretches {
  if (leaf.slop !== null) return slopStretches(lists, leaf.slop, firstOnly)
  if (lists.length === 1) return singles(lists[0] ?? NONE)
  return phraseStarts(lists).map((start) => stretch(start, start + lists.length - 1))
}

const singles = (positions: readonly number[]): Stretches =>
  positions.length === 0 ? [] : positions.map((position) => stretch(position, position))

/** Token sequences with the letter case given (C1). */
export function caseStretches(leaf: CaseLeaf, document: PreparedDocument, scope: Scope): Stretches {
  const index = formsOf(document, 'exact')
  const lists = leaf.items.map((item) => {
    const form = exactForm(item.text)
    const list = item.kind === 'any' ? index.words.get(form) : index.kinds.get(`${KIND_NUMBERS[item.kind]}:${form}`)
    return inScope(list ?? NONE, document, scope)
  })
  return phraseStarts(lists).map((start) => stretch(start, start + lists.length - 1))
}

/** One list per item; equal items share their list, so that long phrases of few words stay cheap. */
function itemLists(
  items: readonly Item[],
  document: PreparedDocument,
  switches: Switches,
  scope: Scope,
): (readonly number[])[] {
  const known = new Map<string, readonly number[]>()
  return items.map((item) => {
    const key = `${item.kind} ${item.match} ${item.text}`
    let list = known.get(key)
    if (list === undefined) known.set(key, (list = itemPositions(item, document, switches, scope)))
    return list
  })
}

/** Positions whose token an item accepts. */
export function itemPositions(
  item: Item,
  document: PreparedDocument,
  switches: Switches,
  scope: Scope,
): readonly number[] {
  const known = document.positionsOf?.(item, switches)
  if (known !== undefined) return inScope(known, document, scope)
  const { fold: foldOn, stem: stemOn } = switches
  const stems = stemOn && item.match === 'word' && item.kind === 'any'
  const name: FormName = formName(foldOn, stems)
  const index = formsOf(document, name)
  if (item.match !== 'word') return inScope(patternPositions(item, index, foldOn), document, scope)
  const form = formOf(item.text, name, document.language)
  const list = item.kind === 'any' ? index.words.get(form) : index.kinds.get(`${KIND_NUMBERS[item.kind]}:${form}`)
  return inScope(list ?? NONE, document, scope)
}

function patternPositions(item: Item, index: FormIndex, foldOn: boolean): readonly number[] {
  const accepts = patternTest(item, foldOn)
  const map = item.kind === 'any' ? index.words : index.kinds
  const head = item.kind === 'any' ? '' : `${KIND_NUMBERS[item.kind]}:`
  const lists: number[][] = []
  for (const [form, list] of map) {
    if (form.startsWith(head) && accepts(form.slice(head.length))) lists.push(list)
  }
  const [only] = lists
  return lists.length === 1 && only !== undefined ? only : sortUnique(lists.flat())
}

/** Prefixes and wildcards are compared with whole words, never with stems. */
export function patternTest(item: Item, foldOn: boolean): (form: string) => boolean {
  const pattern = foldOn ? fold(item.text) : plainForm(item.text)
  if (item.match === 'prefix') return (form) => form.startsWith(pattern)
  const expression = wildExpression(pattern)
  return (form) => expression.test(form)
}

/** `?` is exactly one character with its marks; the rest is letters and digits, so nothing needs escaping. */
export function wildExpression(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace(/[.*+^$(){}|[\]\\/]/g, '\\$&').replaceAll('?', '\\P{M}\\p{M}*')}$`, 'u')
}

function inScope(list: readonly number[], document: PreparedDocument, scope: Scope): readonly number[] {
  if (scope === 'any' || list.length === 0) return list
  if (scope === 'nowhere') return NONE
  const border = document.titleTokens.count
  const isTitle = scope === 'title'
  return list.filter((position) => position < border === isTitle)
}

/** True for a position in the title. */
export function isInTitle(document: PreparedDocument, position: number): boolean {
  return position < document.titleTokens.count && position < FIELD_GAP
}

export const IS_CJK_KIND = CJK
