import type { Connector } from './contract.ts'

/** Checks the shape at compile time and keeps the types of config and cursor together. */
export function defineConnector<Config, Cursor>(connector: Connector<Config, Cursor>): Connector<Config, Cursor> {
  return connector
}
