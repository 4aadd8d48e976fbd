import { describe, expect, it } from 'vitest'
import { emergingTerms, type Heard } from './emergingTerms.ts'

const heard = (text: string, author: number, more: Partial<Heard> = {}): Heard => ({
  title: null,
  text,
  author,
  sentiment: null,
  ...more,
})
const many = (n: number, text: (i: number) => string, more: Partial<Heard> = {}) =>
  Array.from({ length: n }, (_, i) => heard(text(i), i, more))

const usual = (i: number) => `the coffee machine is number ${i} of ${i % 7} and it works well with beans`
const before = many(300, usual)

describe('emergingTerms', () => {
  it('names what is newly said, with its tone and how often it was said before', () => {
    const leak = many(12, (i) => `my pump seal leaks since week ${i}`, { sentiment: 'negative' })
    const found = emergingTerms([...many(100, usual), ...leak], before)
    const [first] = found
    expect(found.map(({ text }) => text)).toContain('pump')
    expect(first).toMatchObject({ now: 12, before: 0, authors: 12, negative: 12 })
    expect(found.map(({ text }) => text)).not.toContain('coffee')
  })

  it('finds nothing where nothing changed, and nothing in one account that repeats itself', () => {
    expect(emergingTerms(many(100, usual), before)).toEqual([])
    const one = Array.from({ length: 30 }, () => heard('my pump seal leaks', 1))
    expect(emergingTerms([...many(100, usual), ...one], before)).toEqual([])
  })

  it('leaves out what a rule already says', () => {
    const leak = many(12, () => 'Leckage überall')
    const terms = (known: string[]) => emergingTerms([...many(100, usual), ...leak], before, known).map((t) => t.text)
    expect(terms([]).some((text) => text.includes('leckage'))).toBe(true)
    expect(terms(['pump OR Leckage'])).not.toContain('leckage')
  })
})
