import type { ConfigField } from '../../../views/forms/ConfigFields.tsx'
import { describeFields } from '../../connector/form.ts'
import type { Connector } from '../../connector/contract.ts'

/** Keys that most people leave as they are: they fold away. */
export function advancedKeys(fields: readonly ConfigField[]): string[] {
  return fields
    .filter((field) => !field.required && (field.key === 'baseUrl' || field.value !== undefined))
    .map(({ key }) => key)
}

/**
 * The fields of a connector's settings with what is known of their values. `name` is left out: the form asks for the
 * source's own name under the same key. Secrets are never filled in.
 */
export function configFields(
  connector: Connector,
  values: Record<string, unknown> = {},
  keptSecrets: ReadonlySet<string> = new Set(),
): ConfigField[] {
  return describeFields(connector.config)
    .filter((field) => field.key !== 'name')
    .map(({ default: fallback, ...field }) => ({
      ...field,
      value: field.secret ? undefined : (shown(values[field.key]) ?? fallback),
      kept: keptSecrets.has(field.key),
    }))
}

function shown(value: unknown): string | boolean | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'boolean') return value
  return Array.isArray(value) ? value.join('\n') : String(value)
}
