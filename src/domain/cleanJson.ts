/**
 * Every string of a JSON-like value without NUL and unpaired surrogates: PostgreSQL stores neither, and both databases
 * must keep the same text.
 */
export function cleanJson(value: unknown): unknown {
  if (typeof value === 'string') return cleanString(value)
  if (Array.isArray(value)) return value.map(cleanJson)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanString(key), cleanJson(inner)]))
}

function cleanString(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '')
}
