import { ListFormPage, ListPreview, ListsPage, type ListFormModel } from '../../../views/pages/Lists.tsx'
import { urls } from '../../../views/urls.ts'
import { may } from '../../domain/permissions.ts'
import { sentences } from '../../i18n/web.ts'
import { lintQuery } from '../../query/lint.ts'
import { parseQuery } from '../../query/parse.ts'
import { starterLists } from '../../query/starterLists.ts'
import {
  findExclusionList,
  findListVersion,
  insertExclusionList,
  listExclusionLists,
  listListVersions,
  queriesOfLists,
  removeExclusionList,
  updateExclusionList,
  type ExclusionList,
} from '../../store/exclusionLists.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { goTo, respond, respondPart, viewOf } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import { viewerOf, type Ctx } from '../web.ts'
import { previewList } from './previewList.ts'

const starters = starterLists.map(({ key, name }) => ({ key, name }))

export async function showLists(c: Ctx): Promise<Response> {
  const { read } = c.get('web').store
  const uses = await queriesOfLists(read)
  const lists = (await listExclusionLists(read)).map(({ seq, id, name, text }) => ({
    id,
    name,
    text,
    queries: uses.filter((one) => one.listSeq === seq).length,
    warning: warningOf(text),
  }))
  const model = { lists, starters, canEdit: mayEdit(c) }
  return respond(c, { title: viewOf(c).t.listening.lists, section: 'queries', page: () => <ListsPage model={model} /> })
}

function warningOf(text: string): string | undefined {
  const parsed = parseQuery(text)
  return parsed.ok ? lintQuery(parsed.query)[0]?.message : parsed.error
}

/** A starter is a copy: it becomes a list when it is saved. */
export function showNewList(c: Ctx): Promise<Response> {
  const starter = starterLists.find((one) => one.key === c.req.query('starter'))
  const { name = starter?.name ?? '', text = starter?.text ?? '' } = c.req.query()
  return respondForm(c, { name, text })
}

export async function showList(c: Ctx): Promise<Response> {
  const found = await findList(c)
  if (!found) return c.notFound()
  const { name = found.name, text = found.text } = c.req.query()
  return respondForm(c, { name, text }, found)
}

export async function showListPreview(c: Ctx): Promise<Response> {
  const list = await findExclusionList(c.get('web').store.read, c.req.query('id') ?? '')
  const model = await previewList(c, c.req.query('text') ?? '', list)
  return respondPart(c, <ListPreview model={model} />)
}

export async function createList(c: Ctx): Promise<Response> {
  const given = await readList(c)
  const errors = errorsOf(given)
  if (Object.keys(errors).length > 0) return respondForm(c, { ...given, errors })
  const row = await c.get('web').store.write((tx) => insertExclusionList(tx, actOf(c), given))
  if (!row) return respondForm(c, { ...given, errors: { name: sentences.nameTaken } })
  setFlash(c, 'listSaved')
  return goTo(c, urls.lists())
}

export async function saveList(c: Ctx): Promise<Response> {
  const found = await findList(c)
  if (!found) return c.notFound()
  const given = await readList(c)
  const errors = errorsOf(given)
  if (Object.keys(errors).length > 0) return respondForm(c, { ...given, errors }, found)
  const outcome = await c.get('web').store.write((tx) => updateExclusionList(tx, actOf(c), found.id, given))
  if (outcome === 'gone') return c.notFound()
  if (outcome === 'taken') return respondForm(c, { ...given, errors: { name: sentences.nameTaken } }, found)
  setFlash(c, 'listSaved')
  return goTo(c, urls.lists())
}

/** The text of an earlier version becomes a new one, for every query with the list. */
export async function restoreListVersion(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const list = await findList(c)
  const number = /^\d{1,9}$/.test(c.req.param('version') ?? '') ? Number(c.req.param('version')) : 0
  const version = list && (await findListVersion(store.read, list.id, number))
  if (!list || !version) return c.notFound()
  await store.write((tx) => updateExclusionList(tx, actOf(c), list.id, { name: list.name, text: version.text }))
  setFlash(c, 'listRestored')
  return goTo(c, urls.list(list.id))
}

export async function dropList(c: Ctx): Promise<Response> {
  const removed = await c.get('web').store.write((tx) => removeExclusionList(tx, actOf(c), c.req.param('id') ?? ''))
  if (!removed) return c.notFound()
  setFlash(c, 'listRemoved')
  return goTo(c, urls.lists())
}

function findList(c: Ctx): Promise<ExclusionList | undefined> {
  return findExclusionList(c.get('web').store.read, c.req.param('id') ?? '')
}

function mayEdit(c: Ctx): boolean {
  return may(viewerOf(c).user.role, 'queries')
}

interface Given {
  name: string
  text: string
}

async function readList(c: Ctx): Promise<Given> {
  const form = await readForm(c)
  return { name: form.text('name').slice(0, 80), text: form.text('text') }
}

function errorsOf({ name, text }: Given): Record<string, string> {
  const errors: Record<string, string> = {}
  if (name === '') errors['name'] = sentences.needed
  const parsed = parseQuery(text)
  if (text === '') errors['text'] = sentences.needed
  else if (!parsed.ok) errors['text'] = parsed.error
  return errors
}

/** `found`: the stored list that is being changed. */
async function respondForm(
  c: Ctx,
  given: Given & Pick<ListFormModel, 'errors'>,
  found?: ExclusionList,
): Promise<Response> {
  const { read } = c.get('web').store
  const versions = found ? await listListVersions(read, found.id) : []
  const uses = found ? (await queriesOfLists(read)).filter((one) => one.listSeq === found.seq) : []
  const model: ListFormModel = {
    ...given,
    id: found?.id,
    canEdit: mayEdit(c),
    starters: found ? [] : starters,
    queries: uses.map(({ id, name }) => ({ id, name })),
    versions: versions.map(({ version, userName }) => ({
      version: version.version,
      query: version.text,
      at: version.createdAt,
      by: userName ?? undefined,
    })),
    preview: await previewList(c, given.text, found),
  }
  const status = given.errors ? 422 : 200
  const title = given.name || viewOf(c).t.listening.addList
  return respond(c, { title, section: 'queries', status, page: () => <ListFormPage model={model} /> })
}
