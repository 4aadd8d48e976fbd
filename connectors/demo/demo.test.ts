import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Host, OutgoingReply, Page } from '../../src/connector/contract.ts'
import { isConnectorError } from '../../src/connector/errors.ts'
import type { IncomingMention } from '../../src/domain/mention.ts'
import { type Config, configSchema } from './config.ts'
import { customerAccountId, demoCustomers, demoNearMisses } from './customers.ts'
import connector, { type Cursor, demoSources } from './index.ts'
import { demoQueries } from './queries.ts'
import { demoTouchpoints } from './touchpoints.ts'
import { demoTruth } from './truth.ts'
import { channels } from './world/channel.ts'
import { dayMs, hourMs, minuteMs, outageAt } from './world/clock.ts'

const start = Date.UTC(2026, 9, 14, 9, 30)

class World {
  now: number
  config: Config
  state: unknown
  constructor(config: Partial<Config> = {}, now = start) {
    this.now = now
    this.config = configSchema.parse(config)
  }
  get host(): Host<Config> {
    const host = {
      config: this.config,
      now: () => this.now,
      signal: new AbortController().signal,
      session: {
        get: () => Promise.resolve(this.state),
        update: async (change: (current: unknown) => Promise<unknown>) => {
          this.state = await change(this.state)
        },
      },
    }
    // The demo connector has no network: the other parts of a host are never touched.
    return host as unknown as Host<Config>
  }
  async pages(cursor: Cursor): Promise<Page<Cursor>[]> {
    return Array.fromAsync(connector.poll(this.host, cursor))
  }
  async run(cursor: Cursor): Promise<{ items: IncomingMention[]; cursor: Cursor }> {
    const pages = await this.pages(cursor)
    return { items: pages.flatMap((page) => page.items), cursor: pages.at(-1)?.cursor ?? cursor }
  }
}

/** What a store holds after these items: the last form of each. */
function held(items: readonly IncomingMention[]): Map<string, IncomingMention> {
  return new Map(items.map((item) => [item.externalId, item]))
}

function replyTo(item: IncomingMention, key: string, text = 'Sorry! We look at it right now.'): OutgoingReply {
  return {
    idempotencyKey: key,
    text,
    createdAt: start,
    target: {
      externalId: item.externalId,
      kind: item.kind,
      authorHandle: item.author.handle,
      authorExternalId: item.author.externalId,
      data: item.replyTo ?? {},
      createdAt: item.createdAt,
      ...(item.url ? { url: item.url } : {}),
      ...(item.rootId ? { rootId: item.rootId } : {}),
    },
  }
}

async function history(): Promise<IncomingMention[]> {
  const runs = await Promise.all(channels.map((channel) => new World({ channel }).run(null)))
  return runs.flatMap((run) => run.items)
}

