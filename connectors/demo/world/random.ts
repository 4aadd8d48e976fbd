/** A 32-bit hash of the parts (FNV-1a with a final mix): the only source of chance in the world, so that it can be replayed. */
export function hash32(...parts: (string | number)[]): number {
  let hash = 0x811c9dc5
  for (const char of parts.join('\u0000')) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** Numbers in [0, 1), always the same for the same parts. */
export type Dice = () => number

export function dice(...parts: (string | number)[]): Dice {
  let state = hash32(...parts)
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export function pick<T>(from: readonly T[], roll: number): T {
  const found = from[Math.min(from.length - 1, Math.floor(roll * from.length))]
  if (found === undefined) throw new Error('The demo world picked from an empty list')
  return found
}

export function shuffle<T>(list: readonly T[], roll: Dice): T[] {
  return list
    .map((value) => ({ value, key: roll() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value)
}

/** Log-normal around `median`: short waits are common, very long ones rare. */
export function around(median: number, roll: Dice, spread = 0.9): number {
  const gauss = Math.sqrt(-2 * Math.log(1 - roll())) * Math.cos(2 * Math.PI * roll())
  return Math.round(median * Math.exp(spread * gauss))
}
