import type { ReportsModel, SourceFigures } from '../../../views/pages/Reports.tsx'
import { urls } from '../../../views/urls.ts'
import { dayMs } from '../../store/clocks.ts'
import { loadResponses, loadVolume, loadWaiting, type VolumeRow } from '../../store/reports.ts'
import { loadWorkspace } from '../../store/settings.ts'
import { listCoverage, listSources, type Source } from '../../store/sources.ts'
import { isAsked, ledgerOf } from '../sources/coverageModel.ts'
import { loadShares } from '../audits/figures.ts'
import type { Web } from '../web.ts'
import { holesOf, shareOutside, type Interval } from '../../domain/coverage.ts'
import {
  countsOf,
  figuresOf,
  labelCountsOf,
  percentileSeconds,
  spanOfDays,
  totalOf,
  waitBuckets,
  type Facts,
} from './figures.ts'

/** Days are those of UTC, as in the roll-ups and in the filter of the inbox. */
export async function loadReport(
  web: Web,
  days: number,
  sourceId: string | undefined,
  locale: string,
  count: 'stories' | 'copies' = 'stories',
): Promise<ReportsModel> {
  const { read } = web.store
  const now = web.clock.now()
  const toDay = Math.floor(now / dayMs)
  const fromDay = toDay - days + 1
  const sources = await listSources(read)
  const source = sources.find((one) => one.id === sourceId)?.id
  // The span and the one before it, at once.
  const span = { fromDay: fromDay - days, toDay, sourceId: source, querySeq: 0 }
  const facts: Facts = {
    volume: (await loadVolume(read, span)).map((row) => (count === 'copies' ? row : storiesOf(row))),
    responses: await loadResponses(read, span, ['turns', 'response', 'late']),
    waiting: await loadWaiting(read, { fromDay, toDay, sourceId: source }, now),
  }
  const asked = sources.filter((one) => source === undefined || one.id === source)
  const holes = await loadHoles(web, asked, { from: fromDay * dayMs, to: now })
  const targetMinutes = (await loadWorkspace(read)).targetMinutes ?? undefined
  const inbox = { view: 'all', source }
  return {
    days,
    source,
    count,
    copiesLeft: count === 'copies' ? 0 : copiesIn(facts.volume, fromDay),
    from: isoDay(fromDay),
    to: isoDay(toDay),
    sources: sources.map((one) => ({ value: one.id, label: one.name })),
    figures: figuresOf(facts, { fromDay, toDay, days }, { ...inbox, from: isoDay(fromDay), to: isoDay(toDay) }),
    volume: volumeDays(facts, fromDay, toDay, now, [...holes.values()].flat(), asked, inbox),
    ...(source === undefined
      ? { shares: await loadShares(read, labelCountsOf(facts.volume.filter((row) => row.day >= fromDay)), now) }
      : {}),
    firstResponse: responseDays(facts, fromDay, toDay, now, [...holes.values()].flat(), inbox),
    covered: shareOutside([...holes.values()].flat(), { from: fromDay * dayMs, to: now }),
    ...(targetMinutes === undefined ? {} : { targetSeconds: targetMinutes * 60 }),
    distribution: waitBuckets(facts, fromDay, toDay, targetMinutes, locale, {
      ...inbox,
      from: isoDay(fromDay),
      to: isoDay(toDay),
    }),
    bySource: asked
      .map((one) =>
        sourceFigures(facts, one, fromDay, toDay, holes.get(one.id) ?? [], { from: fromDay * dayMs, to: now }),
      )
      .map((one) => ({ ...one, network: web.registry.manifest(one.network)?.platform ?? one.network })),
    incomplete: asked.filter((one) => (holes.get(one.id) ?? []).length > 0).map((one) => one.name),
  }
}

/** Each story counts once, by its oldest mention. */
export function storiesOf(row: VolumeRow): VolumeRow {
  return { ...row, count: row.count - row.copies }
}

