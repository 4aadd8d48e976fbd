import type { OfferedSource } from '../../../views/pages/Welcome.tsx'
import { configFields } from '../sources/fields.ts'
import type { Web } from '../web.ts'
import type { Connector } from '../../connector/contract.ts'

export interface Offer extends OfferedSource {
  loaded: Connector
  config: Record<string, unknown>
}

/** What the keyless connectors suggest for a word; nothing is asked on the network yet. */
export async function offersFor(web: Web, word: string): Promise<Offer[]> {
  const offers: Offer[] = []
  for (const manifest of web.registry.manifests()) {
    if (!manifest.keyless || manifest.kind === 'ingest') continue
    const loaded = await web.registry.get(manifest.id)
    for (const [index, one] of (loaded.suggest?.(word) ?? []).entries()) {
      const config = one.config as Record<string, unknown> // part of this connector's own config
      const missing = new Set<string>(one.missing)
      offers.push({
        key: `${manifest.id}-${index}`,
        connector: manifest.id,
        network: manifest.platform ?? manifest.id,
        name: one.name,
        why: one.why,
        checked: missing.size === 0,
        fields: configFields(loaded, config).filter((field) => missing.has(field.key)),
        loaded,
        config,
      })
    }
  }
  return offers
}
