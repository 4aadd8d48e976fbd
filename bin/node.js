// Plain JavaScript that loads nothing native: it must also run under an older Node, only to find the right one.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The Node that npm installed beside the product (24 LTS), or the running one where it is new enough. */
export function findNode() {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const file = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node'
  for (let dir = root; ; dir = dirname(dir)) {
    const candidate = join(dir, 'node_modules', name, file)
    if (existsSync(candidate)) return candidate
    if (dir === dirname(dir)) break
  }
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 19)) return process.execPath
  return undefined
}

/** Like findNode, but ends the process with the remedy where there is none. */
export function requireNode() {
  const node = findNode()
  if (node) return node
  process.stderr.write(
    `earshot needs Node.js 22.19 or newer; this is ${process.versions.node}, and npm installed none for ${process.platform}-${process.arch}.\n` +
      'Install Node.js 24 LTS, or run "npm ci" again without --omit=optional.\n',
  )
  return process.exit(1)
}
