import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { decodeBundle } from './artefact.ts'
import { createQuick, fastGrams, MOST_GRAMS } from './fast.ts'
import { loadArtefacts } from './load.ts'

const gramsOf = (text: string, prefix: number): number[] => {
  const out = new Int32Array(MOST_GRAMS)
  return [...out.subarray(0, fastGrams(text, out, prefix))]
}

describe('fastGrams', () => {
  it('gives a word and a pair for each word, and the beginning of words that are longer', () => {
    expect(gramsOf('late delivery', -1)).toHaveLength(4)
    expect(gramsOf('late delivery', 4)).toHaveLength(5)
    const [, delivery] = [gramsOf('delivered', 4), gramsOf('delivery', 4)]
    expect(gramsOf('delivered', 4).filter((gram) => delivery?.includes(gram))).toHaveLength(1)
    expect(gramsOf('delivered', -1).filter((gram) => gramsOf('delivery', -1).includes(gram))).toEqual([])
  })

  it('knows a word and its beginning after a negation for others', () => {
    const [word, beginning] = gramsOf('helpful', 4)
    const after = gramsOf('not helpful', 4)
    expect(gramsOf('very helpful', 4)).toEqual(expect.arrayContaining([word, beginning]))
    expect(after).not.toContain(word)
    expect(after).not.toContain(beginning)
  })

  it('reads case, names and numbers alike', () => {
    expect(gramsOf('@ann PAID 12', 4)).toEqual(gramsOf('@bob paid 345', 4))
  })

  it('stops when there is no more room', () => {
    expect(gramsOf('words and '.repeat(2000), 4).length).toBeLessThanOrEqual(MOST_GRAMS)
  })
})

describe('quick head', () => {
  const quick = createQuick(
    decodeBundle(loadArtefacts(join(import.meta.dirname, '../../data/models'))['quick'] ?? new Uint8Array()),
  )

  it('tells plain tones apart', () => {
    expect(quick('I love it, best day ever :)').sentiment).toBe('positive')
    expect(quick('worst service ever, I hate it').sentiment).toBe('negative')
    expect(quick('').sentiment).toBe('neutral')
  })

  it.each(['', '\ud800', '😡', 'x'.repeat(100_000), '日本語', '!!!'])(
    'answers %j with a score within its bounds',
    (text) => {
      const { score } = quick(text)
      expect(Math.abs(score)).toBeLessThanOrEqual(1)
    },
  )
})
