import type { FC } from 'hono/jsx'
import { useView } from '../../context.tsx'
import { formatCompact, formatIsoDay, formatNumber } from '../../format.ts'
import { DayLabels } from './DayLabels.tsx'
import { asGroup, niceTop } from './scale.ts'
import { Hatch } from './Hatch.tsx'

export interface DayCounts {
  /** YYYY-MM-DD in the viewer's zone. */
  day: string
  negative: number
  neutral: number
  positive: number
  mixed: number
  unsure: number
  /** Not yet classified. */
  unclassified: number
  /** 0…1 of the day that was heard from every source. */
  covered: number
  /** The rows behind it. */
  href: string
}

/** From the ground up: what is unsure stands apart from what is known. */
const order = ['negative', 'mixed', 'neutral', 'positive', 'unsure'] as const
const width = 1120
const height = 258
const left = 56
/** Room above the plot for the upper half of the topmost label, which is 20 units tall on a phone. */
const above = 18
const bottom = 32

/** Volume by day, stacked by sentiment; hatched where a source was not covered. Each day is a link to its rows. */
export const StackedDays: FC<{ days: DayCounts[]; title: string }> = ({ days, title }) => {
  const { t, locale } = useView()
  const totals = days.map((day) => order.reduce((sum, tone) => sum + day[tone], day.unclassified))
  const top = niceTop(Math.max(4, ...totals))
  const step = (width - left) / Math.max(1, days.length)
  const bar = Math.max(2, Math.min(28, step * 0.72))
  const y = (value: number) => above + (height - bottom - above) * (1 - value / top)
  const labelEvery = Math.ceil(days.length / 8)
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${width} ${height}`} {...asGroup} aria-label={title}>
        <Hatch id="days-hatch" />
        {[0, 0.5, 1].map((share) => (
          <>
            <line class="chart-grid" x1={left} x2={width} y1={y(top * share)} y2={y(top * share)} />
            <text class="chart-label" x={left - 8} y={y(top * share) + 4} text-anchor="end" aria-hidden="true">
              {formatCompact(top * share, locale)}
            </text>
          </>
        ))}
        {days.map((day, index) => {
          const total = totals[index] ?? 0
          const x = left + index * step + (step - bar) / 2
          const name = t.chart.day(
            formatIsoDay(day.day, locale),
            formatNumber(total, locale),
            formatNumber(day.negative, locale),
            formatNumber(day.positive, locale),
            formatNumber(day.unsure, locale),
          )
          return (
            <a
              href={day.href}
              aria-label={day.covered < 0.99 ? `${name} ${t.chart.incomplete}` : name}
              class="chart-point"
            >
              <title>{day.covered < 0.99 ? `${name} ${t.chart.incomplete}` : name}</title>
              <rect class="chart-hit" x={left + index * step} y={above} width={step} height={height - bottom - above} />
              {day.covered < 0.99 && (
                <rect
                  x={left + index * step}
                  y={above}
                  width={step}
                  height={height - bottom - above}
                  fill="url(#days-hatch)"
                />
              )}
              <Stack day={day} x={x} width={bar} y={y} />
            </a>
          )
        })}
        <DayLabels days={days} left={left} step={step} every={labelEvery} y={height - 6} />
      </svg>
      <figcaption class="legend-row">
        {order.map((tone) => (
          <span>
            <i class={`swatch swatch-${tone}`}></i> {t.tone[tone]}
          </span>
        ))}
        {days.some((day) => day.covered < 0.99) && (
          <span>
            <i class="swatch swatch-hatch"></i> {t.chart.uncovered}
          </span>
        )}
      </figcaption>
      <DayTable days={days} totals={totals} title={title} />
    </figure>
  )
}

const Stack: FC<{ day: DayCounts; x: number; width: number; y: (value: number) => number }> = ({
  day,
  x,
  width: size,
  y,
}) => {
  const parts: { kind: (typeof order)[number] | 'unclassified'; value: number }[] = [
    ...order.map((kind) => ({ kind, value: day[kind] })),
    { kind: 'unclassified' as const, value: day.unclassified },
  ]
  let below = 0
  return (
    <>
      {parts.map(({ kind, value }) => {
        if (value === 0) return null
        const from = y(below)
        below += value
        const tall = from - y(below)
        return (
          <rect
            class={`bar bar-${kind}`}
            x={x.toFixed(1)}
            y={y(below).toFixed(1)}
            width={size.toFixed(1)}
            height={Math.max(0.5, tall - (tall > 3 ? 1 : 0)).toFixed(1)}
          />
        )
      })}
    </>
  )
}

const DayTable: FC<{ days: DayCounts[]; totals: number[]; title: string }> = ({ days, totals, title }) => {
  const { t, locale } = useView()
  const n = (value: number) => formatNumber(value, locale)
  return (
    <details class="chart-table">
      <summary>{t.chart.table}</summary>
      <div class="table-scroll">
        <table aria-label={title}>
          <thead>
            <tr>
              <th scope="col">{t.chart.dayName}</th>
              {order.map((kind) => (
                <th scope="col" class="num">
                  {t.tone[kind]}
                </th>
              ))}
              <th scope="col" class="num">
                {t.chart.all}
              </th>
              <th scope="col">{t.chart.heard}</th>
            </tr>
          </thead>
          <tbody>
            {days.map((day, index) => (
              <tr>
                <th scope="row">
                  <a href={day.href}>{formatIsoDay(day.day, locale)}</a>
                </th>
                {order.map((kind) => (
                  <td class="num">{n(day[kind])}</td>
                ))}
                <td class="num">{n(totals[index] ?? 0)}</td>
                <td>{day.covered < 0.99 ? t.chart.partly(Math.round(day.covered * 100)) : t.chart.fully}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
