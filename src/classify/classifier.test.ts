import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { createClassifier } from './classifier.ts'
import { loadArtefacts } from './load.ts'

const classifier = createClassifier(loadArtefacts(join(import.meta.dirname, '../../data/models')))

describe('createClassifier', () => {
  it('tells delight from anger', () => {
    const [good, bad] = classifier.classifyBatch([
      { text: 'I love this phone, best I ever had!', kind: 'mention' },
      { text: 'Worst service ever, I am furious', kind: 'mention' },
    ])
    expect(good?.sentiment).toBe('positive')
    expect(bad?.sentiment).toBe('negative')
    expect(good?.score).toBeGreaterThan(bad?.score ?? 1)
  })

  it.each(['', ' ', '😀', 'https://example.org/x', '\ud800', 'שלום עולם', 'привет мир 你好'])('answers %j', (text) => {
    const { probabilities, confidence } = classifier.classify({ text, kind: 'mention' })
    expect(probabilities.negative + probabilities.neutral + probabilities.positive).toBeCloseTo(1, 5)
    expect(confidence).toBeLessThanOrEqual(1)
  })
})