describe('the history at the first poll', () => {
  it('is 30 days of 600 to 900 items of other people, about 150 of them reviews, for any world', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 0, max: 3650 }), async (seed, day) => {
        const now = start + day * dayMs
        const runs = await Promise.all(channels.map((channel) => new World({ channel, seed }, now).run(null)))
        const ids = held(runs.flatMap((run) => run.items.filter((item) => !item.own)))
        expect(ids.size).toBeGreaterThan(600)
        expect(ids.size).toBeLessThan(900)
        const reviews = [...ids.values()].filter((item) => item.kind === 'review')
        expect(reviews.length).toBeGreaterThan(120)
        expect(reviews.length).toBeLessThan(180)
        const oldest = Math.min(...[...ids.values()].map((item) => item.createdAt))
        expect(oldest).toBeGreaterThanOrEqual(now - 30 * dayMs)
        expect(oldest).toBeLessThan(now - 28 * dayMs)
      }),
      { numRuns: 8 },
    )
  })

  it('has every language, kind, own answers, edits, deletions, quotes and reviews with an answer', async () => {
    const items = await history()
    const held_ = [...held(items).values()]
    expect(new Set(held_.map((item) => item.replyTo?.['lang']))).toEqual(
      new Set(['en', 'de', 'fr', 'es', 'pt', 'it', 'ar', 'ja']),
    )
    const kinds = new Set(held_.map((item) => item.kind))
    expect([...kinds].toSorted()).toEqual(['comment', 'mention', 'post', 'quote', 'reply', 'review'])
    expect(held_.filter((item) => item.own).length).toBeGreaterThan(60)
    expect(held_.filter((item) => item.deleted && item.text === '').length).toBeGreaterThan(0)
    expect(held_.filter((item) => item.editedAt).length).toBeGreaterThan(0)
    expect(held_.filter((item) => item.review?.ownerReply).length).toBeGreaterThan(20)
    expect(held_.some((item) => item.text.length > 1200)).toBe(true)
    expect(held_.some((item) => item.text.includes('onerror='))).toBe(true)
  })

  it('has one bad afternoon about sync that stands out against the other days', async () => {
    const { items } = await new World().run(null)
    const byDay = Map.groupBy(
      items.filter((item) => /sync|tamsel.*(down|offline|outage)|503/i.test(item.text) && !item.own),
      (item) => Math.floor(item.createdAt / dayMs),
    )
    const counts = [...byDay.values()].map((day) => day.length).toSorted((a, b) => b - a)
    expect(counts[0]).toBeGreaterThan(8)
    expect(counts[0] ?? 0).toBeGreaterThan(3 * (counts[1] ?? 0))
  })

  it('leaves no brace unfilled', async () => {
    const items = await history()
    expect(items.filter((item) => /\{\w+\}/.test(`${item.title} ${item.text}`))).toEqual([])
  })

  it('gives one handle to one account', async () => {
    const byHandle = Map.groupBy(await history(), (item) => item.author.handle)
    const shared = [...byHandle].filter(([, items]) => new Set(items.map((item) => item.author.externalId)).size > 1)
    expect(shared).toEqual([])
  })
})

