import { urls } from '../../../views/urls.ts'
import { parseForm } from '../../connector/form.ts'
import { sentences } from '../../i18n/web.ts'
import { findSource, findSourceByAccount, updateSource } from '../../store/sources.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { goTo } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import type { Ctx } from '../web.ts'
import { checkSource } from './connect.ts'
import { configFields } from './fields.ts'
import { respondForm } from './newSource.tsx'

/** Also the way to reconnect: the same form, with the credentials asked for again. */
export async function showEditSource(c: Ctx): Promise<Response> {
  const { store, registry, unseal } = c.get('web')
  const source = await findSource(store.read, c.req.param('id') ?? '')
  if (!source || !registry.has(source.connector)) return c.notFound()
  const secrets = source.secrets ? await unseal(source.secrets, source.id) : {}
  const kept = new Set(Object.keys(secrets))
  const connector = await registry.get(source.connector)
  return respondForm(c, connector, { id: source.id, name: source.name, values: source.config, kept })
}

export async function saveSource(c: Ctx): Promise<Response> {
  const { store, registry, unseal, seal } = c.get('web')
  const source = await findSource(store.read, c.req.param('id') ?? '')
  if (!source || !registry.has(source.connector)) return c.notFound()
  const connector = await registry.get(source.connector)
  const secrets = source.secrets ? await unseal(source.secrets, source.id) : {}
  const form = await readForm(c)
  const name = form.text('name').slice(0, 100) || source.name
  const values = Object.fromEntries(configFields(connector).map(({ key }) => [key, form.raw(key)]))
  const again = (errors: Record<string, string>) =>
    respondForm(c, connector, { id: source.id, name, values, kept: new Set(Object.keys(secrets)), errors })
  const parsed = parseForm(connector.config, form.form, secrets)
  if (!parsed.ok) return again(parsed.errors)
  const checked = await checkSource(c, { connector, ...parsed })
  if (!checked.ok) return again({ '': checked.error })
  const { account } = checked.account
  const other = await findSourceByAccount(store.read, source.connector, account)
  if (other && other.id !== source.id) return again({ '': sentences.alreadyConnected(other.name) })
  const sealed = Object.keys(parsed.secrets).length === 0 ? null : await seal(parsed.secrets, source.id)
  const change = { name, account, config: parsed.config, secrets: sealed }
  await store.write((tx) => updateSource(tx, actOf(c), source.id, change))
  setFlash(c, 'sourceSaved')
  return goTo(c, urls.source(source.id))
}
