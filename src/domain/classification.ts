/** The vocabulary of judgements; meanings in the specification of classification, section 7. */
export const sentiments = ['negative', 'neutral', 'positive'] as const
export type Sentiment = (typeof sentiments)[number]

export const intentLabels = [
  'question',
  'complaint',
  'praise',
  'bug_report',
  'feature_request',
  'purchase_intent',
  'churn_threat',
  'spam_promo',
  'other',
] as const
export type IntentLabel = (typeof intentLabels)[number]

/** Each once, in the order of the vocabulary. `other` holds only alone: beside another label it was left ticked. */
export function tidyIntents(labels: readonly IntentLabel[]): IntentLabel[] {
  const held = intentLabels.filter((label) => label !== 'other' && labels.includes(label))
  return held.length > 0 ? held : ['other']
}

export const urgencies = ['low', 'normal', 'high'] as const
export type Urgency = (typeof urgencies)[number]

/** Both poles are strong: a view may call it mixed, whatever label won. Not what a person has labelled. */
export function isMixed(
  said: { probabilities?: Record<Sentiment, number>; human?: { sentiment?: string } } | null | undefined,
): boolean {
  if (!said?.probabilities || said.human?.sentiment !== undefined) return false
  return said.probabilities.negative > poleFrom && said.probabilities.positive > poleFrom
}
/** Two poles this likely leave neutral less than a quarter: an even spread over all three is unsure, not mixed. */
export const poleFrom = 0.38

/** What a label counts as: a fact, both poles at once, or too close to call. */
export const tones = [...sentiments, 'mixed', 'unsure'] as const
export type Tone = (typeof tones)[number]

/**
 * The key that a judged mention is counted under: its label, and before it what keeps the label from being a fact. The
 * label stays readable, because audits measure labels. '': not judged.
 */
export type CountedTone = Sentiment | `${'mixed' | 'unsure'}:${Sentiment}` | ''

/** Whoever changes a count asks here, so that what was added is what is taken away. What a person said is never unsure. */
export function countedTone(
  label: Sentiment | null,
  said:
    | { probabilities?: Record<Sentiment, number>; unsure?: boolean; human?: { sentiment?: string } }
    | null
    | undefined,
): CountedTone {
  if (label === null) return ''
  if (said?.human?.sentiment !== undefined) return label
  if (isMixed(said)) return `mixed:${label}`
  return said?.unsure ? `unsure:${label}` : label
}

export function toneOf(counted: string): string {
  return counted.split(':', 1)[0] ?? ''
}

/** The label that was given, sure or not. */
export function labelOf(counted: string): string {
  return counted.slice(counted.indexOf(':') + 1)
}

export const emotions = ['anger', 'joy', 'optimism', 'sadness', 'none'] as const
export type Emotion = (typeof emotions)[number]

export interface IntentScore {
  label: IntentLabel
  confidence: number
}
