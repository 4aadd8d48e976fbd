import { and, eq } from 'drizzle-orm'
import { endLink, rejectLink, setLink } from './linking.ts'
import type { Tx } from './store.ts'
import { recordAct, type Act } from './threadActions.ts'
import type { Evidence } from './tables/customers.ts'

export interface LinkDecision {
  authorSeq: number
  customerSeq: number
  decision: 'accept' | 'reject' | 'unlink'
  /** The thread from which it was decided: its log says so. */
  threadSeq: number
}

const kinds = { accept: 'customer.linked', reject: 'customer.rejected', unlink: 'customer.unlinked' } as const

/** A person's decision about (author, customer), with the evidence that was on the table. False: nothing to decide. */
export async function decideLink(tx: Tx, act: Act, one: LinkDecision): Promise<boolean> {
  const { links, users, customers, authors } = tx.t
  const [customer] = await tx.db.select().from(customers).where(eq(customers.seq, one.customerSeq))
  const [author] = await tx.db.select().from(authors).where(eq(authors.seq, one.authorSeq))
  if (!customer || !author || (one.decision === 'unlink' && author.customerSeq !== one.customerSeq)) return false
  const [before] = await tx.db
    .select({ evidence: links.evidence })
    .from(links)
    .where(and(eq(links.authorSeq, one.authorSeq), eq(links.customerSeq, one.customerSeq), eq(links.isCurrent, true)))
  const [user] = await tx.db.select({ name: users.name }).from(users).where(eq(users.id, act.userId))
  const manual: Evidence = { evidence: 'manual', text: user?.name ?? act.userId }
  const evidence = [manual, ...(before?.evidence ?? [])]
  if (one.decision === 'accept')
    await setLink(tx, one.authorSeq, one.customerSeq, { method: 'person', evidence, createdBy: act.userId }, act)
  else if (one.decision === 'reject') await rejectLink(tx, one.authorSeq, one.customerSeq, act.userId, act.now)
  else await endLink(tx, one.authorSeq, 'unlinked', act.userId, act.now)
  await recordAct(tx, act, {
    threadSeq: one.threadSeq,
    kind: kinds[one.decision],
    data: { customerId: customer.id, name: customer.name, authorSeq: one.authorSeq },
    reason: 'state',
  })
  return true
}
