import BayesClassifier from 'natural/lib/natural/classifiers/bayes_classifier.js'
import { drawSample } from '../domain/seededRandom.ts'
import type { TagPoint, TagReport } from '../domain/tagReport.ts'
import { fold } from '../text/fold.ts'
import { stem, stemLanguage } from '../text/stem.ts'
import { tokenise } from '../text/tokenise.ts'

export interface TagExample {
  tokens: string[]
  isPositive: boolean
}

/** natural keeps an entry for each pair of document and word: more examples take minutes. */
export const mostExamples = 500
/** With fewer of either kind what is learned is chance. */
export const leastExamples = 10
/** The products of more probabilities than this vanish in natural's arithmetic. */
const mostTokens = 80
const folds = 5
const thresholds = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99]
/** Documents between two breaths: some ten milliseconds of work. */
const sliceSize = 8

/** What a tag is learned by: the distinct stems of a text, in its own language. */
export function tagTokens(text: string, lang: string | null): string[] {
  const language = stemLanguage(lang ?? undefined)
  const found = new Set<string>()
  for (const token of tokenise(text)) {
    if (token.text.length > 1 || token.kind === 'emoji' || token.kind === 'cjk')
      found.add(stem(fold(token.text), language))
    if (found.size >= mostTokens) break
  }
  return [...found]
}

export interface TrainedTag {
  /** For readTag. Counts of stems, no texts. */
  model: string
  report: TagReport
}

/**
 * Trains natural's naive Bayes on all examples, and reports how the same did on each fifth of them when trained on the
 * rest. Yields between slices of work, so that whoever drives it can let others in. `random` decides about the folds.
 */
export function* trainTag(
  examples: readonly TagExample[],
  rejected: number,
  random: () => number,
): Generator<undefined, TrainedTag> {
  const held = foldsOf(examples, random)
  const scores: { score: number; isPositive: boolean }[] = []
  for (let part = 0; part < folds; part++) {
    const classifier = yield* fit(examples.filter((_, i) => held[i] !== part))
    for (const [i, example] of examples.entries()) {
      if (held[i] !== part) continue
      scores.push({ score: scoreOf(classifier, example.tokens), isPositive: example.isPositive })
      if (i % sliceSize === 0) yield
    }
  }
  const positives = examples.filter((one) => one.isPositive).length
  const report: TagReport = {
    positives,
    negatives: examples.length - positives,
    rejected,
    folds,
    points: thresholds.map((threshold): TagPoint => {
      const suggested = scores.filter(({ score }) => score >= threshold)
      return { threshold, right: suggested.filter((one) => one.isPositive).length, suggested: suggested.length }
    }),
  }
  const classifier = yield* fit(examples)
  return { model: JSON.stringify({ ...classifier, docs: [] }), report }
}

/** Which fold holds each example back: both kinds evenly spread. */
function foldsOf(examples: readonly TagExample[], random: () => number): number[] {
  const held = examples.map(() => 0)
  for (const kind of [true, false]) {
    const indices = examples.flatMap((one, i) => (one.isPositive === kind ? [i] : []))
    drawSample(indices, indices.length, random).forEach((index, place) => (held[index] = place % folds))
  }
  return held
}

const labelOf = (isPositive: boolean): string => (isPositive ? 'yes' : 'no')
/** A prefix of our own: natural keeps tokens as keys of a plain object, where `constructor` and `1` mean other things. */
const keyOf = (token: string): string => `=${token}`

function* fit(examples: readonly TagExample[]): Generator<undefined, BayesClassifier> {
  const seen = new Map<string, number>()
  for (const { tokens } of examples) for (const token of tokens) seen.set(token, (seen.get(token) ?? 0) + 1)
  const classifier = new BayesClassifier()
  for (let from = 0; from < examples.length; from += sliceSize) {
    for (const { tokens, isPositive } of examples.slice(from, from + sliceSize)) {
      // What stands in one text alone says nothing of others.
      const known = tokens.filter((token) => (seen.get(token) ?? 0) > 1).map(keyOf)
      classifier.addDocument(known, labelOf(isPositive))
    }
    classifier.train()
    yield
  }
  return classifier
}

/** 0…1, how much the words speak for the tag. */
function scoreOf(classifier: BayesClassifier, tokens: readonly string[]): number {
  const found = classifier.getClassifications(tokens.map(keyOf))
  const yes = found.find((one) => one.label === 'yes')?.value ?? 0
  const total = found.reduce((sum, one) => sum + one.value, 0)
  return total > 0 ? yes / total : 0
}

export interface TagReader {
  /** 0…1. */
  score(tokens: readonly string[]): number
  /** The stems that speak for the tag most, strongest first. */
  because(tokens: readonly string[]): string[]
}

const mostReasons = 4

export function readTag(model: string): TagReader {
  const classifier = BayesClassifier.restore(JSON.parse(model) as object)
  const neutral = scoreOf(classifier, [])
  return {
    score: (tokens) => scoreOf(classifier, tokens),
    because: (tokens) =>
      tokens
        .map((token) => ({ token, score: scoreOf(classifier, [token]) }))
        .filter(({ score }) => score > neutral)
        .toSorted((a, b) => b.score - a.score)
        .slice(0, mostReasons)
        .map(({ token }) => token),
  }
}

/** The lowest threshold at which four of five suggestions are right; else the one with the best share. */
export function goodThreshold({ points }: TagReport): number {
  const share = ({ right, suggested }: TagPoint) => (suggested === 0 ? 0 : right / suggested)
  const best = points.toSorted((a, b) => share(b) - share(a) || a.threshold - b.threshold)[0]
  return (points.find((point) => share(point) >= 0.8) ?? best)?.threshold ?? 0.9
}
