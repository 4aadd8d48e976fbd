import { type Artefacts, type Bundle, decodeBundle } from './artefact.ts'
import { Convolution } from './convolution.ts'
import { CUE_COUNT } from './cues.ts'
import { applyDelta, type Delta, type DeltaInput } from './delta.ts'
import { Engine } from './engine.ts'
import { explainBy } from './explain.ts'
import { type Doc, Featuriser } from './features.ts'
import { hashText } from './hash.ts'
import { IntentHeads, intentSize, readIntentInputs } from './intents.ts'
import { createIdentifier, FOREIGN_FROM, type Identified, type Identify, OWN_LANGUAGES } from './language.ts'
import { EMPTY_LEXICON, type Lexicon, parseLexicon } from './lexicon.ts'
import { SIGNAL_COUNT } from './signals.ts'
import {
  type Classification,
  type Classifier,
  type ClassifyInput,
  EMOTIONS,
  type Intent,
  type Kind,
  type Layer,
  SENTIMENTS,
  type Sentiment,
} from './types.ts'
import { scoreUrgency } from './urgency.ts'

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
const POOLED_WEIGHT = 0.5

/** Everything read out of one text before anything is decided; learning needs the same numbers. */
export interface Reading extends DeltaInput {
  doc: Doc
  language: Identified
  kind: Kind
  /** logits of the intents before a delta; English only */
  intents: number[]
  cues: Float32Array
  emotion?: { label: (typeof EMOTIONS)[number]; confidence: number }
  offensive?: number
  spam?: number
}

/** The base and its parts; `learn.ts` reads texts through it, everybody else wants `createClassifier`. */
export interface Base {
  version: string
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
  const languages = bundleOf('languages')
  const decision = bundleOf('decision')
  const lexicon = english ? parseLexicon(english.text('lexicon')) : EMPTY_LEXICON
  const identify = createIdentifier(bundleOf('language'))
  const own = english && decision ? new EnglishReader(english, decision, lexicon) : undefined
  const foreign = new ForeignReader(languages, lexicon)
  const version = decision ? String(decision.meta['version']) : 'rules'
  return {
    version,
    read: (input) => readInput(input, identify, own, foreign),
    decide: (input, reading, knowledge) => decide(input, reading, own, version, knowledge),
  }
}

function readInput(
  input: ClassifyInput,
  identify: Identify,
  own: EnglishReader | undefined,
  foreign: ForeignReader,
): Reading {
  const language = identify(input.text, input.lang)
  const isEnglish =
    language.lang === 'en' ||
    language.lang === 'und' ||
    (language.langConfidence < FOREIGN_FROM && !OWN_LANGUAGES.has(language.lang))
  return isEnglish && own ? own.read(input, language) : foreign.read(input, language)
}

class EnglishReader {
  readonly intents: IntentHeads
  private readonly engine: Engine
  private readonly featuriser: Featuriser
  private readonly temperatures: Record<string, number>
  private readonly logits: Float32Array
  private readonly signals = new Float32Array(SIGNAL_COUNT)

  constructor(english: Bundle, decision: Bundle, lexicon: Lexicon) {
    this.engine = new Engine(english, 0)
    this.featuriser = new Featuriser(lexicon, 'en', Convolution.rowsOf(english))
    this.intents = new IntentHeads(decision)
    this.temperatures = decision.meta['temperatures'] as Record<string, number>
    this.logits = new Float32Array(this.engine.outputs)
  }

  read({ text, kind }: ClassifyInput, language: Identified): Reading {
    const doc = this.featuriser.read(text)
    this.engine.score(doc, this.logits, this.signals)
    const dense = new Float32Array(intentSize(this.engine))
    const cues = new Float32Array(CUE_COUNT)
    readIntentInputs(doc, kind, this.signals, this.logits, cues, dense)
    const at = this.engine.head(kind)?.at ?? 0
    const temperature = this.temperatures[kind] ?? 1
    return {
      doc,
      language,
      kind,
      base: SENTIMENTS.map((_, k) => (this.logits[at + k] ?? 0) / temperature),
      dense,
      words: doc.words.subarray(0, doc.wordCount),
      intents: this.intents.logits(dense),
      cues,
      emotion: this.emotion(),
      offensive: this.probability('offensive'),
      spam: this.probability('spam'),
    }
  }

