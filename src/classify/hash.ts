/** 32-bit hashes of tokens and of sequences of them (FNV-1a with murmur's finaliser; no strings are joined). */
export function hashText(text: string, from = 0, to = text.length, seed = 0x811c9dc5): number {
  let h = seed
  for (let i = from; i < to; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return finish(h)
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
