import { z } from 'zod'

/**
 * A connector's schema as plain form fields. zod's own JSON Schema is read, because it already unwraps defaults,
 * optionals and pipes and carries every `.meta()` key along.
 */
export interface FormField {
  key: string
  title: string
  help: string
  type: 'text' | 'url' | 'number' | 'checkbox' | 'select' | 'textarea' | 'list'
  /** Shown as a password field that is never filled in again. */
  secret: boolean
  required: boolean
  /** As the form shows it: text, or true/false for a checkbox. */
  default?: string | boolean
  /** Only with `select`. */
  options?: { value: string; title: string }[]
  placeholder?: string
}

/** What `.meta()` of a config key may say. `title` and `help` are required (a test of the kit says so). */
export interface FieldMeta {
  title?: string
  help?: string
  secret?: boolean
  multiline?: boolean
  placeholder?: string
  /** Titles of the values of an enum. */
  options?: Record<string, string>
}

export type ParsedForm =
  | { ok: true; config: Record<string, unknown>; secrets: Record<string, unknown> }
  /** Sentences by field key; '' is the form as a whole. */
  | { ok: false; errors: Record<string, string> }

interface JsonSchema extends FieldMeta {
  type?: string
  format?: string
  default?: unknown
  enum?: unknown[]
  const?: unknown
  items?: JsonSchema
  anyOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  required?: string[]
}

/** A schema never changes, and every host asks which of its fields are secret. */
const described = new WeakMap<z.ZodType, FormField[]>()

/** The fields in the order of the schema. A schema that is not an object has none. */
export function describeFields(schema: z.ZodType): FormField[] {
  const fields = described.get(schema) ?? readFields(schema)
  described.set(schema, fields)
  return fields
}

function readFields(schema: z.ZodType): FormField[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  const required = new Set(json.required ?? [])
  return Object.entries(json.properties ?? {}).map(([key, property]) => fieldOf(key, property, required.has(key)))
}

/**
 * Reads a posted form. An empty secret means "keep the one we have", so `kept` (the saved secrets) fills it in.
 * Secrets come back apart from the rest: they are sealed before they are saved.
 */
export function parseForm(schema: z.ZodType, form: FormData, kept: Record<string, unknown> = {}): ParsedForm {
  const fields = describeFields(schema)
  const raw: Record<string, unknown> = {}
  for (const field of fields) {
    const value = readField(field, form)
    const used = value === undefined && field.secret ? kept[field.key] : value
    if (used !== undefined) raw[field.key] = used
  }
  return parseConfigFields(schema, raw)
}

/** The same for a plain object (API, command line). */
export function parseConfigFields(schema: z.ZodType, raw: Record<string, unknown>): ParsedForm {
  const fields = describeFields(schema)
  const parsed = schema.safeParse(raw)
  if (!parsed.success) return { ok: false, errors: errorsOf(parsed.error.issues, fields, raw) }
  return { ok: true, ...splitSecrets(schema, parsed.data as Record<string, unknown>) }
}

export function splitSecrets(schema: z.ZodType, values: Record<string, unknown>) {
  const secretKeys = new Set(describeFields(schema).flatMap(({ key, secret }) => (secret ? [key] : [])))
  const entries = Object.entries(values).filter(([, value]) => value !== undefined)
  return {
    config: Object.fromEntries(entries.filter(([key]) => !secretKeys.has(key))),
    secrets: Object.fromEntries(entries.filter(([key]) => secretKeys.has(key))),
  }
}

function fieldOf(key: string, schema: JsonSchema, required: boolean): FormField {
  const property = withoutNull(schema)
  const values =
    property.enum ?? (property.anyOf?.every((one) => 'const' in one) ? property.anyOf.map((one) => one.const) : [])
  const type = typeOf(property, values)
  const field: FormField = {
    key,
    title: property.title ?? key,
    help: property.help ?? '',
    type,
    secret: property.secret === true,
    required: required && property.default === undefined && type !== 'checkbox',
  }
  if (property.placeholder !== undefined) field.placeholder = property.placeholder
  if (property.default !== undefined) field.default = shown(property.default)
  if (type === 'select')
    field.options = values.map((value) => ({
      value: String(value),
      title: property.options?.[String(value)] ?? String(value),
    }))
  return field
}

/** A nullable field is a choice with null; what was said about the real half must not be lost (it may be a secret). */
function withoutNull(schema: JsonSchema): JsonSchema {
  const real = schema.anyOf?.filter(({ type }) => type !== 'null')
  if (!real || real.length === schema.anyOf?.length) return schema
  const { anyOf: _, ...said } = schema
  return real.length === 1 ? { ...real[0], ...said } : { ...said, anyOf: real }
}

function typeOf(property: JsonSchema, values: unknown[]): FormField['type'] {
  if (values.length > 0) return 'select'
  if (property.type === 'boolean') return 'checkbox'
  if (property.type === 'number' || property.type === 'integer') return 'number'
  if (property.type === 'array') return 'list'
  if (property.format === 'uri') return 'url'
  return property.multiline === true ? 'textarea' : 'text'
}

function shown(value: unknown): string | boolean {
  if (typeof value === 'boolean') return value
  return Array.isArray(value) ? value.join('\n') : String(value)
}

/** undefined: nothing was entered, so that defaults and optionals of the schema apply. */
function readField(field: FormField, form: FormData): unknown {
  if (field.type === 'checkbox') return form.has(field.key)
  const texts = form.getAll(field.key).filter((value) => typeof value === 'string')
  if (field.type === 'list') return form.has(field.key) ? texts.flatMap(lines) : undefined
  const text = texts[0]?.trim() ?? ''
  if (text === '') return undefined
  // A number that is none goes to the schema as text, which then says so.
  if (field.type === 'number') return Number.isNaN(Number(text)) ? text : Number(text)
  return text
}

/** One a line, or separated by commas. */
function lines(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function errorsOf(
  issues: readonly z.core.$ZodIssue[],
  fields: FormField[],
  raw: Record<string, unknown>,
): Record<string, string> {
  const errors: Record<string, string> = {}
  for (const issue of issues) {
    const key = fields.some((field) => field.key === issue.path[0]) ? String(issue.path[0]) : ''
    const missing = key !== '' && raw[key] === undefined
    errors[key] ??= missing ? 'This is needed.' : issue.message
  }
  return errors
}
