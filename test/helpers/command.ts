import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { readConfig, type Config } from '../../src/config.ts'

type Command = (config: Config, argv: string[], stdin: Readable, stdout: Writable, stderr: Writable) => Promise<number>

export interface Ran {
  code: number
  out: string
  err: string
}

/** An installation in a folder of its own, for commands; call `remove` at the end. */
export function createInstallation(env: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-command-'))
  const config = readConfig({ EARSHOT_DATA: join(folder, 'data'), EARSHOT_LOG: 'silent', ...env })
  return {
    config,
    folder,
    file(name: string, content: string): string {
      const path = join(folder, name)
      writeFileSync(path, content)
      return path
    },
    run: (command: Command, argv: string[], input = ''): Promise<Ran> => runCommand(command, config, argv, input),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export async function runCommand(command: Command, config: Config, argv: string[], input = ''): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  const sinks = [sink(out), sink(err)] as const
  const code = await command(config, argv, Readable.from([input]), ...sinks)
  await Promise.all(sinks.map((one) => finished(one.end())))
  return { code, out: out.join(''), err: err.join('') }
}

/** Takes one piece at a time and is slow now and then, so that waiting for the reader is tested too. */
function sink(into: string[]): Writable {
  return new Writable({
    highWaterMark: 64,
    write(chunk, _encoding, done) {
      into.push(String(chunk))
      setImmediate(done)
    },
  })
}
