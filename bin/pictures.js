// npm run pictures: the pictures of README and guide, from the demo world.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { requireNode, root } from './node.js'

const script = join(root, 'test/browser/pictures.ts')
const done = spawnSync(requireNode(), [script, ...process.argv.slice(2)], { stdio: 'inherit', cwd: root })
process.exitCode = done.status ?? 1
