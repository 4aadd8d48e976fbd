import { type Delta, type DeltaInput, even, scaleOf, type Spread, spreadOf } from './delta.ts'
import { type Found, minimise } from './minimise.ts'

export interface DeltaExample extends DeltaInput {
  /** what the answer should be, a probability a class */
  target: readonly number[]
}

/**
 * How far a weight is expected to stray from zero, from the base, before anything was seen: a stream's lean most, what
 * the dense inputs say of it little each, since there are many. The most likely weights under that are learned, so a
 * few lines move little but the lean and many move all. Chosen on streams of brands that the base had not seen and
 * that bench/classify-learning.ts does not judge by.
 */
const STRAY = { bias: 0.5, dense: 0.05, words: 0.35 }
/** Weight of the base's own examples, all together, against the lines'. */
const REPLAY = 1.3
/** What an example of the base's own should be answered: half its label, half what the base said of it. */
const REPLAY_LABEL = 0.5
/** Rare classes count more, up to this. */
const MOST_WEIGHT = 2
/** A word-n-gram of one line alone says what the line's label says already. */
const LEAST_LINES = 2
const ITERATIONS = 8
/** From the weights of a log that was up to an eighth shorter; the longer the log, the less the last lines matter. */
const iterationsFrom = (length: number): number => Math.ceil(300 / length)
/** Keeps the logarithm of nothing finite. */
const LEAST = 1e-12
/** Up to this length every line rebuilds all; after that as often as the log has grown by an eighth. */
const ALWAYS_REBUILT = 16

/** Words that are yet to be looked up. */
const NOWHERE = new Int32Array(0)

/** A line as a sparse vector, its inputs scaled by `STRAY`, so that all weights stray alike. */
interface Held {
  base: Float64Array
  /** of the bias, then the dense ones */
  inputs: Float64Array
  words: Int32Array
  /** of its words: places among the weights of a class, and the input that all of them have */
  rows: Int32Array
  scale: number
  target: Float64Array
  /** undefined for sigmoid */
  label: number | undefined
  weight: number
}

/**
 * Learns a delta line by line: now and then the likeliest weights are sought anew from the whole log and the base's own
 * examples, and from there it is a step or two to those of a few lines more. When that is, only the length of the log
 * decides: the same log gives the same delta, whether it grew line by line or is read at once.
 */
export class DeltaTrainer {
  readonly classes: number
  readonly mode: Delta['mode']
  private readonly spread: Spread
  private readonly lines: Held[] = []
  private readonly replay: readonly Held[]
  private rows: ReadonlyMap<number, number> = new Map()
  /** class by class: bias, dense inputs, words */
  private weights: Found
  private rebuiltAt = 0
  private readonly logits: Float64Array

  constructor(classes: number, mode: Delta['mode'], replay: readonly DeltaExample[] = [], spread = spreadOf(replay)) {
    this.classes = classes
    this.mode = mode
    this.spread = spread
    this.logits = new Float64Array(classes)
    this.weights = { at: new Float64Array(this.wordsFrom * classes), pairs: [] }
    this.replay = replay.map((example) => {
      const held = this.hold(example)
      const said = Float64Array.from(example.base)
      toAnswer(said, mode)
      return { ...held, target: held.target.map((x, k) => REPLAY_LABEL * x + (1 - REPLAY_LABEL) * (said[k] as number)) }
    })
  }

  get length(): number {
    return this.lines.length
  }

  add(line: DeltaExample): void {
    this.lines.push(this.hold(line))
  }

  /** What was learned so far; later lines do not change it. */
  delta(): Delta {
    const rebuilt = this.rebuilt()
    const isOlder = this.lines.length > this.rebuiltAt
    return this.toDelta(isOlder ? this.seek(this.lines, rebuilt, iterationsFrom(this.lines.length)) : rebuilt)
  }

  /** What was learned when all was last sought anew: nearly the same, for nothing. */
  lastRebuilt(): Delta {
    return this.toDelta(this.rebuilt())
  }

  private toDelta({ at }: Found): Delta {
    const { classes: K, mode, spread, rows, size, wordsFrom } = this
    const part = (stray: number, from: number, to: number): Float64Array => {
      const out = new Float64Array((to - from) * K)
      for (let i = 0; i < out.length; i++) out[i] = stray * (at[(i % K) * size + from + Math.floor(i / K)] ?? 0)
      return out
    }
    return {
      classes: K,
      mode,
      spread,
      bias: part(STRAY.bias, 0, 1),
      dense: part(STRAY.dense, 1, wordsFrom),
      rows,
      words: part(STRAY.words, wordsFrom, size),
    }
  }

  /** weights of a class */
  private get size(): number {
    return this.wordsFrom + this.rows.size
  }

  /** where the words' begin */
  private get wordsFrom(): number {
    return 1 + this.spread.mean.length
  }

  private hold({ base, dense, words, target }: DeltaExample): Held {
    const inputs = even(dense, this.spread).map((x) => x * STRAY.dense)
    return {
      base: Float64Array.from(base),
      inputs: Float64Array.of(STRAY.bias, ...inputs),
      words,
      rows: NOWHERE,
      scale: scaleOf(words) * STRAY.words,
      target: Float64Array.from(target),
      label: this.mode === 'softmax' ? target.indexOf(1) : undefined,
      weight: 1,
    }
  }

