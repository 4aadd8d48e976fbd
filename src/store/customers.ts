import { isDeepStrictEqual } from 'node:util'
import { and, asc, desc, eq, inArray, or, sql } from 'drizzle-orm'
import type { Channel, Direction, Stage } from '../domain/touchpoint.ts'
import { fold } from '../text/fold.ts'
import { appendAudit } from './audit.ts'
import type { Reader, Tx } from './store.ts'
import type { Tables } from './tables/all.ts'
import type { Act } from './threadActions.ts'

export type Customer = Tables['customers']['$inferSelect']
export type Identity = Tables['identities']['$inferSelect']
export type IdentityKind = Identity['kind']

export interface CustomerFields {
  name: string
  company?: string | null
  tier?: string | null
  location?: string | null
  preferredChannel?: Channel | null
  notes?: string | null
  externalRef?: string | null
  custom?: Record<string, string> | null
}

export interface NewIdentity {
  kind: IdentityKind
  /** Platform of a handle or account; '' otherwise. */
  platform: string
  value: string
}

/** Names as they are sorted and searched: without letter case and accents. */
export function nameKeyOf(name: string): string {
  return fold(name).slice(0, 200)
}

/** How an identity is compared: lower case, no @ and no scheme, digits only for phones. */
export function identityKeyOf(kind: IdentityKind, value: string): string {
  const text = value.trim().toLowerCase()
  if (kind === 'phone') return text.replace(/^00/, '+').replace(/[^\d+]/g, '')
  if (kind === 'domain')
    return text
      .replace(/^https?:\/\//, '')
      .replace(/^www\./, '')
      .replace(/[/?#].*$/, '')
  return kind === 'handle' ? text.replace(/^@/, '') : text
}

export interface CustomerCursor {
  nameKey: string
  seq: number
}

export const customersPerPage = 50

/** By name. `search`: the beginning of any word of the name, the company, or an identity. */
export async function listCustomers(reader: Reader, search: string, after?: CustomerCursor) {
  const { customers } = reader.t
  const beyond = after ? sql`(${customers.nameKey}, ${customers.seq}) > (${after.nameKey}, ${after.seq})` : undefined
  const rows = await reader.db
    .select()
    .from(customers)
    .where(and(matches(reader, search), beyond))
    .orderBy(asc(customers.nameKey), asc(customers.seq))
    .limit(customersPerPage + 1)
  const shown = rows.slice(0, customersPerPage)
  const last = shown.at(-1)
  const next = rows.length > customersPerPage && last ? { nameKey: last.nameKey, seq: last.seq } : undefined
  return { rows: shown, next }
}

function matches(reader: Reader, search: string) {
  const { customers, identities } = reader.t
  const folded = nameKeyOf(search.trim())
  if (folded === '') return undefined
  const pattern = folded.replaceAll(/[\\%_]/g, '\\$&')
  const starts = (column: typeof customers.nameKey) =>
    or(sql`${column} like ${`${pattern}%`} escape '\\'`, sql`${column} like ${`% ${pattern}%`} escape '\\'`)
  const identity = sql`exists (select 1 from ${identities} where ${identities.customerSeq} = ${customers.seq}
    and ${identities.valueKey} like ${`%${pattern}%`} escape '\\')`
  const company = sql`lower(${customers.company}) like ${`${pattern}%`} escape '\\'`
  return or(starts(customers.nameKey), company, identity)
}

export async function countCustomers(reader: Reader, search = ''): Promise<number> {
  const { customers } = reader.t
  const [row] = await reader.db
    .select({ n: sql<number>`count(*)`.mapWith(Number) })
    .from(customers)
    .where(matches(reader, search))
  return row?.n ?? 0
}

export async function findCustomer(reader: Reader, id: string): Promise<Customer | undefined> {
  const { customers } = reader.t
  const [row] = await reader.db.select().from(customers).where(eq(customers.id, id))
  return row
}

export async function listIdentities(reader: Reader, customerSeqs: readonly number[]): Promise<Identity[]> {
  if (customerSeqs.length === 0) return []
  const { identities } = reader.t
  return reader.db
    .select()
    .from(identities)
    .where(inArray(identities.customerSeq, [...customerSeqs]))
    .orderBy(identities.kind, identities.seq)
}

/** How many touchpoints and when the last, for the rows of a list. */
export async function summariseTouchpoints(reader: Reader, customerSeqs: readonly number[]) {
  if (customerSeqs.length === 0) return new Map<number, { count: number; lastAt: number }>()
  const { touchpoints } = reader.t
  const rows = await reader.db
    .select({
      seq: touchpoints.customerSeq,
      count: sql<number>`count(*)`.mapWith(Number),
      lastAt: sql<number>`max(${touchpoints.occurredAt})`.mapWith(Number),
    })
    .from(touchpoints)
    .where(inArray(touchpoints.customerSeq, [...customerSeqs]))
    .groupBy(touchpoints.customerSeq)
  return new Map(rows.map(({ seq, ...summary }) => [seq, summary]))
}

export interface TouchpointCursor {
  at: number
  seq: number
}

/** Newest first, with what the line links to. */
export async function listTouchpoints(
  reader: Reader,
  customerSeq: number,
  limit: number,
  before?: TouchpointCursor,
  channel?: Channel,
) {
  const { touchpoints, mentions, threads, replies, users, sources } = reader.t
  const beyond = before
    ? sql`(${touchpoints.occurredAt}, ${touchpoints.seq}) < (${before.at}, ${before.seq})`
    : undefined
  const threadSeq = sql`coalesce(${mentions.threadSeq}, ${replies.threadSeq})`
  return reader.db
    .select({
      touchpoint: touchpoints,
      sentiment: mentions.sentiment,
      review: mentions.review,
      replyState: replies.state,
      threadId: threads.id,
      source: { id: sources.id, name: sources.name, platform: threads.platform },
      userName: users.name,
    })
    .from(touchpoints)
    .leftJoin(mentions, eq(mentions.seq, touchpoints.mentionSeq))
    .leftJoin(replies, eq(replies.id, touchpoints.replyId))
    .leftJoin(threads, eq(threads.seq, threadSeq))
    .leftJoin(sources, eq(sources.id, threads.sourceId))
    .leftJoin(users, eq(users.id, touchpoints.userId))
    .where(
      and(eq(touchpoints.customerSeq, customerSeq), channel ? eq(touchpoints.channel, channel) : undefined, beyond),
    )
    .orderBy(desc(touchpoints.occurredAt), desc(touchpoints.seq))
    .limit(limit)
}

/** Accounts on platforms that are this customer's. */
export async function listLinkedAuthors(reader: Reader, customerSeq: number) {
  const { authors, links, users } = reader.t
  return reader.db
    .select({ author: authors, link: links, userName: users.name })
    .from(authors)
    .leftJoin(
      links,
      and(
        eq(links.authorSeq, authors.seq),
        eq(links.customerSeq, customerSeq),
        eq(links.isCurrent, true),
        eq(links.status, 'linked'),
      ),
    )
    .leftJoin(users, eq(users.id, links.createdBy))
    .where(eq(authors.customerSeq, customerSeq))
    .orderBy(authors.platform, authors.handleKey)
    .limit(100)
}

export async function countAuthorsOf(reader: Reader, customerSeqs: readonly number[]): Promise<Map<number, number>> {
  if (customerSeqs.length === 0) return new Map()
  const { authors } = reader.t
  const rows = await reader.db
    .select({ seq: authors.customerSeq, n: sql<number>`count(*)`.mapWith(Number) })
    .from(authors)
    .where(inArray(authors.customerSeq, [...customerSeqs]))
    .groupBy(authors.customerSeq)
  return new Map(rows.map((row) => [row.seq ?? 0, row.n]))
}

export async function createCustomer(
  tx: Tx,
  act: Act,
  fields: CustomerFields,
  identities: readonly NewIdentity[],
): Promise<Customer> {
  const { customers } = tx.t
  const values = { ...fields, name: fields.name.trim(), nameKey: nameKeyOf(fields.name) }
  const [row] = await tx.db
    .insert(customers)
    .values({ ...values, id: act.newId(), createdAt: act.now, updatedAt: act.now })
    .returning()
  if (!row) throw new Error('customer was not stored')
  await addIdentities(tx, row.seq, identities, act.now)
  await audit(tx, act, 'customer.create', row.id)
  tx.emit({ type: 'customers' })
  return row
}

/** Replaces the fields and the identities; false when there is no such customer. */
export async function updateCustomer(
  tx: Tx,
  act: Act,
  id: string,
  fields: CustomerFields,
  identities: readonly NewIdentity[],
): Promise<boolean> {
  const { customers, identities: table } = tx.t
  const values = { ...fields, name: fields.name.trim(), nameKey: nameKeyOf(fields.name) }
  const [row] = await tx.db
    .update(customers)
    .set({ ...values, updatedAt: act.now })
    .where(eq(customers.id, id))
    .returning()
  if (!row) return false
  await tx.db.delete(table).where(eq(table.customerSeq, row.seq))
  await addIdentities(tx, row.seq, identities, act.now)
  await audit(tx, act, 'customer.update', id)
  tx.emit({ type: 'customers' })
  return true
}

export async function addIdentities(
  tx: Tx,
  customerSeq: number,
  identities: readonly NewIdentity[],
  now: number,
): Promise<void> {
  const rows = identities
    .map(({ kind, platform, value }) => ({
      customerSeq,
      kind,
      platform,
      value: value.trim(),
      valueKey: identityKeyOf(kind, value),
      createdAt: now,
    }))
    .filter((row) => row.valueKey !== '')
  await tx.insert('identity', 'identities', rows, (insert) => insert.onConflictDoNothing())
}

export interface NewTouchpoint {
  channel: Channel
  direction: Direction
  stage: Stage
  occurredAt: number
  summary: string
}

export async function addTouchpoint(tx: Tx, act: Act, customerSeq: number, touchpoint: NewTouchpoint): Promise<string> {
  const id = act.newId()
  await tx.db
    .insert(tx.t.touchpoints)
    .values({ ...touchpoint, id, customerSeq, userId: act.userId, createdAt: act.now })
  await audit(tx, act, 'touchpoint.create', id)
  tx.emit({ type: 'customers' })
  return id
}

async function audit(tx: Tx, act: Act, action: string, id: string): Promise<void> {
  const object = `${action.split('.')[0]}:${id}`
  await appendAudit(tx, { at: act.now, actor: act.userId, action, object, ip: act.ip })
}

export interface ImportRow extends CustomerFields {
  identities: NewIdentity[]
}

export interface ImportCount {
  created: number
  updated: number
  /** Known, and nothing new was said of them. */
  unchanged: number
}

/**
 * Creates or updates by external reference, else by e-mail. Empty fields of the file leave what is there. The same file
 * twice changes nothing the second time.
 */
export async function importCustomers(tx: Tx, act: Act, rows: readonly ImportRow[]): Promise<ImportCount> {
  const count: ImportCount = { created: 0, updated: 0, unchanged: 0 }
  for (const { identities, ...fields } of rows) {
    const seq = await findImported(tx, fields, identities)
    if (seq === undefined) {
      await insertImported(tx, act, fields, identities)
      count.created++
      continue
    }
    const { given, fresh } = await newsOf(tx, seq, fields, identities)
    if (Object.keys(given).length + fresh.length === 0) {
      count.unchanged++
      continue
    }
    await tx.db
      .update(tx.t.customers)
      .set({ ...given, nameKey: nameKeyOf(fields.name), updatedAt: act.now })
      .where(eq(tx.t.customers.seq, seq))
    await addIdentities(tx, seq, fresh, act.now)
    count.updated++
  }
  await appendAudit(tx, {
    at: act.now,
    actor: act.userId,
    action: 'customer.import',
    object: 'customers',
    data: { ...count },
    ip: act.ip,
  })
  tx.emit({ type: 'customers' })
  return count
}

/** What a row says that is not stored yet: fields that differ, identities that are missing. */
async function newsOf(tx: Tx, seq: number, fields: CustomerFields, identities: NewIdentity[]) {
  const { customers, identities: table } = tx.t
  const [stored] = await tx.db.select().from(customers).where(eq(customers.seq, seq))
  const known = await tx.db.select().from(table).where(eq(table.customerSeq, seq))
  const keyOf = ({ kind, platform, value }: NewIdentity) => `${kind} ${platform} ${identityKeyOf(kind, value)}`
  const keys = new Set(known.map(keyOf))
  const before: Record<string, unknown> = { ...stored }
  const given = Object.entries(fields).filter(
    ([key, value]) => value !== undefined && value !== null && value !== '' && !isDeepStrictEqual(before[key], value),
  )
  const fresh = identities.filter((one) => identityKeyOf(one.kind, one.value) !== '' && !keys.has(keyOf(one)))
  return { given: Object.fromEntries(given), fresh }
}

async function insertImported(tx: Tx, act: Act, fields: CustomerFields, identities: NewIdentity[]): Promise<void> {
  const [row] = await tx.db
    .insert(tx.t.customers)
    .values({ ...fields, id: act.newId(), nameKey: nameKeyOf(fields.name), createdAt: act.now, updatedAt: act.now })
    .returning({ seq: tx.t.customers.seq })
  if (row) await addIdentities(tx, row.seq, identities, act.now)
}

async function findImported(tx: Tx, fields: CustomerFields, identities: NewIdentity[]): Promise<number | undefined> {
  const { customers, identities: table } = tx.t
  if (fields.externalRef) {
    const [row] = await tx.db
      .select({ seq: customers.seq })
      .from(customers)
      .where(eq(customers.externalRef, fields.externalRef))
    return row?.seq
  }
  const emails = identities.filter(({ kind }) => kind === 'email').map(({ value }) => identityKeyOf('email', value))
  if (emails.length === 0) return undefined
  const [row] = await tx.db
    .select({ seq: table.customerSeq })
    .from(table)
    .where(and(eq(table.kind, 'email'), inArray(table.valueKey, emails)))
    .limit(1)
  return row?.seq
}
