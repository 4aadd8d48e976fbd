import { randomFillSync } from 'node:crypto'

const poolSize = 4096

/** Random bytes, asked of the system for 256 ids at a time: one by one costs more than the rest of an id. */
export function createRandomPool(): (size: number) => Uint8Array {
  let pool = new Uint8Array(0)
  let used = 0
  return (size) => {
    if (used + size > pool.length) {
      // A new array, because what was handed out belongs to the caller.
      pool = randomFillSync(new Uint8Array(Math.max(poolSize, size)))
      used = 0
    }
    used += size
    return pool.subarray(used - size, used)
  }
}
