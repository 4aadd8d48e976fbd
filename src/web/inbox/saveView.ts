import { urls } from '../../../views/urls.ts'
import { deleteSavedView, insertSavedView } from '../../store/inbox.ts'
import { readForm } from '../forms.ts'
import { goTo } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import { viewerOf, type Ctx } from '../web.ts'
import { readFilters } from './filters.ts'

/** Keeps the filter of an inbox address under a name. */
export async function saveView(c: Ctx): Promise<Response> {
  const { store, newId, clock } = c.get('web')
  const form = await readForm(c)
  const {
    before: _before,
    after: _after,
    ...filters
  } = readFilters(Object.fromEntries(new URLSearchParams(form.text('filter'))))
  const name = form.text('name').slice(0, 60)
  if (name === '') return goTo(c, urls.inbox(filters))
  const id = newId()
  const filter = Object.fromEntries(
    Object.entries(filters).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  const userId = viewerOf(c).user.id
  const now = clock.now()
  await store.write((tx) => insertSavedView(tx, { id, userId, name, filter, position: now, createdAt: now }))
  setFlash(c, 'viewSaved')
  return goTo(c, urls.inbox({ view: id }))
}

export async function removeView(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const removed = await store.write((tx) => deleteSavedView(tx, c.req.param('id') ?? '', viewerOf(c).user.id))
  return removed ? goTo(c, urls.inbox()) : c.notFound()
}
