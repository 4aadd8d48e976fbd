import { ProgressPage, Progress, WelcomePage } from '../../../views/pages/Welcome.tsx'
import type { ProgressModel, ProgressSource } from '../../../views/pages/Welcome.tsx'
import { urls } from '../../../views/urls.ts'
import { countArrived } from '../../store/inbox.ts'
import { countMentionsBySource, listSources, type Source } from '../../store/sources.ts'
import { actOf } from '../act.ts'
import { goTo, respondPart, respondPlain, viewOf } from '../respond.tsx'
import { wantsPart, type Ctx } from '../web.ts'

export async function showWelcome(c: Ctx): Promise<Response> {
  const { store, createDemoWorld } = c.get('web')
  const sources = await listSources(store.read)
  const model = { word: c.req.query('word') ?? '', offersDemo: createDemoWorld !== undefined && sources.length === 0 }
  return respondPlain(c, { title: viewOf(c).t.app.name, page: () => <WelcomePage model={model} /> })
}

export async function startDemo(c: Ctx): Promise<Response> {
  const { createDemoWorld } = c.get('web')
  if (!createDemoWorld) return c.notFound()
  await createDemoWorld(actOf(c))
  return goTo(c, urls.welcomeProgress())
}

/** The first reading, while one watches: asked for every second, or reloaded without JavaScript. */
export async function showProgress(c: Ctx): Promise<Response> {
  const { store, registry } = c.get('web')
  const counts = await countMentionsBySource(store.read)
  const sources = (await listSources(store.read)).map((source): ProgressSource => {
    const network = registry.manifest(source.connector)?.platform ?? source.connector
    const mentions = counts.get(source.id) ?? 0
    return {
      id: source.id,
      name: source.name,
      network,
      mentions,
      state: stateOf(source),
      error: source.lastError?.message,
    }
  })
  const arrived = await countArrived(store.read)
  const read = sources.every(({ state }) => state === 'done' || state === 'failed')
  const model: ProgressModel = {
    sources,
    mentions: arrived.total,
    classified: arrived.classified,
    done: read && arrived.classified >= arrived.total,
  }
  if (wantsPart(c)) return respondPart(c, <Progress model={model} />)
  const answer = { title: viewOf(c).t.app.name, page: () => <ProgressPage model={model} /> }
  return respondPlain(c, model.done ? answer : { ...answer, refresh: 3 })
}

function stateOf(source: Source): ProgressSource['state'] {
  if (source.lastSuccessAt !== null) return 'done'
  if (source.lastError) return 'failed'
  return source.lastPollAt === null ? 'waiting' : 'reading'
}
