import { and, desc, eq, inArray, isNull } from 'drizzle-orm'
import { stageOfIntents } from '../domain/touchpoint.ts'
import { excerpt } from './outbox.ts'
import type { Tx } from './store.ts'

export interface LinkContext {
  now: number
  newId(): string
}

/** Identities under any of these keys ([kind, platform, value]); values may hit other platforms: filter by key. */
export async function findIdentities(tx: Tx, values: string[]) {
  return tx.all<Awaited<ReturnType<typeof identitiesByValue>>[number]>(
    'identities by value',
    (db, t) => identitiesByValue(db, t, tx.d),
    { values },
  )
}

function identitiesByValue(db: Tx['db'], { identities }: Tx['t'], d: Tx['d']) {
  const { customerSeq, kind, platform, valueKey } = identities
  return db
    .select({ customerSeq, kind, platform, valueKey })
    .from(identities)
    .where(and(inArray(kind, ['account', 'handle', 'domain']), d.among(valueKey, 'values')))
}

/** "Not the same" is kept and blocks both links and suggestions. */
export async function refusedPairs(tx: Tx, authorSeqs: number[]): Promise<Set<string>> {
  const { links } = tx.t
  const rows = await tx.db
    .select({ authorSeq: links.authorSeq, customerSeq: links.customerSeq })
    .from(links)
    .where(
      and(
        inArray(links.authorSeq, authorSeqs),
        eq(links.isCurrent, true),
        inArray(links.status, ['rejected', 'unlinked']),
      ),
    )
  return new Set(rows.map((row) => `${row.authorSeq} ${row.customerSeq}`))
}

export async function suggestLink(tx: Tx, authorSeq: number, decision: LinkSuggestion, now: number): Promise<void> {
  const { links } = tx.t
  const [known] = await tx.db
    .select({ seq: links.seq })
    .from(links)
    .where(and(eq(links.authorSeq, authorSeq), eq(links.customerSeq, decision.customerSeq), eq(links.isCurrent, true)))
    .limit(1)
  if (known) return
  await tx.db.insert(links).values({
    authorSeq,
    customerSeq: decision.customerSeq,
    status: 'suggested',
    method: decision.method,
    evidence: decision.evidence,
    createdAt: now,
  })
}

export interface LinkSuggestion {
  customerSeq: number
  method: string
  evidence: { evidence: string; text: string }[]
}

export interface NewLink {
  method: string
  evidence: { evidence: string; text: string }[]
  /** User id; null: the machine. */
  createdBy: string | null
}

/**
 * The author is this customer from now on: threads carry it and every mention so far becomes a touchpoint. An earlier
 * link of the author to somebody else ends (and stays in the log).
 */
export async function setLink(
  tx: Tx,
  authorSeq: number,
  customerSeq: number,
  link: NewLink,
  context: LinkContext,
): Promise<void> {
  await endLink(tx, authorSeq, 'unlinked', link.createdBy, context.now, customerSeq)
  await recordLink(tx, authorSeq, customerSeq, 'linked', link, context.now)
  const { authors, threads } = tx.t
  await tx.db.update(authors).set({ customerSeq }).where(eq(authors.seq, authorSeq))
  await tx.db.update(threads).set({ customerSeq }).where(eq(threads.authorSeq, authorSeq))
  await addMentionTouchpoints(tx, authorSeq, customerSeq, context)
  tx.emit({ type: 'customers' })
}

/** Ends the link of an author. `except`: the customer that it is about to be linked to. */
export async function endLink(
  tx: Tx,
  authorSeq: number,
  status: 'unlinked' | 'rejected',
  by: string | null,
  now: number,
  except?: number,
): Promise<void> {
  const { authors, threads, touchpoints, mentions } = tx.t
  const [author] = await tx.db
    .select({ customerSeq: authors.customerSeq })
    .from(authors)
    .where(eq(authors.seq, authorSeq))
  if (!author || author.customerSeq === null || author.customerSeq === except) return
  await recordLink(tx, authorSeq, author.customerSeq, status, { method: 'person', evidence: [], createdBy: by }, now)
  await tx.db.update(authors).set({ customerSeq: null }).where(eq(authors.seq, authorSeq))
  await tx.db.update(threads).set({ customerSeq: null }).where(eq(threads.authorSeq, authorSeq))
  const own = tx.db
    .select({ seq: mentions.seq })
    .from(mentions)
    .where(inArray(mentions.threadSeq, threadsOf(tx, authorSeq)))
  await tx.db.delete(touchpoints).where(inArray(touchpoints.mentionSeq, own))
  tx.emit({ type: 'customers' })
}

/** "Not the same": a suggestion that must not come back. */
export async function rejectLink(
  tx: Tx,
  authorSeq: number,
  customerSeq: number,
  by: string,
  now: number,
): Promise<void> {
  await recordLink(tx, authorSeq, customerSeq, 'rejected', { method: 'person', evidence: [], createdBy: by }, now)
}

async function recordLink(
  tx: Tx,
  authorSeq: number,
  customerSeq: number,
  status: 'linked' | 'unlinked' | 'rejected',
  link: NewLink,
  now: number,
) {
  const { links } = tx.t
  await tx.db
    .update(links)
    .set({ isCurrent: false })
    .where(and(eq(links.authorSeq, authorSeq), eq(links.customerSeq, customerSeq), eq(links.isCurrent, true)))
  await tx.db.insert(links).values({
    authorSeq,
    customerSeq,
    status,
    method: link.method,
    evidence: link.evidence,
    createdAt: now,
    createdBy: link.createdBy,
  })
}

async function addMentionTouchpoints(
  tx: Tx,
  authorSeq: number,
  customerSeq: number,
  context: LinkContext,
): Promise<void> {
  const { mentions } = tx.t
  const rows = await tx.db
    .select({
      seq: mentions.seq,
      kind: mentions.kind,
      text: mentions.text,
      title: mentions.title,
      createdAt: mentions.createdAt,
      intents: mentions.intents,
    })
    .from(mentions)
    .where(and(inArray(mentions.threadSeq, threadsOf(tx, authorSeq)), isNull(mentions.deletedAt)))
    .orderBy(desc(mentions.seq))
    .limit(1000)
  await tx.insert(
    'mention touchpoint',
    'touchpoints',
    rows.map((row) => mentionTouchpoint(row, customerSeq, context)),
    (insert) => insert.onConflictDoNothing(),
  )
}

/** A thread is one author's: its mentions are his. */
function threadsOf({ db, t }: Tx, authorSeq: number) {
  return db.select({ seq: t.threads.seq }).from(t.threads).where(eq(t.threads.authorSeq, authorSeq))
}

/** The touchpoint that an inbound mention of a known customer is. */
export function mentionTouchpoint(
  row: {
    seq: number
    kind: string
    text: string
    title: string | null
    createdAt: number
    intents: { label: string }[] | null
  },
  customerSeq: number,
  context: LinkContext,
) {
  const isReview = row.kind === 'review'
  return {
    id: context.newId(),
    customerSeq,
    channel: isReview ? 'review' : 'social',
    direction: 'in',
    stage: stageOfIntents(
      (row.intents ?? []).map((intent) => intent.label),
      isReview,
    ),
    occurredAt: row.createdAt,
    summary: excerpt(row.title ? `${row.title}: ${row.text}` : row.text),
    mentionSeq: row.seq,
    createdAt: context.now,
  }
}
