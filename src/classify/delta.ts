import type { Doc } from './features.ts'
import { mix } from './hash.ts'

/** One text as a delta sees it: the base's answer, its dense inputs and the hashes of its words. */
export interface DeltaInput {
  /** logits of the frozen base, after its temperature */
  base: ArrayLike<number>
  /** empty where the base reads a language by words alone */
  dense: ArrayLike<number>
  words: Int32Array
}

/** Sparse corrections over a frozen base; plain data, so that it can be stored and thrown away. Rows of `classes` weights. */
export interface Delta {
  classes: number
  mode: 'softmax' | 'sigmoid'
  bias: Float64Array
  dense: Float64Array
  /** word-n-gram hash -> row; later deltas of the same trainer share it, so it may name rows that `words` lacks */
  rows: ReadonlyMap<number, number>
  words: Float64Array
}

export interface DeltaExample extends DeltaInput {
  /** class for softmax, bit set for sigmoid */
  target: number
}

/** Chosen on streams of brands that the base had not seen (bench/classify-learning.ts). */
const EPOCHS = 12
const RATE = { bias: 0.03, dense: 0.03, words: 0.06 }
/**
 * Draws every weight back to zero, to the base: with less, a few dozen lines move words that mean nothing, and one
 * stream in seven ends worse than it began.
 */
const PULL = 0.1
/** Rare classes count more, up to this. */
const MOST_WEIGHT = 2
/** Steps for a line between two rebuilds: on itself, on earlier lines, and as many again on the base's own examples. */
const FRESH_STEPS = 3
const EARLIER_STEPS = 12
/** Up to this length every line rebuilds all; after that as often as the log has grown by an eighth. */
const ALWAYS_REBUILT = 16

/** Adds what the workspace taught to the base's logits. */
export function applyDelta(delta: Delta, input: DeltaInput, out: number[]): void {
  const { classes: K, bias, dense, rows, words } = delta
  for (let k = 0; k < K; k++) out[k] = (input.base[k] ?? 0) + (bias[k] ?? 0)
  const D = Math.min(input.dense.length, dense.length / K)
  for (let d = 0; d < D; d++) {
    const x = input.dense[d] ?? 0
    if (x !== 0) for (let k = 0; k < K; k++) out[k] = (out[k] ?? 0) + x * (dense[d * K + k] ?? 0)
  }
  const scale = scaleOf(input.words)
  for (const hash of input.words) {
    const row = rows.get(hash)
    if (row !== undefined) for (let k = 0; k < K; k++) out[k] = (out[k] ?? 0) + scale * (words[row * K + k] ?? 0)
  }
}

interface Held extends DeltaExample {
  /** rows of its words */
  at: Int32Array
}

/**
 * Learns a delta line by line. Now and then everything is learned anew in twelve passes over the log and as many of
 * the base's own examples; lines in between move what is there by some dozen steps, which takes well under a
 * millisecond. When that is, only the length of the log decides: the same log gives the same delta, whether it grew
 * line by line or is read at once.
 */
export class DeltaTrainer {
  readonly classes: number
  readonly mode: Delta['mode']
  private readonly lines: Held[] = []
  private readonly counts: number[]
  private readonly replay: readonly Held[]
  private readonly rows = new Map<number, number>()
  private readonly logits: Float64Array
  private bias: Table
  private dense: Table
  private words: Table
  private rebuiltAt = 0

  constructor(classes: number, mode: Delta['mode'], replay: readonly DeltaExample[] = []) {
    this.classes = classes
    this.mode = mode
    this.counts = Array.from({ length: classes }, () => 0)
    this.logits = new Float64Array(classes)
    this.bias = new Table(classes)
    this.dense = new Table(0)
    this.words = new Table(0)
    this.replay = spread(replay).map((example) => this.hold(example))
  }

  get length(): number {
    return this.lines.length
  }

