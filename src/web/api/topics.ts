import { z } from 'zod'
import { sentiments, type Sentiment } from '../../domain/classification.ts'
import { wilson } from '../../domain/interval.ts'
import { parseQuery } from '../../query/parse.ts'
import { dayMs } from '../../store/clocks.ts'
import { topicKinds } from '../../store/tables/topics.ts'
import {
  countTopics,
  findTopic,
  insertTopic,
  listTopicMentions,
  listTopics,
  startWalk,
  type Topic,
  type TopicCount,
} from '../../store/topics.ts'
import { badCursor } from './mentions.ts'
import { ApiProblem, notFound } from './problem.ts'
import { defineRoute, idParams, iso, pageOf, paging, readCursor, writeCursor } from './route.ts'
import { badQuery } from './threads.ts'

const tag = 'Topics'
const day = z.iso.date()
const counted = z.int().describe('Mentions that speak of it so.')
const ends = z.strictObject({
  low: z.number().describe('Lower end, 0 to 1.'),
  high: z.number().describe('Upper end, 0 to 1.'),
})

const figuresSchema = z
  .strictObject({
    from: day.describe('First day, UTC.'),
    to: day.describe('Last day, UTC.'),
    negative: counted,
    neutral: counted,
    positive: counted,
    mentions: z.int().describe('All of them.'),
    negativeShare: z.number().nullable().describe('0 to 1; null without mentions.'),
    negativeInterval: ends.nullable().describe('95 % interval of the share (Wilson).'),
  })
  .meta({ id: 'TopicFigures', description: 'How often a topic was spoken of, and how.' })

const topicSchema = z
  .strictObject({
    id: z.string().describe('Id of the topic.'),
    name: z.string().describe('Unique; what topic: finds in the search.'),
    kind: z.enum(topicKinds).describe('topic: a matter; brand and competitor: a name.'),
    text: z.string().describe('The rule, in the query language.'),
    parentId: z.string().nullable().describe('The topic above it.'),
    isActive: z.boolean().describe('Whether new mentions are marked.'),
    version: z.int().describe('Rises with every change of the rule.'),
    createdAt: z.iso.datetime().describe('When it was saved first.'),
    updatedAt: z.iso.datetime().describe('When it was saved last.'),
    figures: figuresSchema,
    before: figuresSchema,
  })
  .meta({
    id: 'Topic',
    description: 'A topic with its figures in a span (`figures`) and in the one before it (`before`).',
  })

const topicInput = z
  .strictObject({
    name: z.string().trim().min(1).max(80).describe('Unique.'),
    text: z.string().trim().min(1).max(20_000).describe('The rule, in the query language.'),
    kind: z.enum(topicKinds).default('topic').describe('topic: a matter; brand and competitor: a name.'),
    parentId: z.string().max(100).nullable().default(null).describe('The topic above it.'),
    isActive: z.boolean().default(true).describe('Whether new mentions are marked.'),
  })
  .meta({ id: 'TopicInput', description: 'A topic to save.' })

const historySchema = z
  .strictObject({
    mode: z.enum(['count', 'apply']).describe('count changes nothing.'),
    version: z.int().describe('Version of the rule that is tried.'),
    scanned: z.int().describe('Stored mentions read so far.'),
    matched: z.int().describe('Of these, found by the rule.'),
    startedAt: z.iso.datetime().describe('When it began.'),
    finishedAt: z.iso.datetime().nullable().describe('null while it runs.'),
  })
  .meta({ id: 'TopicHistory', description: 'A walk of a rule through what is stored.' })

const topicMentionSchema = z
  .strictObject({
    mentionId: z.string().describe('Id of the mention.'),
    threadId: z.string().describe('Its thread.'),
    sentiment: z.enum(sentiments).describe('Of what is said of the topic.'),
    confidence: z.number().nullable().describe('0 to 1; null where a comparison decided.'),
    version: z.int().describe('Version of the rule that found it.'),
    terms: z.array(z.string()).describe('The parts of the rule that matched.'),
    createdAt: z.iso.datetime().describe('When it was said.'),
  })
  .meta({ id: 'TopicMention', description: 'A mention that speaks of a topic.' })

const daysQuery = {
  days: z.coerce.number().int().min(1).max(365).default(30).describe('Length of the span, which ends today (UTC).'),
}

