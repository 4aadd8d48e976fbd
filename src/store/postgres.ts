import { sql, type SQL } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { postgresDialect } from './dialect.ts'
import { postgresKit } from './kit.ts'
import {
  createListeners,
  isWriting,
  nestedWrite,
  runWriting,
  type Conflict,
  type ConflictBuilder,
  type Db,
  type Notice,
  type Reader,
  type Store,
  type Tx,
} from './store.ts'
import { createTables } from './tables/all.ts'

const tables = createTables(postgresKit)
const channel = 'earshot'
/**
 * serialization_failure, deadlock_detected, unique_violation: the transaction did nothing and may be run again. The
 * last one is two sources that saw the same new post at once: the second run finds it known.
 */
const retryable = new Set(['40001', '40P01', '23505'])

/** A statement takes at most 65,535 parameters. */
const rowsPerStatement = 500

interface PreparedStatement {
  execute(parameters: Record<string, unknown>): Promise<unknown>
}

/** Several processes may share it: notices of every process reach the listeners of all through NOTIFY. */
export async function openPostgres(url: string, { poolSize = 10 } = {}): Promise<Store> {
  const pool = new pg.Pool({ connectionString: url, max: poolSize, application_name: 'earshot' })
  // An idle client that loses its server must not end the process; the next query reports it.
  pool.on('error', () => undefined)
  const listeners = createListeners()
  const bridge = await openBridge(url, (notices) => listeners.tell(notices))

  async function transact<T>(action: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await pool.connect()
    const notices: Notice[] = []
    let broken = false
    try {
      await client.query('begin')
      const result = await runWriting(() => action(txOf(client, notices)))
      if (notices.length > 0) await client.query('select pg_notify($1, $2)', [channel, pack(notices, bridge.id)])
      await client.query('commit')
      return tell(result, notices)
    } catch (error) {
      await client.query('rollback').catch(() => (broken = true))
      throw error
    } finally {
      client.release(broken)
    }
  }
  function tell<T>(result: T, notices: Notice[]): T {
    listeners.tell(notices)
    return result
  }

  return {
    read: readerOf(drizzle(pool) as unknown as Db, new Map()),
    async write(action) {
      if (isWriting()) throw new Error(nestedWrite)
      for (let attempt = 1; ; attempt++) {
        try {
          return await transact(action)
        } catch (error) {
          if (attempt >= 5 || !retryable.has(codeOf(error))) throw error
        }
      }
    },
    onCommit: listeners.add,
    async optimise() {
      await pool.query('analyze')
    },
    async integrity() {
      await pool.query('select 1')
      return 'ok'
    },
    async close() {
      await bridge.close()
      await pool.end()
    },
  }
}

/** Notices hold ids only and are cut to what NOTIFY can carry (8,000 bytes): screens then re-read. */
function pack(notices: Notice[], from: string): string {
  const text = JSON.stringify({ from, notices })
  return text.length < 7900 ? text : JSON.stringify({ from, notices: notices.slice(0, 20) })
}

async function openBridge(url: string, tell: (notices: Notice[]) => void) {
  const id = crypto.randomUUID()
  let closed = false
  let client: pg.Client | undefined
  async function listen(): Promise<void> {
    const next = new pg.Client({ connectionString: url, application_name: 'earshot bus' })
    next.on('error', () => undefined)
    next.on('end', () => {
      if (!closed) setTimeout(() => void listen().catch(() => undefined), 1000).unref()
    })
    next.on('notification', (message) => {
      const { from, notices } = JSON.parse(message.payload ?? '{}') as { from?: string; notices?: Notice[] }
      if (from !== id && notices) tell(notices)
    })
    await next.connect()
    await next.query(`listen ${channel}`)
    client = next
  }
  await listen()
  return {
    id,
    async close() {
      closed = true
      await client?.end()
    },
  }
}

