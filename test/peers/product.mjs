// The product as a person has it: its command, a data folder of its own, a free port.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requireNode, root } from '../../bin/node.js'
import { waitFor } from './runner.mjs'

const startLimitMs = 120_000
const stopLimitMs = 20_000

/** `earshot start`, listening. `stop` ends it as an operator does and fails when it does not end by itself. */
export async function startProduct() {
  const folder = join(tmpdir(), `earshot-flagship-${process.pid}`)
  const removeFolder = () => rmSync(folder, { recursive: true, force: true })
  removeFolder()
  process.once('exit', removeFolder)
  const server = runEarshot(folder, ['start'])
  const url = await waitFor(
    'the address of the product',
    () => {
      if (server.child.exitCode !== null) throw new Error(`earshot start ended by itself:\n${server.output()}`)
      return /listens on (http:\/\/\S+)/.exec(server.output())?.[1]
    },
    { limitMs: startLimitMs },
  )
  return {
    url,
    folder,
    output: server.output,
    /** Another `earshot` command beside the server; answers what it printed. */
    async run(...args) {
      const command = runEarshot(folder, args)
      assert.equal(await command.ended, 0, command.output())
      return command.output()
    },
    async stop() {
      server.child.kill('SIGTERM')
      const late = new Promise((resolve) => setTimeout(resolve, stopLimitMs, 'still running').unref())
      const code = await Promise.race([server.ended, late])
      removeFolder()
      assert.equal(code, 0, `earshot start did not end well after SIGTERM:\n${server.output()}`)
    },
  }
}

function runEarshot(folder, args) {
  const env = { ...process.env, PORT: '0', HOST: '127.0.0.1', EARSHOT_DATA: folder, EARSHOT_ALLOW_PRIVATE: '*' }
  const child = spawn(requireNode(), [join(root, 'bin/earshot.js'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)))
  return { child, ended, output: () => output }
}