  private probability(name: string): number {
    const head = this.engine.head(name)
    return head ? 1 / (1 + Math.exp(-(this.logits[head.at] ?? 0))) : 0
  }

  /** `none` where GoEmotions' neutral speaks louder than any feeling. */
  private emotion(): { label: (typeof EMOTIONS)[number]; confidence: number } {
    const head = this.engine.head('emotion')
    const feelings = this.engine.head('goemotions')
    if (!head || !feelings) return { label: 'none', confidence: 0 }
    const p = toProbabilities([...this.logits.subarray(head.at, head.at + head.labels.length)])
    const neutral = this.logits[feelings.at + feelings.labels.indexOf('neutral')] ?? 0
    let best = 0
    for (let k = 1; k < p.length; k++) if ((p[k] ?? 0) > (p[best] ?? 0)) best = k
    const none = 1 / (1 + Math.exp(-(neutral * 1.2 - 0.6)))
    if (none > 0.5 && none * 0.9 > (p[best] ?? 0)) return { label: 'none', confidence: none }
    return { label: (head.labels[best] ?? 'none') as (typeof EMOTIONS)[number], confidence: p[best] ?? 0 }
  }
}

/** Languages with a head of their own, and the language-neutral answer from emoji for all others. */
class ForeignReader {
  private readonly engine: Engine | undefined
  private readonly featurisers = new Map<string, Featuriser>()
  private readonly lexicon: Lexicon
  private readonly logits: Float32Array

  constructor(bundle: Bundle | undefined, lexicon: Lexicon) {
    // English words fill the first slots of a cached word; these have caches of their own.
    this.engine = bundle ? new Engine(bundle, 0) : undefined
    this.lexicon = lexicon
    this.logits = new Float32Array(this.engine?.outputs ?? 0)
  }

  read({ text, kind }: ClassifyInput, language: Identified): Reading {
    const lang = OWN_LANGUAGES.has(language.lang) ? language.lang : '*'
    let featuriser = this.featurisers.get(lang)
    if (!featuriser) this.featurisers.set(lang, (featuriser = new Featuriser(this.lexicon, lang)))
    const doc = featuriser.read(text)
    const empty = { doc, language, kind, dense: [], words: doc.words.subarray(0, doc.wordCount), cues: new Float32Array(CUE_COUNT) }
    const head = this.engine?.head(lang)
    const pooled = this.engine?.head('pooled')
    if (!this.engine || !head || !pooled) return { ...empty, base: fromEmoji(doc), intents: [] }
    this.engine.score(doc, this.logits)
    const base = SENTIMENTS.map((_, k) => (this.logits[head.at + k] ?? 0) + POOLED_WEIGHT * (this.logits[pooled.at + k] ?? 0))
    return { ...empty, base, intents: [] }
  }
}

function fromEmoji(doc: Doc): number[] {
  let sum = 0
  for (const entry of doc.entries) sum += entry.emoji
  const lean = sum / (2 + Math.abs(sum))
  return [-lean, 0.15, lean]
}

