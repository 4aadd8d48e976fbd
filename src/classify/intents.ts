import type { Bundle } from './artefact.ts'
import { CUE_COUNT, readCues } from './cues.ts'
import { type Engine, squashLogit } from './engine.ts'
import type { Doc } from './features.ts'
import { SIGNAL_COUNT } from './signals.ts'
import { type Intent, INTENTS, type Kind } from './types.ts'

export const MARKED = INTENTS.filter((label) => label !== 'other')

/** What the intent heads read: style and lexicon signals, cues, every other head's opinion, whether it is a review. */
export function intentSize(engine: Engine): number {
  return SIGNAL_COUNT + CUE_COUNT + engine.outputs + 1
}

export function readIntentInputs(
  doc: Doc,
  kind: Kind,
  signals: Float32Array,
  logits: Float32Array,
  cues: Float32Array,
  out: Float32Array,
): void {
  readCues(doc, cues)
  out.set(signals, 0)
  out.set(cues, SIGNAL_COUNT)
  const at = SIGNAL_COUNT + CUE_COUNT
  for (let i = 0; i < logits.length; i++) out[at + i] = squashLogit(logits[i] ?? 0)
  out[at + logits.length] = kind === 'review' ? 1 : 0
}

/**
 * The type of an app review that is an intent. Not its `Feature`: over half of those in the data speak of crashes,
 * loading or fixing, and who follows it calls crashes wishes.
 */
const TYPED: Partial<Record<Intent, string>> = { bug_report: 'Bug' }

/**
 * In reviews the type speaks beside the intent head, which also learned from posts and reads it only squashed. Weight
 * against the intent head's 1.
 */
const TYPE_WEIGHT = 0.3

/** Log odds of each intent that the types of app reviews speak of; undefined for the others. */
export function readTypes(engine: Engine, logits: ArrayLike<number>): (number | undefined)[] {
  const head = engine.head('apptype')
  if (!head) return []
  const own = Array.from({ length: head.labels.length }, (_, k) => logits[head.at + k] ?? 0)
  return typeOdds(head.labels, own)
}

export function typeOdds(labels: readonly string[], logits: readonly number[]): (number | undefined)[] {
  return MARKED.map((intent) => {
    const k = labels.indexOf(TYPED[intent] ?? '')
    if (k < 0) return undefined
    const others = logits.reduce((sum, x, j) => (j === k ? sum : sum + Math.exp(x)), 0)
    return (logits[k] ?? 0) - Math.log(others)
  })
}

export function joinType(logit: number, type: number | undefined): number {
  return type === undefined ? logit : (logit + TYPE_WEIGHT * type) / (1 + TYPE_WEIGHT)
}

/** One small logistic head an intent, with its own threshold; several may hold. */
export class IntentHeads {
  private readonly dense: Float32Array
  private readonly bias: Float32Array
  private readonly thresholds: Record<Kind, Float32Array>
  private readonly size: number

  constructor(bundle: Bundle) {
    this.dense = bundle.f32('intent.dense')
    this.bias = bundle.f32('intent.bias')
    this.thresholds = { mention: bundle.f32('intent.thresholds'), review: bundle.f32('intent.reviewThresholds') }
    this.size = this.dense.length / MARKED.length
  }

  /** `types`: of `readTypes`, for reviews. */
  logits(inputs: Float32Array, types: readonly (number | undefined)[] = []): number[] {
    return MARKED.map((_, k) => {
      let sum = this.bias[k] ?? 0
      for (let d = 0; d < this.size; d++) sum += (inputs[d] ?? 0) * (this.dense[k * this.size + d] ?? 0)
      return joinType(sum, types[k])
    })
  }

  decide(probabilities: readonly number[], kind: Kind): { label: Intent; confidence: number }[] {
    return pickIntents(probabilities, this.thresholds[kind])
  }
}

/** Those over their threshold, surest first; none: `other`, as sure as the likeliest is unlikely. */
export function pickIntents(
  probabilities: readonly number[],
  thresholds: ArrayLike<number>,
): { label: Intent; confidence: number }[] {
  const found = MARKED.map((label, k) => ({ label, confidence: probabilities[k] ?? 0, k }))
    .filter(({ confidence, k }) => confidence >= (thresholds[k] ?? 0.5))
    .toSorted((a, b) => b.confidence - a.confidence)
    .map(({ label, confidence }) => ({ label, confidence }))
  return found.length > 0 ? found : [{ label: 'other', confidence: 1 - Math.max(0, ...probabilities) }]
}
