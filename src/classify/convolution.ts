import type { Bundle } from './artefact.ts'
import type { Doc } from './features.ts'
import type { Kernel, Rows } from './kernel.ts'
import { MAX_UNITS } from './tokenise.ts'

/**
 * Small convolutions over neighbouring words, their products of word vector and filter tabulated at training: a text
 * costs two additions and a comparison a filter and word, no multiplication. A row has three parts (as left, middle,
 * right word) of one int8 value a filter; the last row, of zeros, stands for unknown words and for the edges.
 */
export class Convolution {
  /** where the strongest response of each filter in the last text is, not below 0 */
  readonly best: number
  private readonly kernel: Kernel
  private readonly parts: Rows
  private readonly scale: number
  private readonly bias: number
  private readonly rows: number
  private readonly unknown: number

  constructor(bundle: Bundle, kernel: Kernel) {
    const bias = bundle.f32('cnn.bias')
    const filters = bias.length
    const table = bundle.i8('cnn.table')
    this.kernel = kernel
    this.parts = kernel.placeRows(table, filters)
    this.scale = kernel.placeFloats(bundle.f32('cnn.scale'), filters, this.parts.width)
    this.bias = kernel.placeFloats(bias, filters, this.parts.width)
    this.rows = kernel.reserve(4 * (MAX_UNITS + 2))
    this.best = kernel.reserve(4 * this.parts.width)
    this.unknown = table.length / (3 * filters) - 1
  }

  /** Row of every word that the table knows. */
  static rowsOf(bundle: Bundle): ReadonlyMap<string, number> {
    const rows = new Map<string, number>()
    for (const word of bundle.text('cnn.words').split('\n')) rows.set(word, rows.size)
    return rows
  }

  read({ rows, count }: Doc): void {
    const { kernel, parts, unknown, best } = this
    const { i32 } = kernel
    const bytes = 3 * parts.width
    let at = this.rows >> 2
    i32[at++] = unknown * bytes
    for (let t = 0; t < count; t++) {
      const row = rows[t] as number
      i32[at++] = (row < 0 ? unknown : row) * bytes
    }
    i32[at] = unknown * bytes
    if (count > 0) kernel.run.findBest(parts.at, parts.width, this.rows, count, this.scale, this.bias, best)
    else kernel.floats(best, parts.width).fill(0)
  }
}
