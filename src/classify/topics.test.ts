import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { createClassifier } from './classifier.ts'
import { loadArtefacts } from './load.ts'
import { clauseAround, createTopics, readAspects } from './topics.ts'

const find = createTopics([
  { label: 'battery', terms: ['battery', 'charg*'] },
  { label: 'camera', terms: ['camera'] },
  { label: 'service', terms: ['customer service', 'support team'] },
])

describe('createTopics', () => {
  it('finds words, phrases and beginnings, with offsets', () => {
    const text = 'Charging is slow, Customer Service was rude'
    const topics = find(text)
    expect(topics.map(({ label }) => label)).toEqual(['battery', 'service'])
    expect(topics.map(({ spans: [span] }) => text.slice(span?.start, span?.end))).toEqual([
      'Charging',
      'Customer Service',
    ])
  })

  it('finds nothing in a word that only contains a term', () => {
    expect(find('cameraman')).toEqual([])
  })
})

describe('clauseAround', () => {
  it('stops at sentence ends and words of contrast', () => {
    const text = 'Nice. The camera is great but the battery dies. Bye'
    const at = text.indexOf('battery')
    const { start, end } = clauseAround(text, { start: at, end: at + 7 })
    expect(text.slice(start, end)).toBe(' the battery dies.')
  })
})

describe('readAspects', () => {
  it('gives each topic the tone of its own clause', () => {
    const classifier = createClassifier(loadArtefacts(join(import.meta.dirname, '../../data/models')))
    const text = 'The camera is amazing, I love it, but the battery is terrible and awful'
    const tones = readAspects(classifier, find, { text, kind: 'review', lang: 'en' }).map(({ label, sentiment }) => [
      label,
      sentiment,
    ])
    expect(tones).toEqual([
      ['camera', 'positive'],
      ['battery', 'negative'],
    ])
  })
})
