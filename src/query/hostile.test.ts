/* oxlint-disable vitest/no-conditional-expect -- parse results are narrowed before they are looked at; requireAssertions guards empty runs */
import { describe, expect, it } from 'vitest'
import { tokenise } from '../text/tokenise.ts'
import { prepareDocument } from './document.ts'
import { evaluate } from './evaluate.ts'
import { formatQuery } from './format.ts'
import { lintQuery } from './lint.ts'
import { createMatcher } from './matcher.ts'
import { parseQuery } from './parse.ts'
import { eachNear, nearStretches, phraseStarts, stretch } from './stretches.ts'
import { traceMatch } from './trace.ts'

const words = (count: number, word: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => word(i)).join(' ')

function both(text: string, document: { text: string }): boolean {
  const parsed = parseQuery(text)
  if (!parsed.ok) throw new Error(parsed.error)
  const matcher = createMatcher()
  matcher.add('q', parsed.query)
  const found = matcher.match(document).length === 1
  expect(evaluate(parsed.query, prepareDocument(document))).toBe(found)
  return found
}

describe('limits (E3)', () => {
  it('takes 1,000 terms, 10,000 characters and 50 levels', () => {
    const terms = words(1_000, (i) => `word${i}`).replaceAll(' ', ' OR ')
    expect(terms.length).toBeGreaterThan(10_000)
    expect(both(terms, { text: 'x word999' })).toBe(true)
    expect(both(`${'('.repeat(50)}a${')'.repeat(50)} b`, { text: 'a b' })).toBe(true)
    expect(both(`"${words(1_000, (i) => `w${i}`)}"`, { text: words(1_000, (i) => `w${i}`) })).toBe(true)
    expect(both(words(50, () => 'a').replaceAll(' ', ' NEAR/1 '), { text: words(51, () => 'a') })).toBe(true)
    expect(lintQuery(queryOf(terms)).length).toBe(0)
    expect(formatQuery(queryOf(terms))).toBe(terms)
  })

  it('refuses what is beyond them, with a reason', () => {
    const refused = (text: string): string => {
      const parsed = parseQuery(text)
      return parsed.ok ? 'read' : parsed.error
    }
    expect(refused('x'.repeat(60_000))).toContain('characters')
    expect(refused(words(5_000, (i) => `w${i}`))).toContain('terms')
    expect(refused('('.repeat(300) + 'a' + ')'.repeat(300))).toContain('levels')
    expect(refused('regex:/(((a{1000}){1000}){1000})/')).toContain('repeat')
    expect(refused(`regex:/${'a'.repeat(2_000)}/`)).toContain('characters')
  })
})

const queryOf = (text: string) => {
  const parsed = parseQuery(text)
  if (!parsed.ok) throw new Error(parsed.error)
  return parsed.query
}

describe('work stays in proportion', () => {
  it('visits a bounded number of pairs for NEAR, however repetitive the text', () => {
    const count = (length: number): number => {
      const list = Array.from({ length }, (_, i) => stretch(i, i))
      let visits = 0
      eachNear(list, list, 50, false, () => {
        visits++
        return false
      })
      return visits
    }
    expect(count(4_000) / count(2_000)).toBeLessThan(2.1)
    const many = Array.from({ length: 50_000 }, (_, i) => stretch(i, i))
    expect(nearStretches(many, many, 50, false).length).toBeLessThanOrEqual(5_000)
  })

  it('finds long phrases of few words in repetitive text', () => {
    const even = Array.from({ length: 20_000 }, (_, i) => i * 2)
    const odd = even.map((at) => at + 1)
    const lists = Array.from({ length: 1_000 }, (_, i) => (i % 2 === 0 ? even : odd))
    expect(phraseStarts(lists).length).toBe(20_000 - 499)
    expect(phraseStarts([...lists, odd])).toEqual([])
  })

  it('answers hostile expressions, phrases and a text of 1 MB', () => {
    const text = 'a '.repeat(500_000)
    expect(both('regex:/(a+)+b/', { text: 'a'.repeat(100_000) })).toBe(false)
    expect(both(`"${words(500, () => 'a')} b"`, { text })).toBe(false)
    expect(both('a NEAR/50 a NEAR/50 b', { text })).toBe(false)
    expect(both('"a a a a"~50 b', { text })).toBe(false)
    expect(both(`raw:"${'a '.repeat(500)}b"`, { text })).toBe(false)
    expect(traceMatch(queryOf('a'), prepareDocument({ text }))?.length).toBe(1_000)
    expect(tokenise('#'.repeat(100_000)).length).toBe(0)
    expect(tokenise(`#${'1'.repeat(100_000)}`).length).toBe(1)
  })
})

describe('live edits', () => {
  it('adds, replaces and removes queries between mentions', () => {
    const matcher = createMatcher()
    matcher.add('one', queryOf('acme'))
    expect(matcher.match({ text: 'acme zoo' })).toEqual(['one'])
    matcher.add('two', queryOf('zoo'))
    matcher.add('one', queryOf('bank'))
    expect(matcher.match({ text: 'acme zoo' })).toEqual(['two'])
    expect(matcher.remove('two')).toBe(true)
    expect(matcher.remove('two')).toBe(false)
    expect(matcher.match({ text: 'acme zoo bank' })).toEqual(['one'])
    expect(matcher.size).toBe(1)
    expect(matcher.cost('one')).toEqual({ candidates: 1, matches: 1, isAlwaysChecked: false })
  })

  it('tries a query only for mentions that hold its rarest term', () => {
    const matcher = createMatcher()
    matcher.add('q', queryOf('the rareword'))
    for (let i = 0; i < 500; i++) matcher.match({ text: i % 100 === 0 ? 'the rareword' : 'the text' })
    matcher.replan()
    const before = matcher.cost('q')?.candidates ?? 0
    for (let i = 0; i < 100; i++) matcher.match({ text: 'the text' })
    expect(matcher.cost('q')?.candidates).toBe(before)
  })

  it('gives no candidate for a phrase of common words that stand apart', () => {
    const matcher = createMatcher()
    matcher.add('q', queryOf('"the and"'))
    for (let i = 0; i < 400; i++) matcher.match({ text: 'the x and' })
    matcher.replan()
    const before = matcher.cost('q')?.candidates ?? 0
    for (let i = 0; i < 100; i++) matcher.match({ text: 'the x and' })
    expect(matcher.cost('q')?.candidates).toBe(before)
    expect(matcher.match({ text: 'the and' })).toEqual(['q'])
  })
})
