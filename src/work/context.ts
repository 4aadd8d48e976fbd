import type { Correction } from '../classify/learn.ts'
import type { Classifier } from '../classify/types.ts'
import type { Connector, StreamHost } from '../connector/contract.ts'
import type { Manifest } from '../connector/contract.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/store.ts'
import type { Enriched, EnrichRow } from '../store/enrich.ts'
import type { TrainedVersion } from '../store/models.ts'
import type { sourceRow } from '../store/polling.ts'
import type { OpenProvider } from './opinions.ts'

export type SourceRow = Awaited<ReturnType<typeof sourceRow>>

/** A source with its connector and the host that the connector gets. */
export interface Connection {
  connector: Connector
  host: StreamHost
  /** Platform and server that the ids of this source belong to. */
  platform: string
  instance: string
}

/** A version ready to be stored: all but what the caller knows of the log. */
export type Trained = Omit<TrainedVersion, 'logSeq'>

/** All that background work needs; main puts it together, tests replace parts. */
export interface WorkContext {
  store: Store
  log: Log
  /** Epoch ms. */
  now(): number
  newId(): string
  /** 0…1. */
  random(): number
  manifest(connectorId: string): Manifest | undefined
  /** Opens a source for a run. `signal` ends it. Throws ConnectorError. */
  connect(source: NonNullable<SourceRow>, signal: AbortSignal): Promise<Connection>
  /** Judges, matches and indexes; pure work, in slices that never hold the process for more than 20 ms. */
  examine(rows: EnrichRow[]): Promise<Enriched[]>
  /** The classifier as the workspace taught it, as of now. */
  classifier(): Promise<Classifier>
  /** Another judge, where one is set up. */
  provider: OpenProvider
  /** Trains and tries a version from the whole log, outside of this thread. `championLines`: see classify/guard.ts. */
  train(log: Correction[], championLines: number | undefined, signal: AbortSignal): Promise<Trained>
}
