import type { Sentiment } from '../domain/classification.ts'
import { fold } from '../text/fold.ts'
import { prepareDocument } from './document.ts'
import { evaluate } from './evaluate.ts'
import { parseQuery } from './parse.ts'
import { suggestExclusions } from './suggestExclusions.ts'

/** A mention as far as its words go. */
export interface Heard {
  title: string | null
  text: string
  /** One for each account, whatever number. */
  author: number
  sentiment: Sentiment | null
}

/** A word, pair of words or tag that is said more than it was. */
export interface EmergingTerm {
  /** In the query language. */
  text: string
  now: number
  before: number
  authors: number
  negative: number
}

/** Root of the likelihood ratio. Some thousand words are compared at once: what stands out by less may be chance. */
const leastSurprise = 3.5
/** One account that repeats itself is no topic. */
const leastAuthors = 3
const switches = { fold: true, stem: true }

/**
 * What tells the mentions of now from those before. suggestExclusions finds the candidates by their log-odds; each is
 * counted anew, with its accounts and its tone, and must stand out by far. `known` are rules that say a term already: those are no news.
 */
export function emergingTerms(
  now: readonly Heard[],
  before: readonly Heard[],
  known: readonly string[] = [],
): EmergingTerm[] {
  const wordsOf = ({ title, text }: Heard) => ({ title, text })
  const rules = known.map(fold)
  const prepared = now.map((one) => prepareDocument(wordsOf(one)))
  return suggestExclusions(switches, now.map(wordsOf), before.map(wordsOf)).flatMap((one) => {
    const parsed = parseQuery(one.text, switches)
    if (!parsed.ok || rules.some((rule) => rule.includes(one.text.replaceAll('"', '')))) return []
    const hits = now.filter((_, index) => {
      const document = prepared[index]
      return document !== undefined && evaluate(parsed.query, document)
    })
    const authors = new Set(hits.map((hit) => hit.author)).size
    if (authors < leastAuthors || surpriseOf(hits.length, now.length, one.kept, one.keptOf) < leastSurprise) return []
    const negative = hits.filter((hit) => hit.sentiment === 'negative').length
    return [{ text: one.text, now: hits.length, before: one.kept, authors, negative }]
  })
}

/** Root of G², as many standard deviations where counts are large: how far two shares are from being one. */
function surpriseOf(hits: number, of: number, otherHits: number, otherOf: number): number {
  const share = (hits + otherHits) / (of + otherOf)
  const part = (count: number, expected: number) => (count === 0 ? 0 : count * Math.log(count / expected))
  const cells = [
    part(hits, of * share),
    part(of - hits, of * (1 - share)),
    part(otherHits, otherOf * share),
    part(otherOf - otherHits, otherOf * (1 - share)),
  ]
  return Math.sqrt(Math.max(0, 2 * cells.reduce((sum, cell) => sum + cell, 0)))
}
