import { asc, eq } from 'drizzle-orm'
import { excludedTexts } from './queryExclusions.ts'
import type { Reader } from './store.ts'

/** Queries that new mentions are matched against, each with the texts of the lists that it leaves out. */
export async function activeQueries(r: Reader) {
  const { queries } = r.t
  const rows = await r.db
    .select({ seq: queries.seq, version: queries.version, text: queries.text, settings: queries.settings })
    .from(queries)
    .where(eq(queries.isActive, true))
    .orderBy(asc(queries.seq))
  const lists = await excludedTexts(r)
  return rows.map((row) => ({ ...row, lists: lists.get(row.seq) ?? [] }))
}
export type ActiveQuery = Awaited<ReturnType<typeof activeQueries>>[number]
