import { readListings, type PastListing } from '../../src/connector/backfill.ts'
import type { BackfillInterval } from '../../src/connector/contract.ts'
import type { StreamPage } from './walk.ts'

/**
 * Servers cannot be asked for a time, and ids say nothing everywhere: each list is read from the top down, within
 * limits, because the way there grows with the age of the gap.
 */
export function readAgain(
  readers: readonly ((maxId: string | undefined) => Promise<StreamPage>)[],
  interval: BackfillInterval,
  saved: unknown,
) {
  const lists = readers.map((read): PastListing => async (place) => {
    const { entries, items } = await read(place)
    const oldest = entries.toSorted((a, b) => a.at - b.at)[0]
    return { items, oldestAt: oldest?.at, next: oldest?.id }
  })
  return readListings(lists, interval, saved, {
    maxPages: 40,
    tooMany: 'More than 40 pages lie between then and now.',
  })
}
