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
const poleFrom = 0.38

export const emotions = ['anger', 'joy', 'optimism', 'sadness', 'none'] as const
export type Emotion = (typeof emotions)[number]

export interface IntentScore {
  label: IntentLabel
  confidence: number
}
