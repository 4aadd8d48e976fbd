import type { Bundle } from './artefact.ts'
import { Convolution } from './convolution.ts'
import { CUE_COUNT } from './cues.ts'
import { charGrams, type Doc, type Entry, WORD } from './features.ts'
import { Kernel, type Rows } from './kernel.ts'
import { readSignals, SIGNAL_COUNT } from './signals.ts'
import { MAX_UNITS } from './tokenise.ts'
import { WordSums } from './wordSums.ts'

/** What the header of a model file says of one head. Its columns in the block start at `offset`. */
export interface HeadMeta {
  name: string
  labels: string[]
  mode: 'softmax' | 'sigmoid'
  block: number
  offset: number
  /** dense inputs after the signals: columns of earlier heads, as [head, column] */
  inputs: [string, number][]
  /** its filters in the bundle's convolution, and their weight against the linear score */
  net?: { weight: number; from: number; filters: number }
  /** no input of others; such heads come last */
  isSilent?: true
}

export interface BlockMeta {
  columns: number
  wordBits: number
  charBits: number
  /** weight of the characters against the words */
  charScale: number
}

export interface EngineMeta {
  blocks: BlockMeta[]
  heads: HeadMeta[]
}

interface Head extends HeadMeta {
  /** where its logits go in the engine's output */
  at: number
}

/** What each logit takes of some sums: their places and scales. */
interface Sources {
  at: Int32Array
  scale: Float32Array
}

interface Net {
  filters: number
  best: number
  weights: number
  width: number
  logits: number
}

/**
 * Int8 linear heads over one featurisation, all of them at once. The inputs that later heads read lie side by side:
 * signals, room for cues, the opinions of heads (their logits squashed), and room for the kind of text.
 */
export class Engine {
  readonly heads: readonly Head[]
  readonly outputs: number
  readonly kernel = new Kernel()
  /** the address of the inputs, and their number */
  readonly inputsAt: number
  readonly size: number
  /** outputs that are inputs of others: all but those of silent heads */
  private readonly opinions: number
  private readonly byName: ReadonlyMap<string, Head>
  private readonly blocks: readonly Rows[]
  /** sums of word n-grams, one block after the other */
  private readonly sums: number
  private readonly sumCount: number
  private readonly letters: WordSums
  private readonly ofWords: Sources
  private readonly ofLetters: Sources
  private readonly bias: Float32Array
  private readonly hashes: number
  private readonly logitsAt: number
  private inputsView: Float32Array | undefined
  private logitsView: Float32Array | undefined
  private sumsView: Int32Array | undefined
  private readonly width: number
  private readonly signalWeights: number
  private readonly opinionWeights: number
  private readonly convolution: Convolution | undefined
  private readonly nets: readonly Net[]

  constructor(bundle: Bundle) {
    const { kernel } = this
    const meta = bundle.meta as unknown as EngineMeta
    let at = 0
    this.heads = meta.heads.map((head) => ({ ...head, at: (at += head.labels.length) - head.labels.length }))
    this.byName = new Map(this.heads.map((head) => [head.name, head]))
    this.outputs = at
    // A net's four columns may reach over the last logit.
    this.width = Math.ceil(at / 4) * 4 + 4
    this.opinions = this.heads.find(({ isSilent }) => isSilent)?.at ?? at
    this.size = SIGNAL_COUNT + CUE_COUNT + this.opinions + 1
    this.inputsAt = kernel.reserve(4 * this.size)
    this.logitsAt = kernel.reserve(4 * this.width)
    this.hashes = kernel.reserve(4 * MOST_WORD_GRAMS)
    this.blocks = meta.blocks.map(({ columns }, b) => kernel.placeRows(bundle.i8(`block${b}.words`), columns))
    this.sumCount = this.blocks.reduce((sum, { width }) => sum + width, 0)
    this.sums = kernel.reserve(4 * this.sumCount)
    this.letters = new WordSums(
      meta.blocks.map(({ columns }, b) => ({ rows: bundle.i8(`block${b}.chars`), columns })),
      charGrams,
    )
    const starts = this.blocks.map((_, b) => this.blocks.slice(0, b).reduce((sum, { width }) => sum + width, 0))
    this.ofWords = this.sourcesOf(bundle, 'wordScale', starts)
    this.ofLetters = this.sourcesOf(
      bundle,
      'charScale',
      meta.blocks.map((_, b) => this.letters.startOf(b)),
    )
    for (const { block, at: from, labels } of this.heads)
      for (let k = from; k < from + labels.length; k++)
        this.ofLetters.scale[k] = (this.ofLetters.scale[k] ?? 0) * (meta.blocks[block]?.charScale ?? 1)
    this.bias = Float32Array.from(this.heads.flatMap(({ name }) => [...bundle.f32(`${name}.bias`)]))
    const [signals, opinions] = this.weightsOf(bundle)
    this.signalWeights = kernel.placeFloats(signals, this.width, this.width)
    this.opinionWeights = kernel.placeFloats(opinions, this.width, this.width)
    this.convolution = this.heads.some(({ net }) => net) ? new Convolution(bundle, kernel) : undefined
    this.nets = this.heads.flatMap((head) => this.netOf(bundle, head))
  }

  head(name: string): Head | undefined {
    return this.byName.get(name)
  }

