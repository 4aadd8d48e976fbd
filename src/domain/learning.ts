/** States of a trained version: one is active at most, and without one the built-in model judges alone. */
export type ModelState = 'active' | 'retired' | 'refused'

/** counting and offered: nobody has asked for it yet. superseded: model or rules changed again before it began. */
export const rejudgementStates = [
  'counting',
  'offered',
  'running',
  'paused',
  'cancelled',
  'done',
  'superseded',
] as const
export type RejudgementState = (typeof rejudgementStates)[number]

/** A share 0…1 of `n` with its 95 % interval. */
export interface Share {
  value: number
  low: number
  high: number
  n: number
}

/** A point of the learning curve: the held-back fifth judged after learning from so many entries of the log. */
export interface CurvePoint {
  learned: number
  right: Share
}

export interface CalibrationFigures {
  /** Probabilities are raised to 1 / temperature and normed. 1: as the model says. */
  temperature: number
  /** Labels that were held out in turn. */
  n: number
  /** Expected calibration error on held-out labels, 0…1. */
  before: number
  after: number
  used: boolean
}

/** What was measured when a version was trained. */
export interface ModelFigures {
  corrections: number
  acceptances: number
  /** The guard: the workspace's own held-back fifth … */
  base?: Share
  champion?: Share
  challenger?: Share
  /** … and examples that the built-in model was made with. */
  sampleBase?: Share
  sampleChallenger?: Share
  reason: GuardReason
  curve: CurvePoint[]
  calibration?: CalibrationFigures
  /** How long training and trying took, ms. */
  tookMs: number
}

export type GuardReason = 'too-few' | 'not-worse' | 'worse-here' | 'worse-elsewhere'

/** With fewer corrections a delta is a guess. */
export const leastCorrections = 10

/** 95 % interval of a share by Wilson: honest for few labels and near 0 and 1. */
export function shareOf(hits: number, n: number): Share {
  if (n === 0) return { value: 0, low: 0, high: 1, n }
  const z = 1.96
  const p = hits / n
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const reach = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))
  return { value: p, low: Math.max(0, middle - reach), high: Math.min(1, middle + reach), n }
}
