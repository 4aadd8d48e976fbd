// npm run check: format, lint and types. The architecture and documentation tests are part of the suite.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { requireNode, root } from './node.js'

const node = requireNode()
const tool = (name) => join(root, 'node_modules', '.bin', name)
const steps = [
  ['format', [join(root, 'node_modules/oxfmt/bin/oxfmt'), '--check']],
  ['lint', [join(root, 'node_modules/oxlint/bin/oxlint'), '--deny-warnings']],
  ['types', [join(root, 'node_modules/typescript/bin/tsc'), '-p', root]],
]
let failed = false
for (const [name, [file, ...args]] of steps) {
  const started = Date.now()
  const done = existsSync(file)
    ? spawnSync(node, [file, ...args], { stdio: 'inherit', cwd: root })
    : spawnSync(tool(args[0] ?? ''), args, { stdio: 'inherit', cwd: root })
  process.stderr.write(`${done.status === 0 ? 'ok  ' : 'FAIL'} ${name} (${Date.now() - started} ms)\n`)
  failed ||= done.status !== 0
}
process.exit(failed ? 1 : 0)
