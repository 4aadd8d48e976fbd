import { decodeBundle, encodeBundle, type SectionData } from '../artefact.ts'
import type { EngineMeta } from '../engine.ts'
import { INTENT_HEAD, MARKED } from '../intents.ts'
import { SIGNAL_COUNT } from '../signals.ts'
import { BLOCKS } from './english.ts'
import type { Linear } from './linear.ts'
import { quantise } from './pack.ts'

/** The block of small heads: their rows and those of the intents then fill one stretch of 32 bytes. */
const BLOCK = 1
export const INTENT_BLOCK = { ...BLOCKS[BLOCK], charScale: 0.5 } as (typeof BLOCKS)[number]

/**
 * The English model with the words and characters of the intents as its last head, in place of those it may have. They
 * are learned from what the packed heads say, so they can only be packed after them.
 */
export function packIntents(english: Uint8Array, models: readonly Linear[]): Uint8Array {
  const bundle = decodeBundle(english)
  const meta = structuredClone(bundle.meta) as unknown as EngineMeta
  const data: Record<string, SectionData> = Object.fromEntries(bundle.names.map((name) => [name, bundle.data(name)]))
  const block = meta.blocks[BLOCK]
  if (!block) throw new Error('The English model has no block of small heads.')
  meta.heads = meta.heads.filter(({ name }) => name !== INTENT_HEAD)
  const columns = meta.heads.reduce((sum, head) => sum + (head.block === BLOCK ? head.labels.length : 0), 0)
  const wide = columns + MARKED.length
  for (const [part, scale] of [
    ['words', 'wordScale'],
    ['chars', 'charScale'],
  ] as const) {
    const old = bundle.i8(`block${BLOCK}.${part}`)
    const table = new Int8Array((old.length / block.columns) * wide)
    for (let from = 0, to = 0; from < old.length; from += block.columns, to += wide)
      table.set(old.subarray(from, from + columns), to)
    const scales = new Float32Array(wide)
    scales.set(bundle.f32(`block${BLOCK}.${scale}`).subarray(0, columns))
    models.forEach((model, k) => {
      quantise(model[part], 1, table, wide, columns + k, scales)
      // The block's own weight of characters is another.
      if (part === 'chars')
        scales[columns + k] = ((scales[columns + k] ?? 0) * INTENT_BLOCK.charScale) / block.charScale
    })
    data[`block${BLOCK}.${part}`] = table
    data[`block${BLOCK}.${scale}`] = scales
  }
  block.columns = wide
  meta.heads.push({
    name: INTENT_HEAD,
    labels: [...MARKED],
    mode: 'sigmoid',
    block: BLOCK,
    offset: columns,
    inputs: [],
    isSilent: true,
  })
  // Dense inputs and the bias stay with the decision, which also knows what the other heads say.
  data[`${INTENT_HEAD}.dense`] = new Float32Array(SIGNAL_COUNT * MARKED.length)
  data[`${INTENT_HEAD}.bias`] = new Float32Array(MARKED.length)
  return encodeBundle({ ...meta }, data)
}
