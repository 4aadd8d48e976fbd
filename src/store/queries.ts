import { and, asc, desc, eq, isNull, lt, sql } from 'drizzle-orm'
import { appendAudit } from './audit.ts'
import { attachedLists, setAttachedLists } from './queryExclusions.ts'
import type { Reader, Tx } from './store.ts'
import type { Tables } from './tables/all.ts'
import type { QuerySettings } from './tables/listening.ts'
import type { Act } from './threadActions.ts'

export type ListeningQuery = Tables['queries']['$inferSelect']

export async function listQueries(reader: Reader): Promise<ListeningQuery[]> {
  const { queries } = reader.t
  return reader.db.select().from(queries).orderBy(asc(queries.name))
}

export async function findQuery(reader: Reader, id: string): Promise<ListeningQuery | undefined> {
  const { queries } = reader.t
  const [row] = await reader.db.select().from(queries).where(eq(queries.id, id))
  return row
}

export async function listQueryVersions(reader: Reader, querySeq: number) {
  const { queryVersions, users } = reader.t
  return reader.db
    .select({ version: queryVersions, userName: users.name })
    .from(queryVersions)
    .leftJoin(users, eq(users.id, queryVersions.createdBy))
    .where(eq(queryVersions.querySeq, querySeq))
    .orderBy(desc(queryVersions.version))
    .limit(50)
}

export async function findQueryVersion(reader: Reader, querySeq: number, version: number) {
  const { queryVersions } = reader.t
  const [row] = await reader.db
    .select()
    .from(queryVersions)
    .where(and(eq(queryVersions.querySeq, querySeq), eq(queryVersions.version, version)))
  return row
}

/** When the mention was written that each query caught last; one step into an index for each. */
export async function lastMatches(reader: Reader, querySeqs: readonly number[]): Promise<Map<number, number>> {
  const { matches, mentions } = reader.t
  const found = new Map<number, number>()
  for (const seq of querySeqs) {
    const [row] = await reader.db
      .select({ at: mentions.createdAt })
      .from(matches)
      .innerJoin(mentions, eq(mentions.seq, matches.mentionSeq))
      .where(eq(matches.querySeq, seq))
      .orderBy(desc(matches.mentionSeq))
      .limit(1)
    if (row) found.set(seq, row.at)
  }
  return found
}

/** Matches of each query since a day, from the roll-up. */
export async function countMatches(reader: Reader, sinceDay: number): Promise<Map<number, number>> {
  const { volumeRollup } = reader.t
  const rows = await reader.db
    .select({ seq: volumeRollup.querySeq, n: sql<number>`sum(${volumeRollup.count})`.mapWith(Number) })
    .from(volumeRollup)
    .where(sql`${volumeRollup.day} >= ${sinceDay}`)
    .groupBy(volumeRollup.querySeq)
  return new Map(rows.map((row) => [row.seq, row.n]))
}

export interface QueryFields {
  name: string
  kind: ListeningQuery['kind']
  text: string
  settings: QuerySettings
  isActive: boolean
  /** Ids of the exclusion lists that it leaves out; absent: those that it has. */
  lists?: readonly string[]
}

/** undefined: the name is taken. The first version is kept with it. */
export async function insertQuery(
  tx: Tx,
  act: Act,
  { lists, ...fields }: QueryFields,
): Promise<ListeningQuery | undefined> {
  const { queries } = tx.t
  const [row] = await tx.db
    .insert(queries)
    .values({ ...fields, id: act.newId(), createdAt: act.now, updatedAt: act.now })
    .onConflictDoNothing()
    .returning()
  if (!row) return undefined
  if (lists) await setAttachedLists(tx, row.seq, lists)
  await keepVersion(tx, act, row)
  await note(tx, act, 'query.create', row.id)
  return row
}

/** A changed text, switch or choice of lists is a new version; what earlier ones caught keeps their number. `taken`: the name is. */
export async function updateQuery(
  tx: Tx,
  act: Act,
  id: string,
  { lists, ...fields }: QueryFields,
): Promise<'saved' | 'taken' | 'gone'> {
  const { queries } = tx.t
  const [before] = await tx.db.select().from(queries).where(eq(queries.id, id))
  if (!before) return 'gone'
  const taken = await tx.db
    .select({ id: queries.id })
    .from(queries)
    .where(and(eq(queries.name, fields.name), sql`${queries.id} <> ${id}`))
  if (taken.length > 0) return 'taken'
  const { settings } = before
  const listsChanged = lists !== undefined && (await setAttachedLists(tx, before.seq, lists))
  const changed =
    listsChanged ||
    before.text !== fields.text ||
    settings.fold !== fields.settings.fold ||
    settings.stem !== fields.settings.stem
  const [row] = await tx.db
    .update(queries)
    .set({ ...fields, version: before.version + (changed ? 1 : 0), updatedAt: act.now })
    .where(eq(queries.id, id))
    .returning()
  if (row && changed) await keepVersion(tx, act, row)
  await note(tx, act, 'query.update', id)
  return 'saved'
}

/** The same query under a new version: one of its exclusion lists has changed. */
export async function renewQuery(tx: Tx, act: Act, seq: number): Promise<void> {
  const { queries } = tx.t
  const [row] = await tx.db
    .update(queries)
    .set({ version: sql`${queries.version} + 1`, updatedAt: act.now })
    .where(eq(queries.seq, seq))
    .returning()
  if (row) await keepVersion(tx, act, row)
}

export async function removeQuery(tx: Tx, act: Act, id: string): Promise<boolean> {
  const { queries } = tx.t
  const rows = await tx.db.delete(queries).where(eq(queries.id, id)).returning({ id: queries.id })
  if (rows.length > 0) await note(tx, act, 'query.remove', id)
  return rows.length > 0
}

/** Newest mentions, or those that arrived before one, with what a preview matches against. */
export async function listRecentForMatching(reader: Reader, limit: number, beforeSeq?: number) {
  const { mentions, authors, threads } = reader.t
  return reader.db
    .select({ mention: mentions, author: authors, threadId: threads.id })
    .from(mentions)
    .innerJoin(authors, eq(authors.seq, mentions.authorSeq))
    .innerJoin(threads, eq(threads.seq, mentions.threadSeq))
    .where(and(isNull(mentions.deletedAt), beforeSeq === undefined ? undefined : lt(mentions.seq, beforeSeq)))
    .orderBy(desc(mentions.seq))
    .limit(limit)
}

async function keepVersion(tx: Tx, act: Act, row: ListeningQuery): Promise<void> {
  const lists = await attachedLists(tx, row.seq)
  await tx.db.insert(tx.t.queryVersions).values({
    querySeq: row.seq,
    version: row.version,
    text: row.text,
    settings: row.settings,
    lists: lists.length === 0 ? null : lists.map(({ id, name, version }) => ({ id, name, version })),
    createdAt: act.now,
    createdBy: act.userId,
  })
}

async function note(tx: Tx, act: Act, action: string, id: string): Promise<void> {
  await appendAudit(tx, { at: act.now, actor: act.userId, action, object: `query:${id}`, ip: act.ip })
  tx.emit({ type: 'queries' })
}
