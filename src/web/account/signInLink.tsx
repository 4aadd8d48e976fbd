import { SignInLinkPage } from '../../../views/pages/Account.tsx'
import { findOneTimeLink, findUser, useOneTimeLink } from '../../store/users.ts'
import { respondPlain, viewOf } from '../respond.tsx'
import { hashToken } from '../session/session.ts'
import type { Ctx } from '../web.ts'
import { enter } from './signIn.tsx'

/** Shows a button: programs that look ahead at links must not use it up. */
export async function showSignInLink(c: Ctx): Promise<Response> {
  const { store, clock } = c.get('web')
  const token = c.req.param('token') ?? ''
  const link = await findOneTimeLink(store.read, hashToken(token), 'sign_in', clock.now())
  return respondLink(c, token, !link)
}

export async function useSignInLink(c: Ctx): Promise<Response> {
  const { store, clock } = c.get('web')
  const token = c.req.param('token') ?? ''
  const link = await store.write((tx) => useOneTimeLink(tx, hashToken(token), 'sign_in', clock.now()))
  const user = link?.userId ? await findUser(store.read, link.userId) : undefined
  if (!user || user.disabledAt !== null) return respondLink(c, token, true)
  return enter(c, user, 'link')
}

function respondLink(c: Ctx, token: string, expired: boolean): Response {
  const title = viewOf(c).t.account.signIn
  return respondPlain(c, {
    title,
    status: expired ? 410 : 200,
    page: () => <SignInLinkPage model={{ token, expired }} />,
  })
}