  /** Signals, logits and opinions of a text, to be found in `inputs` and `logits`. */
  score(doc: Doc): void {
    const { run } = this.kernel
    readSignals(doc, this.inputs)
    this.startLogits(doc)
    run.addProducts(this.inputsAt, SIGNAL_COUNT, this.signalWeights, this.width, this.logitsAt)
    this.convolution?.read(doc)
    for (const { best, filters, weights, width, logits } of this.nets)
      run.addProducts(best, filters, weights, width, logits)
    run.addOpinions(this.logitsAt, this.opinions, this.opinionWeights, this.width, this.inputsAt + 4 * OPINIONS_FROM)
  }

  /** Of the last text, like the logits. Nothing may be placed in the kernel once they were asked for. */
  get inputs(): Float32Array {
    return (this.inputsView ??= this.kernel.floats(this.inputsAt, this.size))
  }

  get logits(): Float32Array {
    return (this.logitsView ??= this.kernel.floats(this.logitsAt, this.outputs))
  }

  /** What words and characters say. Indices are in range by construction; `as number` spares a check for undefined. */
  private startLogits(doc: Doc): void {
    const { ofWords, ofLetters, bias, logits } = this
    const letters = this.sumLetters(doc)
    const words = this.sumWords(doc)
    const byWords = doc.wordCount ? 1 / Math.sqrt(doc.wordCount) : 0
    const grams = letters[this.letters.startOf(this.blocks.length)] as number
    const byChars = grams ? 1 / Math.sqrt(grams) : 0
    for (let k = 0; k < logits.length; k++) {
      const word = (words[ofWords.at[k] as number] as number) * (ofWords.scale[k] as number)
      const letter = (letters[ofLetters.at[k] as number] as number) * (ofLetters.scale[k] as number)
      logits[k] = (bias[k] as number) + word * byWords + letter * byChars
    }
  }

  private sumLetters({ tokens, entries, count }: Doc): Int32Array {
    const { norm, word } = tokens
    this.letters.begin(tokens)
    for (let i = 0; i < count; i++)
      if ((entries[i] as Entry).kind === WORD) this.letters.add(norm[i] as string, word[i] as number)
    return this.letters.finish()
  }

  private sumWords({ words, wordCount }: Doc): Int32Array {
    const { kernel, hashes, blocks, sumCount } = this
    kernel.i32.set(words.subarray(0, wordCount), hashes >> 2)
    const sums = (this.sumsView ??= kernel.i32.subarray(this.sums >> 2, (this.sums >> 2) + sumCount))
    sums.fill(0)
    let at = this.sums
    for (const { at: table, width, mask } of blocks) {
      kernel.run.sumRows(table, width, mask, hashes, wordCount, at)
      at += 4 * width
    }
    return sums
  }

  private sourcesOf(bundle: Bundle, name: 'wordScale' | 'charScale', starts: readonly number[]): Sources {
    const columns = this.heads.flatMap(({ block, offset, labels }) => labels.map((_, k) => ({ block, at: offset + k })))
    return {
      at: Int32Array.from(columns, ({ block, at }) => (starts[block] ?? 0) + at),
      scale: Float32Array.from(columns, ({ block, at }) => bundle.f32(`block${block}.${name}`)[at] ?? 0),
    }
  }

  /** What the heads make of the signals and of each other, as two tables over all logits. */
  private weightsOf(bundle: Bundle): [signals: Float32Array, opinions: Float32Array] {
    const { width } = this
    const signals = new Float32Array(SIGNAL_COUNT * width)
    const opinions = new Float32Array(this.outputs * width)
    for (const { name, at, labels, inputs } of this.heads) {
      const dense = bundle.f32(`${name}.dense`)
      const K = labels.length
      for (let d = 0; d < SIGNAL_COUNT; d++) signals.set(dense.subarray(d * K, (d + 1) * K), d * width + at)
      for (const [i, [from, column]] of inputs.entries()) {
        const d = SIGNAL_COUNT + i
        opinions.set(dense.subarray(d * K, (d + 1) * K), ((this.head(from)?.at ?? 0) + column) * width + at)
      }
    }
    return [signals, opinions]
  }

  private netOf(bundle: Bundle, { name, net, at, labels }: Head): Net[] {
    const { kernel, convolution } = this
    if (!net || !convolution) return []
    const K = labels.length
    for (const [k, bias] of bundle.f32(`cnn.${name}.outBias`).entries())
      this.bias[at + k] = (this.bias[at + k] ?? 0) + net.weight * bias
    const width = Math.ceil(K / 4) * 4
    const weights = bundle.f32(`cnn.${name}.out`).map((weight) => weight * net.weight)
    return [
      {
        filters: net.filters,
        best: convolution.best + 4 * net.from,
        weights: kernel.placeFloats(weights, K, width),
        width,
        logits: this.logitsAt + 4 * at,
      },
    ]
  }
}

const OPINIONS_FROM = SIGNAL_COUNT + CUE_COUNT
/** One to three n-grams begin at a word. */
const MOST_WORD_GRAMS = 3 * MAX_UNITS

/** Earlier heads enter later ones squashed to -1…1, so that no extreme score can decide alone. */
export function squashLogit(logit: number): number {
  return logit / (1 + Math.abs(logit))
}
