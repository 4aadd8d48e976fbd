import * as pg from 'drizzle-orm/pg-core'
import * as lite from 'drizzle-orm/sqlite-core'

// drizzle's own JSON and boolean columns turn null into 'null' and 0 when a prepared statement fills a placeholder.
const liteBool = lite.customType<{ data: boolean; driverData: number }>({
  dataType: () => 'integer',
  toDriver: (value) => (value === null ? (value as never) : value ? 1 : 0),
  fromDriver: (value) => value === 1,
})
const liteJson = <T>() =>
  lite.customType<{ data: T; driverData: string }>({
    dataType: () => 'text',
    toDriver: (value) => (value === null ? (value as never) : JSON.stringify(value)),
    fromDriver: (value) => JSON.parse(value) as T,
  })
const liteBytes = lite.customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'blob' })
const pgBytes = pg.customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' })
const pgJson = <T>() =>
  pg.customType<{ data: T; driverData: unknown }>({
    dataType: () => 'jsonb',
    toDriver: (value) => (value === null ? value : JSON.stringify(value)),
    fromDriver: (value) => value as T,
  })

/**
 * The column vocabulary: every table is written once over it and spelt twice. Types are those of the SQLite spelling;
 * the PostgreSQL spelling is made to look the same by the one cast below, which is sound because both give and take
 * the same JavaScript values (numbers for times and integers, booleans, parsed JSON, strings).
 */
export const sqliteKit = {
  table: lite.sqliteTable,
  /** uuidv7 or any other string key. */
  id: (name: string) => lite.text(name),
  /** Arrival number: the primary key of everything that grows. */
  seq: (name: string) => lite.integer(name).primaryKey({ autoIncrement: true }),
  /** A number that refers to a seq. */
  ref: (name: string) => lite.integer(name),
  text: (name: string) => lite.text(name),
  int: (name: string) => lite.integer(name),
  real: (name: string) => lite.real(name),
  /** Epoch milliseconds. */
  time: (name: string) => lite.integer(name),
  bool: (name: string) => liteBool(name),
  json: <T>(name: string) => liteJson<T>()(name),
  bytes: (name: string) => liteBytes(name),
  index: lite.index,
  uniqueIndex: lite.uniqueIndex,
  primaryKey: lite.primaryKey,
}

export type Kit = typeof sqliteKit

export const postgresKit = {
  table: pg.pgTable,
  id: (name: string) => pg.text(name),
  seq: (name: string) => pg.bigserial(name, { mode: 'number' }).primaryKey(),
  ref: (name: string) => pg.bigint(name, { mode: 'number' }),
  text: (name: string) => pg.text(name),
  int: (name: string) => pg.integer(name),
  real: (name: string) => pg.doublePrecision(name),
  time: (name: string) => pg.bigint(name, { mode: 'number' }),
  bool: (name: string) => pg.boolean(name),
  json: <T>(name: string) => pgJson<T>()(name),
  bytes: (name: string) => pgBytes(name),
  index: pg.index,
  uniqueIndex: pg.uniqueIndex,
  primaryKey: pg.primaryKey,
} as unknown as Kit