export function codeOf(error: unknown): string {
  for (let e = error; typeof e === 'object' && e !== null; e = (e as { cause?: unknown }).cause) {
    const code = (e as { code?: unknown }).code
    if (typeof code === 'string') return code
  }
  return ''
}

function readerOf(db: Db, prepared: Map<string, PreparedStatement>) {
  const statement: Statement = (name, build) => {
    let found = prepared.get(name)
    if (!found) {
      found = build(db, tables).prepare(name) as PreparedStatement
      prepared.set(name, found)
    }
    return found
  }
  const reader: Reader & { statement: Statement } = {
    db,
    t: tables,
    d: postgresDialect,
    statement,
    async rows<Row>(query: SQL) {
      const answer = (await (db as unknown as { execute(q: SQL): Promise<{ rows: Row[] }> }).execute(query)).rows
      return answer
    },
    async all<Row>(name: string, build: Parameters<Statement>[1], parameters = {}) {
      return (await statement(name, build).execute(parameters)) as Row[]
    },
  }
  return reader
}
type Statement = (name: string, build: Parameters<Reader['all']>[1]) => PreparedStatement

const preparedOf = new WeakMap<pg.PoolClient, { db: Db; prepared: Map<string, PreparedStatement> }>()

function txOf(client: pg.PoolClient, notices: Notice[]): Tx {
  let kept = preparedOf.get(client)
  if (!kept) {
    kept = { db: drizzle(client) as unknown as Db, prepared: new Map() }
    preparedOf.set(client, kept)
  }
  const side = readerOf(kept.db, kept.prepared)
  return {
    ...side,
    async run(name, build, parameters = {}) {
      const answer = (await side.statement(name, build).execute(parameters)) as { rowCount?: number | null }
      return answer.rowCount ?? 0
    },
    async insert(_name, table, rows, conflict) {
      return insertMany(side.db, table, rows, conflict)
    },
    async reserveSeqs(table, count) {
      const { rows } = await client.query<{ seq: string }>(
        `select nextval(pg_get_serial_sequence($1, 'seq')) as seq from generate_series(1, $2::int)`,
        [table, count],
      )
      return rows.map((row) => Number(row.seq)).sort((a, b) => a - b)
    },
    async moveRows(from, to) {
      // One statement: what another process adds meanwhile is neither moved nor lost.
      await side.rows(
        sql`with moved as (delete from ${tables[from]} returning *) insert into ${tables[to]} select * from moved on conflict do nothing`,
      )
    },
    async removeSearch(seqs) {
      await client.query('delete from mention_search where mention_seq = any($1::bigint[])', [seqs])
    },
    async addSearch(rows) {
      if (rows.length === 0) return
      await client.query(
        `insert into mention_search (mention_seq, tokens)
         select seq, to_tsvector('simple', tokens) from unnest($1::bigint[], $2::text[]) as row (seq, tokens)
         on conflict (mention_seq) do update set tokens = excluded.tokens`,
        [rows.map((row) => row.seq), rows.map((row) => row.tokens)],
      )
    },
    emit(notice) {
      notices.push(notice)
    },
  }
}

/** Answers how many rows were written. */
async function insertMany(
  db: Db,
  table: keyof typeof tables,
  rows: Record<string, unknown>[],
  conflict?: Conflict,
): Promise<number> {
  let written = 0
  for (let from = 0; from < rows.length; from += rowsPerStatement) {
    const insert = db.insert(tables[table]).values(rows.slice(from, from + rowsPerStatement) as never)
    const done = await (conflict ? conflict(insert as unknown as ConflictBuilder) : insert)
    written += (done as { rowCount?: number | null }).rowCount ?? 0
  }
  return written
}

/** Creates and drops databases for the tests; `url` names the maintenance database. */
export async function withMaintenance<T>(url: string, action: (run: (text: string) => Promise<void>) => Promise<T>) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await action(async (text) => void (await client.query(text)))
  } finally {
    await client.end()
  }
}
