import { readListings, type PastListing } from '../../src/connector/backfill.ts'
import type { BackfillInterval, Host } from '../../src/connector/contract.ts'
import { hitsPerPage, searchByDate } from './api.ts'
import type { Config } from './config.ts'
import { mapped } from './map.ts'

/** The search takes any interval; each phrase is a list of its own. */
export function readAgain(host: Host<Config>, phrases: readonly string[], interval: BackfillInterval, saved: unknown) {
  const lists = phrases.map((phrase) => listingOf(host, phrase, interval))
  return readListings(lists, interval, saved, { maxPages: 50, tooMany: 'More than 50 pages of one word.' })
}

/** A place is the end of the window and a page in it: the search shows about 1,000 hits of one window, so it slides down. */
function listingOf(host: Host<Config>, phrase: string, { from, to }: BackfillInterval): PastListing {
  return async (place) => {
    const [until = Math.ceil(to / 1000), page = 0] = (place ?? '').split(' ').filter(Boolean).map(Number)
    const hits = await searchByDate(host, phrase, { since: Math.floor(from / 1000), until, page })
    const items = hits.flatMap((raw) => mapped(host, raw))
    const oldest = Math.min(until, ...items.map(({ createdAt }) => createdAt / 1000))
    const ended = hits.length < hitsPerPage
    return {
      items,
      oldestAt: hits.length === 0 ? undefined : oldest * 1000,
      next: ended ? undefined : oldest < until ? `${oldest} 0` : `${until} ${page + 1}`,
    }
  }
}
