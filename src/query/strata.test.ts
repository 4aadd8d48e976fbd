import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { prepareDocument } from './document.ts'
import { evaluate } from './evaluate.ts'
import { formatQuery } from './format.ts'
import { parseQuery } from './parse.ts'
import { randomMention, randomQuery, seeded } from './randomQueries.ts'
import { createSorter, strataOf, widestOf } from './strata.ts'

function read(text: string) {
  const parsed = parseQuery(text)
  if (!parsed.ok) throw new Error(parsed.error)
  return parsed.query
}

const tell = (text: string) =>
  strataOf(read(text)).map(({ kind, change, term, query }) => [kind, change, term, formatQuery(query)].join(' | '))

describe('the strata of a query', () => {
  it('are its matches, what each NOT excludes, and what one relaxed part would let in', () => {
    expect(tell('lumen "dark mode" rating<=2 NOT (giveaway OR promo) NOT job')).toEqual([
      'match | itself |  | lumen AND "dark mode" AND rating<=2 AND NOT (giveaway OR promo) AND NOT job',
      'not | kept | giveaway OR promo | lumen AND "dark mode" AND rating<=2 AND NOT job',
      'not | kept | job | lumen AND "dark mode" AND rating<=2 AND NOT (giveaway OR promo)',
      'not | several |  | lumen AND "dark mode" AND rating<=2',
      'near | left out | lumen | "dark mode" AND rating<=2 AND NOT (giveaway OR promo) AND NOT job',
      'near | left out | "dark mode" | lumen AND rating<=2 AND NOT (giveaway OR promo) AND NOT job',
      'near | left out | rating<=2 | lumen AND "dark mode" AND NOT (giveaway OR promo) AND NOT job',
      'near | nearer | "dark mode" | lumen AND "dark mode"~5 AND rating<=2 AND NOT (giveaway OR promo) AND NOT job',
    ])
  })

  it('relax a lone word, a tag, a distance and a scope, and never a field alone', () => {
    expect(tell('lumen OR #lux')).toEqual([
      'match | itself |  | lumen OR #lux',
      'near | longer | lumen | lumen OR lumen* OR #lux',
      'near | bare | #lux | lumen OR #lux OR lux',
    ])
    expect(tell('acme NEAR/4f invoice')[1]).toBe('near | nearer | acme NEAR/4f invoice | acme NEAR/9 invoice')
    expect(tell('title:acme')[1]).toBe('near | anywhere | title:acme | acme')
    expect(tell('rating<=2 lang:en')).toHaveLength(1)
    expect(tell('acme rating<=2')).toHaveLength(2)
  })

  it('part the mentions: a match is a match, anything else is not, and what only NOTs keep out is found', () => {
    const seen = { match: 0, near: 0, not: 0 }
    const seeds = fc.integer({ min: 0, max: 2 ** 31 })
    fc.assert(
      fc.property(seeds, seeds, (a, b) => {
        const query = read(randomQuery(seeded(a)))
        const strata = strataOf(query)
        const sort = createSorter(strata)
        for (const stratum of strata) expect(parseQuery(formatQuery(stratum.query)).ok).toBe(true)
        const random = seeded(b)
        for (let i = 0; i < 5; i++) {
          const document = randomMention(random)
          const prepared = prepareDocument(document)
          const index = sort(document)
          const stratum = index === undefined ? undefined : strata[index]
          expect(index === 0).toBe(evaluate(query, prepared))
          if (!stratum) continue
          expect(index !== 0 || strata.every((other) => evaluate(other.query, prepared))).toBe(true)
          expect(evaluate(stratum.query, prepared)).toBe(true)
          expect(widestOf(strata).some((wide) => evaluate(wide, prepared))).toBe(true)
          seen[stratum.kind]++
        }
      }),
      { numRuns: 600 },
    )
    for (const n of Object.values(seen)) expect(n).toBeGreaterThan(30)
  })
})
