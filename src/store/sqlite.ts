import Database from 'better-sqlite3'
import { getTableColumns, sql, type Column, type SQL } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { sqliteDialect } from './dialect.ts'
import { sqliteKit } from './kit.ts'
import { compileInsertion, compilePrepared, type Insertion, type Prepared } from './prepared.ts'
import {
  createListeners,
  isWriting,
  nestedWrite,
  runWriting,
  type Conflict,
  type Db,
  type Notice,
  type Reader,
  type Store,
  type Tx,
} from './store.ts'
import { createTables, type Tables } from './tables/all.ts'

const tables = createTables(sqliteKit)

/**
 * One read-only connection and one serialised writer. A transaction on a shared connection would also roll back the
 * statements of its neighbours, and drizzle's own async transaction on better-sqlite3 leaves rows behind when it throws.
 */
export function openSqlite(file: string): Store {
  const writer = connect(file, false)
  const reader = connect(file, true)
  const writerSide = readerOf(writer)
  const listeners = createListeners()
  let queue: Promise<unknown> = Promise.resolve()

  async function transact<T>(action: (tx: Tx) => Promise<T>): Promise<T> {
    const notices: Notice[] = []
    const tx = txOf(writerSide, notices)
    begin.run()
    let result: T
    try {
      result = await runWriting(() => action(tx))
      commit.run()
    } catch (error) {
      if (writer.inTransaction) rollback.run()
      throw error
    }
    listeners.tell(notices)
    return result
  }
  const begin = writer.prepare('begin immediate')
  const commit = writer.prepare('commit')
  const rollback = writer.prepare('rollback')

  const stopWatching = watchOthers(writer, (look) => (queue = queue.then(look).catch(() => undefined)), listeners.tell)

  return {
    read: readerOf(reader),
    write(action) {
      // A write inside a write would wait for itself for ever.
      if (isWriting()) return Promise.reject(new Error(nestedWrite))
      const next = queue.then(() => transact(action))
      queue = next.catch(() => undefined)
      return next
    },
    onCommit: listeners.add,
    async optimise() {
      await queue
      writer.pragma('optimize=0x10002')
    },
    async integrity() {
      return String(reader.pragma('integrity_check', { simple: true }))
    },
    async close() {
      stopWatching()
      await queue
      reader.close()
      writer.close()
    },
  }
}

const watchMs = 1500

/**
 * Commands may write beside the server. `data_version` of the writer changes only when another connection wrote, so
 * looking costs microseconds; what the log gained since the last look is then told like our own commits.
 */
function watchOthers(
  writer: Database.Database,
  enqueue: (look: () => void) => void,
  tell: (notices: Notice[]) => void,
) {
  const version = writer.prepare('pragma data_version').pluck()
  const newest = writer.prepare('select max(seq) from events').pluck()
  const since = writer
    .prepare('select distinct thread_seq from events where seq > ? and thread_seq is not null')
    .pluck()
  let seen: unknown
  let last = 0
  const look = (): void => {
    const now = version.get()
    const isForeign = seen !== undefined && now !== seen
    seen = now
    if (isForeign) tell([...changedThreads(since.all(last) as number[]), ...everythingElse])
    last = (newest.get() as number | null) ?? 0
  }
  const timer = setInterval(() => enqueue(look), watchMs)
  timer.unref()
  return () => clearInterval(timer)
}

const everythingElse: Notice[] = [{ type: 'queries' }, { type: 'customers' }, { type: 'job', kind: 'any' }]

function changedThreads(seqs: number[]): Notice[] {
  return seqs.map((threadSeq) => ({ type: 'thread', threadSeq, reason: 'inbound' }))
}

function connect(file: string, readonly: boolean): Database.Database {
  const db = new Database(file, { readonly, timeout: 10_000 })
  db.pragma('foreign_keys = on')
  db.pragma('cache_size = -64000')
  db.pragma('temp_store = memory')
  if (readonly) {
    // Not for the writer: it would copy each page that it changes out of the map first.
    db.pragma('mmap_size = 268435456')
  } else {
    db.pragma('journal_mode = wal')
    // FULL survives power loss; in batches of 100 it costs nearly nothing.
    db.pragma('synchronous = full')
    // Hot pages are copied back once for many commits; a log of 32 MB is read in a moment after a crash.
    db.pragma('wal_autocheckpoint = 8000')
  }
  return db
}

interface SqliteReader extends Reader {
  searchInsert: Database.Statement
  lastSeq: Database.Statement
  statement(name: string, build: (db: Db, t: Tables) => { prepare(): unknown }): Prepared
  insertion(name: string, count: number, build: (db: Db, t: Tables) => { prepare(): unknown }): Insertion
}

