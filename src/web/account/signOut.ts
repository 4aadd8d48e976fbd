import { urls } from '../../../views/urls.ts'
import { appendAudit } from '../../store/audit.ts'
import { deleteSession } from '../../store/users.ts'
import { actOf } from '../act.ts'
import { goTo } from '../respond.tsx'
import { clearSessionCookie } from '../session/session.ts'
import { viewerOf, type Ctx } from '../web.ts'

export async function signOut(c: Ctx): Promise<Response> {
  const { session, user } = viewerOf(c)
  const { now, ip } = actOf(c)
  await c.get('web').store.write(async (tx) => {
    await deleteSession(tx, session.id)
    await appendAudit(tx, { at: now, actor: user.id, action: 'user.sign_out', object: `user:${user.id}`, ip })
  })
  clearSessionCookie(c)
  return goTo(c, urls.signIn())
}
