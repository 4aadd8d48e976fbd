import { and, asc, desc, eq, gt, gte, isNotNull, isNull, lt, lte, max, min, ne, or } from 'drizzle-orm'
import type { Sentiment } from '../domain/classification.ts'
import { truthOf, type AuditItem, type Seat } from '../domain/labelAudit.ts'
import { appendAudit } from './audit.ts'
import type { Reader, Tx } from './store.ts'
import type { Tables } from './tables/all.ts'
import { correctClassification, type Act } from './threadActions.ts'

export type Audit = Tables['audits']['$inferSelect']
export type AuditItemRow = Awaited<ReturnType<typeof loadAuditItems>>[number]

const mostAudits = 60

/** Newest month first. */
export async function listAudits(reader: Reader): Promise<Audit[]> {
  const { audits } = reader.t
  return reader.db.select().from(audits).orderBy(desc(audits.month)).limit(mostAudits)
}

export async function findAudit(reader: Reader, id: string): Promise<Audit | undefined> {
  const { audits } = reader.t
  const [row] = await reader.db.select().from(audits).where(eq(audits.id, id))
  return row
}

/**
 * The sample as it stands: what was edited or deleted since the draw has given its place to the next one drawn. Of a
 * closed audit: what was labelled, whatever became of it.
 */
export async function loadAuditItems(reader: Reader, audit: Pick<Audit, 'seq' | 'size' | 'state'>) {
  const { auditItems, mentions, threads } = reader.t
  return reader.db
    .select({
      position: auditItems.position,
      mentionSeq: auditItems.mentionSeq,
      said: auditItems.said,
      labelA: auditItems.labelA,
      labelB: auditItems.labelB,
      verdict: auditItems.verdict,
      title: mentions.title,
      text: mentions.text,
      lang: mentions.lang,
      kind: mentions.kind,
      platform: mentions.platform,
      threadId: threads.id,
    })
    .from(auditItems)
    .innerJoin(mentions, eq(mentions.seq, auditItems.mentionSeq))
    .innerJoin(threads, eq(threads.seq, mentions.threadSeq))
    .where(
      and(
        eq(auditItems.auditSeq, audit.seq),
        audit.state === 'closed'
          ? or(isNotNull(auditItems.labelA), isNotNull(auditItems.labelB))
          : and(isNull(mentions.deletedAt), eq(mentions.version, auditItems.mentionVersion)),
      ),
    )
    .orderBy(asc(auditItems.position))
    .limit(audit.size)
}

/** undefined: the month has one. Without a user where the clock asks. `runAt`: when the sample is drawn. */
export async function createAudit(
  tx: Tx,
  { now, newId, ...who }: Pick<Act, 'now' | 'newId'> & Partial<Act>,
  { month, size, seed }: { month: string; size: number; seed: number },
  runAt = now,
): Promise<Audit | undefined> {
  const { audits, jobs } = tx.t
  const [row] = await tx.db
    .insert(audits)
    .values({ id: newId(), month, seed, size, state: 'drawing', createdAt: now })
    .onConflictDoNothing()
    .returning()
  if (!row) return undefined
  const job = { kind: 'audit', key: row.id, lane: 'audit', payload: { auditId: row.id }, runAt, createdAt: now }
  await tx.db.insert(jobs).values(job).onConflictDoNothing()
  const data = { month, size, seed }
  await appendAudit(tx, {
    at: now,
    actor: who.userId ?? 'system',
    action: 'audit.create',
    object: `audit:${row.id}`,
    data,
    ip: who.ip ?? '',
  })
  tx.emit({ type: 'job', kind: 'audit' })
  return row
}

/** Arrival numbers of everything that is stored. */
export async function seqRange(reader: Reader): Promise<{ first: number; last: number }> {
  const { mentions } = reader.t
  const [row] = await reader.db.select({ first: min(mentions.seq), last: max(mentions.seq) }).from(mentions)
  return { first: row?.first ?? 0, last: row?.last ?? -1 }
}

/** What reports count of a span of time, among mentions with these arrival numbers; both ends of the numbers included. */
export async function listCounted(
  reader: Reader,
  { from, to }: { from: number; to: number },
  { first, last }: { first: number; last: number },
) {
  const { mentions } = reader.t
  return reader.db
    .select({ seq: mentions.seq, version: mentions.version, said: mentions.sentiment })
    .from(mentions)
    .where(
      and(
        gte(mentions.seq, first),
        lte(mentions.seq, last),
        gte(mentions.createdAt, from),
        lt(mentions.createdAt, to),
        isNotNull(mentions.enrichedAt),
        isNotNull(mentions.sentiment),
        isNull(mentions.deletedAt),
        isNull(mentions.copyOf),
        ne(mentions.text, ''),
      ),
    )
    .orderBy(asc(mentions.seq))
}

