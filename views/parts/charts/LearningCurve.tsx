import type { FC } from 'hono/jsx'
import type { CurvePoint } from '../../../src/domain/learning.ts'
import { useView } from '../../context.tsx'
import { formatNumber, formatPercent } from '../../format.ts'
import { asGroup, asPicture } from './scale.ts'

const width = 760
const height = 240
const left = 74
const right = 110
const bottom = 34
const above = 14

/**
 * Share right on the held-back labels against how many were learned from, with its interval as a band and the built-in
 * model as a dashed line. Equal steps: the counts double.
 */
export const LearningCurve: FC<{ points: CurvePoint[]; title: string }> = ({ points, title }) => {
  const { t, locale } = useView()
  const floor = Math.max(0, Math.floor(Math.min(...points.map((point) => point.right.low)) * 10) / 10)
  const step = (width - left - right) / Math.max(1, points.length - 1)
  const x = (index: number) => left + index * step
  const y = (share: number) => above + (height - bottom - above) * (1 - (share - floor) / (1 - floor))
  const [base] = points
  const last = points.at(-1)
  const edge = (key: 'low' | 'high') =>
    points.map((point, index) => `${x(index).toFixed(1)} ${y(point.right[key]).toFixed(1)}`)
  const line = points.map((point, index) => `${x(index).toFixed(1)} ${y(point.right.value).toFixed(1)}`)
  const apart = base && last ? Math.abs(y(base.right.value) - y(last.right.value)) > 18 : false
  return (
    <figure class="chart learning-curve">
      <svg viewBox={`0 0 ${width} ${height}`} {...asGroup} aria-label={title}>
        {[floor, (floor + 1) / 2, 1].map((share) => (
          <>
            <line class="chart-grid" x1={left} x2={width - right} y1={y(share)} y2={y(share)} />
            <text class="chart-label" x={left - 8} y={y(share) + 4} text-anchor="end" aria-hidden="true">
              {formatPercent(share, locale)}
            </text>
          </>
        ))}
        <path class="chart-band" d={`M${edge('high').join('L')}L${edge('low').toReversed().join('L')}Z`} />
        {base && (
          <line
            class="chart-line chart-line-soft"
            x1={left}
            x2={width - right}
            y1={y(base.right.value)}
            y2={y(base.right.value)}
          />
        )}
        <path class="chart-line" d={`M${line.join('L')}`} />
        {last && (
          <text
            class="chart-label chart-label-strong"
            x={width - right + 10}
            y={y(last.right.value) + 4}
            aria-hidden="true"
          >
            {formatPercent(last.right.value, locale)}
          </text>
        )}
        {base && apart && (
          <text class="chart-label" x={width - right + 10} y={y(base.right.value) + 4} aria-hidden="true">
            {t.learning.beforeLearning}
          </text>
        )}
        {points.map((point, index) => (
          <circle
            class="chart-dot"
            cx={x(index).toFixed(1)}
            cy={y(point.right.value).toFixed(1)}
            r="3.5"
            {...asPicture}
            tabindex={0}
            aria-label={nameOf(point, t, locale)}
          >
            <title>{nameOf(point, t, locale)}</title>
          </circle>
        ))}
        {points.map((point, index) => (
          <text class="chart-label" x={x(index)} y={height - 8} text-anchor="middle" aria-hidden="true">
            {formatNumber(point.learned, locale)}
          </text>
        ))}
      </svg>
      <CurveTable points={points} title={title} />
    </figure>
  )
}

function nameOf({ learned, right: share }: CurvePoint, t: ReturnType<typeof useView>['t'], locale: string): string {
  return t.learning.pointOf(
    formatNumber(learned, locale),
    formatPercent(share.value, locale),
    formatPercent(share.low, locale),
    formatPercent(share.high, locale),
    formatNumber(share.n, locale),
  )
}

const CurveTable: FC<{ points: CurvePoint[]; title: string }> = ({ points, title }) => {
  const { t, locale } = useView()
  return (
    <details class="chart-table">
      <summary>{t.chart.table}</summary>
      <div class="table-scroll">
        <table aria-label={title}>
          <thead>
            <tr>
              <th scope="col" class="num">
                {t.learning.labels}
              </th>
              <th scope="col" class="num">
                {t.learning.right}
              </th>
              <th scope="col" class="num">
                {t.learning.interval}
              </th>
            </tr>
          </thead>
          <tbody>
            {points.map(({ learned, right: share }) => (
              <tr>
                <th scope="row" class="num">
                  {formatNumber(learned, locale)}
                </th>
                <td class="num">{formatPercent(share.value, locale)}</td>
                <td class="num">
                  {formatPercent(share.low, locale)} – {formatPercent(share.high, locale)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
