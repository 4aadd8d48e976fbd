import { ConnectorError } from '../domain/connectorError.ts'
import { acceptEncoding } from './decode.ts'
import type { EgressRequest } from './egress.ts'

/** One request on its way; redirects make the next one from it. */
export interface Hop {
  url: URL
  method: string
  headers: Record<string, string>
  body: string | Uint8Array | undefined
}

export function firstHop(address: string | URL, init: EgressRequest, userAgent: string): Hop {
  const form = init.body instanceof URLSearchParams
  const headers: Record<string, string> = { 'user-agent': userAgent, accept: '*/*' }
  if (form) headers['content-type'] = 'application/x-www-form-urlencoded;charset=UTF-8'
  for (const [name, value] of Object.entries(init.headers ?? {})) headers[name.toLowerCase()] = value
  return {
    url: parseUrl(address),
    method: (init.method ?? 'GET').toUpperCase(),
    headers: { ...headers, 'accept-encoding': acceptEncoding },
    body: init.body instanceof URLSearchParams ? init.body.toString() : init.body,
  }
}

export function toResponse(status: number, headers: Headers, body: Buffer | null, url: URL): Response {
  if (status < 200 || status > 599) throw new ConnectorError('temporary', `${url.host} answered with status ${status}.`)
  const response = new Response(body as Uint8Array<ArrayBuffer> | null, { status, headers })
  Object.defineProperty(response, 'url', { value: url.href })
  return response
}

export function toHeaders(raw: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(raw))
    for (const one of Array.isArray(value) ? value : value === undefined ? [] : [value]) headers.append(name, one)
  return headers
}

export function parseUrl(address: string | URL, base?: URL): URL {
  try {
    return new URL(address, base)
  } catch (cause) {
    throw new ConnectorError('rejected', `${String(address)} is not a valid address.`, { cause, notSent: !base })
  }
}
