import type { ConnectorErrorKind } from './source.ts'

/**
 * How a source that can stream is listened to.
 * - off: somebody decided so; it is polled.
 * - connecting: a connection is being opened, or opened again after it broke; polls go on at their own interval.
 * - catching_up: the stream runs, and a poll or the stream itself still reads what lies before it.
 * - streaming: nothing is missing; polls only look for what came late.
 * - polling: there is no stream (the reason is kept); polls do the work and the stream is tried again later.
 */
export const streamModes = ['off', 'connecting', 'catching_up', 'streaming', 'polling'] as const
export type StreamMode = (typeof streamModes)[number]

/** Does this source stream? Its own switch counts, else what the connector suggests. */
export function isStreamed(offer: { byDefault: boolean } | undefined, settings: { stream?: boolean }): boolean {
  return offer !== undefined && (settings.stream ?? offer.byDefault)
}

export interface StreamState {
  isOn: boolean
  mode: StreamMode
  /** Why it is polled instead. */
  reason: string | undefined
  /** Epoch ms. */
  since: number | undefined
}

/** What people are told. `row`: what the worker has noted, if it has come to it. */
export function streamState(
  offer: { byDefault: boolean },
  source: { settings: { stream?: boolean } },
  row: { mode: StreamMode; reason: string | null; modeAt: number } | undefined,
): StreamState {
  const isOn = isStreamed(offer, source.settings)
  const mode = isOn ? (row?.mode === undefined || row.mode === 'off' ? 'connecting' : row.mode) : 'off'
  const reason = mode === 'polling' ? (row?.reason ?? undefined) : undefined
  return { isOn, mode, reason, since: row && mode === row.mode ? row.modeAt : undefined }
}

/** Posts turn up late and streams drop some: while one runs, a poll goes over the same ground once an hour. */
const sweepSeconds = 3600
/** A stream that lags no more than this counts as live. */
const liveMs = 60_000
const minute = 60_000

export function pollSeconds(intervalSeconds: number, mode: StreamMode | null): number {
  return mode === 'streaming' ? Math.max(intervalSeconds, sweepSeconds) : intervalSeconds
}

/** The mode of a connected stream. Times in epoch ms. */
export function modeWhileConnected(
  stream: { readTo: number | null; waitsForPollTo: number | null },
  now: number,
): StreamMode {
  const isLive = stream.readTo !== null && stream.readTo >= now - liveMs
  return isLive && stream.waitsForPollTo === null ? 'streaming' : 'catching_up'
}

export interface StreamEnd {
  kind: ConnectorErrorKind | 'defect' | 'ended'
  retryAt?: number | undefined
  /** How long it ran after its first page, ms; 0: it never connected. */
  ranMs: number
  /** Failures in a row before this one. */
  failures: number
}

/**
 * What follows the end of a connection. The first break of a stream that ran well is mended by connecting again; from
 * the second on, polls take over. Waits double from a second to five minutes with ±50 % jitter, so that many sources
 * never come back in lockstep; what the server refuses is asked again after hours. `random` is 0…1.
 */
export function afterStreamEnd(
  end: StreamEnd,
  now: number,
  random: number,
): { mode: StreamMode; failures: number; nextAt: number } {
  const failures = (end.ranMs >= minute ? 0 : end.failures) + 1
  if (end.kind === 'rejected' || end.kind === 'gone') return { mode: 'polling', failures, nextAt: now + 360 * minute }
  if (end.kind === 'auth') return { mode: 'polling', failures, nextAt: now + 60 * minute }
  if (end.kind === 'rate_limited')
    return { mode: 'polling', failures, nextAt: Math.max(now + 1000, end.retryAt ?? now + 15 * minute) }
  const wait = Math.min(5 * minute, 1000 * 2 ** Math.min(failures - 1, 10))
  const mode = end.ranMs > 0 && failures === 1 ? 'connecting' : 'polling'
  return { mode, failures, nextAt: now + Math.round(wait * (0.5 + random)) }
}
