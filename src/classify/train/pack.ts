import type { SectionData } from '../artefact.ts'
import type { BlockMeta } from '../engine.ts'
import type { Convolution } from './convolution.ts'
import type { Linear } from './linear.ts'

/**
 * Coarser than int8 allows: hundreds of weights add up in a text and rounding averages out, while the file shrinks to a
 * third. The smallest weights, most of them of words seen once, are dropped.
 */
const LEVELS = 40
const DROPPED = 1
const NET_LEVELS = 31

/** Joins heads that share hash sizes into one int8 block, a column an output, each column with its own scale. */
export function packBlock(
  models: readonly Linear[],
  index: number,
): { meta: BlockMeta; data: Record<string, SectionData> } {
  const first = models[0]
  if (!first) throw new Error('A block needs at least one head.')
  const { wordBits, charBits, charScale = 1 } = first.settings
  const columns = models.reduce((sum, model) => sum + model.settings.classes, 0)
  const words = new Int8Array((1 << wordBits) * columns)
  const chars = new Int8Array((1 << charBits) * columns)
  const wordScale = new Float32Array(columns)
  const charScales = new Float32Array(columns)
  let offset = 0
  for (const model of models) {
    quantise(model.words, model.settings.classes, words, columns, offset, wordScale)
    quantise(model.chars, model.settings.classes, chars, columns, offset, charScales)
    offset += model.settings.classes
  }
  return {
    meta: { columns, wordBits, charBits, charScale },
    data: {
      [`block${index}.words`]: words,
      [`block${index}.chars`]: chars,
      [`block${index}.wordScale`]: wordScale,
      [`block${index}.charScale`]: charScales,
    },
  }
}

/** The largest five weights in ten thousand are clipped: a scale set by outliers would flatten all others. */
export function quantise(
  table: Float32Array,
  K: number,
  out: Int8Array,
  columns: number,
  offset: number,
  scales: Float32Array,
): void {
  const rows = table.length / K
  for (let k = 0; k < K; k++) {
    const sizes = new Float32Array(rows)
    for (let r = 0; r < rows; r++) sizes[r] = Math.abs(table[r * K + k] ?? 0)
    sizes.sort()
    const used = sizes.subarray(sizes.findIndex((size) => size > 0))
    const scale = Math.max((used[Math.floor(used.length * 0.9995)] ?? 0) / LEVELS, 1e-9)
    scales[offset + k] = scale
    for (let r = 0; r < rows; r++) {
      const value = Math.round((table[r * K + k] ?? 0) / scale)
      out[r * columns + offset + k] = Math.abs(value) <= DROPPED ? 0 : Math.max(-LEVELS, Math.min(LEVELS, value))
    }
  }
}

/** The nets' products of word vector and filter, tabulated side by side: int8, one scale a filter, a last row of zeros. */
export function packConvolutions(
  nets: readonly { name: string; net: Convolution }[],
  words: readonly string[],
): Record<string, SectionData> {
  const F = nets.reduce((sum, { net }) => sum + net.settings.filters, 0)
  const exact = new Float32Array((words.length + 1) * 3 * F)
  const data: Record<string, SectionData> = {}
  const bias = new Float32Array(F)
  let from = 0
  for (const { name, net } of nets) {
    tabulate(net, words.length, exact, F, from)
    bias.set(net.filterBias, from)
    data[`cnn.${name}.out`] = net.out
    data[`cnn.${name}.outBias`] = net.outBias
    from += net.settings.filters
  }
  const scale = new Float32Array(F)
  for (let i = 0; i < exact.length; i++)
    scale[i % F] = Math.max(scale[i % F] ?? 0, Math.abs(exact[i] ?? 0) / NET_LEVELS)
  const table = Int8Array.from(exact, (value, i) => Math.round(value / ((scale[i % F] ?? 0) || 1)))
  return { ...data, 'cnn.table': table, 'cnn.scale': scale, 'cnn.bias': bias }
}

function tabulate(net: Convolution, words: number, out: Float32Array, F: number, from: number): void {
  const { filters, dimensions: D } = net.settings
  for (let w = 0; w < words; w++) {
    for (let f = 0; f < filters; f++) {
      for (let j = 0; j < 3; j++) {
        let sum = 0
        for (let d = 0; d < D; d++) sum += (net.vectors[w * D + d] ?? 0) * (net.filters[(f * 3 + j) * D + d] ?? 0)
        out[(w * 3 + j) * F + from + f] = sum
      }
    }
  }
}
