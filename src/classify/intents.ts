import type { Bundle } from './artefact.ts'
import { CUE_COUNT, readCues } from './cues.ts'
import type { Engine } from './engine.ts'
import type { Doc } from './features.ts'
import { SIGNAL_COUNT } from './signals.ts'
import { type Intent, INTENTS, type Kind } from './types.ts'

export const MARKED = INTENTS.filter((label) => label !== 'other')

/** The head of the English model that holds what single words and characters say of the intents. */
export const INTENT_HEAD = 'intent'

/**
 * What the intent heads read of the text that the engine has just scored: style and lexicon signals, cues, every other
 * head's opinion, whether it is a review. The engine knows all but cues and kind.
 */
export function readIntentInputs(
  doc: Doc,
  kind: Kind,
  { inputs }: Engine,
): { inputs: Float32Array; cues: Float32Array } {
  const cues = inputs.subarray(SIGNAL_COUNT, SIGNAL_COUNT + CUE_COUNT)
  readCues(doc, cues)
  inputs[inputs.length - 1] = kind === 'review' ? 1 : 0
  return { inputs, cues }
}

/**
 * In reviews the type of an app review speaks beside the intent head, which also learned from posts and reads it only
 * squashed; weight against the intent head's 1. Less for `Feature`: over half of those in the data speak of crashes,
 * loading or fixing, and who follows them calls crashes wishes.
 */
const TYPED: Partial<Record<Intent, { type: string; weight: number }>> = {
  bug_report: { type: 'Bug', weight: 1 },
  feature_request: { type: 'Feature', weight: 0.5 },
}

/** Log odds of each intent that the types of app reviews speak of; undefined for the others. */
export function readTypes(engine: Engine): (number | undefined)[] {
  const head = engine.head('apptype')
  if (!head) return []
  const { logits } = engine
  const own = Array.from({ length: head.labels.length }, (_, k) => logits[head.at + k] ?? 0)
  return typeOdds(head.labels, own)
}

export function typeOdds(labels: readonly string[], logits: readonly number[]): (number | undefined)[] {
  return MARKED.map((intent) => {
    const k = labels.indexOf(TYPED[intent]?.type ?? '')
    if (k < 0) return undefined
    const others = logits.reduce((sum, x, j) => (j === k ? sum : sum + Math.exp(x)), 0)
    return (logits[k] ?? 0) - Math.log(others)
  })
}

export function joinType(intent: Intent, logit: number, type: number | undefined): number {
  const weight = type === undefined ? 0 : (TYPED[intent]?.weight ?? 0)
  return (logit + weight * (type ?? 0)) / (1 + weight)
}

/** A logistic head an intent, with its own threshold; several may hold. */
export class IntentHeads {
  private readonly engine: Engine
  /** where the logits of `INTENT_HEAD` are */
  private readonly words: number
  private readonly weights: number
  private readonly bias: Float32Array
  private readonly out: number
  private readonly thresholds: Record<Kind, Float32Array>

  /** Throws when the heads were trained over other inputs than the engine gives. */
  constructor(bundle: Bundle, engine: Engine) {
    const { kernel, size } = engine
    const dense = bundle.f32('intent.dense')
    const words = engine.head(INTENT_HEAD)
    if (!words || dense.length !== size * MARKED.length)
      throw new Error('The model files are not of one training: train again.')
    const byInput = Array.from(dense, (_, i) => dense[(i % MARKED.length) * size + Math.floor(i / MARKED.length)] ?? 0)
    this.engine = engine
    this.words = words.at
    this.weights = kernel.placeFloats(byInput, MARKED.length, WIDTH)
    this.out = kernel.reserve(4 * WIDTH)
    this.bias = bundle.f32('intent.bias')
    this.thresholds = { mention: bundle.f32('intent.thresholds'), review: bundle.f32('intent.reviewThresholds') }
  }

  /** Of the inputs of the last text; `types`: of `readTypes`, for reviews. */
  logits(types: readonly (number | undefined)[] = []): number[] {
    const { kernel, inputsAt, size, logits } = this.engine
    const sums = kernel.floats(this.out, MARKED.length)
    sums.set(this.bias)
    kernel.run.addProducts(inputsAt, size, this.weights, WIDTH, this.out)
    return MARKED.map((intent, k) => joinType(intent, (sums[k] ?? 0) + (logits[this.words + k] ?? 0), types[k]))
  }

  decide(probabilities: readonly number[], kind: Kind): { label: Intent; confidence: number }[] {
    return pickIntents(probabilities, this.thresholds[kind])
  }
}

/** Columns of the weights: one an intent, in fours. */
const WIDTH = Math.ceil(MARKED.length / 4) * 4

/** Those over their threshold, surest first; none: `other`, as sure as the likeliest is unlikely. */
export function pickIntents(
  probabilities: readonly number[],
  thresholds: ArrayLike<number>,
): { label: Intent; confidence: number }[] {
  const found: { label: Intent; confidence: number }[] = []
  for (const [k, label] of MARKED.entries()) {
    const confidence = probabilities[k] ?? 0
    if (confidence >= (thresholds[k] ?? 0.5)) found.push({ label, confidence })
  }
  if (found.length === 0) return [{ label: 'other', confidence: 1 - Math.max(0, ...probabilities) }]
  return found.sort((a, b) => b.confidence - a.confidence)
}
