import type { Bundle } from './artefact.ts'
import { Convolution } from './convolution.ts'
import { charGrams, type Doc, type Entry } from './features.ts'
import { addRows, asWords } from './lanes.ts'
import { readSignals, SIGNAL_COUNT } from './signals.ts'

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

interface Block extends BlockMeta {
  words: Int32Array
  chars: Int32Array
  wordScale: Float32Array
  charScales: Float32Array
  wordSums: Int32Array
  /** where its columns begin in the sums of characters */
  charAt: number
}

interface Head extends HeadMeta {
  /** weights of its filters: a row of its labels a filter */
  netOut: Float32Array | undefined
  netBias: Float32Array | undefined
  /** positions in the output of the earlier columns that it reads */
  sources: Int32Array
  dense: Float32Array
  bias: Float32Array
  /** where its logits go in the engine's output */
  at: number
}

/**
 * Int8 linear heads over one featurisation. A word's character n-grams always add up to the same, so their sum is
 * kept word by word in one dense array; only word n-grams are looked up for every text.
 */
export class Engine {
  readonly heads: readonly Head[]
  readonly outputs: number
  private readonly byName: ReadonlyMap<string, Head>
  private readonly blocks: readonly Block[]
  private readonly charSums: Int32Array
  private readonly own: Int32Array
  /** sums of single words by number, which words have theirs; the longest word has 237 n-grams of at most 128: 16 bits */
  private kept: Int16Array
  private isKept: Uint8Array = new Uint8Array(1024)
  private epoch = 0
  private readonly signals = new Float32Array(SIGNAL_COUNT)
  private readonly convolution: Convolution | undefined

  constructor(bundle: Bundle) {
    const meta = bundle.meta as unknown as EngineMeta
    this.charSums = new Int32Array(meta.blocks.reduce((sum, { columns }) => sum + columns, 0))
    this.own = new Int32Array(this.charSums.length)
    this.kept = new Int16Array(this.charSums.length * 1024)
    let charAt = 0
    this.blocks = meta.blocks.map((block, b) => {
      const made = readBlock(bundle, block, b, charAt)
      charAt += block.columns
      return made
    })
    let at = 0
    const starts = new Map<string, number>()
    this.heads = meta.heads.map((head) => {
      const made = {
        ...head,
        netOut: head.net ? bundle.f32(`cnn.${head.name}.out`) : undefined,
        netBias: head.net ? bundle.f32(`cnn.${head.name}.outBias`) : undefined,
        sources: Int32Array.from(head.inputs, ([name, column]) => (starts.get(name) ?? 0) + column),
        dense: bundle.f32(`${head.name}.dense`),
        bias: bundle.f32(`${head.name}.bias`),
        at,
      }
      starts.set(head.name, at)
      at += head.labels.length
      return made
    })
    this.outputs = at
    this.convolution = this.heads.some((head) => head.net) ? new Convolution(bundle) : undefined
    this.byName = new Map(this.heads.map((head) => [head.name, head]))
  }

  head(name: string): Head | undefined {
    return this.byName.get(name)
  }

  /** Logits of every head, and the signals behind them. Both arrays are the caller's. */
  score(doc: Doc, logits: Float32Array, signals: Float32Array = this.signals): void {
    readSignals(doc, signals)
    this.sumChars(doc)
    for (const block of this.blocks) {
      block.wordSums.fill(0)
      addRows(block.words, block.columns, (1 << block.wordBits) - 1, doc.words, doc.wordCount, block.wordSums)
    }
    this.convolution?.read(doc)
    for (const head of this.heads) this.scoreHead(head, doc, signals, logits)
  }

  // Indices are in range by construction; `as number` spares the hottest loops a check for undefined.
  /** Into `charSums`: what the blocks make of the characters, one block after the other. */
  private sumChars(doc: Doc): void {
    if (doc.tokens.epoch !== this.epoch) this.isKept.fill(0)
    this.epoch = doc.tokens.epoch
    const { charSums } = this
    let { kept, isKept } = this
    const C = charSums.length
    charSums.fill(0)
    for (let i = 0; i < doc.count; i++) {
      const entry = doc.entries[i]
      if (!entry || entry.charCount === 0) continue
      const { word } = entry
      if (word < 0) {
        const sums = this.sumsOf(entry)
        for (let k = 0; k < C; k++) charSums[k] = (charSums[k] as number) + (sums[k] as number)
        continue
      }
      const at = word * C
      if (isKept[word] !== 1) {
        this.keep(entry)
        kept = this.kept
        isKept = this.isKept
      }
      for (let k = 0; k < C; k++) charSums[k] = (charSums[k] as number) + (kept[at + k] as number)
    }
  }

