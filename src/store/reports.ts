import { and, eq, gte, inArray, lte, sql, type SQL, isNull, or } from 'drizzle-orm'
import { dayMs } from './clocks.ts'
import type { Reader } from './store.ts'

/** Days are floor(epoch ms / 86,400,000), both ends included. Only roll-ups are read: their size is the span, never the mentions. */
export interface ReportSpan {
  fromDay: number
  toDay: number
  sourceId?: string | undefined
  /** 0: all mentions. */
  querySeq: number
}

export interface VolumeRow {
  day: number
  sourceId: string
  /** As `countedTone` writes it. */
  sentiment: string
  count: number
  /** Of these, how many repeat an earlier one. */
  copies: number
}

export async function loadVolume(reader: Reader, span: ReportSpan): Promise<VolumeRow[]> {
  const { volumeRollup: table } = reader.t
  return reader.db
    .select({
      day: table.day,
      sourceId: table.sourceId,
      sentiment: table.sentiment,
      count: table.count,
      copies: table.copies,
    })
    .from(table)
    .where(
      and(
        eq(table.querySeq, span.querySeq),
        gte(table.day, span.fromDay),
        lte(table.day, span.toDay),
        span.sourceId ? eq(table.sourceId, span.sourceId) : undefined,
      ),
    )
    .orderBy(table.day)
}

export interface ResponseRow {
  day: number
  sourceId: string
  metric: string
  bucket: number
  count: number
}

/** Histograms of durations by day of the start, source and metric (store/clocks.ts names the metrics). */
export async function loadResponses(
  reader: Reader,
  span: ReportSpan,
  metrics: readonly string[],
): Promise<ResponseRow[]> {
  const { responseRollup: table } = reader.t
  const conditions: (SQL | undefined)[] = [
    inArray(table.metric, [...metrics]),
    gte(table.day, span.fromDay),
    lte(table.day, span.toDay),
    span.sourceId ? eq(table.sourceId, span.sourceId) : undefined,
    sql`${table.count} > 0`,
  ]
  return reader.db
    .select()
    .from(table)
    .where(and(...conditions))
    .orderBy(table.day)
}

export interface WaitingRow {
  sourceId: string
  /** Epoch ms. */
  startedAt: number
}

/** First turns of the span whose clock runs and is not due: neither answered nor missed yet. At most `mostWaiting`. */
export async function loadWaiting(
  reader: Reader,
  span: Pick<ReportSpan, 'fromDay' | 'toDay' | 'sourceId'>,
  now: number,
): Promise<WaitingRow[]> {
  const { threads } = reader.t
  const rows = await reader.db
    .select({ sourceId: threads.sourceId, startedAt: threads.clockStartedAt, turns: threads.turns })
    .from(threads)
    .where(
      and(
        eq(threads.clockState, 'running'),
        or(isNull(threads.clockDueAt), gte(threads.clockDueAt, now)),
        span.sourceId ? eq(threads.sourceId, span.sourceId) : undefined,
      ),
    )
    .limit(mostWaiting)
  return rows.flatMap(({ sourceId, startedAt, turns }) => {
    const day = Math.floor((startedAt ?? 0) / dayMs)
    const isFirst = (turns?.at(-1)?.number ?? 1) === 1
    return startedAt !== null && isFirst && day >= span.fromDay && day <= span.toDay ? [{ sourceId, startedAt }] : []
  })
}

const mostWaiting = 20_000
