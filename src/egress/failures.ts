import { ConnectorError, isConnectorError } from '../domain/connectorError.ts'

/** Failures before a byte of the request left: repeating a write after one of them is safe. */
const notSentSentences: Record<string, string> = {
  ECONNREFUSED: 'refused the connection',
  ENOTFOUND: 'is not a known host name',
  EAI_AGAIN: 'could not be looked up: name resolution is not working at the moment',
  ENODATA: 'is not a known host name',
  EHOSTUNREACH: 'cannot be reached from here',
  ENETUNREACH: 'cannot be reached from here: no network',
  EADDRNOTAVAIL: 'cannot be reached from here',
  UND_ERR_CONNECT_TIMEOUT: 'did not accept the connection in time',
  ERR_PROXY_TUNNEL: 'could not be reached through the proxy',
  CERT_HAS_EXPIRED: 'shows a certificate that has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'shows a certificate that it signed itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'shows a certificate signed by somebody unknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'shows a certificate that cannot be verified',
  ERR_TLS_CERT_ALTNAME_INVALID: 'shows a certificate for another name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'does not speak TLS on this port (http instead of https?)',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'does not speak TLS on this port (http instead of https?)',
}

/** Failures after which nobody knows what the other side did. */
const unknownSentences: Record<string, string> = {
  UND_ERR_HEADERS_TIMEOUT: 'did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'stopped sending in the middle of its answer',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'sent less than it announced',
  UND_ERR_HEADERS_OVERFLOW: 'sent more headers than is reasonable',
  UND_ERR_SOCKET: 'closed the connection in the middle',
  ECONNRESET: 'closed the connection in the middle',
  EPIPE: 'closed the connection in the middle',
  ETIMEDOUT: 'did not answer in time',
  Z_DATA_ERROR: 'sent an answer whose packing is damaged',
  Z_BUF_ERROR: 'sent only a part of a packed answer',
}

/**
 * Turns whatever the network threw, also through a client of its own, into the one error that connectors and the worker
 * know.
 */
export function failureOf(error: unknown, url: URL): ConnectorError {
  const known = find(error, isConnectorError)
  if (known) return known
  const code = codeOf(error)
  const sure = notSentSentences[code]
  if (sure !== undefined)
    return new ConnectorError('temporary', `${url.host} ${sure}.`, { cause: error, notSent: true })
  const sentence = unknownSentences[code] ?? `could not be read (${code || messageOf(error)})`
  return new ConnectorError('temporary', `${url.host} ${sentence}.`, { cause: error })
}

function codeOf(error: unknown): string {
  const withCode = find(error, (value): value is { code: string } => {
    return typeof value === 'object' && value !== null && typeof (value as { code?: unknown }).code === 'string'
  })
  return withCode?.code ?? ''
}

/**
 * Walks `cause`, the members of an AggregateError (a dual-stack connect) and `_options.error`, where twitter-api-v2 1.29
 * keeps the network's error (its getter `requestError` looks in the wrong place).
 */
function find<T>(error: unknown, is: (value: unknown) => value is T, depth = 0): T | undefined {
  if (is(error)) return error
  if (depth > 5 || typeof error !== 'object' || error === null) return undefined
  const { cause, errors, _options } = error as { cause?: unknown; errors?: unknown; _options?: { error?: unknown } }
  for (const inner of [cause, _options?.error, ...(Array.isArray(errors) ? errors : [])]) {
    const found = inner === undefined ? undefined : find(inner, is, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
