import { Agent, type AgentOptions, type RequestOptions } from 'node:https'
import { connect, isIP, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import { ConnectorError } from '../domain/connectorError.ts'
import type { Guard } from './guard.ts'
import { checkBehindProxy, goesDirect, type ProxySettings } from './proxy.ts'

export interface AgentRequest {
  /**
   * Where the platform really is. An `http:` address (a test double, a gateway) makes the agent open plain TCP to that
   * host whatever the client asked for: the client keeps building and signing its https URLs. Anything else: no detour.
   */
  baseUrl?: string | URL
  /** Runs before each connection, so before each request (connections are not reused): the rate limit. */
  beforeConnect?: () => Promise<void>
  /** Silence on the line after which the request fails, default 20 s. */
  timeoutMs?: number
}

type Done = Parameters<Agent['createConnection']>[1]

/** An https.Agent for clients that bring their own HTTP (twitter-api-v2), behind the same guard as `fetch`. */
export class GuardedAgent extends Agent {
  readonly #guard: Guard
  readonly #request: AgentRequest
  readonly #proxy: ProxySettings | undefined

  constructor(guard: Guard, request: AgentRequest, proxy?: ProxySettings) {
    // NO_PROXY is decided here and not by Node: its own answer would tell tunnels and direct connections apart only by
    // a private mark, and mixing them up sends a request in the clear to the proxy.
    const proxyEnv = proxy && { HTTPS_PROXY: proxy.httpsProxy || proxy.httpProxy }
    super({ keepAlive: false, ...(proxyEnv ? { proxyEnv } : {}) } as AgentOptions)
    this.#guard = guard
    this.#request = request
    this.#proxy = proxy
  }

  override createConnection(options: RequestOptions, done?: Done): Duplex | null | undefined {
    void this.#answer(options, done)
    return undefined
  }

  async #answer(options: RequestOptions, done: Done): Promise<void> {
    try {
      const socket = await this.#open(options)
      limitSilence(socket, this.#request.timeoutMs ?? 20_000)
      done?.(null, socket)
    } catch (error) {
      // Node's own callback takes an error alone; its type does not say so.
      ;(done as ((error: unknown) => void) | undefined)?.(error)
    }
  }

  async #open(options: RequestOptions): Promise<Duplex> {
    await this.#request.beforeConnect?.()
    const detour = plainTarget(this.#request.baseUrl)
    if (detour) return connectPlain(detour, this.#guard)
    const host = options.host ?? options.hostname ?? ''
    this.#guard.checkHost(host)
    if (!this.#proxy || goesDirect(host, Number(options.port ?? 443), this.#proxy))
      return connectTls({ ...options, lookup: this.#guard.lookup } as ConnectionOptions)
    await checkBehindProxy(host, this.#guard)
    return new Promise((resolve, reject) => {
      super.createConnection(options, (error, socket) => {
        if (!error) return resolve(socket)
        // When the proxy refused the tunnel, Node leaves the socket to us.
        socket?.destroy()
        reject(error)
      })
    })
  }
}

/** Clients with their own HTTP seldom set a timeout, and a silent server would hold their run for ever. */
function limitSilence(socket: Duplex, timeoutMs: number): void {
  if (!(socket instanceof Socket)) return
  socket.setTimeout(timeoutMs, () => {
    socket.destroy(new ConnectorError('temporary', `The platform did not answer within ${timeoutMs / 1000} s.`))
  })
}

function plainTarget(baseUrl: string | URL | undefined): URL | undefined {
  if (baseUrl === undefined) return undefined
  const url = new URL(baseUrl)
  return url.protocol === 'http:' ? url : undefined
}

function connectPlain(url: URL, guard: Guard): Promise<Socket> {
  guard.checkUrl(url)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    const options = { host, port: Number(url.port || 80) }
    const socket = connect(isIP(host) === 0 ? { ...options, lookup: guard.lookup } : options)
    socket.once('connect', () => resolve(socket)).once('error', reject)
  })
}
