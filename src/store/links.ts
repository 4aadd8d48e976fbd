import { and, eq, sql } from 'drizzle-orm'
import { stageOfIntents } from '../domain/touchpoint.ts'
import { excerpt } from './outbox.ts'
import type { Tx } from './store.ts'
import { recordAct, type Act } from './threadActions.ts'
import type { Evidence } from './tables/customers.ts'

type Status = 'linked' | 'rejected' | 'unlinked'

export interface Decision {
  authorSeq: number
  customerSeq: number
  status: Status
  /** The thread from which it was decided: its log says so. */
  threadSeq: number
}

/** A person's decision about (author, customer). Appended, never overwritten; the newest of a pair counts. */
export async function decideLink(tx: Tx, act: Act, decision: Decision): Promise<void> {
  const { links, users, customers } = tx.t
  const pair = and(eq(links.authorSeq, decision.authorSeq), eq(links.customerSeq, decision.customerSeq))
  const [before] = await tx.db
    .update(links)
    .set({ isCurrent: false })
    .where(and(pair, eq(links.isCurrent, true)))
    .returning()
  const [user] = await tx.db.select({ name: users.name }).from(users).where(eq(users.id, act.userId))
  const manual: Evidence = { evidence: 'manual', text: user?.name ?? act.userId }
  await tx.db.insert(links).values({
    authorSeq: decision.authorSeq,
    customerSeq: decision.customerSeq,
    status: decision.status,
    method: 'manual',
    evidence: [manual, ...(before?.evidence ?? [])],
    score: before?.score ?? null,
    createdAt: act.now,
    createdBy: act.userId,
  })
  await applyLink(tx, act, decision)
  const [customer] = await tx.db
    .select({ id: customers.id, name: customers.name })
    .from(customers)
    .where(eq(customers.seq, decision.customerSeq))
  await recordAct(tx, act, {
    threadSeq: decision.threadSeq,
    kind: `customer.${decision.status}`,
    data: { customerId: customer?.id, name: customer?.name, authorSeq: decision.authorSeq },
    reason: 'state',
  })
  tx.emit({ type: 'customers' })
}

/** What is stored because of the link: on the author, on the threads, and the touchpoints of what was said. */
async function applyLink(tx: Tx, act: Act, { authorSeq, customerSeq, status }: Decision): Promise<void> {
  const { authors, threads, touchpoints, mentions } = tx.t
  if (status === 'linked') {
    await tx.db.update(authors).set({ customerSeq }).where(eq(authors.seq, authorSeq))
    await tx.db.update(threads).set({ customerSeq }).where(eq(threads.authorSeq, authorSeq))
    await addTouchpoints(tx, act, authorSeq, customerSeq)
    return
  }
  await tx.db
    .update(authors)
    .set({ customerSeq: null })
    .where(and(eq(authors.seq, authorSeq), eq(authors.customerSeq, customerSeq)))
  await tx.db
    .update(threads)
    .set({ customerSeq: null })
    .where(and(eq(threads.authorSeq, authorSeq), eq(threads.customerSeq, customerSeq)))
  const theirs = sql`${touchpoints.mentionSeq} in (select ${mentions.seq} from ${mentions} where ${mentions.authorSeq} = ${authorSeq})`
  await tx.db.delete(touchpoints).where(and(eq(touchpoints.customerSeq, customerSeq), theirs))
  const ours = sql`${touchpoints.replyId} in (select r.id from replies r join threads th on th.seq = r.thread_seq where th.author_seq = ${authorSeq})`
  await tx.db.delete(touchpoints).where(and(eq(touchpoints.customerSeq, customerSeq), ours))
}

/** One touchpoint for each mention, moved when the author was somebody else's before. */
async function addTouchpoints(tx: Tx, act: Act, authorSeq: number, customerSeq: number): Promise<void> {
  const { mentions, touchpoints } = tx.t
  const said = await tx.db
    .select({
      seq: mentions.seq,
      title: mentions.title,
      text: mentions.text,
      kind: mentions.kind,
      intents: mentions.intents,
      createdAt: mentions.createdAt,
    })
    .from(mentions)
    .where(eq(mentions.authorSeq, authorSeq))
    .orderBy(mentions.seq)
    .limit(10_000)
  const rows = said.map((one) => ({
    id: act.newId(),
    customerSeq,
    channel: one.kind === 'review' ? 'review' : 'social',
    direction: 'in',
    stage: stageOfIntents(one.intents?.map(({ label }) => label) ?? [], one.kind === 'review'),
    occurredAt: one.createdAt,
    summary: excerpt(one.title ? `${one.title} ${one.text}` : one.text),
    mentionSeq: one.seq,
    createdAt: act.now,
  }))
  await tx.insert('linked touchpoint', 'touchpoints', rows, (insert) =>
    insert.onConflictDoUpdate({ target: touchpoints.mentionSeq, set: { customerSeq: sql`excluded.customer_seq` } }),
  )
}
