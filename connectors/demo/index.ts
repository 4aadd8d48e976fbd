import { z } from 'zod'
import type { Change, Connector, Host, Page, RecheckId, SuggestedSource } from '../../src/connector/contract.ts'
import { defineConnector } from '../../src/connector/define.ts'
import { ConnectorError } from '../../src/connector/errors.ts'
import { type Config, configSchema } from './config.ts'
import { manifest } from './manifest.ts'
import { customerAnswers, findPost, itemOf, loadWall, post, postsAfter, showPost } from './replies.ts'
import { type Channel, channelFacts, channelOf, channels, itemUrl } from './world/channel.ts'
import { historyMs, outageAt } from './world/clock.ts'
import {
  eventsBetween,
  isAfter,
  lastKey,
  type Position,
  settledAt,
  type View,
  type WorldEvent,
} from './world/events.ts'
import { showItem } from './world/show.ts'
import { pages } from './pages.ts'

const cursorSchema = z
  .object({
    /** First poll of this source, epoch ms. */
    origin: z.number(),
    /** Everything in the feed up to here has been handed over: time, and the key inside that millisecond. */
    at: z.number(),
    key: z.string(),
    /** Own posts handed over so far. */
    posts: z.number(),
  })
  .nullable()
export type Cursor = z.infer<typeof cursorSchema>

const connector: Connector<Config, Cursor> = defineConnector<Config, Cursor>({
  manifest,
  config: configSchema,
  cursor: cursorSchema,
  start: null,
  check: ({ config }) =>
    Promise.resolve({
      account: `${config.channel}-${config.seed}`,
      displayName: `${channelFacts[config.channel].own.name} on ${channelFacts[config.channel].name}`,
      url: `https://demo.invalid/${config.channel}/@${channelFacts[config.channel].own.handle}`,
    }),
  poll,
  limits: ({ config }) => Promise.resolve(channelFacts[config.channel].limits),
  canReply(target) {
    const channel = channelOf(target.externalId)
    const openUrl = target.url ?? itemUrl(channel ?? 'social', target.externalId, target.authorHandle)
    if (channel === 'video')
      return { ok: false, reason: 'Demo Video takes answers to comments only in its studio.', openUrl }
    return { ok: true }
  },
  reply: post,
  findReply: findPost,
  recheck,
})
export default connector

/** The demo world as four sources, ready to be added. */
export function demoSources(seed: number): SuggestedSource<Config>[] {
  return channels.map((channel) => ({
    name: channelFacts[channel].name,
    why: why[channel],
    missing: [],
    config: { channel, seed },
  }))
}

const why: Record<Channel, string> = {
  social: 'Short posts that name Tamsel, in eight languages',
  forum: 'Threads of the community forum',
  reviews: 'Star reviews of the app and the machines',
  video: 'Comments under the company’s videos, to be answered in the studio',
}

async function* poll(host: Host<Config>, cursor: Cursor): AsyncIterable<Page<Cursor>> {
  const { config } = host
  const now = host.now()
  const from: Exclude<Cursor, null> = cursor ?? { origin: now, at: now - historyMs - 1, key: lastKey, posts: 0 }
  const view: View = { ...config, origin: from.origin }
  refuseDuringOutage(view, now)
  const wall = await loadWall(host)
  const own = postsAfter(wall, from.posts)
  const posts = Math.max(from.posts, wall.dropped + wall.posts.length)
  if (own.length > 0)
    yield { items: own.map((one) => showPost(config.channel, one)), cursor: { ...from, posts }, done: false }
  // A clock that was set back shows nothing new; the cursor must not follow it, or items would come twice.
  const until = Math.max(now, from.at)
  const events = feed(view, from, until, wall.posts)
  for (const page of pages(events, from, { at: until, key: lastKey })) {
    host.signal.throwIfAborted()
    yield {
      items: page.events.map((event) => event.item),
      cursor: { origin: from.origin, ...page.end, posts },
      ...coveredBy(view, page.begin, page.end),
      done: page.isLast,
    }
  }
}

type Posts = Parameters<typeof customerAnswers>[2]

/** The world's own events and what customers say to us, without the "hello??" of people whom we have answered. */
function feed(view: View, from: Position, until: number, posts: Posts): WorldEvent[] {
  const answers = customerAnswers(view.channel, view.seed, posts).filter(
    (event) => isAfter(event, from) && event.at <= until,
  )
  // The first answer counts: an earlier entry of a Map is overwritten by a later one.
  const answeredAt = new Map(posts.toReversed().map((own) => [own.rootId, own.at]))
  const world = eventsBetween(view, from, until).filter(
    (event) => !event.nudge || (answeredAt.get(event.rootId) ?? until) >= event.at,
  )
  return [...world, ...answers].sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1))
}

function coveredBy(view: View, begin: Position, end: Position): Pick<Page<Cursor>, 'covered'> {
  const covered = { from: settledAt(view, readUpTo(begin)), to: settledAt(view, readUpTo(end)) }
  return covered.to > covered.from ? { covered } : {}
}

/** A page may end in the middle of a millisecond, which is then not read yet. */
function readUpTo(position: Position): number {
  return position.key === lastKey ? position.at : position.at - 1
}

function refuseDuringOutage(view: View, now: number): void {
  if (!view.outages) return
  const outage = outageAt(view.seed, view.channel, view.origin, now)
  if (outage && now < outage.to) {
    throw new ConnectorError(
      'temporary',
      `${channelFacts[view.channel].name} is away for a few minutes (the demo world plays an outage). Nothing is lost; what is written now arrives afterwards.`,
    )
  }
}

function recheck(host: Host<Config>, ids: RecheckId[]): Promise<Change[]> {
  const { seed } = host.config
  const now = host.now()
  return Promise.resolve(
    ids.slice(0, 100).flatMap(({ externalId }): Change[] => {
      const item = itemOf(seed, externalId)
      if (!item) return []
      if (item.deletion && item.deletion.at <= now) return [{ externalId, type: 'deleted' }]
      if (item.edit && item.edit.at <= now)
        return [{ externalId, type: 'edited', item: showItem(seed, item, now, 'recheck') }]
      return []
    }),
  )
}
