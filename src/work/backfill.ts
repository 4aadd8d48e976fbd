import type { BackfillPage, Manifest } from '../connector/contract.ts'
import { isConnectorError } from '../connector/errors.ts'
import { graceOf, holesOf } from '../domain/coverage.ts'
import { dayMs } from '../store/clocks.ts'
import { findGap, nameHoles, nextGap, outcomeOf, queueBackfill, saveGap, type Gap } from '../store/gaps.ts'
import { polledSources, sourceRow } from '../store/polling.ts'
import { listCoverage, type Source } from '../store/sources.ts'
import type { Connection, WorkContext } from './context.ts'
import { storePage } from './poll.ts'

/** Older gaps are history. */
const gapDays = 30
/** Shorter holes are the seams between polls. */
const leastHoleMs = 2 * 60_000
/** Then polls, answers and people have their turn. */
const pagesARun = 3
const pauseMs = 30_000
const retryMs = 15 * 60_000
/** Of a sweep, which has one run: what it does not reach today it reaches in an hour. */
const pagesASweep = 20

export interface BackfillPayload {
  sourceId: string
  /** The gap that is read again, or … */
  gap?: number | undefined
  /** … the last hours, for what was indexed late. */
  sweepHours?: number | undefined
}

/** Gaps are read again by themselves where the platform can be asked for the past; where it costs money, only on demand. */
export function readsGaps(manifest: Manifest | undefined, settings: Source['settings']): boolean {
  if (!manifest?.backfill) return false
  return settings.backfill ?? manifest.backfill.price === undefined
}

/** Names the holes of every source that can read them again, and puts the newest on the list of work. */
export async function findGaps(context: WorkContext, signal: AbortSignal): Promise<void> {
  const now = context.now()
  const since = now - gapDays * dayMs
  for (const source of await polledSources(context.store.read)) {
    if (signal.aborted) return
    if (source.state !== 'active' || !readsGaps(context.manifest(source.connector), source.settings)) continue
    const rows = await listCoverage(context.store.read, [source.id], since, ['read'])
    const read = rows.map((row) => ({ from: row.fromAt, to: row.toAt }))
    const ledger = { since: source.connectedAt, read, graceMs: graceOf(source) }
    const holes = holesOf(ledger, { from: since, to: now }).filter((hole) => hole.to - hole.from >= leastHoleMs)
    await context.store.write(async (tx) => {
      await nameHoles(tx, source.id, holes)
      const gap = await nextGap(tx, source.id, since)
      if (gap) await queueBackfill(tx, { sourceId: source.id, gap: gap.seq }, now)
    })
  }
}

/** Puts the hourly second reading of the last hours on the list, for platforms that index late. */
export async function queueSweeps(context: WorkContext): Promise<void> {
  for (const source of await polledSources(context.store.read)) {
    const sweepHours = context.manifest(source.connector)?.backfill?.sweepHours
    if (source.state !== 'active' || sweepHours === undefined) continue
    await context.store.write((tx) => queueBackfill(tx, { sourceId: source.id, sweepHours }, context.now()))
  }
}

/** A few pages of one gap, or one sweep. Answers when to go on. */
export async function backfillSource(
  context: WorkContext,
  payload: BackfillPayload,
  signal: AbortSignal,
): Promise<number | undefined> {
  const source = await sourceRow(context.store.read, payload.sourceId)
  // What waits for a person, or fails, is read again when it is well: the gap stays open.
  if (source?.state !== 'active') return undefined
  try {
    const connection = await context.connect(source, signal)
    if (!connection.connector.backfill) return undefined
    if (payload.gap === undefined) return await sweep(context, source, connection, payload.sweepHours ?? 0, signal)
    const gap = await findGap(context.store.read, payload.gap)
    return gap ? await readGap(context, source, connection, gap, signal) : undefined
  } catch (error) {
    if (signal.aborted || !isConnectorError(error)) throw error
    // A kept place may have expired: the gap is read from its end again.
    if (error.kind === 'rejected' && payload.gap !== undefined) await forgetPlace(context, payload.gap)
    context.log.info('reading a gap was put off', { source: source.id, kind: error.kind, error: error.message })
    return error.kind === 'auth' || error.kind === 'gone' ? undefined : (error.retryAt ?? context.now() + retryMs)
  }
}

async function forgetPlace({ store, now }: WorkContext, seq: number): Promise<void> {
  const gap = await findGap(store.read, seq)
  if (!gap) return
  // The place was none: the platform refuses the gap itself.
  const fill = gap.fillCursor === null ? 'lost' : 'open'
  await store.write((tx) => saveGap(tx, seq, { fill }, now()))
}

async function readGap(
  context: WorkContext,
  source: Source,
  connection: Connection,
  gap: Gap,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (gap.fill !== 'open' && gap.fill !== 'reading') return undefined
  const interval = { from: gap.fromAt, to: gap.toAt }
  let pages = 0
  for await (const page of pagesOf(connection, interval, gap.fillCursor ?? undefined)) {
    await storeGapPage(context, source, connection, gap, page)
    signal.throwIfAborted()
    if (page.done) return undefined
    if (++pages >= pagesARun) return context.now() + pauseMs
  }
  return undefined
}

async function storeGapPage(
  context: WorkContext,
  source: Source,
  connection: Connection,
  gap: Gap,
  page: BackfillPage,
): Promise<void> {
  const { items, cursor, covered, lost, done } = page
  const stored = { items, cursor: undefined, again: 'gap' as const, ...(covered ? { covered } : {}) }
  await storePage(context, source, connection, stored, (tx) =>
    saveGap(tx, gap.seq, { fill: 'reading', cursor, ...(lost ? { reason: lost.reason } : {}) }, context.now()),
  )
  if (!done) return
  await context.store.write(async (tx) => saveGap(tx, gap.seq, { fill: await outcomeOf(tx, gap) }, context.now()))
}

async function sweep(
  context: WorkContext,
  source: Source,
  connection: Connection,
  hours: number,
  signal: AbortSignal,
): Promise<undefined> {
  const now = context.now()
  const interval = { from: Math.max(source.connectedAt, now - hours * 3_600_000), to: now }
  let pages = 0
  for await (const { items, done } of pagesOf(connection, interval, undefined)) {
    await storePage(context, source, connection, { items, cursor: undefined, again: 'sweep' as const })
    signal.throwIfAborted()
    if (done || ++pages >= pagesASweep) return undefined
  }
  return undefined
}

function pagesOf({ connector, host }: Connection, interval: { from: number; to: number }, cursor: unknown) {
  if (!connector.backfill) throw new Error('the connector reads nothing again')
  return connector.backfill(host, interval, cursor)
}
