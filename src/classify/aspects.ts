import { comparedAs } from './comparisons.ts'
import { tokenise } from './tokenise.ts'
import type { Classifier, ClassifyInput, Sentiment } from './types.ts'

/** UTF-16 offsets into the text. */
export interface Span {
  start: number
  end: number
}

/** What is said of one thing in a text that may say otherwise of the rest. */
export interface Aspect {
  sentiment: Sentiment
  /** Calibrated; null where a comparison decided. */
  confidence: number | null
}

const CONTRAST = new Set(
  (
    'but however although though whereas while except yet unlike than instead ' +
    'aber jedoch hingegen mais cependant pero però porém mas maar'
  ).split(' '),
)
const ENDS = new Set(['!', '?', ';', '\n', '…'])
/** More places than this say nothing new, and each costs a look. */
const mostSpans = 8

/**
 * The clause around a span: between sentence ends, and split at words of contrast, so that "A is great but B is
 * slow" says different things of A and B.
 */
export function clauseAround(text: string, span: Span): Span {
  const { start: from, end: to } = sentenceAround(text, span)
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

function sentenceAround(text: string, span: Span): Span {
  let from = span.start
  while (from > 0 && !isEnd(text, from - 1)) from--
  let to = span.end
  while (to < text.length && !isEnd(text, to)) to++
  return { start: from, end: Math.min(text.length, to + 1) }
}

/** A full stop inside `3.2` or `acme.example` ends nothing. */
function isEnd(text: string, at: number): boolean {
  const sign = text.charAt(at)
  return ENDS.has(sign) || (sign === '.' && /^(\s|["'”’)]|$)/.test(text.slice(at + 1, at + 2)))
}

export interface Named {
  /** True: a product or company, of which comparisons speak. */
  isTarget: boolean
  spans: readonly Span[]
}

/**
 * Sentiment towards what the spans of one field name, from their clauses alone. `whole` is the judgement of the whole
 * text: where the clause is all there is, it is not judged again.
 */
export function aspectOf(
  classifier: Classifier,
  input: ClassifyInput,
  { isTarget, spans }: Named,
  whole?: { sentiment: Sentiment; confidence: number },
): Aspect {
  const { text } = input
  const looked = spans.slice(0, mostSpans)
  if (isTarget) {
    const compared = looked.map((span) => comparisonAround(text, span)).find((one) => one !== undefined)
    if (compared) return { sentiment: compared, confidence: null }
  }
  const clauses = looked.map((span) => clauseAround(text, span))
  const distinct = clauses.filter(
    (one, i) => clauses.findIndex((other) => other.start === one.start && other.end === one.end) === i,
  )
  const said = distinct.map(({ start, end }) => text.slice(start, end).trim()).join(' ')
  if (whole && said === text.trim()) return { sentiment: whole.sentiment, confidence: whole.confidence }
  const { sentiment, confidence } = classifier.classify({ ...input, text: said })
  return { sentiment, confidence }
}

function comparisonAround(text: string, span: Span): Sentiment | undefined {
  const { start, end } = sentenceAround(text, span)
  return comparedAs(text.slice(start, span.start), text.slice(span.end, end))
}
