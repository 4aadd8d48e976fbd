import type { Agent as HttpsAgent } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { Dispatcher } from 'undici'
import { ConnectorError } from '../domain/connectorError.ts'
import { GuardedAgent, type AgentRequest } from './agent.ts'
import { readDecoded } from './decode.ts'
import { failureOf } from './failures.ts'
import { createGuard, type Guard } from './guard.ts'
import { firstHop, parseUrl, toHeaders, toResponse, type Hop } from './hop.ts'
import { openSocket, openStream, type LiveRequest, type OpenedSocket, type OpenedStream } from './live.ts'
import { checkBehindProxy, hasProxy, proxySettings } from './proxy.ts'
import type { Wire } from './wire.ts'

export interface EgressOptions {
  /** Private, loopback and link-local targets: false (none), true (all but cloud metadata), or the ones listed. */
  allowPrivate: boolean | readonly string[]
  userAgent: string
  /**
   * Honour HTTPS_PROXY, HTTP_PROXY and NO_PROXY of this environment. The proxy then resolves names: literals and names
   * that resolve to private addresses here are still refused, but what the proxy dials is the proxy's decision.
   */
  proxyFromEnv?: NodeJS.ProcessEnv | false
  connectTimeoutMs?: number
  /** Name resolution, replaced in tests. */
  lookup?: LookupFunction
}

export interface EgressRequest {
  method?: string
  headers?: Record<string, string>
  body?: string | Uint8Array | URLSearchParams
  /** Decoded bytes, default 5 MB. */
  maxBytes?: number
  /** Whole exchange with redirects and body, default 20 s. */
  timeoutMs?: number
  redirect?: 'follow' | 'manual'
  signal?: AbortSignal
}

export interface Egress {
  /**
   * The only way out of the process. Answers a Response whose body has been read completely (so a half body or a slow
   * drip fails here, not in the caller) for every HTTP status. Throws ConnectorError:
   * - `rejected`, notSent: the address is private, not http(s) or carries a password;
   * - `temporary`, notSent: refused, unknown host, TLS failure, no connection in time;
   * - `temporary`: timeout, reset, half body, too large, too many redirects. After a write its outcome is unknown.
   * The abort of `signal` is thrown as the signal's own reason.
   */
  fetch(url: string | URL, init?: EgressRequest): Promise<Response>
  /**
   * An answer that does not end, read as it comes and only as fast as it is read. Same guard, no redirects. What the
   * server refuses is an ordinary Response.
   */
  openStream(url: string | URL, init?: LiveRequest): Promise<OpenedStream>
  /** A WebSocket (ws, wss, http or https address) behind the same guard; no redirects. */
  openSocket(url: string | URL, init?: LiveRequest): Promise<OpenedSocket>
  agent(options?: AgentRequest): HttpsAgent
  close(): Promise<void>
}

const maxRedirects = 5
const redirectStatuses = new Set([301, 302, 303, 307, 308])
const bodilessStatuses = new Set([101, 204, 205, 304])
/** What may follow a redirect to another origin; everything else could be a credential. */
const harmlessHeaders = new Set(['accept', 'accept-language', 'user-agent', 'if-none-match', 'if-modified-since'])

export function createEgress(options: EgressOptions): Egress {
  const guard = createGuard(options)
  const settings = proxySettings(options.proxyFromEnv || {})
  const proxy = hasProxy(settings) ? settings : undefined
  const proxied = proxy !== undefined
  let loading: Promise<Wire> | undefined
  const wire = () => (loading ??= import('./wire.ts').then((module) => module.createWire(guard, options, proxy)))
  const way = { guard, wire, proxied, userAgent: options.userAgent }
  return {
    fetch: (url, init = {}) => exchange(url, init, way),
    openStream: (url, init = {}) => openStream(url, init, way),
    openSocket: (url, init = {}) => openSocket(url, init, way),
    agent: (wanted = {}) => new GuardedAgent(guard, wanted, proxy),
    close: async () => (await loading)?.dispatcher.destroy(),
  }
}

/** How requests of this installation leave it. */
export interface Way {
  guard: Guard
  wire: () => Promise<Wire>
  proxied: boolean
  userAgent: string
}

async function exchange(address: string | URL, init: EgressRequest, way: Way): Promise<Response> {
  const timeoutMs = init.timeoutMs ?? 20_000
  const timeout = AbortSignal.timeout(timeoutMs)
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout
  let hop = firstHop(address, init, way.userAgent)
  for (let redirects = 0; ; redirects++) {
    try {
      const answer = await send(hop, signal, way, init.maxBytes ?? 5_000_000)
      const next = init.redirect === 'manual' ? undefined : nextHop(hop, answer)
      if (!next) return answer
      if (redirects === maxRedirects) throw new ConnectorError('temporary', `${hop.url.host} redirects in circles.`)
      hop = next
    } catch (error) {
      if (init.signal?.aborted) throw init.signal.reason
      if (timeout.aborted) throw timedOut(hop.url, timeoutMs, error)
      throw withHop(failureOf(error, hop.url), redirects)
    }
  }
}

async function send(hop: Hop, signal: AbortSignal, way: Way, maxBytes: number): Promise<Response> {
  way.guard.checkUrl(hop.url)
  if (way.proxied) await checkBehindProxy(hop.url.hostname, way.guard)
  const { dispatcher, request } = await way.wire()
  signal.throwIfAborted()
  const answer = await request(hop.url, {
    method: hop.method as Dispatcher.HttpMethod,
    headers: hop.headers,
    body: hop.body ?? null,
    dispatcher,
    signal,
  })
  const headers = toHeaders(answer.headers)
  const empty = bodilessStatuses.has(answer.statusCode) || hop.method === 'HEAD'
  const body = await readDecoded(answer.body, empty ? '' : (headers.get('content-encoding') ?? ''), maxBytes)
  // They describe the bytes on the wire, which the caller no longer sees.
  headers.delete('content-encoding')
  headers.delete('content-length')
  return toResponse(answer.statusCode, headers, empty ? null : body, hop.url)
}

/** The method rules of the fetch standard. A write is not repeated at another host. */
function nextHop(hop: Hop, answer: Response): Hop | undefined {
  const location = answer.headers.get('location')
  if (!redirectStatuses.has(answer.status) || location === null) return undefined
  const url = parseUrl(location, hop.url)
  const drops = answer.status === 303 ? hop.method !== 'HEAD' : answer.status < 303 && hop.method === 'POST'
  const next: Hop = drops ? { ...hop, url, method: 'GET', body: undefined } : { ...hop, url }
  if (drops) next.headers = without(hop.headers, (name) => name.startsWith('content-'))
  if (url.origin === hop.url.origin) return next
  if (next.body !== undefined)
    throw new ConnectorError('temporary', `${hop.url.host} redirects a write to ${url.host}, which is not followed.`)
  return { ...next, headers: without(next.headers, (name) => !harmlessHeaders.has(name) && name !== 'accept-encoding') }
}

function without(headers: Record<string, string>, drop: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !drop(name)))
}

/** A refused address after a redirect: the first host has already seen the request, so nothing is sure any more. */
function withHop(failure: ConnectorError, redirects: number): ConnectorError {
  if (redirects === 0 || !failure.notSent) return failure
  return new ConnectorError('temporary', `After a redirect: ${failure.message}`, { cause: failure })
}

function timedOut(url: URL, timeoutMs: number, cause: unknown): ConnectorError {
  return new ConnectorError('temporary', `${url.host} did not answer completely within ${timeoutMs / 1000} s.`, {
    cause,
  })
}
