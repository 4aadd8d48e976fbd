import type { Bundle } from './artefact.ts'
import { Convolution } from './convolution.ts'
import { CUE_COUNT } from './cues.ts'
import type { DeltaInput } from './delta.ts'
import { Engine } from './engine.ts'
import { createDoc, type Doc, Featuriser } from './features.ts'
import { IntentHeads, readIntentInputs, readTypes } from './intents.ts'
import { type Identified, OWN_LANGUAGES } from './language.ts'
import type { Lexicon } from './lexicon.ts'
import { MAX_UNITS, type Tokens } from './tokenise.ts'
import { type ClassifyInput, type Emotion, type Kind, SENTIMENTS } from './types.ts'

const NO_CUES = new Float32Array(CUE_COUNT)
/** The pooled head of seven languages counts half of a language's own. */
const POOLED_WEIGHT = 0.5

/** A tone this neutral needs a feeling this sure. */
const NEUTRAL_FROM = 0.45
const SURE_FROM = 0.6

/** Everything read out of one text before anything is decided; learning needs the same numbers. */
export interface Reading extends DeltaInput {
  doc: Doc
  language: Identified
  kind: Kind
  /** logits of the intents before a delta; English only */
  intents: number[]
  cues: Float32Array
  emotion?: { label: Emotion; confidence: number }
  offensive?: number
  spam?: number
}

export class EnglishReader {
  readonly intents: IntentHeads
  private readonly engine: Engine
  private readonly featuriser: Featuriser
  private readonly doc = createDoc(MAX_UNITS)
  private readonly calibration: Partial<Record<Kind, { temperature: number; neutral: number }>>

  constructor(english: Bundle, decision: Bundle, lexicon: Lexicon) {
    this.engine = new Engine(english)
    this.featuriser = new Featuriser(lexicon, 'en', Convolution.rowsOf(english))
    this.intents = new IntentHeads(decision, this.engine)
    this.calibration = decision.meta['calibration'] as Record<Kind, { temperature: number; neutral: number }>
  }

  read({ text, kind }: ClassifyInput, language: Identified, tokens: Tokens): Reading {
    const { engine } = this
    const doc = this.featuriser.read(text, tokens, this.doc)
    engine.score(doc)
    const { logits } = engine
    const { inputs, cues } = readIntentInputs(doc, kind, engine)
    const at = engine.head(kind)?.at ?? 0
    const { temperature, neutral } = this.calibration[kind] ?? { temperature: 1, neutral: 0 }
    const base = SENTIMENTS.map((_, k) => ((logits[at + k] ?? 0) + (k === 1 ? neutral : 0)) / temperature)
    return {
      doc,
      language,
      kind,
      base,
      dense: inputs,
      words: doc.words.subarray(0, doc.wordCount),
      intents: this.intents.logits(kind === 'review' ? readTypes(engine) : []),
      cues,
      emotion: this.emotion(logits, toProbabilities(base)[1] ?? 0),
      offensive: this.probability('offensive', logits),
      spam: this.probability('spam', logits),
    }
  }

  private probability(name: string, logits: Float32Array): number {
    const head = this.engine.head(name)
    return head ? 1 / (1 + Math.exp(-(logits[head.at] ?? 0))) : 0
  }

  /** `none` where GoEmotions' neutral speaks louder than any feeling, or the text is neutral and no feeling is sure. */
  private emotion(logits: Float32Array, neutralTone: number): { label: Emotion; confidence: number } {
    const head = this.engine.head('emotion')
    const feelings = this.engine.head('goemotions')
    if (!head || !feelings) return { label: 'none', confidence: 0 }
    const p = toProbabilities(logits.subarray(head.at, head.at + head.labels.length))
    const neutral = logits[feelings.at + feelings.labels.indexOf('neutral')] ?? 0
    let best = 0
    for (let k = 1; k < p.length; k++) if ((p[k] ?? 0) > (p[best] ?? 0)) best = k
    const none = 1 / (1 + Math.exp(-(neutral * 1.2 - 0.6)))
    const sure = p[best] ?? 0
    if (none > 0.5 && none * 0.9 > sure) return { label: 'none', confidence: none }
    if (neutralTone >= NEUTRAL_FROM && sure < SURE_FROM) return { label: 'none', confidence: neutralTone }
    return { label: (head.labels[best] ?? 'none') as Emotion, confidence: sure }
  }
}

/** Languages with a head of their own, and the language-neutral answer from emoji for all others. */
export class ForeignReader {
  private engine: Engine | undefined
  private isLoaded = false
  private readonly load: () => Bundle | undefined
  private readonly featurisers = new Map<string, Featuriser>()
  private readonly lexicon: Lexicon
  private readonly doc = createDoc(MAX_UNITS)

  constructor(load: () => Bundle | undefined, lexicon: Lexicon) {
    this.load = load
    this.lexicon = lexicon
  }

  /** Many an installation never sees another language: its weights are unpacked with the first such text. */
  private unpack(): Engine | undefined {
    if (this.isLoaded) return this.engine
    this.isLoaded = true
    const bundle = this.load()
    this.engine = bundle ? new Engine(bundle) : undefined
    return this.engine
  }

  read({ text, kind }: ClassifyInput, language: Identified, tokens: Tokens): Reading {
    const lang = OWN_LANGUAGES.has(language.lang) ? language.lang : '*'
    let featuriser = this.featurisers.get(lang)
    if (!featuriser) this.featurisers.set(lang, (featuriser = new Featuriser(this.lexicon, lang)))
    const doc = featuriser.read(text, tokens, this.doc)
    const empty = {
      doc,
      language,
      kind,
      dense: [],
      words: doc.words.subarray(0, doc.wordCount),
      cues: NO_CUES,
    }
    const engine = lang === '*' ? undefined : this.unpack()
    const head = engine?.head(lang)
    const pooled = engine?.head('pooled')
    if (!engine || !head || !pooled) return { ...empty, base: fromEmoji(doc), intents: [] }
    engine.score(doc)
    const { logits } = engine
    const base = SENTIMENTS.map((_, k) => (logits[head.at + k] ?? 0) + POOLED_WEIGHT * (logits[pooled.at + k] ?? 0))
    return { ...empty, base, intents: [] }
  }
}

function fromEmoji(doc: Doc): number[] {
  let sum = 0
  for (let i = 0; i < doc.count; i++) sum += doc.entries[i]?.emoji ?? 0
  const lean = sum / (2 + Math.abs(sum))
  return [-lean, 0.15, lean]
}

// Plain loops: it is asked twice for every text.
export function toProbabilities(logits: ArrayLike<number>): number[] {
  const K = logits.length
  let max = -Infinity
  for (let k = 0; k < K; k++) max = Math.max(max, logits[k] as number)
  const odds: number[] = []
  let total = 0
  for (let k = 0; k < K; k++) {
    const odd = Math.exp((logits[k] as number) - max)
    odds.push(odd)
    total += odd
  }
  for (let k = 0; k < K; k++) odds[k] = (odds[k] as number) / total
  return odds
}