function readerOf(connection: Database.Database): SqliteReader {
  const db = drizzle(connection) as Db
  const prepared = new Map<string, Prepared>()
  const insertions = new Map<string, Insertion>()
  let searchInsert: Database.Statement | undefined
  let lastSeq: Database.Statement | undefined
  const statement: SqliteReader['statement'] = (name, build) => {
    let found = prepared.get(name)
    if (!found) {
      found = compilePrepared(build(db, tables).prepare())
      prepared.set(name, found)
    }
    return found
  }
  return {
    db,
    t: tables,
    d: sqliteDialect,
    statement,
    insertion(name, count, build) {
      let found = insertions.get(name)
      if (!found) {
        // Which columns a page fills varies with its source: those in use are soon there again.
        if (insertions.size >= mostInsertions) insertions.clear()
        found = compileInsertion(build(db, tables).prepare(), count)
        insertions.set(name, found)
      }
      return found
    },
    get searchInsert() {
      searchInsert ??= connection.prepare('insert into mention_search(rowid, tokens) values (?, ?)')
      return searchInsert
    },
    get lastSeq() {
      lastSeq ??= connection.prepare('select seq from sqlite_sequence where name = ?').pluck()
      return lastSeq
    },
    async rows<Row>(query: SQL) {
      return db.all(query) as Row[]
    },
    async all<Row>(name: string, build: (db: Db, t: Tables) => { prepare(): unknown }, parameters = {}) {
      return statement(name, build).all(parameters) as Row[]
    },
  }
}

function txOf(side: SqliteReader, notices: Notice[]): Tx {
  return {
    ...side,
    async run(name, build, parameters = {}) {
      return side.statement(name, build).run(parameters).changes
    },
    async insert(name, table, rows, conflict) {
      return insertRows(side, name, table, rows, conflict)
    },
    async reserveSeqs(table, count) {
      // Nobody else writes before the commit, and an insert that brings its number raises the sequence.
      const last = (side.lastSeq.get(table) as number | undefined) ?? 0
      return Array.from({ length: count }, (_, index) => last + 1 + index)
    },
    async moveRows(from, to) {
      side.db.run(sql`insert into ${tables[to]} select * from ${tables[from]} where true on conflict do nothing`)
      side.db.run(sql`delete from ${tables[from]}`)
    },
    async removeSearch(seqs) {
      side.db.run(sql`delete from mention_search where rowid in (select value from json_each(${JSON.stringify(seqs)}))`)
    },
    async addSearch(rows) {
      for (const row of rows) side.searchInsert.run(row.seq, row.tokens)
    },
    emit(notice) {
      notices.push(notice)
    },
  }
}

/** Prepared inserts that are kept, some 20 kB each. */
const mostInsertions = 200

/** Beginning and ending a statement costs as much as a narrow row does; wide ones gain nothing from company. */
const valuesPerStatement = 400

/** Powers of four, so that few statements are prepared whatever the number of rows. */
function rowsPerStatement(width: number, left: number): number {
  const most = Math.min(left, valuesPerStatement / Math.max(1, width))
  return most < 4 ? 1 : most < 16 ? 4 : most < 64 ? 16 : 64
}

/** Answers how many rows are new. */
function insertRows(
  side: SqliteReader,
  name: string,
  table: keyof Tables,
  rows: Record<string, unknown>[],
  conflict?: Conflict,
): number {
  const shape = shapeOf(table, rows)
  let changes = 0
  for (let from = 0; from < rows.length;) {
    const count = rowsPerStatement(shape.own.length, rows.length - from)
    const insertion = side.insertion(`${count} ${name} ${shape.name}`, count, (db, t) =>
      buildInsert(db, t, table, shape, count, conflict),
    )
    changes += insertion(rows, from, shape.shared).changes
    from += count
  }
  return changes
}

interface Shape {
  name: string
  /** Columns whose values go with each row. */
  own: string[]
  /** Texts and JSON that are the same in all of them. */
  shared: Record<string, unknown>
}

/**
 * Handing a value over costs as much as storing it, a null or a text more than a number. So what every row leaves at its
 * default the database fills in, and a text that all have in common goes once with a statement.
 */
function shapeOf(table: keyof Tables, rows: Record<string, unknown>[]): Shape {
  const columns = columnsOf(table)
  const shape: Shape = { name: '', own: [], shared: {} }
  const [first = {}] = rows
  for (const key of Object.keys(first)) {
    const column = columns[key]
    const value = first[key]
    const isSame = rows.every((row) => row[key] === value)
    if (isSame && value === (column?.default ?? null)) continue
    const isDear = typeof value === 'string' || typeof value === 'object'
    if (isSame && isDear && column && rows.length > 1) shape.shared[key] = column.mapToDriverValue(value)
    else shape.own.push(key)
  }
  shape.name = `${shape.own.join(' ')} + ${Object.keys(shape.shared).join(' ')}`
  return shape
}

function buildInsert(db: Db, t: Tables, table: keyof Tables, shape: Shape, count: number, conflict?: Conflict) {
  const values: Record<string, unknown> = {}
  for (const [key, column] of Object.entries(columnsOf(table))) {
    if (shape.own.includes(key)) values[key] = sql.placeholder(key)
    else if (key in shape.shared) values[key] = sql.raw(`@${key}`)
    // Written out, not handed over with every row.
    else if (column.default !== undefined) values[key] = sql`${sql.param(column.default, column)}`.inlineParams()
  }
  // One table among many: the row type was checked where the rows were made.
  const insert = db.insert(t[table]).values(Array.from({ length: count }, () => values) as never)
  return (conflict ? conflict(insert as never) : insert) as { prepare(): unknown }
}

function columnsOf(table: keyof Tables): Record<string, Column> {
  return getTableColumns(tables[table])
}
