import { expect, it } from 'vitest'
import { seededRandom } from '../domain/seededRandom.ts'
import { goodThreshold, readTag, tagTokens, trainTag, type TagExample, type TrainedTag } from './tagTrainer.ts'

const about = ['invoice', 'charged', 'refund', 'money', 'billing', 'card']
const other = ['timer', 'coffee', 'update', 'grinder', 'espresso', 'lovely']
const filler = ['the', 'my', 'again', 'since', 'please', 'today', 'constructor', '2024', '__proto__']

function examples(n: number, noise: number, seed = 1): TagExample[] {
  const random = seededRandom(seed)
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)] ?? ''
  return Array.from({ length: n }, (_, i) => {
    const isPositive = i % 4 === 0
    const says = random() < noise ? !isPositive : isPositive
    const words = [pick(says ? about : other), pick(says ? about : other), pick(filler), pick(filler)]
    return { tokens: tagTokens(words.join(' '), 'en'), isPositive }
  })
}

function train(list: TagExample[]): TrainedTag {
  const work = trainTag(list, 0, seededRandom(3))
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

it('learns a tag from examples, and says on texts it has not seen how well', () => {
  const { model, report } = train(examples(120, 0))
  expect([report.positives, report.negatives]).toEqual([30, 90])
  expect(report.points[0]).toEqual({ threshold: 0.5, right: 30, suggested: 30 })
  const tag = readTag(model)
  const tokens = tagTokens('My card was charged twice, refund please', 'en')
  expect(tag.score(tokens)).toBeGreaterThan(0.95)
  expect(tag.because(tokens)).toEqual(expect.arrayContaining(['charg', 'refund']))
  expect(tag.score(tagTokens('The grinder makes lovely espresso', 'en'))).toBeLessThan(0.05)
  expect(model).not.toMatch(/"text"/)
})

it('does not flatter itself where the examples contradict each other', () => {
  const { report } = train(examples(120, 0.3))
  const point = report.points[0]
  expect((point?.right ?? 0) / (point?.suggested ?? 1)).toBeLessThan(0.75)
  // Words that say nothing: held-back texts are told apart by chance.
  const chance = train(examples(120, 0.5, 7)).report.points[0]
  expect((chance?.right ?? 0) / Math.max(1, chance?.suggested ?? 1)).toBeLessThan(0.5)
})

it('chooses the lowest threshold at which four of five are right', () => {
  const base = { positives: 10, negatives: 10, rejected: 0, folds: 5 }
  const points = [
    { threshold: 0.5, right: 9, suggested: 15 },
    { threshold: 0.7, right: 8, suggested: 10 },
    { threshold: 0.9, right: 5, suggested: 5 },
  ]
  expect(goodThreshold({ ...base, points })).toBe(0.7)
  expect(goodThreshold({ ...base, points: points.slice(0, 1) })).toBe(0.5)
})
