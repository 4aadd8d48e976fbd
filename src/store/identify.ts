import { and, asc, eq, isNull } from 'drizzle-orm'
import { appendAudit } from './audit.ts'
import { addIdentities, identityKeyOf, nameKeyOf, type CustomerFields, type NewIdentity } from './customers.ts'
import type { Reader, Tx } from './store.ts'
import type { Act } from './threadActions.ts'

/** How a website knows a visitor: its own user id once signed in, an anonymous id of the browser before. */
export interface Visitor {
  userId?: string | undefined
  anonymousId?: string | undefined
  email?: string | undefined
}

/** The platform under which ids of browsers are kept among the identities. */
export const anonymousPlatform = 'website'

/** Whose visit this is: by user id, by a browser that signed in once, then by e-mail. */
export async function findVisitor(
  reader: Reader,
  { userId, anonymousId, email }: Visitor,
): Promise<number | undefined> {
  const { customers } = reader.t
  if (userId) {
    const [row] = await reader.db
      .select({ seq: customers.seq })
      .from(customers)
      .where(eq(customers.externalRef, userId))
    if (row) return row.seq
  }
  // A user id that is not known is another person, whoever used this browser before.
  if (!userId && anonymousId) {
    const seq = await findByIdentity(reader, 'account', anonymousPlatform, anonymousId)
    if (seq !== undefined) return seq
  }
  return email ? findByIdentity(reader, 'email', '', email, userId !== undefined) : undefined
}

/**
 * `unclaimed`: only a customer that no other system has named yet. Of several with one address the oldest counts; a browser
 * that several people signed in with tells nothing.
 */
async function findByIdentity(
  reader: Reader,
  kind: 'account' | 'email',
  platform: string,
  value: string,
  unclaimed = false,
): Promise<number | undefined> {
  const { customers, identities } = reader.t
  const rows = await reader.db
    .select({ seq: customers.seq })
    .from(customers)
    .innerJoin(identities, eq(identities.customerSeq, customers.seq))
    .where(
      and(
        eq(identities.kind, kind),
        eq(identities.platform, platform),
        eq(identities.valueKey, identityKeyOf(kind, value)),
        unclaimed ? isNull(customers.externalRef) : undefined,
      ),
    )
    .orderBy(asc(customers.seq))
    .limit(2)
  return kind === 'account' && rows.length > 1 ? undefined : rows[0]?.seq
}

/** Creates or completes the customer behind a visitor. Only fields that are given are written. */
export async function identifyVisitor(
  tx: Tx,
  act: Act,
  visitor: Visitor,
  fields: Partial<CustomerFields>,
  identities: readonly NewIdentity[],
): Promise<number> {
  const { customers } = tx.t
  const known = await findVisitor(tx, visitor)
  const given = {
    ...fields,
    ...(fields.name ? { nameKey: nameKeyOf(fields.name) } : {}),
    ...(visitor.userId ? { externalRef: visitor.userId } : {}),
    updatedAt: act.now,
  }
  const name = fields.name ?? visitor.email ?? visitor.userId ?? visitor.anonymousId ?? ''
  const [row] =
    known === undefined
      ? await tx.db
          .insert(customers)
          .values({ name, nameKey: nameKeyOf(name), ...given, id: act.newId(), createdAt: act.now })
          .returning({ seq: customers.seq, id: customers.id })
      : await tx.db
          .update(customers)
          .set(given)
          .where(eq(customers.seq, known))
          .returning({ seq: customers.seq, id: customers.id })
  if (!row) throw new Error('customer was not stored')
  await addIdentities(tx, row.seq, identities, act.now)
  const action = known === undefined ? 'customer.create' : 'customer.update'
  await appendAudit(tx, { at: act.now, actor: act.userId, action, object: `customer:${row.id}`, ip: act.ip })
  tx.emit({ type: 'customers' })
  return row.seq
}
