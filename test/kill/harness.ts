import { build } from 'esbuild'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { FakeOptions } from '../helpers/fakePlatform.ts'
import type { FakeStats } from '../helpers/fakePlatformState.ts'
import { root } from '../helpers/root.ts'

// Not in dist/: a build that another test asks for empties it. The bundle starts in a tenth of the time: more of each
// life is spent working.
export const bundle = join(root, 'test-results', `kill-worker-${process.pid}.mjs`)

export function buildWorker(): Promise<unknown> {
  return build({
    entryPoints: [join(root, 'test/kill/worker.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    external: ['better-sqlite3', '@node-rs/argon2', 'pg-native'],
    banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
    logLevel: 'error',
  })
}

export async function startWorker(env: Record<string, string>): Promise<ChildProcess> {
  const worker = spawn(process.execPath, [bundle], {
    env: {
      ...process.env,
      ...env,
      EARSHOT_SECRET: 'a secret of sixteen',
      EARSHOT_ALLOW_PRIVATE: '127.0.0.1',
      EARSHOT_LOG: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(worker.stdout ?? worker, 'data')
  return worker
}

export type Platform = Awaited<ReturnType<typeof startPlatform>>

/** In a process of its own, so that it lives on while the worker is killed. */
export async function startPlatform(settings: Partial<FakeOptions> & { seed: number }) {
  const child = spawn(
    process.execPath,
    [join(root, 'test/helpers/fakePlatform.ts'), '--port', '0', '--seed', String(settings.seed)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const { url } = JSON.parse(line.toString()) as { url: string }
  const control = async (change: object) => {
    await fetch(`${url}/control`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(change),
    })
  }
  const stats = async () => (await (await fetch(`${url}/control?ids`)).json()) as FakeStats
  await control(settings)
  return {
    url,
    control,
    stats,
    /** Killing starts at the worker's first request: else a slow start would hide the kills. */
    async nextRequest(): Promise<void> {
      const { requests, streams } = await stats()
      for (let tries = 0; tries < 4000; tries++) {
        const next = await stats()
        if (next.requests.read + next.requests.write + next.streams > requests.read + requests.write + streams) return
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      throw new Error('the worker sent no request')
    },
    /** The worker has opened the stream. */
    async nextStream(): Promise<void> {
      const { streams } = await stats()
      for (let tries = 0; tries < 4000; tries++) {
        if ((await stats()).streams > streams) return
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      throw new Error('the worker opened no stream')
    },
    stop: () => child.kill('SIGKILL'),
  }
}

/** mulberry32: the kill points follow from the seed. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
