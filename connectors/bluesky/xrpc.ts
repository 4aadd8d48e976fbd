import type { z } from 'zod'
import type { Host } from '../../src/connector/contract.ts'
import { ConnectorError } from '../../src/connector/errors.ts'
import { rateSignalsOf } from '../../src/connector/responses.ts'

export interface XrpcCall {
  query?: Record<string, string | number | readonly string[] | undefined>
  /** Present: POST. An empty string is a POST without a body. */
  body?: object | ''
  token?: string
  /** Service that the server shall ask for us. */
  proxy?: string
}

/** An answer that is not 2xx. The name in `error` is what the protocol defines; the status varies between servers. */
export class XrpcError extends Error {
  readonly status: number
  readonly error: string
  readonly retryAt: number | undefined
  constructor(status: number, error: string, message: string, retryAt?: number) {
    super(message)
    this.name = 'XrpcError'
    this.status = status
    this.error = error
    this.retryAt = retryAt
  }
}

export async function call(host: Host, server: string, nsid: string, options: XrpcCall): Promise<Response> {
  const url = new URL(`/xrpc/${nsid}`, server)
  for (const [name, value] of Object.entries(options.query ?? {}))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined) url.searchParams.append(name, String(one))
  const response = await host.fetch(url, {
    method: options.body === undefined ? 'GET' : 'POST',
    headers: {
      accept: 'application/json',
      ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
      ...(options.proxy ? { 'atproto-proxy': options.proxy } : {}),
      ...(options.body ? { 'content-type': 'application/json' } : {}),
    },
    ...(options.body ? { body: JSON.stringify(options.body) } : {}),
    redirect: 'manual',
  })
  if (response.ok) return response
  throw await readError(response)
}

export async function readBody<Shape extends z.ZodType>(response: Response, shape: Shape): Promise<z.infer<Shape>> {
  let body: unknown
  try {
    body = await response.json()
  } catch (cause) {
    throw new ConnectorError('temporary', 'The Bluesky server sent an answer that is cut short or not JSON.', { cause })
  }
  const parsed = shape.safeParse(body)
  if (!parsed.success)
    throw new ConnectorError('temporary', 'The Bluesky server sent an answer of an unknown form.', {
      cause: parsed.error,
    })
  return parsed.data
}

async function readError(response: Response): Promise<XrpcError> {
  const body: unknown = await response.json().catch(() => ({}))
  const { error, message } = (typeof body === 'object' && body !== null ? body : {}) as {
    error?: unknown
    message?: unknown
  }
  const name = typeof error === 'string' ? error : ''
  const text = typeof message === 'string' && message ? message : name || `status ${response.status}`
  return new XrpcError(response.status, name, text.slice(0, 300), rateSignalsOf(response).retryAt)
}

const authErrors = new Set([
  'AuthMissing',
  'AuthenticationRequired',
  'InvalidToken',
  'ExpiredToken',
  'BadJwt',
  'AccountTakedown',
  'AccountDeactivated',
])
const temporaryErrors = new Set(['UpstreamFailure', 'UpstreamTimeout', 'InternalServerError', 'NotEnoughResources'])

/** True when the access token, and only that, is the problem: the server says 400 or 401 with one of these names. */
export function isSpentToken(error: unknown): boolean {
  return error instanceof XrpcError && ['ExpiredToken', 'InvalidToken', 'BadJwt'].includes(error.error)
}

/** What the host shall do about it. */
export function explain(error: XrpcError, options: { notSent?: boolean } = {}): ConnectorError {
  const rest = { cause: error, ...options }
  if (error.status === 429 || error.error === 'RateLimitExceeded') {
    const retry = error.retryAt === undefined ? {} : { retryAt: error.retryAt }
    return new ConnectorError('rate_limited', 'Bluesky asks for a pause (rate limit).', { ...rest, ...retry })
  }
  if (authErrors.has(error.error) || error.status === 401)
    return new ConnectorError(
      'auth',
      `Bluesky no longer accepts this sign-in (${error.message}). Make a new app password.`,
      rest,
    )
  if (error.status >= 500 || temporaryErrors.has(error.error) || error.status === 408 || error.status < 400)
    return new ConnectorError('temporary', `The Bluesky server has a problem (${error.message}).`, rest)
  return new ConnectorError('rejected', `Bluesky refused it: ${error.message}`, rest)
}
