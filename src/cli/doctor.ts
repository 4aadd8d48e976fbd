import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import type { Config } from '../config.ts'
import { createSecretBox } from '../connector/secrets.ts'
import { packageFolder, version } from '../runtime.ts'
import { inspectSqlite, newestMigration } from '../store/backup.ts'
import { findTrouble, findTroubledSources, listSealed } from '../store/diagnose.ts'
import { openPostgres } from '../store/postgres.ts'
import { openSqlite } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'
import { count } from './command.ts'

type Level = 'ok' | 'note' | 'problem'

interface Finding {
  level: Level
  what: string
  /** What to do; absent when nothing is to do. */
  remedy?: string
}

const overdueMs = 10 * 60_000
const lowDiskBytes = 1_000_000_000

/** `earshot doctor`: looks, changes nothing, says what to do. Exit code 1 when there is a problem. */
export async function doctor(config: Config, _stdin: Readable, stdout: Writable, _stderr: Writable): Promise<number> {
  const findings: Finding[] = [{ level: 'ok', what: `Earshot ${version}, Node ${process.versions.node}` }]
  findings.push({ level: 'ok', what: 'The configuration can be read' }, folderState(config), ...diskState(config))
  const { store, found } = await openDatabase(config)
  findings.push(...found)
  if (store)
    try {
      findings.push(...(await lookInside(store, config)))
    } finally {
      await store.close()
    }
  for (const { level, what, remedy } of findings)
    stdout.write(`${level.padEnd(7)}  ${what}${remedy ? `\n${' '.repeat(9)}-> ${remedy}` : ''}\n`)
  const problems = findings.filter(({ level }) => level === 'problem').length
  stdout.write(problems === 0 ? 'Everything is in order.\n' : `${count(problems, 'problem')}.\n`)
  return problems === 0 ? 0 : 1
}

function folderState({ EARSHOT_DATA: folder }: Config): Finding {
  if (!existsSync(folder)) return { level: 'note', what: `${folder} does not exist yet; the first start makes it` }
  try {
    accessSync(folder, constants.W_OK)
    return { level: 'ok', what: `${folder} can be written` }
  } catch {
    return {
      level: 'problem',
      what: `${folder} cannot be written`,
      remedy: 'Give the user that runs Earshot the folder (chown), or set EARSHOT_DATA to another one.',
    }
  }
}

function diskState({ EARSHOT_DATA: folder }: Config): Finding[] {
  if (!existsSync(folder)) return []
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  const what = `${(free / 1e9).toFixed(1)} GB free for ${folder}`
  if (free > lowDiskBytes) return [{ level: 'ok', what }]
  return [
    { level: 'problem', what, remedy: 'Make room: delete old files in its backups folder, or move EARSHOT_DATA.' },
  ]
}

async function openDatabase(config: Config): Promise<{ store?: Store; found: Finding[] }> {
  const folder = join(packageFolder, 'data/migrations', config.DATABASE_URL ? 'postgres' : 'sqlite')
  if (config.DATABASE_URL) return openServer(config.DATABASE_URL, newestMigration(folder))
  const file = join(config.EARSHOT_DATA, 'earshot.db')
  if (!existsSync(file))
    return { found: [{ level: 'note', what: 'There is no database yet; the first start makes it' }] }
  const { integrity, migration } = inspectSqlite(file)
  if (integrity !== 'ok') {
    const remedy = 'Stop the server and restore the newest backup: earshot restore FILE (see the backups folder).'
    return { found: [{ level: 'problem', what: `${file} is damaged: ${integrity.split('\n')[0]}`, remedy }] }
  }
  const size = (statSync(file).size / 1e6).toFixed(1)
  const found: Finding[] = [{ level: 'ok', what: `${file} is sound (${size} MB)` }]
  const state = migrationState(migration, newestMigration(folder))
  found.push(state)
  return state.level === 'ok' ? { store: openSqlite(file), found } : { found }
}

