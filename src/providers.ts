import type { SecretBox } from './connector/secrets.ts'
import type { ProviderSetting } from './domain/provider.ts'
import type { Egress } from './egress/egress.ts'
import { openProvider } from './provider/open.ts'
import type { Provider } from './provider/provider.ts'
import { loadSetting } from './store/settings.ts'
import type { Store } from './store/store.ts'

const place = { table: 'settings', row: 'provider', column: 'apiKey' }

/** Other judges and their keys, for the page that sets one up and for the job that asks it. */
export function createProviders(store: Store, egress: Egress, secrets: SecretBox) {
  let opened: { as: string; provider: Provider } | undefined
  const open = (setting: ProviderSetting, key: string | undefined) => openProvider(setting, egress.fetch, key)
  const unseal = (sealed: string) => secrets.open(sealed, place)
  return {
    seal: (key: string) => secrets.seal(key, place),
    unseal,
    open,
    /** The one that is set up, opened once for each change of its settings. Throws ProviderError. */
    async current(): Promise<{ setting: ProviderSetting; provider: Provider } | undefined> {
      const setting = await loadSetting(store.read, 'provider')
      const as = setting === undefined ? '' : JSON.stringify(setting)
      if (opened && opened.as !== as) {
        await opened.provider.close?.()
        opened = undefined
      }
      if (!setting) return undefined
      opened ??= { as, provider: await open(setting, setting.sealedKey && unseal(setting.sealedKey)) }
      return { setting, provider: opened.provider }
    },
  }
}
export type Providers = ReturnType<typeof createProviders>