export const topicRoutes = [
  defineRoute({
    method: 'get',
    path: '/topics',
    tag,
    summary: 'List topics with their figures',
    scopes: ['queries:read'],
    permission: 'read',
    query: z.strictObject(daysQuery),
    answer: z.strictObject({ items: z.array(topicSchema).describe('By name.') }),
    async handle({ web, query: { days } }) {
      const { read } = web.store
      const toDay = Math.floor(web.clock.now() / dayMs)
      const counts = await countTopics(read, toDay - 2 * days + 1, toDay)
      const rows = await listTopics(read)
      return { body: { items: rows.map((row) => modelOf(row, rows, counts, toDay, days)) } }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/topics',
    tag,
    summary: 'Save a topic',
    description: 'It marks what is heard from now on; `POST /topics/{id}/history` marks what is stored.',
    scopes: ['queries:write'],
    permission: 'queries',
    body: topicInput,
    answer: topicSchema,
    created: true,
    problems: [409, 422],
    async handle({ web, act, body: { parentId, ...fields } }) {
      const settings = { stem: true, fold: true }
      const parsed = parseQuery(fields.text, settings)
      if (!parsed.ok) throw badQuery(parsed)
      const above = parentId === null ? undefined : await findTopic(web.store.read, parentId)
      if (parentId !== null && !above) throw notFound('topic')
      const row = await web.store.write((tx) =>
        insertTopic(tx, act, { ...fields, settings, parentSeq: above?.seq ?? null }),
      )
      if (!row) throw new ApiProblem('conflict', `There is a topic named "${fields.name}".`, 'Take another name.')
      const toDay = Math.floor(act.now / dayMs)
      return { status: 201, body: modelOf(row, above ? [above] : [], [], toDay, daysQuery.days.parse(undefined)) }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/topics/{id}/history',
    tag,
    summary: 'Count or mark what is stored',
    scopes: ['queries:write'],
    permission: 'queries',
    params: idParams,
    body: z.strictObject({ mode: z.enum(['count', 'apply']).describe('count changes nothing.') }),
    answer: historySchema,
    problems: [404, 422],
    async handle({ web, act, params, body: { mode } }) {
      const topic = await findTopic(web.store.read, params.id)
      if (!topic) throw notFound('topic')
      await web.store.write((tx) => startWalk(tx, act, topic, mode))
      return { body: await historyOf(await findTopic(web.store.read, params.id)) }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/topics/{id}/history',
    tag,
    summary: 'How far the last walk through what is stored has come',
    scopes: ['queries:read'],
    permission: 'read',
    params: idParams,
    answer: historySchema,
    problems: [404],
    handle: async ({ web, params }) => ({ body: await historyOf(await findTopic(web.store.read, params.id)) }),
  }),
  defineRoute({
    method: 'get',
    path: '/topics/{id}/mentions',
    tag,
    summary: 'List the mentions that speak of a topic, newest arrival first',
    scopes: ['queries:read'],
    permission: 'read',
    params: idParams,
    query: z.strictObject({
      ...daysQuery,
      ...paging,
      sentiment: z.enum(sentiments).optional().describe('Only what is said so of the topic.'),
    }),
    answer: pageOf(topicMentionSchema),
    problems: [400, 404],
    async handle({ web, params, query: { days, limit, cursor, sentiment } }) {
      const before = readCursor(cursor, z.int())
      if (before === 'bad') throw badCursor()
      const topic = await findTopic(web.store.read, params.id)
      if (!topic) throw notFound('topic')
      const toDay = Math.floor(web.clock.now() / dayMs)
      const span = { fromDay: toDay - days + 1, toDay, sentiment }
      const rows = await listTopicMentions(web.store.read, topic.seq, span, limit + 1, before)
      const shown = rows.slice(0, limit)
      const last = rows.length > limit ? shown.at(-1) : undefined
      const items = shown.map(({ match, mention, threadId }) => ({
        mentionId: mention.id,
        threadId,
        sentiment: match.sentiment,
        confidence: match.confidence,
        version: match.version,
        terms: [...new Set(match.spans.map((span) => span.term))],
        createdAt: iso(mention.createdAt),
      }))
      return { body: { items, next: last ? writeCursor(last.mention.seq) : null } }
    },
  }),
]

function modelOf(
  topic: Topic,
  all: readonly Topic[],
  counts: readonly TopicCount[],
  toDay: number,
  days: number,
): z.input<typeof topicSchema> {
  const own = counts.filter((row) => row.topicSeq === topic.seq)
  const { id, name, kind, text, isActive, version } = topic
  return {
    id,
    name,
    kind,
    text,
    parentId: all.find((one) => one.seq === topic.parentSeq)?.id ?? null,
    isActive,
    version,
    createdAt: iso(topic.createdAt),
    updatedAt: iso(topic.updatedAt),
    figures: figuresOf(own, toDay - days + 1, toDay),
    before: figuresOf(own, toDay - 2 * days + 1, toDay - days),
  }
}

function figuresOf(counts: readonly TopicCount[], fromDay: number, toDay: number): z.input<typeof figuresSchema> {
  const rows = counts.filter((row) => row.day >= fromDay && row.day <= toDay)
  const of = (sentiment: Sentiment) =>
    rows.filter((row) => row.sentiment === sentiment).reduce((sum, row) => sum + row.count, 0)
  const [negative, neutral, positive] = [of('negative'), of('neutral'), of('positive')]
  const mentions = negative + neutral + positive
  return {
    from: isoDay(fromDay),
    to: isoDay(toDay),
    negative,
    neutral,
    positive,
    mentions,
    negativeShare: mentions === 0 ? null : negative / mentions,
    negativeInterval: mentions === 0 ? null : wilson(negative, mentions),
  }
}

const isoDay = (at: number): string => new Date(at * dayMs).toISOString().slice(0, 10)

async function historyOf(topic: Topic | undefined): Promise<z.input<typeof historySchema>> {
  if (!topic?.walk) throw notFound('walk through the history')
  const { mode, version, scanned, matched, startedAt, finishedAt } = topic.walk
  return { mode, version, scanned, matched, startedAt: iso(startedAt), finishedAt: iso(finishedAt ?? null) }
}
