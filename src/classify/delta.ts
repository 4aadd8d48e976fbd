import type { Doc } from './features.ts'
import { mix } from './hash.ts'

/** One text as a delta sees it: the base's answer, its dense inputs and the hashes of its words. */
export interface DeltaInput {
  /** logits of the frozen base, after its temperature */
  base: ArrayLike<number>
  dense: ArrayLike<number>
  words: Int32Array
}

/** Sparse corrections over a frozen base; plain data, so that it can be stored and thrown away. */
export interface Delta {
  classes: number
  mode: 'softmax' | 'sigmoid'
  bias: number[]
  /** dense input -> weights */
  dense: number[][]
  /** word-n-gram hash -> weights */
  words: Map<number, number[]>
}

export interface DeltaExample extends DeltaInput {
  /** class for softmax, bit set for sigmoid */
  target: number
  weight: number
}

export interface DeltaSettings {
  epochs: number
  rate: number
  denseRate: number
  l2: number
}

export const DELTA_SETTINGS: DeltaSettings = { epochs: 12, rate: 0.06, denseRate: 0.02, l2: 0.01 }

/** Adds what the workspace taught to the base's logits. */
export function applyDelta(delta: Delta, input: DeltaInput, out: number[]): void {
  const { classes: K } = delta
  for (let k = 0; k < K; k++) out[k] = (input.base[k] ?? 0) + (delta.bias[k] ?? 0)
  for (let d = 0; d < input.dense.length; d++) {
    const x = input.dense[d] ?? 0
    const row = x === 0 ? undefined : delta.dense[d]
    if (row) for (let k = 0; k < K; k++) out[k] = (out[k] ?? 0) + x * (row[k] ?? 0)
  }
  const scale = input.words.length ? 1 / Math.sqrt(input.words.length) : 0
  for (const hash of input.words) {
    const row = delta.words.get(hash)
    if (row) for (let k = 0; k < K; k++) out[k] = (out[k] ?? 0) + scale * (row[k] ?? 0)
  }
}

/** AdaGrad from zero in the order given: the same log gives the same delta. */
export function trainDelta(
  examples: readonly DeltaExample[],
  classes: number,
  mode: Delta['mode'],
  settings: DeltaSettings = DELTA_SETTINGS,
): Delta {
  const size = examples[0]?.dense.length ?? 0
  const zeros = (): number[] => Array.from({ length: classes }, () => 0)
  const delta: Delta = { classes, mode, bias: zeros(), dense: Array.from({ length: size }, zeros), words: new Map() }
  const squares = { bias: zeros(), dense: Array.from({ length: size }, zeros), words: new Map<number, number[]>() }
  const out = zeros()
  const order = examples.map((_, i) => i)
  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    order.sort((a, b) => (mix(a, epoch + 1) >>> 0) - (mix(b, epoch + 1) >>> 0))
    for (const i of order) {
      const example = examples[i]
      if (!example) continue
      applyDelta(delta, example, out)
      toGradient(out, example.target, mode, example.weight)
      step(delta.bias, squares.bias, out, 1, settings.denseRate, 0)
      for (let d = 0; d < size; d++) {
        const x = example.dense[d] ?? 0
        const row = delta.dense[d]
        const square = squares.dense[d]
        if (x !== 0 && row && square) step(row, square, out, x, settings.denseRate, settings.l2)
      }
      const scale = example.words.length ? 1 / Math.sqrt(example.words.length) : 0
      for (const hash of example.words) {
        step(rowOf(delta.words, hash, zeros), rowOf(squares.words, hash, zeros), out, scale, settings.rate, settings.l2)
      }
    }
  }
  return delta
}

function rowOf(table: Map<number, number[]>, hash: number, make: () => number[]): number[] {
  const known = table.get(hash)
  if (known) return known
  const made = make()
  table.set(hash, made)
  return made
}

function step(row: number[], square: number[], gradient: readonly number[], x: number, rate: number, l2: number): void {
  for (let k = 0; k < row.length; k++) {
    const g = (gradient[k] ?? 0) * x + l2 * (row[k] ?? 0)
    const s = (square[k] ?? 0) + g * g
    square[k] = s
    row[k] = (row[k] ?? 0) - (rate * g) / Math.sqrt(s + 1e-6)
  }
}

function toGradient(logits: number[], target: number, mode: Delta['mode'], weight: number): void {
  if (mode === 'sigmoid') {
    for (let k = 0; k < logits.length; k++) {
      logits[k] = weight * (1 / (1 + Math.exp(-(logits[k] ?? 0))) - ((target >>> k) & 1))
    }
    return
  }
  const max = Math.max(...logits)
  let total = 0
  for (let k = 0; k < logits.length; k++) total += logits[k] = Math.exp((logits[k] ?? 0) - max)
  for (let k = 0; k < logits.length; k++) logits[k] = weight * ((logits[k] ?? 0) / total - (k === target ? 1 : 0))
}

export function wordsOf(doc: Doc): Int32Array {
  return doc.words.slice(0, doc.wordCount)
}
