import { prepareDocument } from '../query/document.ts'
import { evaluate } from '../query/evaluate.ts'
import { parseQuery } from '../query/parse.ts'
import type { Query } from '../query/ast.ts'
import { traceMatch } from '../query/trace.ts'
import type { Classifier } from '../classify/types.ts'
import type { EnrichRow } from '../store/enrich.ts'
import { replaceMatchesOf, type TopicMatch } from '../store/topicMatches.ts'
import { findTopicBySeq, listForWalk, saveWalk, type Topic } from '../store/topics.ts'
import type { TopicWalk } from '../store/tables/topics.ts'
import type { WorkContext } from './context.ts'
import { documentOf, storedSpans } from './examine.ts'
import { topicMatchOf } from './topics.ts'

/** Mentions of one transaction; the cursor is saved with it, so that a walk goes on where it stopped. */
const windowSize = 200
/** Longest stretch of pure work before waiting requests get their turn, ms. */
const sliceMs = 15

/** Goes through all stored mentions, newest first, and counts or writes what one topic's rule finds. */
export async function walkTopic(
  context: WorkContext,
  { topicSeq, startedAt }: { topicSeq: number; startedAt: number },
  signal: AbortSignal,
): Promise<void> {
  const classifier = await context.classifier()
  for (;;) {
    signal.throwIfAborted()
    const topic = await findTopicBySeq(context.store.read, topicSeq)
    const walk = topic?.walk
    // Another walk has taken its place, or the topic is gone.
    if (!topic || walk?.startedAt !== startedAt || walk.finishedAt !== undefined) return
    if (!(await walkWindow(context, topic, walk, classifier))) return
  }
}

/** False at the end. */
async function walkWindow(
  context: WorkContext,
  topic: Topic,
  walk: TopicWalk,
  classifier: Classifier,
): Promise<boolean> {
  const rows = await listForWalk(context.store.read, walk.beforeSeq ?? Number.MAX_SAFE_INTEGER, windowSize)
  const parsed = parseQuery(topic.text, topic.settings)
  const found = await matchWindow(rows, topic, parsed.ok ? parsed.query : undefined, classifier)
  const next: TopicWalk = {
    ...walk,
    scanned: walk.scanned + rows.length,
    matched: walk.matched + found.filter((one) => one.topics.length > 0).length,
    ...(rows.length < windowSize ? { finishedAt: context.now() } : { beforeSeq: rows.at(-1)?.mention.seq ?? 0 }),
  }
  const isOurs = await context.store.write(async (tx) => {
    if (!(await saveWalk(tx, topic.seq, next))) return false
    if (walk.mode === 'apply') await replaceMatchesOf(tx, topic.seq, found)
    return true
  })
  return isOurs && next.finishedAt === undefined
}

async function matchWindow(rows: EnrichRow[], topic: Topic, query: Query | undefined, classifier: Classifier) {
  const found: { seq: number; version: number; createdAt: number; topics: TopicMatch[] }[] = []
  let sliceStart = performance.now()
  for (const row of rows) {
    const { seq, version, createdAt } = row.mention
    const topics = query && matchOne(row, topic, query, classifier)
    found.push({ seq, version, createdAt, topics: topics ? [topics] : [] })
    if (performance.now() - sliceStart < sliceMs) continue
    await new Promise((resolve) => setImmediate(resolve))
    sliceStart = performance.now()
  }
  return found
}

function matchOne(row: EnrichRow, topic: Topic, query: Query, classifier: Classifier): TopicMatch | undefined {
  const { mention } = row
  const prepared = prepareDocument(documentOf(row, mention.lang ?? 'und'))
  if (!evaluate(query, prepared)) return undefined
  const spans = storedSpans(traceMatch(query, prepared) ?? [])
  const judgement = {
    lang: mention.lang ?? 'und',
    sentiment: mention.sentiment ?? 'neutral',
    confidence: mention.confidence ?? 0,
  }
  return topicMatchOf(
    { seq: topic.seq, version: topic.version, topic: topic.kind },
    mention,
    judgement,
    spans,
    classifier,
  )
}
