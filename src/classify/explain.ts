import { FOREIGN_FROM, OWN_LANGUAGES, REVIEW_FOREIGN_FROM } from './language.ts'
import { tokenise } from './tokenise.ts'
import { modifiersOf } from './modifiers.ts'
import {
  type Because,
  type Classification,
  type ClassifyInput,
  type Explanation,
  type Intent,
  type Kind,
  type Sentiment,
  SENTIMENTS,
} from './types.ts'

const MAX_FEATURES = 40
export const REST = '(all words together)'

/**
 * Why this label: for each distinct token, how far the label's log odds fall when every occurrence is taken out of
 * the text. What no single token carries (the base rate, words that only count together) is one entry of its own,
 * so that the weights sum to the margin.
 */
export function explainBy(classify: (input: ClassifyInput) => Classification, input: ClassifyInput): Explanation {
  const whole = classify(input)
  const label = whole.sentiment
  const margin = logOdds(whole.confidence)
  // The language was decided on the whole text; a single word less must not change the reader.
  const lang = whole.lang === 'und' ? {} : { lang: input.lang ?? readerOf(whole, input.kind) }
  const because: Because[] = []
  const runnerUp = runnerUpOf(whole)
  const lead = contrastBetween(whole, runnerUp, label)
  const speaking: Because[] = []
  const wishes = whole.intents.filter((one) => one.label !== 'other').map((one) => ({ ...one, drops: [] as Drop[] }))
  for (const { feature, without } of spans(input.text)) {
    const rest = classify({ ...input, ...lang, text: without })
    const weight = margin - logOdds(rest.probabilities[label])
    if (Math.abs(weight) >= 1e-6) because.push({ feature, weight, label })
    for (const wish of wishes) wish.drops.push({ feature, by: wish.confidence - confidenceOf(rest, wish.label) })
    speaking.push({ feature, weight: lead - contrastBetween(rest, runnerUp, label), label: runnerUp })
  }
  because.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
  const told = because.slice(0, MAX_FEATURES)
  const rest = margin - told.reduce((sum, { weight }) => sum + weight, 0)
  speaking.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
  const heavy = new Set([...told, ...speaking].filter((one) => Math.abs(one.weight) >= HEAVY).map((one) => one.feature))
  return {
    label,
    margin,
    because: [...told, { feature: REST, weight: rest, label }],
    instead: { label: runnerUp, probability: whole.probabilities[runnerUp], because: speaking.slice(0, MAX_CONTRAST) },
    intents: wishes.map(({ label: wish, confidence, drops }) => ({
      label: wish,
      confidence,
      because: heaviest(drops),
    })),
    modifiers: modifiersOf(input.text).filter(({ word, reach }) => [word, ...reach].some((one) => heavy.has(one))),
  }
}

interface Drop {
  feature: string
  by: number
}
const MAX_WORDS = 4
const LEAST_DROP = 0.02

function heaviest(drops: readonly Drop[]): string[] {
  return drops
    .filter(({ by }) => by >= LEAST_DROP)
    .toSorted((a, b) => b.by - a.by)
    .slice(0, MAX_WORDS)
    .map(({ feature }) => feature)
}

/** An intent that no longer holds has none. */
function confidenceOf({ intents }: Classification, label: Intent): number {
  return intents.find((one) => one.label === label)?.confidence ?? 0
}

/** Log odds that move a probability by some four points. */
const HEAVY = 0.15
const MAX_CONTRAST = 8

function runnerUpOf({ sentiment, probabilities }: Classification): Sentiment {
  const [first = 'neutral'] = SENTIMENTS.filter((label) => label !== sentiment).toSorted(
    (a, b) => probabilities[b] - probabilities[a],
  )
  return first
}

/** ln of how many times likelier the runner-up is than the label. */
function contrastBetween({ probabilities }: Classification, runnerUp: Sentiment, label: Sentiment): number {
  return Math.log(Math.max(probabilities[runnerUp], 1e-9) / Math.max(probabilities[label], 1e-9))
}

/** An unsure guess was read as English (classifier.ts); keep it there. */
function readerOf({ lang, langConfidence }: Classification, kind: Kind): string {
  if (kind === 'review')
    return lang === 'hi' || !OWN_LANGUAGES.has(lang) || langConfidence < REVIEW_FOREIGN_FROM ? 'en' : lang
  return langConfidence < FOREIGN_FROM && !OWN_LANGUAGES.has(lang) ? 'en' : lang
}

function logOdds(p: number): number {
  const q = Math.min(Math.max(p, 1e-9), 1 - 1e-9)
  return Math.log(q / (1 - q))
}

/** Distinct surface forms in order of appearance, each with the text without it. Long texts: their first tokens. */
function spans(text: string): { feature: string; without: string }[] {
  const tokens = tokenise(text.length > 4000 ? text.slice(0, 4000) : text)
  const places = new Map<string, [number, number][]>()
  for (let i = 0; i < tokens.count; i++) {
    const from = tokens.start[i] ?? 0
    const to = tokens.end[i] ?? 0
    const feature = text.slice(from, to)
    const list = places.get(feature)
    if (list) list.push([from, to])
    else if (places.size < MAX_FEATURES * 2) places.set(feature, [[from, to]])
  }
  return [...places].map(([feature, cuts]) => {
    let without = ''
    let at = 0
    for (const [from, to] of cuts) {
      without += text.slice(at, from)
      at = to
    }
    return { feature, without: without + text.slice(at) }
  })
}
