import {
  intentLabels,
  sentiments,
  urgencies,
  type Emotion,
  type IntentLabel,
  type Sentiment,
  type Urgency,
} from '../domain/classification.ts'

/** Shapes that the rest of the product sees. Probabilities and confidences are 0…1, scores -1…1. */
export const SENTIMENTS = sentiments
export const INTENTS = intentLabels
export const URGENCIES = urgencies
export type Intent = IntentLabel
export type { Sentiment, Urgency }

export type { Emotion }

export type Kind = 'mention' | 'review'

/** 1: built-in heads; 2: a workspace's delta moved the answer; 3: a rule or a person decided. */
export type Layer = 1 | 2 | 3

export interface ClassifyInput {
  text: string
  kind: Kind
  /** BCP 47 tag that the platform states; the primary subtag decides. Absent: identified from the text. */
  lang?: string
  /** 1…5. Kept apart from the sentiment of the text; only a text without words of its own is judged by it. */
  stars?: number
}

export interface Classification {
  /** ISO 639-1, or `und` where the text has no words to tell from. */
  lang: string
  langConfidence: number
  sentiment: Sentiment
  /** probability of positive minus probability of negative */
  score: number
  /** calibrated probability of `sentiment` */
  confidence: number
  probabilities: Record<Sentiment, number>
  /** highest first; `other` only alone */
  intents: { label: Intent; confidence: number }[]
  /** too close to call: the label is given all the same, views should ask a person */
  unsure: boolean
  urgency: Urgency
  emotion?: { label: Emotion; confidence: number }
  /** probability that the text insults or uses slurs; a flag for moderation, never a verdict */
  offensive?: number
  /** probability of advertising or fraud */
  spam?: number
  topics?: string[]
  model: string
  layer: Layer
}

/** One entry a distinct token, weights in natural-log odds; `label` is what the token speaks for. */
export interface Because {
  feature: string
  weight: number
  label: string
}

export interface Explanation {
  label: Sentiment
  /** ln(confidence / (1 - confidence)); equals the sum of the weights */
  margin: number
  because: Because[]
  /**
   * The runner-up: how far its odds against the label fall without a word (above zero: the word speaks for it). The
   * strongest of both signs.
   */
  instead: { label: Sentiment; probability: number; because: Because[] }
  /** Those that change a word of weight. */
  modifiers: Modifier[]
  /** What the author wants, each with the words whose loss lowers its probability most, strongest first. */
  intents: { label: Intent; confidence: number; because: string[] }[]
}

/** A word that turns, strengthens or weakens others; all as they are written. */
export interface Modifier {
  kind: 'negation' | 'booster' | 'softener'
  word: string
  reach: string[]
}

export interface Classifier {
  /** names the artefacts, and the delta where there is one */
  version: string
  classify(input: ClassifyInput): Classification
  classifyBatch(inputs: readonly ClassifyInput[]): Classification[]
  explain(input: ClassifyInput): Explanation
}
