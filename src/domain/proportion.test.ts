import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  labelsNeeded,
  marginOf,
  recallOf,
  upperBound,
  wilsonInterval,
  type Interval,
  type Labelled,
} from './proportion.ts'
import { createRandomSample } from './randomSample.ts'
import { tallyOf } from './relevance.ts'

/** One labelling through the real sampler: the items up to `relevant` are relevant. */
function simulate(population: number, relevant: number, labels: number, seed: number): Labelled {
  const sample = createRandomSample(labels, seed)
  for (let item = 1; item <= population; item++) sample.offer(item)
  const items = sample.items()
  return tallyOf(
    items.map((item) => (item <= relevant ? 'yes' : 'no')),
    population,
  )
}

function covered(population: number, share: number, labels: number): number {
  const relevant = Math.round(population * share)
  const intervals = new Map<number, Interval>()
  let hits = 0
  for (let seed = 1; seed <= 1_000; seed++) {
    const seen = simulate(population, relevant, labels, seed * 7919)
    const { low, high } = intervals.get(seen.relevant) ?? wilsonInterval(seen)
    intervals.set(seen.relevant, { low, high })
    if (low <= relevant / population && relevant / population <= high) hits++
  }
  return hits / 1_000
}

describe('the interval of a labelled sample', () => {
  it.each([
    [1_100, 0.8, 100],
    [600, 0.5, 50],
    [700, 0.95, 60],
    [400, 0.8, 30],
    [120, 0.7, 60],
    [60, 0.98, 50],
  ])('covers the truth in at least 93 of 100 labellings: %i mentions, share %f, %i labels', (...of) => {
    expect(covered(...of)).toBeGreaterThanOrEqual(0.93)
  })

  it('is as narrow as the literature says', () => {
    const seen = (labelled: number) => ({ relevant: labelled * 0.8, labelled, population: 1e9 })
    const rounded = [30, 50, 100, 200].map((n) => {
      const { low, high } = wilsonInterval(seen(n))
      return [low.toFixed(2), high.toFixed(2)].join('-')
    })
    expect(rounded).toEqual(['0.63-0.90', '0.67-0.89', '0.71-0.87', '0.74-0.85'])
  })

  it('holds the share, is within what is possible, and is a point when everything is labelled', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.nat(), fc.nat(), (population, a, b) => {
        const labelled = 1 + (a % population)
        const relevant = b % (labelled + 1)
        const seen = { relevant, labelled, population }
        const { low, high } = wilsonInterval(seen)
        expect(low).toBeLessThanOrEqual(relevant / labelled + 1e-9)
        expect(high).toBeGreaterThanOrEqual(relevant / labelled - 1e-9)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
        expect(wilsonInterval({ ...seen, population: labelled })).toEqual({
          low: relevant / labelled,
          high: relevant / labelled,
        })
        expect(upperBound(seen)).toBeGreaterThanOrEqual(relevant / labelled - 1e-9)
      }),
      { numRuns: 300, examples: [[1967, 536_682_156, 1]] },
    )
  })

  it('says how many labels are missing, and they suffice', () => {
    const seen = { relevant: 24, labelled: 30, population: 50_000 }
    const more = labelsNeeded(seen, 0.05)
    expect(more).toBeGreaterThan(200)
    const then = { relevant: (seen.labelled + more) * 0.8, labelled: seen.labelled + more, population: 50_000 }
    expect(marginOf(wilsonInterval(then))).toBeLessThanOrEqual(0.05)
    expect(labelsNeeded(then, 0.05)).toBe(0)
    expect(labelsNeeded({ ...seen, population: 40 }, 0.001)).toBe(10)
  })
})

describe('the bound on what is lost', () => {
  it('follows the rule of three, and Clopper and Pearson where something was found', () => {
    expect(upperBound({ relevant: 0, labelled: 100, population: 1e6 })).toBeCloseTo(0.0295, 4)
    expect(upperBound({ relevant: 0, labelled: 300, population: 1e6 })).toBeCloseTo(3 / 300, 3)
    // Tabulated: 2 of 100, one-sided 95 %.
    expect(upperBound({ relevant: 2, labelled: 100, population: 1e6 })).toBeCloseTo(0.0616, 4)
    expect(upperBound({ relevant: 0, labelled: 0, population: 5 })).toBe(1)
  })
})

describe('pooled recall', () => {
  const truth = (found: number, missed: number[]) => found / (found + missed.reduce((a, b) => a + b, 0))

  it('covers the truth in at least 93 % of 1,000 labellings of matches and near misses', () => {
    const found = { population: 300, relevant: 240 }
    const groups = [
      { population: 100, relevant: 10 },
      { population: 200, relevant: 4 },
    ]
    let hits = 0
    for (let seed = 1; seed <= 1_000; seed++) {
      const matched = simulate(found.population, found.relevant, 60, seed * 31)
      const missed = groups.map((group, i) => simulate(group.population, group.relevant, 30, seed * 37 + i + 1))
      const { low, high } = recallOf(matched, missed) ?? { low: 1, high: 0 }
      const value = truth(found.relevant, [10, 4])
      if (low <= value && value <= high) hits++
    }
    expect(hits / 1_000).toBeGreaterThanOrEqual(0.93)
  })

  it('is not guessed while a part has no label', () => {
    const matched = { relevant: 8, labelled: 10, population: 100 }
    expect(recallOf(matched, [{ relevant: 0, labelled: 0, population: 50 }])).toBeUndefined()
    expect(recallOf(matched, [{ relevant: 0, labelled: 0, population: 0 }])?.value).toBe(1)
  })
})

describe('a random sample', () => {
  it('does not depend on the order of the stream, and takes every item equally often', () => {
    const drawn = new Int32Array(51)
    for (let seed = 1; seed <= 2_000; seed++) {
      const [up, down] = [createRandomSample(10, seed), createRandomSample(10, seed)]
      for (let item = 1; item <= 50; item++) up.offer(item)
      for (let item = 50; item >= 1; item--) down.offer(item)
      expect(up.items()).toEqual(down.items())
      expect(up.population).toBe(50)
      for (const item of up.items()) drawn[item] = (drawn[item] ?? 0) + 1
    }
    // 400 expected each, standard deviation 18.
    for (let item = 1; item <= 50; item++) expect(Math.abs((drawn[item] ?? 0) - 400)).toBeLessThan(90)
  })

  it('counts labels up to the first gap only', () => {
    expect(tallyOf(['yes', 'gone', 'unsure', 'no', undefined, 'yes'], 90)).toEqual({
      relevant: 1,
      labelled: 2,
      unsure: 1,
      left: 1,
      population: 90,
    })
  })
})
