import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Bound to the session without being stored: a second hash of the cookie's token. */
export function csrfTokenOf(sessionToken: string): string {
  return createHash('sha256').update(`csrf ${sessionToken}`).digest('base64url')
}

/**
 * The token as it stands in a page: different every time. Pages are compressed and repeat what the address says; a token
 * that stayed the same could be guessed from their length (BREACH).
 */
export function maskToken(token: string): string {
  const plain = Buffer.from(token, 'base64url')
  const mask = randomBytes(plain.length)
  return Buffer.concat([mask, xor(mask, plain)]).toString('base64url')
}

/** True for the token itself (scripts of ours that hold it) and for any masked form of it. */
export function matchesToken(given: string, expected: string): boolean {
  const wanted = Buffer.from(expected, 'base64url')
  const bytes = Buffer.from(given, 'base64url')
  if (bytes.length === wanted.length) return timingSafeEqual(bytes, wanted)
  if (bytes.length !== 2 * wanted.length) return false
  return timingSafeEqual(xor(bytes.subarray(0, wanted.length), bytes.subarray(wanted.length)), wanted)
}

function xor(a: Uint8Array, b: Uint8Array): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)))
}
