import type { Context } from 'hono'
import type { Bus } from '../bus.ts'
import type { Classifier } from '../classify/types.ts'
import type { Host } from '../connector/contract.ts'
import type { Registry } from '../connector/registry.ts'
import type { ProviderSetting } from '../domain/provider.ts'
import type { Provider } from '../provider/provider.ts'
import type { Session, User } from '../store/users.ts'
import type { Store } from '../store/store.ts'
import type { Act } from '../store/threadActions.ts'

/** Everything that a request handler may use; made once by createApp. */
export interface Web {
  store: Store
  registry: Registry
  bus: Bus
  clock: { now(): number }
  log: Log
  config: WebConfig
  /** uuidv7. */
  newId(): string
  /** Talks to a platform with settings that are not saved yet, or with those of a saved source. */
  hostFor(connector: string, config: Record<string, unknown>, sourceId?: string): Promise<Host>
  /** Secrets of a source as they are stored ('' for none): bound to its id, so that a row cannot be copied to another. */
  seal(secrets: Record<string, unknown>, sourceId: string): Promise<string>
  unseal(sealed: string, sourceId: string): Promise<Record<string, unknown>>
  /** Read when the first judgement is explained; absent: labels stand without their reasons. */
  classifier?: (() => Promise<Classifier>) | undefined
  /** Other judges: their keys are sealed here and nowhere else. */
  providers: ProviderDesk
  /** Reads a file of mentions into its source; undefined: that source takes no files. Absent: files are not offered. */
  importMentions?: ((sourceId: string, file: MentionFile, act: Act) => Promise<FileOutcome | undefined>) | undefined
  /** Puts the demo world in; twice adds nothing. Absent: it is not offered. */
  createDemoWorld?: ((act: Act) => Promise<void>) | undefined
  /** GET through the egress, for pictures of authors; absent: initials are shown instead. */
  fetchPublic?: ((url: string, limits: { maxBytes: number; timeoutMs: number }) => Promise<Response>) | undefined
}

export interface ProviderDesk {
  seal(key: string): string
  unseal(sealed: string): string
  /** Throws ProviderError. */
  open(setting: ProviderSetting, key: string | undefined): Promise<Provider>
  /** The one that is set up. Throws ProviderError. */
  current(): Promise<{ provider: Provider } | undefined>
}

export interface MentionFile {
  name: string
  bytes: Uint8Array
}

export interface FileOutcome {
  added: number
  changed: number
  /** Were here already, just so. */
  known: number
  errors: { line: number; error: string }[]
}

export interface WebConfig {
  /** https://listen.example: links in invitations, and whether cookies are `__Host-`. Absent: as the request says. */
  publicUrl?: string | undefined
  /** X-Forwarded-For and -Proto are believed. */
  trustProxy?: boolean | undefined
  /** True when only this machine can reach the port: the first visit needs no token. */
  loopback: boolean
  /** The demo world was asked for on the command line. */
  demo: boolean
  /** Folder of the built browser files; absent: no assets (tests). */
  assetsFolder?: string | undefined
  /** Signs the addresses of the avatar proxy. */
  secret: string
  version: string
}

export interface Log {
  info(message: string, facts?: Record<string, unknown>): void
  warn(message: string, facts?: Record<string, unknown>): void
  error(message: string, facts?: Record<string, unknown>): void
}

export interface Viewer {
  user: User
  session: Session
  /** Put into every form of this session. */
  csrf: string
}

export interface Env {
  Variables: {
    web: Web
    /** Set when the cookie names a living session. */
    viewer?: Viewer
  }
}

export type Ctx = Context<Env>
export type Handler = (c: Ctx) => Response | Promise<Response>

/** The signed-in person; only behind a route that needs a permission. */
export function viewerOf(c: Ctx): Viewer {
  const viewer = c.get('viewer')
  if (!viewer) throw new Error('this route must need a permission')
  return viewer
}

export function isHtmx(c: Ctx): boolean {
  return c.req.header('HX-Request') === 'true'
}

/** htmx 4 says whether it wants a whole document or the part that its target shows. */
export function wantsPart(c: Ctx): boolean {
  return isHtmx(c) && c.req.header('HX-Request-Type') !== 'full'
}

/** https as the browser sees it. */
export function isSecure(c: Ctx): boolean {
  const { config } = c.get('web')
  if (config.publicUrl) return config.publicUrl.startsWith('https:')
  if (config.trustProxy && c.req.header('X-Forwarded-Proto') === 'https') return true
  return new URL(c.req.url).protocol === 'https:'
}

export function originOf(c: Ctx): string {
  const { config } = c.get('web')
  return config.publicUrl ? new URL(config.publicUrl).origin : new URL(c.req.url).origin
}

/** The address of the other side, '' where the server does not tell (tests). */
export function addressOf(c: Ctx): string {
  const { config } = c.get('web')
  const forwarded = config.trustProxy ? c.req.header('X-Forwarded-For')?.split(',').at(-1)?.trim() : undefined
  if (forwarded) return forwarded.slice(0, 64)
  const env = c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined // @hono/node-server
  return env?.incoming?.socket?.remoteAddress ?? ''
}
