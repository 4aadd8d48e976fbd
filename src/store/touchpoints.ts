import { eq } from 'drizzle-orm'
import { appendAudit } from './audit.ts'
import { identityKeyOf, type NewTouchpoint } from './customers.ts'
import type { Reader, Tx } from './store.ts'
import type { Tables } from './tables/all.ts'
import type { Act } from './threadActions.ts'

export type Touchpoint = Tables['touchpoints']['$inferSelect']

export interface ReportedTouchpoint extends NewTouchpoint {
  /** The sender's own key of this interaction: the same key again changes nothing. */
  externalKey: string | null
  data: Record<string, unknown> | null
}

/** How another system names a customer: our id, its own key, or an e-mail address. */
export interface CustomerName {
  id?: string | undefined
  externalRef?: string | undefined
  email?: string | undefined
}

/** By the first name given that fits; undefined when none does. */
export async function findNamedCustomer(reader: Reader, name: CustomerName) {
  const { customers, identities } = reader.t
  const { db } = reader
  const columns = { seq: customers.seq, id: customers.id }
  if (name.id) {
    const [row] = await db.select(columns).from(customers).where(eq(customers.id, name.id))
    if (row) return row
  }
  if (name.externalRef) {
    const [row] = await db.select(columns).from(customers).where(eq(customers.externalRef, name.externalRef))
    if (row) return row
  }
  if (!name.email) return undefined
  const [row] = await db
    .select(columns)
    .from(customers)
    .innerJoin(identities, eq(identities.customerSeq, customers.seq))
    .where(eq(identities.valueKey, identityKeyOf('email', name.email)))
    .limit(1)
  return row
}

/** An interaction that another system reports, with a row in the audit when it is new. */
export async function reportTouchpoint(tx: Tx, act: Act, customerSeq: number, touchpoint: ReportedTouchpoint) {
  const stored = await storeTouchpoint(tx, act, customerSeq, touchpoint)
  if (!stored.created) return stored
  const { id } = stored.touchpoint
  const entry = { at: act.now, actor: act.userId, action: 'touchpoint.create', object: `touchpoint:${id}`, ip: act.ip }
  await appendAudit(tx, entry)
  return stored
}

/** Without the audit: what a website reports by the thousand is no action of a person. `created` is false when its key is known: the first one stays. */
export async function storeTouchpoint(
  tx: Tx,
  act: Act,
  customerSeq: number,
  touchpoint: ReportedTouchpoint,
): Promise<{ touchpoint: Touchpoint; created: boolean }> {
  const { touchpoints } = tx.t
  const [added] = await tx.db
    .insert(touchpoints)
    .values({ ...touchpoint, id: act.newId(), customerSeq, userId: null, createdAt: act.now })
    .onConflictDoNothing()
    .returning()
  if (added) {
    tx.emit({ type: 'customers' })
    return { touchpoint: added, created: true }
  }
  const [known] = await tx.db
    .select()
    .from(touchpoints)
    .where(eq(touchpoints.externalKey, touchpoint.externalKey ?? ''))
  if (!known) throw new Error('touchpoint was not stored')
  return { touchpoint: known, created: false }
}
