// npm run db:generate [-- --name what_changed]: writes the migrations of both databases.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { requireNode, root } from './node.js'

for (const dialect of ['sqlite', 'postgres']) {
  const done = spawnSync(
    requireNode(),
    [join(root, 'node_modules/drizzle-kit/bin.cjs'), 'generate', ...process.argv.slice(2)],
    { stdio: 'inherit', cwd: root, env: { ...process.env, DIALECT: dialect } },
  )
  if (done.status !== 0) process.exit(done.status ?? 1)
}
