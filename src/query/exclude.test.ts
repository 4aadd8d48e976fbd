import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sameTree } from './ast.ts'
import { prepareDocument } from './document.ts'
import { evaluate } from './evaluate.ts'
import { effectiveQuery } from './exclude.ts'
import { createMatcher } from './matcher.ts'
import { parseQuery } from './parse.ts'
import { randomMention, randomQuery, seeded } from './randomQueries.ts'
import { starterLists } from './starterLists.ts'

const seeds = fc.integer({ min: 0, max: 2 ** 31 })

function read(text: string) {
  const parsed = parseQuery(text)
  if (!parsed.ok) throw new Error(parsed.error)
  return parsed.query
}

function readEffective(text: string, lists: readonly string[]) {
  const parsed = effectiveQuery(text, {}, lists)
  if (!parsed.ok) throw new Error(parsed.error)
  return parsed.query
}

it('leaves out exactly what a list matches, in the percolator too, and reads as it is written', () => {
  let hidden = 0
  fc.assert(
    fc.property(seeds, fc.array(seeds, { maxLength: 3 }), seeds, (q, ls, m) => {
      const text = randomQuery(seeded(q))
      const lists = ls.map((seed) => randomQuery(seeded(seed)))
      const effective = readEffective(text, lists)
      const document = randomMention(seeded(m))
      const prepared = prepareDocument(document)
      const caught = evaluate(read(text), prepared)
      const wanted = caught && !lists.some((list) => evaluate(read(list), prepared))
      if (caught && !wanted) hidden++
      const matcher = createMatcher()
      matcher.add('q', effective)
      expect([evaluate(effective, prepared), matcher.match(document)]).toEqual([wanted, wanted ? ['q'] : []])
      expect(sameTree(effective.root, read(effective.text).root)).toBe(true)
    }),
    { numRuns: 800 },
  )
  expect(hidden).toBeGreaterThan(10)
})

it('hides nothing where the list cannot be read, and nothing matches where the query cannot', () => {
  expect(readEffective('acme', ['(broken']).text).toBe('acme')
  expect(effectiveQuery('(acme', {}, ['x']).ok).toBe(false)
})

it('offers starters that hide what they are for and leave people alone', () => {
  const caught = (key: string, text: string) =>
    evaluate(read(starterLists.find((one) => one.key === key)?.text ?? ''), prepareDocument({ text, lang: 'en' }))
  expect(caught('jobs', "We're hiring! Acme is looking for a backend engineer, apply now")).toBe(true)
  expect(caught('giveaways', 'GIVEAWAY: follow and retweet to win an Acme speaker')).toBe(true)
  expect(caught('seo', 'Best Acme coupon code 2026, 70% off, limited time offer')).toBe(true)
  for (const { key } of starterLists)
    for (const text of [
      'Acme keeps crashing since the update, no job gets done any more',
      'I want to win back the hour that Acme support cost me',
      'The best notes app I have paid for, even at full price',
      'Hired a plumber, he uses Acme for his bills',
    ])
      expect([key, text, caught(key, text)]).toEqual([key, text, false])
})