  add(line: DeltaExample): void {
    this.addAll([line])
  }

  /** The same as one after the other, without the rebuilds that a later one would undo. */
  addAll(lines: readonly DeltaExample[]): void {
    const from = this.lines.length
    const last = lastRebuild(from + lines.length)
    for (const [i, line] of lines.entries()) {
      this.lines.push(this.hold(line))
      if (this.mode === 'softmax') this.counts[line.target] = (this.counts[line.target] ?? 0) + 1
      const length = from + i + 1
      if (length < last) continue
      if (length === last && last > this.rebuiltAt) this.rebuild()
      else this.follow()
    }
  }

  /** What was learned so far; later lines do not change it. */
  delta(): Delta {
    const { classes, mode, rows } = this
    return { classes, mode, bias: this.bias.copy(), dense: this.dense.copy(), rows, words: this.words.copy() }
  }

  private hold(example: DeltaExample): Held {
    const { rows, classes: K } = this
    const at = Int32Array.from(example.words, (hash) => {
      const known = rows.get(hash)
      if (known !== undefined) return known
      rows.set(hash, rows.size)
      return rows.size - 1
    })
    this.dense.grow(example.dense.length * K)
    this.words.grow(rows.size * K)
    return { ...example, at }
  }

  /** AdaGrad from zero; what the second half of the passes came to is averaged, which takes the last steps' noise out. */
  private rebuild(): void {
    const { lines, replay } = this
    const tables = [this.bias, this.dense, this.words]
    for (const table of tables) table.clear()
    const wanted = Math.min(lines.length, replay.length)
    const order = new Int32Array(lines.length + wanted)
    const sums = tables.map(({ values }) => new Float64Array(values.length))
    for (let epoch = 0; epoch < EPOCHS; epoch++) {
      for (let i = 0; i < order.length; i++) order[i] = i
      shuffle(order, epoch)
      for (const i of order) {
        // A pass takes as many of the base's examples as there are lines, the next pass the next ones.
        const old = replay[(epoch * wanted + i - lines.length) % replay.length]
        const one = i < lines.length ? lines[i] : old
        if (one) this.step(one, i < lines.length ? this.weightOf(one) : 1)
      }
      if (epoch < EPOCHS / 2) continue
      tables.forEach(({ values }, t) => addTo(sums[t] ?? values, values, 2 / EPOCHS))
    }
    tables.forEach(({ values }, t) => values.set(sums[t] ?? values))
    this.rebuiltAt = this.lines.length
  }

  private follow(): void {
    const n = this.lines.length
    const m = this.replay.length
    const own = this.lines[n - 1]
    for (let s = 0; s < FRESH_STEPS + EARLIER_STEPS; s++) {
      const one = s < FRESH_STEPS ? own : this.lines[(mix(n, s) >>> 0) % n]
      if (one) this.step(one, this.weightOf(one))
      const old = m > 0 ? this.replay[(mix(n, s + 100) >>> 0) % m] : undefined
      if (old) this.step(old, 1)
    }
  }

  /** Square root of the inverse share: a stream of complaints must not teach that everything is one. */
  private weightOf({ target }: Held): number {
    if (this.mode === 'sigmoid') return 1
    const share = (this.counts[target] ?? 1) / this.lines.length
    return Math.min(MOST_WEIGHT, Math.sqrt(1 / this.classes / share))
  }

  // Indices are in range by construction; `as number` spares the hottest loops a check for undefined.
  private step(example: Held, weight: number): void {
    const { classes: K, logits } = this
    const { base, dense, at, target } = example
    const scale = scaleOf(at)
    for (let k = 0; k < K; k++) logits[k] = (base[k] as number) + (this.bias.values[k] as number)
    const D = dense.length
    for (let d = 0; d < D; d++) {
      const x = dense[d] as number
      if (x !== 0) addRow(this.dense.values, d, K, x, logits)
    }
    for (let j = 0; j < at.length; j++) addRow(this.words.values, at[j] as number, K, scale, logits)
    toGradient(logits, target, this.mode, weight)
    this.bias.step(0, K, logits, 1, RATE.bias, 0)
    for (let d = 0; d < D; d++) {
      const x = dense[d] as number
      if (x !== 0) this.dense.step(d, K, logits, x, RATE.dense, PULL)
    }
    for (let j = 0; j < at.length; j++) this.words.step(at[j] as number, K, logits, scale, RATE.words, PULL)
  }
}

