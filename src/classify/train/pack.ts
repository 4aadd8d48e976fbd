import type { SectionData } from '../artefact.ts'
import type { BlockMeta } from '../engine.ts'
import type { Linear } from './linear.ts'

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

/** The largest two weights in ten thousand are clipped: a scale set by outliers would flatten all others. */
function quantise(
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
    const scale = Math.max((used[Math.floor(used.length * 0.9998)] ?? 0) / 127, 1e-9)
    scales[offset + k] = scale
    for (let r = 0; r < rows; r++) {
      const value = Math.round((table[r * K + k] ?? 0) / scale)
      out[r * columns + offset + k] = Math.max(-127, Math.min(127, value))
    }
  }
}
