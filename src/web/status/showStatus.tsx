import { HelpPage } from '../../../views/pages/ErrorPage.tsx'
import { StatusPage, type StatusModel } from '../../../views/pages/Status.tsx'
import { urls } from '../../../views/urls.ts'
import { polledStates } from '../../domain/source.ts'
import type { Catalogue } from '../../i18n/en.ts'
import { statusSentences } from '../../i18n/web.ts'
import { loadJobHealth, loadReplyHealth, ping } from '../../store/health.ts'
import { listSources } from '../../store/sources.ts'
import { respond, viewOf } from '../respond.tsx'
import type { Ctx, Web } from '../web.ts'

const startedAt = new WeakMap<Web, number>()

/** When this process began to serve; noted by createApp. */
export function noteStart(web: Web): void {
  startedAt.set(web, web.clock.now())
}

/** For people: is everything heard and everything sent. */
export async function showStatus(c: Ctx): Promise<Response> {
  const web = c.get('web')
  const { read } = web.store
  const now = web.clock.now()
  const replies = await loadReplyHealth(read)
  const jobs = await loadJobHealth(read, now)
  const sources = (await listSources(read)).map((source) => ({
    id: source.id,
    name: source.name,
    network: web.registry.manifest(source.connector)?.platform ?? source.connector,
    state: source.state,
    silent: source.silentSince !== null && source.state === 'active',
    lagSeconds: source.lastSuccessAt === null ? undefined : Math.max(0, (now - source.lastSuccessAt) / 1000),
  }))
  const model: StatusModel = {
    problems: problemsOf(replies, sources, viewOf(c).t),
    version: web.config.version,
    startedAt: startedAt.get(web) ?? now,
    database: read.d.name === 'sqlite' ? 'SQLite' : 'PostgreSQL',
    jobs: jobs.map(({ oldestRunAt, ...job }) => ({ ...job, oldestSeconds: Math.max(0, (now - oldestRunAt) / 1000) })),
    replies,
    sources,
  }
  return respond(c, { title: viewOf(c).t.nav.status, section: 'status', page: () => <StatusPage model={model} /> })
}

function problemsOf(
  replies: StatusModel['replies'],
  sources: StatusModel['sources'],
  t: Catalogue,
): StatusModel['problems'] {
  const problems: StatusModel['problems'] = []
  if (replies.needsPerson > 0)
    problems.push({ text: statusSentences.needsPerson(replies.needsPerson), href: urls.inbox({ view: 'attention' }) })
  for (const source of sources)
    if (!polledStates.includes(source.state) && source.state !== 'paused')
      problems.push({ text: statusSentences.deaf(source.name), href: urls.source(source.id) })
    else if (source.state === 'failing')
      problems.push({ text: statusSentences.failing(source.name), href: urls.source(source.id) })
    else if (source.silent) problems.push({ text: t.freshness.silentSource(source.name), href: urls.source(source.id) })
  return problems
}

export function showHelp(c: Ctx): Promise<Response> {
  return respond(c, { title: viewOf(c).t.help.title, page: () => <HelpPage /> })
}

/** The process runs. */
export function showAlive(c: Ctx): Response {
  return c.text('ok')
}

/** The database answers: requests may come. */
export async function showReady(c: Ctx): Promise<Response> {
  const { store, log } = c.get('web')
  try {
    await ping(store.read)
    return c.text('ok')
  } catch (error) {
    log.error('database does not answer', { error: String(error) })
    return c.text('the database does not answer', 503)
  }
}
