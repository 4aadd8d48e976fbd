import { urls } from '../../../views/urls.ts'
import { deleteSavedView, insertSavedView, listSavedViews } from '../../store/inbox.ts'
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
    select: _select,
    ...filters
  } = readFilters(Object.fromEntries(new URLSearchParams(form.text('filter'))))
  const name = form.text('name').slice(0, 60)
  if (name === '') return goTo(c, urls.inbox(filters))
  const id = newId()
  const userId = viewerOf(c).user.id
  const given = Object.fromEntries(
    Object.entries(filters).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  // Narrowed further from a view of one's own: what that one says goes along.
  const saved = await listSavedViews(store.read, userId)
  const base = saved.find((one) => one.id === filters.view)
  const { view: _own, ...narrowing } = given
  const filter = base ? { ...base.filter, ...narrowing } : given
  const now = clock.now()
  const position = (saved.at(-1)?.position ?? 0) + 1
  await store.write((tx) => insertSavedView(tx, { id, userId, name, filter, position, createdAt: now }))
  setFlash(c, 'viewSaved')
  return goTo(c, urls.inbox({ view: id }))
}

export async function removeView(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const removed = await store.write((tx) => deleteSavedView(tx, c.req.param('id') ?? '', viewerOf(c).user.id))
  if (!removed) return c.notFound()
  setFlash(c, 'viewRemoved')
  return goTo(c, urls.inbox())
}
