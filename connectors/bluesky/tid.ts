import { createHash } from 'node:crypto'

const digits = '234567abcdefghijklmnopqrstuvwxyz'

/**
 * A record key (https://atproto.com/specs/tid): 53 bits of microseconds and 10 bits of clock id, 13 characters that
 * sort by time. The same reply always gets the same key: the milliseconds are when the person pressed Send, the 20
 * bits below them come from the idempotency key.
 */
export function recordKeyOf(createdAt: number, idempotencyKey: string): string {
  const digest = createHash('sha256').update(idempotencyKey).digest()
  const micros = BigInt(createdAt) * 1000n + BigInt(digest.readUInt16BE(0) % 1000)
  return encodeTid((micros << 10n) | BigInt(digest.readUInt16BE(2) & 1023))
}

/** The time inside a TID, epoch ms; undefined when it is none. The revision of a commit is one: the server's own time. */
export function readTidTime(tid: string): number | undefined {
  if (!/^[2-7a-j][2-7a-z]{12}$/.test(tid)) return undefined
  let value = 0n
  for (const digit of tid) value = value * 32n + BigInt(digits.indexOf(digit))
  return Number((value >> 10n) / 1000n)
}

function encodeTid(value: bigint): string {
  let text = ''
  for (let rest = value; text.length < 13; rest >>= 5n) text = digits.charAt(Number(rest & 31n)) + text
  return text
}
