import { encodeBundle } from '../artefact.ts'
import { createBase } from '../classifier.ts'
import { type Kind, SENTIMENTS } from '../types.ts'
import { makeRandom, readSplit } from './data.ts'

const EACH = 240

/**
 * Examples that a workspace's delta is trained against, so that it keeps the base's world: hashes of words and
 * numbers 0…255, no text. From the even rows of the dev splits; the odd rows stay for measuring.
 */
export function packReplay(folder: string, artefacts: Record<string, Uint8Array>, seed: number): Uint8Array {
  const base = createBase(artefacts)
  const random = makeRandom(seed + 11)
  const dense: number[] = []
  const logits: number[] = []
  const heads: number[] = []
  const words: number[] = []
  let size = 0
  for (const [set, kind] of [
    ['semeval2017-4a', 'mention'],
    ['playstore-top20', 'review'],
  ] as [string, Kind][]) {
    const rows = readSplit(folder, set, 'dev').filter((_, i) => i % 2 === 0)
    for (const [target, label] of SENTIMENTS.entries()) {
      const own = rows.filter((row) => row.label === label)
      for (let n = 0; n < Math.min(EACH / 3, own.length); n++) {
        const row = own[Math.floor(random() * own.length)]
        if (!row) continue
        const reading = base.read({ text: row.text, kind, lang: 'en' })
        size = reading.dense.length
        for (let d = 0; d < size; d++)
          dense.push(Math.max(-127, Math.min(127, Math.round((reading.dense[d] ?? 0) * 127))))
        for (let k = 0; k < 3; k++) logits.push(reading.base[k] ?? 0)
        heads.push(target | (kind === 'review' ? 4 : 0) | (reading.words.length << 8))
        for (const hash of reading.words) words.push(hash >>> 0)
      }
    }
  }
  return encodeBundle(
    { dense: size },
    {
      dense: Int8Array.from(dense),
      base: Float32Array.from(logits),
      heads: Uint32Array.from(heads),
      words: Uint32Array.from(words),
    },
  )
}
