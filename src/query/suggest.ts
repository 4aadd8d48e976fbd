import { FIELDS } from './fields.ts'

/** One completion: `insert` replaces the text from `start` to the caret. */
export interface Suggestion {
  insert: string
  label: string
  start: number
}

const OPERATORS: readonly [string, string][] = [
  ['AND', 'both sides'],
  ['OR', 'either side'],
  ['NOT', 'excludes what follows'],
  ['NEAR/5', 'at most 5 tokens apart'],
]
const FORMS: readonly [string, string][] = [
  ['case:"', 'exactly this letter case'],
  ['raw:"', 'exactly these characters'],
  ['regex:/', 'a regular expression'],
]
const MOST = 12

/** What may stand at the caret (a UTF-16 offset): fields, their values, operators. `values` adds known sources etc. */
export function suggestCompletions(
  text: string,
  caret: number,
  options: { mode?: 'listening' | 'view'; values?: Readonly<Record<string, readonly string[]>> } = {},
): Suggestion[] {
  const before = text.slice(0, caret)
  if (((before.match(/"/g)?.length ?? 0) & 1) === 1) return []
  const run = /[^\s()"]*$/.exec(before)?.[0] ?? ''
  const minus = run.startsWith('-') ? 1 : 0
  const start = caret - run.length + minus
  const word = run.slice(minus)
  const named = /^([A-Za-z_]+):(.*)$/.exec(word)
  if (named !== null) return valuesOf(named[1] ?? '', named[2] ?? '', start, options.values ?? {})
  const fields = Object.entries(FIELDS)
    .filter(([, rule]) => rule.viewOnly !== true || options.mode === 'view')
    .map(([name, rule]): [string, string] => [rule.kind === 'number' ? `${name}>=` : `${name}:`, rule.help])
  const mayJoin = /\S\s+$/.test(before.slice(0, start)) && minus === 0
  const all = [...(mayJoin ? OPERATORS : [['NOT', 'excludes what follows'] as [string, string]]), ...fields, ...FORMS]
  const wanted = word.toLowerCase()
  return all
    .filter(([insert]) => insert.toLowerCase().startsWith(wanted) && insert !== word)
    .slice(0, MOST)
    .map(([insert, label]) => ({ insert, label, start }))
}

function valuesOf(
  field: string,
  typed: string,
  start: number,
  extra: Readonly<Record<string, readonly string[]>>,
): Suggestion[] {
  const name = field.toLowerCase()
  const rule = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined
  if (rule === undefined) return []
  const values = [...(rule.values ?? []), ...(extra[name] ?? [])]
  return [...new Set(values)]
    .filter((value) => value.toLowerCase().startsWith(typed.toLowerCase()) && value !== typed)
    .slice(0, MOST)
    .map((value) => ({ insert: `${name}:${/[\s()"]/.test(value) ? `"${value}"` : value}`, label: rule.help, start }))
}
