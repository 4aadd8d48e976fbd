import { urls } from '../../views/urls.ts'
import { listSources } from '../store/sources.ts'
import { countUsers } from '../store/users.ts'
import { goTo } from './respond.tsx'
import type { Ctx } from './web.ts'

/** Where a person belongs now: first visit, sign in, welcome, or the inbox. */
export async function goHome(c: Ctx): Promise<Response> {
  const { read } = c.get('web').store
  if (!c.get('viewer')) return goTo(c, (await countUsers(read)) === 0 ? urls.firstVisit() : urls.signIn())
  return goTo(c, (await listSources(read)).length === 0 ? urls.welcome() : urls.inbox())
}
