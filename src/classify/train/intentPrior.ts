import { CUE_COUNT, CUE_NAMES } from '../cues.ts'
import type { Engine } from '../engine.ts'
import { MARKED } from '../intents.ts'
import { SIGNAL_COUNT, SIGNALS } from '../signals.ts'

/**
 * What the definitions of the intents say before any label is seen: a few hundred labelled texts hold only a dozen
 * of the rare intents, too few to learn from nothing. Inputs are `signal asks`, `cue wish`, `head label`, `review`.
 */
const PRIORS: Record<(typeof MARKED)[number], { bias: number; weights: Record<string, number> }> = {
  question: {
    bias: -2.4,
    weights: {
      'signal asks': 5,
      'cue ask': 3,
      'cue help': 2.5,
      'cue rhetoric': -3,
      'signal user first': 0.8,
      'goemotions curiosity': 1,
    },
  },
  complaint: {
    bias: -1.3,
    weights: {
      'complaint complaint': 2,
      'cue anger': 3,
      'cue bug': 2,
      'cue money': 4,
      'mention negative': 0.8,
      'mention positive': -0.8,
      'cue delight': -1,
    },
  },
  praise: {
    bias: -1.8,
    weights: {
      'cue delight': 3,
      'cue thanks': 1.5,
      'mention positive': 1.2,
      'review positive': 1,
      'mention negative': -1,
      'review negative': -1,
      review: 1,
      'cue advance': -2,
    },
  },
  bug_report: {
    bias: -2.4,
    weights: { 'cue bug': 4.5, 'cue fault': 2, 'apptype Bug': 1.2, review: 0.5, 'complaint complaint': 0.7 },
  },
  feature_request: {
    bias: -2.6,
    weights: { 'cue wish': 5, 'apptype Feature': 1.5, review: 0.6, 'goemotions desire': 0.8 },
  },
  purchase_intent: {
    bias: -2.9,
    // Money that is wanted back is spent already.
    weights: { 'cue buy': 6, 'cue owned': -2, 'purchase yes': 1, review: -1.2, 'cue promo': -1, 'cue money': -9 },
  },
  churn_threat: {
    bias: -3.1,
    weights: { 'cue leave': 8, 'cue company': 1.2, 'cue anger': 0.8, 'mention positive': -0.6 },
  },
  spam_promo: {
    bias: -3,
    weights: {
      'cue promo': 4.5,
      'signal url': 1.2,
      'spam spam': 1.5,
      'signal user first': -1.2,
      'complaint complaint': -1,
      review: -1.5,
    },
  },
}

export function intentPrior(
  engine: Engine,
  label: (typeof MARKED)[number],
): { dense: Float32Array; bias: Float32Array } {
  const names = [
    ...SIGNALS.map((name) => `signal ${name}`),
    ...CUE_NAMES.map((name) => `cue ${name}`),
    ...engine.heads.flatMap((head) => head.labels.map((one) => `${head.name} ${one}`)),
    'review',
  ]
  const dense = new Float32Array(engine.size)
  const { bias, weights } = PRIORS[label]
  for (const [name, weight] of Object.entries(weights)) {
    const at = names.indexOf(name)
    if (at < 0 || names.length !== SIGNAL_COUNT + CUE_COUNT + engine.outputs + 1)
      throw new Error(`No intent input "${name}".`)
    dense[at] = weight
  }
  return { dense, bias: Float32Array.of(bias) }
}