function copiesIn(rows: readonly VolumeRow[], fromDay: number): number {
  return rows.filter((row) => row.day >= fromDay).reduce((sum, row) => sum + row.copies, 0)
}

export function isoDay(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10)
}

type InboxParams = { view: string; source: string | undefined }

function volumeDays(
  facts: Facts,
  fromDay: number,
  toDay: number,
  now: number,
  holes: Interval[],
  sources: Source[],
  inbox: InboxParams,
): ReportsModel['volume'] {
  return spanOfDays(fromDay, toDay).map((day) => {
    const counts = countsOf(facts.volume.filter((row) => row.day === day))
    return {
      day: isoDay(day),
      ...counts,
      covered: coveredShare(day, now, holes, sources),
      href: urls.inbox({ ...inbox, from: isoDay(day), to: isoDay(day) }),
    }
  })
}

/** 0…1 of a day that was heard from every source. */
export function coveredShare(day: number, now: number, holes: readonly Interval[], sources: readonly Source[]): number {
  const span = { from: day * dayMs, to: Math.min((day + 1) * dayMs, now) }
  const begun = Math.min(...sources.map((one) => one.connectedAt ?? one.createdAt))
  // Before the first source nothing was heard, although nothing was missed either.
  const deaf = begun > span.from ? [{ from: span.from, to: begun }] : []
  return shareOutside([...holes, ...deaf], span)
}

function responseDays(
  facts: Facts,
  fromDay: number,
  toDay: number,
  now: number,
  holes: Interval[],
  inbox: InboxParams,
): ReportsModel['firstResponse'] {
  return spanOfDays(fromDay, toDay).map((day) => {
    const rows = facts.responses.filter((row) => row.day === day && row.metric === 'response')
    const median = percentileSeconds(rows, 0.5)
    const p90 = percentileSeconds(rows, 0.9)
    return {
      day: isoDay(day),
      ...(median === undefined ? {} : { median }),
      ...(p90 === undefined ? {} : { p90 }),
      n: rows.reduce((sum, row) => sum + row.count, 0),
      covered: shareOutside(holes, { from: day * dayMs, to: Math.min((day + 1) * dayMs, now) }),
      href: urls.inbox({ ...inbox, replied: 'yes', from: isoDay(day), to: isoDay(day) }),
    }
  })
}

function sourceFigures(
  facts: Facts,
  source: Source,
  fromDay: number,
  toDay: number,
  holes: Interval[],
  span: Interval,
): SourceFigures {
  const mine = (row: { sourceId: string; day: number }) =>
    row.sourceId === source.id && row.day >= fromDay && row.day <= toDay
  const counts = countsOf(facts.volume.filter(mine))
  const responses = facts.responses.filter(mine)
  const answers = responses.filter((row) => row.metric === 'response')
  const sum = (metric: string) =>
    responses.filter((row) => row.metric === metric).reduce((total, row) => total + row.count, 0)
  return {
    id: source.id,
    name: source.name,
    network: source.connector,
    mentions: totalOf(counts),
    negative: counts.negative,
    answered: sum('response'),
    unanswered: Math.max(0, sum('turns') - sum('response')),
    median: percentileSeconds(answers, 0.5),
    p90: percentileSeconds(answers, 0.9),
    covered: shareOutside(holes, { from: Math.max(span.from, source.connectedAt ?? source.createdAt), to: span.to }),
  }
}

export async function loadHoles(web: Web, sources: Source[], span: Interval): Promise<Map<string, Interval[]>> {
  const polled = sources.filter((one) => isAsked(web.registry.manifest(one.connector)))
  const rows = await listCoverage(
    web.store.read,
    polled.map((one) => one.id),
    span.from,
    ['read'],
  )
  const bySource = Map.groupBy(rows, (row) => row.sourceId)
  return new Map(polled.map((one) => [one.id, holesOf(ledgerOf(one, bySource.get(one.id) ?? []), span)]))
}
