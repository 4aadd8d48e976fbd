import { makeRandom, shuffle } from './data.ts'

/** A text as a trainer sees it: raw 32-bit feature hashes and dense values. */
export interface Example {
  words: Int32Array
  chars: Int32Array
  dense: Float32Array
}

export interface Settings {
  classes: number
  /** softmax: one of the classes; sigmoid: each class on its own */
  mode: 'softmax' | 'sigmoid'
  wordBits: number
  charBits: number
  dense: number
  epochs: number
  rate: number
  l2: number
  denseRate?: number
  charScale?: number
  seed: number
  /** dense weights and bias to start from, and to be drawn back to */
  prior?: { dense: Float32Array; bias: Float32Array }
}

export interface Linear {
  settings: Settings
  /** rows of `classes` weights: words, then characters */
  words: Float32Array
  chars: Float32Array
  dense: Float32Array
  bias: Float32Array
}

/** targets: class index for softmax, bit set for sigmoid; weights: one an example. */
export function trainLinear(
  examples: readonly Example[],
  targets: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
  settings: Settings,
): Linear {
  const { classes: K, epochs } = settings
  const model = emptyLinear(settings)
  if (settings.prior) {
    model.dense.set(settings.prior.dense)
    model.bias.set(settings.prior.bias)
  }
  const squares = emptyLinear(settings)
  const sum = emptyLinear(settings)
  const order = Int32Array.from(examples, (_, i) => i)
  const random = makeRandom(settings.seed)
  const logits = new Float64Array(K)
  let averaged = 0
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random)
    for (const i of order) {
      const example = examples[i]
      if (!example) continue
      scoreLinear(model, example, logits)
      toGradient(logits, targets[i] ?? 0, settings.mode)
      update(model, squares, example, logits, weights ? (weights[i] ?? 1) : 1)
    }
    if (epoch >= Math.floor(epochs / 2)) {
      addTo(sum, model)
      averaged++
    }
  }
  scaleBy(sum, 1 / Math.max(averaged, 1))
  return sum
}

/** Linear models of the same shape as one that answers with the mean of their logits. */
export function meanOf(models: readonly Linear[]): Linear {
  const [first, ...others] = models
  if (!first) throw new Error('No models to join.')
  for (const model of others) addTo(first, model)
  scaleBy(first, 1 / models.length)
  return first
}

export function emptyLinear(settings: Settings): Linear {
  const { classes: K, wordBits, charBits, dense } = settings
  return {
    settings,
    words: new Float32Array(wordBits ? (1 << wordBits) * K : 0),
    chars: new Float32Array(charBits ? (1 << charBits) * K : 0),
    dense: new Float32Array(dense * K),
    bias: new Float32Array(K),
  }
}

/** Logits of one example. Word and character features are normalised apart, so that long words do not drown the rest. */
export function scoreLinear(model: Linear, example: Example, out: Float64Array): void {
  const { classes: K, wordBits, charBits, dense: D, charScale = 1 } = model.settings
  for (let k = 0; k < K; k++) out[k] = model.bias[k] ?? 0
  if (wordBits) addRows(model.words, example.words, (1 << wordBits) - 1, K, norm(example.words.length), out)
  if (charBits) addRows(model.chars, example.chars, (1 << charBits) - 1, K, norm(example.chars.length) * charScale, out)
  for (let d = 0; d < D; d++) {
    const x = example.dense[d] ?? 0
    if (x === 0) continue
    for (let k = 0; k < K; k++) out[k] = (out[k] ?? 0) + x * (model.dense[d * K + k] ?? 0)
  }
}

