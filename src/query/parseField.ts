import type { Comparison, FieldLeaf, FieldTest, Node, TextLeaf } from './ast.ts'
import type { Cursor } from './cursor.ts'
import { unclosed } from './cursor.ts'
import { QueryFault } from './fault.ts'
import type { FieldRule } from './fields.ts'
import { EXACT_FORMS, FIELDS, nearest } from './fields.ts'

export interface FieldStart {
  /** Name in lower case, and the sign after it; the cursor stands behind the sign. */
  name: string
  sign: string
  start: number
  parsePrimary: (cursor: Cursor) => Node
  parseBareText: (cursor: Cursor, run: string, start: number) => TextLeaf
}

/** Reads what follows `name:` or `name<=`. */
export function parseField(cursor: Cursor, field: FieldStart): Node {
  const rule = Object.hasOwn(FIELDS, field.name) ? FIELDS[field.name] : undefined
  if (rule === undefined) throw unknownField(cursor, field)
  if (rule.viewOnly === true && cursor.mode === 'listening') {
    throw new QueryFault(`${field.name}: is known only after classification; use it in views and rules`, field.start)
  }
  if (cursor.isAtEnd()) throw endedAfterField(cursor)
  if (cursor.isBlankAt(cursor.at)) throw blankAfterSign(cursor, field)
  if (rule.kind === 'number' || rule.kind === 'date') return parseMeasured(cursor, field, rule.kind)
  if (field.sign !== ':') {
    const value = cursor.runAt(cursor.at)
    throw new QueryFault(`${field.name} takes a colon`, field.start, `${field.name}:${value}`)
  }
  if (rule.kind === 'scope') return parseScope(cursor, field)
  if (rule.kind === 'token') return parseToken(cursor, field)
  return parseValue(cursor, field, rule)
}

function endedAfterField(cursor: Cursor): QueryFault {
  return cursor.endFault()
}

function blankAfterSign(cursor: Cursor, { name, sign, start }: FieldStart): QueryFault {
  const rest = cursor.text.slice(cursor.at)
  const next = cursor.runAt(cursor.at + rest.length - rest.trimStart().length)
  if (rest.trim() === '') return cursor.endFault()
  return new QueryFault(`No blank may follow ${name}${sign}`, start, `${name}${sign}${next}`)
}

function unknownField(cursor: Cursor, { name, sign, start }: FieldStart): QueryFault {
  const run = cursor.runAt(start)
  if (cursor.text.startsWith('//', cursor.at)) {
    return new QueryFault('A link must be quoted, or searched with links:', start, `"${run}"`)
  }
  const near = nearest(name, [...Object.keys(FIELDS), ...EXACT_FORMS])
  const value = run.slice(name.length + sign.length)
  const suggestion = near === undefined ? `"${run}"` : `${near}${sign}${value}`
  return new QueryFault(`There is no field ${name}`, start, suggestion)
}

function parseScope(cursor: Cursor, { name, start, parsePrimary }: FieldStart): Node {
  const at = cursor.at
  if (cursor.keyword() !== undefined || cursor.char() === '-') {
    throw new QueryFault(`${name}: takes a term or a group`, at, `${name}:(…)`)
  }
  const child = parsePrimary(cursor)
  return { type: 'scope', field: name === 'body' ? 'body' : 'title', child, at: { start, end: cursor.at } }
}

