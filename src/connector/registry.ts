import type { Connector, Manifest } from './contract.ts'
import { connectorIndex } from './connectors.generated.ts'
import { isConnector } from './define.ts'

/** What a list or a form needs, without the connector's code. */
export interface ConnectorEntry {
  id: string
  manifest: Manifest
  load(): Promise<{ default: Connector }>
}

export interface Registry {
  /** Sorted by name. Loads no built-in connector. */
  manifests(): Manifest[]
  manifest(id: string): Manifest | undefined
  has(id: string): boolean
  /** The connector's code, loaded once. Throws RangeError for an unknown id. */
  get(id: string): Promise<Connector>
}

/**
 * `entries`: the built-in connectors unless given. For packages of others:
 * `createRegistry([...connectorIndex, ...await loadPackages(names)])`. A later entry with a taken id is refused, so that
 * a package cannot quietly replace a built-in connector. Throws RangeError.
 */
export function createRegistry(entries: readonly ConnectorEntry[] = connectorIndex): Registry {
  const byId = new Map<string, ConnectorEntry>()
  for (const entry of entries) {
    if (byId.has(entry.id)) throw new RangeError(`Two connectors have the id "${entry.id}".`)
    byId.set(entry.id, entry)
  }
  const loaded = new Map<string, Promise<Connector>>()
  return {
    manifests: () =>
      [...byId.values()].map(({ manifest }) => manifest).sort((a, b) => a.name.localeCompare(b.name, 'en')),
    manifest: (id) => byId.get(id)?.manifest,
    has: (id) => byId.has(id),
    async get(id) {
      const entry = byId.get(id)
      if (!entry) throw new RangeError(`There is no connector "${id}".`)
      const connector = loaded.get(id) ?? entry.load().then((module) => module.default)
      loaded.set(id, connector)
      return connector
    },
  }
}

/**
 * Third-party connectors: npm packages named in the configuration, whose default export is a connector. Their code runs
 * at start with all rights of the process: name only packages you trust. Throws Error naming every package that cannot
 * be used, all at once.
 */
export async function loadPackages(
  names: readonly string[],
  load: (name: string) => Promise<unknown> = (name) => import(name),
): Promise<ConnectorEntry[]> {
  const outcomes = await Promise.all(names.map((name) => loadPackage(name, load)))
  const problems = outcomes.flatMap((outcome) => (typeof outcome === 'string' ? [outcome] : []))
  if (problems.length > 0) throw new Error(`Connector packages that cannot be used: ${problems.join('; ')}.`)
  return outcomes.filter((outcome) => typeof outcome !== 'string')
}

async function loadPackage(name: string, load: (name: string) => Promise<unknown>): Promise<ConnectorEntry | string> {
  try {
    const { default: connector } = (await load(name)) as { default?: unknown }
    if (!isConnector(connector)) return `${name} (its default export is not a connector)`
    return { id: connector.manifest.id, manifest: connector.manifest, load: async () => ({ default: connector }) }
  } catch (error) {
    return `${name} (${error instanceof Error ? error.message : String(error)})`
  }
}
