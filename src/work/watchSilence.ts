import { holesOf } from '../domain/coverage.ts'
import { alarmAt, expectedItems, hoursOf, learnRhythm, silenceLimit } from '../domain/freshness.ts'
import { percentileOf } from '../domain/histogram.ts'
import { dayMs } from '../store/clocks.ts'
import { polledSources } from '../store/polling.ts'
import { loadHours, loadLag, rhythmDays, saveFreshness } from '../store/rhythm.ts'
import { listCoverage, type Source } from '../store/sources.ts'
import type { SourceFreshness } from '../store/tables/sources.ts'
import type { WorkContext } from './context.ts'

const hourMs = 3_600_000
const lagDays = 14

/** Learns what is usual for each source that is polled, and raises or clears the alarm on its silence. */
export async function watchSilence(context: WorkContext, signal: AbortSignal): Promise<void> {
  for (const source of await polledSources(context.store.read)) {
    if (signal.aborted) return
    if (context.manifest(source.connector)?.kind === 'ingest') continue
    const { freshness, isSilent } = await judgeSource(context, source)
    if (freshness === null && source.freshness === null && source.silentSince === null) continue
    const now = context.now()
    const change = await context.store.write((tx) => saveFreshness(tx, source.id, freshness, isSilent, now))
    if (change === 'raised') context.log.warn('source is silent', { source: source.id, connector: source.connector })
    if (change === 'cleared') context.log.info('source is heard again', { source: source.id })
  }
}

/** A source that fails has an alarm of its own; its silence is explained. */
async function judgeSource(
  context: WorkContext,
  source: Source,
): Promise<{ freshness: SourceFreshness | null; isSilent: boolean }> {
  const nothing = { freshness: null, isSilent: false }
  const { read } = context.store
  const now = context.now()
  const since = now - rhythmDays * dayMs
  const { counts, newestAt } = await loadHours(read, source.id, Math.floor(since / hourMs))
  if (newestAt === undefined || source.lastSuccessAt === null) return nothing
  const ledger = (await listCoverage(read, [source.id], since, ['read'])).map((row) => ({
    from: row.fromAt,
    to: row.toAt,
  }))
  const { buckets } = await loadLag(read, source.id, Math.floor(now / dayMs) - lagDays)
  const lag = { p50: percentileOf(buckets, 0.5), p95: percentileOf(buckets, 0.95) }
  // What was written just now may still be on its way. After an outage the slowest twentieth says nothing of that.
  const onTheWayMs = Math.min(lag.p95 ?? 0, 4 * (lag.p50 ?? 0) + hourMs)
  const readUpTo = source.lastSuccessAt - onTheWayMs
  // The pause that is being judged is no part of what is usual.
  const rhythm = learnRhythm(counts, hoursOf(ledger, since, Math.min(readUpTo, newestAt + hourMs)))
  if (!rhythm) return nothing
  const holes = holesOf({ since, read: ledger, graceMs: 0 }, { from: newestAt, to: readUpTo })
  const limit = silenceLimit(rhythm)
  const isSilent = source.state === 'active' && expectedItems(rhythm, newestAt, readUpTo, holes) > limit
  // Of an ordinary day, not of the hour: at night a rate says little.
  const perDay = rhythm.perHour.reduce((sum, rate) => sum + rate, 0) / 7
  const freshness: SourceFreshness = {
    hours: rhythm.hours,
    items: rhythm.items,
    expectedSeconds: Math.round(86_400 / perDay),
    newestAt,
    alarmAt: alarmAt(rhythm, newestAt, limit) + Math.round(onTheWayMs),
    ...(lag.p50 === undefined ? {} : { lagP50: Math.round(lag.p50 / 1000) }),
    ...(lag.p95 === undefined ? {} : { lagP95: Math.round(lag.p95 / 1000) }),
  }
  return { freshness, isSilent }
}
