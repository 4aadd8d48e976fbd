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
