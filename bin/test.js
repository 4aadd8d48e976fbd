// npm test: check first (format, lint, types), then the whole suite. Arguments go to vitest.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { requireNode, root } from './node.js'

const node = requireNode()
const args = process.argv.slice(2)
const run = (file, ...rest) => {
  const done = spawnSync(node, [join(root, file), ...rest], { stdio: 'inherit', cwd: root })
  if (done.status !== 0) process.exit(done.status ?? 1)
}
if (args.length === 0) run('bin/check.js')
run('node_modules/vitest/vitest.mjs', 'run', ...args)
