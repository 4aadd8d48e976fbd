import { expect, it } from 'vitest'

import { charGrams } from './features.ts'
import { tokenise } from './tokenise.ts'
import { makeRandom } from './train/data.ts'
import { type GramTable, WordSums } from './wordSums.ts'

const random = makeRandom(3)
const tableOf = (columns: number): GramTable => ({
  rows: Int8Array.from({ length: 32 * columns }, () => Math.floor(random() * 80) - 40),
  columns,
})
const tables = [tableOf(5), tableOf(16)]

function sumOf(words: readonly string[], { rows, columns }: GramTable): number[] {
  const hashes = words.flatMap((word) => [...charGrams(word)])
  return Array.from({ length: columns }, (_, k) =>
    hashes.reduce((sum, hash) => sum + (rows[(hash & 31) * columns + k] ?? 0), 0),
  )
}

it('gives the sums of the words of a text, met before or not, with a number or without', () => {
  const sums = new WordSums(tables, charGrams)
  const many = Array.from({ length: 5000 }, (_, i) => `w${String.fromCharCode(97 + (i % 26))}${'ab'.repeat(i % 7)}`)
  for (const text of ['good morning good', many.join(' '), 'good night', '']) {
    const tokens = tokenise(text)
    for (const isNumbered of [true, false]) {
      sums.begin(tokens)
      for (let i = 0; i < tokens.count; i++) sums.add(tokens.norm[i] ?? '', isNumbered ? (tokens.word[i] ?? -1) : -1)
      const found = sums.finish()
      for (const [t, table] of tables.entries()) {
        const at = sums.startOf(t)
        expect([...found.subarray(at, at + table.columns)]).toEqual(sumOf(tokens.norm, table))
      }
      expect(found[sums.startOf(2)]).toBe(tokens.norm.reduce((sum, word) => sum + charGrams(word).length, 0))
    }
  }
})

it('forgets words whose numbers were given anew', () => {
  const sums = new WordSums(tables, charGrams)
  const read = (norm: string, epoch: number): number[] => {
    sums.begin({ ...tokenise(''), epoch })
    sums.add(norm, 4)
    return [...sums.finish().subarray(0, 5)]
  }
  const [table = tableOf(5)] = tables
  expect(read('first', 1)).toEqual(sumOf(['first'], table))
  expect(read('other', 1)).toEqual(sumOf(['first'], table))
  expect(read('other', 2)).toEqual(sumOf(['other'], table))
})
