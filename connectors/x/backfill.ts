import { readListings, type PastListing } from '../../src/connector/backfill.ts'
import type { BackfillInterval, Host } from '../../src/connector/contract.ts'
import { listMentions, ownAccount, searchRecent, type Batch, type Range } from './api.ts'
import type { Config } from './config.ts'
import { queriesFor, toMentions } from './listen.ts'
import { timeOfId } from './snowflake.ts'

/** The search reaches back seven days; a little less, because the request takes its time. */
const reachMs = 7 * 86_400_000 - 120_000
/** Posts of the last half minute are not searchable yet, and X refuses to be asked for them. */
const freshMs = 30_000

/** Mentions, and each query of the words, between two times. X charges for every post that it shows again another day. */
export async function* backfill(host: Host<Config>, interval: BackfillInterval, saved: unknown) {
  const me = await ownAccount(host)
  const earliest = host.now() - reachMs
  const since = Math.max(interval.from, earliest)
  const until = Math.min(interval.to, host.now() - freshMs)
  const listingOf =
    (read: (range: Range) => Promise<Batch>): PastListing =>
    async (place) => {
      const batch = await read({ since, until, ...(place === undefined ? {} : { pageToken: place }) })
      const times = batch.posts.flatMap((post) => timeOfId(post.id) ?? [])
      return {
        items: toMentions(host, batch, me.id),
        oldestAt: times.length === 0 ? undefined : Math.min(...times),
        next: batch.nextToken,
      }
    }
  const lists = [
    listingOf((range) => listMentions(host, me.id, range)),
    ...queriesFor(host.config.words, me.username).map((query) =>
      listingOf((range) => searchRecent(host, query, range)),
    ),
  ]
  yield* readListings(lists, interval, saved, {
    maxPages: 20,
    tooMany: 'More than 20 pages of posts.',
    earliest,
    tooOld: 'The search of X reaches back seven days only.',
  })
}
