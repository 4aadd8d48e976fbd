import { closeSync, existsSync, openSync, readSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import type { Config } from '../config.ts'
import { packageFolder } from '../runtime.ts'
import { closeForReplacing, copySqlite, inspectSqlite, newestMigration, pauseOutbox } from '../store/backup.ts'
import { migrateSqlite } from '../store/migrate.ts'
import { openStore } from '../store/open.ts'
import { count, UsageError, withUsage } from './command.ts'

export { doctor } from './doctor.ts'
export { user } from './people.ts'

const migrations = join(packageFolder, 'data/migrations')

/** `earshot migrate`: opening the store does it, after a backup copy. */
export async function migrate(config: Config, stdout: Writable = process.stdout): Promise<number> {
  const store = await openStore({
    dataFolder: config.EARSHOT_DATA,
    ...(config.DATABASE_URL ? { databaseUrl: config.DATABASE_URL } : {}),
    migrationsFolder: migrations,
    log: (message) => void process.stderr.write(`${message}\n`),
  })
  await store.close()
  stdout.write('The database is up to date.\n')
  return 0
}

/** `earshot backup [FILE]`: a copy of the SQLite database, also while the server runs. */
export function backup(
  config: Config,
  argv: string[],
  _stdin: Readable,
  stdout: Writable,
  stderr: Writable,
): Promise<number> {
  return withUsage('backup [FILE]', stderr, async () => {
    const { positionals } = parseArgs({ args: argv, allowPositionals: true, options: {} })
    if (positionals.length > 1) throw new UsageError(`There is no place for "${positionals[1]}".`)
    if (config.DATABASE_URL) return refusePostgres(stderr, 'Nothing was written. Copy', 'pg_dump --format=custom')
    const file = databaseOf(config)
    if (!existsSync(file)) {
      stderr.write(`There is no database yet: ${file} does not exist. Check EARSHOT_DATA.\n`)
      return 1
    }
    const target = resolve(positionals[0] ?? backupPath(config, 'earshot', Date.now()))
    copySqlite(file, target)
    stdout.write(`${target}\n`)
    stderr.write(
      'The copy holds everything but the secret that its stored credentials are sealed with. Keep that apart: ' +
        `${config.EARSHOT_SECRET ? 'EARSHOT_SECRET' : join(config.EARSHOT_DATA, 'secret')}.\n`,
    )
    return 0
  })
}

/** `earshot restore FILE`: checks, keeps the present database, replaces it in one step, and pauses the outbox. */
export function restore(
  config: Config,
  argv: string[],
  _stdin: Readable,
  stdout: Writable,
  stderr: Writable,
): Promise<number> {
  return withUsage('restore FILE', stderr, async () => {
    const { positionals } = parseArgs({ args: argv, allowPositionals: true, options: {} })
    const [given, ...rest] = positionals
    if (!given || rest.length > 0) throw new UsageError('Name one backup file.')
    if (config.DATABASE_URL) return refusePostgres(stderr, 'Nothing was changed. Restore', 'pg_restore --clean')
    const problem = problemOf(resolve(given))
    if (problem) {
      stderr.write(`${problem} Nothing was changed.\n`)
      return 1
    }
    return replace(config, resolve(given), stdout, stderr)
  })
}

function problemOf(source: string): string | undefined {
  if (!existsSync(source)) return `${source} does not exist.`
  // Opening something else than a database would create journals beside it.
  if (!isSqlite(source)) return `${source} is no SQLite database.`
  const state = inspectSqlite(source)
  if (state.integrity !== 'ok') return `${source} is damaged (${state.integrity.split('\n')[0]}). Take another backup.`
  if (state.migration === 0) return `${source} is no database of Earshot.`
  if (state.migration > newestMigration(join(migrations, 'sqlite')))
    return `${source} was written by a newer release of Earshot. Install that release first.`
  return undefined
}

function isSqlite(file: string): boolean {
  const head = Buffer.alloc(15)
  const handle = openSync(file, 'r')
  try {
    readSync(handle, head)
  } catch {
    return false // a folder
  } finally {
    closeSync(handle)
  }
  return head.toString('latin1') === 'SQLite format 3'
}

async function replace(config: Config, source: string, stdout: Writable, stderr: Writable): Promise<number> {
  const file = databaseOf(config)
  const now = Date.now()
  if (source === resolve(file)) throw new UsageError('This is the present database itself.')
  const kept = existsSync(file) ? backupPath(config, 'earshot-before-restore', now) : undefined
  const next = `${file}.restoring`
  for (const end of ['', '-wal', '-shm']) rmSync(`${next}${end}`, { force: true })
  if (kept) {
    closeForReplacing(file)
    copySqlite(file, kept)
  }
  copySqlite(source, next)
  await migrateSqlite(next, join(migrations, 'sqlite'), (message) => void stderr.write(`${message}\n`))
  const message =
    'The database was restored from a backup: this reply may have gone out since. Look on the platform, then mark it as sent or send it again.'
  const paused = await pauseOutbox(next, now, message)
  closeForReplacing(next)
  // One step: whoever opens the file sees the old database or the new one.
  renameSync(next, file)
  stdout.write(`${source} is the database now.${kept ? ` The one before is kept as ${kept}.` : ''}\n`)
  tellPaused(paused, stderr)
  return 0
}

function tellPaused({ replies, waiting }: { replies: number; waiting: number }, stderr: Writable): void {
  if (replies > 0)
    stderr.write(
      `${count(replies, 'reply', 'replies')} on the way may have gone out since: look under "Needs attention".\n`,
    )
  if (waiting > 0) stderr.write(`${count(waiting, 'reply', 'replies')} waiting for approval got the same note.\n`)
  stderr.write(
    'Everybody signs in again. API tokens and people removed since the backup are back: check Settings. Sources go on ' +
      'from where they were; one whose login has been renewed since asks to be connected again.\n',
  )
}

function refusePostgres(stderr: Writable, lead: string, tool: string): number {
  stderr.write(`${lead} a PostgreSQL database with its own tools: ${tool} (DATABASE_URL names the database).\n`)
  return 1
}

export function databaseOf(config: Config): string {
  return join(config.EARSHOT_DATA, 'earshot.db')
}

function backupPath(config: Config, name: string, now: number): string {
  const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
  return resolve(config.EARSHOT_DATA, 'backups', `${name}-${stamp}.db`)
}
