import { KERNEL } from './kernel.generated.ts'

/**
 * What the WebAssembly of kernel.wat can do. Addresses are in bytes, widths in columns: multiples of 8 for rows of int8,
 * of 4 for rows of int16 and of floats. Nothing is checked.
 */
interface Functions {
  memory: WebAssembly.Memory
  /** sums[0…width) (int32) += the int8 rows that the 32-bit hashes name under the mask */
  sumRows(table: number, width: number, mask: number, hashes: number, count: number, sums: number): void
  /** sums[0…width) (int32) += the int16 rows of these numbers */
  sumWords(rows: number, width: number, numbers: number, count: number, sums: number): void
  /**
   * out[0…filters) (floats) = bias + scale * the strongest of what neighbouring words add up to, not below 0. `rows`:
   * offsets in the table of count + 2 rows, of three parts of `filters` int8 values: as left, middle and right word.
   */
  findBest(table: number, filters: number, rows: number, count: number, scale: number, bias: number, out: number): void
  /** out[0…width) += each of `count` (above 0) inputs times its row of weights, all floats */
  addProducts(inputs: number, count: number, weights: number, width: number, out: number): void
  /** One logit after the other is squashed to x / (1 + |x|) and added, times its row of weights, to those after it. */
  addOpinions(logits: number, count: number, weights: number, width: number, squashed: number): void
}

/** An int8 table in the memory of a kernel, its rows found by hash. */
export interface Rows {
  at: number
  width: number
  mask: number
}

let module: WebAssembly.Module | undefined

/** Vector sums over a memory of their own, which the caller lays out. */
export class Kernel {
  readonly run: Functions
  /** Views of the whole memory; void after the next `reserve`. */
  i8 = new Int8Array()
  i16 = new Int16Array()
  i32 = new Int32Array()
  f32 = new Float32Array()
  private used = 0

  constructor() {
    module ??= new WebAssembly.Module(Buffer.from(KERNEL, 'base64'))
    // The types of what it exports are those of kernel.wat.
    this.run = new WebAssembly.Instance(module).exports as unknown as Functions
    this.reserve(0)
  }

  /** The address of so many bytes of zeros. */
  reserve(bytes: number): number {
    const at = this.used
    this.used += Math.ceil(bytes / 16) * 16
    const { memory } = this.run
    const missing = this.used - memory.buffer.byteLength
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE))
    const { buffer } = memory
    this.i8 = new Int8Array(buffer)
    this.i16 = new Int16Array(buffer)
    this.i32 = new Int32Array(buffer)
    this.f32 = new Float32Array(buffer)
    return at
  }

  /** A table of int8 rows. */
  placeRows(table: Int8Array, columns: number): Rows {
    const rows = table.length / columns
    const width = Math.ceil(columns / 8) * 8
    const at = this.reserve(rows * width)
    if (width === columns) this.i8.set(table, at)
    else for (let r = 0; r < rows; r++) this.i8.set(table.subarray(r * columns, (r + 1) * columns), at + r * width)
    return { at, width, mask: rows - 1 }
  }

  /** Floats, one row after the other, each widened to `width`. */
  placeFloats(values: ArrayLike<number>, columns: number, width: number): number {
    const at = this.reserve((values.length / columns) * width * 4)
    for (let i = 0; i < values.length; i++)
      this.f32[(at >> 2) + Math.floor(i / columns) * width + (i % columns)] = values[i] ?? 0
    return at
  }

  /** The next `length` floats at an address; void after the next `reserve`. */
  floats(at: number, length: number): Float32Array {
    return this.f32.subarray(at >> 2, (at >> 2) + length)
  }
}

const PAGE = 65_536
