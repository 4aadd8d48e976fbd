import { inputOf } from '../classify/inputOf.ts'
import type { Classification, Classifier } from '../classify/types.ts'
import type { RuleTrace } from '../domain/termRule.ts'
import type { MatchDocument } from '../query/document.ts'
import { createMatcher, type Matcher } from '../query/matcher.ts'
import { effectiveQuery } from '../query/exclude.ts'
import type { Query } from '../query/ast.ts'
import { traceMatch } from '../query/trace.ts'
import type { Enriched, EnrichRow, Judgement, QueryMatch } from '../store/enrich.ts'
import { activeQueries, type ActiveQuery } from '../store/listening.ts'
import { isWriting, type Store } from '../store/store.ts'
import type { MatchSpan } from '../store/tables/listening.ts'
import { copyKeys, ownWords, readWords } from '../text/copies.ts'
import { activeTopics, type ActiveTopic } from '../store/topics.ts'
import { searchTokensOf } from '../text/searchTokens.ts'
import { createTitled, readTitled } from '../text/words.ts'
import { followRules, type RuleBook } from './termRules.ts'
import { topicMatchOf } from './topics.ts'

/** Longest stretch of pure work before waiting requests get their turn, ms. */
const sliceMs = 15

/**
 * Judges mentions: language and classification, the listening queries that match with the spans that made them match,
 * and the tokens of the full-text index. Follows edits of the queries, but not within a transaction, where reading would
 * take a second connection: whoever judges there calls it once before, without rows.
 */
export function createExaminer(
  store: Store,
  classifier: () => Promise<Classifier>,
  elapsed: () => number,
  listening = followQueries(store),
) {
  const rules = followRules(store, elapsed)
  return async function examine(rows: EnrichRow[]): Promise<Enriched[]> {
    const judge = await classifier()
    const queries = await listening.current()
    const book = await rules.current()
    const done: Enriched[] = []
    let sliceStart = elapsed()
    for (const row of rows) {
      done.push(examineOne(row, judge, queries, book))
      if (elapsed() - sliceStart < sliceMs) continue
      await new Promise((resolve) => setImmediate(resolve))
      sliceStart = elapsed()
    }
    return done
  }
}

/** Queries and topics are matched in one pass; a topic's key begins with a letter. */
type Rule = ActiveQuery | ActiveTopic
/** The listening queries and topics in force. */
export interface Listening {
  matcher: Matcher
  byId: Map<string, { row: Rule; query: Query }>
}
const keyOf = (row: Rule): string => ('topic' in row ? `t${row.seq}` : String(row.seq))

/** Keeps a percolator in step with the queries, shared by whoever matches. */
export function followQueries(store: Store) {
  const now: Listening = { matcher: createMatcher(), byId: new Map() }
  let stale = true
  store.onCommit((notices) => {
    if (notices.some((notice) => notice.type === 'queries')) stale = true
  })
  return {
    async current(): Promise<Listening> {
      if (!stale || isWriting()) return now
      stale = false
      applyQueries(now, [...(await activeQueries(store.read)), ...(await activeTopics(store.read))])
      return now
    },
  }
}

/** Only what changed is added or removed: the percolator takes edits without a rebuild. */
function applyQueries(now: Listening, rows: Rule[]): void {
  const wanted = new Map(rows.map((row) => [keyOf(row), row]))
  for (const id of now.byId.keys()) {
    if (wanted.has(id)) continue
    now.matcher.remove(id)
    now.byId.delete(id)
  }
  for (const [id, row] of wanted) {
    if (now.byId.get(id)?.row.version === row.version) continue
    const parsed = effectiveQuery(row.text, row.settings, 'topic' in row ? [] : row.lists)
    if (!parsed.ok) continue
    now.matcher.add(id, parsed.query)
    now.byId.set(id, { row, query: parsed.query })
  }
}

function examineOne(row: EnrichRow, classifier: Classifier, listening: Listening, rules: RuleBook): Enriched {
  const { mention } = row
  if (mention.deletedAt !== null)
    return { row, judgement: keptJudgement(row), matches: [], topics: [], tokens: '', copyKeys: [] }
  const judgement = judgementOf(row, classifier, rules)
  readTitled(read, mention.title ?? '', mention.text)
  const found = listening.byId.size === 0 ? [] : rulesOf(documentOf(row, judgement.lang), listening)
  const matches = found.flatMap(({ rule, spans }): QueryMatch[] =>
    'topic' in rule ? [] : [{ querySeq: rule.seq, version: rule.version, spans }],
  )
  const topics = found.flatMap(({ rule, spans }) =>
    'topic' in rule ? [topicMatchOf(rule, mention, judgement, spans, classifier)] : [],
  )
  const title = mention.title ? `${searchTokensOf(read.title, judgement.lang)} ` : ''
  const tokens = title + searchTokensOf(read.text, judgement.lang)
  return { row, judgement, matches, topics, tokens, copyKeys: copyKeysOf(row) }
}

