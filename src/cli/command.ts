import type { Readable, Writable } from 'node:stream'
import { openRuntime, type Runtime } from '../runtime.ts'
import type { Config } from '../config.ts'
import type { Act } from '../store/threadActions.ts'

export interface Streams {
  stdin: Readable
  stdout: Writable
  stderr: Writable
}

/** Wrong usage: printed with the usage of the command, exit code 2. */
export class UsageError extends Error {}

/** Runs a command and turns wrong usage into exit code 2. Other failures go on to the caller, who prints the message. */
export async function withUsage(usage: string, stderr: Writable, action: () => Promise<number>): Promise<number> {
  try {
    return await action()
  } catch (error) {
    if (!isUsage(error)) throw error
    stderr.write(`${error.message}\nusage: earshot ${usage}\n`)
    return 2
  }
}

function isUsage(error: unknown): error is Error {
  const code = error instanceof Error ? String((error as NodeJS.ErrnoException).code) : ''
  return error instanceof UsageError || code.startsWith('ERR_PARSE_ARGS')
}

/** Opens what the command needs and closes it, whatever happens. */
export async function withRuntime<T>(config: Config, action: (runtime: Runtime) => Promise<T>): Promise<T> {
  const runtime = await openRuntime(config)
  try {
    return await action(runtime)
  } finally {
    await runtime.close()
  }
}

/** Who acts when somebody types a command: nobody of the team, so the audit says 'system'. */
export function commandAct(runtime: Pick<Runtime, 'clock' | 'newId'>): Act {
  return { userId: 'system', now: runtime.clock.now(), ip: '', newId: runtime.newId }
}

/** Waits while the reader is behind, so that an export of any size keeps memory flat. */
export async function writeLine(stdout: Writable, value: unknown): Promise<void> {
  if (stdout.write(`${JSON.stringify(value)}\n`)) return
  await new Promise<void>((resolve) => stdout.once('drain', resolve))
}

/** Columns for people, padded; `json` prints the same as JSON lines. */
export async function printRows(stdout: Writable, rows: Record<string, string>[], json: boolean): Promise<void> {
  if (json) {
    for (const row of rows) await writeLine(stdout, row)
    return
  }
  const heads = Object.keys(rows[0] ?? {})
  const lines = [heads, ...rows.map((row) => heads.map((head) => row[head] ?? ''))]
  const widths = heads.map((_, index) => Math.max(...lines.map((cells) => (cells[index] ?? '').length)))
  for (const cells of lines)
    stdout.write(
      `${cells
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    )
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`
}
