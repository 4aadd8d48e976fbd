import { and, asc, desc, eq, ne } from 'drizzle-orm'
import { appendAudit } from './audit.ts'
import { renewQuery } from './queries.ts'
import type { Reader, Tx } from './store.ts'
import type { Tables } from './tables/all.ts'
import type { Act } from './threadActions.ts'

export type ExclusionList = Tables['exclusionLists']['$inferSelect']

export async function listExclusionLists(reader: Reader): Promise<ExclusionList[]> {
  const { exclusionLists } = reader.t
  return reader.db.select().from(exclusionLists).orderBy(asc(exclusionLists.name))
}

export async function findExclusionList(reader: Reader, id: string): Promise<ExclusionList | undefined> {
  const { exclusionLists } = reader.t
  const [row] = await reader.db.select().from(exclusionLists).where(eq(exclusionLists.id, id))
  return row
}

/** The queries that leave out what each list matches, by name. */
export async function queriesOfLists(reader: Reader) {
  const { queries, queryExclusions } = reader.t
  return reader.db
    .select({ listSeq: queryExclusions.listSeq, seq: queries.seq, id: queries.id, name: queries.name })
    .from(queryExclusions)
    .innerJoin(queries, eq(queries.seq, queryExclusions.querySeq))
    .orderBy(asc(queries.name))
}

export async function listListVersions(reader: Reader, listId: string) {
  const { exclusionListVersions: versions, users } = reader.t
  return reader.db
    .select({ version: versions, userName: users.name })
    .from(versions)
    .leftJoin(users, eq(users.id, versions.createdBy))
    .where(eq(versions.listId, listId))
    .orderBy(desc(versions.version))
    .limit(50)
}

export async function findListVersion(reader: Reader, listId: string, version: number) {
  const { exclusionListVersions: versions } = reader.t
  const [row] = await reader.db
    .select()
    .from(versions)
    .where(and(eq(versions.listId, listId), eq(versions.version, version)))
  return row
}

export interface ListFields {
  name: string
  text: string
}

/** undefined: the name is taken. The first version is kept with it. */
export async function insertExclusionList(tx: Tx, act: Act, fields: ListFields): Promise<ExclusionList | undefined> {
  const [row] = await tx.db
    .insert(tx.t.exclusionLists)
    .values({ ...fields, id: act.newId(), createdAt: act.now, updatedAt: act.now })
    .onConflictDoNothing()
    .returning()
  if (!row) return undefined
  await keepVersion(tx, act, row)
  await note(tx, act, 'list.create', row.id)
  return row
}

/** A changed text is a new version of the list, and of every query that it is attached to. `taken`: the name is. */
export async function updateExclusionList(
  tx: Tx,
  act: Act,
  id: string,
  fields: ListFields,
): Promise<'saved' | 'taken' | 'gone'> {
  const { exclusionLists } = tx.t
  const [before] = await tx.db.select().from(exclusionLists).where(eq(exclusionLists.id, id))
  if (!before) return 'gone'
  const taken = await tx.db
    .select({ id: exclusionLists.id })
    .from(exclusionLists)
    .where(and(eq(exclusionLists.name, fields.name), ne(exclusionLists.id, id)))
  if (taken.length > 0) return 'taken'
  const changed = before.text !== fields.text
  const [row] = await tx.db
    .update(exclusionLists)
    .set({ ...fields, version: before.version + (changed ? 1 : 0), updatedAt: act.now })
    .where(eq(exclusionLists.id, id))
    .returning()
  if (row && changed) {
    await keepVersion(tx, act, row)
    for (const querySeq of await attachedTo(tx, row.seq)) await renewQuery(tx, act, querySeq)
  }
  await note(tx, act, 'list.update', id)
  return 'saved'
}

/** Its queries catch again what it left out, each under a new version. The list's versions stay, to be looked up. */
export async function removeExclusionList(tx: Tx, act: Act, id: string): Promise<boolean> {
  const { exclusionLists } = tx.t
  const [found] = await tx.db.select({ seq: exclusionLists.seq }).from(exclusionLists).where(eq(exclusionLists.id, id))
  if (!found) return false
  const querySeqs = await attachedTo(tx, found.seq)
  await tx.db.delete(exclusionLists).where(eq(exclusionLists.seq, found.seq))
  for (const querySeq of querySeqs) await renewQuery(tx, act, querySeq)
  await note(tx, act, 'list.remove', id)
  return true
}

async function attachedTo(tx: Tx, listSeq: number): Promise<number[]> {
  const { queryExclusions } = tx.t
  const rows = await tx.db
    .select({ seq: queryExclusions.querySeq })
    .from(queryExclusions)
    .where(eq(queryExclusions.listSeq, listSeq))
    .orderBy(asc(queryExclusions.querySeq))
  return rows.map((row) => row.seq)
}

async function keepVersion(tx: Tx, act: Act, { id, version, text }: ExclusionList): Promise<void> {
  await tx.db
    .insert(tx.t.exclusionListVersions)
    .values({ listId: id, version, text, createdAt: act.now, createdBy: act.userId })
}

async function note(tx: Tx, act: Act, action: string, id: string): Promise<void> {
  await appendAudit(tx, { at: act.now, actor: act.userId, action, object: `list:${id}`, ip: act.ip })
  tx.emit({ type: 'queries' })
}
