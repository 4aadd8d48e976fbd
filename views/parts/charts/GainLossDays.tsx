import type { FC } from 'hono/jsx'
import { useView } from '../../context.tsx'
import { formatCompact, formatIsoDay, formatNumber } from '../../format.ts'
import { DayLabels } from './DayLabels.tsx'
import { asGroup, niceTop } from './scale.ts'

export interface DayChange {
  /** YYYY-MM-DD, UTC. */
  day: string
  gained: number
  lost: number
  kept: number
}

const width = 1120
const height = 220
const left = 56
const above = 18
const bottom = 32

/** Gained above the line, lost below it, by day: up and down say it without colour. Each day links to its rows. */
export const GainLossDays: FC<{
  days: DayChange[]
  title: string
  href: (day: string, change: 'gained' | 'lost') => string
  /** False while the figures still change every second. */
  hasTable?: boolean
}> = ({ days, title, href, hasTable = true }) => {
  const { t, locale } = useView()
  const top = niceTop(Math.max(2, ...days.map((day) => Math.max(day.gained, day.lost))))
  const middle = above + (height - bottom - above) / 2
  const tall = (value: number) => ((height - bottom - above) / 2) * (value / top)
  const step = (width - left) / Math.max(1, days.length)
  const bar = Math.max(2, Math.min(28, step * 0.72))
  const labelEvery = Math.ceil(days.length / 8)
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${width} ${height}`} {...asGroup} aria-label={title}>
        {[1, 0, -1].map((share) => (
          <>
            <line
              class="chart-grid"
              x1={left}
              x2={width}
              y1={middle - tall(top * share)}
              y2={middle - tall(top * share)}
            />
            <text
              class="chart-label"
              x={left - 8}
              y={middle - tall(top * share) + 4}
              text-anchor="end"
              aria-hidden="true"
            >
              {share === 0 ? '0' : `${share > 0 ? '+' : '−'}${formatCompact(top, locale)}`}
            </text>
          </>
        ))}
        {days.map((day, index) => {
          if (day.gained + day.lost === 0) return null
          const x = left + index * step + (step - bar) / 2
          const name = t.quality.dayChange(
            formatIsoDay(day.day, locale),
            formatNumber(day.gained, locale),
            formatNumber(day.lost, locale),
          )
          return (
            <a href={href(day.day, day.gained > 0 ? 'gained' : 'lost')} class="chart-point" aria-label={name}>
              <title>{name}</title>
              <rect class="chart-hit" x={left + index * step} y={above} width={step} height={height - bottom - above} />
              <rect
                class="bar bar-positive"
                x={x.toFixed(1)}
                y={(middle - tall(day.gained)).toFixed(1)}
                width={bar.toFixed(1)}
                height={tall(day.gained).toFixed(1)}
              />
              <rect
                class="bar bar-negative"
                x={x.toFixed(1)}
                y={middle}
                width={bar.toFixed(1)}
                height={tall(day.lost).toFixed(1)}
              />
            </a>
          )
        })}
        <DayLabels days={days} left={left} step={step} every={labelEvery} y={height - 6} />
      </svg>
      <figcaption class="legend-row">
        <span>
          <i class="swatch swatch-positive"></i> {t.quality.gainedUp}
        </span>
        <span>
          <i class="swatch swatch-negative"></i> {t.quality.lostDown}
        </span>
      </figcaption>
      {hasTable && <ChangeTable days={days} title={title} href={href} />}
    </figure>
  )
}

const ChangeTable: FC<{
  days: DayChange[]
  title: string
  href: (day: string, change: 'gained' | 'lost') => string
}> = ({ days, title, href }) => {
  const { t, locale } = useView()
  const told = days.filter((day) => day.gained + day.lost + day.kept > 0)
  return (
    <details class="chart-table">
      <summary>{t.chart.table}</summary>
      <div class="table-scroll">
        <table aria-label={title}>
          <thead>
            <tr>
              <th scope="col">{t.chart.dayName}</th>
              {[t.quality.gained, t.quality.lost, t.quality.kept].map((name) => (
                <th scope="col" class="num">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {told.map((day) => (
              <tr>
                <th scope="row">
                  <a href={href(day.day, 'gained')}>{formatIsoDay(day.day, locale)}</a>
                </th>
                <td class="num">{formatNumber(day.gained, locale)}</td>
                <td class="num">
                  <a href={href(day.day, 'lost')}>{formatNumber(day.lost, locale)}</a>
                </td>
                <td class="num">{formatNumber(day.kept, locale)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
