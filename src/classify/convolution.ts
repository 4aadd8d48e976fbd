import type { Bundle } from './artefact.ts'
import type { Doc } from './features.ts'

/**
 * Small convolutions over neighbouring words, their products of word vector and filter tabulated at training: a text
 * costs two additions and a comparison a filter and word, no multiplication. A row has three parts (as left, middle,
 * right word) of one int8 value a filter; the last row, of zeros, stands for unknown words and for the edges.
 */
export class Convolution {
  /** strongest response of each filter in the last text, not below 0 */
  readonly best: Float32Array
  private readonly filters: number
  private readonly table: Int8Array
  private readonly scale: Float32Array
  private readonly bias: Float32Array
  private readonly sums: Int32Array
  private readonly unknown: number

  constructor(bundle: Bundle) {
    this.table = bundle.i8('cnn.table')
    this.scale = bundle.f32('cnn.scale')
    this.bias = bundle.f32('cnn.bias')
    this.filters = this.bias.length
    this.best = new Float32Array(this.filters)
    this.sums = new Int32Array(this.filters)
    this.unknown = this.table.length / (3 * this.filters) - 1
  }

  /** Row of every word that the table knows. */
  static rowsOf(bundle: Bundle): ReadonlyMap<string, number> {
    const rows = new Map<string, number>()
    for (const word of bundle.text('cnn.words').split('\n')) rows.set(word, rows.size)
    return rows
  }

  read(doc: Doc): void {
    const { filters: F, table, sums, scale, bias, best, unknown } = this
    const { entries, count } = doc
    const nothing = unknown * 3 * F
    sums.fill(-1_000_000)
    let hasNothing = false
    let l = nothing
    let m = this.rowAt(entries[0]?.row)
    for (let t = 0; t < count; t++) {
      const next = this.rowAt(entries[t + 1]?.row)
      if (l === nothing && m === nothing && next === nothing) {
        hasNothing = true
        continue
      }
      const middle = m + F
      const right = next + F + F
      for (let f = 0; f < F; f++) {
        const sum = (table[l + f] as number) + (table[middle + f] as number) + (table[right + f] as number)
        if (sum > (sums[f] as number)) sums[f] = sum
      }
      l = m
      m = next
    }
    // Three unknown words in a row answer every filter with zero.
    if (hasNothing) for (let f = 0; f < F; f++) if ((sums[f] as number) < 0) sums[f] = 0
    for (let f = 0; f < F; f++) best[f] = Math.max(0, (bias[f] ?? 0) + (sums[f] ?? 0) * (scale[f] ?? 0))
  }

  private rowAt(row: number | undefined): number {
    return (row === undefined || row < 0 ? this.unknown : row) * 3 * this.filters
  }
}