/** `tag:x` is `#x` and `mentions:x` is `@x` (T4), so they become the same leaf. */
function parseToken(cursor: Cursor, field: FieldStart): Node {
  const valueAt = cursor.at
  const { value } = readValue(cursor, field)
  const sigil = field.name === 'tag' ? '#' : '@'
  const bare = value.replace(/^[#@＃＠]/, '')
  const leaf = field.parseBareText(cursor, sigil + bare, valueAt)
  const kind = field.name === 'tag' ? 'tag' : 'mention'
  if (leaf.items[0]?.kind !== kind) throw new QueryFault(`${field.name}: needs a name with a letter in it`, valueAt)
  return { ...leaf, at: { start: field.start, end: cursor.at } }
}

function parseValue(cursor: Cursor, field: FieldStart, rule: FieldRule): FieldLeaf {
  const { name, start } = field
  const valueAt = cursor.at
  const { value, quoted } = readValue(cursor, field)
  const hasStar = value.endsWith('*')
  if (!quoted && hasStar && rule.star !== true) {
    throw new QueryFault(`${name}: takes no star`, valueAt, `${name}:${value.replace(/\*+$/, '')}`)
  }
  const isPrefix = hasStar && rule.star === true
  const text = (isPrefix ? value.slice(0, -1) : value).normalize('NFC').trim()
  if (text === '' || (name === 'author' && text === '@')) throw new QueryFault(`${name}: needs a value`, valueAt)
  if (rule.kind === 'enum') checkValue(name, text, rule.values ?? [], valueAt)
  cursor.countTerms(1, start)
  return {
    type: 'field',
    field: name,
    test: { op: 'is', value: text, prefix: isPrefix },
    at: { start, end: cursor.at },
  }
}

function checkValue(name: string, value: string, values: readonly string[], at: number): void {
  const lower = value.toLowerCase()
  if (values.includes(lower)) return
  const near = nearest(lower, values)
  const known = `${name}: takes ${values.join(', ')}`
  throw new QueryFault(known, at, near === undefined ? undefined : `${name}:${near}`)
}

function readValue(cursor: Cursor, { name }: FieldStart): { value: string; quoted: boolean } {
  const at = cursor.at
  if (cursor.char() === '"') {
    const close = cursor.text.indexOf('"', at + 1)
    if (close < 0) throw unclosed(cursor.text, at)
    cursor.at = close + 1
    if (cursor.char() === '~') throw new QueryFault('~ may only follow a plain phrase', cursor.at)
    return { value: cursor.text.slice(at + 1, close), quoted: true }
  }
  const value = cursor.runAt(at)
  if (value === '') {
    throw new QueryFault(`${name}: takes one value; write ${name}: before each`, at, `(${name}:a OR ${name}:b)`)
  }
  cursor.at = at + value.length
  return { value, quoted: false }
}

const NUMBER = /^\d+(\.\d+)?$/
const DAY = /^\d{4}-\d{2}-\d{2}$/
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/
const DAY_MS = 86_400_000

function parseMeasured(cursor: Cursor, field: FieldStart, kind: 'number' | 'date'): FieldLeaf {
  const { name, sign, start } = field
  const valueAt = cursor.at
  const { value } = readValue(cursor, field)
  const at = { start, end: cursor.at }
  cursor.countTerms(1, start)
  if (name === 'after' || name === 'before') {
    if (sign !== ':') throw new QueryFault(`${name} takes a colon`, start, `${name}:${value}`)
    const op = name === 'after' ? '>=' : '<'
    return { type: 'field', field: 'date', test: { op, value: measure(value, kind, field, valueAt), text: value }, at }
  }
  const range = value.split('..')
  if (sign === ':' && range.length === 2) {
    return { type: 'field', field: name, test: rangeOf(range, value, kind, field, valueAt), at }
  }
  const number = measure(value, kind, field, valueAt)
  if (kind === 'date' && (sign === ':' || sign === '=') && DAY.test(value)) {
    return { type: 'field', field: name, test: { op: 'range', from: number, to: number + DAY_MS - 1, text: value }, at }
  }
  const op = sign === ':' ? '=' : (sign as Comparison) // the name pattern lets no other sign through
  return { type: 'field', field: name, test: { op, value: number, text: value }, at }
}

function rangeOf(ends: string[], text: string, kind: 'number' | 'date', field: FieldStart, at: number): FieldTest {
  const [low = '', high = ''] = ends
  const from = measure(low, kind, field, at)
  const to = measure(high, kind, field, at + low.length + 2)
  const isDay = kind === 'date' && DAY.test(high)
  return { op: 'range', from, to: isDay ? to + DAY_MS - 1 : to, text }
}

function measure(value: string, kind: 'number' | 'date', { name, sign }: FieldStart, at: number): number {
  if (kind === 'number') {
    if (NUMBER.test(value)) return Number(value)
    const turned = /^(<=|>=|<|>|=)(\d+(?:\.\d+)?)$/.exec(value)
    const suggestion = turned === null ? `${name}${sign === ':' ? '>=' : sign}1` : `${name}${turned[1]}${turned[2]}`
    throw new QueryFault(`${name} needs a number`, at, suggestion)
  }
  const time = DAY.test(value) || MOMENT.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(time)) throw new QueryFault(`${name} needs a day such as 2026-01-31`, at, `${name}${sign}2026-01-31`)
  return time
}
