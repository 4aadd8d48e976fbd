#!/usr/bin/env node
// Starts the bundle under the Node that npm installed, building the bundle first when it is missing or stale.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { requireNode, root } from './node.js'

const node = requireNode()
const bundle = join(root, 'dist', 'earshot.mjs')

if (isStale()) {
  const built = spawnSync(node, [join(root, 'build.mjs')], { stdio: ['ignore', 2, 2] })
  if (built.status !== 0) process.exit(built.status ?? 1)
}

const child = spawn(node, ['--enable-source-maps', bundle, ...process.argv.slice(2)], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => (signal ? process.kill(process.pid, signal) : process.exit(code ?? 1)))

/** An installed package ships dist/ without sources being newer; a checkout is rebuilt when any source is. */
function isStale() {
  if (!existsSync(bundle)) return true
  const built = statSync(bundle).mtimeMs
  const newest = (path) => {
    const stat = statSync(path)
    if (!stat.isDirectory()) return stat.mtimeMs
    return Math.max(
      0,
      ...readdirSync(path)
        .filter((name) => name !== 'node_modules')
        .map((name) => newest(join(path, name))),
    )
  }
  return ['src', 'views', 'connectors', 'build.mjs', 'package.json']
    .map((name) => join(root, name))
    .filter(existsSync)
    .some((path) => newest(path) > built)
}
