import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import { type Artefacts, decodeBundle } from '../src/classify/artefact.ts'
import { createQuick } from '../src/classify/fast.ts'
import { readSplit } from '../src/classify/train/data.ts'
import { type Classifier, SENTIMENTS } from '../src/classify/types.ts'
import { samples } from './classify-samples.ts'

/** Whatever answers for the tone of a post. */
export interface Contender {
  name: string
  /** index of the sentiment */
  answer: (text: string) => number
}

export const FULL = 'earshot, all heads'
export const QUICK = 'earshot, quick head (classify --quick)'
export const NATURAL = 'natural tokenise + Porter + AFINN'
export const VADER = 'vader-sentiment'

export function contenders(classifier: Classifier, artefacts: Artefacts): Contender[] {
  const quick = createQuick(decodeBundle(artefacts['quick'] ?? new Uint8Array()))
  return [
    { name: FULL, answer: (text) => SENTIMENTS.indexOf(classifier.classify({ text, kind: 'mention' }).sentiment) },
    { name: QUICK, answer: (text) => SENTIMENTS.indexOf(quick(text).sentiment) },
    ...rivals(),
  ]
}

/** The word-list systems of the field, with their own thresholds. Deep imports: natural's root loads database clients. */
function rivals(): Contender[] {
  const require = createRequire(import.meta.url)
  const SentimentAnalyzer = require('natural/lib/natural/sentiment/SentimentAnalyzer.js')
  const porter = require('natural/lib/natural/stemmers/porter_stemmer.js')
  const { WordTokenizer } = require('natural/lib/natural/tokenizers/regexp_tokenizer.js')
  const analyzer = new SentimentAnalyzer('English', porter, 'afinn')
  const tokenizer = new WordTokenizer()
  const { SentimentIntensityAnalyzer } = require('vader-sentiment')
  const wink = require('wink-sentiment')
  return [
    {
      name: NATURAL,
      answer: (text) => {
        const tokens: string[] = tokenizer.tokenize(text) ?? []
        return toneOf(tokens.length > 0 ? analyzer.getSentiment(tokens) : 0, 0)
      },
    },
    { name: VADER, answer: (text) => toneOf(SentimentIntensityAnalyzer.polarity_scores(text).compound, 0.05) },
    { name: 'wink-sentiment', answer: (text) => toneOf(wink(text).score, 0) },
  ]
}

/** VADER is neutral strictly between its thresholds, the others at zero alone. */
function toneOf(score: number, threshold: number): number {
  if (score === 0) return 1
  return score >= threshold ? 2 : score <= -threshold ? 0 : 1
}

/** Long enough for a turn to be told from the clock's steps. */
const TURN_SECONDS = 0.25

/**
 * Posts a CPU-second of each contender, one figure a round. In turns, so that a busy machine slows all alike; the first
 * round is thrown away, in which the compiler is still at work: a system that needs a microsecond a post is otherwise
 * measured by its warming up.
 */
export function measureSpeeds(
  systems: readonly Contender[],
  texts: readonly string[],
  rounds: number,
): Map<string, number[]> {
  const speeds = new Map<string, number[]>(systems.map(({ name }) => [name, []]))
  for (let round = 0; round <= rounds; round++) {
    for (const { name, answer } of systems) {
      const speed = measureTurn(texts, answer)
      if (round > 0) speeds.get(name)?.push(speed)
    }
  }
  return speeds
}

function measureTurn(texts: readonly string[], answer: (text: string) => unknown): number {
  const from = process.cpuUsage()
  for (let passes = 1; ; passes++) {
    for (const text of texts) answer(text)
    const { user, system } = process.cpuUsage(from)
    const seconds = (user + system) / 1e6
    if (seconds >= TURN_SECONDS) return (texts.length * passes) / seconds
  }
}

/** How many times faster one is than the other, by round. */
export function ratiosOf(speeds: ReadonlyMap<string, readonly number[]>, of: string, to: string): number[] {
  const others = speeds.get(to) ?? []
  return (speeds.get(of) ?? []).map((speed, round) => speed / (others[round] ?? Number.NaN))
}

/** Real posts where the data lies beside the checkout, else made ones of like length. */
export function readPosts(folder: string): string[] {
  if (!existsSync(join(folder, 'semeval2017-4a'))) return samples(2000)
  return readSplit(folder, 'semeval2017-4a', 'dev').map(({ text }) => text)
}
