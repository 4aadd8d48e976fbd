import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'

import type { Artefacts } from './artefact.ts'

/**
 * Reads the trained weights: every `*.bin.zst` of the folder, by name without the suffix. They are unpacked when asked
 * for and not kept: whoever asks lays them out anew. The only place of classify/ that touches the disk. Throws when the
 * folder cannot be read.
 */
export function loadArtefacts(folder: string): Artefacts {
  const artefacts: Record<string, Uint8Array> = {}
  for (const file of readdirSync(folder).toSorted()) {
    if (!file.endsWith('.bin.zst')) continue
    const path = join(folder, file)
    let packed: Uint8Array | undefined = readFileSync(path)
    const get = (): Uint8Array => {
      const bytes = packed ?? readFileSync(path)
      packed = undefined
      // Room for all of it at once: pieces are held twice while they are joined.
      return zstdDecompressSync(bytes, { chunkSize: 4 * bytes.length })
    }
    Object.defineProperty(artefacts, file.slice(0, -'.bin.zst'.length), { get, enumerable: true })
  }
  return artefacts
}
