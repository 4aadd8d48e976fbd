import type { Connector } from './contract.ts'

/** Checks the shape at compile time and keeps the types of config and cursor together. */
export function defineConnector<Config, Cursor>(connector: Connector<Config, Cursor>): Connector<Config, Cursor> {
  return connector
}

/** A first check of what a third-party package exports; the contract suite is the real one. */
export function isConnector(value: unknown): value is Connector {
  if (typeof value !== 'object' || value === null) return false
  const { manifest, config, cursor, check, poll } = value as Partial<Connector>
  const id = (manifest as { id?: unknown } | undefined)?.id
  const parses = [config, cursor].every(
    (schema) => typeof (schema as { safeParse?: unknown })?.safeParse === 'function',
  )
  return typeof id === 'string' && parses && typeof check === 'function' && typeof poll === 'function'
}
