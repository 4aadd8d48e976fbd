import { type Artefacts, decodeBundle } from './artefact.ts'
import { Engine } from './engine.ts'
import { Featuriser } from './features.ts'
import { identifyLanguage } from './language.ts'
import { EMPTY_LEXICON, parseLexicon } from './lexicon.ts'
import { type Classification, type Classifier, type ClassifyInput, type Explanation, SENTIMENTS } from './types.ts'

/** Builds a classifier from the bytes that `load.ts` reads. Without artefacts it answers from emoji and marks only. */
export function createClassifier(artefacts: Artefacts = {}): Classifier {
  const bytes = artefacts['english']
  const bundle = bytes ? decodeBundle(bytes) : undefined
  const lexicon = bundle ? parseLexicon(bundle.text('lexicon')) : EMPTY_LEXICON
  const engine = bundle ? new Engine(bundle, 0) : undefined
  const featuriser = new Featuriser(lexicon, 'en')
  const version = bundle ? String(bundle.meta['version']) : 'rules'
  const classify = (input: ClassifyInput): Classification => {
    const doc = featuriser.read(input.text)
    const logits = new Float32Array(engine?.outputs ?? 0)
    engine?.score(doc, logits)
    const head = engine?.head(input.kind)
    const odds = SENTIMENTS.map((_, k) => (head ? (logits[head.at + k] ?? 0) / head.temperature : k === 1 ? 1 : 0))
    const total = odds.reduce((sum, x) => sum + Math.exp(x), 0)
    const [negative = 0, neutral = 0, positive = 0] = odds.map((x) => Math.exp(x) / total)
    const best = Math.max(negative, neutral, positive)
    const sentiment = best === negative ? 'negative' : best === neutral ? 'neutral' : 'positive'
    const label = doc.tokens.norm.some((norm) => norm.startsWith('?'))
      ? 'question'
      : sentiment === 'negative'
        ? 'complaint'
        : sentiment === 'positive'
          ? 'praise'
          : 'other'
    return {
      ...identifyLanguage(input.text, input.lang),
      sentiment,
      score: positive - negative,
      confidence: best,
      probabilities: { negative, neutral, positive },
      intents: [{ label, confidence: best }],
      unsure: best < 0.45,
      urgency: label === 'complaint' || label === 'question' ? 'normal' : 'low',
      model: version,
      layer: 1,
    }
  }
  const explain = (input: ClassifyInput): Explanation => {
    const { sentiment, confidence } = classify(input)
    const margin = Math.log(confidence / (1 - confidence))
    return {
      label: sentiment,
      margin,
      because: [{ feature: input.text.slice(0, 80), weight: margin, label: sentiment }],
    }
  }
  return { version, classify, classifyBatch: (inputs) => inputs.map(classify), explain }
}
