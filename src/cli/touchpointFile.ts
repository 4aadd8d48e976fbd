import { createHash } from 'node:crypto'
import { z } from 'zod'
import { epochMs } from '../connector/mentionSchema.ts'
import { channels, directions, stages } from '../domain/touchpoint.ts'
import type { CustomerName, ReportedTouchpoint } from '../store/touchpoints.ts'

const word = z.union([z.string(), z.number().transform(String)]).transform((value) => value.trim())
const written = z.object({
  customer: word.optional(),
  customerId: word.optional(),
  externalRef: word.optional(),
  email: word.optional(),
  channel: z.enum(channels),
  direction: z.enum(directions).default('in'),
  stage: z.enum(stages).default('awareness'),
  occurredAt: z.union([z.string(), z.number()]),
  summary: word.default(''),
  externalKey: word.optional(),
  data: z.record(z.string(), z.unknown()).optional(),
})

export interface TouchpointLine {
  customer: CustomerName
  touchpoint: ReportedTouchpoint
}

/**
 * One interaction out of a file. Without a key of its own it gets one from its content: the same file twice adds nothing.
 * Throws Error with one sentence that names the field.
 */
export function touchpointOf(record: unknown): TouchpointLine {
  const parsed = written.safeParse(record)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new Error(`${issue?.path.join('.') || 'record'}: ${issue?.message}`)
  }
  const { channel, direction, stage, summary, data } = parsed.data
  const occurredAt = epochMs(parsed.data.occurredAt)
  if (occurredAt === undefined) throw new Error('occurredAt: is not a time (ISO 8601 or epoch)')
  const customer = nameOf(parsed.data)
  const facts = [customer, channel, direction, stage, occurredAt, summary, data]
  const derived = `import:${createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32)}`
  const externalKey = parsed.data.externalKey || derived
  return { customer, touchpoint: { channel, direction, stage, occurredAt, summary, externalKey, data: data ?? null } }
}

/** `customer` is whatever the file has: an e-mail address, our id, or the key of another system. */
function nameOf({ customer, customerId, externalRef, email }: z.output<typeof written>): CustomerName {
  if (customerId || externalRef || email)
    return { id: customerId || undefined, externalRef: externalRef || undefined, email: email || undefined }
  if (!customer) throw new Error('customer: is missing (an id, an external reference or an e-mail address)')
  return customer.includes('@') ? { externalRef: customer, email: customer } : { id: customer, externalRef: customer }
}

const keys = new Map(Object.keys(written.shape).map((key) => [key.toLowerCase(), key]))
const aliases: Record<string, string> = {
  date: 'occurredAt',
  time: 'occurredAt',
  at: 'occurredAt',
  key: 'externalKey',
  id: 'externalKey',
}

/** A row of a table; columns that nobody knows become `data`. */
export function touchpointRecord(header: readonly string[], cells: readonly string[]): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  const data: Record<string, string> = {}
  for (const [index, title] of header.entries()) {
    const value = cells[index]?.trim() ?? ''
    if (value === '') continue
    const plain = title.toLowerCase().replaceAll(/[^a-z]/g, '')
    const key = keys.get(plain) ?? aliases[plain]
    if (key && key !== 'data') record[key] ??= value
    else data[title.trim()] = value
  }
  if (Object.keys(data).length > 0) record['data'] = data
  return record
}
