import { sql, type SQL } from 'drizzle-orm'
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core'

/**
 * The closed list of what differs between the two databases. Everything else is written once with the builders that
 * both share.
 */
export interface Dialect {
  name: 'sqlite' | 'postgres'
  /** Appended to the inner SELECT of a claim: rows that another worker holds are passed over. */
  skipLocked: SQL
  /** True where the JSON array of strings in the column holds the value. */
  jsonHas(column: AnySQLiteColumn, value: string): SQL
  /** What stands under a path of names in the JSON of the column, as the database reads it; null where nothing does. */
  jsonAt(column: AnySQLiteColumn, ...path: readonly string[]): SQL
  /**
   * True where the column is among the array bound under this name, however long: one prepared statement, where a list
   * of placeholders would be built and compiled for every call.
   */
  among(column: AnySQLiteColumn, name: string): SQL
  /** The mention seqs (as a subquery) that match a full-text expression, newest first. */
  searchSeqs(expression: string, limit: number): SQL
  /** The same among the seqs from `from` (inclusive) to `before` (exclusive). */
  searchBetween(expression: string, from: number, before: number, limit: number): SQL
  /** Whether a read holds up the whole process until it is done: better-sqlite3 answers in the calling thread. */
  readsBlock: boolean
}

const jsonEncoder = { mapToDriverValue: (value: unknown) => JSON.stringify(value) }

export const sqliteDialect: Dialect = {
  name: 'sqlite',
  skipLocked: sql``,
  jsonHas: (column, value) => sql`exists (select 1 from json_each(${column}) where json_each.value = ${value})`,
  jsonAt: (column, ...path) => sql`json_extract(${column}, ${sql.raw(`'$.${path.join('.')}'`)})`,
  among: (column, name) =>
    sql`${column} in (select value from json_each(${sql.param(sql.placeholder(name), jsonEncoder)}))`,
  searchSeqs: (expression, limit) =>
    sql`select rowid as seq from mention_search where mention_search match ${expression} order by rowid desc limit ${limit}`,
  searchBetween: (expression, from, before, limit) =>
    sql`select rowid as seq from mention_search where mention_search match ${expression} and rowid >= ${from} and rowid < ${before} order by rowid desc limit ${limit}`,
  readsBlock: true,
}

export const postgresDialect: Dialect = {
  name: 'postgres',
  skipLocked: sql`for update skip locked`,
  jsonHas: (column, value) => sql`${column} ? ${value}`,
  jsonAt: (column, ...path) => sql`(${column} #>> ${sql.raw(`'{${path.join(',')}}'`)})`,
  among: (column, name) => sql`${column} = any(${sql.placeholder(name)})`,
  searchSeqs: (expression, limit) =>
    sql`select mention_seq as seq from mention_search where tokens @@ ${expression}::tsquery order by mention_seq desc limit ${limit}`,
  searchBetween: (expression, from, before, limit) =>
    sql`select mention_seq as seq from mention_search where tokens @@ ${expression}::tsquery and mention_seq >= ${from} and mention_seq < ${before} order by mention_seq desc limit ${limit}`,
  readsBlock: false,
}
