import { type Artefacts, type Bundle, decodeBundle } from './artefact.ts'
import { applyDelta, type Delta } from './delta.ts'
import { explainBy } from './explain.ts'
import { ASK, ASKS, countOf, EMOJI, WORD } from './features.ts'
import { hashText } from './hash.ts'
import {
  createIdentifier,
  FOREIGN_FROM,
  type Identified,
  type Identify,
  OWN_LANGUAGES,
  REVIEW_FOREIGN_FROM,
} from './language.ts'
import { EMPTY_LEXICON, parseLexicon } from './lexicon.ts'
import { EnglishReader, ForeignReader, type Reading, toProbabilities } from './readers.ts'
import {
  type Classification,
  type Classifier,
  type ClassifyInput,
  type Intent,
  type Kind,
  type Layer,
  SENTIMENTS,
  type Sentiment,
} from './types.ts'
import { createTokens, MAX_UNITS, tokenise, type Tokens } from './tokenise.ts'
import { isAddressed, scoreUrgency } from './urgency.ts'

/** What a workspace taught, built by `learn.ts`. */
export interface Knowledge {
  version: string
  sentiment: Partial<Record<Kind, Delta>>
  intents?: Delta
  /** labels given by a person to exactly this text; they win for ever */
  pinned: ReadonlyMap<string, { sentiment?: Sentiment; intents?: Intent[] }>
}

/** Below this calibrated probability the label is given but marked unsure. */
export const UNSURE_BELOW = 0.45

/** The base and its parts; `learn.ts` reads texts through it, everybody else wants `createClassifier`. */
export interface Base {
  version: string
  /** Void with the next text: words, dense inputs and the document must be copied by whoever keeps them. */
  read(input: ClassifyInput): Reading
  decide(input: ClassifyInput, reading: Reading, knowledge?: Knowledge): Classification
}

/** Builds a classifier from the bytes that `load.ts` reads. Without artefacts it answers from emoji and marks only. */
export function createClassifier(artefacts: Artefacts = {}, knowledge?: Knowledge): Classifier {
  return classifierOf(createBase(artefacts), knowledge)
}

export function classifierOf(base: Base, knowledge?: Knowledge): Classifier {
  const classify = (input: ClassifyInput): Classification => base.decide(input, base.read(input), knowledge)
  return {
    version: knowledge ? knowledge.version : base.version,
    classify,
    classifyBatch: (inputs) => inputs.map(classify),
    explain: (input) => explainBy(classify, input),
  }
}

export function createBase(artefacts: Artefacts): Base {
  const bundleOf = (name: string): Bundle | undefined => {
    const bytes = artefacts[name]
    return bytes ? decodeBundle(bytes) : undefined
  }
  const english = bundleOf('english')
  const decision = bundleOf('decision')
  const lexicon = english ? parseLexicon(english.text('lexicon')) : EMPTY_LEXICON
  const identify = createIdentifier(bundleOf('language'))
  const own = english && decision ? new EnglishReader(english, decision, lexicon) : undefined
  const foreign = new ForeignReader(() => bundleOf('languages'), lexicon)
  const version = decision ? String(decision.meta['version']) : 'rules'
  const tokens = createTokens()
  return {
    version,
    read: (input) => readInput(input, tokenise(input.text, tokens), identify, own, foreign),
    decide: (input, reading, knowledge) => decide(input, reading, own, version, knowledge),
  }
}

function readInput(
  input: ClassifyInput,
  tokens: Tokens,
  identify: Identify,
  own: EnglishReader | undefined,
  foreign: ForeignReader,
): Reading {
  const language = identify(input.text, input.lang, tokens)
  return own && readsAsEnglish(input, language)
    ? own.read(input, language, tokens)
    : foreign.read(input, language, tokens)
}

/**
 * The review head learned from reviews in every language that the stores mix, so it reads them unless one with a head
 * of its own is certain. Mentions: an unsure guess between others is read as English.
 */
function readsAsEnglish({ kind, lang }: ClassifyInput, identified: Identified): boolean {
  const { lang: found, langConfidence } = identified
  if (found === 'en' || found === 'und') return true
  if (kind === 'review' && lang === undefined)
    return found === 'hi' || !OWN_LANGUAGES.has(found) || langConfidence < REVIEW_FOREIGN_FROM
  return langConfidence < FOREIGN_FROM && !OWN_LANGUAGES.has(found)
}

