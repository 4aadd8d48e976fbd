// npm run dev [-- --demo]: builds, starts, and does both again when a source changes.
import { spawn, spawnSync } from 'node:child_process'
import { watch } from 'node:fs'
import { join } from 'node:path'
import { requireNode, root } from './node.js'

const node = requireNode()
let child
let timer

function restart() {
  const built = spawnSync(node, [join(root, 'build.mjs')], { stdio: 'inherit' })
  if (built.status !== 0) return process.stderr.write('dev: the build failed; waiting for the next change\n')
  const start = () => {
    child = spawn(node, ['--enable-source-maps', join(root, 'dist/earshot.mjs'), 'start', ...process.argv.slice(2)], {
      stdio: 'inherit',
      cwd: root,
    })
  }
  if (!child || child.exitCode !== null) return start()
  child.once('exit', start)
  child.kill('SIGTERM')
}

for (const folder of ['src', 'views', 'connectors'])
  watch(join(root, folder), { recursive: true }, () => {
    clearTimeout(timer)
    timer = setTimeout(restart, 150)
  })
process.on('SIGINT', () => child?.kill('SIGINT') ?? process.exit(0))
restart()
