import { QueryPreview } from '../../../views/pages/Queries.tsx'
import { TopicFormPage, TopicsPage, type TopicFormModel, type TopicsModel } from '../../../views/pages/Topics.tsx'
import { urls } from '../../../views/urls.ts'
import { may } from '../../domain/permissions.ts'
import { sentences } from '../../i18n/web.ts'
import { parseQuery } from '../../query/parse.ts'
import { topicKinds } from '../../store/tables/topics.ts'
import {
  countTopics,
  findTopic,
  insertTopic,
  listTopics,
  removeTopic,
  startWalk,
  updateTopic,
  type Topic,
} from '../../store/topics.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { defaultSettings, previewQuery } from '../queries/preview.ts'
import { goTo, respond, respondPart, viewOf } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import { idOf } from '../threads/showThread.tsx'
import { viewerOf, type Ctx } from '../web.ts'
import { figuresOf, readDays, spanOf } from './figures.ts'

export async function showTopics(c: Ctx): Promise<Response> {
  const { store, clock } = c.get('web')
  const days = readDays(c)
  const span = spanOf(clock.now(), days)
  const counts = await countTopics(store.read, span.fromDay - days, span.toDay)
  const rows = inOrder(await listTopics(store.read))
  const model: TopicsModel = {
    days,
    canEdit: may(viewerOf(c).user.role, 'queries'),
    topics: rows.map(({ topic, depth }) => ({
      id: topic.id,
      name: topic.name,
      kind: topic.kind,
      active: topic.isActive,
      depth,
      figures: figuresOf(counts, topic.seq, span),
    })),
  }
  const title = viewOf(c).t.understanding.tabs.topics
  return respond(c, { title, section: 'understanding', page: () => <TopicsPage model={model} /> })
}

/** By name, each followed by those below it. One that would be its own ancestor stands at the top. */
function inOrder(topics: readonly Topic[]): { topic: Topic; depth: number }[] {
  const known = new Set(topics.map((topic) => topic.seq))
  const seen = new Set<number>()
  const below = (parent: number | null, depth: number): { topic: Topic; depth: number }[] =>
    topics
      .filter((topic) => {
        const above = topic.parentSeq !== null && known.has(topic.parentSeq) ? topic.parentSeq : null
        return above === parent && !seen.has(topic.seq)
      })
      .flatMap((topic) => {
        seen.add(topic.seq)
        return [{ topic, depth }, ...below(topic.seq, depth + 1)]
      })
  const listed = below(null, 0)
  return [...listed, ...topics.filter((topic) => !seen.has(topic.seq)).map((topic) => ({ topic, depth: 0 }))]
}

export async function showTopicPreview(c: Ctx): Promise<Response> {
  const model = await previewRule(c, c.req.query('query') ?? '')
  return respondPart(c, <QueryPreview model={model} />)
}

/** Topics look at what is here already: what platforms would bring does not matter. */
async function previewRule(c: Ctx, text: string, settings = defaultSettings) {
  return { ...(await previewQuery(c, text, settings)), reach: [] }
}

/** Without JavaScript the preview is the same form sent by GET. */
export function showNewTopic(c: Ctx): Promise<Response> {
  const { name = '', query = '', kind, parent = '' } = c.req.query()
  return respondForm(c, { name, query, kind: kindOf(kind), parent, active: true })
}

export async function showEditTopic(c: Ctx): Promise<Response> {
  const { read } = c.get('web').store
  const found = await findTopic(read, idOf(c))
  if (!found) return c.notFound()
  const { name, query, kind, parent } = c.req.query()
  const above = (await listTopics(read)).find((one) => one.seq === found.parentSeq)
  const given = {
    name: name ?? found.name,
    query: query ?? found.text,
    kind: kind === undefined ? found.kind : kindOf(kind),
    parent: parent ?? above?.id ?? '',
    active: found.isActive,
  }
  return respondForm(c, given, found)
}

