import { z } from 'zod'
import { channels } from '../domain/touchpoint.ts'
import type { ImportRow, NewIdentity } from '../store/customers.ts'

const word = z.union([z.string(), z.number().transform(String)]).transform((value) => value.trim())
const words = z.union([z.array(word), word.transform((value) => value.split(/[;,\n]/).map((part) => part.trim()))])
const address = z.union([word, z.record(z.string(), z.unknown()).transform(addressLine)])

/** One customer of a JSON lines file: the fields of `earshot link`, and those of an export. */
const written = z.object({
  id: word.optional(),
  externalRef: word.optional(),
  name: word.optional(),
  given: word.optional(),
  family: word.optional(),
  company: word.optional(),
  tier: word.optional(),
  location: word.optional(),
  address: address.optional(),
  notes: word.optional(),
  preferredChannel: z.enum(channels).optional(),
  emails: words.optional(),
  phones: words.optional(),
  domains: words.optional(),
  accounts: z.array(z.object({ platform: word, handle: word.optional(), id: word.optional() })).optional(),
  custom: z.record(z.string(), z.unknown()).optional(),
})

/** Throws Error with one sentence that names the field. */
export function customerOf(record: unknown): ImportRow {
  const parsed = written.safeParse(record)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new Error(`${issue?.path.join('.') || 'record'}: ${issue?.message}`)
  }
  const { data } = parsed
  const identities = identitiesOf(data)
  const name = data.name || [data.given, data.family].filter(Boolean).join(' ') || data.company || identities[0]?.value
  if (!name) throw new Error('name: is missing')
  const custom = Object.entries(data.custom ?? {}).map(([key, value]) => [key, textOf(value)])
  return {
    name,
    externalRef: data.externalRef || data.id || null,
    company: data.company || null,
    tier: data.tier || null,
    location: data.location || data.address || null,
    notes: data.notes || null,
    preferredChannel: data.preferredChannel ?? null,
    custom: custom.length > 0 ? Object.fromEntries(custom) : null,
    identities,
  }
}

function identitiesOf(data: z.output<typeof written>): NewIdentity[] {
  const plain = (kind: 'email' | 'phone' | 'domain', values: string[] = []) =>
    values.filter((value) => value !== '').map((value) => ({ kind, platform: '', value }))
  const accounts = (data.accounts ?? []).flatMap(({ platform, handle, id }): NewIdentity[] => [
    ...(handle ? [{ kind: 'handle' as const, platform: platform.toLowerCase(), value: handle }] : []),
    ...(id ? [{ kind: 'account' as const, platform: platform.toLowerCase(), value: id }] : []),
  ])
  for (const email of data.emails ?? [])
    if (email !== '' && !/^\S+@\S+\.\S+$/.test(email)) throw new Error(`emails: "${email}" is no e-mail address`)
  return [...plain('email', data.emails), ...plain('phone', data.phones), ...plain('domain', data.domains), ...accounts]
}

function addressLine(parts: Record<string, unknown>): string {
  return ['street', 'line2', 'postcode', 'city', 'region', 'country']
    .map((key) => parts[key])
    .filter((part) => typeof part === 'string' && part !== '')
    .join(', ')
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
