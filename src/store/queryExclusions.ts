import { and, asc, eq, inArray } from 'drizzle-orm'
import type { Reader, Tx } from './store.ts'

/** The exclusion lists that a query leaves out, by name. */
export async function attachedLists(reader: Reader, querySeq: number) {
  const { exclusionLists, queryExclusions } = reader.t
  return reader.db
    .select({
      id: exclusionLists.id,
      name: exclusionLists.name,
      version: exclusionLists.version,
      text: exclusionLists.text,
    })
    .from(queryExclusions)
    .innerJoin(exclusionLists, eq(exclusionLists.seq, queryExclusions.listSeq))
    .where(eq(queryExclusions.querySeq, querySeq))
    .orderBy(asc(exclusionLists.name))
}

/** The texts that each query leaves out, in the order of the lists' names; queries without a list are absent. */
export async function excludedTexts(reader: Reader): Promise<Map<number, string[]>> {
  const { exclusionLists, queryExclusions } = reader.t
  const rows = await reader.db
    .select({ querySeq: queryExclusions.querySeq, text: exclusionLists.text })
    .from(queryExclusions)
    .innerJoin(exclusionLists, eq(exclusionLists.seq, queryExclusions.listSeq))
    .orderBy(asc(exclusionLists.name))
  const texts = new Map<number, string[]>()
  for (const row of rows) texts.set(row.querySeq, [...(texts.get(row.querySeq) ?? []), row.text])
  return texts
}

/** Attaches exactly these lists; ids of none are left out. True when that changed anything. */
export async function setAttachedLists(tx: Tx, querySeq: number, listIds: readonly string[]): Promise<boolean> {
  const { exclusionLists, queryExclusions } = tx.t
  const wanted =
    listIds.length === 0
      ? []
      : await tx.db
          .select({ seq: exclusionLists.seq })
          .from(exclusionLists)
          .where(inArray(exclusionLists.id, [...listIds]))
  const present = await tx.db
    .select({ seq: queryExclusions.listSeq })
    .from(queryExclusions)
    .where(eq(queryExclusions.querySeq, querySeq))
  const [want, have] = [new Set(wanted.map((one) => one.seq)), new Set(present.map((one) => one.seq))]
  const added = [...want].filter((seq) => !have.has(seq))
  const dropped = [...have].filter((seq) => !want.has(seq))
  if (dropped.length > 0)
    await tx.db
      .delete(queryExclusions)
      .where(and(eq(queryExclusions.querySeq, querySeq), inArray(queryExclusions.listSeq, dropped)))
  if (added.length > 0)
    await tx.db
      .insert(queryExclusions)
      .values(added.map((listSeq) => ({ querySeq, listSeq })))
      .onConflictDoNothing()
  return added.length + dropped.length > 0
}
