import { exactForm } from '../text/fold.ts'
import type { Token } from '../text/tokenise.ts'
import { tokenise } from '../text/tokenise.ts'
import type { Item, Node, TextLeaf } from './ast.ts'
import type { Cursor } from './cursor.ts'
import { unclosed } from './cursor.ts'
import { LIMITS, QueryFault } from './fault.ts'
import { parseField } from './parseField.ts'
import { compileRegex } from './regex.ts'

const NAMED = /^([A-Za-z_]+)(:|<=|>=|<|>|=)/

/** Reads one leaf (or a `title:` group); `parsePrimary` reads what stands after `title:`. */
export function parseLeaf(cursor: Cursor, parsePrimary: (cursor: Cursor) => Node): Node {
  const start = cursor.at
  if (cursor.char() === '"') return parsePhrase(cursor)
  const run = cursor.runAt(start)
  const name = NAMED.exec(run)
  if (name === null) return parseBare(cursor, run)
  const [matched, word = '', sign = ''] = name
  const field = word.toLowerCase()
  cursor.at = start + matched.length
  if (sign === ':' && field === 'case') return parseCase(cursor, start)
  if (sign === ':' && field === 'raw') return parseRaw(cursor, start)
  if (sign === ':' && field === 'regex') return parseRegex(cursor, start)
  return parseField(cursor, { name: field, sign, start, parsePrimary, parseBareText })
}

/** The text between quotation marks; the cursor stands on the opening one. */
function readQuoted(cursor: Cursor): { text: string; start: number } {
  const open = cursor.at
  const close = cursor.text.indexOf('"', open + 1)
  if (close < 0) throw unclosed(cursor.text, open)
  cursor.at = close + 1
  return { text: cursor.text.slice(open + 1, close), start: open }
}

function parsePhrase(cursor: Cursor): TextLeaf {
  const { text, start } = readQuoted(cursor)
  const tokens = tokenise(text)
  const isPrefix = text.endsWith('*') && tokens.at(-1)?.end === text.length - 1
  const items = itemsOf(tokens)
  if (items.length === 0) throw new QueryFault('Nothing in this phrase can be searched', start, `raw:"${text}"`)
  if (isPrefix) makePrefix(items, tokens, start)
  const slop = readSlop(cursor, items.length)
  cursor.countTerms(items.length, start)
  const joined = slop === null ? joinedItem(tokens, items, text) : null
  return { type: 'text', items, slop, joined, at: { start, end: cursor.at } }
}

function readSlop(cursor: Cursor, words: number): number | null {
  if (cursor.char() !== '~') return null
  const start = cursor.at
  const digits = cursor.digitsAt(start + 1)
  const end = start + 1 + digits.length
  const next = cursor.text.charAt(end)
  if (digits === '' || !(cursor.isBlankAt(end) || next === ')')) {
    throw new QueryFault('~ needs a number', start, '~3')
  }
  const slop = Number(digits)
  if (slop > LIMITS.slop) throw new QueryFault(`~ reaches at most ${LIMITS.slop} tokens`, start, `~${LIMITS.slop}`)
  if (words > LIMITS.slopWords) throw new QueryFault(`~ takes at most ${LIMITS.slopWords} words`, start)
  cursor.at = end
  return slop
}

function parseBare(cursor: Cursor, run: string): TextLeaf {
  const start = cursor.at
  const leaf = parseBareText(cursor, run, start)
  cursor.at = start + run.length
  return leaf
}

/** A word, prefix, wildcard, tag, handle, ticker or emoji; with inner punctuation the phrase of its tokens (T2). */
function parseBareText(cursor: Cursor, run: string, start: number): TextLeaf {
  const tilde = run.indexOf('~', 1)
  if (tilde > 0) throw new QueryFault('~ may only follow a phrase in quotation marks', start + tilde)
  const at = { start, end: start + run.length }
  if (run.includes('?') && /[\p{L}\p{N}\p{M}_]\?/u.test(run)) {
    const item = wildItem(run, start)
    cursor.countTerms(1, start)
    return { type: 'text', items: [item], slop: null, joined: null, at }
  }
  const star = run.indexOf('*')
  const isKeycap = star >= 0 && /\*\uFE0F?\u20E3/.test(run)
  if (star >= 0 && star !== run.length - 1 && !isKeycap) {
    throw new QueryFault('A star may only end a word', start, `${run.replaceAll('*', '')}*`)
  }
  const tokens = tokenise(run)
  const items = itemsOf(tokens)
  if (items.length === 0) throw nothingToSearch(cursor, run, start)
  const isPrefix = star >= 0 && !isKeycap
  if (isPrefix) {
    if (tokens.at(-1)?.end !== star) throw new QueryFault('A star may only end a word', start)
    makePrefix(items, tokens, start)
  }
  cursor.countTerms(items.length, start)
  return { type: 'text', items, slop: null, joined: joinedItem(tokens, items, run), at }
}

const LIKELY_MEANT: Record<string, string> = { '&': 'AND', '&&': 'AND', '+': 'AND', '|': 'OR', '||': 'OR', '!': 'NOT' }

