import { exactForm, fold, plainForm } from '../text/fold.ts'
import type { StemLanguage } from '../text/stem.ts'
import { stem, stemLanguage } from '../text/stem.ts'
import type { TokenBuffer } from '../text/tokenise.ts'
import { CJK, EMOJI_TOKEN, WORD, createTokenBuffer, scan } from '../text/tokenise.ts'
import type { TitledText } from '../text/words.ts'
import type { Item } from './ast.ts'
import type { Switches } from './leafMatch.ts'

/**
 * What a query is matched against: `text` is the body, the rest as in commands.md (author, lang, source, type, rating,
 * likes, replies, reach, author_followers, country, url, links, date …). A field that is absent makes its predicate
 * false.
 */
export interface MatchDocument {
  text: string
  title?: string | null | undefined
  lang?: string | null | undefined
  readonly [field: string]: unknown
}

/** Tokens of the text stand this far behind those of the title, so that nothing reaches across (queries.md grammar). */
export const FIELD_GAP = 100_000
/** Characters of each field that are searched. */
export const LONGEST_FIELD = 2_000_000

export type FormName = 'stemmed' | 'folded' | 'plainStemmed' | 'plain' | 'exact'

export interface PreparedDocument {
  source: MatchDocument
  language: StemLanguage
  title: string
  text: string
  titleTokens: TokenBuffer
  textTokens: TokenBuffer
  /** Forms by name, made when first asked for. */
  forms: Map<FormName, FormIndex>
  /** Where a matcher has read the document: the positions that an item accepts, undefined where no query asks for it. */
  positionsOf?: (item: Item, switches: Switches) => readonly number[] | undefined
}

/** Where each form stands in a document: positions, not token numbers (see FIELD_GAP). */
export interface FormIndex {
  /** Words and the bodies of tags, handles and tickers. */
  words: Map<string, number[]>
  /** The same keyed by kind number and form: `1:acme` is the tag, `4:👍` the emoji. */
  kinds: Map<string, number[]>
}

export function prepareDocument(source: MatchDocument): PreparedDocument {
  const { title, text } = fieldsOf(source)
  const titleTokens = createTokenBuffer(Math.max(1, title.length >> 2))
  const textTokens = createTokenBuffer(Math.max(1, text.length >> 2))
  scan(title, titleTokens)
  scan(text, textTokens)
  return { source, language: languageOf(source), title, text, titleTokens, textTokens, forms: new Map() }
}

/** The same from fields that have been read: good for as long as they are. */
export function prepareRead(source: MatchDocument, { title, text }: TitledText): PreparedDocument {
  return {
    source,
    language: languageOf(source),
    title: title.text,
    text: text.text,
    titleTokens: title.tokens,
    textTokens: text.tokens,
    forms: new Map(),
  }
}

/** Title and text as they are searched. */
export function fieldsOf({ title, text }: MatchDocument): { title: string; text: string } {
  return {
    title: typeof title === 'string' ? cut(title) : '',
    text: typeof text === 'string' ? cut(text) : '',
  }
}

const cut = (text: string): string => (text.length > LONGEST_FIELD ? text.slice(0, LONGEST_FIELD) : text)

export function languageOf({ lang }: MatchDocument): StemLanguage {
  return stemLanguage(typeof lang === 'string' ? lang : undefined)
}

/** The form in which the words of a query are compared with those of a document. */
export function formName(foldOn: boolean, stemOn: boolean): FormName {
  return foldOn ? (stemOn ? 'stemmed' : 'folded') : stemOn ? 'plainStemmed' : 'plain'
}

/** A token body in one of the forms. */
export function formOf(body: string, name: FormName, language: StemLanguage): string {
  switch (name) {
    case 'stemmed':
      return stem(fold(body), language)
    case 'folded':
      return fold(body)
    case 'plainStemmed':
      return stem(plainForm(body), language)
    case 'plain':
      return plainForm(body)
    default:
      return exactForm(body)
  }
}

/** The document's tokens in one form; emoji are never among the words. */
export function formsOf(document: PreparedDocument, name: FormName): FormIndex {
  let index = document.forms.get(name)
  if (index === undefined) {
    index = { words: new Map(), kinds: new Map() }
    addForms(index, document, document.title, document.titleTokens, 0, name)
    addForms(index, document, document.text, document.textTokens, document.titleTokens.count + FIELD_GAP, name)
    document.forms.set(name, index)
  }
  return index
}

function addForms(
  index: FormIndex,
  { language }: PreparedDocument,
  text: string,
  tokens: TokenBuffer,
  base: number,
  name: FormName,
): void {
  for (let i = 0; i < tokens.count; i++) {
    const kind = tokens.kind[i] as number
    const hasSigil = kind !== WORD && kind !== CJK && kind !== EMOJI_TOKEN
    const body = text.slice((tokens.start[i] as number) + (hasSigil ? 1 : 0), tokens.end[i])
    const form = formOf(body, name, language)
    if (kind !== EMOJI_TOKEN) append(index.words, form, base + i)
    if (hasSigil || kind === EMOJI_TOKEN) append(index.kinds, `${kind}:${form}`, base + i)
  }
}

function append(map: Map<string, number[]>, key: string, position: number): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [position])
  else list.push(position)
}

export interface DocumentSpan {
  field: 'title' | 'text'
  start: number
  end: number
}

/** Offsets of the tokens from position `first` to position `last`, which lie in one field. */
export function spanOf(document: PreparedDocument, first: number, last: number): DocumentSpan {
  const titles = document.titleTokens.count
  const isTitle = first < titles
  const tokens = isTitle ? document.titleTokens : document.textTokens
  const base = isTitle ? 0 : titles + FIELD_GAP
  return {
    field: isTitle ? 'title' : 'text',
    start: tokens.start[first - base] as number,
    end: tokens.end[last - base] as number,
  }
}
