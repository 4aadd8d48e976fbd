import { describe, expect, it } from 'vitest'
import { drawSample, seededRandom } from '../domain/seededRandom.ts'
import { agreement, auditFigures, correctShares, leastAudited } from './audit.ts'
import { SENTIMENTS, type Sentiment } from './types.ts'

const pick = (shares: readonly number[], random: () => number): number => {
  let left = random()
  return Math.max(
    0,
    shares.findIndex((share) => (left -= share) < 0),
  )
}

describe('drawSample', () => {
  it('takes every item equally often, none twice, and the same ones for the same seed', () => {
    const items = Array.from({ length: 12 }, (_, i) => i)
    const taken = items.map(() => 0)
    const random = seededRandom(5)
    for (let round = 0; round < 6000; round++) {
      const sample = drawSample(items, 4, random)
      expect(new Set(sample).size).toBe(4)
      for (const item of sample) taken[item] = (taken[item] ?? 0) + 1
    }
    // Chi-squared with 11 degrees of freedom stays below 31.3 in 999 of 1,000 fair draws.
    const wanted = 2000
    const unfair = taken.reduce((sum, n) => sum + (n - wanted) ** 2 / wanted, 0)
    expect(unfair).toBeLessThan(31.3)
    expect(drawSample(items, 4, seededRandom(9))).toEqual(drawSample(items, 4, seededRandom(9)))
    expect(drawSample([1, 2], 5, random)).toHaveLength(2)
  })
})

describe('auditFigures', () => {
  it('gives the shares of right answers with intervals around them', () => {
    const labels = (['negative', 'neutral', 'positive'] as const).flatMap((truth) =>
      Array.from({ length: 40 }, (_, i) => ({ truth, said: i < 30 ? truth : ('neutral' as const) })),
    )
    const figures = auditFigures(labels, seededRandom(1))
    expect(figures?.accuracy).toBeCloseTo(100 / 120)
    expect(figures?.accuracyInterval.low).toBeCloseTo(0.7567, 3)
    expect(figures?.accuracyInterval.high).toBeCloseTo(0.8894, 3)
    expect(figures?.confusion).toEqual([
      [30, 10, 0],
      [0, 40, 0],
      [0, 10, 30],
    ])
    expect(figures?.macroF1Interval.low).toBeLessThan(figures?.macroF1 ?? 0)
    expect(figures?.macroF1Interval.high).toBeGreaterThan(figures?.macroF1 ?? 1)
    expect(auditFigures([], seededRandom(1))).toBeUndefined()
  })
})

describe('agreement', () => {
  it("is Cohen's kappa of the worked example in his paper's form", () => {
    const pairs: [Sentiment, Sentiment][] = [
      ...Array.from({ length: 20 }, () => ['negative', 'negative'] as [Sentiment, Sentiment]),
      ...Array.from({ length: 5 }, () => ['negative', 'positive'] as [Sentiment, Sentiment]),
      ...Array.from({ length: 10 }, () => ['positive', 'negative'] as [Sentiment, Sentiment]),
      ...Array.from({ length: 15 }, () => ['positive', 'positive'] as [Sentiment, Sentiment]),
    ]
    const found = agreement(pairs, seededRandom(1))
    expect(found.observed).toBeCloseTo(0.7)
    expect(found.kappa).toBeCloseTo(0.4)
    expect(found.interval?.low).toBeLessThan(0.4)
    expect(found.interval?.high).toBeGreaterThan(0.4)
  })

  it('says nothing where chance alone explains everything', () => {
    expect(agreement([['neutral', 'neutral']], seededRandom(1)).kappa).toBeUndefined()
    expect(agreement([], seededRandom(1)).kappa).toBeUndefined()
  })
})

describe('correctShares', () => {
  it('covers the truth in at least 93 of 100 audits, each of a hundred random mentions', () => {
    const truth = [0.27, 0.45, 0.28]
    const errors = [
      [0.72, 0.2, 0.08],
      [0.15, 0.7, 0.15],
      [0.06, 0.2, 0.74],
    ]
    const said = SENTIMENTS.map((_, k) => truth.reduce((sum, share, i) => sum + share * (errors[i]?.[k] ?? 0), 0))
    const counts = { negative: said[0] ?? 0, neutral: said[1] ?? 0, positive: said[2] ?? 0 }
    const random = seededRandom(20)
    const covered = SENTIMENTS.map(() => 0)
    const draws = 1000
    let width = 0
    for (let draw = 0; draw < draws; draw++) {
      const confusion = [0, 0, 0].map(() => [0, 0, 0])
      for (let i = 0; i < leastAudited; i++) {
        const real = pick(truth, random)
        const row = confusion[real] ?? []
        const label = pick(errors[real] ?? [], random)
        row[label] = (row[label] ?? 0) + 1
      }
      const shares = correctShares(confusion, counts, random, 200)
      SENTIMENTS.forEach((label, k) => {
        const { low = 1, high = 0 } = shares?.[label].interval ?? {}
        if (low <= (truth[k] ?? 0) && (truth[k] ?? 0) <= high) covered[k] = (covered[k] ?? 0) + 1
        width += (high - low) / draws / SENTIMENTS.length
      })
    }
    for (const count of covered) expect(count / draws).toBeGreaterThanOrEqual(0.93)
    // An interval of everything would cover the truth too.
    expect(width).toBeLessThan(0.17)
  })

  it('moves the measured shares towards the truth, and stays silent without enough labels', () => {
    const confusion = [
      [40, 0, 0],
      [20, 20, 0],
      [0, 0, 40],
    ]
    const shares = correctShares(confusion, { negative: 60, neutral: 20, positive: 40 }, seededRandom(1))
    expect(shares?.negative.measured).toBeCloseTo(0.5)
    expect(shares?.negative.corrected).toBeCloseTo(1 / 3)
    const few = [
      [33, 0, 0],
      [0, 33, 0],
      [0, 0, 33],
    ]
    expect(correctShares(few, { negative: 1, neutral: 1, positive: 1 }, seededRandom(1))).toBeUndefined()
  })
})
