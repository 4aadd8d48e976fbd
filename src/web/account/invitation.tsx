import { InvitationPage, type InvitationModel } from '../../../views/pages/Account.tsx'
import { sentences } from '../../i18n/web.ts'
import { appendAudit } from '../../store/audit.ts'
import { loadWorkspace } from '../../store/settings.ts'
import { findOneTimeLink, findUser, findUserByEmail, insertUser, useOneTimeLink, type User } from '../../store/users.ts'
import { readForm, type Posted } from '../forms.ts'
import { respondPlain, viewOf } from '../respond.tsx'
import { hashPassword } from '../session/password.ts'
import { hashToken } from '../session/session.ts'
import { addressOf, type Ctx } from '../web.ts'
import { checkAccount } from './fields.ts'
import { enter } from './signIn.tsx'

export async function showInvitation(c: Ctx): Promise<Response> {
  return respondForm(c, await modelOf(c), 200)
}

export async function acceptInvitation(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const form = await readForm(c)
  const model = { ...(await modelOf(c)), name: form.text('name') }
  const email = form.text('email') || model.email
  if (model.expired) return respondForm(c, model, 410)
  const errors = checkAccount({ name: form.text('name'), email, password: form.raw('password') })
  if (!errors['email'] && (await findUserByEmail(store.read, email))) errors['email'] = sentences.emailTaken
  if (Object.keys(errors).length > 0) return respondForm(c, { ...model, email, errors }, 422)
  const user = await join(c, form, email)
  return user ? enter(c, user, 'invitation') : respondForm(c, { ...model, expired: true }, 410)
}

async function join(c: Ctx, form: Posted, email: string): Promise<User | undefined> {
  const { store, clock, newId } = c.get('web')
  const passwordHash = await hashPassword(form.raw('password'))
  const now = clock.now()
  return store.write(async (tx) => {
    const link = await useOneTimeLink(tx, hashToken(c.req.param('token') ?? ''), 'invite', now)
    // The role is what the invitation says, never what the form does.
    const role = link?.data?.role
    if (!role) return undefined
    const user = await insertUser(tx, {
      id: newId(),
      name: form.text('name'),
      email,
      passwordHash,
      role,
      createdAt: now,
    })
    if (!user) return undefined
    const entry = { actor: user.id, action: 'user.join', object: `user:${user.id}`, ip: addressOf(c) }
    await appendAudit(tx, { at: now, ...entry, data: { role } })
    return user
  })
}

async function modelOf(c: Ctx): Promise<InvitationModel> {
  const { store, clock } = c.get('web')
  const token = c.req.param('token') ?? ''
  const link = await findOneTimeLink(store.read, hashToken(token), 'invite', clock.now())
  const inviter = link?.userId ? await findUser(store.read, link.userId) : undefined
  const workspace = (await loadWorkspace(store.read)).name
  return {
    token,
    workspace,
    invitedBy: inviter?.name ?? '',
    name: '',
    email: link?.data?.email ?? '',
    expired: link === undefined,
  }
}

function respondForm(c: Ctx, model: InvitationModel, status: 200 | 410 | 422): Response {
  const shown = model.expired ? 410 : status
  return respondPlain(c, { title: viewOf(c).t.app.name, status: shown, page: () => <InvitationPage model={model} /> })
}
