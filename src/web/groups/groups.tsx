import { GroupFormPage, GroupsPage, type GroupFormModel } from '../../../views/pages/Groups.tsx'
import { urls } from '../../../views/urls.ts'
import { may } from '../../domain/permissions.ts'
import { listening } from '../../i18n/listening.ts'
import { sentences } from '../../i18n/web.ts'
import { listQueries } from '../../store/queries.ts'
import {
  findGroup,
  insertGroup,
  listGroups,
  listMembers,
  mostMembers,
  removeGroup,
  updateGroup,
  type QueryGroup,
} from '../../store/queryGroups.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { goTo, respond, viewOf } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import { viewerOf, type Ctx } from '../web.ts'

export async function showGroups(c: Ctx): Promise<Response> {
  const { read } = c.get('web').store
  const members = await listMembers(read)
  const groups = (await listGroups(read)).map(({ seq, id, name }) => ({
    id,
    name,
    members: members.filter((one) => one.groupSeq === seq).map((one) => one.name),
  }))
  const model = { groups, canEdit: mayEdit(c) }
  const title = viewOf(c).t.listening.groups
  return respond(c, { title, section: 'queries', page: () => <GroupsPage model={model} /> })
}

export function showNewGroup(c: Ctx): Promise<Response> {
  return respondForm(c, { name: '', queryIds: [] })
}

export async function showGroup(c: Ctx): Promise<Response> {
  const { read } = c.get('web').store
  const found = await findGroup(read, c.req.param('id') ?? '')
  if (!found) return c.notFound()
  const members = (await listMembers(read)).filter((one) => one.groupSeq === found.seq)
  return respondForm(c, { name: found.name, queryIds: members.map((one) => one.id) }, found)
}

export async function createGroup(c: Ctx): Promise<Response> {
  const given = await readGroup(c)
  const errors = errorsOf(given)
  if (Object.keys(errors).length > 0) return respondForm(c, { ...given, errors })
  const row = await c.get('web').store.write((tx) => insertGroup(tx, actOf(c), given))
  if (!row) return respondForm(c, { ...given, errors: { name: sentences.nameTaken } })
  setFlash(c, 'groupSaved')
  return goTo(c, urls.groups())
}

export async function saveGroup(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const found = await findGroup(store.read, c.req.param('id') ?? '')
  if (!found) return c.notFound()
  const given = await readGroup(c)
  const errors = errorsOf(given)
  if (Object.keys(errors).length > 0) return respondForm(c, { ...given, errors }, found)
  const outcome = await store.write((tx) => updateGroup(tx, actOf(c), found.id, given))
  if (outcome === 'gone') return c.notFound()
  if (outcome === 'taken') return respondForm(c, { ...given, errors: { name: sentences.nameTaken } }, found)
  setFlash(c, 'groupSaved')
  return goTo(c, urls.groups())
}

export async function dropGroup(c: Ctx): Promise<Response> {
  const removed = await c.get('web').store.write((tx) => removeGroup(tx, actOf(c), c.req.param('id') ?? ''))
  if (!removed) return c.notFound()
  setFlash(c, 'groupRemoved')
  return goTo(c, urls.groups())
}

function mayEdit(c: Ctx): boolean {
  return may(viewerOf(c).user.role, 'queries')
}

interface Given {
  name: string
  queryIds: string[]
}

async function readGroup(c: Ctx): Promise<Given> {
  const form = await readForm(c)
  return { name: form.text('name').slice(0, 80), queryIds: form.all('query') }
}

function errorsOf({ name, queryIds }: Given): Record<string, string> {
  const errors: Record<string, string> = {}
  if (name === '') errors['name'] = sentences.needed
  if (queryIds.length === 0) errors['query'] = listening.noMember
  if (queryIds.length > mostMembers) errors['query'] = listening.tooManyMembers(mostMembers)
  return errors
}

async function respondForm(
  c: Ctx,
  { name, queryIds, errors }: Given & Pick<GroupFormModel, 'errors'>,
  found?: QueryGroup,
): Promise<Response> {
  const queries = await listQueries(c.get('web').store.read)
  const model: GroupFormModel = {
    id: found?.id,
    canEdit: mayEdit(c),
    name,
    most: mostMembers,
    queries: queries.map((one) => ({ id: one.id, name: one.name, isMember: queryIds.includes(one.id) })),
    errors,
  }
  const title = name || viewOf(c).t.listening.addGroup
  const status = errors ? 422 : 200
  return respond(c, { title, section: 'queries', status, page: () => <GroupFormPage model={model} /> })
}
