import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { migrateSqlite } from './migrate.ts'
import { openSqlite } from './sqlite.ts'
import type { Store } from './store.ts'

export interface StoreOptions {
  /** Folder of what this installation writes; the SQLite file lies in it. */
  dataFolder: string
  /** postgres://…; absent: SQLite in the data folder. */
  databaseUrl?: string
  /** Folder of the package that holds migrations/{sqlite,postgres}. */
  migrationsFolder: string
  /** Named in messages when the folder belongs to a newer release. */
  log?: (message: string, facts?: Record<string, unknown>) => void
}

/** Opens the database, brings it up to date (after a backup copy), and refuses one of a newer release. */
export async function openStore(options: StoreOptions): Promise<Store> {
  if (options.databaseUrl) {
    // Loaded only where it is used: the driver is a tenth of the start.
    const { migratePostgres } = await import('./migratePostgres.ts')
    const { openPostgres } = await import('./postgres.ts')
    await migratePostgres(options.databaseUrl, join(options.migrationsFolder, 'postgres'))
    return openPostgres(options.databaseUrl)
  }
  if (!existsSync(options.dataFolder)) mkdirSync(options.dataFolder, { recursive: true, mode: 0o700 })
  const file = join(options.dataFolder, 'earshot.db')
  const migrated = await migrateSqlite(file, join(options.migrationsFolder, 'sqlite'), options.log)
  const store = openSqlite(file)
  // Commands beside a busy server must not queue up for its write lock only to read; it does this by itself.
  if (migrated) await store.optimise()
  return store
}
