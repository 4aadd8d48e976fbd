import type { IntentLabel, Sentiment } from './classification.ts'

/** What a rule does to the judgement of a text that its query matches. */
export type RuleEffect =
  /** The whole text has this tone. */
  | { kind: 'sentiment'; sentiment: Sentiment }
  | { kind: 'intent'; intent: IntentLabel; present: boolean }
  /** The matched words say nothing: the text is judged without them ("War Zone" is a place in a game). */
  | { kind: 'ignore' }
