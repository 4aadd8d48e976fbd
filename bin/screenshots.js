// npm run screenshots [-- name …]: every page with the demo world, photographed and asked by axe.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { requireNode, root } from './node.js'

const script = join(root, 'test/browser/screenshots.ts')
const done = spawnSync(requireNode(), [script, ...process.argv.slice(2)], { stdio: 'inherit', cwd: root })
process.exitCode = done.status ?? 1
