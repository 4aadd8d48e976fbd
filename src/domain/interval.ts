/** 0…1, the ends of a 95 % interval. */
export interface Interval {
  low: number
  high: number
}

const z = 1.959964

/** Wilson's score interval of a share; it stays inside 0…1 and holds for small counts. */
export function wilson(hits: number, n: number): Interval {
  if (n <= 0) return { low: 0, high: 1 }
  const share = hits / n
  const centre = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n)
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2))
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}

/** The middle 95 % of values that were drawn; undefined where there are none. */
export function middleOf(values: readonly number[]): Interval | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  const low = sorted[Math.floor(sorted.length * 0.025)]
  const high = sorted[Math.ceil(sorted.length * 0.975) - 1]
  return low === undefined || high === undefined ? undefined : { low, high }
}
