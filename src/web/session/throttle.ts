import { createHash } from 'node:crypto'
import { blockUntil, clearThrottles, countFailure, loadThrottles } from '../../store/users.ts'
import type { Reader, Tx } from '../../store/store.ts'

const minute = 60_000
const forgetAfterMs = 24 * 60 * minute
const longestMs = 15 * minute

/**
 * How many failures are free. One account from one address soon waits; an address that tries many accounts later; an
 * account that many addresses try last and least, so that a stranger cannot lock its owner out.
 */
const free = { pair: 5, address: 20, account: 50 } as const

interface Attempt {
  email: string
  address: string
}

/** When the next try is allowed, epoch ms; 0: now. */
export async function blockedUntil(reader: Reader, attempt: Attempt): Promise<number> {
  const rows = await loadThrottles(
    reader,
    keysOf(attempt).map(([, key]) => key),
  )
  return Math.max(0, ...rows.map((row) => row.blockedUntil))
}

export async function recordFailure(tx: Tx, attempt: Attempt, now: number): Promise<void> {
  for (const [kind, key] of keysOf(attempt)) {
    const failures = await countFailure(tx, key, now, forgetAfterMs)
    if (failures >= free[kind]) await blockUntil(tx, key, now + delayOf(failures - free[kind]))
  }
}

/** A success forgives this account from this address; the address itself stays watched. */
export async function forgive(tx: Tx, attempt: Attempt): Promise<void> {
  await clearThrottles(
    tx,
    keysOf(attempt).flatMap(([kind, key]) => (kind === 'pair' ? [key] : [])),
  )
}

/** 1 s, 2 s, 4 s … 15 minutes. */
export function delayOf(excess: number): number {
  return Math.min(longestMs, 1000 * 2 ** Math.min(excess, 20))
}

/** In one order, always: two failures at once must not wait for each other. Addresses of accounts are hashed. */
function keysOf({ email, address }: Attempt): [keyof typeof free, string][] {
  const account = createHash('sha256').update(email).digest('base64url').slice(0, 22)
  return [
    ['account', `account:${account}`],
    ['address', `address:${address}`],
    ['pair', `pair:${account}:${address}`],
  ]
}
