import type { Bundle } from './artefact.ts'
import type { Doc } from './features.ts'

/**
 * A small convolution over neighbouring words, its products of word vector and filter tabulated at training: a text
 * costs three additions a filter and word, no multiplication. Rows: three parts (as left, middle, right word) of
 * `filters` int8 values.
 */
export class Convolution {
  readonly classes: number
  private readonly filters: number
  private readonly table: Int8Array
  private readonly scale: Float32Array
  private readonly bias: Float32Array
  private readonly out: Float32Array
  private readonly outBias: Float32Array
  private readonly best: Float32Array

  constructor(bundle: Bundle, name: string) {
    this.table = bundle.i8(`cnn.${name}.table`)
    this.scale = bundle.f32(`cnn.${name}.scale`)
    this.bias = bundle.f32(`cnn.${name}.bias`)
    this.out = bundle.f32(`cnn.${name}.out`)
    this.outBias = bundle.f32(`cnn.${name}.outBias`)
    this.filters = this.bias.length
    this.classes = this.outBias.length
    this.best = new Float32Array(this.filters)
  }

  /** Row of every word that the tables know; shared by all nets of a bundle. */
  static rowsOf(bundle: Bundle): ReadonlyMap<string, number> {
    return new Map(
      bundle
        .text('cnn.words')
        .split('\n')
        .map((word, i) => [word, i]),
    )
  }

  score(doc: Doc, logits: Float64Array): void {
    const { filters: F, table, scale, bias, best, classes: K } = this
    best.fill(0)
    const { entries, count } = doc
    const width = 3 * F
    for (let t = 0; t < count; t++) {
      const left = t > 0 ? (entries[t - 1]?.row ?? -1) : -1
      const mid = entries[t]?.row ?? -1
      const right = t + 1 < count ? (entries[t + 1]?.row ?? -1) : -1
      const l = left * width
      const m = mid * width + F
      const r = right * width + 2 * F
      for (let f = 0; f < F; f++) {
        let sum = 0
        if (left >= 0) sum += table[l + f] ?? 0
        if (mid >= 0) sum += table[m + f] ?? 0
        if (right >= 0) sum += table[r + f] ?? 0
        const value = (bias[f] ?? 0) + sum * (scale[f] ?? 0)
        if (value > (best[f] ?? 0)) best[f] = value
      }
    }
    for (let k = 0; k < K; k++) {
      let sum = this.outBias[k] ?? 0
      for (let f = 0; f < F; f++) sum += (best[f] ?? 0) * (this.out[f * K + k] ?? 0)
      logits[k] = sum
    }
  }
}
