import type { Page } from '../../src/connector/contract.ts'
import { isConnectorError } from '../../src/connector/errors.ts'
import type { Batch, Range } from './api.ts'
import type { Chain } from './config.ts'
import { idAt, isNewer, timeOfId } from './snowflake.ts'

/** Posts are indexed late: each run begins this much below the floor, and the unique key absorbs what comes twice. */
const overlapMs = 300_000
/** Search reaches back seven days; a little less, because the request takes its time. */
const reachMs = 7 * 86_400_000 - 120_000
const maxPages = 20

export interface Linked {
  batch: Batch
  chain: Chain
  done: boolean
  covered: { from: number; to: number }
  gap?: NonNullable<Page<unknown>['gap']>
}

/**
 * Follows a newest-first list down to the floor. The floor moves only when the chain has ended; until then each step
 * carries the token to go on with, so a crash or a rate limit in the middle loses nothing. `limited`: the list refuses
 * ids older than seven days.
 */
export async function* follow(
  fetchPage: (range: Range) => Promise<Batch>,
  before: Chain,
  { now, limited }: { now: number; limited: boolean },
): AsyncGenerator<Linked> {
  const { range, from, gap } = rangeOf(before, now, limited)
  let pageToken = before.pageToken
  let top = pageToken === undefined ? undefined : before.pendingTop
  for (let count = 1; ; count++) {
    const batch = await fetchFrom(fetchPage, range, pageToken, count === 1)
    if (batch.newestId !== undefined && isNewer(batch.newestId, top)) top = batch.newestId
    const next = batch.nextToken === pageToken ? undefined : batch.nextToken
    pageToken = next
    const covered = { from: next === undefined ? from : oldestOf(batch, now), to: now }
    const shared = { batch, covered, ...(gap && count === 1 ? { gap } : {}) }
    if (next === undefined) {
      const floor = top !== undefined && isNewer(top, before.floor) ? top : before.floor
      // Without any post there is no id to begin from; the time of this run serves as one.
      yield { ...shared, chain: { floor: floor ?? idAt(now - overlapMs) }, done: true }
      return
    }
    const done = count >= maxPages
    const chain = {
      ...pick(before.floor, range.since),
      ...(top === undefined ? {} : { pendingTop: top }),
      pageToken: next,
    }
    yield { ...shared, chain, done }
    if (done) return
  }
}

function pick(floor: string | undefined, since: number | undefined): Chain {
  return { ...(floor === undefined ? {} : { floor }), ...(since === undefined ? {} : { since }) }
}

function rangeOf(chain: Chain, now: number, limited: boolean): { range: Range; from: number; gap?: Linked['gap'] } {
  // The range must stay the same while a chain of pages lasts.
  if (chain.pageToken !== undefined && chain.since !== undefined)
    return { range: { since: chain.since }, from: chain.since }
  const floorAt = chain.floor === undefined ? undefined : timeOfId(chain.floor)
  const earliest = now - reachMs
  if (floorAt === undefined) return { range: { since: earliest }, from: earliest }
  const from = floorAt - overlapMs
  if (!limited || from >= earliest) return { range: { sinceId: idAt(from) }, from }
  const gap = { from: floorAt, to: earliest, reason: 'The search of X reaches back seven days only.' }
  return { range: { since: earliest }, from: earliest, gap }
}

/** A kept token may have expired: then the chain begins again at the top, above the same floor. */
async function fetchFrom(
  fetchPage: (range: Range) => Promise<Batch>,
  range: Range,
  pageToken: string | undefined,
  isFirst: boolean,
): Promise<Batch> {
  if (pageToken === undefined) return fetchPage(range)
  try {
    return await fetchPage({ ...range, pageToken })
  } catch (error) {
    if (!isFirst || !isConnectorError(error) || error.kind !== 'rejected') throw error
    return await fetchPage(range)
  }
}

function oldestOf(batch: Batch, now: number): number {
  return Math.min(now, ...batch.posts.map((post) => timeOfId(post.id) ?? now))
}
