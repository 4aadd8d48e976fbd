import { makeRandom, shuffle } from './data.ts'

/** Rows of word ids; -1 is a word without a vector. */
export type Sentence = Int32Array

export interface ConvolutionSettings {
  filters: number
  classes: number
  dimensions: number
  epochs: number
  batch: number
  rate: number
  /** rate of the word vectors against that of the filters */
  vectorRate: number
  dropout: number
  wordDropout: number
  seed: number
}

export interface Convolution {
  settings: ConvolutionSettings
  /** word vectors, fine-tuned; a row a word */
  vectors: Float32Array
  /** filters over three neighbouring words */
  filters: Float32Array
  filterBias: Float32Array
  out: Float32Array
  outBias: Float32Array
}

const WIDTH = 3

/** Convolution over word vectors, largest value over the text, softmax (after Kim 2014), by Adam in small batches. */
export function trainConvolution(
  sentences: readonly Sentence[],
  targets: ArrayLike<number>,
  weights: ArrayLike<number>,
  initial: Float32Array,
  settings: ConvolutionSettings,
): Convolution {
  const random = makeRandom(settings.seed)
  const model = initialise(initial, settings, random)
  const adam = {
    filters: makeAdam(model.filters),
    bias: makeAdam(model.filterBias),
    out: makeAdam(model.out),
    outBias: makeAdam(model.outBias),
  }
  const squares = new Float32Array(model.vectors.length)
  const mean = cloneModel(model, 0)
  const order = Int32Array.from(sentences, (_, i) => i)
  let averaged = 0
  const pass = new Pass(model)
  const steps = Math.ceil(order.length / settings.batch) * settings.epochs
  let step = 0
  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    shuffle(order, random)
    for (let at = 0; at < order.length; at += settings.batch) {
      for (const i of order.subarray(at, at + settings.batch)) {
        pass.learn(sentences[i] ?? new Int32Array(0), targets[i] ?? 0, weights[i] ?? 1, random)
      }
      const rate = settings.rate * (1 - 0.9 * (step++ / steps))
      const size = Math.min(settings.batch, order.length - at)
      adam.filters(pass.dFilters, rate, size)
      adam.bias(pass.dFilterBias, rate, size)
      adam.out(pass.dOut, rate, size)
      adam.outBias(pass.dOutBias, rate, size)
      pass.updateVectors(squares, rate * settings.vectorRate, size)
    }
    if (epoch >= settings.epochs - 2) {
      accumulate(mean, model)
      averaged++
    }
  }
  for (const key of KEYS) for (let i = 0; i < mean[key].length; i++) mean[key][i] = (mean[key][i] ?? 0) / averaged
  return mean
}

const KEYS = ['vectors', 'filters', 'filterBias', 'out', 'outBias'] as const

function cloneModel(model: Convolution, fill: number): Convolution {
  const blank = { ...model }
  for (const key of KEYS) blank[key] = new Float32Array(model[key].length).fill(fill)
  return blank
}

function accumulate(sum: Convolution, model: Convolution): void {
  for (const key of KEYS) {
    const into = sum[key]
    const from = model[key]
    for (let i = 0; i < into.length; i++) into[i] = (into[i] ?? 0) + (from[i] ?? 0)
  }
}

function initialise(initial: Float32Array, settings: ConvolutionSettings, random: () => number): Convolution {
  const { filters: F, classes: K, dimensions: D } = settings
  const spread = (length: number, size: number): Float32Array =>
    Float32Array.from({ length }, () => (random() * 2 - 1) * size)
  return {
    settings,
    vectors: initial.slice(),
    filters: spread(F * WIDTH * D, Math.sqrt(6 / (WIDTH * D + F))),
    filterBias: new Float32Array(F),
    out: spread(F * K, 0.1),
    outBias: new Float32Array(K),
  }
}

function makeAdam(values: Float32Array): (gradient: Float32Array, rate: number, size: number) => void {
  const first = new Float32Array(values.length)
  const second = new Float32Array(values.length)
  let power1 = 1
  let power2 = 1
  return (gradient, rate, size) => {
    power1 *= 0.9
    power2 *= 0.999
    for (let i = 0; i < values.length; i++) {
      const g = (gradient[i] ?? 0) / size
      gradient[i] = 0
      const m = (first[i] = 0.9 * (first[i] ?? 0) + 0.1 * g)
      const v = (second[i] = 0.999 * (second[i] ?? 0) + 0.001 * g * g)
      values[i] = (values[i] ?? 0) - (rate * (m / (1 - power1))) / (Math.sqrt(v / (1 - power2)) + 1e-8)
    }
  }
}

/** One text forward and back; gradients add up until the batch is applied. */
class Pass {
  readonly dFilters: Float32Array
  readonly dFilterBias: Float32Array
  readonly dOut: Float32Array
  readonly dOutBias: Float32Array
  private readonly model: Convolution
  private readonly dVectors: Float32Array
  private readonly touched = new Set<number>()
  private readonly pooled: Float32Array
  private readonly where: Int32Array
  private readonly logits: Float64Array

  constructor(model: Convolution) {
    const { filters: F, classes: K } = model.settings
    this.model = model
    this.dFilters = new Float32Array(model.filters.length)
    this.dFilterBias = new Float32Array(F)
    this.dOut = new Float32Array(F * K)
    this.dOutBias = new Float32Array(K)
    this.dVectors = new Float32Array(model.vectors.length)
    this.pooled = new Float32Array(F)
    this.where = new Int32Array(F)
    this.logits = new Float64Array(K)
  }

