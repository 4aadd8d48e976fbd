import { ConnectorError } from '../domain/connectorError.ts'
import type { Guard } from './guard.ts'

/** The proxies of an environment; '' where there is none. */
export interface ProxySettings {
  httpProxy: string
  httpsProxy: string
  noProxy: string
}

export function proxySettings(env: NodeJS.ProcessEnv): ProxySettings {
  return {
    httpProxy: env['http_proxy'] ?? env['HTTP_PROXY'] ?? '',
    httpsProxy: env['https_proxy'] ?? env['HTTPS_PROXY'] ?? '',
    noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
  }
}

export function hasProxy({ httpProxy, httpsProxy }: ProxySettings): boolean {
  return httpProxy !== '' || httpsProxy !== ''
}

/** NO_PROXY: `*`, a host, or the end of one (`.example.com`, `*.example.com`), each with an optional port. */
export function goesDirect(host: string, port: number, { noProxy }: ProxySettings): boolean {
  const name = host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
  return noProxy.split(/[,\s]+/).some((entry) => {
    const [, pattern = '', wantedPort] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? []
    if (pattern === '' || (wantedPort !== undefined && Number(wantedPort) !== port)) return false
    const domain = pattern.replace(/^\*?\./, '')
    return pattern === '*' || name === pattern || name === domain || name.endsWith(`.${domain}`)
  })
}

/**
 * Refuses what resolves to a private address here. Where names do not resolve here (only the proxy knows DNS) the proxy
 * decides.
 */
export function checkBehindProxy(host: string, guard: Guard): Promise<void> {
  return new Promise((resolve, reject) => {
    guard.lookup(host.replace(/^\[|\]$/g, ''), { all: true }, (error) => {
      if (error instanceof ConnectorError) reject(error)
      else resolve()
    })
  })
}
