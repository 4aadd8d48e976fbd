import type { FC } from 'hono/jsx'
import { useView } from '../../context.tsx'
import { formatIsoDay } from '../../format.ts'

/** Every so many days a date under the columns of a chart; screen readers hear the days of the columns instead. */
export const DayLabels: FC<{
  days: readonly { day: string }[]
  left: number
  step: number
  every: number
  y: number
}> = ({ days, left, step, every, y }) => {
  const { locale } = useView()
  return (
    <>
      {days.map((day, index) =>
        index % every === 0 ? (
          <text class="chart-label" x={left + (index + 0.5) * step} y={y} text-anchor="middle" aria-hidden="true">
            {formatIsoDay(day.day, locale)}
          </text>
        ) : null,
      )}
    </>
  )
}