async function openServer(url: string, newest: number): Promise<{ store?: Store; found: Finding[] }> {
  let store: Store | undefined
  try {
    store = await openPostgres(url, { poolSize: 2 })
    const { sql } = await import('drizzle-orm')
    const [row] = await store.read.rows<{ newest: string | null }>(
      sql`select max(created_at) as newest from drizzle.__drizzle_migrations`,
    )
    const state = migrationState(Number(row?.newest ?? 0), newest)
    if (state.level === 'ok') return { store, found: [{ level: 'ok', what: 'PostgreSQL answers' }, state] }
    await store.close()
    return { found: [state] }
  } catch (error) {
    await store?.close()
    const what = `PostgreSQL cannot be used: ${error instanceof Error ? error.message : String(error)}`
    return {
      found: [{ level: 'problem', what, remedy: 'Check DATABASE_URL and that the server runs, then: earshot migrate' }],
    }
  }
}

function migrationState(applied: number, newest: number): Finding {
  if (applied === newest) return { level: 'ok', what: 'The database is up to date' }
  if (applied > newest)
    return {
      level: 'problem',
      what: 'The database was written by a newer release',
      remedy: 'Start that release again, or restore a backup from before it: earshot restore FILE',
    }
  return {
    level: 'note',
    what: 'The database is of an older release',
    remedy: 'The next start brings it up to date, or: earshot migrate',
  }
}

async function lookInside(store: Store, config: Config): Promise<Finding[]> {
  const sources = await findTroubledSources(store.read)
  const trouble = await findTrouble(store.read, Date.now(), overdueMs)
  const findings: Finding[] = sources.map((one) => ({
    level: 'problem',
    what: `${one.name} (${one.connector}, ${one.id}) is ${one.state}: ${one.lastError?.message ?? 'no reason was kept'}`,
    remedy:
      one.state === 'failing'
        ? `It is tried again by itself; now: earshot source run ${one.id}`
        : 'Open it under Sources and connect it again. Its history stays.',
  }))
  if (sources.length === 0) findings.push({ level: 'ok', what: 'No source is in trouble' })
  findings.push(...(await sealedState(store, config)))
  for (const job of trouble.overdue)
    findings.push({
      level: 'problem',
      what: `A job waits: ${job.kind} ${job.key}, due ${new Date(job.runAt).toISOString()}${job.lastError ? `, last error: ${job.lastError}` : ''}`,
      remedy: job.lastError
        ? 'It runs again by itself. If it stays, report the error.'
        : 'Start the server: a process with the role worker must run.',
    })
  if (trouble.overdue.length === 0) findings.push({ level: 'ok', what: 'No job is overdue' })
  if (trouble.replies > 0)
    findings.push({
      level: 'problem',
      what: `${count(trouble.replies, 'reply waits', 'replies wait')} for somebody`,
      remedy: 'Open "Needs attention" in the inbox.',
    })
  if (trouble.unclassified > 0)
    findings.push({
      level: 'note',
      what: `${count(trouble.unclassified, 'mention')} not classified yet`,
      remedy: 'A process with the role worker classifies them.',
    })
  if (trouble.quarantined > 0)
    findings.push({
      level: 'note',
      what: `${count(trouble.quarantined, 'record')} could not be read and lie in quarantine`,
      remedy: 'Look at the page of the source; discard them or report them.',
    })
  return findings
}

/** A changed secret shows only when a source is read: here it shows at once. */
async function sealedState(store: Store, config: Config): Promise<Finding[]> {
  const sealed = await listSealed(store.read)
  if (sealed.length === 0) return []
  const file = join(config.EARSHOT_DATA, 'secret')
  const secret = config.EARSHOT_SECRET ?? (existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined)
  const remedy =
    'Put the former EARSHOT_SECRET (or the file "secret") back, or enter the credentials of these sources again.'
  if (!secret) return [{ level: 'problem', what: 'The secret that credentials are sealed with is missing', remedy }]
  const box = createSecretBox([secret])
  const closed = sealed.filter(({ id, secrets }) => {
    try {
      box.open(secrets ?? '', { table: 'sources', row: id, column: 'secrets' })
      return false
    } catch {
      return true
    }
  })
  if (closed.length === 0) return [{ level: 'ok', what: 'All stored credentials open' }]
  return [
    { level: 'problem', what: `Credentials that do not open: ${closed.map(({ name }) => name).join(', ')}`, remedy },
  ]
}
