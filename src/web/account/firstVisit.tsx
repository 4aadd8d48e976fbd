import { FirstVisitPage, type FirstVisitModel } from '../../../views/pages/Account.tsx'
import { urls } from '../../../views/urls.ts'
import { sentences } from '../../i18n/web.ts'
import { appendAudit } from '../../store/audit.ts'
import { countUsers, findOneTimeLink, insertOwner, useOneTimeLink, type User } from '../../store/users.ts'
import { readForm, type Posted } from '../forms.ts'
import { goTo, respondPlain, viewOf } from '../respond.tsx'
import { hashPassword } from '../session/password.ts'
import { hashToken } from '../session/session.ts'
import { addressOf, type Ctx } from '../web.ts'
import { checkAccount } from './fields.ts'
import { enter } from './signIn.tsx'

/** Creates the owner. Once: afterwards the address leads to the sign-in. */
export async function showFirstVisit(c: Ctx): Promise<Response> {
  const { store, config } = c.get('web')
  if ((await countUsers(store.read)) > 0) return goTo(c, urls.signIn())
  return respondForm(c, { name: '', email: '', needsToken: !config.loopback, token: c.req.query('token') ?? '' })
}

export async function createOwner(c: Ctx): Promise<Response> {
  const { store, config } = c.get('web')
  if ((await countUsers(store.read)) > 0) return goTo(c, urls.signIn())
  const form = await readForm(c)
  const errors = checkAccount({ name: form.text('name'), email: form.text('email'), password: form.raw('password') })
  if (!config.loopback && !(await knowsToken(c, form.text('token')))) errors['token'] = sentences.wrongToken
  if (Object.keys(errors).length > 0) return respondForm(c, { ...modelOf(c, form), errors }, 422)
  const user = await storeOwner(c, form)
  return user ? enter(c, user, 'first visit', urls.welcome()) : goTo(c, urls.signIn())
}

async function knowsToken(c: Ctx, token: string): Promise<boolean> {
  const { store, clock } = c.get('web')
  return (await findOneTimeLink(store.read, hashToken(token), 'setup', clock.now())) !== undefined
}

/** undefined when somebody was faster, or the token was used meanwhile. */
async function storeOwner(c: Ctx, form: Posted): Promise<User | undefined> {
  const { store, config, clock, newId } = c.get('web')
  const passwordHash = await hashPassword(form.raw('password'))
  const now = clock.now()
  return store.write(async (tx) => {
    if (!config.loopback && !(await useOneTimeLink(tx, hashToken(form.text('token')), 'setup', now))) return undefined
    const account = { id: newId(), name: form.text('name'), email: form.text('email'), passwordHash, createdAt: now }
    const user = await insertOwner(tx, account)
    if (!user) return undefined
    const object = `user:${user.id}`
    await appendAudit(tx, { at: now, actor: user.id, action: 'user.create_owner', object, ip: addressOf(c) })
    return user
  })
}

function modelOf(c: Ctx, form: Posted): FirstVisitModel {
  const needsToken = !c.get('web').config.loopback
  return { name: form.text('name'), email: form.text('email'), needsToken, token: form.text('token') }
}

function respondForm(c: Ctx, model: FirstVisitModel, status: 200 | 422 = 200): Response {
  return respondPlain(c, { title: viewOf(c).t.app.name, status, page: () => <FirstVisitPage model={model} /> })
}
