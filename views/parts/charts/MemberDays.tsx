import type { FC } from 'hono/jsx'
import { useView } from '../../context.tsx'
import { formatCompact, formatIsoDay, formatNumber } from '../../format.ts'
import { DayLabels } from './DayLabels.tsx'
import { Hatch } from './Hatch.tsx'
import { asGroup, niceTop } from './scale.ts'

export interface MemberDay {
  /** YYYY-MM-DD. */
  day: string
  /** In the order of the members. */
  counts: number[]
  /** 0…1 of the day that was heard from every source. */
  covered: number
  href: string
}

interface Props {
  days: MemberDay[]
  names: string[]
  title: string
}

const width = 1120
const height = 258
const left = 56
/** Room above the plot for the upper half of the topmost label. */
const above = 18
const bottom = 32

/** Volume by day, stacked by member of a group; hatched where a source was not covered. Each day is a link to its rows. */
export const MemberDays: FC<Props> = ({ days, names, title }) => {
  const { t, locale } = useView()
  const top = niceTop(Math.max(4, ...days.map((day) => sum(day.counts))))
  const step = (width - left) / Math.max(1, days.length)
  const bar = Math.max(2, Math.min(28, step * 0.72))
  const y = (value: number) => above + (height - bottom - above) * (1 - value / top)
  const labelEvery = Math.ceil(days.length / 8)
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${width} ${height}`} {...asGroup} aria-label={title}>
        <Hatch id="member-hatch" />
        {[0, 0.5, 1].map((share) => (
          <>
            <line class="chart-grid" x1={left} x2={width} y1={y(top * share)} y2={y(top * share)} />
            <text class="chart-label" x={left - 8} y={y(top * share) + 4} text-anchor="end" aria-hidden="true">
              {formatCompact(top * share, locale)}
            </text>
          </>
        ))}
        {days.map((day, index) => {
          const x = left + index * step
          const parts = names.map((name, member) => `${name} ${formatNumber(day.counts[member] ?? 0, locale)}`)
          const said = t.listening.dayOf(formatIsoDay(day.day, locale), parts.join(', '))
          const name = day.covered < 0.99 ? `${said} ${t.chart.incomplete}` : said
          const plot = { y: above, height: height - bottom - above }
          return (
            <a href={day.href} aria-label={name} class="chart-point">
              <title>{name}</title>
              <rect class="chart-hit" x={x} width={step} {...plot} />
              {day.covered < 0.99 && <rect x={x} width={step} {...plot} fill="url(#member-hatch)" />}
              <Stack counts={day.counts} x={x + (step - bar) / 2} width={bar} y={y} />
            </a>
          )
        })}
        <DayLabels days={days} left={left} step={step} every={labelEvery} y={height - 6} />
      </svg>
      <figcaption class="legend-row">
        {names.map((name, member) => (
          <span>
            <i class={`swatch swatch-m${member}`}></i> {name}
          </span>
        ))}
        {days.some((day) => day.covered < 0.99) && (
          <span>
            <i class="swatch swatch-hatch"></i> {t.chart.uncovered}
          </span>
        )}
      </figcaption>
      <MemberTable days={days} names={names} title={title} />
    </figure>
  )
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

const Stack: FC<{ counts: number[]; x: number; width: number; y: (value: number) => number }> = (props) => {
  let below = 0
  return (
    <>
      {props.counts.map((count, member) => {
        if (count === 0) return null
        const from = props.y(below)
        below += count
        const tall = from - props.y(below)
        return (
          <rect
            class={`bar bar-m${member}`}
            x={props.x.toFixed(1)}
            y={props.y(below).toFixed(1)}
            width={props.width.toFixed(1)}
            height={Math.max(0.5, tall - (tall > 3 ? 1 : 0)).toFixed(1)}
          />
        )
      })}
    </>
  )
}

const MemberTable: FC<Props> = ({ days, names, title }) => {
  const { t, locale } = useView()
  return (
    <details class="chart-table">
      <summary>{t.chart.table}</summary>
      <div class="table-scroll">
        <table aria-label={title}>
          <thead>
            <tr>
              <th scope="col">{t.chart.dayName}</th>
              {names.map((name) => (
                <th scope="col" class="num">
                  {name}
                </th>
              ))}
              <th scope="col">{t.chart.heard}</th>
            </tr>
          </thead>
          <tbody>
            {days.map((day) => (
              <tr>
                <th scope="row">
                  <a href={day.href}>{formatIsoDay(day.day, locale)}</a>
                </th>
                {names.map((_, member) => (
                  <td class="num">{formatNumber(day.counts[member] ?? 0, locale)}</td>
                ))}
                <td>{day.covered < 0.99 ? t.chart.partly(Math.round(day.covered * 100)) : t.chart.fully}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
