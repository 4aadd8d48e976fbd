import type { Agent } from 'node:https'
import type { z } from 'zod'
import type { IncomingMention } from '../domain/mention.ts'
import type { BackfillInterval, BackfillManifest, BackfillPage } from './backfill.ts'
import type { ReplyLimit } from '../domain/reply.ts'

export type {
  IncomingAuthor,
  IncomingMention,
  IncomingReview,
  MentionKind,
  MentionMedia,
  MentionMetrics,
} from '../domain/mention.ts'
export type { BackfillInterval, BackfillManifest, BackfillPage } from './backfill.ts'
export type { ReplyLimit } from '../domain/reply.ts'

/**
 * The published contract of a source. A connector talks to one platform and knows nothing of the store, the clock or
 * the screens. Capabilities are the methods present: buttons, documents and tests derive from them.
 */
export interface Connector<Config = unknown, Cursor = unknown> {
  manifest: Manifest
  /** Gives the settings form, the parser, field errors, the README table and `earshot source add`. Every key carries `.meta({ title, help, secret? })`. */
  config: z.ZodType<Config>
  cursor: z.ZodType<Cursor>
  /** The cursor of a source that was never polled. */
  start: Cursor
  /** Ready-made sources for the name of a product, offered on the first visit (keyless connectors). */
  suggest?(word: string): SuggestedSource<Config>[]
  /** The server that ids belong to, where the same id means another item elsewhere (Mastodon: the host). Default ''. */
  instance?(config: Config): string
  /** Proves the credentials. `account` makes the source unique inside the connector. */
  check(host: Host<Config>): Promise<CheckedAccount>
  /** Own inbox, or the whole feed of a keyless source. Yields pages, each with the cursor from which the next run resumes. */
  poll(host: Host<Config>, cursor: Cursor): AsyncIterable<Page<Cursor>>
  /** Keyword listening: receives the part of a query that was pushed down to the platform. */
  search?(host: Host<Config>, query: PushedQuery, cursor: Cursor): AsyncIterable<Page<Cursor>>
  /**
   * Listening without asking: runs until it fails or `host.signal` ends it. `cursor` is what its last saved page carried
   * (undefined: never saved one); it is kept apart from the poll's and its form is the stream's own business. The first
   * page says that the connection stands and where reading begins: `covered.from` at or before the end of what was
   * covered last means "nothing is missing", later means that a poll must read what lies between. Pages are small and
   * come at least every few seconds, empty ones too, so that cursor and coverage move on. The host reconnects, polls
   * while there is no stream, and absorbs what comes twice.
   */
  stream?(host: StreamHost<Config>, cursor: unknown): AsyncIterable<Page<unknown>>
  /**
   * Reads an interval of the past again: a gap in the ledger, or the last day for what was indexed late. `cursor` is that
   * of its last stored page, undefined in the beginning. Pages may come in any order; the last one says `done`. The host
   * runs it with low priority, a few pages at a time. Belongs to `manifest.backfill`.
   */
  backfill?(host: Host<Config>, interval: BackfillInterval, cursor: unknown): AsyncIterable<BackfillPage>
  /** Verifies the signature before it believes anything. Throws ConnectorError('auth') when it does not hold. */
  webhook?(host: Host<Config>, request: WebhookRequest): Promise<Page<Cursor>>
  /** Where the limits belong to the instance (Mastodon: length, weight of a URL). */
  limits?(host: Host<Config>): Promise<ReplyLimit[]>
  canReply?(target: ReplyTarget): CanReply
  /** Sends once. A repeat with the same idempotencyKey must be harmless where the platform allows it. */
  reply?(host: Host<Config>, reply: OutgoingReply): Promise<SentReply>
  /** Looks whether this very reply is already on the platform. Required wherever the platform takes no key. */
  findReply?(host: Host<Config>, reply: OutgoingReply): Promise<SentReply | null>
  /** Edits and deletions of items that we hold; an id that is not mentioned in the answer is unchanged. At most 100 ids a call. */
  recheck?(host: Host<Config>, ids: RecheckId[]): Promise<Change[]>
  act?: Acts<Config>
}

