/** Lives in domain so that egress can throw it too; connectors import it from here. */
export { ConnectorError, isConnectorError } from '../domain/connectorError.ts'
export type { ConnectorErrorKind } from '../domain/source.ts'
