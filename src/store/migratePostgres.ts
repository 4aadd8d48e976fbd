import { sql } from 'drizzle-orm'
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres'
import { migrate as runPostgres } from 'drizzle-orm/node-postgres/migrator'
import pg from 'pg'
import { StoreError } from './errors.ts'
import { readJournal, refuseNewer } from './migrate.ts'

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
