import Database from 'better-sqlite3'
import { drizzle as drizzleSqlite } from 'drizzle-orm/better-sqlite3'
import { migrate as runSqlite } from 'drizzle-orm/better-sqlite3/migrator'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { StoreError } from './errors.ts'

export interface Journal {
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

export function readJournal(folder: string): Journal {
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

export function refuseNewer(applied: number, journal: Journal, what: string): void {
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