/** Written as methods, so that connectors of different configs fit one list. */
export interface Acts<Config> {
  like?(host: Host<Config>, target: ReplyTarget): Promise<void>
  hide?(host: Host<Config>, target: ReplyTarget): Promise<void>
  delete?(host: Host<Config>, target: ReplyTarget): Promise<void>
}

export interface Manifest {
  /** Folder name, frozen once released. */
  id: string
  name: string
  homepage: string
  kind: 'social' | 'community' | 'reviews' | 'mail' | 'crm' | 'ingest'
  /** Platform name written to mentions: what makes ids comparable across sources. Default: the id. */
  platform?: string
  /** Rules in connectors/README; exemptions need a reason there. */
  quality: 'bronze' | 'silver' | 'gold'
  /** One sentence for the list of sources. */
  summary: string
  /** True when it works without any account or key: offered on the first visit. */
  keyless: boolean
  /** The host obeys; a connector never sleeps. Never more than `requests` starts in any window of `perSeconds`. */
  limits: RateLimit[]
  /** Seconds between polls. */
  interval: { default: number; min: number }
  reply?: { limits: ReplyLimit[]; oneOnly?: boolean; readLagSeconds: number; price?: string }
  /** Present when the connector has `stream`. */
  stream?: StreamOffer
  /** Present where `backfill` is. */
  backfill?: BackfillManifest
  policy: {
    /** May an author of this platform be linked to a customer? LinkedIn: forbidden. X: public-data. */
    identityLink: 'allowed' | 'public-data' | 'consent' | 'forbidden'
    retainHours?: number
    deletionRecheckHours?: number
    exportable: boolean
  }
}

export interface StreamOffer {
  /** Whether a source streams until somebody decides otherwise. */
  byDefault: boolean
  /** One sentence for the person who decides: what it brings and what it takes (traffic, a token). */
  summary: string
  /** What the platform charges; shown beside the switch. */
  price?: string
}

export interface RateLimit {
  requests: number
  perSeconds: number
  /** 'account': one bucket per source; 'connector': one for all sources of this connector (per-IP limits). */
  scope: 'account' | 'connector'
}

/** All that a connector gets from outside. */
export interface Host<Config = unknown> {
  config: Config
  /** The only way out: address guard, rate limit, timeout, size cap, named failures. Throws ConnectorError. */
  fetch(url: string | URL, init?: HostRequest): Promise<Response>
  /** For the one SDK that brings its own client (twitter-api-v2): the same guard and limits. */
  agent: Agent
  log: ConnectorLog
  signal: AbortSignal
  /** Epoch ms. */
  now(): number
  /** uuidv7. */
  newId(): string
  /**
   * Small durable memory of this source (login session, rotated refresh token), encrypted at rest. `update` is
   * serialised per source, so that a refresh token is used once.
   */
  session: { get(): Promise<unknown>; update(change: (current: unknown) => Promise<unknown>): Promise<unknown> }
  /** Hands one bad record to quarantine with its raw form; the page goes on without it. */
  quarantine(raw: unknown, error: unknown): void
}

/** What `stream` gets besides. Both openings count against the rate limits, obey the address guard and follow no redirect. */
export interface StreamHost<Config = unknown> extends Host<Config> {
  /** An HTTP answer without an end: server-sent events, lines of JSON. */
  openStream(url: string | URL, init?: StreamRequest): Promise<OpenedStream>
  /** A WebSocket; ws, wss, http and https addresses. Answers pings and sends its own. */
  openSocket(url: string | URL, init?: StreamRequest): Promise<OpenedSocket>
  /**
   * Does a listening query of the workspace want this? For streams that carry a whole network. Ask for it again with
   * every delivery, because queries change. Fields that the stream does not tell are unknown, and queries without any
   * word of their own want nothing here: they would want everything.
   */
  filter(): Promise<(post: StreamedPost) => boolean>
  /** How often pages go out: `inBatches` of src/connector/streaming.ts keeps to it. */
  pace: StreamPace
}

export interface StreamPace {
  /** A page of so many items goes out at once. */
  most: number
  /** The first item waits at most so long for company. */
  withinMs: number
  /** With nothing to tell, a page without items goes out after so long, so that the position is saved. */
  idleMs: number
}

export interface StreamedPost {
  text: string
  title?: string
  lang?: string
  kind?: IncomingMention['kind']
  author?: string[]
  url?: string
  links?: string[]
  createdAt?: number
}

