import { SENTIMENTS } from '../types.ts'
import { CUE_COUNT, readCues } from '../cues.ts'
import { squashLogit } from '../engine.ts'
import { charGrams, type Doc, Featuriser, WORD } from '../features.ts'
import type { Lexicon } from '../lexicon.ts'
import { readSignals, SIGNAL_COUNT } from '../signals.ts'
import { readSplit, type Split } from './data.ts'
import type { Vectors } from './vectors.ts'
import { type Convolution, scoreConvolution, trainConvolution } from './convolution.ts'
import { type Example, type Linear, meanOf, scoreLinear, trainLinear } from './linear.ts'

export const GOEMOTIONS = [
  'admiration',
  'amusement',
  'anger',
  'annoyance',
  'approval',
  'caring',
  'confusion',
  'curiosity',
  'desire',
  'disappointment',
  'disapproval',
  'disgust',
  'excitement',
  'gratitude',
  'joy',
  'love',
  'neutral',
  'optimism',
  'sadness',
  'surprise',
]

export interface HeadPlan {
  name: string
  set: string
  labels: string[]
  mode: 'softmax' | 'sigmoid'
  /** labels of the data -> index of `labels`, or a bit set */
  target: (label: string) => number
  block: number
  /** exponent of the class weights: 0 as counted, 1 all classes alike */
  balance: number
  epochs: number
  inputs: string[]
  /** texts with other labels that say nearly the same, for the linear weights; `target` -1: not this one */
  extra?: { set: string; rows: number; weight: number; target: (label: string) => number }
  /** small sets: the mean of so many models, each with the texts in another order */
  bag?: number
  /** a convolution beside the linear weights */
  net?: { filters: number; epochs: number; weight: number; batch: number; rate: number }
}

const oneOf =
  (labels: readonly string[]) =>
  (label: string): number =>
    labels.indexOf(label)

const APP_TYPES = ['Bug', 'Feature', 'Rating', 'UserExperience']
const FEELINGS = ['anger', 'joy', 'optimism', 'sadness']
/** Of the feelings of GoEmotions, those that are one of ours. */
const FELT: Record<string, string> = {
  anger: 'anger',
  annoyance: 'anger',
  disgust: 'anger',
  joy: 'joy',
  amusement: 'joy',
  excitement: 'joy',
  love: 'joy',
  gratitude: 'joy',
  optimism: 'optimism',
  caring: 'optimism',
  desire: 'optimism',
  sadness: 'sadness',
  grief: 'sadness',
  disappointment: 'sadness',
  remorse: 'sadness',
}

/** -1: none of ours, or several. */
function feelingOf(label: string): number {
  const found = new Set(label.split('|').flatMap((one) => FELT[one] ?? []))
  return found.size === 1 ? FEELINGS.indexOf([...found][0] ?? '') : -1
}

const binary = (name: string, set: string, yes: string, inputs: string[] = []): HeadPlan => ({
  name,
  set,
  labels: [yes],
  mode: 'sigmoid',
  target: (label) => (label === yes ? 1 : 0),
  block: 1,
  balance: 0.5,
  epochs: 6,
  inputs,
})