  /** Made of the letters alone, which its number stands for, so that featurisers of all languages share them. */
  private keep(entry: Entry): void {
    const C = this.charSums.length
    if (entry.word >= this.isKept.length) {
      const isKept = new Uint8Array(entry.word * 2)
      isKept.set(this.isKept)
      const kept = new Int16Array(isKept.length * C)
      kept.set(this.kept)
      this.isKept = isKept
      this.kept = kept
    }
    this.kept.set(this.sumsOf(entry), entry.word * C)
    this.isKept[entry.word] = 1
  }

  private sumsOf({ norm }: Entry): Int32Array {
    const chars = charGrams(norm)
    const { own } = this
    own.fill(0)
    for (const { columns, charAt, charBits, chars: table } of this.blocks)
      addRows(table, columns, (1 << charBits) - 1, chars, chars.length, own.subarray(charAt, charAt + columns))
    return own
  }

  private scoreHead(head: Head, doc: Doc, signals: Float32Array, logits: Float32Array): void {
    const block = this.blocks[head.block]
    const K = head.labels.length
    const byWords = doc.wordCount ? 1 / Math.sqrt(doc.wordCount) : 0
    const byChars = doc.charCount ? (block?.charScale ?? 1) / Math.sqrt(doc.charCount) : 0
    for (let k = 0; k < K; k++) {
      let sum = head.bias[k] ?? 0
      if (block) {
        const c = head.offset + k
        sum += (block.wordSums[c] ?? 0) * (block.wordScale[c] ?? 0) * byWords
        sum += (this.charSums[block.charAt + c] ?? 0) * (block.charScales[c] ?? 0) * byChars
      }
      logits[head.at + k] = sum
    }
    addDense(head, signals, 0, SIGNAL_COUNT, logits)
    const { sources, dense } = head
    for (let d = 0; d < sources.length; d++) {
      const x = squashLogit(logits[sources[d] ?? 0] ?? 0)
      const row = (SIGNAL_COUNT + d) * K
      for (let k = 0; k < K; k++) logits[head.at + k] = (logits[head.at + k] as number) + x * (dense[row + k] as number)
    }
    this.addNet(head, logits)
  }

  private addNet({ net, netOut, netBias, at, labels }: Head, logits: Float32Array): void {
    const best = this.convolution?.best
    if (!net || !netOut || !netBias || !best) return
    const K = labels.length
    for (let k = 0; k < K; k++) {
      let sum = netBias[k] ?? 0
      for (let f = 0; f < net.filters; f++) sum += (best[net.from + f] as number) * (netOut[f * K + k] as number)
      logits[at + k] = (logits[at + k] ?? 0) + net.weight * sum
    }
  }
}

/** Earlier heads enter later ones squashed to -1…1, so that no extreme score can decide alone. */
export function squashLogit(logit: number): number {
  return logit / (1 + Math.abs(logit))
}

function addDense(head: Head, values: Float32Array, from: number, to: number, logits: Float32Array): void {
  const K = head.labels.length
  for (let d = from; d < to; d++) {
    const x = values[d - from] ?? 0
    if (x === 0) continue
    for (let k = 0; k < K; k++)
      logits[head.at + k] = (logits[head.at + k] as number) + x * (head.dense[d * K + k] as number)
  }
}

function readBlock(bundle: Bundle, meta: BlockMeta, index: number, charAt: number): Block {
  return {
    ...meta,
    words: asWords(bundle.i8(`block${index}.words`), meta.columns),
    chars: asWords(bundle.i8(`block${index}.chars`), meta.columns),
    wordScale: bundle.f32(`block${index}.wordScale`),
    charScales: bundle.f32(`block${index}.charScale`),
    wordSums: new Int32Array(meta.columns),
    charAt,
  }
}
