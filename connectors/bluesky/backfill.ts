import { readListings, type PastListing } from '../../src/connector/backfill.ts'
import type { BackfillInterval, Host } from '../../src/connector/contract.ts'
import type { Config } from './config.ts'
import { contains, listFound, listMentions, toMentions, wordsOf } from './listen.ts'
import { openSession } from './session.ts'
import type { Entry } from './walk.ts'
import type { PostView } from './api.ts'

/** Lists are ordered by when the server saw a post; what was posted into the past stands higher up. */
const slackMs = 600_000

/** Notifications have no times to ask for: they are read from the top down. The search takes an interval. */
export async function* backfill(host: Host<Config>, interval: BackfillInterval, saved: unknown) {
  const { did } = await openSession(host)
  const words = wordsOf(host.config)
  const lists: PastListing[] = [
    async (place) => {
      const { entries, next } = await listMentions(host, place)
      return { items: await toMentions(host, itemsOf(entries), did, true), oldestAt: oldestOf(entries), next }
    },
    ...words.map((word): PastListing => async (place) => {
      const { entries, next } = await listFound(host, word, interval.from, place, interval.to + slackMs)
      const posts = itemsOf(entries).filter((post) => contains(post, word))
      return { items: await toMentions(host, posts, did, false), oldestAt: oldestOf(entries), next }
    }),
  ]
  yield* readListings(lists, interval, saved, {
    maxPages: 40,
    tooMany: 'More than 40 pages lie between then and now.',
  })
}

function itemsOf(entries: readonly Entry<PostView>[]): PostView[] {
  return entries.flatMap(({ item }) => (item === undefined ? [] : [item]))
}

function oldestOf(entries: readonly Entry<PostView>[]): number | undefined {
  return entries.length === 0 ? undefined : Math.min(...entries.map(({ at }) => at))
}
