import { desc, sql } from 'drizzle-orm'
import { createHash } from 'node:crypto'
import type { Reader, Tx } from './store.ts'

export interface AuditEntry {
  at: number
  /** A user id, 'system', or 'token:<prefix>'. */
  actor: string
  /** noun.verb: reply.create, user.sign_in … */
  action: string
  /** noun:id */
  object: string
  data?: Record<string, unknown>
  ip?: string
}

/** Appends to the hash chain. Never pass secrets or message texts in `data`. */
export async function appendAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  const { t, db } = tx
  // The counter row is locked until the commit: two processes cannot both continue the same hash.
  await db
    .insert(t.counters)
    .values({ key: 'audit', value: 1 })
    .onConflictDoUpdate({ target: t.counters.key, set: { value: sql`${t.counters.value} + 1` } })
    .returning()
  const [previous] = await db.select({ hash: t.audit.hash }).from(t.audit).orderBy(desc(t.audit.seq)).limit(1)
  const row = {
    at: entry.at,
    actor: entry.actor,
    action: entry.action,
    object: entry.object,
    data: entry.data ?? null,
    ip: entry.ip ?? '',
  }
  await db.insert(t.audit).values({ ...row, hash: hashAudit(previous?.hash ?? '', row) })
}

type HashedRow = Required<Omit<AuditEntry, 'data'>> & { data: Record<string, unknown> | null }

function hashAudit(previous: string, row: HashedRow): string {
  const content = JSON.stringify([row.at, row.actor, row.action, row.object, canonical(row.data), row.ip])
  return createHash('sha256').update(`${previous}\n${content}`).digest('hex')
}

/** JSON with sorted keys: PostgreSQL's jsonb gives keys back in an order of its own. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, one]) => one !== undefined)
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, canonical(one)])
}

/** Newest first. `before`: older than this seq; `after`: the rows just newer than that one. */
export async function listAudit(
  reader: Reader,
  { before = Number.MAX_SAFE_INTEGER, after, limit = 50 }: { before?: number; after?: number; limit?: number } = {},
) {
  const { t, db } = reader
  if (after === undefined)
    return db
      .select()
      .from(t.audit)
      .where(sql`${t.audit.seq} < ${before}`)
      .orderBy(desc(t.audit.seq))
      .limit(limit)
  const rows = await db
    .select()
    .from(t.audit)
    .where(sql`${t.audit.seq} > ${after}`)
    .orderBy(t.audit.seq)
    .limit(limit)
  return rows.reverse()
}

/** The seq of the first row whose hash does not follow from the one before; undefined when the chain holds. */
export async function findAuditBreak(reader: Reader): Promise<number | undefined> {
  const { t, db } = reader
  let previous = ''
  for (let after = 0; ;) {
    const rows = await db
      .select()
      .from(t.audit)
      .where(sql`${t.audit.seq} > ${after}`)
      .orderBy(t.audit.seq)
      .limit(1000)
    for (const row of rows) {
      if (hashAudit(previous, row) !== row.hash) return row.seq
      previous = row.hash
    }
    const last = rows.at(-1)
    if (!last) return undefined
    after = last.seq
  }
}
