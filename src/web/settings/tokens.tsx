import { TokensPage } from '../../../views/pages/Settings.tsx'
import { urls } from '../../../views/urls.ts'
import { scopes } from '../../domain/scopes.ts'
import { sentences } from '../../i18n/web.ts'
import { appendAudit } from '../../store/audit.ts'
import { insertToken, listTokens, revokeToken } from '../../store/users.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { goTo, respond, viewOf } from '../respond.tsx'
import { hashToken, makeToken } from '../session/session.ts'
import { setFlash } from '../shell.ts'
import { viewerOf, type Ctx } from '../web.ts'

export function showTokens(c: Ctx): Promise<Response> {
  return respondTokens(c, {})
}

/** The key is shown once; its hash and first characters are kept. It never may more than its owner. */
export async function createToken(c: Ctx): Promise<Response> {
  const { store, newId } = c.get('web')
  const { user } = viewerOf(c)
  const form = await readForm(c)
  const name = form.text('name').slice(0, 60)
  const chosen = Object.keys(scopes).filter((scope) => form.all('scopes').includes(scope))
  const errors: Record<string, string> = {}
  if (name === '') errors['name'] = sentences.needed
  if (chosen.length === 0) errors['scopes'] = sentences.needed
  if (Object.keys(errors).length > 0) return respondTokens(c, { errors })
  const token = `ear_${makeToken()}`
  const { now, ip } = actOf(c)
  await store.write(async (tx) => {
    const id = newId()
    const row = {
      id,
      userId: user.id,
      name,
      prefix: token.slice(0, 10),
      hash: hashToken(token),
      scopes: chosen,
      createdAt: now,
    }
    await insertToken(tx, row)
    const data = { scopes: chosen }
    await appendAudit(tx, { at: now, actor: user.id, action: 'token.create', object: `token:${id}`, data, ip })
  })
  return respondTokens(c, { fresh: token })
}

export async function removeToken(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const { now, ip, userId } = actOf(c)
  const id = c.req.param('id') ?? ''
  const done = await store.write(async (tx) => {
    if (!(await revokeToken(tx, id, userId, now))) return false
    await appendAudit(tx, { at: now, actor: userId, action: 'token.revoke', object: `token:${id}`, ip })
    return true
  })
  if (!done) return c.notFound()
  setFlash(c, 'tokenRevoked')
  return goTo(c, urls.settingsTokens())
}

async function respondTokens(c: Ctx, extra: { fresh?: string; errors?: Record<string, string> }): Promise<Response> {
  const { user } = viewerOf(c)
  const tokens = await listTokens(c.get('web').store.read, user.id)
  const model = {
    tokens: tokens.map((one) => ({
      id: one.id,
      name: `${one.name} (${one.prefix}…)`,
      scopes: one.scopes,
      createdAt: one.createdAt,
      usedAt: one.lastUsedAt ?? undefined,
      by: user.name,
    })),
    scopes: Object.entries(scopes).map(([value, label]) => ({ value, label })),
    ...extra,
  }
  const status = extra.errors ? 422 : 200
  return respond(c, {
    title: viewOf(c).t.nav.settings,
    section: 'settings',
    status,
    page: () => <TokensPage model={model} />,
  })
}
