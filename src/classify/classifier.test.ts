import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { createClassifier } from './classifier.ts'
import { REST } from './explain.ts'
import { loadArtefacts } from './load.ts'
import { SENTIMENTS } from './types.ts'

const classifier = createClassifier(loadArtefacts(join(import.meta.dirname, '../../data/models')))
const intentsOf = (text: string, kind: 'mention' | 'review' = 'mention'): string[] =>
  classifier.classify({ text, kind }).intents.map(({ label }) => label)

describe('sentiment', () => {
  it.each([
    ['I love this phone, best I ever had!', 'positive'],
    ['Worst service ever, I am furious', 'negative'],
    ['The shop opens at nine on Monday', 'neutral'],
    ['Das ist der schlechteste Service, den ich je hatte, echt schlimm', 'negative'],
    ['Me encanta, muchas gracias, es perfecto', 'positive'],
  ])('%s: %s', (text, sentiment) => {
    expect(classifier.classify({ text, kind: 'mention' }).sentiment).toBe(sentiment)
  })

  it('keeps to the text when the stars say otherwise, and takes the stars where there is no word', () => {
    expect(classifier.classify({ text: 'terrible, broken, waste of money', kind: 'review', stars: 5 }).sentiment).toBe(
      'negative',
    )
    expect(classifier.classify({ text: '', kind: 'review', stars: 5 }).sentiment).toBe('positive')
  })

  it('reads a language without a head from its emoji alone', () => {
    const said = classifier.classify({ text: 'ok super 😍😍', kind: 'mention', lang: 'sw' })
    const bare = classifier.classify({ text: 'love love love', kind: 'mention', lang: 'sw' })
    expect(said.sentiment).toBe('positive')
    expect(bare.sentiment).toBe('neutral')
    expect(bare.confidence).toBeLessThan(0.5)
  })
})

describe('intents', () => {
  it.each([
    ['@acme how do I reset my password?', 'question'],
    ['@acme my order never arrived, terrible service', 'complaint'],
    ['Great app, love it!', 'praise'],
    ['App crashes every time I open it since the update', 'bug_report'],
    ['Please add a dark mode, I wish there was an option for it', 'feature_request'],
    ['I am uninstalling this app and switching to another', 'churn_threat'],
  ])('%s: %s', (text, label) => {
    expect(intentsOf(text)).toContain(label)
  })

  it('gives other only alone', () => {
    expect(intentsOf('the parliament meets on Tuesday')).toEqual(['other'])
  })
})

describe('any text', () => {
  const odd = [
    '',
    ' ',
    '😀',
    'https://example.org/x',
    '\ud800',
    '\udc00\ud800',
    'שלום עולם',
    'привет мир 你好 hello',
    '\u0000',
    '‮abc',
  ]
  it.each(odd.flatMap((text) => [[text, 'mention'] as const, [text, 'review'] as const]))(
    'answers %j as a %s with little confidence',
    (text, kind) => {
      const { probabilities, confidence, unsure } = classifier.classify({ text, kind })
      expect(probabilities.negative + probabilities.neutral + probabilities.positive).toBeCloseTo(1, 5)
      expect(confidence).toBeLessThan(0.65)
      expect(unsure).toBe(confidence < 0.45)
    },
  )

  it('reads no wish and no praise out of a review without a word', () => {
    for (const text of ['', '!!!', '12345', 'https://example.org/x'])
      for (const stars of [1, 5])
        expect(classifier.classify({ text, kind: 'review', stars }).intents).toEqual([
          { label: 'other', confidence: 1 },
        ])
  })

  it('never throws and always gives probabilities', () => {
    const check = (): void =>
      fc.assert(
        fc.property(
          fc.string({ unit: 'binary', maxLength: 200 }),
          fc.constantFrom('mention', 'review'),
          (text, kind) => {
            const said = classifier.classify({ text, kind })
            return SENTIMENTS.every((label) => said.probabilities[label] >= 0) && said.intents.length > 0
          },
        ),
        { numRuns: 300 },
      )
    expect(check).not.toThrow()
  })

  it.each(['x', 'a', 'not ', 'I love it, but it crashes. ', '😀', '#love', '@a ', '<', 'é ', '\ud800', 'नमस्ते '])(
    'is unsure of a megabyte of %j',
    (unit) => {
      const text = unit.repeat(Math.ceil(1_000_000 / unit.length))
      for (const kind of ['mention', 'review'] as const) {
        const { unsure, intents } = classifier.classify({ text, kind })
        expect(unsure).toBe(true)
        expect(intents.map(({ label }) => label)).toEqual(['other'])
      }
    },
  )

  it('is less sure of an article than of a post of the same words', () => {
    const post = 'The new update crashes whenever I open it. '
    const [short = 0, long = 0] = [post, post.repeat(150)].map(
      (text) => classifier.classify({ text, kind: 'mention' }).confidence,
    )
    expect(long).toBeLessThan(short)
  })

  it('is pure: the same text gives the same answer whatever came before', () => {
    const input = { text: '@acme still waiting for my refund :(', kind: 'mention' } as const
    const first = classifier.classify(input)
    for (let i = 0; i < 300; i++)
      classifier.classify({ text: `filler${i} words to move the cache ${i * 7}x`, kind: 'review' })
    expect(classifier.classify(input)).toEqual(first)
  })
})

describe('explain', () => {
  const texts = [
    'I do not love this phone, the battery is awful',
    'great crew, thanks @acme!',
    'Worst. App. Ever. 😡',
    'meh',
  ]

  it.each(texts)('gives weights for %j that sum to the margin', (text) => {
    const { because, margin } = classifier.explain({ text, kind: 'mention' })
    const { confidence } = classifier.classify({ text, kind: 'mention' })
    expect(because.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(margin, 6)
    expect(margin).toBeCloseTo(Math.log(confidence / (1 - confidence)), 6)
  })

  it.each(texts.slice(0, 3))('takes the probability where the top word of %j says', (text) => {
    const { because, label } = classifier.explain({ text, kind: 'mention', lang: 'en' })
    const top = because.find(({ feature }) => feature !== REST)
    const whole = classifier.classify({ text, kind: 'mention', lang: 'en' }).probabilities[label]
    const rest = classifier.classify({ text: text.split(top?.feature ?? '?').join(''), kind: 'mention', lang: 'en' })
      .probabilities[label]
    expect(Math.sign(whole - rest)).toBe(Math.sign(top?.weight ?? 0))
  })
})
