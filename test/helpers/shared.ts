import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * Path of a file of the material that lies beside the checkout (specifications, corpora), or undefined where it is
 * absent: tests that need it then say loudly that they could not run. EARSHOT_SHARED names another place for it.
 */
export function sharedPath(name: string): string | undefined {
  const base = process.env['EARSHOT_SHARED']
  const roots = base
    ? [`${base}/`]
    : [new URL('../../../shared/', import.meta.url), new URL('../../../../shared/', import.meta.url)]
  return roots
    .map((root) => (typeof root === 'string' ? root + name : fileURLToPath(new URL(name, root))))
    .find(existsSync)
}
