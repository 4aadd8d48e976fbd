/**
 * A simple random sample of a stream whose length nobody knows: every item gets a pseudo-random key from the seed and
 * its number, and the `size` smallest keys are the sample, in the order of their keys ("bottom-k", Cohen and Kaplan
 * 2007). What is drawn depends on the seed alone, not on the order of the stream; the first m of it are a random
 * sample of m, so that labelling may stop anywhere.
 */
export interface RandomSample {
  /** Items offered so far. */
  readonly population: number
  offer(item: number): void
  /** The sample in random order. */
  items(): number[]
}

export function createRandomSample(size: number, seed: number): RandomSample {
  let kept: { key: number; item: number }[] = []
  let population = 0
  /** Keys from here on are out. */
  let limit = Number.POSITIVE_INFINITY
  const cut = (): void => {
    kept.sort((a, b) => a.key - b.key || a.item - b.item)
    kept = kept.slice(0, size)
    if (kept.length === size) limit = kept.at(-1)?.key ?? limit
  }
  return {
    get population() {
      return population
    },
    offer(item) {
      population++
      const key = keyOf(item, seed)
      if (key > limit) return
      kept.push({ key, item })
      if (kept.length >= size * 2) cut()
    },
    items() {
      cut()
      return kept.map(({ item }) => item)
    },
  }
}

/** 53 bits that look random; two rounds of the finaliser of MurmurHash3 over the item and the seed. */
function keyOf(item: number, seed: number): number {
  const low = item | 0
  const high = Math.floor(item / 2 ** 32) | 0
  const first = mix(mix(low ^ seed) + Math.imul(high, 0x9e3779b1) + seed)
  const second = mix(first ^ Math.imul(low, 0x85ebca6b) ^ (seed >>> 16) ^ (seed << 16))
  return (first >>> 0) * 2 ** 21 + (second >>> 11)
}

function mix(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
