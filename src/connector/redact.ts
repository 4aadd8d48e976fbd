/** Shorter secrets would blank out ordinary words. */
const shortest = 6
const mask = '•••'

/**
 * Answers a function that removes the given secrets (and their URL-encoded and base64 forms) from any JSON-like value.
 * The last defence against a token in a log line or an error message, not a licence to log them.
 */
export function createRedactor(secrets: readonly string[]): <T>(value: T) => T {
  const forms = secrets
    .filter((secret) => secret.length >= shortest)
    .flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])
    .sort((a, b) => b.length - a.length)
  const clean = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return forms.reduce((text, form) => text.replaceAll(form, mask), value)
    if (typeof value !== 'object' || value === null || depth > 8) return value
    if (value instanceof Error) return clean(`${value.name}: ${value.message}`, depth)
    if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clean(item, depth + 1)]))
  }
  return (value) => clean(value, 0) as typeof value
}