/** Puts the drawn sample in, in the order of the draw; safe to run twice. */
export async function fillAudit(
  tx: Tx,
  audit: Audit,
  drawn: readonly { seq: number; version: number; said: Sentiment }[],
  population: number,
): Promise<void> {
  const { audits } = tx.t
  const rows = drawn.map(({ seq, version, said }, position) => ({
    auditSeq: audit.seq,
    position,
    mentionSeq: seq,
    mentionVersion: version,
    said,
  }))
  await tx.insert('audit item', 'auditItems', rows, (insert) => insert.onConflictDoNothing())
  await tx.db
    .update(audits)
    .set({ state: 'open', population, size: Math.min(audit.size, drawn.length) })
    .where(and(eq(audits.seq, audit.seq), eq(audits.state, 'drawing')))
}

/** The seat of a person, taken where one is free: the first two who come label. undefined: both are taken, or it is closed. */
export async function takeSeat(tx: Tx, audit: Audit, userId: string): Promise<Seat | undefined> {
  const { audits } = tx.t
  const [row] = await tx.db
    .update(audits)
    .set({ raterA: userId })
    .where(
      and(
        eq(audits.seq, audit.seq),
        eq(audits.state, 'open'),
        isNull(audits.raterA),
        or(isNull(audits.raterB), ne(audits.raterB, userId)),
      ),
    )
    .returning({ seq: audits.seq })
  if (row) return 'A'
  await tx.db
    .update(audits)
    .set({ raterB: userId })
    .where(and(eq(audits.seq, audit.seq), eq(audits.state, 'open'), isNull(audits.raterB), ne(audits.raterA, userId)))
  return seatOf(await findAudit(tx, audit.id), userId)
}

export function seatOf(audit: Audit | undefined, userId: string): Seat | undefined {
  if (audit?.raterA === userId) return 'A'
  return audit?.raterB === userId ? 'B' : undefined
}

/** A label of the person in a seat; it may be changed until somebody has settled the difference. */
export async function labelItem(
  tx: Tx,
  audit: Audit,
  seat: Seat,
  position: number,
  label: Sentiment,
): Promise<boolean> {
  const { auditItems } = tx.t
  const rows = await tx.db
    .update(auditItems)
    .set(seat === 'A' ? { labelA: label } : { labelB: label })
    .where(and(eq(auditItems.auditSeq, audit.seq), eq(auditItems.position, position), isNull(auditItems.verdict)))
    .returning({ position: auditItems.position })
  return rows.length > 0
}

/** Where the two differ; the last word counts. */
export async function settleItem(
  tx: Tx,
  audit: Audit,
  position: number,
  verdict: Sentiment,
  userId: string,
): Promise<boolean> {
  const { auditItems } = tx.t
  const rows = await tx.db
    .update(auditItems)
    .set({ verdict, verdictBy: userId })
    .where(
      and(
        eq(auditItems.auditSeq, audit.seq),
        eq(auditItems.position, position),
        isNotNull(auditItems.labelA),
        isNotNull(auditItems.labelB),
        ne(auditItems.labelA, auditItems.labelB),
      ),
    )
    .returning({ position: auditItems.position })
  return rows.length > 0
}

/**
 * Ends an audit whose every item has its truth: what people found are their labels from now on, and the classifier
 * learns from them. `unfinished`: something is missing, and nothing was done.
 */
export async function closeAudit(tx: Tx, act: Act, audit: Audit): Promise<'closed' | 'unfinished'> {
  const { audits } = tx.t
  const items = await loadAuditItems(tx, audit)
  if (items.length === 0 || items.some((item) => truthOf(item) === undefined)) return 'unfinished'
  const [row] = await tx.db
    .update(audits)
    .set({ state: 'closed', closedAt: act.now })
    .where(and(eq(audits.seq, audit.seq), eq(audits.state, 'open')))
    .returning({ seq: audits.seq })
  if (!row) return 'unfinished'
  for (const item of items) {
    const sentiment = truthOf(item)
    if (sentiment) await correctClassification(tx, act, item.mentionSeq, { sentiment }, 'audit')
  }
  const data = { month: audit.month, items: items.length }
  await appendAudit(tx, {
    at: act.now,
    actor: act.userId,
    action: 'audit.close',
    object: `audit:${audit.id}`,
    data,
    ip: act.ip,
  })
  return 'closed'
}

/** Items of the newest closed audits since a moment, at most `limit` audits. */
export async function loadClosedAudits(
  reader: Reader,
  since: number,
  limit: number,
): Promise<{ audit: Audit; items: (AuditItem & { position: number })[] }[]> {
  const { audits } = reader.t
  const rows = await reader.db
    .select()
    .from(audits)
    .where(and(eq(audits.state, 'closed'), gt(audits.closedAt, since)))
    .orderBy(desc(audits.month))
    .limit(limit)
  const found = []
  for (const audit of rows) found.push({ audit, items: await loadAuditItems(reader, audit) })
  return found
}
