// node bin/connectors-readme.js: rewrites the generated part of every connector's README from its schema and manifest.
// Plain JavaScript that starts itself again under the right Node, because connectors are TypeScript.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectorIds } from './connectors-index.js'
import { requireNode, root } from './node.js'

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.exit(spawnSync(requireNode(), [process.argv[1], ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1)
}

const { updateReadme } = await import('../src/connector/reference.ts')
for (const id of ['_template', ...connectorIds()]) {
  const file = join(root, 'connectors', id, 'README.md')
  if (!existsSync(file)) {
    console.error(`connectors/${id} has no README.md`)
    continue
  }
  const { default: connector } = await import(`../connectors/${id}/index.ts`)
  const before = readFileSync(file, 'utf8')
  try {
    const after = updateReadme(before, connector)
    if (after !== before) writeFileSync(file, after)
  } catch (error) {
    console.error(error.message)
  }
}
