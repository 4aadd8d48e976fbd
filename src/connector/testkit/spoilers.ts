import type { TapeResponse } from './tapes.ts'
import type { KitOptions } from './world.ts'

export interface Spoiler {
  name: string
  change(answer: TapeResponse): TapeResponse
  /** Single bad records must be handed to quarantine. */
  quarantines?: boolean
}

/** Strings that broke somebody: markup, direction marks, a lone surrogate, NUL, names of object members, length. */
export const hostileTexts = [
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  '</textarea>{{constructor.constructor("alert(1)")()}}${7*7}',
  '\u202Egnp.exe\u2066\u200D\uFEFF',
  'half \ud83d of an emoji',
  'nul \u0000 in the middle',
  '__proto__',
  'constructor',
  "Robert'); DROP TABLE mentions;--",
  `${'👨‍👩‍👧‍👦'.repeat(200)} long`,
  '',
]

/** Ways to change proper answers after which the very same items must be found. */
export function spoilers<Config, Cursor>(kit: KitOptions<Config, Cursor>): Spoiler[] {
  const { records, textKeys } = kit
  if (!records) return []
  const each = (name: string, edit: (list: unknown[]) => unknown[], quarantines = false): Spoiler => ({
    name,
    quarantines,
    change: (answer) => editRecords(answer, records, edit),
  })
  const changes = [
    each('every record twice', (list) => list.flatMap((record) => [record, structuredClone(record)])),
    each('the other way round', (list) => list.toReversed()),
    each('unknown fields', (list) => list.map(withUnknownFields)),
    each('broken records', (list) => (list.length === 0 ? list : [null, 7, 'text', {}, ...list, []]), true),
  ]
  if (!textKeys) return changes
  const hostile = hostileTexts.map((text, index) =>
    each(`hostile text ${index}`, (list) => list.map((record) => replaceTexts(record, new Set(textKeys), text))),
  )
  return [...changes, ...hostile]
}

function editRecords(
  answer: TapeResponse,
  records: (body: unknown) => unknown[] | undefined,
  edit: (list: unknown[]) => unknown[],
): TapeResponse {
  const body = structuredClone(answer.body)
  const list = records(body)
  if (list) list.splice(0, list.length, ...edit([...list]))
  return { ...answer, body }
}

function withUnknownFields(record: unknown): unknown {
  if (typeof record !== 'object' || record === null) return record
  return { ...record, x_from_the_future: { deep: [1, null, { a: 'b' }] }, x_flag: true }
}

function replaceTexts(value: unknown, keys: ReadonlySet<string>, text: string): unknown {
  if (Array.isArray(value)) return value.map((item) => replaceTexts(item, keys, text))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      keys.has(key) && typeof inner === 'string' ? text : replaceTexts(inner, keys, text),
    ]),
  )
}
