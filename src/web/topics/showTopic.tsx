import { TopicPage, type TopicMention, type TopicModel } from '../../../views/pages/Topics.tsx'
import { urls } from '../../../views/urls.ts'
import { sentiments } from '../../domain/classification.ts'
import { may } from '../../domain/permissions.ts'
import { countTopics, findTopic, listTopicMentions, type Topic } from '../../store/topics.ts'
import { excerptOf } from '../queries/excerpt.ts'
import { respond } from '../respond.tsx'
import { idOf } from '../threads/showThread.tsx'
import { viewerOf, type Ctx } from '../web.ts'
import { figuresOf, readDays, spanOf } from './figures.ts'

const pageSize = 30

export async function showTopic(c: Ctx): Promise<Response> {
  const { store, clock } = c.get('web')
  const topic = await findTopic(store.read, idOf(c))
  if (!topic) return c.notFound()
  const days = readDays(c)
  const span = spanOf(clock.now(), days)
  const sentiment = sentiments.find((one) => one === c.req.query('sentiment'))
  const before = /^\d{1,15}$/.test(c.req.query('before') ?? '') ? Number(c.req.query('before')) : undefined
  const rows = await listTopicMentions(store.read, topic.seq, { ...span, sentiment }, pageSize + 1, before)
  const shown = rows.slice(0, pageSize)
  const last = rows.length > pageSize ? shown.at(-1) : undefined
  const model: TopicModel = {
    id: topic.id,
    name: topic.name,
    kind: topic.kind,
    rule: topic.text,
    days,
    sentiment,
    canEdit: may(viewerOf(c).user.role, 'queries'),
    figures: figuresOf(await countTopics(store.read, span.fromDay - days, span.toDay), topic.seq, span),
    mentions: shown.map(mentionModel),
    pager: last ? { next: urls.topic(topic.id, { days, sentiment, before: last.mention.seq }) } : {},
    walk: walkModel(topic),
  }
  return respond(c, { title: topic.name, section: 'understanding', page: () => <TopicPage model={model} /> })
}

function walkModel({ walk, version }: Topic): TopicModel['walk'] {
  if (!walk) return undefined
  const { mode, scanned, matched, finishedAt } = walk
  return { mode, scanned, matched, finishedAt, outdated: walk.version !== version }
}

type Row = Awaited<ReturnType<typeof listTopicMentions>>[number]

function mentionModel({ match, mention, author, threadId }: Row): TopicMention {
  const inText = match.spans.filter((span) => span.field === 'text')
  const isTitle = inText.length === 0 && match.spans.length > 0
  return {
    threadId,
    network: mention.platform,
    author: author.name ?? author.handle,
    at: mention.createdAt,
    rating: mention.review?.rating,
    excerpt: excerptOf(isTitle ? (mention.title ?? '') : mention.text, isTitle ? match.spans : inText),
    sentiment: match.sentiment,
    whole: mention.sentiment ?? undefined,
    compared: match.confidence === null,
  }
}
