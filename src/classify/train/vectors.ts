import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'

import { decodeBundle } from '../artefact.ts'
import { makeRandom } from './data.ts'

export interface Vectors {
  words: string[]
  rows: Map<string, number>
  values: Float32Array
  dimensions: number
}

/** GloVe vectors of frequent words, then rows for tokens that newspapers lack (emoji, marks), small and random. */
export function readVectors(file: string, extra: readonly string[], seed: number, limit = 18_000): Vectors {
  const bundle = decodeBundle(brotliDecompressSync(readFileSync(file)))
  const dimensions = Number(bundle.meta['dimensions'])
  const words = bundle.text('words').split('\n').slice(0, limit)
  const packed = bundle.i8('vectors').subarray(0, words.length * dimensions)
  const scale = bundle.f32('scale')
  const known = new Set(words)
  const added = extra.filter((word) => !known.has(word))
  const values = new Float32Array((words.length + added.length) * dimensions)
  for (let i = 0; i < packed.length; i++) values[i] = (packed[i] ?? 0) * (scale[Math.floor(i / dimensions)] ?? 0)
  // Unit mean square a row keeps frequent and rare words on one scale.
  for (let w = 0; w < words.length; w++) {
    let total = 0
    for (let d = 0; d < dimensions; d++) total += (values[w * dimensions + d] ?? 0) ** 2
    const factor = total > 0 ? 3 / Math.sqrt(total) : 0
    for (let d = 0; d < dimensions; d++) values[w * dimensions + d] = (values[w * dimensions + d] ?? 0) * factor
  }
  const random = makeRandom(seed)
  for (let i = words.length * dimensions; i < values.length; i++) values[i] = (random() - 0.5) * 0.3
  const all = [...words, ...added]
  return { words: all, rows: new Map(all.map((word, i) => [word, i])), values, dimensions }
}
