import type { Doc } from './features.ts'

/** One text as a delta sees it: the base's answer, its dense inputs and the hashes of its words. */
export interface DeltaInput {
  /** logits of the frozen base, after its temperature */
  base: ArrayLike<number>
  /** empty where the base reads a language by words alone */
  dense: ArrayLike<number>
  words: Int32Array
}

/** How dense inputs are evened out: less their mean, over their deviation. */
export interface Spread {
  mean: Float64Array
  inverse: Float64Array
}

/** Sparse corrections over a frozen base; plain data, so that it can be stored and thrown away. Rows of `classes` weights. */
export interface Delta {
  classes: number
  mode: 'softmax' | 'sigmoid'
  spread: Spread
  bias: Float64Array
  dense: Float64Array
  /** word-n-gram hash -> row */
  rows: ReadonlyMap<number, number>
  words: Float64Array
}

/** Beyond this many deviations an input is only strange. */
const MOST_DEVIATIONS = 3
/** An input that hardly ever stirs is not blown up further. */
const MOST_INVERSE = 20

/** Stored ones may be of a release whose deltas had no spread. */
export function areApplicable(deltas: readonly (Partial<Delta> | undefined)[]): boolean {
  return deltas.every((delta) => delta === undefined || delta.spread !== undefined)
}

/** Adds what the workspace taught to the base's logits. */
export function applyDelta(delta: Delta, input: DeltaInput, out: number[]): void {
  const { classes: K, bias, dense, rows, words, spread } = delta
  for (let k = 0; k < K; k++) out[k] = (input.base[k] ?? 0) + (bias[k] ?? 0)
  const x = even(input.dense, spread)
  for (let d = 0; d < x.length; d++) addRow(dense, d, K, x[d] ?? 0, out)
  const scale = scaleOf(input.words)
  for (const hash of input.words) {
    const row = rows.get(hash)
    if (row !== undefined) addRow(words, row, K, scale, out)
  }
}

/** Over the base's own examples: they are the same for every workspace and every log. */
export function spreadOf(examples: readonly DeltaInput[]): Spread {
  const read = examples.filter(({ dense }) => dense.length > 0)
  const size = read[0]?.dense.length ?? 0
  const meanOf = (value: (one: DeltaInput, d: number) => number): Float64Array =>
    Float64Array.from({ length: size }, (_, d) => read.reduce((sum, one) => sum + value(one, d), 0) / read.length)
  const mean = meanOf(({ dense }, d) => dense[d] ?? 0)
  const variance = meanOf(({ dense }, d) => ((dense[d] ?? 0) - (mean[d] ?? 0)) ** 2)
  return { mean, inverse: variance.map((x) => Math.min(MOST_INVERSE, 1 / Math.sqrt(x + 1e-9))) }
}

export function even(dense: ArrayLike<number>, { mean, inverse }: Spread): Float64Array {
  const out = new Float64Array(Math.min(dense.length, mean.length))
  for (let d = 0; d < out.length; d++) {
    const x = ((dense[d] as number) - (mean[d] as number)) * (inverse[d] as number)
    out[d] = Math.max(-MOST_DEVIATIONS, Math.min(MOST_DEVIATIONS, x))
  }
  return out
}

// Indices are in range by construction; `as number` spares the hottest loops a check for undefined.
function addRow(values: Float64Array, row: number, K: number, x: number, out: Float64Array | number[]): void {
  for (let at = row * K, k = 0; k < K; k++, at++) out[k] = (out[k] as number) + x * (values[at] as number)
}

export function scaleOf(words: ArrayLike<number>): number {
  return words.length > 0 ? 1 / Math.sqrt(words.length) : 0
}

export function wordsOf(doc: Doc): Int32Array {
  return doc.words.slice(0, doc.wordCount)
}
