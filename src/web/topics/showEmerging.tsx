import { EmergingPage, type EmergingModel } from '../../../views/pages/Emerging.tsx'
import { may } from '../../domain/permissions.ts'
import { emergingTerms } from '../../query/emergingTerms.ts'
import { dayMs } from '../../store/clocks.ts'
import { findTopic, listNewestTexts, listTopics } from '../../store/topics.ts'
import { respond, viewOf } from '../respond.tsx'
import { viewerOf, type Ctx } from '../web.ts'
import { readDays } from './figures.ts'

/** Enough for any word that matters, and read and compared in about a tenth of a second. */
const mostNow = 1000
const mostCompared = 3000
const leastMentions = 20

/** What is newly said, in all that is heard or within a topic. */
export async function showEmerging(c: Ctx): Promise<Response> {
  const { store, clock } = c.get('web')
  const id = c.req.query('topic')
  const topic = id === undefined ? undefined : await findTopic(store.read, id)
  if (id !== undefined && !topic) return c.notFound()
  const days = c.req.query('days') === undefined ? 7 : readDays(c)
  const newest = await listNewestTexts(store.read, mostCompared, topic?.seq)
  const rows = newest.toSorted((a, b) => b.createdAt - a.createdAt)
  const from = clock.now() - days * dayMs
  const now = rows.filter((row) => row.createdAt >= from).slice(0, mostNow)
  const before = rows.slice(now.length)
  const isEnough = now.length >= leastMentions && before.length >= leastMentions
  const known = (await listTopics(store.read)).map((one) => one.text)
  const model: EmergingModel = {
    days,
    topic: topic && { id: topic.id, name: topic.name },
    canEdit: may(viewerOf(c).user.role, 'queries'),
    now: now.length,
    since: now.at(-1)?.createdAt ?? from,
    before: before.length,
    terms: isEnough ? emergingTerms(now, before, known) : undefined,
  }
  const { title } = viewOf(c).t.topics.emerging
  return respond(c, { title, section: 'understanding', page: () => <EmergingPage model={model} /> })
}