  learn(sentence: Sentence, target: number, weight: number, random: () => number): void {
    const { filters: F, classes: K, dropout, wordDropout } = this.model.settings
    const words = sentence.map((id) => (wordDropout > 0 && random() < wordDropout ? -1 : id))
    pool(this.model, words, this.pooled, this.where)
    const keep = 1 / (1 - dropout)
    for (let f = 0; f < F; f++) this.pooled[f] = random() < dropout ? 0 : (this.pooled[f] ?? 0) * keep
    const { out, outBias } = this.model
    let max = -Infinity
    for (let k = 0; k < K; k++) {
      let sum = outBias[k] ?? 0
      for (let f = 0; f < F; f++) sum += (this.pooled[f] ?? 0) * (out[f * K + k] ?? 0)
      this.logits[k] = sum
      if (sum > max) max = sum
    }
    let total = 0
    for (let k = 0; k < K; k++) total += this.logits[k] = Math.exp((this.logits[k] ?? 0) - max)
    for (let k = 0; k < K; k++) this.logits[k] = weight * ((this.logits[k] ?? 0) / total - (k === target ? 1 : 0))
    for (let k = 0; k < K; k++) this.dOutBias[k] = (this.dOutBias[k] ?? 0) + (this.logits[k] ?? 0)
    for (let f = 0; f < F; f++) {
      const h = this.pooled[f] ?? 0
      if (h <= 0) continue
      let d = 0
      for (let k = 0; k < K; k++) {
        const g = this.logits[k] ?? 0
        this.dOut[f * K + k] = (this.dOut[f * K + k] ?? 0) + g * h
        d += g * (out[f * K + k] ?? 0)
      }
      this.back(f, d * keep, words)
    }
  }

  private back(f: number, d: number, words: Sentence): void {
    const { dimensions: D } = this.model.settings
    const { filters, vectors } = this.model
    this.dFilterBias[f] = (this.dFilterBias[f] ?? 0) + d
    const at = this.where[f] ?? 0
    for (let j = 0; j < WIDTH; j++) {
      const id = words[at + j - 1] ?? -1
      if (id < 0) continue
      this.touched.add(id)
      const w = (f * WIDTH + j) * D
      const v = id * D
      for (let x = 0; x < D; x++) {
        this.dFilters[w + x] = (this.dFilters[w + x] ?? 0) + d * (vectors[v + x] ?? 0)
        this.dVectors[v + x] = (this.dVectors[v + x] ?? 0) + d * (filters[w + x] ?? 0)
      }
    }
  }

  updateVectors(squares: Float32Array, rate: number, size: number): void {
    const { dimensions: D } = this.model.settings
    const { vectors } = this.model
    for (const id of this.touched) {
      for (let i = id * D; i < id * D + D; i++) {
        const g = (this.dVectors[i] ?? 0) / size
        this.dVectors[i] = 0
        const s = (squares[i] = (squares[i] ?? 0) * 0.9995 + g * g * 0.05)
        vectors[i] = (vectors[i] ?? 0) - (rate * g) / (Math.sqrt(s) + 1e-4)
      }
    }
    this.touched.clear()
  }
}

/** The largest response of each filter (not below 0) and the middle word of where it was. */
export function pool(model: Convolution, words: Sentence, pooled: Float32Array, where: Int32Array): void {
  const { filters: F, dimensions: D } = model.settings
  const { vectors, filters, filterBias } = model
  const L = words.length
  const parts = new Float32Array(L * WIDTH)
  for (let f = 0; f < F; f++) {
    for (let t = 0; t < L; t++) {
      const id = words[t] ?? -1
      if (id < 0) {
        parts[t * 3] = parts[t * 3 + 1] = parts[t * 3 + 2] = 0
        continue
      }
      const v = id * D
      const w = f * WIDTH * D
      let a = 0
      let b = 0
      let c = 0
      for (let x = 0; x < D; x++) {
        const y = vectors[v + x] ?? 0
        a += y * (filters[w + x] ?? 0)
        b += y * (filters[w + D + x] ?? 0)
        c += y * (filters[w + 2 * D + x] ?? 0)
      }
      parts[t * 3] = a
      parts[t * 3 + 1] = b
      parts[t * 3 + 2] = c
    }
    let best = 0
    let at = 0
    for (let t = 0; t < L; t++) {
      const sum =
        (filterBias[f] ?? 0) +
        (t > 0 ? (parts[(t - 1) * 3] ?? 0) : 0) +
        (parts[t * 3 + 1] ?? 0) +
        (t + 1 < L ? (parts[(t + 1) * 3 + 2] ?? 0) : 0)
      if (sum > best) {
        best = sum
        at = t
      }
    }
    pooled[f] = best
    where[f] = at
  }
}

export function scoreConvolution(model: Convolution, words: Sentence, out: Float64Array): void {
  const { filters: F, classes: K } = model.settings
  const pooled = new Float32Array(F)
  pool(model, words, pooled, new Int32Array(F))
  for (let k = 0; k < K; k++) {
    let sum = model.outBias[k] ?? 0
    for (let f = 0; f < F; f++) sum += (pooled[f] ?? 0) * (model.out[f * K + k] ?? 0)
    out[k] = sum
  }
}
