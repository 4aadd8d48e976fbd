import { describe, expect, it } from 'vitest'

import { bootstrap, calibrationError, evaluate } from './evaluate.ts'
import { measure } from './metrics.ts'
import type { Classification } from './types.ts'

const said = (
  sentiment: Classification['sentiment'],
  confidence: number,
  intents: Classification['intents'] = [],
): Classification => ({
  lang: 'en',
  langConfidence: 1,
  sentiment,
  score: 0,
  confidence,
  probabilities: { negative: 0, neutral: 0, positive: 0 },
  intents,
  unsure: false,
  urgency: 'low',
  model: 'test',
  layer: 1,
})

describe('evaluate', () => {
  it('counts by hand', () => {
    const [report] = evaluate(
      [{ sentiment: 'negative' }, { sentiment: 'negative' }, { sentiment: 'positive' }, { sentiment: 'neutral' }],
      [said('negative', 1), said('positive', 1), said('positive', 1), said('neutral', 1)],
    )
    expect(report).toMatchObject({
      head: 'sentiment',
      n: 4,
      accuracy: 0.75,
      confusion: [
        [1, 0, 1],
        [0, 1, 0],
        [0, 0, 1],
      ],
    })
    expect(report?.macroRecall).toBeCloseTo((0.5 + 1 + 1) / 3)
    expect(report?.macroF1).toBeCloseTo((2 / 3 + 1 + 2 / 3) / 3)
    expect(report?.calibrationError).toBeCloseTo(0.25)
  })

  it('judges intents one by one', () => {
    const [report] = evaluate(
      [{ intents: ['complaint', 'bug_report'] }, { intents: ['other'] }],
      [
        said('negative', 1, [{ label: 'complaint', confidence: 0.9 }]),
        said('neutral', 1, [{ label: 'other', confidence: 0.5 }]),
      ],
    )
    expect(report).toMatchObject({ head: 'intents', accuracy: 0.5 })
    expect(report?.macroF1).toBeCloseTo((1 + 0 + 1) / 3)
  })

  it('says nothing of heads without labels', () => {
    expect(evaluate([{}], [said('neutral', 1)])).toEqual([])
  })
})

describe('calibrationError', () => {
  it('is 0 when nine in ten are right at 0.9, and the distance otherwise', () => {
    const right = [true, true, true, true, true, true, true, true, true, false]
    expect(
      calibrationError(
        right.map(() => 0.9),
        right,
      ),
    ).toBeCloseTo(0)
    expect(
      calibrationError(
        right.map(() => 0.6),
        right,
      ),
    ).toBeCloseTo(0.3)
  })
})

describe('bootstrap', () => {
  it('encloses the figure and repeats itself', () => {
    const truth = Array.from({ length: 200 }, (_, i) => i % 2)
    const answers = truth.map((y, i) => (i % 5 === 0 ? 1 - y : y))
    const figure = (t: number[], a: number[]): number => measure(t, a, 2).accuracy
    const [low, high] = bootstrap(truth, answers, figure)
    expect(low).toBeLessThan(0.8)
    expect(high).toBeGreaterThan(0.8)
    expect(high - low).toBeLessThan(0.15)
    expect(bootstrap(truth, answers, figure)).toEqual([low, high])
  })
})