function addRows(
  table: Float32Array,
  hashes: Int32Array,
  mask: number,
  K: number,
  value: number,
  out: Float64Array,
): void {
  if (K === 3) {
    let a = 0
    let b = 0
    let c = 0
    for (let j = 0; j < hashes.length; j++) {
      const at = ((hashes[j] ?? 0) & mask) * 3
      a += table[at] ?? 0
      b += table[at + 1] ?? 0
      c += table[at + 2] ?? 0
    }
    out[0] = (out[0] ?? 0) + a * value
    out[1] = (out[1] ?? 0) + b * value
    out[2] = (out[2] ?? 0) + c * value
    return
  }
  for (let j = 0; j < hashes.length; j++) {
    const at = ((hashes[j] ?? 0) & mask) * K
    for (let k = 0; k < K; k++) out[k] = (out[k] ?? 0) + value * (table[at + k] ?? 0)
  }
}

export function norm(count: number): number {
  return count > 0 ? 1 / Math.sqrt(count) : 0
}

function toGradient(logits: Float64Array, target: number, mode: Settings['mode']): void {
  if (mode === 'softmax') {
    softmax(logits)
    logits[target] = (logits[target] ?? 0) - 1
    return
  }
  for (let k = 0; k < logits.length; k++) {
    logits[k] = 1 / (1 + Math.exp(-(logits[k] ?? 0))) - ((target >>> k) & 1)
  }
}

export function softmax(logits: Float64Array): void {
  let max = -Infinity
  for (let k = 0; k < logits.length; k++) max = Math.max(max, logits[k] ?? 0)
  let total = 0
  for (let k = 0; k < logits.length; k++) total += logits[k] = Math.exp((logits[k] ?? 0) - max)
  for (let k = 0; k < logits.length; k++) logits[k] = (logits[k] ?? 0) / total
}

function update(model: Linear, squares: Linear, example: Example, gradient: Float64Array, weight: number): void {
  const { classes: K, wordBits, charBits, dense: D, rate, l2, charScale = 1 } = model.settings
  const { denseRate = rate, prior } = model.settings
  if (wordBits) {
    const mask = (1 << wordBits) - 1
    step(model.words, squares.words, example.words, mask, gradient, weight * norm(example.words.length), rate, l2, K)
  }
  if (charBits) {
    const mask = (1 << charBits) - 1
    const value = weight * norm(example.chars.length) * charScale
    step(model.chars, squares.chars, example.chars, mask, gradient, value, rate, l2, K)
  }
  for (let d = 0; d <= D; d++) {
    const x = d === D ? 1 : (example.dense[d] ?? 0)
    if (x === 0) continue
    const table = d === D ? model.bias : model.dense
    const square = d === D ? squares.bias : squares.dense
    for (let k = 0; k < K; k++) {
      const at = d === D ? k : d * K + k
      const g = (gradient[k] ?? 0) * weight * x + (d === D ? 0 : l2 * ((table[at] ?? 0) - (prior?.dense[at] ?? 0)))
      square[at] = (square[at] ?? 0) + g * g
      table[at] = (table[at] ?? 0) - (denseRate * g) / Math.sqrt((square[at] ?? 0) + 1e-8)
    }
  }
}

function step(
  table: Float32Array,
  squares: Float32Array,
  hashes: Int32Array,
  mask: number,
  gradient: Float64Array,
  value: number,
  rate: number,
  l2: number,
  K: number,
): void {
  for (let j = 0; j < hashes.length; j++) {
    const row = ((hashes[j] ?? 0) & mask) * K
    for (let k = 0; k < K; k++) {
      const at = row + k
      const w = table[at] ?? 0
      const g = (gradient[k] ?? 0) * value + l2 * w
      const s = (squares[at] ?? 0) + g * g
      squares[at] = s
      table[at] = w - (rate * g) / Math.sqrt(s + 1e-8)
    }
  }
}

function addTo(sum: Linear, model: Linear): void {
  for (const key of ['words', 'chars', 'dense', 'bias'] as const) {
    const into = sum[key]
    const from = model[key]
    for (let i = 0; i < into.length; i++) into[i] = (into[i] ?? 0) + (from[i] ?? 0)
  }
}

function scaleBy(model: Linear, factor: number): void {
  for (const key of ['words', 'chars', 'dense', 'bias'] as const) {
    const table = model[key]
    for (let i = 0; i < table.length; i++) table[i] = (table[i] ?? 0) * factor
  }
}
