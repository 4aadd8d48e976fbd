import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'

import type { Artefacts } from './artefact.ts'

/**
 * Reads the trained weights: every `*.bin.zst` of the folder, by name without the suffix, unpacked when first asked for.
 * The only place of classify/ that touches the disk. Throws when the folder cannot be read.
 */
export function loadArtefacts(folder: string): Artefacts {
  const artefacts: Record<string, Uint8Array> = {}
  for (const file of readdirSync(folder).toSorted()) {
    if (!file.endsWith('.bin.zst')) continue
    let packed: Uint8Array | undefined = readFileSync(join(folder, file))
    let bytes: Uint8Array | undefined
    const get = (): Uint8Array => {
      bytes ??= zstdDecompressSync(packed ?? new Uint8Array())
      packed = undefined
      return bytes
    }
    Object.defineProperty(artefacts, file.slice(0, -'.bin.zst'.length), { get, enumerable: true })
  }
  return artefacts
}
