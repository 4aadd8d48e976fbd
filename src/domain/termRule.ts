import type { IntentLabel, IntentScore, Sentiment } from './classification.ts'

/** What a rule does to the judgement of a text that its query matches. */
export type RuleEffect =
  /** The whole text has this tone. */
  | { kind: 'sentiment'; sentiment: Sentiment }
  | { kind: 'intent'; intent: IntentLabel; present: boolean }
  /** The matched words say nothing: the text is judged without them ("War Zone" is a place in a game). */
  | { kind: 'ignore' }

/** A rule that had a part in a judgement, as it is kept with the judgement. */
export interface RuleTrace {
  id: string
  version: number
  effect: RuleEffect
  /** What matched, as it was written. */
  words: string[]
}

export interface Ruled {
  sentiment: Sentiment
  score: number
  confidence: number
  unsure: boolean
  intents: IntentScore[]
}

const scores = { negative: -1, neutral: 0, positive: 1 } as const

/** Rules that matched, in their order: the first that speaks of the tone, or of an intent, has the word. */
export function applyRules<T extends Ruled>(said: T, matched: readonly RuleEffect[]): T {
  const tone = matched.find((effect) => effect.kind === 'sentiment')
  const spoken = new Map<IntentLabel, boolean>()
  for (const effect of matched)
    if (effect.kind === 'intent' && !spoken.has(effect.intent)) spoken.set(effect.intent, effect.present)
  return {
    ...said,
    ...(tone ? { sentiment: tone.sentiment, score: scores[tone.sentiment], confidence: 1, unsure: false } : {}),
    ...(spoken.size > 0 ? { intents: intentsBy(said.intents, spoken) } : {}),
  }
}

/** `other` stands only alone: it goes when something comes, and comes when all has gone. */
function intentsBy(intents: readonly IntentScore[], spoken: ReadonlyMap<IntentLabel, boolean>): IntentScore[] {
  const added = [...spoken].flatMap(([label, present]) => (present ? [{ label, confidence: 1 }] : []))
  const named = added.some(({ label }) => label !== 'other')
  const kept = intents.filter(({ label }) => !spoken.has(label) && !(named && label === 'other'))
  const all = [...added, ...kept]
  const alone = all.filter(({ label }) => label !== 'other')
  if (alone.length > 0) return alone
  return all.length > 0 ? all : [{ label: 'other', confidence: 1 }]
}

export interface Cut {
  start: number
  end: number
}

/** The text without the stretches, which may overlap; offsets are UTF-16 units. */
export function cutOut(text: string, cuts: readonly Cut[]): string {
  let out = ''
  let at = 0
  for (const { start, end } of cuts.toSorted((a, b) => a.start - b.start)) {
    if (start > at) out += text.slice(at, start)
    at = Math.max(at, end)
  }
  return out + text.slice(at)
}
