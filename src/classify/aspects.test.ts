import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { aspectOf, clauseAround, type Span } from './aspects.ts'
import { createClassifier } from './classifier.ts'
import { comparedAs } from './comparisons.ts'
import { loadArtefacts } from './load.ts'

const spanOf = (text: string, word: string): Span => {
  const start = text.indexOf(word)
  return { start, end: start + word.length }
}
const clauseOf = (text: string, word: string): string => {
  const { start, end } = clauseAround(text, spanOf(text, word))
  return text.slice(start, end)
}

describe('clauseAround', () => {
  it('stops at sentence ends and words of contrast', () => {
    const text = 'Nice. The camera is great but the battery dies. Bye'
    expect(clauseOf(text, 'battery')).toBe(' the battery dies.')
    expect(clauseOf(text, 'camera')).toBe(' The camera is great ')
    expect(clauseOf('Die Kamera ist toll, aber der Akku ist mies', 'Akku')).toBe(' der Akku ist mies')
  })

  it('takes a full stop inside a version or an address for no end', () => {
    expect(clauseOf('Since 3.2 the battery from acme.example is dead. Sad', 'battery')).toBe(
      'Since 3.2 the battery from acme.example is dead.',
    )
  })
})

describe('comparedAs', () => {
  const of = (text: string, name: string) => {
    const { start, end } = spanOf(text, name)
    return comparedAs(text.slice(0, start), text.slice(end))
  }

  it.each([
    ['Tamsel is so much better than Korvia', 'positive', 'negative'],
    ['I find Tamsel slower than my old Korvia', 'negative', 'positive'],
    ['Just switched from Tamsel to Korvia', 'negative', 'positive'],
    ['Ditched Tamsel, going back to the Korvia', 'negative', 'positive'],
    ['I would choose Tamsel over Korvia any day', 'positive', 'negative'],
    ['Left @Tamsel after years, I recommend Korvia', 'negative', 'positive'],
  ])('%s', (text, ours, theirs) => {
    expect([of(text, 'Tamsel'), of(text, 'Korvia')]).toEqual([ours, theirs])
  })

  it.each([
    'Tamsel is not better than Korvia',
    "I wouldn't recommend Tamsel or Korvia",
    'Tamsel and Korvia both make coffee',
    'I went home. Tamsel or Korvia?',
  ])('leaves "%s" to the clause', (text) => {
    expect([of(text, 'Tamsel'), of(text, 'Korvia')]).toEqual([undefined, undefined])
  })
})

describe('aspectOf', () => {
  const classifier = createClassifier(loadArtefacts(join(import.meta.dirname, '../../data/models')))
  const tone = (text: string, word: string, isTarget = false) =>
    aspectOf(classifier, { text, kind: 'review', lang: 'en' }, { isTarget, spans: [spanOf(text, word)] })

  it('gives each topic the tone of its own clause', () => {
    const text = 'The camera is amazing, I love it, but the battery is terrible and awful'
    expect([tone(text, 'camera').sentiment, tone(text, 'battery').sentiment]).toEqual(['positive', 'negative'])
  })

  it('tells our name from the other in one sentence, also where only a comparison does', () => {
    const clauses = 'Korvia is wonderful and quiet while Tamsel is a terrible, broken disappointment'
    expect([tone(clauses, 'Korvia', true).sentiment, tone(clauses, 'Tamsel', true).sentiment]).toEqual([
      'positive',
      'negative',
    ])
    const compared = 'My Tamsel is so much better than Korvia'
    expect([tone(compared, 'Tamsel', true), tone(compared, 'Korvia', true)]).toEqual([
      { sentiment: 'positive', confidence: null },
      { sentiment: 'negative', confidence: null },
    ])
  })

  it('keeps the judgement of the whole where the clause is all there is', () => {
    const whole = { sentiment: 'neutral' as const, confidence: 0.123 }
    const text = 'the battery is terrible'
    const named = { isTarget: false, spans: [spanOf(text, 'battery')] }
    expect(aspectOf(classifier, { text, kind: 'mention' }, named, whole)).toEqual(whole)
  })
})
