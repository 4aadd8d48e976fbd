import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockUntil, parseRateSignals, takeToken, type Limit, type RateState } from './rateLimit.ts'

const limitOf = fc.record({ requests: fc.integer({ min: 1, max: 200 }), perSeconds: fc.integer({ min: 1, max: 60 }) })
const start = 1_800_000_000_000

describe('takeToken', () => {
  it('never allows more starts than the cap in any window', () => {
    fc.assert(
      fc.property(
        fc.array(limitOf, { minLength: 1, maxLength: 3 }),
        fc.array(fc.integer({ min: 0, max: 4_000 }), { maxLength: 600 }),
        (limits, steps) => {
          const starts = runAt(limits, steps)
          for (const limit of limits)
            expect(busiest(starts, limit.perSeconds * 1000)).toBeLessThanOrEqual(limit.requests)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('answers a retryAt at which a start is really possible, and loses at most one slot', () => {
    fc.assert(
      fc.property(limitOf, (limit) => {
        let state: RateState | undefined
        let now = start
        for (let i = 0; i < limit.requests; i++) state = takeToken(state, [limit], now).state
        const full = takeToken(state, [limit], now)
        if (full.ok) throw new Error('the cap was not reached')
        now = full.retryAt
        expect(takeToken(state, [limit], now).ok).toBe(true)
        expect(takeToken(state, [limit], now - 1).ok).toBe(false)
        const windowMs = limit.perSeconds * 1000
        expect(full.retryAt - start).toBeGreaterThanOrEqual(windowMs)
        expect(full.retryAt - start).toBeLessThanOrEqual(windowMs + Math.ceil(windowMs / 64) * 2)
      }),
    )
  })

  it('keeps the cap when the limit is changed in between', () => {
    fc.assert(
      fc.property(limitOf, limitOf, fc.integer({ min: 0, max: 5_000 }), (before, after, pause) => {
        let state: RateState | undefined
        const starts: number[] = []
        for (let i = 0; i < before.requests; i++) {
          state = takeToken(state, [before], start).state
          starts.push(start)
        }
        for (let now = start + pause; now < start + pause + 3_000; now += 37) {
          const taken = takeToken(state, [after], now)
          state = taken.state
          if (taken.ok) starts.push(now)
        }
        const fresh = starts.filter((at) => at > start)
        // Every start allowed under the new limit respects it, the old starts included in the count.
        for (const at of fresh)
          expect(
            starts.filter((other) => other <= at && other > at - after.perSeconds * 1000).length,
          ).toBeLessThanOrEqual(after.requests)
      }),
    )
  })

  it('keeps small state for large limits', () => {
    const limit = { requests: 5_000, perSeconds: 3600 }
    let state: RateState | undefined
    for (let i = 0; i < 20_000; i++) state = takeToken(state, [limit], start + i * 700).state
    expect(state?.windows[0]?.slots.length).toBeLessThanOrEqual(65)
    expect(JSON.stringify(state).length).toBeLessThan(1_500)
  })

  it('waits at most one window after the clock ran back a day', () => {
    const limit = { requests: 1, perSeconds: 60 }
    const { state } = takeToken(undefined, [limit], start)
    const back = takeToken(state, [limit], start - 86_400_000)
    if (back.ok) throw new Error('the cap was forgotten')
    expect(back.retryAt).toBeLessThanOrEqual(start - 86_400_000 + 60_001)
  })

  it('starts nothing before the time a server asked for, and survives JSON', () => {
    const limit = { requests: 10, perSeconds: 1 }
    const blocked = blockUntil(blockUntil(undefined, start + 5_000), start + 1_000)
    const state = JSON.parse(JSON.stringify(blocked)) as RateState
    expect(takeToken(state, [limit], start + 4_999)).toMatchObject({ ok: false, retryAt: start + 5_000 })
    expect(takeToken(state, [limit], start + 5_000).ok).toBe(true)
  })

  it('takes from every limit or from none', () => {
    const limits = [
      { requests: 100, perSeconds: 1 },
      { requests: 1, perSeconds: 10 },
    ]
    const first = takeToken(undefined, limits, start)
    const second = takeToken(first.state, limits, start)
    expect(second.ok).toBe(false)
    expect(second.state.windows[0]?.slots).toEqual(first.state.windows[0]?.slots)
  })
})

describe('parseRateSignals', () => {
  const now = Date.parse('2026-11-21T12:00:00Z')
  const read = (headers: Record<string, string>, status = 200, body: unknown = undefined, attempt = 0) =>
    parseRateSignals(new Headers(headers), status, body, now, attempt)

  it.each([
    [
      'X: epoch seconds',
      { 'x-rate-limit-limit': '15', 'x-rate-limit-remaining': '3', 'x-rate-limit-reset': `${now / 1000 + 90}` },
      { limit: 15, remaining: 3, resetAt: now + 90_000 },
    ],
    [
      'Bluesky',
      {
        'ratelimit-limit': '3000',
        'ratelimit-remaining': '2999',
        'ratelimit-reset': `${now / 1000 + 300}`,
        'ratelimit-policy': '3000;w=300',
      },
      { limit: 3000, remaining: 2999, resetAt: now + 300_000 },
    ],
    [
      'Mastodon: ISO date',
      { 'x-ratelimit-limit': '300', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '2026-11-21T12:05:00.123456Z' },
      { limit: 300, remaining: 0, resetAt: now + 300_123 },
    ],
    [
      'Reddit: seconds left, floats',
      { 'x-ratelimit-used': '4', 'x-ratelimit-remaining': '96.0', 'x-ratelimit-reset': '345' },
      { remaining: 96, resetAt: now + 345_000 },
    ],
    [
      'Discord: reset-after wins',
      {
        'x-ratelimit-limit': '5',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': `${now / 1000 + 1}`,
        'x-ratelimit-reset-after': '2.5',
      },
      { limit: 5, remaining: 0, resetAt: now + 2_500 },
    ],
    [
      'Product Hunt: seconds left',
      { 'x-rate-limit-limit': '6250', 'x-rate-limit-remaining': '10', 'x-rate-limit-reset': '870' },
      { limit: 6250, remaining: 10, resetAt: now + 870_000 },
    ],
  ])('reads %s', (_name, headers, wanted) => {
    expect(read(headers)).toEqual(wanted)
  })

  it.each([
    ['Retry-After in seconds', { 'retry-after': '120' }, undefined, 120_000],
    ['Retry-After as a float', { 'retry-after': '1.5' }, undefined, 1_500],
    ['Retry-After as an HTTP date', { 'retry-after': 'Sat, 21 Nov 2026 12:02:00 GMT' }, undefined, 120_000],
    ['Retry-After in the past', { 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, undefined, 1_000],
    ['Retry-After of a year', { 'retry-after': '31536000' }, undefined, 86_400_000],
    ['Discord body', {}, { message: 'slow', retry_after: 3.25, global: false }, 3_250],
    ['Telegram body', {}, { ok: false, error_code: 429, parameters: { retry_after: 35 } }, 35_000],
    ['Stack Exchange backoff', {}, { backoff: 10 }, 10_000],
    ['Discourse body', {}, { extras: { wait_seconds: 7 } }, 7_000],
    ['reset only', { 'x-ratelimit-reset': '40' }, undefined, 40_000],
    ['nothing', {}, undefined, 60_000],
    ['rubbish', { 'retry-after': 'soon' }, 'busy', 60_000],
  ])('finds when to try again after a 429: %s', (_name, headers, body, wait) => {
    expect(read(headers, 429, body).retryAt).toBe(now + wait)
  })

  it('doubles the wait after unexplained 429s up to an hour', () => {
    expect([0, 1, 2, 5, 6, 40].map((attempt) => (read({}, 429, undefined, attempt).retryAt ?? 0) - now)).toEqual([
      60_000, 120_000, 240_000, 1_920_000, 3_600_000, 3_600_000,
    ])
  })

  it('says nothing when the answer says nothing', () => {
    expect(read({})).toEqual({})
    expect(read({}, 503)).toEqual({})
  })
})

function runAt(limits: Limit[], steps: number[]): number[] {
  let state: RateState | undefined
  let now = start
  const starts: number[] = []
  for (const step of steps) {
    now += step < 3_000 ? step % 90 : step
    const taken = takeToken(state, limits, now)
    state = taken.state
    if (taken.ok) starts.push(now)
  }
  return starts
}

function busiest(starts: number[], windowMs: number): number {
  let most = 0
  let from = 0
  starts.forEach((at, index) => {
    while ((starts[from] ?? at) <= at - windowMs) from++
    most = Math.max(most, index - from + 1)
  })
  return most
}
