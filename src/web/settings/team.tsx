import { TeamPage, type TeamModel } from '../../../views/pages/Settings.tsx'
import { urls } from '../../../views/urls.ts'
import { may, mayManage } from '../../domain/permissions.ts'
import { sentences } from '../../i18n/web.ts'
import { appendAudit } from '../../store/audit.ts'
import { roles } from '../../store/tables/people.ts'
import {
  deleteSessionsOf,
  findUser,
  findUserByEmail,
  hasOtherOwner,
  insertOneTimeLink,
  lastSeenOfUsers,
  listInvitations,
  listUsers,
  normaliseEmail,
  updateUser,
} from '../../store/users.ts'
import { isEmail } from '../account/fields.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { goTo, respond, viewOf } from '../respond.tsx'
import { hashToken, makeToken } from '../session/session.ts'
import { setFlash } from '../shell.ts'
import { originOf, viewerOf, type Ctx } from '../web.ts'

const invitationMs = 72 * 3_600_000

export function showTeam(c: Ctx): Promise<Response> {
  return respondTeam(c, {})
}

/** The link is shown once; only its hash is kept. */
export async function invite(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const { user } = viewerOf(c)
  const form = await readForm(c)
  const email = normaliseEmail(form.text('email'))
  const role = roles.find((one) => one === form.text('role')) ?? 'agent'
  const errors: Record<string, string> = {}
  if (!isEmail(email)) errors['email'] = sentences.notEmail
  else if (await findUserByEmail(store.read, email)) errors['email'] = sentences.emailTaken
  if (!mayManage(user.role, role, role)) errors['role'] = sentences.roleTooHigh
  if (Object.keys(errors).length > 0) return respondTeam(c, { errors })
  const token = makeToken()
  const { now, ip } = actOf(c)
  const expiresAt = now + invitationMs
  await store.write(async (tx) => {
    const data = { email, role }
    await insertOneTimeLink(tx, {
      id: hashToken(token),
      kind: 'invite',
      userId: user.id,
      data,
      createdAt: now,
      expiresAt,
    })
    await appendAudit(tx, { at: now, actor: user.id, action: 'user.invite', object: 'users', data, ip })
  })
  return respondTeam(c, { link: { url: `${originOf(c)}${urls.invitation(token)}`, expiresAt } })
}

/** Role and whether the account may sign in. A change ends the account's sessions. */
export async function changeMember(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const { user } = viewerOf(c)
  const form = await readForm(c)
  const target = await findUser(store.read, c.req.param('id') ?? '')
  if (!target) return c.notFound()
  const role = roles.find((one) => one === form.text('role')) ?? target.role
  const { now, ip } = actOf(c)
  // A form that does not speak of it leaves it as it is.
  const disabledAt = form.form.has('disabled') ? (form.text('disabled') === '1' ? now : null) : target.disabledAt
  if (!mayManage(user.role, target.role, role)) return after(c, 'notAllowed')
  const losesOwner = target.role === 'owner' && (role !== 'owner' || disabledAt !== null)
  const done = await store.write(async (tx) => {
    if (losesOwner && !(await hasOtherOwner(tx, target.id))) return false
    await updateUser(tx, target.id, { role, disabledAt })
    await deleteSessionsOf(tx, target.id)
    const data = { role, disabled: disabledAt !== null, was: target.role }
    await appendAudit(tx, { at: now, actor: user.id, action: 'user.change', object: `user:${target.id}`, data, ip })
    return true
  })
  return after(c, done ? 'userSaved' : 'lastOwner')
}

function after(c: Ctx, flash: 'notAllowed' | 'userSaved' | 'lastOwner'): Response {
  setFlash(c, flash)
  return goTo(c, urls.settingsTeam())
}

async function respondTeam(c: Ctx, extra: Pick<TeamModel, 'link' | 'errors'>): Promise<Response> {
  const { store, clock } = c.get('web')
  const { user } = viewerOf(c)
  const canEdit = may(user.role, 'team')
  const seen = await lastSeenOfUsers(store.read)
  const invitations = canEdit ? await listInvitations(store.read, clock.now()) : []
  const model: TeamModel = {
    members: (await listUsers(store.read)).map((one) => ({
      id: one.id,
      name: one.name,
      email: one.email,
      role: one.role,
      disabled: one.disabledAt !== null,
      seenAt: seen.get(one.id),
      you: one.id === user.id,
    })),
    invitations: invitations.map(({ data, expiresAt }) => ({
      email: data?.email ?? '',
      role: data?.role ?? 'viewer',
      expiresAt,
    })),
    canEdit,
    ...extra,
  }
  const status = extra.errors ? 422 : 200
  return respond(c, {
    title: viewOf(c).t.nav.settings,
    section: 'settings',
    status,
    page: () => <TeamPage model={model} />,
  })
}
