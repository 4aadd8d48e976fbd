import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

import { Kernel } from './kernel.ts'
import { makeRandom } from './train/data.ts'

const random = makeRandom(7)
const upTo = (n: number): number => Math.floor(random() * n)
const fill = (length: number, one: () => number): number[] => Array.from({ length }, one)
const anyByte = (): number => upTo(256) - 128
const anyFloat = (): number => Math.fround(random() * 2 - 1)
const columnsOf = (width: number, sum: (column: number) => number): number[] =>
  fill(width, () => 0).map((_, k) => sum(k))
const add = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

describe('kernel', () => {
  it('is what its source says', () => {
    const check = spawnSync(process.execPath, ['bin/kernel.js', '--check'], { encoding: 'utf8' })
    expect(check.stderr).toBe('')
    expect(check.status).toBe(0)
  })

  it.each([0, 1, 7, 256, 257, 1000])('adds up %i rows of bytes', (count) => {
    const kernel = new Kernel()
    const columns = 13
    const table = Int8Array.from(fill(64 * columns, anyByte))
    const rows = kernel.placeRows(table, columns)
    const hashes = fill(count, () => upTo(2 ** 32) | 0)
    const at = kernel.reserve(4 * count)
    const sums = kernel.reserve(4 * rows.width)
    kernel.i32.set(hashes, at >> 2)
    kernel.run.sumRows(rows.at, rows.width, rows.mask, at, count, sums)
    const expected = columnsOf(columns, (k) => add(hashes.map((hash) => table[(hash & 63) * columns + k] ?? 0)))
    expect([...kernel.i32.subarray(sums >> 2, (sums >> 2) + columns)]).toEqual(expected)
  })

  it('holds the lowest sum of a whole piece of rows', () => {
    const kernel = new Kernel()
    const rows = kernel.placeRows(new Int8Array(8).fill(-128), 8)
    const hashes = kernel.reserve(4 * 300)
    const sums = kernel.reserve(32)
    kernel.run.sumRows(rows.at, rows.width, rows.mask, hashes, 300, sums)
    expect(kernel.i32[sums >> 2]).toBe(-128 * 300)
  })

  it.each([0, 1, 9])('adds up the kept rows of %i words to what is there', (count) => {
    const kernel = new Kernel()
    const width = 12
    const kept = fill(20 * width, () => upTo(60_000) - 30_000)
    const numbers = fill(count, () => upTo(20))
    const before = fill(width, () => upTo(100))
    const [rows, list, sums] = [kernel.reserve(2 * kept.length), kernel.reserve(4 * count), kernel.reserve(4 * width)]
    kernel.i16.set(kept, rows >> 1)
    kernel.i32.set(numbers, list >> 2)
    kernel.i32.set(before, sums >> 2)
    kernel.run.sumWords(rows, width, list, count, sums)
    const expected = columnsOf(width, (k) => (before[k] ?? 0) + add(numbers.map((n) => kept[n * width + k] ?? 0)))
    expect([...kernel.i32.subarray(sums >> 2, (sums >> 2) + width)]).toEqual(expected)
  })

  it.each([1, 2, 30])('finds the strongest response of each filter among %i words', (count) => {
    const kernel = new Kernel()
    const filters = 24
    const parts = Int8Array.from(fill(9 * 3 * filters, anyByte))
    const { at } = kernel.placeRows(parts, filters)
    const words = fill(count + 2, () => upTo(9))
    const [scale, bias] = [fill(filters, () => Math.fround(random() / 100)), fill(filters, anyFloat)]
    const places = [kernel.placeFloats(scale, filters, filters), kernel.placeFloats(bias, filters, filters)] as const
    const [list, best] = [kernel.reserve(4 * words.length), kernel.reserve(4 * filters)]
    kernel.i32.set(
      words.map((word) => word * 3 * filters),
      list >> 2,
    )
    kernel.run.findBest(at, filters, list, count, ...places, best)
    const part = (t: number, side: number, f: number): number => parts[((words[t] ?? 0) * 3 + side) * filters + f] ?? 0
    const expected = columnsOf(filters, (f) => {
      const sums = fill(count, () => 0).map((_, t) => part(t, 0, f) + part(t + 1, 1, f) + part(t + 2, 2, f))
      return Math.max(0, (bias[f] ?? 0) + (scale[f] ?? 0) * Math.max(...sums))
    })
    const found = kernel.floats(best, filters)
    expected.forEach((value, f) => expect(found[f]).toBeCloseTo(value, 5))
    expect(expected.some((value) => value > 0)).toBe(true)
  })

  it('adds inputs times their rows of weights, also beyond whole fours', () => {
    const kernel = new Kernel()
    const inputs = fill(11, anyFloat)
    const weights = fill(11 * 6, anyFloat)
    const [x, w, out] = [kernel.placeFloats(inputs, 1, 1), kernel.placeFloats(weights, 6, 8), kernel.reserve(32)]
    kernel.floats(out, 8).fill(1)
    kernel.run.addProducts(x, 11, w, 8, out)
    const expected = columnsOf(
      8,
      (k) => 1 + add(inputs.map((value, d) => (k < 6 ? value * (weights[d * 6 + k] ?? 0) : 0))),
    )
    const found = kernel.floats(out, 8)
    expected.forEach((value, k) => expect(found[k]).toBeCloseTo(value, 5))
  })

  it('lets each logit hear the opinions of those before it', () => {
    const kernel = new Kernel()
    const count = 6
    const logits = fill(count, () => anyFloat() * 4)
    const weights = fill(count * count, (): number => 0).map((_, i) =>
      i % count > Math.floor(i / count) ? anyFloat() : 0,
    )
    const [at, table] = [kernel.placeFloats(logits, count, 8), kernel.placeFloats(weights, count, 8)]
    const opinions = kernel.reserve(4 * 8)
    kernel.run.addOpinions(at, count, table, 8, opinions)
    const said: number[] = []
    const expected = logits.map((own, k) => {
      const logit = own + add(said.map((opinion, j) => opinion * (weights[j * count + k] ?? 0)))
      said.push(logit / (1 + Math.abs(logit)))
      return logit
    })
    const [found, heard] = [kernel.floats(at, count), kernel.floats(opinions, count)]
    expected.forEach((value, k) => expect(found[k]).toBeCloseTo(value, 5))
    said.forEach((value, k) => expect(heard[k]).toBeCloseTo(value, 5))
  })
})
