// Writes src/connector/connectors.generated.ts from the folders under connectors/, so that lists and forms load no
// connector and the bundler sees each import. `--check` only says whether the file is current.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './node.js'

const target = join(root, 'src/connector/connectors.generated.ts')

export function connectorIds() {
  return readdirSync(join(root, 'connectors'), { withFileTypes: true })
    .filter(
      (entry) =>
        entry.isDirectory() &&
        !entry.name.startsWith('_') &&
        existsSync(join(root, 'connectors', entry.name, 'index.ts')),
    )
    .map((entry) => entry.name)
    .sort()
}

export function renderIndex(ids) {
  const imports = ids.map((id) => `import { manifest as ${variable(id)} } from '../../connectors/${id}/manifest.ts'\n`)
  const rows = ids.map(
    (id) => `  { id: '${id}', manifest: ${variable(id)}, load: () => import('../../connectors/${id}/index.ts') },\n`,
  )
  const list = ids.length === 0 ? '[]' : `[\n${rows.join('')}]`
  return `// Written by bin/connectors-index.js; run it after adding or removing a connector.
${imports.join('')}import type { ConnectorEntry } from './registry.ts'

export const connectorIndex: readonly ConnectorEntry[] = ${list}
`
}

export function writeIndex() {
  writeFileSync(target, renderIndex(connectorIds()))
}

export function isIndexCurrent() {
  return existsSync(target) && readFileSync(target, 'utf8') === renderIndex(connectorIds())
}

function variable(id) {
  return id.replace(/-(.)/g, (_, letter) => letter.toUpperCase())
}

if (process.argv[1]?.endsWith('connectors-index.js')) {
  if (!process.argv.includes('--check')) writeIndex()
  else if (!isIndexCurrent()) {
    console.error('src/connector/connectors.generated.ts is out of date. Run: node bin/connectors-index.js')
    process.exit(1)
  }
}
