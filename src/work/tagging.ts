import { drawSample } from '../domain/seededRandom.ts'
import {
  activeTagModels,
  listForTagging,
  loadTagCursor,
  saveTagCursor,
  saveTagProblem,
  saveTagVersion,
  tagPositives,
  tagRejected,
  textsOfThreads,
  threadsWithout,
  writeTagFindings,
  type ActiveTag,
  type TagFinding,
  type TagText,
} from '../store/tagModels.ts'
import type { TagReader } from '../classify/tagTrainer.ts'
import type { Store } from '../store/store.ts'
import type { WorkContext } from './context.ts'

/** Others for each example that carries the tag, at least and at most so many. */
const othersForOne = 3
const leastOthers = 40
const mostPositives = 200
const mostRejected = 100
/** Newest threads that others are drawn from, and that a tag is tried on when it is switched on. */
const drawnFrom = 5000
const triedOn = 500
const batch = 200
/** A mention that is not judged after so long is not waited for. */
const waitMs = 10 * 60_000

/** natural is loaded when somebody teaches a tag: most installations never do. */
const trainer = () => import('../classify/tagTrainer.ts')

export async function workOnTag(
  context: WorkContext,
  { tagId, what, userId }: { tagId: string; what: 'train' | 'try'; userId: string },
  signal: AbortSignal,
): Promise<void> {
  return what === 'train' ? trainOne(context, tagId, userId, signal) : tryOne(context, tagId, signal)
}

async function trainOne(context: WorkContext, tagId: string, userId: string, signal: AbortSignal): Promise<void> {
  const { read } = context.store
  const { goodThreshold, leastExamples, mostExamples, tagTokens, trainTag } = await trainer()
  const positives = await tagPositives(read, tagId, mostPositives)
  const rejected = await tagRejected(read, tagId, mostRejected)
  const wanted = Math.min(
    mostExamples - positives.length - rejected.length,
    Math.max(leastOthers, othersForOne * positives.length) - rejected.length,
  )
  const without = await threadsWithout(read, tagId, drawnFrom)
  const others = await textsOfThreads(read, drawSample(without, Math.max(0, wanted), context.random))
  const asked = new Set(rejected.map((one) => one.threadSeq))
  const negatives = [...rejected, ...others.filter((one) => !asked.has(one.threadSeq))]
  const exampleOf = (isPositive: boolean) => (one: TagText) => ({
    tokens: tagTokens(textOf(one), one.lang),
    isPositive,
  })
  if (positives.length < leastExamples || negatives.length < leastExamples)
    return context.store.write((tx) => saveTagProblem(tx, tagId, context.now()))
  const examples = [...positives.map(exampleOf(true)), ...negatives.map(exampleOf(false))]
  const work = trainTag(examples, rejected.length, context.random)
  for (let step = work.next(); ; step = work.next()) {
    signal.throwIfAborted()
    if (step.done) {
      const trained = { ...step.value, threshold: goodThreshold(step.value.report) }
      return context.store.write((tx) => saveTagVersion(tx, tagId, trained, { userId, now: context.now() }))
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const textOf = ({ title, text }: TagText): string => (title ? `${title}\n${text}` : text)

/** What was just switched on shows what it does on the newest threads. */
async function tryOne(context: WorkContext, tagId: string, signal: AbortSignal): Promise<void> {
  const { read } = context.store
  const tags = (await activeTagModels(read)).filter((tag) => tag.tagId === tagId && tag.mode === 'suggest')
  const seqs = tags.length > 0 ? await threadsWithout(read, tagId, triedOn) : []
  for (let from = 0; from < seqs.length; from += batch) {
    const findings = await judge(context, tags, await textsOfThreads(read, seqs.slice(from, from + batch)), signal)
    await context.store.write((tx) => writeTagFindings(tx, findings, context.now()))
  }
}

/** What arrived since the last time, in the order of arrival, as far as it has been judged. */
export async function tagNewMentions(context: WorkContext, signal: AbortSignal): Promise<void> {
  const { read } = context.store
  const tags = await activeTagModels(read)
  if (tags.length === 0) return
  for (;;) {
    const rows = await listForTagging(read, await loadTagCursor(read), batch)
    const waiting = rows.findIndex(
      (row) => row.enrichedAt === null && row.deletedAt === null && row.ingestedAt > context.now() - waitMs,
    )
    const ready = waiting < 0 ? rows : rows.slice(0, waiting)
    const last = ready.at(-1)
    if (!last) return
    const texts = ready.filter((row) => !row.isOwn && row.deletedAt === null)
    const findings = await judge(context, tags, texts, signal)
    await context.store.write(async (tx) => {
      await writeTagFindings(tx, findings, context.now())
      await saveTagCursor(tx, last.seq)
    })
    if (ready.length < batch) return
  }
}

const kept = new WeakMap<Store, Map<string, TagReader>>()
const mostKept = 50

/** Read once a version. */
function readerOf({ store }: WorkContext, tag: ActiveTag, read: (model: string) => TagReader): TagReader {
  const readers = kept.get(store) ?? new Map<string, TagReader>()
  kept.set(store, readers)
  const key = `${tag.tagId} ${tag.version}`
  const reader = readers.get(key) ?? read(tag.model)
  if (readers.size > mostKept) readers.clear()
  readers.set(key, reader)
  return reader
}

async function judge(
  context: WorkContext,
  tags: readonly ActiveTag[],
  texts: readonly TagText[],
  signal: AbortSignal,
): Promise<TagFinding[]> {
  const { readTag, tagTokens } = await trainer()
  const found: TagFinding[] = []
  for (const text of texts) {
    signal.throwIfAborted()
    const tokens = tagTokens(textOf(text), text.lang)
    for (const tag of tags) {
      const reader = readerOf(context, tag, readTag)
      const score = reader.score(tokens)
      if (score >= tag.threshold) found.push({ tag, threadSeq: text.threadSeq, score, because: reader.because(tokens) })
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  return found
}
