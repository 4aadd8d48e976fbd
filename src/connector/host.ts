import type { Agent } from 'node:https'
import { parseRateSignals, type Limit, type RateSignals } from '../domain/rateLimit.ts'
import type { Egress } from '../egress/egress.ts'
import type {
  Connector,
  ConnectorLog,
  HostRequest,
  RateLimit,
  StreamedPost,
  StreamHost,
  StreamPace,
  StreamRequest,
} from './contract.ts'
import { ConnectorError } from './errors.ts'
import { describeFields } from './form.ts'
import { createRedactor } from './redact.ts'
import type { RateStore } from './rateStore.ts'
import { rememberSignals } from './responses.ts'
import type { SessionStore } from './sessionStore.ts'
import { defaultPace } from './streaming.ts'

export interface HostSource {
  id: string
  /** As saved, secrets included; parsed here by the connector's schema. */
  config: unknown
  /** Overrides of the manifest (self-hosted servers, paid tiers). */
  limits?: RateLimit[]
}

export interface HostClock {
  /** Epoch ms. */
  now(): number
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export interface HostOptions<Config> {
  connector: Connector<Config, unknown>
  source: HostSource
  egress: Egress
  rateStore: RateStore
  sessionStore: SessionStore
  clock: HostClock
  log: ConnectorLog
  newId(): string
  signal: AbortSignal
  onQuarantine(record: { sourceId: string; raw: unknown; error: unknown }): void
  /** Failures of this source in a row: makes the wait after an unexplained 429 longer. */
  failures?: number
  pace?: StreamPace
  /** What the listening queries want; absent: nothing. */
  filter?(): Promise<(post: StreamedPost) => boolean>
}

/** A token that comes within this time is waited for; a later one ends the run with `rate_limited`. */
const patienceMs = 2_000

/**
 * Builds what a connector gets for one source. Throws ConnectorError('rejected') naming the fields when the saved
 * config does not fit the connector's schema.
 */
export function createHost<Config>(options: HostOptions<Config>): StreamHost<Config> {
  const { connector, source, egress, clock, signal } = options
  const config = parseConfig(connector, source.config)
  const redact = createRedactor(secretValues(connector, config))
  const limiter = createLimiter(options)
  return {
    config,
    signal,
    now: () => clock.now(),
    newId: options.newId,
    log: {
      info: (message, facts) => options.log.info(redact(message), redact(facts ?? {})),
      warn: (message, facts) => options.log.warn(redact(message), redact(facts ?? {})),
    },
    session: {
      get: () => options.sessionStore.get(source.id),
      update: (change) => options.sessionStore.update(source.id, change),
    },
    quarantine: (raw, error) => options.onQuarantine({ sourceId: source.id, raw: redact(raw), error: redact(error) }),
    fetch: (url, init) => fetchLimited(url, init ?? {}, options, limiter),
    openStream: (url, init) => openLimited(url, init, options, limiter, egress.openStream),
    openSocket: (url, init) => openLimited(url, init, options, limiter, egress.openSocket),
    pace: options.pace ?? defaultPace,
    filter: options.filter ?? (async () => () => false),
    agent: createAgent(egress, config, limiter),
  }
}

interface Limiter {
  take(): Promise<void>
  /** Learns from an answer; answers what it said. */
  note(response: Response, body: unknown): Promise<RateSignals>
}

async function fetchLimited<Config>(
  url: string | URL,
  init: HostRequest,
  { egress, signal }: HostOptions<Config>,
  limiter: Limiter,
): Promise<Response> {
  await limiter.take()
  const together = init.signal ? AbortSignal.any([signal, init.signal]) : signal
  const response = await egress.fetch(url, { ...init, signal: together })
  rememberSignals(response, await limiter.note(response, await bodyOf(response)))
  return response
}

/** Opening counts like a request, and a refusal tells about limits like any answer. */
async function openLimited<Config, Opened extends { ok: true } | { ok: false; response: Response }>(
  url: string | URL,
  init: StreamRequest | undefined,
  { signal }: HostOptions<Config>,
  limiter: Limiter,
  open: (url: string | URL, init: StreamRequest & { signal: AbortSignal }) => Promise<Opened>,
): Promise<Opened> {
  await limiter.take()
  const opened = await open(url, { ...init, signal })
  if (!opened.ok) rememberSignals(opened.response, await limiter.note(opened.response, await bodyOf(opened.response)))
  return opened
}

/** Some platforms say how long to wait only in the body; successful bodies are left to the connector. */
async function bodyOf(response: Response): Promise<unknown> {
  if (response.ok || !response.headers.get('content-type')?.includes('json')) return undefined
  return response
    .clone()
    .json()
    .catch(() => undefined)
}

function createLimiter<Config>(options: HostOptions<Config>): Limiter {
  const { rateStore, clock, signal, connector, source } = options
  const buckets = bucketsOf(connector.manifest.id, source, connector.manifest.limits)
  let unexplained = options.failures ?? 0
  return {
    async take() {
      for (const bucket of buckets) await takeFrom(bucket, rateStore, clock, signal)
    },
    async note(response, body) {
      const signals = parseRateSignals(response.headers, response.status, body, clock.now(), unexplained)
      if (response.status === 429) unexplained++
      const spent = signals.remaining !== undefined && signals.remaining < 1
      const until = signals.retryAt ?? (spent ? signals.resetAt : undefined)
      // The account's bucket: one reached limit of one account must not silence the others.
      if (until !== undefined) await rateStore.block(accountKey(connector.manifest.id, source.id), until)
      return signals
    },
  }
}

interface Bucket {
  key: string
  limits: Limit[]
}

function bucketsOf(connectorId: string, source: HostSource, declared: RateLimit[]): Bucket[] {
  const limits = source.limits ?? declared
  const shared = limits.filter(({ scope }) => scope === 'connector')
  const own = limits.filter(({ scope }) => scope === 'account')
  const buckets: Bucket[] = [{ key: accountKey(connectorId, source.id), limits: own }]
  if (shared.length > 0) buckets.push({ key: connectorId, limits: shared })
  return buckets
}

function accountKey(connectorId: string, sourceId: string): string {
  return `${connectorId}:${sourceId}`
}

async function takeFrom(bucket: Bucket, store: RateStore, clock: HostClock, signal: AbortSignal): Promise<void> {
  const deadline = clock.now() + patienceMs
  for (;;) {
    signal.throwIfAborted()
    const now = clock.now()
    const taken = await store.take(bucket.key, bucket.limits, now)
    if (taken.ok) return
    if (taken.retryAt > deadline) throw limitReached(taken.retryAt, now)
    await clock.sleep(Math.max(1, taken.retryAt - now), signal)
  }
}

function limitReached(retryAt: number, now: number): ConnectorError {
  const seconds = Math.ceil((retryAt - now) / 1000)
  return new ConnectorError('rate_limited', `The request limit is reached. Continues in ${seconds} s.`, {
    retryAt,
    notSent: true,
  })
}

function createAgent(egress: Egress, config: unknown, limiter: Limiter): Agent {
  const baseUrl = typeof config === 'object' && config !== null ? (config as { baseUrl?: unknown }).baseUrl : undefined
  return egress.agent({
    beforeConnect: () => limiter.take(),
    ...(typeof baseUrl === 'string' ? { baseUrl } : {}),
  })
}

function parseConfig<Config>(connector: HostOptions<Config>['connector'], saved: unknown): Config {
  const parsed = connector.config.safeParse(saved)
  if (parsed.success) return parsed.data
  const fields = [
    ...new Set(parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'config'} (${message})`)),
  ]
  throw new ConnectorError('rejected', `The settings of this source do not fit: ${fields.join(', ')}.`, {
    notSent: true,
  })
}

function secretValues<Config>(connector: HostOptions<Config>['connector'], config: Config): string[] {
  const values = config as Record<string, unknown>
  return describeFields(connector.config)
    .filter(({ secret }) => secret)
    .map(({ key }) => values[key])
    .filter((value) => typeof value === 'string')
}
