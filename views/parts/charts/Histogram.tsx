import type { FC } from 'hono/jsx'
import { useView } from '../../context.tsx'
import { formatNumber, formatPercent } from '../../format.ts'

export interface Bucket {
  /** "under 15m". */
  label: string
  count: number
  href: string
  /** Beyond the target. */
  late?: boolean | undefined
}

/** Horizontal bars with the figure beside each: already a table, so it is one. */
export const Histogram: FC<{ buckets: Bucket[]; title: string; columns: [string, string] }> = ({
  buckets,
  title,
  columns,
}) => {
  const { t, locale } = useView()
  const top = Math.max(1, ...buckets.map((bucket) => bucket.count))
  const total = Math.max(
    1,
    buckets.reduce((sum, bucket) => sum + bucket.count, 0),
  )
  return (
    <table class="histogram" aria-label={title}>
      <thead class="sr">
        <tr>
          <th scope="col">{columns[0]}</th>
          <th scope="col">{columns[1]}</th>
          <th scope="col">{t.chart.share}</th>
        </tr>
      </thead>
      <tbody>
        {buckets.map((bucket) => (
          <tr>
            <th scope="row">{bucket.label}</th>
            <td>
              <a href={bucket.href} class={bucket.late ? 'hbar hbar-late' : 'hbar'}>
                <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
                  <rect width={((bucket.count / top) * 100).toFixed(2)} height="10" />
                </svg>
                {formatNumber(bucket.count, locale)}
              </a>
            </td>
            <td class="num muted">{formatPercent(bucket.count / total, locale)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
