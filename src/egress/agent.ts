import { Agent, type AgentOptions, type RequestOptions } from 'node:https'
import { connect, isIP, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { ConnectorError } from '../domain/connectorError.ts'
import type { Guard } from './guard.ts'

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
  readonly #proxied: boolean

  constructor(guard: Guard, request: AgentRequest, proxyEnv: NodeJS.ProcessEnv | undefined) {
    super({ keepAlive: false, ...(proxyEnv ? { proxyEnv } : {}) } as AgentOptions)
    this.#guard = guard
    this.#request = request
    this.#proxied = proxyEnv !== undefined
  }

  override createConnection(options: RequestOptions, done?: Done): Duplex | null | undefined {
    void this.#answer(options, done)
    return undefined
  }

  async #answer(options: RequestOptions, done: Done): Promise<void> {
    try {
      const socket = await this.#open(options, done)
      if (!socket) return
      limitSilence(socket, this.#request.timeoutMs ?? 20_000)
      done?.(null, socket)
    } catch (error) {
      // Node's own callback takes an error alone; its type does not say so.
      ;(done as ((error: unknown) => void) | undefined)?.(error)
    }
  }

  async #open(options: RequestOptions, done?: Done): Promise<Duplex | undefined> {
    await this.#request.beforeConnect?.()
    const detour = plainTarget(this.#request.baseUrl)
    if (detour) return connectPlain(detour, this.#guard)
    this.#guard.checkHost(options.host ?? options.hostname ?? '')
    const guarded = this.#proxied ? options : { ...options, lookup: this.#guard.lookup }
    // With a proxy the socket comes later, through the callback; without one it is returned.
    return super.createConnection(guarded, done) ?? undefined
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
