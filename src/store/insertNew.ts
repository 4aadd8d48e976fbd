import { and, gte, lte } from 'drizzle-orm'
import type { SeqTable, Tx } from './store.ts'

/**
 * Inserts those rows whose unique keys are new. Answers the number of each row given, undefined where one with its key
 * was there. Which those were is asked only when there were any.
 */
export async function insertNew(
  tx: Tx,
  name: string,
  table: SeqTable,
  rows: Record<string, unknown>[],
): Promise<(number | undefined)[]> {
  const seqs = await tx.reserveSeqs(table, rows.length)
  const [first, last] = [seqs[0], seqs.at(-1)]
  if (first === undefined || last === undefined) return []
  const numbered = rows.map((row, index) => ({ ...row, seq: seqs[index] }))
  const made = await tx.insert(name, table, numbered, (insert) => insert.onConflictDoNothing())
  if (made === rows.length) return seqs
  const { seq } = tx.t[table]
  const stored = await tx.db
    .select({ seq })
    .from(tx.t[table])
    .where(and(gte(seq, first), lte(seq, last)))
  const found = new Set(stored.map((row) => row.seq))
  return seqs.map((one) => (found.has(one) ? one : undefined))
}
