/** What the host does about a failure; see src/connector/errors.ts. */
export type ConnectorErrorKind = 'auth' | 'rate_limited' | 'temporary' | 'rejected' | 'gone'

export const sourceStates = ['active', 'paused', 'needs_auth', 'failing', 'gone'] as const
/** active and failing are polled; the others wait for a person. */
export type SourceState = (typeof sourceStates)[number]

export const polledStates: readonly SourceState[] = ['active', 'failing']

/**
 * The time of the next poll after a failure: doubles from the source's own interval, at most one hour, with ±20 %
 * jitter so that a backlog never retries in lockstep. `random` is 0…1.
 */
export function backOff(intervalSeconds: number, errorCount: number, random: number): number {
  const seconds = Math.min(3600, Math.max(5, intervalSeconds) * 2 ** Math.min(errorCount - 1, 10))
  return Math.round(seconds * 1000 * (0.8 + 0.4 * random))
}
