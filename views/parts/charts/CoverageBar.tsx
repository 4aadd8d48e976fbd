import type { FC } from 'hono/jsx'
import type { HoleCause } from '../../../src/domain/coverage.ts'
import { useView } from '../../context.tsx'
import { formatDateTime, formatDay, formatDuration, formatPercent } from '../../format.ts'
import { urls } from '../../urls.ts'
import { Hatch } from './Hatch.tsx'
import { asPicture } from './scale.ts'

export interface CoverageModel {
  from: number
  to: number
  /** Nothing was there to be read before. */
  since: number
  /** Intervals of platform time that were really read, merged, oldest first. */
  covered: { from: number; to: number }[]
  /** The rest, since it was connected. */
  holes: Hole[]
  /** Gaps that were read again since. */
  mended: Hole[]
}

export interface Hole {
  from: number
  to: number
  cause: HoleCause
  /** The connector's own words. */
  reason?: string | undefined
  fill: 'open' | 'reading' | 'filled' | 'partly' | 'lost' | 'off' | 'never' | undefined
}

const width = 720
const height = 28

/** What was really read, as a bar: solid where covered, hatched where not. The table says the same in words. */
export const CoverageBar: FC<{ coverage: CoverageModel; id?: string; label?: string }> = ({
  coverage,
  id = 'coverage',
  label,
}) => {
  const view = useView()
  const { t, locale } = view
  const span = Math.max(1, coverage.to - coverage.from)
  const x = (at: number) => (Math.min(1, Math.max(0, (at - coverage.from) / span)) * width).toFixed(1)
  const share = formatPercent(shareRead(coverage), locale)
  const title = t.chart.coverage(
    share,
    formatDay(Math.max(coverage.from, coverage.since), view),
    formatDay(coverage.to, view),
  )
  return (
    <figure class="coverage">
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" {...asPicture} aria-labelledby={`${id}-title`}>
        <title id={`${id}-title`}>{label ? `${label}: ${title}` : title}</title>
        <Hatch id={`${id}-hatch`} />
        <rect class="chart-before" x="0" y="0" width={width} height={height} />
        {coverage.holes.map((one) => (
          <rect
            x={x(one.from)}
            y="0"
            width={Math.max(1.5, Number(x(one.to)) - Number(x(one.from)))}
            height={height}
            fill={`url(#${id}-hatch)`}
          />
        ))}
        {coverage.covered.map((one) => (
          <rect
            class="chart-covered"
            x={x(one.from)}
            y="0"
            width={Math.max(0.5, Number(x(one.to)) - Number(x(one.from)))}
            height={height}
          />
        ))}
        {coverage.holes
          .filter((one) => Number(x(one.to)) - Number(x(one.from)) < 2)
          .map((one) => (
            <rect class="chart-hole" x={x(one.from)} y="0" width="2" height={height} />
          ))}
      </svg>
      <figcaption>
        <span>{formatDay(coverage.from, view)}</span>
        <strong>{t.chart.coverageShort(share)}</strong>
        <span>{formatDay(coverage.to, view)}</span>
      </figcaption>
      {coverage.since > coverage.from && (
        <p class="muted coverage-note">
          {t.coverage.before}: {formatDateTime(coverage.from, view)} – {formatDateTime(coverage.since, view)}
        </p>
      )}
    </figure>
  )
}

/** Of the time since it was connected. */
function shareRead({ from, to, since, holes }: CoverageModel): number {
  const span = to - Math.max(from, since)
  const missed = holes.reduce((sum, one) => sum + (one.to - one.from), 0)
  return span <= 0 ? 1 : Math.max(0, 1 - missed / span)
}

/** What was heard in those days all the same. */
function rowsOf({ from, to }: Hole, source: string | undefined): string {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10)
  return urls.inbox({ view: 'all', source, from: day(from), to: day(to) })
}

const mostShown = 40

/** Longest lists keep their longest holes. `source` adds the column where several sources share a table. */
export const HoleTable: FC<{
  holes: (Hole & { source?: { id: string; name: string } })[]
  title: string
  sourceId?: string
}> = ({ holes, title, sourceId }) => {
  const view = useView()
  const { t, locale } = view
  if (holes.length === 0) return <p class="muted">{t.coverage.none}</p>
  const longest = holes.toSorted((a, b) => b.to - b.from - (a.to - a.from)).slice(0, mostShown)
  const shown = longest.toSorted((a, b) => b.from - a.from)
  const named = holes.some((one) => one.source)
  return (
    <div class="table-scroll">
      <table class="table-rows hole-table" aria-label={title}>
        <thead>
          <tr>
            {named && <th scope="col">{t.coverage.source}</th>}
            <th scope="col">{t.coverage.from}</th>
            <th scope="col">{t.coverage.until}</th>
            <th scope="col" class="num">
              {t.coverage.lasted}
            </th>
            <th scope="col">{t.coverage.cause}</th>
            <th scope="col">{t.coverage.state}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((one) => (
            <tr>
              {one.source && (
                <th scope="row">
                  <a href={urls.source(one.source.id)}>{one.source.name}</a>
                </th>
              )}
              <td>
                <a href={rowsOf(one, one.source?.id ?? sourceId)}>{formatDateTime(one.from, view)}</a>
              </td>
              <td>{formatDateTime(one.to, view)}</td>
              <td class="num">{formatDuration(Math.round((one.to - one.from) / 1000), locale)}</td>
              <td>
                {t.coverage.causes[one.cause]}
                {one.reason && (
                  <span class="cell-note" hx-ignore="">
                    {' '}
                    {one.reason}
                  </span>
                )}
              </td>
              <td>{one.fill ? t.coverage.fills[one.fill] : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {holes.length > shown.length && <p class="muted">{t.coverage.more(holes.length - shown.length)}</p>}
    </div>
  )
}
