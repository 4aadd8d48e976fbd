import { SignInPage, type SignInModel } from '../../../views/pages/Account.tsx'
import { urls } from '../../../views/urls.ts'
import { sentences } from '../../i18n/web.ts'
import { appendAudit } from '../../store/audit.ts'
import { countUsers, findUserByEmail, normaliseEmail, type User } from '../../store/users.ts'
import { readForm } from '../forms.ts'
import { goTo, localPath, respondPlain, viewOf } from '../respond.tsx'
import { checkPassword } from '../session/password.ts'
import { setSessionCookie, startSession } from '../session/session.ts'
import { blockedUntil, forgive, recordFailure } from '../session/throttle.ts'
import { addressOf, type Ctx } from '../web.ts'

export async function showSignIn(c: Ctx): Promise<Response> {
  if (c.get('viewer')) return goTo(c, urls.home())
  if ((await countUsers(c.get('web').store.read)) === 0) return goTo(c, urls.firstVisit())
  return respondForm(c, { email: '', next: nextOf(c.req.query('next')) })
}

/** The same answer in the same time, whether the account is unknown, disabled, or the password wrong. */
export async function signIn(c: Ctx): Promise<Response> {
  const { store, clock } = c.get('web')
  const form = await readForm(c)
  const attempt = { email: normaliseEmail(form.text('email')), address: addressOf(c) }
  const model: SignInModel = { email: form.text('email'), next: nextOf(form.text('next')) }
  const blocked = await blockedUntil(store.read, attempt)
  if (blocked > clock.now()) {
    const seconds = Math.ceil((blocked - clock.now()) / 1000)
    c.header('Retry-After', String(seconds))
    return respondForm(c, { ...model, errors: { '': sentences.wait(seconds) } }, 429)
  }
  const user = await findUserByEmail(store.read, attempt.email)
  const matches = await checkPassword(user?.disabledAt === null ? user.passwordHash : null, form.raw('password'))
  if (!user || !matches) {
    await store.write((tx) => recordFailure(tx, attempt, clock.now()))
    return respondForm(c, { ...model, errors: { '': sentences.wrongSignIn } }, 422)
  }
  await store.write((tx) => forgive(tx, attempt))
  return enter(c, user, 'password', model.next)
}

/** A signed-in session for this user, whichever way he proved himself. */
export async function enter(c: Ctx, user: User, method: string, next?: string): Promise<Response> {
  const { store, clock } = c.get('web')
  const token = await store.write(async (tx) => {
    const audit = {
      at: clock.now(),
      actor: user.id,
      action: 'user.sign_in',
      object: `user:${user.id}`,
      ip: addressOf(c),
    }
    await appendAudit(tx, { ...audit, data: { method } })
    return startSession(c, tx, user)
  })
  setSessionCookie(c, token)
  return goTo(c, next ?? urls.home())
}

function respondForm(c: Ctx, model: SignInModel, status: 200 | 422 | 429 = 200): Response {
  return respondPlain(c, { title: viewOf(c).t.account.signIn, status, page: () => <SignInPage model={model} /> })
}

function nextOf(path: string | undefined): string | undefined {
  if (!path) return undefined
  const safe = localPath(path)
  return safe === '/' ? undefined : safe
}