describe('the feed', () => {
  it('shows the same world to whoever polls, however often, and whenever a run stops', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...channels),
        fc.integer({ min: 0, max: 9999 }),
        fc.array(fc.tuple(fc.integer({ min: 5, max: 4000 }), fc.integer({ min: 0, max: 3 })), { maxLength: 12 }),
        async (channel, seed, steps) => {
          const world = new World({ channel, seed, outages: false })
          const first = await world.pages(null)
          let cursor: Cursor = first[0]?.cursor ?? null
          const seen = [...(first[0]?.items ?? [])]
          for (const [seconds, stopAfter] of steps) {
            world.now += seconds * 1000
            // A crash: the pages after the last saved one are read again by the next run.
            const pages = (await world.pages(cursor)).slice(0, stopAfter)
            seen.push(...pages.flatMap((page) => page.items))
            cursor = pages.at(-1)?.cursor ?? cursor
          }
          seen.push(...(await world.run(cursor)).items)
          const begun = await new World({ channel, seed, outages: false }).run(null)
          const whole = new World({ channel, seed, outages: false }, world.now)
          const rest = await whole.run(begun.cursor)
          expect(held(seen)).toEqual(held([...begun.items, ...rest.items]))
        },
      ),
      { numRuns: 12 },
    )
  })

  it('keeps pages at 100 items, each item once a page, and yields nothing when asked again', async () => {
    const world = new World()
    const pages = await world.pages(null)
    expect(pages.length).toBeGreaterThan(3)
    for (const page of pages) {
      expect(page.items.length).toBeLessThanOrEqual(100)
      expect(held(page.items).size).toBe(page.items.length)
    }
    expect(pages.map((page) => page.done)).toEqual(pages.map((_, index) => index === pages.length - 1))
    const again = await world.run(pages.at(-1)?.cursor ?? null)
    expect(again.items).toEqual([])
    expect(again.cursor).toEqual(pages.at(-1)?.cursor)
  })

  it('adds a few conversations a minute at first and calms down', async () => {
    const begun = await Promise.all(channels.map((channel) => new World({ channel }).run(null)))
    const count = async (from: number, to: number) => {
      const runs = await Promise.all(
        channels.map(async (channel, index) => {
          const at = new World({ channel, outages: false }, start + from)
          const there = await at.run(begun[index]?.cursor ?? null)
          at.now = start + to
          return (await at.run(there.cursor)).items.length
        }),
      )
      return runs.reduce((sum, length) => sum + length, 0)
    }
    const early = await count(0, 10 * minuteMs)
    expect(early).toBeGreaterThan(12)
    expect(early).toBeLessThan(60)
    expect(await count(5 * hourMs, 5 * hourMs + 10 * minuteMs)).toBeLessThan(10)
  })

  it('covers exactly what it has handed over, through outages too', async () => {
    const world = new World({ channel: 'social', speed: 6 })
    const first = await world.run(null)
    let cursor = first.cursor
    const seen = held(first.items)
    const pages: Page<Cursor>[] = []
    const refusedAt: number[] = []
    for (let step = 0; step < 6 * 60; step++) {
      world.now += minuteMs
      const read = await world.pages(cursor).catch((error: unknown) => {
        if (!isConnectorError(error) || error.kind !== 'temporary') throw error
        refusedAt.push(world.now)
        return []
      })
      cursor = read.at(-1)?.cursor ?? cursor
      pages.push(...read)
    }
    const everything = pages.flatMap((page) => page.items)
    for (const item of everything) seen.set(item.externalId, item)
    const covered = pages.flatMap((page) => page.covered ?? [])
    const holes = covered.filter((interval, index) => interval.from > (covered[index - 1]?.to ?? start))
    expect(holes).toEqual([])
    const coveredTo = covered.at(-1)?.to ?? 0
    expect(coveredTo).toBeGreaterThan(start + 5 * hourMs)
    expect(refusedAt.filter((at) => !outageAt(world.config.seed, 'social', start, at))).toEqual([])
    expect(refusedAt.length).toBeGreaterThan(1)
    let newest = 0
    const late = everything.filter((item) => {
      newest = Math.max(newest, item.createdAt)
      return item.createdAt < newest - minuteMs
    })
    expect(late.length).toBeGreaterThan(0)
    // Played without outages, the same conversations: none inside the covered time may be missing.
    const calm = new World({ channel: 'social', speed: 6, outages: false }, world.now)
    const truth = (await calm.run(first.cursor)).items.filter((item) => item.createdAt <= coveredTo)
    expect(truth.filter((item) => !seen.has(item.externalId))).toEqual([])
  })

  it('ignores a clock that was set back', async () => {
    const world = new World()
    const { cursor } = await world.run(null)
    world.now -= dayMs
    expect(await world.run(cursor)).toEqual({ items: [], cursor })
  })
})

