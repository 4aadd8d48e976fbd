/** 32-bit hashes of tokens and of sequences of them (FNV-1a with murmur's finaliser; no strings are joined). */
export function hashText(text: string, from = 0, to = text.length, seed = HASH_SEED): number {
  let h = seed
  for (let i = from; i < to; i++) h = addToHash(h, text.charCodeAt(i))
  return finish(h)
}

export const HASH_SEED = 0x811c9dc5

/** One UTF-16 unit more; `finish` what comes out. */
export function addToHash(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193)
}

export function mix(a: number, b: number): number {
  return finish(Math.imul(a, 0x85ebca6b) + Math.imul(b ^ 0x27d4eb2f, 0xc2b2ae35))
}

export function finish(value: number): number {
  let h = value
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}