function nothingToSearch(cursor: Cursor, run: string, start: number): QueryFault {
  if (/^(<=|>=|<|>|=|:)/.test(run)) {
    const name = /([A-Za-z_]+)\s+$/.exec(cursor.text.slice(0, start))?.[1] ?? 'rating'
    const rest = cursor.text.slice(start + run.length)
    const value = /^(<=|>=|<|>|=|:)$/.test(run) ? (/^\s*([^\s()"]+)/.exec(rest)?.[1] ?? '') : ''
    return new QueryFault('A comparison takes no blanks around its sign', start, `${name}${run}${value}`)
  }
  return new QueryFault('Nothing here can be searched', start, LIKELY_MEANT[run] ?? `raw:"${run}"`)
}

const SIGILS = { word: '', cjk: '', emoji: '', tag: '#', mention: '@', ticker: '$' }
const ITEM_KINDS = {
  word: 'any',
  cjk: 'any',
  emoji: 'emoji',
  tag: 'tag',
  mention: 'mention',
  ticker: 'ticker',
} as const

function itemsOf(tokens: readonly Token[]): Item[] {
  return tokens.map((token) => ({
    kind: ITEM_KINDS[token.kind],
    match: 'word',
    text: exactForm(SIGILS[token.kind] === '' ? token.text : token.text.slice(1)),
  }))
}

/** Turns the last item into a prefix; two code points must stand before the star (W1). */
function makePrefix(items: Item[], tokens: readonly Token[], start: number): void {
  const last = items.at(-1)
  if (last === undefined) return
  if (last.kind === 'emoji') throw new QueryFault('A star cannot follow an emoji', start)
  let run = last.text
  for (let i = tokens.length - 2; i >= 0 && tokens[i]?.kind === 'cjk' && tokens[i]?.end === tokens[i + 1]?.start; i--) {
    run = (items[i]?.text ?? '') + run
  }
  if ([...run].length < 2) throw new QueryFault('A star needs at least two characters before it', start)
  last.match = 'prefix'
}

/** For a run without separators the single token that a tag would make of it: 東京 also finds #東京. */
function joinedItem(tokens: readonly Token[], items: readonly Item[], text: string): Item | null {
  if (items.length < 2) return null
  const isRun = tokens.every(
    (token, i) => (token.kind === 'cjk' || token.kind === 'word') && (i === 0 || tokens[i - 1]?.end === token.start),
  )
  if (!isRun) return null
  const run = text.slice(tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0)
  return { kind: 'any', match: items.at(-1)?.match ?? 'word', text: exactForm(run) }
}

const WILD = /^([#@$]?)([\p{L}\p{N}_][\p{L}\p{N}\p{M}_?]*)$/u

function wildItem(run: string, start: number): Item {
  const parts = WILD.exec(run.replace(/[.,;:!]+$/, ''))
  if (parts === null || parts[2] === undefined) {
    throw new QueryFault('A question mark stands for one character inside a single word', start, `"${run}"`)
  }
  const [before = ''] = parts[2].split('?')
  if ([...before].length < 2) {
    throw new QueryFault('A question mark needs at least two characters before it', start)
  }
  const kinds = { '': 'any', '#': 'tag', '@': 'mention', $: 'ticker' } as const
  const kind = kinds[(parts[1] ?? '') as keyof typeof kinds] // the pattern lets nothing else through
  return { kind, match: 'wild', text: exactForm(parts[2]) }
}

function parseCase(cursor: Cursor, start: number): Node {
  const { text } = quotedAfter(cursor, 'case')
  const items = itemsOf(tokenise(text))
  if (items.length === 0) throw new QueryFault('Nothing in this phrase can be searched', start, `raw:"${text}"`)
  cursor.countTerms(items.length, start)
  return { type: 'case', text: text.normalize('NFC'), items, at: { start, end: cursor.at } }
}

function parseRaw(cursor: Cursor, start: number): Node {
  const { text, start: quote } = quotedAfter(cursor, 'raw')
  if (text === '') throw new QueryFault('raw: needs at least one character', quote)
  cursor.countTerms(1, start)
  return { type: 'raw', text: text.normalize('NFC'), at: { start, end: cursor.at } }
}

function quotedAfter(cursor: Cursor, name: string): { text: string; start: number } {
  if (cursor.isAtEnd()) throw cursor.endFault()
  if (cursor.char() !== '"') {
    const run = cursor.runAt(cursor.at)
    throw new QueryFault(`${name}: takes a text in quotation marks`, cursor.at, `${name}:"${run}"`)
  }
  const quoted = readQuoted(cursor)
  if (cursor.char() === '~') throw new QueryFault('~ may only follow a plain phrase', cursor.at)
  return quoted
}

function parseRegex(cursor: Cursor, start: number): Node {
  const open = cursor.at
  if (cursor.isAtEnd()) throw cursor.endFault()
  if (cursor.char() !== '/') throw new QueryFault('regex: takes an expression between slashes', open, 'regex:/…/')
  const close = closingSlash(cursor.text, open + 1)
  if (close < 0) throw unclosed(cursor.text, open)
  const pattern = cursor.text.slice(open + 1, close).replaceAll('\\/', '/')
  const flags = cursor.text.charAt(close + 1) === 'i' && !/[\p{L}\p{N}]/u.test(cursor.text.charAt(close + 2)) ? 'i' : ''
  cursor.at = close + 1 + flags.length
  const compiled = compileRegex(pattern, flags)
  if (!compiled.ok) throw new QueryFault(compiled.error, open)
  cursor.countTerms(1, start)
  return { type: 'regex', pattern, flags, at: { start, end: cursor.at } }
}

function closingSlash(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '/') return i
  }
  return -1
}
