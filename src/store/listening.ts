import { asc, eq } from 'drizzle-orm'
import type { Reader } from './store.ts'

/** Queries that new mentions are matched against. */
export async function activeQueries(r: Reader) {
  const { queries } = r.t
  return r.db
    .select({ seq: queries.seq, version: queries.version, text: queries.text, settings: queries.settings })
    .from(queries)
    .where(eq(queries.isActive, true))
    .orderBy(asc(queries.seq))
}
export type ActiveQuery = Awaited<ReturnType<typeof activeQueries>>[number]
