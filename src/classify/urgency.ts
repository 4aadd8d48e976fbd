import { CUE_NAMES, type Cue } from './cues.ts'
import { countOf, type Doc, USER } from './features.ts'
import type { Intent, Kind, Urgency } from './types.ts'

/** Points for what a text says, so that every answer can be read off these tables. */
export const NORMAL_FROM = 1
export const HIGH_FROM = 2.1

/** There is something to handle; the largest counts, a second one a little. */
const MATTERS: Partial<Record<Intent, number>> = { complaint: 1.1, bug_report: 0.8, churn_threat: 0.6, question: 0.4 }
const TO_A_COMPANY = 1.1
const SECOND_MATTER = 0.2

/** These speak against handing it to anybody in a hurry. */
const CALMING: Partial<Record<Intent, number>> = { praise: -0.1, spam_promo: -4 }

/** What makes waiting do harm. Counted only where there is something to handle. */
const BY_CUE: Partial<Record<Cue, number>> = {
  money: 1.4,
  danger: 1.5,
  stranded: 1.5,
  outage: 0.9,
  wait: 0.6,
  help: 0.2,
  company: 0.1,
}

export interface UrgencyScore {
  urgency: Urgency
  score: number
  because: { reason: string; points: number }[]
}

/** Reviews and texts that name an account address somebody who could answer. */
export function isAddressed(doc: Doc, kind: Kind): boolean {
  return kind === 'review' || countOf(doc, USER) > 0
}

/** `isAddressed`: the text names an account or is a review, so that a company is spoken to. `cues` are counts / 3. */
export function scoreUrgency(
  intents: readonly { label: Intent }[],
  cues: ArrayLike<number>,
  isAddressed: boolean,
): UrgencyScore {
  const because: UrgencyScore['because'] = []
  const matters = intents
    .flatMap(({ label }) => {
      const points = label === 'question' && isAddressed ? TO_A_COMPANY : MATTERS[label]
      return points ? [{ reason: label === 'question' && isAddressed ? 'question to a company' : label, points }] : []
    })
    .toSorted((a, b) => b.points - a.points)
  for (const [i, { reason, points }] of matters.entries())
    because.push({ reason, points: i === 0 ? points : SECOND_MATTER })
  for (const { label } of intents) {
    const points = CALMING[label]
    if (points) because.push({ reason: label, points })
  }
  if ((matters[0]?.points ?? 0) >= 0.6) {
    for (const [c, name] of CUE_NAMES.entries()) {
      const count = Math.round((cues[c] ?? 0) * 3)
      const points = BY_CUE[name]
      if (points && count > 0) because.push({ reason: name, points: points * (0.7 + 0.3 * count) })
    }
  }
  const score = because.reduce((sum, { points }) => sum + points, 0)
  return { urgency: score >= HIGH_FROM ? 'high' : score >= NORMAL_FROM ? 'normal' : 'low', score, because }
}
