/**
 * Rate-limit arithmetic: pure, and conservative in one direction only. Starts are counted in slots; a slot counts until
 * its *end* has left the window, so no window of `perSeconds`, wherever it begins, ever holds more than `requests`
 * starts. State stays small whatever the limit: at most min(requests, windowSlots + 1) pairs, so 5,000 an hour keeps
 * 65 pairs, not 5,000 stamps. The price is waiting at most one slot (1/64 of the window) longer than an exact log;
 * limits of up to 64 requests use slots of 1 ms and are exact to the millisecond.
 */
export interface Limit {
  requests: number
  perSeconds: number
}

/** JSON-serialisable; one per rate key. `blockedUntil` is what a server asked for, epoch ms. */
export interface RateState {
  blockedUntil?: number
  windows: RateWindow[]
}

export interface RateWindow {
  /** Width of a slot in ms. A changed limit changes it; old counts are carried over. */
  slotMs: number
  /** [slot index = floor(epoch ms / slotMs), starts], ascending. */
  slots: [slot: number, starts: number][]
}

export type Taken = { ok: true; state: RateState } | { ok: false; retryAt: number; state: RateState }

const windowSlots = 64

/** Takes one start from every limit or from none. `now` and `retryAt` are epoch ms; the state is never mutated. */
export function takeToken(state: RateState | undefined, limits: readonly Limit[], now: number): Taken {
  const current = limits.map((limit, index) => advance(state?.windows[index], limit, now))
  const blockedUntil = state?.blockedUntil !== undefined && state.blockedUntil > now ? state.blockedUntil : undefined
  const kept: RateState = { windows: current, ...(blockedUntil === undefined ? {} : { blockedUntil }) }
  const waits = limits.map((limit, index) => freeAt(current[index], limit, now))
  const retryAt = Math.max(blockedUntil ?? 0, ...waits)
  if (retryAt > now) return { ok: false, retryAt, state: kept }
  return { ok: true, state: { windows: current.map((window) => addStart(window, now)) } }
}

/** Nothing starts before `until` (epoch ms); an earlier block never shortens a later one. */
export function blockUntil(state: RateState | undefined, until: number): RateState {
  return { windows: state?.windows ?? [], blockedUntil: Math.max(state?.blockedUntil ?? 0, until) }
}

function advance(window: RateWindow | undefined, limit: Limit, now: number): RateWindow {
  const slotMs = widthOf(limit)
  const newest = Math.floor(now / slotMs)
  const oldest = newest - slotsOf(limit)
  const counts = new Map<number, number>()
  for (const [slot, starts] of window?.slots ?? []) {
    // After a change of limit a start may have been anywhere in its old slot: assume the latest moment. After a clock
    // that ran backwards it lies in the future: it happened before now, so counting it as now errs on the safe side.
    const moved = Math.min(newest, Math.floor(((slot + 1) * (window?.slotMs ?? slotMs) - 1) / slotMs))
    if (moved >= oldest) counts.set(moved, (counts.get(moved) ?? 0) + starts)
  }
  return { slotMs, slots: [...counts].sort(([a], [b]) => a - b) }
}

/** Epoch ms at which one more start fits; at most `now` when it fits at once. */
function freeAt(window: RateWindow | undefined, limit: Limit, now: number): number {
  if (!window) return now
  let excess = window.slots.reduce((sum, [, starts]) => sum + starts, 0) - limit.requests + 1
  if (excess <= 0) return now
  for (const [slot, starts] of window.slots) {
    excess -= starts
    if (excess <= 0) return (slot + slotsOf(limit) + 1) * window.slotMs
  }
  // Not even an empty window holds one (requests < 1): look again after a whole window.
  return now + limit.perSeconds * 1000
}

function addStart(window: RateWindow, now: number): RateWindow {
  const slot = Math.floor(now / window.slotMs)
  const last = window.slots.at(-1)
  const slots: RateWindow['slots'] =
    last?.[0] === slot ? [...window.slots.slice(0, -1), [slot, last[1] + 1]] : [...window.slots, [slot, 1]]
  return { slotMs: window.slotMs, slots }
}

