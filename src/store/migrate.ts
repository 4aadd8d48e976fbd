import Database from 'better-sqlite3'
import { sql } from 'drizzle-orm'
import { drizzle as drizzleSqlite } from 'drizzle-orm/better-sqlite3'
import { migrate as runSqlite } from 'drizzle-orm/better-sqlite3/migrator'
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres'
import { migrate as runPostgres } from 'drizzle-orm/node-postgres/migrator'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { StoreError } from './errors.ts'

interface Journal {
  entries: { when: number; tag: string }[]
}

/** Migrates the file; true when there was something to do. Before an existing database is changed, a copy is written to backups/ beside it. */
export async function migrateSqlite(file: string, folder: string, log?: (message: string) => void): Promise<boolean> {
  const journal = readJournal(folder)
  const isNew = !existsSync(file)
  const connection = new Database(file, { timeout: 10_000 })
  try {
    const applied = isNew ? 0 : newestSqlite(connection)
    refuseNewer(applied, journal, file)
    const pending = journal.entries.filter((entry) => entry.when > applied)
    if (pending.length === 0) return false
    if (applied > 0) log?.(`database copied to ${backUp(connection, file, applied)} before it is migrated`)
    connection.pragma('journal_mode = wal')
    runSqlite(drizzleSqlite(connection), { migrationsFolder: folder })
    return true
  } finally {
    connection.close()
  }
}

/** Migrates under an advisory lock: of several processes that start together one migrates, the others wait. */
export async function migratePostgres(url: string, folder: string): Promise<void> {
  const journal = readJournal(folder)
  const client = new pg.Client({ connectionString: url, application_name: 'earshot migrate' })
  try {
    await client.connect()
  } catch (error) {
    throw new StoreError(
      'unreachable',
      `PostgreSQL did not answer: ${error instanceof Error ? error.message : String(error)}. Check DATABASE_URL and that the server runs.`,
      { cause: error },
    )
  }
  try {
    await client.query('select pg_advisory_lock(727274)')
    const db = drizzlePostgres(client)
    const table = await client.query(`select to_regclass('drizzle.__drizzle_migrations') as name`)
    const applied = table.rows[0]?.name
      ? Number(
          (await db.execute(sql`select max(created_at) as newest from drizzle.__drizzle_migrations`)).rows[0]?.[
            'newest'
          ] ?? 0,
        )
      : 0
    refuseNewer(applied, journal, 'the PostgreSQL database')
    await runPostgres(db, { migrationsFolder: folder })
  } finally {
    await client.end()
  }
}

function readJournal(folder: string): Journal {
  return JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')) as Journal
}

function newestSqlite(connection: Database.Database): number {
  const table = connection.prepare(`select 1 from sqlite_master where name = '__drizzle_migrations'`).get()
  if (!table) return 0
  const row = connection.prepare('select max(created_at) as newest from __drizzle_migrations').get() as {
    newest: number
  }
  return row.newest
}

function refuseNewer(applied: number, journal: Journal, what: string): void {
  const newest = Math.max(...journal.entries.map((entry) => entry.when))
  if (applied > newest) {
    throw new StoreError(
      'newer',
      `${what} was written by a newer release of Earshot. Nothing was changed. Start that release again, or restore the copy in its backups folder with "earshot restore FILE".`,
    )
  }
}

function backUp(connection: Database.Database, file: string, applied: number): string {
  const folder = join(dirname(file), 'backups')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  let target = join(folder, `earshot-before-migration-${applied}.db`)
  for (let n = 2; existsSync(target); n++) target = join(folder, `earshot-before-migration-${applied}-${n}.db`)
  connection.prepare('vacuum into ?').run(target)
  return target
}
