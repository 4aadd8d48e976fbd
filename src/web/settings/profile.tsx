import { ProfilePage } from '../../../views/pages/Settings.tsx'
import { urls } from '../../../views/urls.ts'
import { sentences } from '../../i18n/web.ts'
import { appendAudit } from '../../store/audit.ts'
import { deleteSessionsOf, findUserByEmail, normaliseEmail, updateUser } from '../../store/users.ts'
import { checkAccount, checkNewPassword } from '../account/fields.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { goTo, respond, viewOf } from '../respond.tsx'
import { checkPassword, hashPassword } from '../session/password.ts'
import { setSessionCookie, startSession } from '../session/session.ts'
import { setFlash } from '../shell.ts'
import { sessionModels } from './sessions.ts'
import { viewerOf, type Ctx } from '../web.ts'

const locales = [
  { value: 'en', label: 'English' },
  { value: 'en-GB', label: 'English (United Kingdom)' },
  { value: 'de', label: 'English, German dates and numbers' },
]

interface Given {
  name?: string
  email?: string
  zone?: string
  locale?: string
  errors?: Record<string, string>
  passwordErrors?: Record<string, string>
}

export function showProfile(c: Ctx): Promise<Response> {
  return respondProfile(c, {})
}

export async function saveProfile(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const { user } = viewerOf(c)
  const form = await readForm(c)
  const given = {
    name: form.text('name'),
    email: form.text('email'),
    zone: form.text('zone'),
    locale: form.text('locale'),
  }
  const errors = checkAccount(given)
  if (!zones().includes(given.zone)) errors['zone'] = sentences.unknownZone
  const other = await findUserByEmail(store.read, given.email)
  if (other && other.id !== user.id) errors['email'] = sentences.emailTaken
  if (Object.keys(errors).length > 0) return respondProfile(c, { ...given, errors })
  const locale = locales.some((one) => one.value === given.locale) ? given.locale : 'en'
  const change = { name: given.name, email: normaliseEmail(given.email), timeZone: given.zone, locale }
  await store.write((tx) => updateUser(tx, user.id, change))
  setFlash(c, 'profileSaved')
  return goTo(c, urls.settingsProfile())
}

/** A new password ends every other session, and this one goes on under a new token. */
export async function changePassword(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const { user } = viewerOf(c)
  const form = await readForm(c)
  const passwordErrors = checkNewPassword(form.raw('password'))
  if (!(await checkPassword(user.passwordHash, form.raw('current'))))
    passwordErrors['current'] = sentences.wrongPassword
  if (Object.keys(passwordErrors).length > 0) return respondProfile(c, { passwordErrors })
  const passwordHash = await hashPassword(form.raw('password'))
  const { now, ip } = actOf(c)
  const token = await store.write(async (tx) => {
    await updateUser(tx, user.id, { passwordHash })
    await deleteSessionsOf(tx, user.id)
    await appendAudit(tx, { at: now, actor: user.id, action: 'user.password', object: `user:${user.id}`, ip })
    return startSession(c, tx, user)
  })
  setSessionCookie(c, token)
  setFlash(c, 'passwordSaved')
  return goTo(c, urls.settingsProfile())
}

async function respondProfile(c: Ctx, given: Given): Promise<Response> {
  const { user } = viewerOf(c)
  const wrong = given.errors ?? given.passwordErrors
  const model = {
    name: user.name,
    email: user.email,
    zone: user.timeZone,
    locale: user.locale,
    theme: user.theme,
    zones: zones(),
    sessions: await sessionModels(c),
    locales,
    ...given,
  }
  const title = viewOf(c).t.nav.settings
  return respond(c, {
    title,
    section: 'settings',
    status: wrong ? 422 : 200,
    page: () => <ProfilePage model={model} />,
  })
}

let known: string[] | undefined
function zones(): string[] {
  known ??= [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])]
  return known
}
