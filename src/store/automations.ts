import { and, asc, eq, inArray, max, ne } from 'drizzle-orm'
import type { AutomationRule } from '../domain/automation.ts'
import { appendAudit } from './audit.ts'
import type { Reader, Tx } from './store.ts'
import type { Tables } from './tables/all.ts'
import type { Act } from './threadActions.ts'

export type Automation = Tables['automations']['$inferSelect']

/** In the order in which they are applied. */
export async function listAutomations(reader: Reader): Promise<Automation[]> {
  const { automations } = reader.t
  return reader.db.select().from(automations).orderBy(asc(automations.position), asc(automations.seq))
}

export async function findAutomation(reader: Reader, id: string): Promise<Automation | undefined> {
  const { automations } = reader.t
  const [row] = await reader.db.select().from(automations).where(eq(automations.id, id))
  return row
}

/** Seqs of the listening queries with these ids. */
export async function seqsOfQueries(reader: Reader, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map()
  const { queries } = reader.t
  const rows = await reader.db
    .select({ id: queries.id, seq: queries.seq })
    .from(queries)
    .where(inArray(queries.id, [...ids]))
  return new Map(rows.map((row) => [row.id, row.seq]))
}

export type AutomationFields = AutomationRule & { isActive: boolean }

/** Last in the order. undefined: the name is taken. */
export async function insertAutomation(tx: Tx, act: Act, fields: AutomationFields): Promise<Automation | undefined> {
  const { automations } = tx.t
  const [last] = await tx.db.select({ at: max(automations.position) }).from(automations)
  const position = (last?.at ?? 0) + 1
  const [row] = await tx.db
    .insert(automations)
    .values({ ...fields, id: act.newId(), position, createdAt: act.now, updatedAt: act.now })
    .onConflictDoNothing()
    .returning()
  if (row) await note(tx, act, 'automation.create', row.id)
  return row
}

/** `taken`: the name is. */
export async function updateAutomation(
  tx: Tx,
  act: Act,
  id: string,
  fields: AutomationFields,
): Promise<'saved' | 'taken' | 'gone'> {
  const { automations } = tx.t
  const taken = await tx.db
    .select({ id: automations.id })
    .from(automations)
    .where(and(eq(automations.name, fields.name), ne(automations.id, id)))
  if (taken.length > 0) return 'taken'
  const rows = await tx.db
    .update(automations)
    .set({ ...fields, updatedAt: act.now })
    .where(eq(automations.id, id))
    .returning({ id: automations.id })
  if (rows.length === 0) return 'gone'
  await note(tx, act, 'automation.update', id)
  return 'saved'
}

export async function removeAutomation(tx: Tx, act: Act, id: string): Promise<boolean> {
  const { automations } = tx.t
  const rows = await tx.db.delete(automations).where(eq(automations.id, id)).returning({ id: automations.id })
  if (rows.length > 0) await note(tx, act, 'automation.remove', id)
  return rows.length > 0
}

/** One place earlier in the order. False: it is the first, or there is none. */
export async function raiseAutomation(tx: Tx, act: Act, id: string): Promise<boolean> {
  const { automations } = tx.t
  const order = await listAutomations(tx)
  const at = order.findIndex((one) => one.id === id)
  const [one, before] = [order[at], order[at - 1]]
  if (!one || !before) return false
  const raised = order.toSpliced(at - 1, 2, one, before)
  for (const [position, { seq }] of raised.entries())
    await tx.db.update(automations).set({ position }).where(eq(automations.seq, seq))
  await note(tx, act, 'automation.update', id)
  return true
}

async function note(tx: Tx, act: Act, action: string, id: string): Promise<void> {
  await appendAudit(tx, { at: act.now, actor: act.userId, action, object: `automation:${id}`, ip: act.ip })
  tx.emit({ type: 'queries' })
}
