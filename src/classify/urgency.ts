import { CUE_NAMES, type Cue } from './cues.ts'
import type { Intent, Urgency } from './types.ts'

/** Points for what a text says, so that every answer can be read off this table. From 1 normal, from 3 high. */
export const NORMAL_FROM = 1
export const HIGH_FROM = 3

const BY_INTENT: Partial<Record<Intent, number>> = {
  complaint: 1,
  bug_report: 1,
  churn_threat: 0.5,
  question: 0.4,
  praise: -0.6,
  feature_request: -0.4,
  spam_promo: -4,
}

/** Counted only where there is something to handle: a complaint, a bug, a question to somebody, a leave threat. */
const BY_CUE: Partial<Record<Cue, number>> = {
  money: 1.4,
  danger: 1.6,
  stranded: 1.6,
  outage: 1,
  wait: 0.8,
  help: 0.4,
  company: 0.2,
  fault: 0.2,
}

export interface UrgencyScore {
  urgency: Urgency
  score: number
  because: { reason: string; points: number }[]
}

/** `isAddressed`: the text names an account or is a review, so that a company is spoken to. */
export function scoreUrgency(
  intents: readonly { label: Intent }[],
  cues: ArrayLike<number>,
  isAddressed: boolean,
): UrgencyScore {
  const because: UrgencyScore['because'] = []
  const labels = new Set(intents.map(({ label }) => label))
  for (const { label } of intents) {
    const points = BY_INTENT[label]
    if (points) because.push({ reason: label, points })
  }
  if (labels.has('question') && isAddressed) because.push({ reason: 'question to a company', points: 0.6 })
  const isMatter =
    labels.has('complaint') ||
    labels.has('bug_report') ||
    (labels.has('question') && isAddressed) ||
    labels.has('churn_threat')
  for (const [c, name] of CUE_NAMES.entries()) {
    const count = cues[c] ?? 0
    const points = BY_CUE[name]
    if (isMatter && points && count > 0)
      because.push({ reason: name, points: points * (0.7 + 0.3 * Math.min(3, count * 3)) })
  }
  const score = because.reduce((sum, { points }) => sum + points, 0)
  return { urgency: score >= HIGH_FROM ? 'high' : score >= NORMAL_FROM ? 'normal' : 'low', score, because }
}
