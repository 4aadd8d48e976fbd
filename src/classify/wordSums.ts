import { Kernel, type Rows } from './kernel.ts'
import { MAX_UNITS, type Tokens } from './tokenise.ts'

/** A table that n-grams are looked up in by hash; the number of its rows is a power of two. */
export interface GramTable {
  rows: Int8Array
  columns: number
}

/** Above what the longest word has. */
const MOST_GRAMS = 512
/** Words that there is room for at first. */
const FIRST = 1024

/**
 * Sums over the character n-grams of a text's words. Those of a word always add up to the same, so its sums are kept, as
 * int16: weights are within ±40 (train/pack.ts), and the longest word has some 320 n-grams.
 */
export class WordSums {
  private readonly kernel = new Kernel()
  private readonly gramsOf: (word: string) => ArrayLike<number>
  private readonly tables: readonly Rows[]
  /** where the columns of each table begin in the sums, then the column that counts n-grams */
  private readonly starts: readonly number[]
  private readonly width: number
  private readonly grams: number
  private readonly numbers: number
  private readonly own: number
  private readonly sums: number
  private view = new Int32Array(0)
  /** Sums of the words by their number plus one; the first place is for words without. Comes last in memory, and grows. */
  private readonly kept: number
  private isKept = new Uint8Array(0)
  private epoch = -1
  private count = 0

  constructor(tables: readonly GramTable[], gramsOf: (word: string) => ArrayLike<number>) {
    const { kernel } = this
    this.gramsOf = gramsOf
    this.tables = tables.map(({ rows, columns }) => kernel.placeRows(rows, columns))
    let width = 0
    this.starts = [...this.tables.map((table) => (width += table.width) - table.width), width]
    this.width = width + 4
    this.grams = kernel.reserve(4 * MOST_GRAMS)
    this.numbers = kernel.reserve(4 * MAX_UNITS)
    this.own = kernel.reserve(4 * this.width)
    this.sums = kernel.reserve(4 * this.width)
    this.kept = kernel.reserve(0)
    this.makeRoom(FIRST)
  }

  /** Begins a text. */
  begin({ epoch }: Tokens): void {
    if (epoch !== this.epoch) this.isKept.fill(0)
    this.epoch = epoch
    this.count = 0
    this.view.fill(0)
  }

  /** `number`: of the word, see Tokens. */
  add(word: string, number: number): void {
    const { kernel, numbers } = this
    const place = number < 0 ? 0 : number + 1
    if (place === 0 || this.isKept[place] !== 1) this.keep(word, place)
    kernel.i32[(numbers >> 2) + this.count] = place
    if (place > 0) this.count++
    else this.run(1, this.count)
  }

  /** The sums of what was added since `begin`, each table from `startOf` on; void with the next text. */
  finish(): Int32Array {
    this.run(this.count, 0)
    return this.view
  }

  /** Where the columns of a table begin in the sums; after the last table: the number of n-grams. */
  startOf(table: number): number {
    return this.starts[table] ?? 0
  }

  private run(count: number, from: number): void {
    const { kernel, kept, width, numbers, sums } = this
    kernel.run.sumWords(kept, width, numbers + 4 * from, count, sums)
  }

  private keep(word: string, place: number): void {
    if (place >= this.isKept.length) this.makeRoom(place * 2)
    const { kernel, grams, own, width } = this
    const hashes = this.gramsOf(word)
    kernel.i32.set(hashes, grams >> 2)
    kernel.i32.fill(0, own >> 2, (own >> 2) + width)
    for (const [t, { at, width: columns, mask }] of this.tables.entries())
      kernel.run.sumRows(at, columns, mask, grams, hashes.length, own + 4 * this.startOf(t))
    kernel.i32[(own >> 2) + this.startOf(this.tables.length)] = hashes.length
    kernel.i16.set(kernel.i32.subarray(own >> 2, (own >> 2) + width), (this.kept >> 1) + place * width)
    this.isKept[place] = 1
  }

  private makeRoom(words: number): void {
    this.kernel.reserve(2 * this.width * (words - this.isKept.length))
    this.view = this.kernel.i32.subarray(this.sums >> 2, (this.sums >> 2) + this.width)
    const isKept = new Uint8Array(words)
    isKept.set(this.isKept)
    this.isKept = isKept
  }
}
