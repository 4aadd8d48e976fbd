import type { FC } from 'hono/jsx'
import { useView } from '../../context.tsx'
import { formatDuration, formatIsoDay, formatNumber } from '../../format.ts'
import { Hatch } from './Hatch.tsx'
import { asGroup, niceTop } from './scale.ts'

export interface DaySpan {
  day: string
  /** Seconds; absent: nothing was answered that day. */
  median?: number | undefined
  p90?: number | undefined
  n: number
  /** 0…1 of the day that was heard from every source. */
  covered?: number | undefined
  href: string
}

const width = 760
const height = 210
const left = 74
const right = 60
const bottom = 28
/** Room above the plot for the upper half of the topmost label. */
const above = 16

/** Median and P90 by day: the band between them is shaded, both ends are labelled directly. Days without answers break the line. */
export const LineDays: FC<{ days: DaySpan[]; title: string; targetSeconds?: number | undefined }> = ({
  days,
  title,
  targetSeconds,
}) => {
  const { t, locale } = useView()
  const highest = Math.max(60, targetSeconds ?? 0, ...days.map((day) => day.p90 ?? 0))
  const unit = highest > 7200 ? 3600 : 60
  const top = niceTop(highest / unit) * unit
  const step = (width - left - right) / Math.max(1, days.length - 1)
  const x = (index: number) => left + index * step
  const y = (seconds: number) => above + (height - bottom - above) * (1 - Math.min(1, seconds / top))
  const labelEvery = Math.ceil(days.length / 8)
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${width} ${height}`} {...asGroup} aria-label={title}>
        <Hatch id="line-hatch" />
        {days.map((day, index) =>
          isPartial(day) ? (
            <rect
              x={x(index) - step / 2}
              y={above}
              width={step}
              height={height - bottom - above}
              fill="url(#line-hatch)"
            />
          ) : null,
        )}
        {[0, 0.5, 1].map((share) => (
          <>
            <line class="chart-grid" x1={left} x2={width - right} y1={y(top * share)} y2={y(top * share)} />
            <text class="chart-label" x={left - 8} y={y(top * share) + 4} text-anchor="end" aria-hidden="true">
              {formatDuration(top * share, locale)}
            </text>
          </>
        ))}
        {targetSeconds !== undefined && (
          <>
            <line class="chart-target" x1={left} x2={width - right} y1={y(targetSeconds)} y2={y(targetSeconds)} />
            <text class="chart-label" x={width - right + 8} y={y(targetSeconds) + 4} aria-hidden="true">
              {t.chart.target}
            </text>
          </>
        )}
        <path class="chart-band" d={bandPath(days, x, y)} />
        <path
          class="chart-line chart-line-soft"
          d={linePath(
            days.map((day) => day.p90),
            x,
            y,
          )}
        />
        <path
          class="chart-line"
          d={linePath(
            days.map((day) => day.median),
            x,
            y,
          )}
        />
        <EndLabels days={days} x={x} y={y} />
        {days.map((day, index) => {
          if (day.median === undefined) return null
          const name = t.chart.span(
            formatIsoDay(day.day, locale),
            formatDuration(day.median, locale),
            formatDuration(day.p90 ?? day.median, locale),
            formatNumber(day.n, locale),
          )
          return (
            <a href={day.href} class="chart-point" aria-label={isPartial(day) ? `${name} ${t.chart.incomplete}` : name}>
              <title>{isPartial(day) ? `${name} ${t.chart.incomplete}` : name}</title>
              <rect
                class="chart-hit"
                x={x(index) - Math.max(6, step / 2)}
                y={above}
                width={Math.max(12, step)}
                height={height - bottom - above}
              />
              <circle class="chart-dot" cx={x(index).toFixed(1)} cy={y(day.median).toFixed(1)} r="3.5" />
            </a>
          )
        })}
        {days.map((day, index) =>
          index % labelEvery === 0 ? (
            <text class="chart-label" x={x(index)} y={height - 6} text-anchor="middle" aria-hidden="true">
              {formatIsoDay(day.day, locale)}
            </text>
          ) : null,
        )}
      </svg>
      <SpanTable days={days} title={title} />
    </figure>
  )
}

/** Of a label of 15 units, as it is beside the histogram. */
const labelHeight = 18

/** At the last day with an answer. Where both values meet, P90 stands above Median: one over the other reads as neither. */
const EndLabels: FC<{ days: DaySpan[]; x: (index: number) => number; y: (value: number) => number }> = (props) => {
  const { t } = useView()
  const { days, x, y } = props
  const index = days.findLastIndex((day) => day.median !== undefined)
  const { median, p90 = median } = days[index] ?? {}
  if (median === undefined || p90 === undefined) return null
  const medianAt = y(median) + 4
  const p90At = Math.min(y(p90) + 4, medianAt - labelHeight)
  const shared = { class: 'chart-label chart-label-strong', x: x(index) + 8, 'aria-hidden': 'true' } as const
  return (
    <>
      <text {...shared} y={medianAt}>
        {t.chart.median}
      </text>
      <text {...shared} y={p90At}>
        P90
      </text>
    </>
  )
}

function linePath(values: (number | undefined)[], x: (index: number) => number, y: (value: number) => number): string {
  let pen = 'M'
  return values
    .map((value, index) => {
      if (value === undefined) {
        pen = 'M'
        return ''
      }
      const point = `${pen}${x(index).toFixed(1)} ${y(value).toFixed(1)}`
      pen = 'L'
      return point
    })
    .join('')
}

const isPartial = (day: DaySpan): boolean => (day.covered ?? 1) < 0.99

/** One closed shape for each run of days with answers. */
function bandPath(days: DaySpan[], x: (index: number) => number, y: (value: number) => number): string {
  const runs: { index: number; low: number; high: number }[][] = [[]]
  for (const [index, day] of days.entries()) {
    if (day.median === undefined) runs.push([])
    else runs.at(-1)?.push({ index, low: day.median, high: day.p90 ?? day.median })
  }
  return runs
    .filter((run) => run.length > 1)
    .map((run) => {
      const up = run.map(({ index, high }) => `${x(index).toFixed(1)} ${y(high).toFixed(1)}`)
      const down = run.toReversed().map(({ index, low }) => `${x(index).toFixed(1)} ${y(low).toFixed(1)}`)
      return `M${[...up, ...down].join('L')}Z`
    })
    .join('')
}

const SpanTable: FC<{ days: DaySpan[]; title: string }> = ({ days, title }) => {
  const { t, locale } = useView()
  return (
    <details class="chart-table">
      <summary>{t.chart.table}</summary>
      <div class="table-scroll">
        <table aria-label={title}>
          <thead>
            <tr>
              <th scope="col">{t.chart.dayName}</th>
              <th scope="col" class="num">
                {t.chart.median}
              </th>
              <th scope="col" class="num">
                P90
              </th>
              <th scope="col" class="num">
                {t.chart.n}
              </th>
              <th scope="col">{t.chart.heard}</th>
            </tr>
          </thead>
          <tbody>
            {days.map((day) => (
              <tr>
                <th scope="row">
                  <a href={day.href}>{formatIsoDay(day.day, locale)}</a>
                </th>
                <td class="num">{day.median === undefined ? '–' : formatDuration(day.median, locale)}</td>
                <td class="num">{day.p90 === undefined ? '–' : formatDuration(day.p90, locale)}</td>
                <td class="num">{formatNumber(day.n, locale)}</td>
                <td>{isPartial(day) ? t.chart.partly(Math.round((day.covered ?? 1) * 100)) : t.chart.fully}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
