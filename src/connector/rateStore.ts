import { blockUntil, takeToken, type Limit, type RateState } from '../domain/rateLimit.ts'

/** The persistent buckets. The store implements it with a compare-and-set row per key, so that processes share them. */
export interface RateStore {
  /** Takes one start from all `limits` of `key`, or none. Times are epoch ms. */
  take(key: string, limits: readonly Limit[], now: number): Promise<{ ok: true } | { ok: false; retryAt: number }>
  /** Nothing of `key` starts before `until`. */
  block(key: string, until: number): Promise<void>
}

/** Buckets that live as long as the process: tests and commands that look once. */
export function createMemoryRateStore(): RateStore {
  const states = new Map<string, RateState>()
  return {
    async take(key, limits, now) {
      const taken = takeToken(states.get(key), limits, now)
      states.set(key, taken.state)
      return taken.ok ? { ok: true } : { ok: false, retryAt: taken.retryAt }
    },
    async block(key, until) {
      states.set(key, blockUntil(states.get(key), until))
    },
  }
}
