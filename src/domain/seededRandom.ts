/** Numbers 0…1, the same for the same seed (mulberry32): for draws that anybody can repeat, never for secrets. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A simple random sample without replacement, in random order: every set of `size` items is as likely as any other. */
export function drawSample<T>(items: readonly T[], size: number, random: () => number): T[] {
  const pool = [...items]
  const count = Math.min(size, pool.length)
  for (let i = 0; i < count; i++) {
    const other = i + Math.floor(random() * (pool.length - i))
    const [a, b] = [pool[i], pool[other]]
    if (a !== undefined && b !== undefined) [pool[i], pool[other]] = [b, a]
  }
  return pool.slice(0, count)
}
