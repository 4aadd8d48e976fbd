import { fold } from '../text/fold.ts'
import { tokenise } from '../text/tokenise.ts'
import { prepareDocument, type MatchDocument, type PreparedDocument } from './document.ts'
import { evaluate } from './evaluate.ts'
import { parseQuery } from './parse.ts'

/** A term, author or site that tells rejected matches from kept ones, with the evidence. */
export interface Suggestion {
  /** To be excluded, in the query language. */
  text: string
  /** Matches that it hits, by the very query in `text`. */
  rejected: number
  rejectedOf: number
  kept: number
  keptOf: number
  /** Standard deviations above "no difference". */
  z: number
}

/** Terms before it and how far each leans to the rejected side (z of its log-odds). */
type Leanings = ReadonlyMap<string, number>

/** As many occurrences as the prior counts for: a term seen once or twice proves nothing. */
const priorCounts = 100
/** One-sided 5 %. */
const leastZ = 1.645
const leastRejected = 3
const mostTried = 24
const mostShown = 8

/**
 * What the matches that people rejected have in common and the kept ones have not: log-odds ratio with an informative
 * Dirichlet prior over documents that hold a term (Monroe, Colaresi and Quinn 2008, "Fightin' Words", sections 3.3 to
 * 3.5; the prior is the pooled frequency). Every suggestion is then counted anew by matching it.
 */
export function suggestExclusions(
  switches: { fold: boolean; stem: boolean },
  rejected: readonly MatchDocument[],
  kept: readonly MatchDocument[],
): Suggestion[] {
  const leanings = leaningsOf(rejected, kept)
  const [no, yes] = [rejected.map(prepareDocument), kept.map(prepareDocument)]
  const tried = [...leanings]
    .filter(([, z]) => z >= leastZ)
    .toSorted(([a, x], [b, y]) => y - x || a.length - b.length)
    .slice(0, mostTried)
  const found: (Suggestion & { hits: string })[] = []
  for (const [text, z] of tried) {
    const parsed = parseQuery(text, switches)
    if (!parsed.ok) continue
    const hitting = (list: readonly PreparedDocument[]) =>
      list.flatMap((document, index) => (evaluate(parsed.query, document) ? [index] : []))
    const [hits, keptHits] = [hitting(no), hitting(yes)]
    const one = { text, rejected: hits.length, rejectedOf: no.length, kept: keptHits.length, keptOf: yes.length, z }
    const tooMuch = one.kept / Math.max(1, one.keptOf) > one.rejected / one.rejectedOf / 3
    if (one.rejected < leastRejected || tooMuch) continue
    // Another name for what is there already: the same mentions, and none spared.
    if (found.some((other) => other.hits === hits.join() && other.kept <= one.kept)) continue
    found.push({ ...one, hits: hits.join() })
  }
  return found.slice(0, mostShown).map(({ hits: _hits, ...one }) => one)
}

/** How far each term leans to the first side: z of the log-odds ratio, positive for the first. */
export function leaningsOf(rejected: readonly MatchDocument[], kept: readonly MatchDocument[]): Leanings {
  const [no, yes] = [countTerms(rejected), countTerms(kept)]
  const total = no.total + yes.total
  const leanings = new Map<string, number>()
  for (const [term, count] of no.counts) {
    const other = yes.counts.get(term) ?? 0
    const prior = (priorCounts * (count + other)) / total
    const odds = (n: number, of: number) => Math.log((n + prior) / (of + priorCounts - n - prior))
    const delta = odds(count, no.total) - odds(other, yes.total)
    leanings.set(term, delta / Math.sqrt(1 / (count + prior) + 1 / (other + prior)))
  }
  return leanings
}

/** How far a mention leans to the rejected side, by its terms: negative looks like the kept ones. */
export function leaningOf(document: MatchDocument, leanings: Leanings): number {
  const terms = termsOf(document)
  let sum = 0
  for (const term of terms) sum += leanings.get(term) ?? -0.5
  return sum / Math.max(1, terms.size)
}

function countTerms(documents: readonly MatchDocument[]) {
  const counts = new Map<string, number>()
  let total = 0
  for (const document of documents)
    for (const term of termsOf(document)) {
      counts.set(term, (counts.get(term) ?? 0) + 1)
      total++
    }
  return { counts, total }
}

/** Words, pairs of neighbours, tags, the author and the site, as they are written in a query; each once a mention. */
function termsOf(document: MatchDocument): Set<string> {
  const terms = new Set<string>()
  for (const text of [document.title ?? '', document.text]) addTerms(terms, text.slice(0, 5_000))
  const [handle] = Array.isArray(document['author']) ? (document['author'] as unknown[]) : []
  if (typeof handle === 'string' && /^[^\s"]+$/.test(handle)) terms.add(`author:"${handle}"`)
  const host = typeof document['url'] === 'string' ? hostOf(document['url']) : undefined
  if (host) terms.add(`site:${host}`)
  return terms
}

function addTerms(terms: Set<string>, text: string): void {
  let before: string | undefined
  let endsAt = -1
  for (const token of tokenise(text)) {
    if (token.kind === 'tag') terms.add(fold(token.text))
    const isWord = token.kind === 'word' && /\p{L}/u.test(token.text)
    const word = isWord ? fold(token.text) : undefined
    if (word !== undefined && word.length > 2) terms.add(isPlain(word) ? word : `"${word}"`)
    const isNext = before !== undefined && word !== undefined && /^\s+$/.test(text.slice(endsAt, token.start))
    if (isNext) terms.add(`"${before} ${word}"`)
    before = word
    endsAt = token.end
  }
}

function isPlain(word: string): boolean {
  return /^[\p{L}\p{N}]+$/u.test(word)
}

function hostOf(url: string): string | undefined {
  const host = URL.parse(url)?.hostname.replace(/^www\./, '')
  return host && /^[a-z0-9.-]+$/.test(host) ? host : undefined
}
