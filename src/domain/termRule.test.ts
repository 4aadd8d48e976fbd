import fc from 'fast-check'
import { expect, it } from 'vitest'
import { intentLabels, sentiments } from './classification.ts'
import { applyRules, cutOut, type RuleEffect } from './termRule.ts'

const effect: fc.Arbitrary<RuleEffect> = fc.oneof(
  fc.record({ kind: fc.constant('sentiment' as const), sentiment: fc.constantFrom(...sentiments) }),
  fc.record({ kind: fc.constant('intent' as const), intent: fc.constantFrom(...intentLabels), present: fc.boolean() }),
  fc.constant({ kind: 'ignore' as const }),
)
const said = fc.record({
  sentiment: fc.constantFrom(...sentiments),
  score: fc.constant(0.1),
  confidence: fc.constant(0.5),
  unsure: fc.boolean(),
  intents: fc
    .subarray(intentLabels.filter((label) => label !== 'other'))
    .map((labels) => (labels.length > 0 ? labels : (['other'] as const)).map((label) => ({ label, confidence: 0.5 }))),
})

it('the first rule has the word, and `other` stands only alone', () => {
  fc.assert(
    fc.property(said, fc.array(effect, { maxLength: 6 }), (before, effects) => {
      const after = applyRules(before, effects)
      const tone = effects.find((one) => one.kind === 'sentiment')
      expect(after.sentiment).toBe(tone ? tone.sentiment : before.sentiment)
      const labels = after.intents.map((one) => one.label)
      expect(labels.length).toBeGreaterThan(0)
      expect(new Set(labels).size).toBe(labels.length)
      expect(labels.includes('other')).toBe(labels.join() === 'other')
      for (const label of intentLabels.filter((one) => one !== 'other')) {
        const first = effects.find((one) => one.kind === 'intent' && one.intent === label)
        const had = before.intents.some((one) => one.label === label)
        expect(labels.includes(label)).toBe(first?.kind === 'intent' ? first.present : had)
      }
    }),
  )
})

it('cuts overlapping stretches out once', () => {
  const cut = fc.tuple(fc.nat(20), fc.nat(20)).map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }))
  fc.assert(
    fc.property(fc.string({ minLength: 20, maxLength: 20 }), fc.array(cut, { maxLength: 4 }), (text, cuts) => {
      const kept = [...Array(text.length).keys()].filter((i) => !cuts.some(({ start, end }) => i >= start && i < end))
      expect(cutOut(text, cuts)).toBe(kept.map((i) => text[i]).join(''))
    }),
  )
})