/** Heads in the order of training: each sees the scores of those named in `inputs`, all trained on other texts. */
export const PLANS: HeadPlan[] = [
  {
    name: 'goemotions',
    set: 'goemotions',
    labels: GOEMOTIONS,
    mode: 'sigmoid',
    block: 1,
    balance: 0,
    epochs: 4,
    inputs: [],
    target: (label) =>
      label
        .split('|')
        .reduce((bits, one) => (GOEMOTIONS.includes(one) ? bits | (1 << GOEMOTIONS.indexOf(one)) : bits), 0),
  },
  binary('offensive', 'tweeteval-offensive', 'offensive', ['goemotions']),
  binary('irony', 'tweeteval-irony', 'irony'),
  {
    name: 'complaint',
    set: 'complaints',
    labels: ['other', 'complaint'],
    mode: 'softmax',
    target: oneOf(['other', 'complaint']),
    block: 0,
    balance: 0.5,
    epochs: 8,
    bag: 3,
    inputs: ['goemotions'],
    net: { filters: 16, epochs: 10, weight: 1, batch: 16, rate: 0.0015 },
  },
  binary('spam', 'sms-spam', 'spam'),
  binary('purchase', 'purchase-intent', 'yes'),
  {
    name: 'apptype',
    set: 'appreview-maalej',
    labels: APP_TYPES,
    mode: 'softmax',
    target: oneOf(APP_TYPES),
    block: 0,
    balance: 1,
    epochs: 8,
    bag: 3,
    inputs: ['complaint', 'goemotions'],
    net: { filters: 12, epochs: 10, weight: 0.5, batch: 16, rate: 0.0015 },
  },
  {
    name: 'emotion',
    set: 'tweeteval-emotion',
    labels: FEELINGS,
    mode: 'softmax',
    target: oneOf(FEELINGS),
    block: 0,
    balance: 0.7,
    epochs: 10,
    bag: 3,
    inputs: ['goemotions', 'offensive', 'irony'],
    extra: { set: 'goemotions', rows: 8000, weight: 0.1, target: feelingOf },
    net: { filters: 28, epochs: 14, weight: 1, batch: 16, rate: 0.0015 },
  },
  {
    name: 'review',
    set: 'playstore-top20',
    labels: [...SENTIMENTS],
    mode: 'softmax',
    target: oneOf(SENTIMENTS),
    block: 0,
    balance: 0.6,
    epochs: 5,
    inputs: ['goemotions', 'complaint', 'apptype', 'emotion'],
    net: { filters: 12, epochs: 2, weight: 1, batch: 32, rate: 0.001 },
  },
  {
    name: 'mention',
    set: 'semeval2017-4a',
    labels: [...SENTIMENTS],
    mode: 'softmax',
    target: oneOf(SENTIMENTS),
    block: 0,
    balance: 1,
    epochs: 6,
    inputs: ['goemotions', 'offensive', 'irony', 'complaint', 'purchase', 'emotion', 'review'],
    net: { filters: 36, epochs: 5, weight: 1, batch: 32, rate: 0.001 },
  },
]

export const BLOCKS = [
  { wordBits: 18, charBits: 17, charScale: 1 },
  { wordBits: 16, charBits: 15, charScale: 1 },
]

export interface Trained {
  plan: HeadPlan
  model: Linear
  net?: Convolution
}

export interface Prepared extends Example {
  doc: Doc
  cues: Float32Array
  /** logits of the heads trained so far, by head */
  scores: Record<string, Float64Array>
}

export function prepare(featuriser: Featuriser, text: string): Prepared {
  const doc = featuriser.read(text)
  const dense = new Float32Array(SIGNAL_COUNT)
  readSignals(doc, dense)
  const cues = new Float32Array(CUE_COUNT)
  readCues(doc, cues)
  return { doc, words: doc.words.slice(0, doc.wordCount), chars: charsOf(doc), dense, cues, scores: {} }
}

export function charsOf({ entries, tokens }: Doc): Int32Array {
  return Int32Array.from(entries.flatMap(({ kind }, i) => (kind === WORD ? [...charGrams(tokens.norm[i] ?? '')] : [])))
}

/** Scores of the named heads, computed once each and kept, so that later heads may use them. */
export function scoreHeads(example: Prepared, trained: readonly Trained[], upTo?: string): void {
  for (const { plan, model, net } of trained) {
    if (!example.scores[plan.name]) {
      const out = new Float64Array(plan.labels.length)
      scoreLinear(model, withInputs(example, plan.inputs), out)
      if (net && plan.net) addNet(net, example.doc, plan.net.weight, out)
      example.scores[plan.name] = out
    }
    if (plan.name === upTo) return
  }
}

function addNet(net: Convolution, doc: Doc, weight: number, out: Float64Array): void {
  const logits = new Float64Array(out.length)
  scoreConvolution(net, sentenceOf(doc), logits)
  for (let k = 0; k < out.length; k++) out[k] = (out[k] ?? 0) + weight * (logits[k] ?? 0)
}

export function sentenceOf(doc: Doc): Int32Array {
  return doc.rows.slice(0, doc.count)
}

/** The convolution of a head; a head of one sigmoid output has none. */
export function trainNet(loaded: Loaded, plan: HeadPlan, vectors: Vectors, seed: number): Convolution | undefined {
  if (!plan.net) return undefined
  const weights = balanceWeights(loaded.targets, plan.balance) ?? new Float64Array(loaded.targets.length).fill(1)
  return trainConvolution(
    loaded.examples.map(({ doc }) => sentenceOf(doc)),
    loaded.targets,
    weights,
    vectors.values,
    {
      filters: plan.net.filters,
      classes: plan.labels.length,
      dimensions: vectors.dimensions,
      epochs: plan.net.epochs,
      batch: plan.net.batch,
      rate: plan.net.rate,
      vectorRate: 0.3,
      dropout: 0.5,
      wordDropout: 0.1,
      seed,
    },
  )
}

export function withInputs(example: Prepared, inputs: readonly string[]): Example {
  if (inputs.length === 0) return example
  const extra = inputs.flatMap((name) => Array.from(example.scores[name] ?? [], squashLogit))
  const dense = new Float32Array(example.dense.length + extra.length)
  dense.set(example.dense)
  dense.set(extra, example.dense.length)
  return { words: example.words, chars: example.chars, dense }
}