/** Each text is read once, for matching, traces and the index; one at a time. */
const read = createTitled()

/** Few words, a review and an answer are somebody's own voice, whoever said the same before: only repeats of one account are copies. */
function copyKeysOf({ mention }: EnrichRow): readonly number[] {
  const words = readWords(mention.title, mention.text)
  const isVoice = words.count < ownWords || mention.kind === 'review' || mention.parentExternalId !== null
  return copyKeys(words, isVoice ? mention.authorSeq : undefined)
}

/** What the classifier says and what the team's rules make of it. */
export function judgementOf(row: EnrichRow, classifier: Classifier, rules: RuleBook): Judgement {
  const heard = classifier.classify(inputOf(row.mention))
  if (rules.size === 0) return judgementFrom(heard, rules.revision, [])
  const { said, rules: traces } = rules.rule(row, heard, classifier, documentOf(row, heard.lang))
  return judgementFrom(said, rules.revision, traces)
}

function judgementFrom(result: Classification, revision: number, rules: RuleTrace[]): Judgement {
  const { lang, sentiment, score, confidence, intents, urgency, model } = result
  return {
    lang,
    sentiment,
    score,
    confidence,
    intents: intents.map(({ label, confidence: sure }) => ({ label, confidence: kept(sure) })),
    urgency,
    model,
    details: {
      probabilities: {
        negative: kept(result.probabilities.negative),
        neutral: kept(result.probabilities.neutral),
        positive: kept(result.probabilities.positive),
      },
      langConfidence: kept(result.langConfidence),
      unsure: result.unsure,
      layer: String(result.layer),
      ...(result.emotion
        ? { emotion: { label: result.emotion.label, confidence: kept(result.emotion.confidence) } }
        : {}),
      ...(result.offensive === undefined ? {} : { offensive: kept(result.offensive) }),
      ...(result.spam === undefined ? {} : { spam: kept(result.spam) }),
      ...(revision === 0 ? {} : { rulesRevision: revision }),
      ...(rules.length === 0 ? {} : { rules }),
    },
  }
}

/** Four decimals: the rest is noise, and a dozen digits more for each of a dozen numbers in every row. */
function kept(probability: number): number {
  return Math.round(probability * 1e4) / 1e4
}

/** What its author deleted keeps the judgement that it was counted with. */
function keptJudgement({ mention }: EnrichRow): Judgement {
  return {
    lang: mention.lang ?? 'und',
    sentiment: mention.sentiment ?? 'neutral',
    score: mention.sentimentScore ?? 0,
    confidence: mention.confidence ?? 0,
    intents: mention.intents ?? [],
    urgency: mention.urgency ?? 'low',
    model: mention.model ?? 'none',
    details: mention.classification ?? {},
  }
}

/** The fields of the query language, from a stored mention. */
export function documentOf({ mention, author }: EnrichRow, lang: string): MatchDocument {
  const rating = mention.ratingUnit === null ? undefined : 1 + 4 * mention.ratingUnit
  const metrics = mention.metrics ?? {}
  return {
    text: mention.text,
    title: mention.title,
    lang: mention.langDeclared ?? lang,
    author: [author.handle, ...(author.name === null ? [] : [author.name])],
    author_followers: author.followers ?? undefined,
    source: mention.platform,
    site: mention.url ?? undefined,
    url: mention.url ?? undefined,
    type: mention.kind,
    rating,
    likes: metrics.likes,
    replies: metrics.replies,
    reach: metrics.views,
    links: (mention.media ?? []).filter((item) => item.type === 'link').map((item) => item.url),
    date: mention.createdAt,
  }
}

function rulesOf(document: MatchDocument, { matcher, byId }: Listening): { rule: Rule; spans: MatchSpan[] }[] {
  const ids = matcher.match(document, read)
  if (ids.length === 0) return []
  const prepared = matcher.prepared()
  return ids.flatMap((id) => {
    const found = byId.get(id)
    if (!found) return []
    const spans = traceMatch(found.query, prepared) ?? []
    return [{ rule: found.row, spans: storedSpans(spans) }]
  })
}

/** More spans than this are shown to nobody. */
const mostSpans = 50

export function storedSpans(
  spans: readonly { field: string; start: number; end: number; term: string }[],
): MatchSpan[] {
  return spans.slice(0, mostSpans).map(({ field, start, end, term }) => ({
    field: field === 'title' ? 'title' : 'text',
    start,
    end,
    term,
  }))
}
