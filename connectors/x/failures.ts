import { ConnectorError, isConnectorError } from '../../src/connector/errors.ts'

/** The client's errors, read by their shape: its own getter for the cause answers undefined. */
interface ClientError {
  type?: string
  code?: number
  data?: { title?: string; detail?: string; reason?: string; errors?: { message?: string; detail?: string }[] }
  rateLimit?: { reset?: number }
  headers?: Record<string, string | string[] | undefined>
  _options?: { error?: unknown }
}

export function isUnauthorised(error: unknown): boolean {
  return asClientError(error)?.code === 401
}

/** A post with this very text exists already: on a second attempt that is probably ours. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof ConnectorError && error.cause instanceof DuplicateText
}

class DuplicateText extends Error {}

/** What the host shall do about it. `now` in epoch ms. */
export function explain(error: unknown, now: number): ConnectorError {
  if (isConnectorError(error)) return error as ConnectorError
  const failed = asClientError(error)
  if (!failed) return new ConnectorError('temporary', 'The request to X failed in an unknown way.', { cause: error })
  return failed.type === 'response' ? explainAnswer(failed, error, now) : explainConnection(failed, error)
}

function explainAnswer(failed: ClientError, cause: unknown, now: number): ConnectorError {
  const code = failed.code ?? 0
  const said = wordsOf(failed)
  if (code === 429 || code === 420)
    return new ConnectorError('rate_limited', 'X asks for a pause (rate limit).', {
      cause,
      retryAt: retryAtOf(failed, now),
      notSent: true,
    })
  if (code === 401)
    return new ConnectorError('auth', `X does not accept the keys (${said}). Connect this source again.`, {
      cause,
      notSent: true,
    })
  if (code === 402 || /credits?/i.test(failed.data?.title ?? ''))
    return new ConnectorError(
      'auth',
      `The credit of this X account is used up (${said}). Buy credit in the developer console, then connect again.`,
      { cause, notSent: true },
    )
  if (code === 403) return explainForbidden(failed, cause, said)
  if (code >= 500 || code === 408) return new ConnectorError('temporary', `X has a problem (${code}).`, { cause })
  return new ConnectorError('rejected', `X refused it: ${said}`, { cause })
}

function explainForbidden(failed: ClientError, cause: unknown, said: string): ConnectorError {
  if (/duplicate content/i.test(said))
    return new ConnectorError('rejected', `X refused it: ${said}`, { cause: new DuplicateText(said) })
  if (/unsupported-authentication|client-forbidden|client-not-enrolled/i.test(`${failed.data?.reason ?? ''} ${said}`))
    return new ConnectorError('auth', `These keys may not do that on X (${said}). Check the permissions of the app.`, {
      cause,
    })
  return new ConnectorError('rejected', `X does not allow it: ${said}`, { cause })
}

/** `remaining` cannot be trusted on a 429; the reset can. Retry-After comes as seconds or as a date. */
function retryAtOf({ rateLimit, headers }: ClientError, now: number): number {
  const after = String(headers?.['retry-after'] ?? '')
  const given = [(rateLimit?.reset ?? Number.NaN) * 1000, now + Number(after || Number.NaN) * 1000, Date.parse(after)]
  const at = given.find((time) => Number.isFinite(time)) ?? now + 900_000
  return Math.min(Math.max(at, now + 1000), now + 86_400_000)
}

const neverLeft = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

function explainConnection(failed: ClientError, error: unknown): ConnectorError {
  const cause = failed._options?.error ?? error
  // The guard and the rate limit speak through the socket.
  if (isConnectorError(cause)) return cause as ConnectorError
  const code = (cause as { code?: unknown } | undefined)?.code
  const notSent = typeof code === 'string' && neverLeft.has(code)
  return new ConnectorError('temporary', notSent ? 'X cannot be reached.' : 'The connection to X broke off.', {
    cause,
    notSent,
  })
}

function wordsOf({ data, code }: ClientError): string {
  const first = data?.errors?.[0]
  return (data?.detail ?? first?.message ?? first?.detail ?? data?.title ?? `status ${code ?? 'unknown'}`).slice(0, 300)
}

function asClientError(error: unknown): ClientError | undefined {
  const type = (error as { type?: unknown } | null | undefined)?.type
  return typeof type === 'string' ? (error as ClientError) : undefined
}
