import { QueriesPage, QueryFormPage, QueryPreview, type QueryFormModel } from '../../../views/pages/Queries.tsx'
import { urls } from '../../../views/urls.ts'
import { sentences } from '../../i18n/web.ts'
import { may } from '../../domain/permissions.ts'
import { lintQuery } from '../../query/lint.ts'
import { parseQuery } from '../../query/parse.ts'
import { dayMs } from '../../store/clocks.ts'
import { listExclusionLists } from '../../store/exclusionLists.ts'
import {
  countMatches,
  findQuery,
  insertQuery,
  lastMatches,
  listQueries,
  listQueryVersions,
  removeQuery,
  updateQuery,
  type ListeningQuery,
} from '../../store/queries.ts'
import { attachedLists } from '../../store/queryExclusions.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { goTo, respond, respondPart, viewOf } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import { viewerOf, type Ctx } from '../web.ts'
import { defaultSettings, previewQuery } from './preview.ts'

export async function showQueries(c: Ctx): Promise<Response> {
  const { store, clock } = c.get('web')
  const today = Math.floor(clock.now() / dayMs)
  const week = await countMatches(store.read, today - 6)
  const total = await countMatches(store.read, 0)
  const rows = await listQueries(store.read)
  const last = await lastMatches(
    store.read,
    rows.map((one) => one.seq),
  )
  const queries = rows.map((one) => ({
    id: one.id,
    name: one.name,
    query: one.text,
    active: one.isActive,
    week: week.get(one.seq) ?? 0,
    total: total.get(one.seq) ?? 0,
    lastAt: last.get(one.seq),
    warning: warningOf(one),
  }))
  const canEdit = may(viewerOf(c).user.role, 'queries')
  const title = viewOf(c).t.nav.queries
  return respond(c, { title, section: 'queries', page: () => <QueriesPage model={{ queries, canEdit }} /> })
}

/** The first thing worth a look; a text that can no longer be read (an older release took it) above all. */
function warningOf({ text, settings }: ListeningQuery): string | undefined {
  const parsed = parseQuery(text, settings)
  return parsed.ok ? lintQuery(parsed.query)[0]?.message : parsed.error
}

/** Without JavaScript the preview is the same form sent by GET. */
export function showNewQuery(c: Ctx): Promise<Response> {
  const { name = '', query = '' } = c.req.query()
  return respondForm(c, { name, query, active: true, lists: c.req.queries('lists') ?? [] })
}

export async function showQuery(c: Ctx): Promise<Response> {
  const found = await findQuery(c.get('web').store.read, c.req.param('id') ?? '')
  if (!found) return c.notFound()
  const { name, query, listsShown } = c.req.query()
  const lists = listsShown ? (c.req.queries('lists') ?? []) : await listIdsOf(c, found)
  const given = { name: name ?? found.name, query: query ?? found.text, active: found.isActive, lists }
  return respondForm(c, given, found)
}

export async function showPreview(c: Ctx): Promise<Response> {
  const model = await previewQuery(c, c.req.query('query') ?? '', defaultSettings, c.req.queries('lists') ?? [])
  return respondPart(c, <QueryPreview model={model} />)
}

export async function createQuery(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const given = await readQuery(c)
  const errors = errorsOf(given)
  if (Object.keys(errors).length > 0) return respondForm(c, { ...given, errors })
  const kind = 'brand' as const
  const fields = {
    name: given.name,
    kind,
    text: given.query,
    settings: defaultSettings,
    isActive: given.active,
    lists: given.lists,
  }
  const row = await store.write((tx) => insertQuery(tx, actOf(c), fields))
  if (!row) return respondForm(c, { ...given, errors: { name: sentences.nameTaken } })
  setFlash(c, 'querySaved')
  return goTo(c, urls.queries())
}

export async function saveQuery(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const found = await findQuery(store.read, c.req.param('id') ?? '')
  if (!found) return c.notFound()
  const given = await readQuery(c, await listIdsOf(c, found))
  const errors = errorsOf(given)
  if (Object.keys(errors).length > 0) return respondForm(c, { ...given, errors }, found)
  const { kind, settings } = found
  const fields = { name: given.name, kind, text: given.query, settings, isActive: given.active, lists: given.lists }
  const outcome = await store.write((tx) => updateQuery(tx, actOf(c), found.id, fields))
  if (outcome === 'gone') return c.notFound()
  if (outcome === 'taken') return respondForm(c, { ...given, errors: { name: sentences.nameTaken } }, found)
  setFlash(c, 'querySaved')
  return goTo(c, urls.queries())
}

export async function dropQuery(c: Ctx): Promise<Response> {
  const removed = await c.get('web').store.write((tx) => removeQuery(tx, actOf(c), c.req.param('id') ?? ''))
  if (!removed) return c.notFound()
  setFlash(c, 'queryRemoved')
  return goTo(c, urls.queries())
}

interface Given {
  name: string
  query: string
  active: boolean
  /** Ids of the exclusion lists. */
  lists: string[]
}

/** `lists`: those attached so far, kept where the form did not show any. */
async function readQuery(c: Ctx, lists: string[] = []): Promise<Given> {
  const form = await readForm(c)
  return {
    name: form.text('name').slice(0, 80),
    query: form.text('query'),
    active: form.text('active') !== '',
    lists: form.text('listsShown') === '' ? lists : form.all('lists'),
  }
}

async function listIdsOf(c: Ctx, query: ListeningQuery): Promise<string[]> {
  return (await attachedLists(c.get('web').store.read, query.seq)).map((list) => list.id)
}

function errorsOf({ name, query }: Given): Record<string, string> {
  const errors: Record<string, string> = {}
  if (name === '') errors['name'] = sentences.needed
  const parsed = parseQuery(query)
  if (query === '') errors['query'] = sentences.needed
  else if (!parsed.ok) errors['query'] = parsed.error
  return errors
}

type FormState = Given & Pick<QueryFormModel, 'errors'>

/** `found`: the stored query that is being changed. */
async function respondForm(c: Ctx, given: FormState, found?: ListeningQuery): Promise<Response> {
  const { read } = c.get('web').store
  const versions = found ? await listQueryVersions(read, found.seq) : []
  const model: QueryFormModel = {
    ...given,
    id: found?.id,
    canEdit: may(viewerOf(c).user.role, 'queries'),
    versions: versions.map(({ version, userName }) => ({
      version: version.version,
      query: version.text,
      lists: version.lists?.map((list) => `${list.name} ${list.version}`),
      at: version.createdAt,
      by: userName ?? undefined,
    })),
    lists: (await listExclusionLists(read)).map(({ id, name }) => ({ id, name, isOn: given.lists.includes(id) })),
    preview: await previewQuery(c, given.query, found?.settings, given.lists),
  }
  const status = given.errors ? 422 : 200
  const title = given.name || viewOf(c).t.nav.queries
  return respond(c, { title, section: 'queries', status, page: () => <QueryFormPage model={model} /> })
}
