import type { SQL } from 'drizzle-orm'
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Dialect } from './dialect.ts'
import type { Tables } from './tables/all.ts'

/** drizzle over the SQLite spelling; the PostgreSQL one is made to look the same (kit.ts). */
export type Db = BetterSQLite3Database<Record<string, never>>

/** What every query function takes: it runs in a transaction or outside of one. */
export interface Reader {
  db: Db
  t: Tables
  d: Dialect
  /** Rows of a raw statement; only with fragments of the dialect. */
  rows<Row>(statement: SQL): Promise<Row[]>
  /** Runs a builder that is prepared once per connection under this name; parameters by sql.placeholder. */
  all<Row>(name: string, build: Build, parameters?: Record<string, unknown>): Promise<Row[]>
}

export interface Tx extends Reader {
  /** Like `all` for statements without rows. Answers how many rows it changed. */
  run(name: string, build: Build, parameters?: Record<string, unknown>): Promise<number>
  /**
   * Inserts rows of one shape, many in a statement. `conflict` adds an onConflict clause to the builder; the shape is
   * named so that it is prepared once. Answers how many rows it wrote.
   */
  insert(name: string, table: keyof Tables, rows: Record<string, unknown>[], conflict?: Conflict): Promise<number>
  /** Numbers for as many rows of the table, rising, that nobody else gets: for rows that name each other. */
  reserveSeqs(table: SeqTable, count: number): Promise<number[]>
  /** Moves all rows of a table into one of the same columns; what is there under the same key stays. */
  moveRows(from: keyof Tables, to: keyof Tables): Promise<void>
  /** Rows of the full-text index, in one go. */
  addSearch(rows: { seq: number; tokens: string }[]): Promise<void>
  removeSearch(seqs: number[]): Promise<void>
  /** Told to the bus after the commit, never before. */
  emit(notice: Notice): void
}

export type SeqTable = 'mentions' | 'authors' | 'threads'

type Prepared = { prepare(name?: string): unknown }
// The builders of the two databases share no useful public supertype; the row type is stated at the call.
export type Build = (db: Db, t: Tables) => Prepared
export type Conflict = (insert: ConflictBuilder) => unknown
export interface ConflictBuilder {
  onConflictDoNothing(): unknown
  onConflictDoUpdate(config: { target: unknown; set: Record<string, unknown>; setWhere?: SQL }): unknown
}

/** What open screens and workers are told after a commit. Ids only: whoever shows it reads it with his own rights. */
export type Notice =
  | { type: 'thread'; threadSeq: number; reason: 'inbound' | 'enriched' | 'reply' | 'state' | 'note'; isNew?: boolean }
  | { type: 'source'; sourceId: string }
  | { type: 'job'; kind: string }
  | { type: 'queries' }
  /** Another model, other rules for words, or another threshold judge from now on. */
  | { type: 'judging' }
  | { type: 'customers' }

export interface Store {
  read: Reader
  /** One transaction. On PostgreSQL it may be run again after a serialisation failure: no side effects inside but `tx.emit`. */
  write<T>(action: (tx: Tx) => Promise<T>): Promise<T>
  onCommit(listener: (notices: Notice[]) => void): () => void
  /** Statistics for the planner; after migrations and on a schedule. */
  optimise(): Promise<void>
  /** 'ok' or what is wrong. */
  integrity(): Promise<string>
  close(): Promise<void>
}

const writing = new AsyncLocalStorage<true>()

/** True inside `store.write`: the egress refuses to talk to the network then, and write refuses to nest. */
export function isWriting(): boolean {
  return writing.getStore() === true
}

export const nestedWrite = 'store.write inside store.write: pass the transaction down instead'

export function runWriting<T>(action: () => Promise<T>): Promise<T> {
  return writing.run(true, action)
}

/** The commit listeners of one store. */
export function createListeners() {
  const listeners = new Set<(notices: Notice[]) => void>()
  return {
    add(listener: (notices: Notice[]) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell(notices: Notice[]): void {
      if (notices.length > 0) for (const listener of listeners) listener(notices)
    },
  }
}