describe('answering', () => {
  it('posts once for one key, shows the post in the next poll as our own, and finds it', async () => {
    const world = new World()
    const { items, cursor } = await world.run(null)
    const target = items.find((item) => item.kind === 'mention' && !item.deleted)
    expect(target).toBeDefined()
    if (!target) return
    const reply = replyTo(target, 'key-1')
    expect(await connector.findReply?.(world.host, reply)).toBeNull()
    const sent = await connector.reply?.(world.host, reply)
    world.now += 5000
    expect(await connector.reply?.(world.host, reply)).toEqual(sent)
    expect(await connector.findReply?.(world.host, reply)).toEqual(sent)
    const next = await world.run(cursor)
    const own = next.items.filter((item) => item.externalId === sent?.externalId)
    expect(own).toMatchObject([{ own: true, parentId: target.externalId, text: reply.text, createdAt: start }])
    expect((await world.run(next.cursor)).items.filter((item) => item.own)).toEqual([])
  })

  it('lets some customers answer back within minutes, the same ones in every run', async () => {
    const answers = async () => {
      const world = new World({ speed: 0 })
      const { items, cursor } = await world.run(null)
      const open = items.filter((item) => item.kind === 'mention' && !item.deleted).slice(-40)
      for (const [index, item] of open.entries()) {
        // Some authors have quietly deleted their post: the world refuses those.
        await connector.reply?.(world.host, replyTo(item, `key-${index}`)).catch(() => undefined)
      }
      world.now += 10 * minuteMs
      const later = await world.run(cursor)
      return later.items.filter((item) => item.externalId.startsWith('sx-'))
    }
    const first = await answers()
    expect(first.length).toBeGreaterThan(4)
    expect(first.length).toBeLessThan(36)
    expect(first.every((item) => item.createdAt > start && !item.own && item.parentId?.startsWith('so-'))).toBe(true)
    expect(await answers()).toEqual(first)
  })

  it('says why it refuses: too long, empty, deleted, foreign, a second answer to a review', async () => {
    const world = new World()
    const { items } = await world.run(null)
    const target = items.find((item) => item.kind === 'mention' && !item.deleted)
    const deleted = items.find((item) => item.deleted)
    const reviews = new World({ channel: 'reviews' })
    const review = (await reviews.run(null)).items.find((item) => !item.deleted)
    if (!target || !deleted || !review) throw new Error('The world lacks an item that this test needs')
    const send = (on: World, reply: OutgoingReply) => connector.reply?.(on.host, reply)
    await expect(send(world, replyTo(target, 'a', 'x'.repeat(301)))).rejects.toMatchObject({
      kind: 'rejected',
      message: /300.*301/,
    })
    await expect(send(world, replyTo(target, 'a2', '👩‍👩‍👧'.repeat(300)))).resolves.toBeDefined()
    await expect(send(world, replyTo(target, 'b', ' \n'))).rejects.toMatchObject({ kind: 'rejected' })
    await expect(send(world, replyTo(deleted, 'c'))).rejects.toMatchObject({ kind: 'rejected', message: /deleted/ })
    await expect(send(world, replyTo(review, 'd'))).rejects.toMatchObject({ kind: 'rejected' })
    await send(reviews, replyTo(review, 'e'))
    await expect(send(reviews, replyTo(review, 'f'))).rejects.toMatchObject({ kind: 'rejected', message: /already/ })
  })

  it('cannot answer video comments and says where one can', async () => {
    const world = new World({ channel: 'video' })
    const item = (await world.run(null)).items.find((one) => !one.own)
    if (!item) throw new Error('No comment')
    const { target } = replyTo(item, 'x')
    expect(connector.canReply?.(target)).toEqual({
      ok: false,
      reason: expect.stringContaining('studio'),
      openUrl: item.url,
    })
    await expect(connector.reply?.(world.host, replyTo(item, 'x'))).rejects.toMatchObject({ kind: 'rejected' })
  })

  it('silences the "hello??" of somebody who was answered', async () => {
    const at = (speed: number) => new World({ speed, outages: false })
    const watched = at(20)
    const begun = await watched.run(null)
    watched.now += 50 * minuteMs
    const nudge = (await watched.run(begun.cursor)).items.find(
      (item) => item.externalId.endsWith('-n') && item.createdAt > start + 20 * minuteMs,
    )
    if (!nudge) throw new Error('Nobody grew impatient')
    const answered = at(20)
    await answered.run(null)
    answered.now = nudge.createdAt - minuteMs
    const before = await answered.run(begun.cursor)
    const root = before.items.find((item) => item.externalId === nudge.rootId)
    if (!root) throw new Error('The conversation is not there')
    await connector.reply?.(answered.host, replyTo(root, 'quick'))
    answered.now = start + 50 * minuteMs
    expect((await answered.run(before.cursor)).items.map((item) => item.externalId)).not.toContain(nudge.externalId)
  })
})

