import { describe, expect, it } from 'vitest'

import { makeRandom } from './data.ts'
import { type Example, scoreLinear, trainLinear } from './linear.ts'

const random = makeRandom(5)
const examples = Array.from({ length: 200 }, (_, i): Example => ({
  words: Int32Array.from([1 + (i % 2), 100 + Math.floor(random() * 50)]),
  chars: new Int32Array(0),
  dense: Float32Array.from([random()]),
}))
const targets = examples.map((_, i) => i % 2)
const settings = {
  classes: 2,
  mode: 'softmax',
  wordBits: 10,
  charBits: 0,
  dense: 1,
  epochs: 3,
  rate: 0.1,
  l2: 1e-4,
  seed: 1,
} as const

describe('trainLinear', () => {
  it('learns which word decides', () => {
    const model = trainLinear(examples, targets, undefined, settings)
    const out = new Float64Array(2)
    scoreLinear(model, { words: Int32Array.from([2]), chars: new Int32Array(0), dense: Float32Array.from([0.5]) }, out)
    expect(out[1]).toBeGreaterThan((out[0] ?? 0) + 0.5)
  })

  it('gives the same weights to the byte for the same seed, others for another', () => {
    const once = trainLinear(examples, targets, undefined, settings)
    expect(trainLinear(examples, targets, undefined, settings).words).toEqual(once.words)
    expect(trainLinear(examples, targets, undefined, { ...settings, seed: 2 }).words).not.toEqual(once.words)
  })
})
