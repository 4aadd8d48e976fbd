import { inputOf } from '../classify/inputOf.ts'
import type { Classification, Classifier } from '../classify/types.ts'
import { applyRules, cutOut, type RuleTrace } from '../domain/termRule.ts'
import type { MatchDocument } from '../query/document.ts'
import { createMatcher, type Matcher } from '../query/matcher.ts'
import { parseQuery } from '../query/parse.ts'
import type { Query } from '../query/ast.ts'
import { traceMatch, type TraceSpan } from '../query/trace.ts'
import type { EnrichRow } from '../store/enrich.ts'
import { loadJudgingSettings } from '../store/settings.ts'
import { isWriting, type Store } from '../store/store.ts'
import { listTermRules, type TermRule } from '../store/termRules.ts'

/** The team's rules for words, ready to be asked. */
export interface RuleBook {
  /** Stands on the judgements made with it. */
  revision: number
  /** 0: nothing to ask. */
  size: number
  /** What the rules make of what the classifier said. */
  rule(row: EnrichRow, said: Classification, classifier: Classifier, document: MatchDocument): RuledClassification
}

export interface RuledClassification {
  said: Classification
  rules: RuleTrace[]
}

const mostWords = 5
/** Another process may have changed them where no notice reaches us: looked at again after this long, ms. */
const recheckMs = 10_000

export function followRules(store: Store, elapsed: () => number) {
  let book: RuleBook = { revision: 0, size: 0, rule: (_row, said) => ({ said, rules: [] }) }
  let checkedAt = -Infinity
  store.onCommit((notices) => {
    if (notices.some((notice) => notice.type === 'judging')) checkedAt = -Infinity
  })
  return {
    async current(): Promise<RuleBook> {
      if (isWriting() || elapsed() - checkedAt < recheckMs) return book
      checkedAt = elapsed()
      const { rules: revision } = await loadJudgingSettings(store.read)
      if (revision !== book.revision) book = createRuleBook(revision, await listTermRules(store.read))
      return book
    },
  }
}

export function createRuleBook(revision: number, rows: readonly TermRule[]): RuleBook {
  const matcher = createMatcher()
  const rules = new Map<string, { rule: TermRule; query: Query; place: number }>()
  for (const [place, rule] of rows.entries()) {
    const parsed = rule.isActive ? parseQuery(rule.query) : undefined
    if (!parsed?.ok) continue
    matcher.add(rule.id, parsed.query)
    rules.set(rule.id, { rule, query: parsed.query, place })
  }
  return {
    revision,
    size: rules.size,
    rule(row, said, classifier, document) {
      // What a person said of exactly these words stands above every rule.
      if (rules.size === 0 || said.layer === 3) return { said, rules: [] }
      const matched = matchedRules(matcher, rules, document)
      if (matched.length === 0) return { said, rules: [] }
      const spans = matched.flatMap((one) => (one.trace.effect.kind === 'ignore' ? one.spans : []))
      const heard = spans.length > 0 ? classifier.classify(withoutSpans(row, spans, said.lang)) : said
      const effects = matched.map((one) => one.trace.effect)
      return { said: { ...applyRules(heard, effects), layer: 3 }, rules: matched.map((one) => one.trace) }
    },
  }
}

function matchedRules(
  matcher: Matcher,
  rules: ReadonlyMap<string, { rule: TermRule; query: Query; place: number }>,
  document: MatchDocument,
): { trace: RuleTrace; spans: TraceSpan[] }[] {
  const ids = matcher.match(document)
  if (ids.length === 0) return []
  const prepared = matcher.prepared()
  return ids
    .flatMap((id) => rules.get(id) ?? [])
    .toSorted((a, b) => a.place - b.place)
    .map(({ rule, query }) => {
      const spans = traceMatch(query, prepared) ?? []
      const words = [...new Set(spans.map((span) => wordsOf(document, span)))].slice(0, mostWords)
      return { spans, trace: { id: rule.id, version: rule.version, effect: rule.effect, words } }
    })
}

function wordsOf(document: MatchDocument, span: TraceSpan): string {
  const text = span.field === 'title' ? document.title : document.text
  return typeof text === 'string' ? text.slice(span.start, span.end) : span.term
}

/** The language was told from the whole text: it stays. */
function withoutSpans({ mention }: EnrichRow, spans: readonly TraceSpan[], lang: string) {
  const of = (field: string) => spans.filter((span) => span.field === field)
  const title = mention.title === null ? null : cutOut(mention.title, of('title'))
  const text = cutOut(mention.text, of('text'))
  return inputOf({ ...mention, title, text, langDeclared: mention.langDeclared ?? (lang === 'und' ? null : lang) })
}