function decide(
  input: ClassifyInput,
  reading: Reading,
  own: EnglishReader | undefined,
  version: string,
  knowledge: Knowledge | undefined,
): Classification {
  const logits = Array.from(reading.base)
  let layer: Layer = 1
  const delta = knowledge?.sentiment[input.kind]
  if (delta) {
    applyDelta(delta, reading, logits)
    layer = 2
  }
  const trust = trustIn(input.text, reading)
  let p = toProbabilities(logits.map((x) => x * trust.share))
  if (!trust.words) p = guessWithoutWords(p, trust, input.stars)
  const pin = knowledge?.pinned.get(pinKey(input.text, input.kind))
  if (pin?.sentiment) {
    p = SENTIMENTS.map((label) => (label === pin.sentiment ? 0.98 : 0.01))
    layer = 3
  }
  const [negative = 0, neutral = 0, positive = 0] = p
  const confidence = Math.max(negative, neutral, positive)
  const sentiment: Sentiment = confidence === negative ? 'negative' : confidence === neutral ? 'neutral' : 'positive'
  const intents =
    pin?.intents?.map((label) => ({ label, confidence: 0.98 })) ?? decideIntents(reading, p, trust, own, knowledge)
  const { emotion, offensive, spam } = reading
  const said: Classification = {
    lang: reading.language.lang,
    langConfidence: reading.language.langConfidence,
    sentiment,
    score: positive - negative,
    confidence,
    probabilities: { negative, neutral, positive },
    intents,
    unsure: confidence < UNSURE_BELOW,
    urgency: scoreUrgency(intents, reading.cues, isAddressed(reading.doc, reading.kind)).urgency,
    model: knowledge ? knowledge.version : version,
    layer,
  }
  if (emotion) said.emotion = emotion
  if (offensive !== undefined) said.offensive = offensive
  if (spam !== undefined) said.spam = spam
  return said
}

function decideIntents(
  reading: Reading,
  p: readonly number[],
  trust: Trust,
  own: EnglishReader | undefined,
  knowledge: Knowledge | undefined,
): { label: Intent; confidence: number }[] {
  if (reading.intents.length === 0 || !own) return intentsByTone(reading, p)
  const logits = [...reading.intents]
  if (knowledge?.intents) applyDelta(knowledge.intents, { ...reading, base: reading.intents }, logits)
  const share = intentShare(trust)
  return own.intents.decide(
    logits.map((x) => share / (1 + Math.exp(-x))),
    reading.kind,
  )
}

/** Where no intent head reads the language: question marks and a clear tone are all that can be told. */
function intentsByTone(reading: Reading, p: readonly number[]): { label: Intent; confidence: number }[] {
  const found: { label: Intent; confidence: number }[] = []
  const [negative = 0, , positive = 0] = p
  if (countOf(reading.doc, ASK) + countOf(reading.doc, ASKS) > 0) found.push({ label: 'question', confidence: 0.6 })
  if (negative > 0.5) found.push({ label: 'complaint', confidence: negative * 0.9 })
  if (positive > 0.55) found.push({ label: 'praise', confidence: positive * 0.9 })
  return found.length > 0
    ? found.toSorted((a, b) => b.confidence - a.confidence)
    : [{ label: 'other', confidence: Math.max(0.5, p[1] ?? 0) }]
}

/** The heads learned from posts and reviews: nearly all of them are shorter. */
const USUAL_UNITS = 2000

/** How far a text is one of those that the heads learned from. */
interface Trust {
  words: boolean
  emoji: number
  /** 1, less for texts longer than those in training and for those in several scripts */
  share: number
  /** share of the text that was read at all */
  read: number
}

function trustIn(text: string, { doc, language }: Reading): Trust {
  const length = Math.min(1, USUAL_UNITS / Math.max(text.length, 1))
  return {
    words: countOf(doc, WORD) > 0,
    emoji: countOf(doc, EMOJI),
    share: language.isMixed ? length * MIXED_SHARE : length,
    read: Math.min(1, MAX_UNITS / Math.max(text.length, 1)),
  }
}

/** Words of several scripts in one text: each head reads but a part. */
const MIXED_SHARE = 0.3

/** Little to read is little to be sure of; without any word or emoji only the stars can speak. */
function guessWithoutWords(p: readonly number[], { emoji }: Trust, stars: number | undefined): number[] {
  if (emoji > 0) {
    const share = emojiShare(emoji)
    return p.map((x) => share * x + (1 - share) / 3)
  }
  if (stars === undefined) return [0.3, 0.4, 0.3]
  return stars >= 4 ? [0.1, 0.2, 0.7] : stars <= 2 ? [0.7, 0.2, 0.1] : [0.25, 0.5, 0.25]
}

function emojiShare(emoji: number): number {
  return emoji === 1 ? 0.3 : 0.6
}

/** Without a word nobody asks for anything; what was not read may say something else. */
function intentShare({ words, emoji, read }: Trust): number {
  return words ? read : emoji > 0 ? emojiShare(emoji) : 0
}

export function pinKey(text: string, kind: Kind): string {
  const clean = text.trim()
  return `${kind}:${clean.length}:${hashText(clean)}:${hashText(clean, 0, clean.length, 0x1234567)}`
}
