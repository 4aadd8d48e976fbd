import { createEgress } from '../../egress/egress.ts'
import type {
  BackfillInterval,
  Connector,
  OutgoingReply,
  PushedQuery,
  RateLimit,
  ReplyTarget,
  StreamedPost,
  StreamHost,
  StreamPace,
  WebhookRequest,
} from '../contract.ts'
import { describeFields } from '../form.ts'
import { createHost } from '../host.ts'
import { createMemoryRateStore } from '../rateStore.ts'
import { createMemorySessionStore } from '../sessionStore.ts'
import type { Fault } from './faults.ts'
import { openTapeServer, type TapeServer, type TapeServerOptions } from './tapeServer.ts'
import { respondFrom, type Responder, type Tape, type TapeResponse } from './tapes.ts'

export interface KitOptions<Config, Cursor> {
  connector: Connector<Config, Cursor>
  /** The settings of a source on the platform at `baseUrl`. Every secret field must be filled in: the kit looks for leaks. */
  config(baseUrl: string): Record<string, unknown>
  /** Recorded exchanges … */
  tapes?: readonly Tape[]
  /** … or a stateful fake of the platform; a new one for each run. */
  fake?(clock: { now(): number }): Fake
  /** Where the virtual clock starts, epoch ms: shortly after the newest item. Default 2026-11-01. */
  now?: number
  /** What `check` answers; omit only where there is nothing to check. */
  account?: string
  /** The query for `search`. */
  search?: PushedQuery
  /** How many items one complete run finds; default: at least one. 0 for connectors that only receive. */
  items?: number
  searchItems?: number
  /** The list of records in a JSON answer: lets the kit repeat, reorder and spoil them. */
  records?(body: unknown): unknown[] | undefined
  /** Names of the keys in a record that hold remote text. */
  textKeys?: readonly string[]
  /** True when an item that appears late, behind newer ones, must be found by the next run. Needs `records`. */
  findsLate?: boolean
  reply?: { text: string; target: ReplyTarget; createdAt?: number }
  /** For `backfill`: an interval of the past, and how many items lie in it. */
  backfill?: { interval: BackfillInterval; items: number }
  /** A genuine delivery; the kit damages copies of it. */
  webhook?(config: Record<string, unknown>, now: number): WebhookRequest | Promise<WebhookRequest>
}

/** A fake platform that remembers. */
export interface Fake {
  respond: Responder
  /** The replies that the platform shows, oldest first; needed for the reply suite. */
  posts?(): { externalId: string; text: string }[]
}

export interface WorldOptions {
  faultAt?: TapeServerOptions['faultAt']
  change?(answer: TapeResponse): TapeResponse
  limits?: RateLimit[]
  /** Start at another time than the kit's. */
  now?: number
  /** How often a stream's pages go out. */
  pace?: StreamPace
  /** Stands for the listening queries of a workspace. */
  filter?(post: StreamedPost): boolean
  /** Ends a stream. */
  signal?: AbortSignal
}

/** One platform, one source, one virtual clock. */
export interface World<Config> {
  host: StreamHost<Config>
  server: TapeServer
  fake: Fake
  clock: { now(): number; set(at: number): void }
  quarantined: unknown[]
  /** Everything that left the connector towards people: log lines, quarantine, error messages. */
  spoken: unknown[]
  secrets: string[]
  close(): Promise<void>
}

/** The request that will get no answer is given up after this real time; others may take long on a busy machine. */
const impatienceMs = 250
const patienceMs = 10_000

export const kitStart = Date.parse('2026-11-01T12:00:00Z')

export async function openWorld<Config, Cursor>(
  kit: KitOptions<Config, Cursor>,
  options: WorldOptions = {},
): Promise<World<Config>> {
  let now = options.now ?? kit.now ?? kitStart
  const clock = { now: () => now, set: (at: number) => void (now = Math.max(now, at)) }
  const fake = kit.fake?.(clock) ?? { respond: respondFrom(kit.tapes ?? []) }
  const server = await openTapeServer({ respond: fake.respond, now: clock.now, ...pick(options) })
  const egress = createEgress({ allowPrivate: ['127.0.0.1'], userAgent: 'Earshot test kit' })
  const quarantined: unknown[] = []
  const spoken: unknown[] = []
  const config = kit.config(server.url)
  const host = createHost({
    connector: kit.connector as Connector<Config, unknown>,
    source: { id: 'source-under-test', config, limits: options.limits ?? [] },
    egress: {
      ...egress,
      fetch: (url, init) => {
        const hangs = options.faultAt?.(server.requests.length)?.name === 'no answer'
        return egress.fetch(url, { ...init, timeoutMs: hangs ? impatienceMs : patienceMs })
      },
      agent: (wanted) => egress.agent({ ...wanted, timeoutMs: options.faultAt ? 3 * impatienceMs : patienceMs }),
    },
    rateStore: createMemoryRateStore(),
    sessionStore: createMemorySessionStore(),
    clock: { now: clock.now, sleep: async (ms) => clock.set(now + ms) },
    log: { info: (...line) => spoken.push(line), warn: (...line) => spoken.push(line) },
    newId: () => `0199c0de-0000-7000-8000-${String(++ids).padStart(12, '0')}`,
    signal: options.signal ?? new AbortController().signal,
    ...(options.pace ? { pace: options.pace } : {}),
    filter: async () => options.filter ?? (() => false),
    onQuarantine: (record) => spoken.push(quarantined.push(record) && record),
  })
  const close = async () => {
    await egress.close()
    await server.close()
  }
  return { host, server, fake, clock, quarantined, spoken, secrets: secretsOf(kit.connector, config), close }
}

let ids = 0

export function replyOf<Config, Cursor>(kit: KitOptions<Config, Cursor>, now: number): OutgoingReply {
  if (!kit.reply) throw new Error('the kit has no reply')
  const { text, target, createdAt } = kit.reply
  return {
    idempotencyKey: '0199c0de-1234-7abc-8def-0123456789ab',
    text,
    target,
    createdAt: createdAt ?? now,
    attemptedAt: now,
  }
}

/** One fault, at one request. */
export function faultOnce(index: number, fault: Fault): NonNullable<WorldOptions['faultAt']> {
  return (at) => (at === index ? fault : undefined)
}

function pick({ faultAt, change }: WorldOptions) {
  return { ...(faultAt ? { faultAt } : {}), ...(change ? { change } : {}) }
}

function secretsOf<Config, Cursor>(connector: Connector<Config, Cursor>, config: Record<string, unknown>): string[] {
  return describeFields(connector.config)
    .filter(({ secret }) => secret)
    .map(({ key }) => config[key])
    .filter((value) => typeof value === 'string')
}
