import { and, asc, eq, inArray, ne } from 'drizzle-orm'
import { appendAudit } from './audit.ts'
import type { Reader, Tx } from './store.ts'
import type { Tables } from './tables/all.ts'
import type { Act } from './threadActions.ts'

/** A chart of more is read by nobody. */
export const mostMembers = 8

export type QueryGroup = Tables['queryGroups']['$inferSelect']

export async function listGroups(reader: Reader): Promise<QueryGroup[]> {
  const { queryGroups } = reader.t
  return reader.db.select().from(queryGroups).orderBy(asc(queryGroups.name))
}

export async function findGroup(reader: Reader, id: string): Promise<QueryGroup | undefined> {
  const { queryGroups } = reader.t
  const [row] = await reader.db.select().from(queryGroups).where(eq(queryGroups.id, id))
  return row
}

/** The queries of each group, by name. */
export async function listMembers(reader: Reader) {
  const { queries, queryGroupMembers: members } = reader.t
  return reader.db
    .select({
      groupSeq: members.groupSeq,
      seq: queries.seq,
      id: queries.id,
      name: queries.name,
      isActive: queries.isActive,
      createdAt: queries.createdAt,
    })
    .from(members)
    .innerJoin(queries, eq(queries.seq, members.querySeq))
    .orderBy(asc(queries.name))
}

export interface GroupFields {
  name: string
  /** Ids of its queries; those of none are left out. */
  queryIds: readonly string[]
}

/** undefined: the name is taken. */
export async function insertGroup(tx: Tx, act: Act, { name, queryIds }: GroupFields): Promise<QueryGroup | undefined> {
  const [row] = await tx.db
    .insert(tx.t.queryGroups)
    .values({ id: act.newId(), name, createdAt: act.now, updatedAt: act.now })
    .onConflictDoNothing()
    .returning()
  if (!row) return undefined
  await setMembers(tx, row.seq, queryIds)
  await note(tx, act, 'group.create', row.id)
  return row
}

/** `taken`: the name is. */
export async function updateGroup(
  tx: Tx,
  act: Act,
  id: string,
  { name, queryIds }: GroupFields,
): Promise<'saved' | 'taken' | 'gone'> {
  const { queryGroups } = tx.t
  const taken = await tx.db
    .select({ id: queryGroups.id })
    .from(queryGroups)
    .where(and(eq(queryGroups.name, name), ne(queryGroups.id, id)))
  if (taken.length > 0) return 'taken'
  const [row] = await tx.db
    .update(queryGroups)
    .set({ name, updatedAt: act.now })
    .where(eq(queryGroups.id, id))
    .returning()
  if (!row) return 'gone'
  await setMembers(tx, row.seq, queryIds)
  await note(tx, act, 'group.update', id)
  return 'saved'
}

export async function removeGroup(tx: Tx, act: Act, id: string): Promise<boolean> {
  const { queryGroups } = tx.t
  const rows = await tx.db.delete(queryGroups).where(eq(queryGroups.id, id)).returning({ id: queryGroups.id })
  if (rows.length > 0) await note(tx, act, 'group.remove', id)
  return rows.length > 0
}

async function setMembers(tx: Tx, groupSeq: number, queryIds: readonly string[]): Promise<void> {
  const { queries, queryGroupMembers: members } = tx.t
  await tx.db.delete(members).where(eq(members.groupSeq, groupSeq))
  if (queryIds.length === 0) return
  const found = await tx.db
    .select({ seq: queries.seq })
    .from(queries)
    .where(inArray(queries.id, [...queryIds]))
  if (found.length > 0) await tx.db.insert(members).values(found.map(({ seq }) => ({ groupSeq, querySeq: seq })))
}

async function note(tx: Tx, act: Act, action: string, id: string): Promise<void> {
  await appendAudit(tx, { at: act.now, actor: act.userId, action, object: `group:${id}`, ip: act.ip })
}
