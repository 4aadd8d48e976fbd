import { tokenise } from './tokenise.ts'
import type { Classifier, ClassifyInput, Sentiment } from './types.ts'

/** A workspace's rule: any of the terms (words or phrases; a trailing `*` matches beginnings) means the topic. */
export interface TopicRule {
  label: string
  terms: readonly string[]
}

/** UTF-16 offsets into the text. */
export interface Span {
  start: number
  end: number
}

export interface Topic {
  label: string
  spans: Span[]
}

export interface Aspect extends Topic {
  sentiment: Sentiment
  score: number
  confidence: number
}

const CONTRAST = new Set([
  'but',
  'however',
  'although',
  'though',
  'whereas',
  'while',
  'except',
  'yet',
  'unlike',
  'than',
  'instead',
])
const ENDS = new Set(['.', '!', '?', ';', '\n', '…'])

/** Compiled once a rule set; each text is then scanned once. */
export function createTopics(rules: readonly TopicRule[]): (text: string) => Topic[] {
  const starts = new Map<string, { label: string; words: string[] }[]>()
  const prefixes: { label: string; words: string[] }[] = []
  for (const { label, terms } of rules) {
    for (const term of terms) {
      const isOpen = term.endsWith('*')
      const words = tokenise(isOpen ? term.slice(0, -1) : term).norm.map((norm, i, all) =>
        isOpen && i === all.length - 1 ? `${norm}*` : norm,
      )
      const first = words[0]
      if (first === undefined) continue
      if (first.endsWith('*')) prefixes.push({ label, words })
      else starts.set(first, [...(starts.get(first) ?? []), { label, words }])
    }
  }
  return (text) => {
    const { count, norm, start, end } = tokenise(text)
    const found = new Map<string, Span[]>()
    for (let i = 0; i < count; i++) {
      for (const { label, words } of [...(starts.get(norm[i] ?? '') ?? []), ...prefixes]) {
        if (!words.every((word, k) => matches(norm[i + k], word))) continue
        const span = { start: start[i] ?? 0, end: end[i + words.length - 1] ?? 0 }
        found.set(label, [...(found.get(label) ?? []), span])
      }
    }
    return [...found].map(([label, spans]) => ({ label, spans }))
  }
}

function matches(norm: string | undefined, word: string): boolean {
  return word.endsWith('*') ? (norm?.startsWith(word.slice(0, -1)) ?? false) : norm === word
}

/**
 * The clause around a span: between sentence ends, and split at words of contrast, so that "A is great but B is
 * slow" says different things of A and B.
 */
export function clauseAround(text: string, span: Span): Span {
  let from = span.start
  while (from > 0 && !ENDS.has(text.charAt(from - 1))) from--
  let to = span.end
  while (to < text.length && !ENDS.has(text.charAt(to))) to++
  if (to < text.length) to++
  const { count, norm, start, end } = tokenise(text.slice(from, to))
  let left = from
  let right = to
  for (let i = 0; i < count; i++) {
    if (!CONTRAST.has(norm[i] ?? '')) continue
    const [wordFrom, wordTo] = [from + (start[i] ?? 0), from + (end[i] ?? 0)]
    if (wordTo <= span.start) left = wordTo
    else if (wordFrom >= span.end) {
      right = wordFrom
      break
    }
  }
  return { start: left, end: right }
}

/** Sentiment towards what the spans name (ours or a competitor's name), from their clauses alone. */
export function sentimentTowards(
  classifier: Classifier,
  input: ClassifyInput,
  spans: readonly Span[],
): Pick<Aspect, 'sentiment' | 'score' | 'confidence'> {
  const clauses = spans.map((span) => clauseAround(input.text, span))
  const distinct = clauses.filter(
    (one, i) => clauses.findIndex((other) => other.start === one.start && other.end === one.end) === i,
  )
  const text = distinct.map(({ start, end }) => input.text.slice(start, end).trim()).join(' ')
  const { sentiment, score, confidence } = classifier.classify({ ...input, text })
  return { sentiment, score, confidence }
}

/** Topics of a text, each with the sentiment of its own clauses. */
export function readAspects(classifier: Classifier, find: (text: string) => Topic[], input: ClassifyInput): Aspect[] {
  return find(input.text).map((topic) => ({ ...topic, ...sentimentTowards(classifier, input, topic.spans) }))
}
