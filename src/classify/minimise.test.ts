import { expect, it } from 'vitest'

import { minimise, type Objective } from './minimise.ts'

/** A long narrow valley whose lowest point is [1, -2, 0.5]. */
const valley: Objective = (at, gradient) => {
  const lowest = [1, -2, 0.5]
  const steepness = [1, 50, 400]
  return lowest.reduce((sum, place, i) => {
    const off = (at[i] ?? 0) - place
    gradient[i] = (steepness[i] ?? 0) * off
    return sum + ((steepness[i] ?? 0) * off * off) / 2
  }, 0)
}

it('finds the lowest point', () => {
  const { at } = minimise(valley, { at: new Float64Array(3), pairs: [] }, 50)
  for (const [i, place] of [1, -2, 0.5].entries()) expect(at[i]).toBeCloseTo(place, 2)
})

it('goes on from where it stopped with what it learned of the ground', () => {
  const gradient = new Float64Array(3)
  const early = minimise(valley, { at: new Float64Array(3), pairs: [] }, 5)
  const later = minimise(valley, early, 2)
  const forgetful = minimise(valley, { at: early.at, pairs: [] }, 2)
  expect(valley(later.at, gradient)).toBeLessThan(valley(forgetful.at, gradient))
  expect(valley(early.at, gradient)).toBeGreaterThan(valley(later.at, gradient))
})