export async function createTopic(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const given = await readTopic(c)
  const errors = errorsOf(given)
  if (Object.keys(errors).length > 0) return respondForm(c, { ...given, errors })
  const fields = await fieldsOf(c, given)
  const row = await store.write((tx) => insertTopic(tx, actOf(c), fields))
  if (!row) return respondForm(c, { ...given, errors: { name: sentences.nameTaken } })
  setFlash(c, 'topicSaved')
  return goTo(c, urls.topic(row.id))
}

export async function saveTopic(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const found = await findTopic(store.read, idOf(c))
  if (!found) return c.notFound()
  const given = await readTopic(c)
  const errors = errorsOf(given)
  if (Object.keys(errors).length > 0) return respondForm(c, { ...given, errors }, found)
  const fields = await fieldsOf(c, given, found)
  const outcome = await store.write((tx) => updateTopic(tx, actOf(c), found.id, fields))
  if (outcome === 'gone') return c.notFound()
  if (outcome === 'taken') return respondForm(c, { ...given, errors: { name: sentences.nameTaken } }, found)
  setFlash(c, 'topicSaved')
  return goTo(c, urls.topic(found.id))
}

export async function dropTopic(c: Ctx): Promise<Response> {
  const removed = await c.get('web').store.write((tx) => removeTopic(tx, actOf(c), idOf(c)))
  if (!removed) return c.notFound()
  setFlash(c, 'topicRemoved')
  return goTo(c, urls.topics())
}

/** Counts in the history, or applies to it; the work is a job. */
export async function walkHistory(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const form = await readForm(c)
  const mode = (['count', 'apply'] as const).find((one) => one === form.text('mode'))
  const found = await findTopic(store.read, idOf(c))
  if (!found || !mode) return c.notFound()
  await store.write((tx) => startWalk(tx, actOf(c), found, mode))
  return goTo(c, urls.topic(found.id))
}

type Given = Pick<TopicFormModel, 'name' | 'query' | 'kind' | 'parent' | 'active'>

async function readTopic(c: Ctx): Promise<Given> {
  const form = await readForm(c)
  return {
    name: form.text('name').slice(0, 80),
    query: form.text('query'),
    kind: kindOf(form.text('kind')),
    parent: form.text('parent'),
    active: form.text('active') !== '',
  }
}

function kindOf(text: string | undefined): Topic['kind'] {
  return topicKinds.find((one) => one === text) ?? 'topic'
}

function errorsOf({ name, query }: Given): Record<string, string> {
  const errors: Record<string, string> = {}
  if (name === '') errors['name'] = sentences.needed
  const parsed = parseQuery(query)
  if (query === '') errors['query'] = sentences.needed
  else if (!parsed.ok) errors['query'] = parsed.error
  return errors
}

async function fieldsOf(c: Ctx, { name, query, kind, parent, active }: Given, found?: Topic) {
  const above = await findTopic(c.get('web').store.read, parent)
  return {
    name,
    kind,
    text: query,
    settings: found?.settings ?? defaultSettings,
    parentSeq: above && above.seq !== found?.seq ? above.seq : null,
    isActive: active,
  }
}

async function respondForm(c: Ctx, given: Given & Pick<TopicFormModel, 'errors'>, found?: Topic): Promise<Response> {
  const topics = await listTopics(c.get('web').store.read)
  const model: TopicFormModel = {
    ...given,
    id: found?.id,
    canEdit: may(viewerOf(c).user.role, 'queries'),
    parents: topics.filter((one) => one.seq !== found?.seq).map(({ id, name }) => ({ value: id, label: name })),
    preview: await previewRule(c, given.query, found?.settings),
  }
  const status = given.errors ? 422 : 200
  const title = given.name || viewOf(c).t.topics.add
  return respond(c, { title, section: 'understanding', status, page: () => <TopicFormPage model={model} /> })
}
