import { Agent, buildConnector, EnvHttpProxyAgent, request, type Dispatcher } from 'undici'
import type { EgressOptions } from './egress.ts'
import type { Guard } from './guard.ts'
import type { ProxySettings } from './proxy.ts'

/** What carries requests. In a module of its own: undici is loaded with the first request, not with the program. */
export interface Wire {
  dispatcher: Dispatcher
  request: typeof request
}

export function createWire(guard: Guard, options: EgressOptions, proxy: ProxySettings | undefined): Wire {
  return { dispatcher: createDispatcher(guard, options, proxy), request }
}

function createDispatcher(guard: Guard, options: EgressOptions, proxy: ProxySettings | undefined): Dispatcher {
  const timeout = options.connectTimeoutMs ?? 10_000
  const dial = buildConnector({ lookup: guard.lookup, timeout, allowH2: false })
  const connect: buildConnector.connector = (target, done) => {
    try {
      // undici never asks `lookup` about a literal, so it is checked here, next to the dialling.
      guard.checkHost(target.hostname)
    } catch (error) {
      return done(error as Error, null)
    }
    dial(target, done)
  }
  const shared = { connect, headersTimeout: 15_000, bodyTimeout: 15_000, maxHeaderSize: 65_536 }
  return proxy ? new EnvHttpProxyAgent({ ...shared, ...proxy }) : new Agent(shared)
}