  private rebuilt(): Found {
    const length = lastRebuild(this.lines.length)
    if (length === this.rebuiltAt) return this.weights
    const lines = this.lines.slice(0, length)
    this.rows = rowsOf(lines)
    for (const one of [...this.lines, ...this.replay]) one.rows = NOWHERE
    const at = new Float64Array(this.size * this.classes)
    this.weights = this.seek(lines, { at, pairs: [] }, ITERATIONS)
    this.rebuiltAt = length
    return this.weights
  }

  private seek(lines: readonly Held[], from: Found, iterations: number): Found {
    const { replay, classes } = this
    const counts = new Map<number | undefined, number>()
    for (const { label } of lines) counts.set(label, (counts.get(label) ?? 0) + 1)
    let total = 0
    for (const line of lines)
      total += line.weight = weightOf(line.label, (counts.get(line.label) ?? 0) / lines.length, classes)
    for (const one of replay) one.weight = (REPLAY * total) / replay.length
    const examples = [...lines, ...replay]
    for (const one of examples) if (one.rows === NOWHERE) this.place(one)
    return minimise((at, gradient) => this.cost(examples, at, gradient), from, iterations)
  }

  private place(one: Held): void {
    const { words } = one
    const found = new Int32Array(words.length)
    let count = 0
    for (const hash of words) {
      const row = this.rows.get(hash)
      if (row !== undefined) found[count++] = row + this.wordsFrom
    }
    one.rows = found.subarray(0, count)
  }

  /** How unlikely the weights and these examples are together. */
  private cost(examples: readonly Held[], at: Float64Array, gradient: Float64Array): number {
    const { classes: K, logits, mode } = this
    let cost = 0
    for (let j = 0; j < at.length; j++) {
      const w = at[j] as number
      cost += (w * w) / 2
      gradient[j] = w
    }
    const size = at.length / K
    for (const one of examples) {
      const { inputs, rows, scale, target, weight } = one
      this.score(one, at, size)
      toAnswer(logits, mode)
      cost += weight * costOf(logits, target, mode)
      for (let k = 0; k < K; k++) {
        const from = k * size
        const g = weight * ((logits[k] as number) - (target[k] as number))
        for (let j = 0; j < inputs.length; j++)
          gradient[from + j] = (gradient[from + j] as number) + g * (inputs[j] as number)
        for (let j = 0; j < rows.length; j++) {
          const to = from + (rows[j] as number)
          gradient[to] = (gradient[to] as number) + g * scale
        }
      }
    }
    return cost
  }

  private score({ base, inputs, rows, scale }: Held, at: Float64Array, size: number): void {
    for (let k = 0; k < this.classes; k++) {
      const from = k * size
      let sum = 0
      for (let j = 0; j < inputs.length; j++) sum += (inputs[j] as number) * (at[from + j] as number)
      let words = 0
      for (let j = 0; j < rows.length; j++) words += at[from + (rows[j] as number)] as number
      this.logits[k] = (base[k] as number) + sum + scale * words
    }
  }
}

function lastRebuild(length: number): number {
  let at = 0
  for (let next = 1; next <= length; next = at < ALWAYS_REBUILT ? at + 1 : Math.ceil(at * 1.125)) at = next
  return at
}

/** Square root of the inverse share: a stream of complaints must not teach that everything is one. */
function weightOf(label: number | undefined, share: number, classes: number): number {
  return label === undefined ? 1 : Math.min(MOST_WEIGHT, Math.sqrt(1 / classes / share))
}

/** Rows for the words that several lines share. */
function rowsOf(lines: readonly Held[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { words } of lines) for (const hash of new Set(words)) counts.set(hash, (counts.get(hash) ?? 0) + 1)
  const rows = new Map<number, number>()
  for (const [hash, count] of counts) if (count >= LEAST_LINES) rows.set(hash, rows.size)
  return rows
}

/** Cross entropy of what the answer should be and what it is. */
function costOf(answer: Float64Array, target: Float64Array, mode: Delta['mode']): number {
  let cost = 0
  for (let k = 0; k < answer.length; k++) {
    const p = answer[k] as number
    const t = target[k] as number
    if (t > 0) cost -= t * Math.log(p + LEAST)
    if (t < 1 && mode === 'sigmoid') cost -= (1 - t) * Math.log(1 - p + LEAST)
  }
  return cost
}

/** Turns logits into probabilities. */
function toAnswer(logits: Float64Array, mode: Delta['mode']): void {
  if (mode === 'sigmoid') {
    for (let k = 0; k < logits.length; k++) logits[k] = 1 / (1 + Math.exp(-(logits[k] as number)))
    return
  }
  let max = -Infinity
  for (let k = 0; k < logits.length; k++) max = Math.max(max, logits[k] as number)
  let total = 0
  for (let k = 0; k < logits.length; k++) total += logits[k] = Math.exp((logits[k] as number) - max)
  for (let k = 0; k < logits.length; k++) logits[k] = (logits[k] as number) / total
}
