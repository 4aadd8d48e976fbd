import type { FC } from 'hono/jsx'

/** A share with its interval on a line from 0 to 100 %: the band is what it may be, the stroke what was seen. The figures stand beside it as text. */
export const IntervalBar: FC<{ value?: number | undefined; low: number; high: number }> = ({ value, low, high }) => (
  <svg class="interval" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
    <rect class="interval-track" y="4" width="100" height="2" />
    <rect class="interval-band" x={percent(low)} y="1" width={percent(Math.max(0.005, high - low))} height="8" />
    {value !== undefined && (
      <line class="interval-value" x1={percent(value)} x2={percent(value)} y2="10" vector-effect="non-scaling-stroke" />
    )}
  </svg>
)

function percent(share: number): string {
  return (share * 100).toFixed(2)
}
