import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createClassifier } from './classifier.ts'
import { loadArtefacts } from './load.ts'

const classifier = createClassifier(loadArtefacts(join(import.meta.dirname, '../../data/models')))

it('says which words would make it the other label, and which negation and booster had a part', () => {
  const said = classifier.explain({ text: 'The crew was not very helpful, but I love the seats', kind: 'mention' })
  const { probabilities } = classifier.classify({
    text: 'The crew was not very helpful, but I love the seats',
    kind: 'mention',
  })
  const second = Object.entries(probabilities).toSorted(([, a], [, b]) => b - a)[1]?.[0]
  expect(said.instead).toMatchObject({ label: second, probability: probabilities[said.instead.label] })
  const without = classifier.classify({ text: 'The crew was not very helpful, but I  the seats', kind: 'mention' })
  const love = said.instead.because.find((one) => one.feature === 'love')
  const lead = (p: typeof probabilities) => Math.log(p[said.instead.label] / p[said.label])
  expect(love?.weight).toBeCloseTo(lead(probabilities) - lead(without.probabilities), 6)
  expect(said.modifiers).toEqual([
    { kind: 'negation', word: 'not', reach: ['very', 'helpful'] },
    { kind: 'booster', word: 'very', reach: ['helpful'] },
  ])
})

it('names the words of each intent: without them it is less likely or does not hold', () => {
  const text = 'Since the update the app crashes on launch, please add a dark mode too'
  const whole = classifier.classify({ text, kind: 'review' })
  const { intents } = classifier.explain({ text, kind: 'review' })
  expect(intents.map(({ label, confidence }) => ({ label, confidence }))).toEqual(whole.intents)
  expect(intents.find(({ label }) => label === 'bug_report')?.because).toContain('crashes')
  for (const { label, because } of intents)
    for (const word of because) {
      const rest = classifier.classify({ text: text.replaceAll(word, ''), kind: 'review', lang: 'en' })
      const before = whole.intents.find((one) => one.label === label)?.confidence ?? 0
      expect(rest.intents.find((one) => one.label === label)?.confidence ?? 0, `${label} ${word}`).toBeLessThan(before)
    }
  expect(classifier.explain({ text: '', kind: 'review' }).intents).toEqual([])
})