function lastRebuild(length: number): number {
  let at = 0
  for (let next = 1; next <= length; next = at < ALWAYS_REBUILT ? at + 1 : Math.ceil(at * 1.125)) at = next
  return at
}

/** Examples come sorted by class: in steps of the golden section, any first part of them is a fair sample. */
function spread<T>(examples: readonly T[]): T[] {
  const n = examples.length
  let stride = Math.max(1, Math.round(n * 0.618))
  while (gcd(stride, n) > 1) stride++
  return examples.flatMap((_, i) => examples[(i * stride) % n] ?? [])
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}

/** Weights and the sums of their squared gradients. */
class Table {
  /** with room to grow */
  values: Float64Array
  private length: number
  private squares: Float64Array

  constructor(length: number) {
    this.length = length
    this.values = new Float64Array(length)
    this.squares = new Float64Array(length)
  }

  copy(): Float64Array {
    return this.values.slice(0, this.length)
  }

  grow(length: number): void {
    this.length = Math.max(this.length, length)
    if (length <= this.values.length) return
    this.values = widen(this.values, length)
    this.squares = widen(this.squares, length)
  }

  clear(): void {
    this.values.fill(0)
    this.squares.fill(0)
  }

  step(row: number, K: number, gradient: Float64Array, x: number, rate: number, pull: number): void {
    const { values, squares } = this
    for (let at = row * K, k = 0; k < K; k++, at++) {
      const w = values[at] as number
      const g = (gradient[k] as number) * x + pull * w
      const s = (squares[at] as number) + g * g
      squares[at] = s
      values[at] = w - (rate * g) / Math.sqrt(s + 1e-6)
    }
  }
}

function widen(values: Float64Array, length: number): Float64Array {
  const wide = new Float64Array(Math.ceil(length * 1.5))
  wide.set(values)
  return wide
}

function addRow(values: Float64Array, row: number, K: number, x: number, out: Float64Array): void {
  for (let at = row * K, k = 0; k < K; k++, at++) out[k] = (out[k] as number) + x * (values[at] as number)
}

function addTo(sum: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < values.length; i++) sum[i] = (sum[i] as number) + factor * (values[i] as number)
}

function scaleOf(words: ArrayLike<number>): number {
  return words.length > 0 ? 1 / Math.sqrt(words.length) : 0
}

function shuffle(order: Int32Array, epoch: number): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = (mix(i, epoch + 1) >>> 0) % (i + 1)
    const held = order[i] as number
    order[i] = order[j] as number
    order[j] = held
  }
}

function toGradient(logits: Float64Array, target: number, mode: Delta['mode'], weight: number): void {
  if (mode === 'sigmoid') {
    for (let k = 0; k < logits.length; k++)
      logits[k] = weight * (1 / (1 + Math.exp(-(logits[k] as number))) - ((target >>> k) & 1))
    return
  }
  let max = -Infinity
  for (let k = 0; k < logits.length; k++) max = Math.max(max, logits[k] as number)
  let total = 0
  for (let k = 0; k < logits.length; k++) total += logits[k] = Math.exp((logits[k] as number) - max)
  for (let k = 0; k < logits.length; k++) logits[k] = weight * ((logits[k] as number) / total - (k === target ? 1 : 0))
}

export function wordsOf(doc: Doc): Int32Array {
  return doc.words.slice(0, doc.wordCount)
}