function decide(
  input: ClassifyInput,
  reading: Reading,
  own: EnglishReader | undefined,
  version: string,
  knowledge: Knowledge | undefined,
): Classification {
  const logits = [...Array.from(reading.base)]
  let layer: Layer = 1
  const delta = knowledge?.sentiment[input.kind]
  if (delta) {
    applyDelta(delta, reading, logits)
    layer = 2
  }
  let p = damp(toProbabilities(logits), reading.doc, input.stars)
  const pin = knowledge?.pinned.get(pinKey(input.text, input.kind))
  if (pin?.sentiment) {
    p = SENTIMENTS.map((label) => (label === pin.sentiment ? 0.98 : 0.01))
    layer = 3
  }
  const [negative = 0, neutral = 0, positive = 0] = p
  const confidence = Math.max(negative, neutral, positive)
  const sentiment: Sentiment = confidence === negative ? 'negative' : confidence === neutral ? 'neutral' : 'positive'
  const intents = pin?.intents?.map((label) => ({ label, confidence: 0.98 })) ?? decideIntents(reading, p, own, knowledge)
  const { emotion, offensive, spam } = reading
  return {
    lang: reading.language.lang,
    langConfidence: reading.language.langConfidence,
    sentiment,
    score: positive - negative,
    confidence,
    probabilities: { negative, neutral, positive },
    intents,
    unsure: confidence < UNSURE_BELOW,
    urgency: scoreUrgency(intents, reading.cues, isAddressed(reading)).urgency,
    ...(emotion ? { emotion } : {}),
    ...(offensive === undefined ? {} : { offensive }),
    ...(spam === undefined ? {} : { spam }),
    model: knowledge ? knowledge.version : version,
    layer,
  }
}

/** Reviews and texts that name an account or speak as a customer address somebody who could answer. */
function isAddressed(reading: Reading): boolean {
  return reading.kind === 'review' || reading.doc.tokens.norm[0] === '<user>' || reading.doc.tokens.norm.includes('<user>')
}

function decideIntents(
  reading: Reading,
  p: readonly number[],
  own: EnglishReader | undefined,
  knowledge: Knowledge | undefined,
): { label: Intent; confidence: number }[] {
  if (reading.intents.length === 0 || !own) return intentsByTone(reading, p)
  const logits = [...reading.intents]
  if (knowledge?.intents) applyDelta(knowledge.intents, { ...reading, base: reading.intents }, logits)
  return own.intents.decide(logits.map((x) => 1 / (1 + Math.exp(-x))))
}

/** Where no intent head reads the language: question marks and a clear tone are all that can be told. */
function intentsByTone(reading: Reading, p: readonly number[]): { label: Intent; confidence: number }[] {
  const found: { label: Intent; confidence: number }[] = []
  const [negative = 0, , positive = 0] = p
  if (reading.doc.tokens.norm.some((norm) => norm === '?' || norm === '??')) found.push({ label: 'question', confidence: 0.6 })
  if (negative > 0.5) found.push({ label: 'complaint', confidence: negative * 0.9 })
  if (positive > 0.55) found.push({ label: 'praise', confidence: positive * 0.9 })
  return found.length > 0
    ? found.toSorted((a, b) => b.confidence - a.confidence)
    : [{ label: 'other', confidence: Math.max(0.5, p[1] ?? 0) }]
}

/** Little to read is little to be sure of; without any word or emoji only the stars can speak. */
function damp(p: number[], doc: Doc, stars: number | undefined): number[] {
  let words = 0
  let emoji = 0
  for (const entry of doc.entries) {
    if (entry.isWord) words++
    if (entry.isEmoji) emoji++
  }
  if (words > 0) return p
  if (emoji > 0) return p.map((x) => 0.6 * x + 0.4 / 3)
  if (stars === undefined) return [0.3, 0.4, 0.3]
  return stars >= 4 ? [0.1, 0.2, 0.7] : stars <= 2 ? [0.7, 0.2, 0.1] : [0.25, 0.5, 0.25]
}

export function toProbabilities(logits: readonly number[]): number[] {
  const max = Math.max(...logits)
  const odds = logits.map((x) => Math.exp(x - max))
  const total = odds.reduce((a, b) => a + b, 0)
  return odds.map((x) => x / total)
}

export function pinKey(text: string, kind: Kind): string {
  const clean = text.trim()
  return `${kind}:${clean.length}:${hashText(clean)}:${hashText(clean, 0, clean.length, 0x1234567)}`
}

