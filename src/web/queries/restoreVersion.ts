import { urls } from '../../../views/urls.ts'
import { findQuery, findQueryVersion, updateQuery } from '../../store/queries.ts'
import { actOf } from '../act.ts'
import { goTo } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import type { Ctx } from '../web.ts'

/** The text of an earlier version becomes a new one: what was caught in between keeps the number that caught it. */
export async function restoreVersion(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const query = await findQuery(store.read, c.req.param('id') ?? '')
  const number = /^\d{1,9}$/.test(c.req.param('version') ?? '') ? Number(c.req.param('version')) : 0
  const version = query && (await findQueryVersion(store.read, query.seq, number))
  if (!query || !version) return c.notFound()
  const { name, kind, isActive } = query
  const { text, settings } = version
  await store.write((tx) => updateQuery(tx, actOf(c), query.id, { name, kind, isActive, text, settings }))
  setFlash(c, 'queryRestored')
  return goTo(c, urls.query(query.id))
}
