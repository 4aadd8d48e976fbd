/** Rows added up before a lane of 16 bits could overflow: 255 * 256 < 2 ** 16. */
const MOST = 256

/** The rows of an int8 table as 32-bit words of four columns; `columns` must be a multiple of 4. */
export function asWords(table: Int8Array, columns: number): Int32Array {
  if (columns % 4 !== 0) throw new Error('The columns of a model must come in fours: train again.')
  const aligned = table.byteOffset % 4 === 0 ? table : table.slice()
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2)
}

/**
 * Adds to `sums` the rows of the table that the hashes name. Four columns are added at once, as bytes above zero in two
 * pairs of 16-bit lanes: one read and two additions instead of four of each. All of a row lies in one or two cache lines,
 * so going over the hashes once for every four columns misses the cache only the first time.
 */
export function addRows(
  words: Int32Array,
  columns: number,
  mask: number,
  hashes: Int32Array,
  count: number,
  sums: Int32Array,
): void {
  const width = columns >> 2
  for (let from = 0; from < count; from += MOST) {
    const to = Math.min(count, from + MOST)
    const lift = (to - from) * 128
    for (let w = 0; w < width; w++) {
      let even = 0
      let odd = 0
      for (let j = from; j < to; j++) {
        const four = (words[((hashes[j] as number) & mask) * width + w] as number) ^ 0x80808080
        even = (even + (four & 0xff00ff)) | 0
        odd = (odd + ((four >>> 8) & 0xff00ff)) | 0
      }
      const k = w << 2
      sums[k] = (sums[k] as number) + (even & 0xffff) - lift
      sums[k + 1] = (sums[k + 1] as number) + (odd & 0xffff) - lift
      sums[k + 2] = (sums[k + 2] as number) + (even >>> 16) - lift
      sums[k + 3] = (sums[k + 3] as number) + (odd >>> 16) - lift
    }
  }
}
