import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { MAX_UNITS, tokenise } from './tokenise.ts'

const norms = (text: string): string[] => tokenise(text).norm

describe('tokenise', () => {
  it.each([
    ['Sooooo GOOD!!!', ['soo', 'good', '!!']],
    ['@acme see https://x.example/a?b=c now', ['<user>', 'see', '<url>', 'now']],
    ['#NotHappy #fail', ['not', 'happy', 'fail']],
    ["don’t won't", ["don't", "won't"]],
    ['20 min late, 3rd time', ['<num>', 'min', 'late', '0rd', 'time']],
    ['ok :) :-( ;) :D <3 </3', ['ok', '<smile>', '<sad>', '<wink>', '<laugh>', '<heart>', '<broken>']],
    ['😍😍😍 👍🏽', ['😍', '👍']],
    ['tom &amp; jerry', ['tom', '&', 'jerry']],
    ['really?! ok...', ['really', '?!', 'ok', '…']],
    ['这个好', ['这', '个', '好']],
    ['at 10:30', ['at', '<num>']],
  ])('%s', (text, expected) => {
    expect(norms(text)).toEqual(expected)
  })

  it('gives the same tokens for other names, URLs and numbers', () => {
    expect(norms('@a paid 12 at http://a.example')).toEqual(norms('@bcd paid 3,500 at http://b.example/x'))
  })

  it('keeps offsets into the text, rising and within it', () => {
    const check = (): void =>
      fc.assert(
        fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (text) => {
          const { count, start, end } = tokenise(text)
          let at = 0
          for (let i = 0; i < count; i++) {
            const [from = -1, to = -1] = [start[i], end[i]]
            if (from < at || to <= from || to > text.length) return false
            at = to
          }
          return true
        }),
      )
    expect(check).not.toThrow()
  })

  it('leaves out the middle of a long text and says so', () => {
    const { clipped, count, end } = tokenise(`first ${'x '.repeat(MAX_UNITS)} last`)
    expect(clipped).toBe(true)
    expect(count).toBeLessThan(MAX_UNITS)
    expect(end[count - 1]).toBe(MAX_UNITS * 2 + 11)
  })
})
