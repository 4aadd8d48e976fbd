import type { FC } from 'hono/jsx'
import { useView } from '../../context.tsx'
import { formatDateTime, formatDay, formatPercent } from '../../format.ts'
import { Hatch } from './Hatch.tsx'
import { asPicture } from './scale.ts'

export interface CoverageModel {
  from: number
  to: number
  /** Intervals of platform time that were really read, merged, oldest first. */
  covered: { from: number; to: number }[]
  /** Known holes with their reason. */
  gaps: { from: number; to: number; reason: string }[]
}

const width = 720
const height = 28

/** What was really read, as a bar: solid where covered, hatched where not. The list below says the same in words. */
export const CoverageBar: FC<{ coverage: CoverageModel }> = ({ coverage }) => {
  const view = useView()
  const { t, locale } = view
  const span = Math.max(1, coverage.to - coverage.from)
  const x = (at: number) => (Math.min(1, Math.max(0, (at - coverage.from) / span)) * width).toFixed(1)
  const read = coverage.covered.reduce((sum, one) => sum + Math.max(0, one.to - one.from), 0)
  const share = formatPercent(Math.min(1, read / span), locale)
  return (
    <figure class="coverage">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        {...asPicture}
        aria-labelledby="coverage-title"
      >
        <title id="coverage-title">
          {t.chart.coverage(share, formatDay(coverage.from, view), formatDay(coverage.to, view))}
        </title>
        <Hatch id="coverage-hatch" />
        <rect class="chart-uncovered" x="0" y="0" width={width} height={height} fill="url(#coverage-hatch)" />
        {coverage.covered.map((one) => (
          <rect
            class="chart-covered"
            x={x(one.from)}
            y="0"
            width={Math.max(0.5, Number(x(one.to)) - Number(x(one.from)))}
            height={height}
          />
        ))}
      </svg>
      <figcaption>
        <span>{formatDay(coverage.from, view)}</span>
        <strong>{t.chart.coverageShort(share)}</strong>
        <span>{formatDay(coverage.to, view)}</span>
      </figcaption>
      {coverage.gaps.length > 0 && (
        <ul class="gap-list">
          {coverage.gaps.map((gap) => (
            <li>
              {formatDateTime(gap.from, view)} – {formatDateTime(gap.to, view)}: {gap.reason}
            </li>
          ))}
        </ul>
      )}
    </figure>
  )
}