export interface Loaded {
  examples: Prepared[]
  targets: number[]
  extra?: { examples: Prepared[]; targets: number[] }
}

/** `held`: texts to leave out, as `split set row`. */
export function loadSet(
  folder: string,
  plan: HeadPlan,
  split: Split,
  featuriser: Featuriser,
  held: ReadonlySet<string> = new Set(),
): Loaded {
  const rows = readSplit(folder, plan.set, split).filter((_, i) => !held.has(`${split} ${plan.set} ${i}`))
  const { extra } = plan
  const others = extra
    ? readSplit(folder, extra.set, split)
        .filter(({ label }) => extra.target(label) >= 0)
        .slice(0, extra.rows)
    : []
  return {
    examples: rows.map((row) => prepare(featuriser, row.text)),
    targets: rows.map((row) => plan.target(row.label)),
    ...(extra && {
      extra: {
        examples: others.map((row) => prepare(featuriser, row.text)),
        targets: others.map((row) => extra.target(row.label)),
      },
    }),
  }
}

export function balanceWeights(targets: readonly number[], power: number): Float64Array | undefined {
  if (power === 0) return undefined
  const counts = new Map<number, number>()
  for (const y of targets) counts.set(y, (counts.get(y) ?? 0) + 1)
  return Float64Array.from(targets, (y) => (targets.length / counts.size / (counts.get(y) ?? 1)) ** power)
}

export function trainHead(loaded: Loaded, plan: HeadPlan, trained: readonly Trained[], seed: number): Linear {
  const extra = loaded.extra ?? { examples: [], targets: [] }
  for (const example of [...loaded.examples, ...extra.examples]) scoreHeads(example, trained)
  const examples = [...loaded.examples, ...extra.examples].map((example) => withInputs(example, plan.inputs))
  const own = balanceWeights(loaded.targets, plan.balance)
  const others = balanceWeights(extra.targets, plan.balance)
  const weights = extra.targets.length > 0 ? joinWeights(own, loaded, others, extra, plan.extra?.weight ?? 1) : own
  const block = BLOCKS[plan.block] ?? { wordBits: 16, charBits: 16, charScale: 1 }
  const models = Array.from({ length: plan.bag ?? 1 }, (_, n) =>
    trainLinear(examples, [...loaded.targets, ...extra.targets], weights, {
      classes: plan.labels.length,
      mode: plan.mode,
      ...block,
      dense: examples[0]?.dense.length ?? SIGNAL_COUNT,
      epochs: plan.epochs,
      rate: 0.03,
      l2: 1e-4,
      seed: seed + n,
    }),
  )
  return meanOf(models)
}

function joinWeights(
  own: Float64Array | undefined,
  loaded: Loaded,
  others: Float64Array | undefined,
  extra: { targets: number[] },
  weight: number,
): Float64Array {
  return Float64Array.from([
    ...loaded.targets.map((_, i) => own?.[i] ?? 1),
    ...extra.targets.map((_, i) => weight * (others?.[i] ?? 1)),
  ])
}

export function newFeaturiser(lexicon: Lexicon, rows?: ReadonlyMap<string, number>): Featuriser {
  return new Featuriser(lexicon, 'en', rows)
}

/** Parts of the training texts, each judged by a model of the others. */
const UNSEEN_PARTS = 4

/** Scores of a head's own training texts by models that have not seen them. */
export function scoreUnseen(
  loaded: Loaded,
  plan: HeadPlan,
  trained: readonly Trained[],
  vectors: Vectors,
  seed: number,
): Float64Array[] {
  const out: Float64Array[] = []
  for (let held = 0; held < UNSEEN_PARTS; held++) {
    const rows = loaded.examples.map((_, i) => i).filter((i) => i % UNSEEN_PARTS !== held)
    const part: Loaded = {
      examples: rows.flatMap((i) => loaded.examples[i] ?? []),
      targets: rows.map((i) => loaded.targets[i] ?? 0),
    }
    const model = trainHead(part, plan, trained, seed)
    const net = trainNet(part, plan, vectors, seed)
    loaded.examples.forEach((example, i) => {
      if (i % UNSEEN_PARTS !== held) return
      const scores = { ...example, scores: { ...example.scores } }
      delete scores.scores[plan.name]
      scoreHeads(scores, [{ plan, model, ...(net ? { net } : {}) }])
      out[i] = scores.scores[plan.name] ?? new Float64Array(plan.labels.length)
    })
  }
  return out
}
