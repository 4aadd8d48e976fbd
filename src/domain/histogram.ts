/**
 * Histogram of durations in logarithmic buckets, as the roll-ups keep it: counts of days add up to counts of weeks,
 * and any percentile of the sum stays within 2 % of the true value, which averages of percentiles never do.
 */

/** Relative width of a bucket. Its geometric middle is at most 1.1 % away from any value inside. */
const growth = 1.022
const logGrowth = Math.log(growth)
/** Everything below one second is one bucket: nobody answers faster, and the buckets stay few. */
const smallestMs = 1000

/** The bucket of a duration; 0 holds everything under a second, negative spans included. */
export function bucketOf(ms: number): number {
  if (!(ms >= smallestMs)) return 0
  return 1 + Math.floor(Math.log(ms / smallestMs) / logGrowth + 1e-9)
}

/** The duration that stands for a bucket: its geometric middle, ms. */
export function msOf(bucket: number): number {
  if (bucket <= 0) return smallestMs / 2
  return smallestMs * growth ** (bucket - 0.5)
}

export interface BucketCount {
  bucket: number
  count: number
}

/** The duration below which the share (0…1) of all lies, nearest rank; undefined without values. */
export function percentileOf(buckets: readonly BucketCount[], share: number): number | undefined {
  const total = countOf(buckets)
  if (total === 0) return undefined
  const rank = Math.min(total, Math.max(1, Math.ceil(share * total)))
  let seen = 0
  for (const { bucket, count } of buckets.toSorted((a, b) => a.bucket - b.bucket)) {
    seen += count
    if (seen >= rank) return msOf(bucket)
  }
  return undefined
}

export function countOf(buckets: readonly BucketCount[]): number {
  return buckets.reduce((sum, one) => sum + one.count, 0)
}
