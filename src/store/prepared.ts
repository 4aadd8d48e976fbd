import type Database from 'better-sqlite3'
import { Column, is, Param, Placeholder } from 'drizzle-orm'
import { compileRowMapper, type SelectedField } from './rowMapper.ts'

/** A statement of the builders, ready to run on SQLite. */
export interface Prepared {
  all(parameters: Record<string, unknown>): unknown[]
  run(parameters: Record<string, unknown>): Database.RunResult
}

/** What drizzle's prepared query holds; private in its types. */
interface DrizzlePrepared {
  stmt: Database.Statement
  query: { sql: string; params: unknown[] }
  fields?: SelectedField[]
  joinsNotNullableMap?: Record<string, boolean>
  all(parameters: Record<string, unknown>): unknown[]
}

/** Inserts some of the rows, from one on; `shared`: the values that are named in the statement. */
export type Insertion = (
  rows: readonly Record<string, unknown>[],
  from: number,
  shared: Record<string, unknown>,
) => Database.RunResult

type Bind = (parameters: Record<string, unknown>) => unknown

/**
 * drizzle looks at every parameter and every field anew on each run, which costs more than SQLite itself. What each of
 * them is does not change, so it is found out once.
 */
export function compilePrepared(prepared: unknown): Prepared {
  const known = prepared as DrizzlePrepared
  const { stmt, query, fields } = known
  const binds = query.params.map(bindOf)
  const values: unknown[] = binds.map(() => null)
  const bind = (parameters: Record<string, unknown>): unknown[] => {
    for (let i = 0; i < binds.length; i++) values[i] = binds[i]?.(parameters)
    return values
  }
  const toRows = compileRowMapper(fields, known.joinsNotNullableMap)
  if (toRows) stmt.raw(true)
  return {
    all: toRows
      ? (parameters) => toRows(stmt.all(bind(parameters)) as unknown[][])
      : (parameters) => known.all(parameters),
    run: (parameters) => stmt.run(bind(parameters)),
  }
}

/** An insert of `count` rows: the placeholders of the first row serve all of them. */
export function compileInsertion(prepared: unknown, count: number): Insertion {
  const { stmt, query } = prepared as DrizzlePrepared
  const width = query.params.length / count
  if (!Number.isInteger(width)) throw new Error('an insert has parameters beside those of its rows')
  const binds = query.params.slice(0, width).map(bindOf)
  const values: unknown[] = query.params.map(() => null)
  return (rows, from, shared) => {
    let at = 0
    for (let i = from; i < from + count; i++) {
      const row = rows[i] ?? {}
      for (const bind of binds) values[at++] = bind(row)
    }
    return stmt.run(values, shared)
  }
}

function bindOf(parameter: unknown): Bind {
  if (is(parameter, Placeholder)) return (parameters) => read(parameters, parameter.name)
  if (is(parameter, Param) && is(parameter.value, Placeholder)) {
    const { name } = parameter.value
    const { encoder } = parameter
    if (isAsIs(encoder)) return (parameters) => read(parameters, name)
    return (parameters) => encoder.mapToDriverValue(read(parameters, name))
  }
  return () => parameter
}

function read(parameters: Record<string, unknown>, name: string): unknown {
  const value = parameters[name]
  // A forgotten parameter must not quietly become null.
  if (value === undefined) throw new Error(`the statement has no value for "${name}"`)
  return value
}

function isAsIs(encoder: { mapToDriverValue(value: unknown): unknown }): boolean {
  return encoder.mapToDriverValue === Column.prototype.mapToDriverValue
}
