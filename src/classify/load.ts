import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'

import type { Artefacts } from './artefact.ts'

/**
 * Reads the trained weights: every `*.bin.br` of the folder, decompressed, by name without the suffix.
 * The only place of classify/ that touches the disk. Throws when the folder cannot be read.
 */
export function loadArtefacts(folder: string): Artefacts {
  const artefacts: Record<string, Uint8Array> = {}
  for (const file of readdirSync(folder).toSorted()) {
    if (!file.endsWith('.bin.br')) continue
    artefacts[file.slice(0, -'.bin.br'.length)] = brotliDecompressSync(readFileSync(join(folder, file)))
  }
  return artefacts
}
