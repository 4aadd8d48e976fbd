import { formatDuration } from '../../../views/format.ts'
import type { Figure, ReportsModel } from '../../../views/pages/Reports.tsx'
import type { Bucket } from '../../../views/parts/charts/Histogram.tsx'
import { urls, type Params } from '../../../views/urls.ts'
import { labelOf, toneOf } from '../../domain/classification.ts'
import { msOf, percentileOf, type BucketCount } from '../../domain/histogram.ts'
import { netSentiment, type NetSentiment } from '../../domain/netSentiment.ts'
import { sentences } from '../../i18n/web.ts'
import type { ResponseRow, VolumeRow, WaitingRow } from '../../store/reports.ts'

/** What the roll-ups say about a span and the one before it. */
export interface Facts {
  volume: VolumeRow[]
  /** Metrics turns, response, late. */
  responses: ResponseRow[]
  /** First turns of the span that nobody has answered and that are still within the target. */
  waiting: WaitingRow[]
}

interface Days {
  fromDay: number
  toDay: number
}

export function spanOfDays(fromDay: number, toDay: number): number[] {
  return Array.from({ length: toDay - fromDay + 1 }, (_, index) => fromDay + index)
}

export function countsOf(rows: readonly VolumeRow[]) {
  const of = (tone: string) => sum(rows.filter((row) => toneOf(row.sentiment) === tone))
  const sure = { negative: of('negative'), neutral: of('neutral'), positive: of('positive') }
  return { ...sure, mixed: of('mixed'), unsure: of('unsure'), unclassified: of('') }
}
export type Counts = ReturnType<typeof countsOf>

/** All that is counted, judged or not. */
export function totalOf({ negative, neutral, positive, mixed, unsure, unclassified }: Counts): number {
  return negative + neutral + positive + mixed + unsure + unclassified
}

/**
 * By the label alone, mixed and unsure ones too. Audits draw from all labels, so the errors that they measure are those of
 * all labels, and may correct no smaller count.
 */
export function labelCountsOf(rows: readonly VolumeRow[]) {
  const of = (label: string) => sum(rows.filter((row) => labelOf(row.sentiment) === label))
  return { negative: of('negative'), neutral: of('neutral'), positive: of('positive') }
}

function sum(rows: readonly VolumeRow[]): number {
  return Math.max(
    0,
    rows.reduce((total, row) => total + row.count, 0),
  )
}

/** Nearest rank of the summed histogram, seconds; undefined without answers. */
export function percentileSeconds(rows: readonly BucketCount[], share: number): number | undefined {
  const ms = percentileOf(rows, share)
  return ms === undefined ? undefined : ms / 1000
}

/** The figures of a span beside those of the span before. `inbox` leads to the rows. */
export function figuresOf(facts: Facts, span: Days & { days: number }, inbox: Params): ReportsModel['figures'] {
  const now = factsOf(facts, span)
  const before = factsOf(facts, { fromDay: span.fromDay - span.days, toDay: span.fromDay - 1 })
  const figure = (key: keyof SpanFacts, n: number, params: Params): Figure => ({
    value: now[key],
    // A span without anything in it is no measure for this one.
    before: before.mentions === 0 ? undefined : before[key],
    n,
    href: urls.inbox({ ...inbox, ...params }),
  })
  const waiting = facts.waiting.length
  const due = Math.max(0, now.turns - waiting)
  const replied = { replied: 'yes' }
  return {
    mentions: figure('mentions', now.mentions, {}),
    negative: figure('negative', now.sure, { tone: 'negative' }),
    net: {
      ...figure('net', now.sure, { tone: 'sure' }),
      polar: now.polar,
      unsureShare: now.unsureShare,
      unsureHref: urls.inbox({ ...inbox, tone: 'unsure' }),
    },
    answered: figure('share', now.turns, replied),
    firstResponseMedian: figure('median', now.answered, replied),
    firstResponseP90: figure('p90', now.answered, replied),
    // Of the span before, nothing is waiting within its target any more, or hardly anything: no comparison is made.
    answeredInTime: {
      value: due === 0 ? undefined : (now.answered - now.late) / due,
      n: due,
      href: urls.inbox({ ...inbox, ...replied }),
    },
  }
}

interface SpanFacts extends NetSentiment {
  mentions: number
  negative: number | undefined
  turns: number
  answered: number
  late: number
  share: number | undefined
  median: number | undefined
  p90: number | undefined
}

function factsOf({ volume, responses }: Facts, { fromDay, toDay }: Days): SpanFacts {
  const inside = (row: { day: number }) => row.day >= fromDay && row.day <= toDay
  const counts = countsOf(volume.filter(inside))
  const said = netSentiment(counts)
  const rows = responses.filter(inside)
  const answers = rows.filter((row) => row.metric === 'response')
  const total = (metric: string) => rows.filter((row) => row.metric === metric).reduce((n, row) => n + row.count, 0)
  const [turns, answered] = [total('turns'), total('response')]
  return {
    ...said,
    mentions: totalOf(counts),
    negative: said.sure === 0 ? undefined : counts.negative / said.sure,
    turns,
    answered,
    late: total('late'),
    share: turns === 0 ? undefined : answered / turns,
    median: percentileSeconds(answers, 0.5),
    p90: percentileSeconds(answers, 0.9),
  }
}

const minuteMs = 60_000
const edges = [15, 60, 240, 480, 1440]

/** How long people waited, cut at the target too, and those who still wait: an average of answers only would flatter. */
export function waitBuckets(
  facts: Facts,
  fromDay: number,
  toDay: number,
  targetMinutes: number | undefined,
  locale: string,
  inbox: Params,
): Bucket[] {
  const rows = facts.responses.filter((row) => row.day >= fromDay && row.day <= toDay)
  const answers = rows.filter((row) => row.metric === 'response')
  const turns = rows.filter((row) => row.metric === 'turns').reduce((sum, row) => sum + row.count, 0)
  const cuts = [...new Set([...edges, ...(targetMinutes === undefined ? [] : [targetMinutes])])].toSorted(
    (a, b) => a - b,
  )
  const name = (minutes: number) => formatDuration(minutes * 60, locale)
  const buckets = [0, ...cuts].map((from, index): Bucket => {
    const to = cuts[index]
    const count = answers
      .filter(({ bucket }) => msOf(bucket) >= from * minuteMs && (to === undefined || msOf(bucket) < to * minuteMs))
      .reduce((sum, row) => sum + row.count, 0)
    return {
      label: waitLabel(from, to, name),
      count,
      href: urls.inbox({ ...inbox, replied: 'yes' }),
      late: targetMinutes !== undefined && from >= targetMinutes,
    }
  })
  const answered = answers.reduce((sum, row) => sum + row.count, 0)
  const open = Math.max(0, turns - answered)
  return [...buckets, { label: sentences.unanswered, count: open, href: urls.inbox({ ...inbox, replied: 'no' }) }]
}

function waitLabel(from: number, to: number | undefined, name: (minutes: number) => string): string {
  if (to === undefined) return sentences.waitOver(name(from))
  return from === 0 ? sentences.waitUnder(name(to)) : sentences.waitBetween(name(from), name(to))
}