function widthOf(limit: Limit): number {
  return limit.requests <= windowSlots ? 1 : Math.max(1, Math.ceil((limit.perSeconds * 1000) / windowSlots))
}

function slotsOf(limit: Limit): number {
  return Math.ceil((limit.perSeconds * 1000) / widthOf(limit))
}

/** What an answer says about its limit. Times are epoch ms. `retryAt` only when nothing may be sent before it. */
export interface RateSignals {
  limit?: number
  remaining?: number
  resetAt?: number
  retryAt?: number
}

const second = 1000
const longest = 24 * 3600 * second

/**
 * Reads every form in use: `Retry-After` (seconds, float, HTTP date), `[X-]RateLimit-*`, `X-Rate-Limit-*` with a reset in
 * epoch seconds (X, Bluesky, GitHub), seconds left (Reddit, Product Hunt), ISO date (Mastodon) or `Reset-After`
 * (Discord); bodies with `retry_after` (Discord, Telegram), `backoff` (Stack Exchange), `extras.wait_seconds`
 * (Discourse). Waits are clamped to 1 s … 24 h. A 429 that says nothing waits 60 s, doubling with `attempt` (0 first)
 * up to 1 h.
 */
export function parseRateSignals(
  headers: { get(name: string): string | null },
  status: number,
  body: unknown,
  now: number,
  attempt = 0,
): RateSignals {
  const field = (name: string) => first(headers, [`x-ratelimit-${name}`, `ratelimit-${name}`, `x-rate-limit-${name}`])
  const limit = count(field('limit'))
  const remaining = count(field('remaining'))
  const resetAt = momentOf(field('reset-after'), now) ?? momentOf(field('reset'), now)
  const asked = momentOf(headers.get('retry-after'), now) ?? momentOf(waitInBody(body), now)
  const limited = status === 429 || asked !== undefined
  const retryAt = asked ?? (status === 429 ? (resetAt ?? now + unknownWait(attempt)) : undefined)
  return {
    ...(limit === undefined ? {} : { limit }),
    ...(remaining === undefined ? {} : { remaining }),
    ...(resetAt === undefined ? {} : { resetAt }),
    ...(limited && retryAt !== undefined ? { retryAt } : {}),
  }
}

function unknownWait(attempt: number): number {
  return Math.min(3600 * second, 60 * second * 2 ** Math.max(0, attempt))
}

function first(headers: { get(name: string): string | null }, names: string[]): string | undefined {
  for (const name of names) {
    const value = headers.get(name)
    if (value !== null) return value
  }
  return undefined
}

/** "3000" and "97.0" and "3000;w=300" and "100, 100;w=60". */
function count(value: string | undefined): number | undefined {
  const number = value === undefined ? Number.NaN : Number.parseFloat(value)
  return Number.isFinite(number) && number >= 0 ? number : undefined
}

/** A number below 1e9 is seconds from now, a larger one epoch seconds (or milliseconds); anything else a date. */
function momentOf(value: string | number | null | undefined, now: number): number | undefined {
  if (value === null || value === undefined || value === '') return undefined
  const number = Number(value)
  if (Number.isFinite(number)) {
    if (number < 0) return undefined
    if (number < 1e9) return clamp(now + number * second, now)
    return clamp(number < 1e11 ? number * second : number, now)
  }
  const at = Date.parse(String(value))
  return Number.isNaN(at) ? undefined : clamp(at, now)
}

function clamp(at: number, now: number): number {
  return Math.round(Math.min(now + longest, Math.max(now + second, at)))
}

function waitInBody(body: unknown): string | number | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const { retry_after, backoff, extras, parameters } = body as Record<string, unknown>
  for (const value of [retry_after, backoff, inner(extras, 'wait_seconds'), inner(parameters, 'retry_after')])
    if (typeof value === 'number' || typeof value === 'string') return value
  return undefined
}

function inner(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
}
