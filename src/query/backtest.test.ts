import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBacktest } from './backtest.ts'
import { parseQuery } from './parse.ts'
import { randomMention, randomQuery, seeded } from './randomQueries.ts'
import { referenceMatch } from './reference.ts'

function read(text: string) {
  const parsed = parseQuery(text)
  if (!parsed.ok) throw new Error(parsed.error)
  return parsed.query
}

const seeds = fc.integer({ min: 0, max: 2 ** 31 })

describe('a back-test', () => {
  it('counts what the reference says of each query alone', () => {
    const seen = { gained: 0, lost: 0, kept: 0 }
    fc.assert(
      fc.property(seeds, seeds, seeds, (a, b, c) => {
        const [old, next] = [read(randomQuery(seeded(a))), read(randomQuery(seeded(b)))]
        const test = createBacktest<number>(old, next, { samples: 3 })
        const wanted = { gained: 0, lost: 0, kept: 0 }
        const random = seeded(c)
        for (let i = 0; i < 10; i++) {
          const document = randomMention(random)
          const [was, is] = [referenceMatch(old, document), referenceMatch(next, document)]
          const change = was && is ? 'kept' : is ? 'gained' : was ? 'lost' : undefined
          if (change) wanted[change]++
          expect(test.take(document, i * 40_000_000, i % 2 ? 'a' : 'b', i)).toBe(change)
        }
        expect(test.total).toEqual(wanted)
        for (const map of [test.days, test.sources])
          for (const change of ['gained', 'lost', 'kept'] as const)
            expect([...map.values()].reduce((sum, tally) => sum + tally[change], 0)).toBe(wanted[change])
        expect(test.gained).toHaveLength(Math.min(3, wanted.gained))
        for (const change of ['gained', 'lost', 'kept'] as const) seen[change] += wanted[change]
      }),
      { numRuns: 300 },
    )
    for (const n of Object.values(seen)) expect(n).toBeGreaterThan(30)
  })

  it('says what made a mention match and which part of the other query failed', () => {
    const test = createBacktest<string>(read('lumen AND crash'), read('lumen AND (crash OR freeze) NOT giveaway'), {
      samples: 5,
    })
    test.take({ text: 'Lumen freezes again' }, 0, 's', 'more')
    test.take({ text: 'Lumen crash giveaway' }, 0, 's', 'less')
    expect(test.gained).toMatchObject([
      { ref: 'more', spans: [{ term: 'lumen' }, { term: 'freeze' }], failed: [{ term: 'crash', reason: 'missing' }] },
    ])
    expect(test.lost).toMatchObject([
      { ref: 'less', spans: [{ term: 'lumen' }, { term: 'crash' }], excluded: [{ start: 12, end: 20 }] },
    ])
    expect(test.lost[0]?.failed).toMatchObject([{ term: 'giveaway', reason: 'excluded' }])
  })
})
