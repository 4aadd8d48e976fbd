import type { CheckedAccount, Connector } from '../../connector/contract.ts'
import { isConnectorError } from '../../connector/errors.ts'
import { sentences } from '../../i18n/web.ts'
import { findSourceByAccount, insertSource, type Source } from '../../store/sources.ts'
import { actOf } from '../act.ts'
import type { Ctx } from '../web.ts'

export interface Wanted {
  connector: Connector
  name: string
  config: Record<string, unknown>
  secrets: Record<string, unknown>
}

export type Checked = { ok: true; account: CheckedAccount } | { ok: false; error: string }

/** Proves the settings on the platform; what it says is told to the person who can mend it. */
export async function checkSource(c: Ctx, { connector, config, secrets }: Omit<Wanted, 'name'>): Promise<Checked> {
  const web = c.get('web')
  try {
    const host = await web.hostFor(connector.manifest.id, { ...config, ...secrets })
    return { ok: true, account: await connector.check(host) }
  } catch (error) {
    if (!isConnectorError(error)) {
      web.log.error('check of a source failed', { connector: connector.manifest.id, error: String(error) })
      return { ok: false, error: sentences.checkBroke }
    }
    return { ok: false, error: sentences.checkFailed(error.message) }
  }
}

/** Saves a checked source; the error says which one has this account already. */
export async function connect(c: Ctx, wanted: Wanted, account: CheckedAccount): Promise<Source | { error: string }> {
  const { store, newId, seal } = c.get('web')
  const id = newId()
  const { manifest } = wanted.connector
  const secrets = Object.keys(wanted.secrets).length === 0 ? null : await seal(wanted.secrets, id)
  const row = await store.write((tx) =>
    insertSource(tx, actOf(c), {
      id,
      connector: manifest.id,
      account: account.account,
      name: wanted.name || account.displayName,
      config: wanted.config,
      secrets,
      settings: {},
      intervalSeconds: manifest.interval.default,
    }),
  )
  if (row) return row
  const other = await findSourceByAccount(store.read, manifest.id, account.account)
  return { error: sentences.alreadyConnected(other?.name ?? account.account) }
}