describe('recheck', () => {
  it('reports edits and deletions, also those that the feed keeps to itself', async () => {
    const world = new World()
    const { items } = await world.run(null)
    const ids = [...held(items).keys()]
    const changes = []
    for (let from = 0; from < ids.length; from += 100) {
      changes.push(
        ...((await connector.recheck?.(
          world.host,
          ids.slice(from, from + 100).map((externalId) => ({ externalId })),
        )) ?? []),
      )
    }
    const now = held(items)
    const news = changes.filter((change) =>
      change.type === 'deleted' ? !now.get(change.externalId)?.deleted : !now.get(change.externalId)?.editedAt,
    )
    expect(new Set(news.map((change) => change.type))).toEqual(new Set(['deleted', 'edited']))
    for (const item of items.filter((one) => one.deleted)) {
      expect(changes).toContainEqual({ externalId: item.externalId, type: 'deleted' })
    }
    expect(await connector.recheck?.(world.host, [{ externalId: 'so-nonsense' }, { externalId: '' }])).toEqual([])
  })
})

describe('the people', () => {
  it('writes as known customers and as people who only look like them', async () => {
    const authors = new Map((await history()).map((item) => [item.author.externalId, item.author]))
    const customers = demoCustomers(7)
    const writing = customers.filter((customer) => authors.has(customerAccountId(customer.key)))
    expect(writing.length).toBeGreaterThan(15)
    const byId = writing.filter((customer) =>
      customer.accounts.some((account) => account.externalId && authors.has(account.externalId)),
    )
    const byDomain = writing.filter((customer) =>
      customer.domains.some((domain) => domain === authors.get(customerAccountId(customer.key))?.handle),
    )
    expect(byId.length).toBeGreaterThan(5)
    expect(byDomain.length).toBeGreaterThan(2)
    const known = new Set(
      customers.flatMap((customer) => [...customer.accounts.map((account) => account.handle), ...customer.domains]),
    )
    const near = demoNearMisses().filter((one) => authors.has(one.externalId))
    expect(near.length).toBeGreaterThan(3)
    expect(near.filter((one) => known.has(one.handle))).toEqual([])
  })

  it('have touchpoints outside the platforms, never in the future, the same when asked later', () => {
    const touchpoints = demoTouchpoints(7, start)
    expect(touchpoints.length).toBeGreaterThan(80)
    expect(touchpoints.every((one) => one.at <= start)).toBe(true)
    expect(new Set(touchpoints.map((one) => one.channel)).size).toBe(5)
    const later = demoTouchpoints(7, start + dayMs).filter((one) => one.at <= start)
    expect(later.slice(-50)).toEqual(touchpoints.slice(-50))
  })
})

describe('the truth', () => {
  it('is known for what strangers and customers write, and is not in the feed', async () => {
    const items = (await history()).filter((item) => !item.own)
    expect(items.filter((item) => !demoTruth(7, item.externalId)).map((item) => item.externalId)).toEqual([])
    const sentiments = Map.groupBy(items, (item) => demoTruth(7, item.externalId)?.sentiment)
    for (const sentiment of ['negative', 'neutral', 'positive'] as const) {
      expect(sentiments.get(sentiment)?.length ?? 0).toBeGreaterThan(items.length * 0.1)
    }
    expect(items.some((item) => JSON.stringify(item).includes('"intents"'))).toBe(false)
  })
})

it('offers four sources that need nothing', () => {
  const sources = demoSources(3)
  expect(sources.map((source) => source.config.channel)).toEqual([...channels])
  for (const source of sources) expect(configSchema.safeParse(source.config).success).toBe(true)
  // Invented people must never be ticked beside real sources, so a word suggests none of them.
  expect(connector.suggest).toBeUndefined()
  expect(demoQueries(7).length).toBeGreaterThan(3)
})
