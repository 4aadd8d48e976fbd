import { createHost, type HostClock } from './connector/host.ts'
import type { Connector, Host, StreamedPost, StreamHost, StreamPace } from './connector/contract.ts'
import type { Registry } from './connector/registry.ts'
import { createMemoryRateStore } from './connector/rateStore.ts'
import { createMemorySessionStore } from './connector/sessionStore.ts'
import type { SecretBox } from './connector/secrets.ts'
import type { Egress } from './egress/egress.ts'
import type { Log } from './log.ts'
import { addQuarantine } from './store/polling.ts'
import { createRateStore, createSessionStore } from './store/rates.ts'
import { isWriting, type Store } from './store/store.ts'
import type { Connection, SourceRow } from './work/context.ts'

export interface ConnectionsOptions {
  store: Store
  registry: Registry
  egress: Egress
  secrets: SecretBox
  clock: HostClock
  log: Log
  newId(): string
  /** How often pages of streams go out. */
  pace?: StreamPace
  /** What the listening queries want of a platform; absent: nothing. */
  wants?(platform: string): Promise<(post: StreamedPost) => boolean>
}

const place = (row: string) => ({ table: 'sources', row, column: 'secrets' })

/** Opens sources: the connector with a host over this installation's egress, budgets, sessions and quarantine. */
export function createConnections(options: ConnectionsOptions) {
  const { store, registry, secrets } = options
  const rateStore = createRateStore(store)
  const sessionStore = createSessionStore(store, secrets)

  function hostOf(connector: Connector, source: NonNullable<SourceRow>, signal: AbortSignal): StreamHost {
    const hidden = source.secrets === null ? {} : (JSON.parse(secrets.open(source.secrets, place(source.id))) as object)
    return createHost({
      ...shared(options),
      connector,
      source: {
        id: source.id,
        config: { ...source.config, ...hidden },
        ...(source.settings.limits ? { limits: source.settings.limits } : {}),
      },
      rateStore,
      sessionStore,
      signal,
      failures: source.errorCount,
      onQuarantine: (record) => void keepRecord(options, record),
      ...(options.pace ? { pace: options.pace } : {}),
      filter: async () =>
        (await options.wants?.(connector.manifest.platform ?? connector.manifest.id)) ?? (() => false),
    })
  }

  return {
    async connect(source: NonNullable<SourceRow>, signal: AbortSignal): Promise<Connection> {
      const connector = await registry.get(source.connector)
      const host = hostOf(connector, source, signal)
      const platform = connector.manifest.platform ?? connector.manifest.id
      return { connector, host, platform, instance: connector.instance?.(host.config) ?? '' }
    },

    /** For a source that is not saved yet: nothing of it stays. */
    async tryOut(connectorId: string, config: Record<string, unknown>, signal: AbortSignal) {
      const connector = await registry.get(connectorId)
      const source = { id: options.newId(), config }
      const sessions = createMemorySessionStore()
      const host = createHost({
        ...shared(options),
        connector,
        source,
        rateStore: createMemoryRateStore(),
        sessionStore: sessions,
        signal,
        onQuarantine: () => undefined,
      })
      return { connector, host }
    },

    /** Values from a form for a source that exists: with its budgets and its memory. */
    async tryChange(
      connectorId: string,
      config: Record<string, unknown>,
      sourceId: string,
      signal: AbortSignal,
    ): Promise<Host> {
      const connector = await registry.get(connectorId)
      const source = { id: sourceId, config }
      return createHost({
        ...shared(options),
        connector,
        source,
        rateStore,
        sessionStore,
        signal,
        onQuarantine: () => undefined,
      })
    },

    sealSecrets: (sourceId: string, values: Record<string, unknown>): string | null =>
      Object.keys(values).length === 0 ? null : secrets.seal(JSON.stringify(values), place(sourceId)),
    openSecrets: (source: { id: string; secrets: string | null }): Record<string, unknown> =>
      source.secrets === null
        ? {}
        : (JSON.parse(secrets.open(source.secrets, place(source.id))) as Record<string, unknown>),
  }
}
export type Connections = ReturnType<typeof createConnections>

function shared({ egress, clock, log, newId }: ConnectionsOptions) {
  return { egress: refuseInsideWrites(egress), clock, log, newId }
}

/** A call to the network would hold the database for as long as the platform likes. */
function refuseInsideWrites(egress: Egress): Egress {
  const refuse = () => {
    if (isWriting()) throw new Error('network call inside store.write')
  }
  return {
    ...egress,
    fetch: (url, init) => {
      refuse()
      return egress.fetch(url, init)
    },
    openStream: (url, init) => {
      refuse()
      return egress.openStream(url, init)
    },
    openSocket: (url, init) => {
      refuse()
      return egress.openSocket(url, init)
    },
  }
}

async function keepRecord(
  options: ConnectionsOptions,
  record: { sourceId: string; raw: unknown; error: unknown },
): Promise<void> {
  const raw = (typeof record.raw === 'string' ? record.raw : (JSON.stringify(record.raw) ?? '')).slice(0, 200_000)
  const error = record.error instanceof Error ? record.error.message : String(record.error)
  const row = {
    id: options.newId(),
    sourceId: record.sourceId,
    raw: raw.replaceAll('\u0000', '').toWellFormed(),
    error,
    createdAt: options.clock.now(),
  }
  await options.store
    .write((tx) => addQuarantine(tx, [row]))
    .catch((failure: unknown) =>
      options.log.error('a record could not be put into quarantine', { error: failure, source: record.sourceId }),
    )
}
