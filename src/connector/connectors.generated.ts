// Written by bin/connectors-index.js; run it after adding or removing a connector.
import type { ConnectorEntry } from './registry.ts'

export const connectorIndex: readonly ConnectorEntry[] = []
