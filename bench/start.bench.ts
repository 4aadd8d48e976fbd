import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atMost, type BenchContext, type Figure } from './measure.ts'

export const name = 'start'

/** From start to listening: CPU time against a bare Node that only opens a port; resident memory once idle. */
export async function run({ rounds }: BenchContext): Promise<Figure[]> {
  spawnSync(process.execPath, ['build.mjs'], { stdio: 'inherit' })
  const ratios: number[] = []
  const memory: number[] = []
  const folder = mkdtempSync(join(tmpdir(), 'earshot-bench-'))
  // The first start creates the database.
  await lifetime([join('dist', 'earshot.mjs'), 'start'], folder, /listens on/)
  for (let round = 0; round < rounds; round++) {
    const bare = await lifetime(
      ['-e', `require('http').createServer().listen(0, '127.0.0.1', () => console.log('listens on'))`],
      folder,
      /listens on/,
    )
    const ours = await lifetime([join('dist', 'earshot.mjs'), 'start'], folder, /listens on/)
    ratios.push(ours.cpuMs / bare.cpuMs)
    memory.push(ours.rssMb)
  }
  rmSync(folder, { recursive: true, force: true })
  return [
    atMost('start to listening', ratios, 6, 'CPU time of bare Node opening a port'),
    atMost('resident memory, idle', memory, 120, 'one second after start', 'MB'),
  ]
}

async function lifetime(args: string[], folder: string, ready: RegExp): Promise<{ cpuMs: number; rssMb: number }> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, EARSHOT_DATA: folder, PORT: '0', EARSHOT_LOG: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => ready.test(chunk.toString()) && resolve())
    child.on('exit', () => reject(new Error('ended before it listened')))
  })
  const cpuMs = cpuOf(child.pid ?? 0)
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const rssMb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.removeAllListeners('exit')
  child.once('exit', () => undefined)
  child.kill('SIGKILL')
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 300))])
  return { cpuMs, rssMb }
}

/** User and system time of a living process, ms (Linux: clock ticks of 10 ms, from /proc). */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
