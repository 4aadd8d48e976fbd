import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bucketOf, msOf, percentileOf } from './histogram.ts'

it('stands within 2 % of every duration from a second to a year', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1000, max: 366 * 86_400_000 }), (ms) => {
      expect(Math.abs(msOf(bucketOf(ms)) - ms) / ms).toBeLessThanOrEqual(0.02)
    }),
    { numRuns: 2000 },
  )
})

it('never puts a longer duration into an earlier bucket', () => {
  fc.assert(
    fc.property(fc.nat(400_000_000), fc.nat(400_000_000), (a, b) => {
      expect(bucketOf(Math.min(a, b))).toBeLessThanOrEqual(bucketOf(Math.max(a, b)))
    }),
  )
})

it('keeps spans below a second and negative ones in one bucket', () => {
  expect([bucketOf(-5), bucketOf(0), bucketOf(999), bucketOf(Number.NaN)]).toEqual([0, 0, 0, 0])
  expect(bucketOf(1000)).toBe(1)
})

it('gives percentiles within 2 % of the sorted values', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1000, max: 9e8 }), { minLength: 1, maxLength: 300 }), (values) => {
      const sorted = values.toSorted((a, b) => a - b)
      const buckets = values.map((ms) => ({ bucket: bucketOf(ms), count: 1 }))
      for (const share of [0.5, 0.9]) {
        const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0
        const shown = percentileOf(buckets, share) ?? 0
        expect(Math.abs(shown - exact) / exact).toBeLessThanOrEqual(0.02)
      }
    }),
  )
  expect(percentileOf([], 0.5)).toBeUndefined()
})
