import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './root.ts'

const program = join(root, 'bin/earshot.js')
const startWithinMs = 120_000

export interface Product {
  /** http://127.0.0.1:PORT */
  url: string
  /** The one-time link that `--demo` prints; '' without it. */
  signInLink: string
  folder: string
  /** Everything it has written so far. */
  output(): string
  /** Another command of the same installation, beside the running server. */
  command(...argv: string[]): Promise<{ code: number; out: string; err: string }>
  /** Adds a person and answers a link that signs in once. */
  addPerson(email: string, name: string, role: 'owner' | 'admin' | 'agent' | 'viewer'): Promise<string>
  /** Resident memory of the server in bytes, and its peak; undefined where there is no /proc. */
  memory(): { now: number; peak: number } | undefined
  /** Ends it, keeps the folder. */
  stop(): Promise<void>
  /** Ends it and removes the folder. */
  remove(): Promise<void>
}

export interface ProductOptions {
  demo?: boolean
  env?: Record<string, string>
  /** An earlier product's folder, to start on the same data again. */
  folder?: string
}

/** The bundled product as people start it, on a free port, with a fresh data folder. */
export async function startProduct({ demo = false, env = {}, folder }: ProductOptions = {}): Promise<Product> {
  buildOnce()
  const data = folder ?? mkdtempSync(join(tmpdir(), 'earshot-product-'))
  const settings = { ...cleanEnvironment(), EARSHOT_DATA: data, PORT: '0', EARSHOT_LOG: 'warn', ...env }
  const child = spawn(process.execPath, [program, 'start', ...(demo ? ['--demo'] : [])], {
    cwd: root,
    env: settings,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  let output = ''
  const listening = new Promise<string>((resolve, reject) => {
    const limit = setTimeout(
      () => reject(new Error(`not listening after ${startWithinMs} ms:\n${output}`)),
      startWithinMs,
    )
    const hear = (chunk: Buffer) => {
      output += String(chunk)
      const url = /listens on (\S+)/.exec(output)?.[1]
      if (url && (!demo || /\/sign-in\/\S+/.test(output))) resolve(url)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', (code) => reject(new Error(`ended with ${code}:\n${output}`)))
    void ended.finally(() => clearTimeout(limit))
  })
  const url = await listening
  // As src/main.ts: the demo world has a folder of its own, unless it is in a PostgreSQL database.
  const ownFolder = demo && env['DATABASE_URL'] === undefined
  const commandEnv = { ...settings, EARSHOT_DATA: ownFolder ? join(data, 'demo') : data, PORT: new URL(url).port }
  const command = (...argv: string[]) => runCommand(commandEnv, argv)
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await ended
  }
  return {
    url,
    signInLink: /http\S+\/sign-in\/\S+/.exec(output)?.[0] ?? '',
    folder: data,
    output: () => output,
    command,
    async addPerson(email, name, role) {
      const added = await command('user', 'add', email, '--name', name, '--role', role)
      const link = await command('user', 'link', email)
      if (added.code !== 0 || link.code !== 0) throw new Error(added.err + link.err)
      return link.out.trim()
    },
    memory: () => (child.pid === undefined ? undefined : readMemory(child.pid)),
    stop,
    async remove() {
      await stop()
      rmSync(data, { recursive: true, force: true })
    },
  }
}

/** A command of the product with this environment only; for starts that are meant to fail. */
export async function runCommand(
  env: Record<string, string>,
  argv: string[],
): Promise<{ code: number; out: string; err: string }> {
  buildOnce()
  const child = spawn(process.execPath, [program, ...argv], {
    cwd: root,
    env: { ...cleanEnvironment(), EARSHOT_LOG: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => (out += String(chunk)))
  child.stderr.on('data', (chunk) => (err += String(chunk)))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code: code ?? -1, out, err }
}

/** Settings of the developer's own installation must not reach the product under test. */
function cleanEnvironment(): Record<string, string> {
  const names = ['PORT', 'HOST', 'DATABASE_URL']
  const kept = Object.entries(process.env).filter(([name]) => !names.includes(name) && !name.startsWith('EARSHOT_'))
  return Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])))
}

let built = false

/** bin/earshot.js builds when a source is newer. Two test files at once must not build into each other. */
function buildOnce(): void {
  if (built) return
  const lock = join(root, 'test-results/building')
  mkdirSync(join(root, 'test-results'), { recursive: true })
  while (!takeLock(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  try {
    const done = spawnSync(process.execPath, [program, 'help'], { cwd: root, encoding: 'utf8' })
    if (done.status !== 0) throw new Error(`the product could not be built:\n${done.stderr}`)
    built = true
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

function takeLock(lock: string): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    // A run that was killed leaves its lock; no build takes two minutes.
    if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 120_000)
      rmSync(lock, { recursive: true, force: true })
    return false
  }
}

/** bin/earshot.js is only the starter: the server is its child. */
function readMemory(starter: number): { now: number; peak: number } | undefined {
  try {
    const pid = readFileSync(`/proc/${starter}/task/${starter}/children`, 'utf8').trim().split(' ')[0]
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const field = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) * 1024
    return { now: field('VmRSS'), peak: field('VmHWM') }
  } catch {
    return undefined
  }
}
