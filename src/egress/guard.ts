import { lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { ConnectorError } from '../domain/connectorError.ts'
import { addressMatches, kindOfAddress } from './address.ts'

export interface GuardOptions {
  /** true: any private address. A list: host names, addresses or networks (`10.1.0.0/16`), with or without a port. */
  allowPrivate: boolean | readonly string[]
  /** Name resolution, replaced in tests. */
  lookup?: LookupFunction
}

export interface Guard {
  /** Checks what can be seen in the URL itself. Throws ConnectorError('rejected', notSent). */
  checkUrl(url: URL): void
  /** Checks a literal host; names pass (they are checked in `lookup`). */
  checkHost(host: string): void
  /**
   * For `net.connect`: answers only addresses that may be dialled. The socket dials exactly what this returned, so
   * there is no second resolution that a rebinding name server could answer differently.
   */
  lookup: LookupFunction
}

export function createGuard({ allowPrivate, lookup = systemLookup as LookupFunction }: GuardOptions): Guard {
  const allowed = (host: string, address: string) => isAllowed(host, address, allowPrivate)
  const checkHost = (host: string) => {
    const name = stripBrackets(host)
    if (isIP(name) !== 0 && !allowed(name, name)) throw privateAddress(name)
  }
  return {
    checkHost,
    checkUrl(url) {
      checkForm(url)
      checkHost(url.hostname)
    },
    lookup(host, options, callback) {
      lookup(host, { ...options, all: true }, (error, answer) => {
        if (error) return callback(error, [])
        const found = Array.isArray(answer) ? answer : [{ address: answer, family: isIP(answer) }]
        const usable = found.filter(({ address }) => allowed(host, address))
        const [first] = usable
        if (!first) return callback(privateAddress(host, found[0]?.address), [])
        if (options.all) callback(null, usable)
        else callback(null, first.address, first.family)
      })
    },
  }
}

function checkForm(url: URL): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw refuse(`Only http and https addresses can be read, not ${url.protocol}`)
  if (url.username !== '' || url.password !== '')
    throw refuse(`The address of ${url.host} carries a user name or password. Remove it and use the fields for keys.`)
  if (url.hostname === '') throw refuse('The address has no host name.')
}

function isAllowed(host: string, address: string, allowPrivate: boolean | readonly string[]): boolean {
  const kind = kindOfAddress(address)
  if (kind === 'public') return true
  if (typeof allowPrivate === 'boolean') return allowPrivate && kind === 'private'
  const name = host.toLowerCase().replace(/\.$/, '')
  return allowPrivate.some((entry) => {
    const wanted = withoutPort(entry.trim().toLowerCase())
    return wanted === name || wanted === address || addressMatches(address, wanted)
  })
}

/** `[::1]:80` -> `::1`, `intranet:8080` -> `intranet`; a bare IPv6 address stays whole. */
function withoutPort(entry: string): string {
  const bracketed = /^\[([^\]]+)\]/.exec(entry)?.[1]
  if (bracketed !== undefined) return bracketed
  return entry.split(':').length === 2 ? (entry.split(':')[0] ?? entry) : entry
}

function stripBrackets(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host
}

function privateAddress(host: string, address?: string): ConnectorError {
  const what =
    address === undefined || address === host
      ? `${host} is a private address.`
      : `${host} leads to the private address ${address}.`
  return refuse(`${what} Allow it with EARSHOT_ALLOW_PRIVATE=${host}`)
}

function refuse(message: string): ConnectorError {
  return new ConnectorError('rejected', message, { notSent: true })
}