export interface StreamRequest {
  headers?: Record<string, string>
  /** Until the server has answered, default 20 s. */
  timeoutMs?: number
  /** Nothing for so long, keep-alives and pings included: the line is dead. Default 60 s. */
  silenceMs?: number
  /** WebSocket only: bytes of one message, default 5 MB. */
  maxMessageBytes?: number
}

/** Reading is pulling: what is not asked for waits at the other end. Every end but the host's own is thrown. */
export type OpenedStream =
  | { ok: true; headers: Headers; chunks: AsyncIterable<Uint8Array> }
  | { ok: false; response: Response }
export type OpenedSocket = { ok: true; socket: LiveSocket } | { ok: false; response: Response }

export interface LiveSocket {
  /** Messages that arrived together. The cause of the error that ends it is `{ code, reason }` when the server said why. */
  messages: AsyncIterable<(string | Uint8Array)[]>
  /** Ms since anything came, answers to pings included: how far one may say that nothing was missed. */
  silentMs(): number
  /** At most 64 KB. */
  send(text: string): void
  close(): void
}

export interface HostRequest {
  method?: string
  headers?: Record<string, string>
  body?: string | Uint8Array | URLSearchParams
  /** Decoded bytes, default 5 MB. */
  maxBytes?: number
  /** Whole exchange, default 20 s. */
  timeoutMs?: number
  redirect?: 'follow' | 'manual'
  signal?: AbortSignal
}

export interface ConnectorLog {
  info(message: string, facts?: Record<string, unknown>): void
  warn(message: string, facts?: Record<string, unknown>): void
}

export interface SuggestedSource<Config> {
  name: string
  why: string
  /** Config keys that a person must still fill in (an app id, an address); empty: ready. */
  missing: string[]
  config: Partial<Config>
}

export interface CheckedAccount {
  account: string
  displayName: string
  url?: string
}

export interface Page<Cursor> {
  items: IncomingMention[]
  /** Saved with the items in one transaction. */
  cursor: Cursor
  /** The interval of platform time that has really been read up to this page, epoch ms, for the coverage ledger. */
  covered?: { from: number; to: number }
  /** False while more pages follow in this run. */
  done?: boolean
  /** Known holes (page cap reached, feed rolled over, cursor too old). */
  gap?: { from: number; to: number; reason: string }
  /** Own replies or rejected items that the poll noticed. */
  warnings?: string[]
  /** Ids of authors whose account the platform has deleted or taken down: all of their items go. */
  goneAuthors?: string[]
}

export interface PushedQuery {
  /** The query in the platform's own syntax. */
  text: string
  /** Do not look further back than this, epoch ms. */
  since?: number
}

export interface WebhookRequest {
  method: string
  url: URL
  headers: Headers
  /** Raw bytes: signatures are computed over them. At most 1 MB. */
  body: Uint8Array
}

/** What is answered. */
export interface ReplyTarget {
  externalId: string
  uri?: string
  url?: string
  kind: IncomingMention['kind']
  parentId?: string
  rootId?: string
  authorHandle: string
  authorExternalId: string
  visibility?: IncomingMention['visibility']
  /** The `replyTo` of the mention, as the connector gave it. */
  data: Record<string, unknown>
  createdAt: number
}

export type CanReply = { ok: true; price?: string } | { ok: false; reason: string; openUrl: string }

export interface OutgoingReply {
  /** uuidv7 of the outbox row, the same for every attempt. */
  idempotencyKey: string
  text: string
  target: ReplyTarget
  /** When the person pressed Send, epoch ms: stored, never regenerated (a record key or createdAt can be derived from it). */
  createdAt: number
  /** When the attempt of unknown outcome began, epoch ms; for findReply. */
  attemptedAt?: number
}

export interface SentReply {
  externalId: string
  uri?: string
  url?: string
  /** The platform's time of acceptance, epoch ms. */
  sentAt: number
  /** 'pending': accepted but moderated (app stores). */
  state?: 'live' | 'pending'
}

export interface RecheckId {
  externalId: string
  uri?: string
}

export type Change =
  | { externalId: string; type: 'deleted' }
  | { externalId: string; type: 'edited'; item: IncomingMention }
