import { describe, expect, it } from 'vitest'
import { describeConnector } from '../../src/connector/testkit/describe.ts'
import { rejection } from '../../src/connector/testkit/otherChecks.ts'
import { keysOf, readOnce, readThrough } from '../../src/connector/testkit/reading.ts'
import { kitStart, openWorld, type KitOptions, type World } from '../../src/connector/testkit/world.ts'
import type { IncomingMention, OutgoingReply, ReplyTarget } from '../../src/connector/contract.ts'
import type { Config, Cursor } from './config.ts'
import { createXFake, type XFake } from './fake.ts'
import connector from './index.ts'
import { queriesFor } from './listen.ts'
import { idAt, timeOfId } from './snowflake.ts'

const minute = 60_000
const keys = { apiKey: 'key', apiSecret: 'secret-one-aaaa', accessToken: 'token', accessSecret: 'secret-two-bbbb' }

/** Seven mentions on pages of three, and two posts that only a search finds. */
function createWorld(clock: { now(): number }): XFake {
  const fake = createXFake(clock)
  fake.pageSize = 3
  const ann = fake.addUser({ username: 'ann', name: 'Ann', followers: 7 })
  for (let at = 0; at < 7; at++)
    fake.post(ann, `@acme question ${at} <b> & more`, { at: kitStart - (60 - at) * minute })
  fake.post(ann, 'my acme widget broke', { at: kitStart - 20 * minute })
  fake.post(ann, 'another ACME widget story', { at: kitStart - 19 * minute })
  return fake
}

const target: ReplyTarget = {
  externalId: idAt(kitStart - 60 * minute).replace(/\d$/, ''),
  kind: 'mention',
  authorHandle: 'ann',
  authorExternalId: '1001',
  data: {},
  createdAt: kitStart - 60 * minute,
}

const kit: KitOptions<Config, Cursor> = {
  connector,
  config: (baseUrl) => ({
    ...keys,
    clientSecret: 'secret-cccc',
    refreshToken: 'secret-dddd',
    appBearer: 'app-bearer',
    baseUrl,
  }),
  fake: createWorld,
  account: '999',
  items: 7,
  search: { text: '"widget"' },
  searchItems: 2,
  backfill: { interval: { from: kitStart - 58 * minute, to: kitStart - 54 * minute }, items: 4 },
  records(body) {
    const { data } = body as { data?: unknown }
    return Array.isArray(data) ? data : undefined
  },
  textKeys: ['text'],
  findsLate: true,
  reply: { text: 'Sorry! See https://example.com/help & tell us more', target: { ...target, externalId: firstId() } },
}

/** The fake counts from one. */
function firstId(): string {
  return String(BigInt(idAt(kitStart - 60 * minute)) + 1n)
}

describeConnector(kit)

async function open(config: Record<string, unknown> = keys, fill?: (fake: XFake) => void) {
  let fake: XFake | undefined
  const world = await openWorld<Config, Cursor>({
    ...kit,
    config: (baseUrl) => ({ ...config, baseUrl }),
    fake: (clock) => {
      fake = createXFake(clock)
      fill?.(fake)
      return fake
    },
  })
  if (!fake) throw new Error('the kit made no fake')
  return { world, fake }
}

async function readItems(world: World<Config>, from?: Cursor) {
  const run = await readThrough(kit, world, 'poll', from ?? connector.start)
  return { items: run.pages.flatMap((page) => page.items), cursor: run.cursor, run }
}

function answerTo(item: IncomingMention, text: string, now: number, attemptedAt?: number): OutgoingReply {
  const { externalId, kind, author, replyTo = {}, createdAt } = item
  const asked = {
    externalId,
    kind,
    authorHandle: author.handle,
    authorExternalId: author.externalId,
    data: replyTo,
    createdAt,
  }
  return {
    idempotencyKey: 'k',
    text,
    target: asked,
    createdAt: now,
    ...(attemptedAt === undefined ? {} : { attemptedAt }),
  }
}

describe('x: reading', () => {
  it.each(['tweet', 'post'] as const)('reads posts in the names of "%s"', async (names) => {
    const { world, fake } = await open({ ...keys, fieldNames: names })
    fake.names = names
    const ann = fake.addUser({ username: 'ann', followers: 7 })
    const ours = fake.post(fake.me, 'we are back')
    const long = fake.post(ann, '@acme short', { long: `@acme ${'long '.repeat(80)}&amp;`, replyTo: ours })
    const quote = fake.post(ann, '@acme look at this', { quotes: ours })
    const { items } = await readItems(world)
    expect(items.find((item) => item.externalId === long.id)).toMatchObject({
      kind: 'reply',
      parentId: ours.id,
      rootId: ours.id,
      text: `@acme ${'long '.repeat(80)}&amp;`,
      author: { handle: 'ann', followers: 7, externalId: ann.id },
      metrics: { likes: 1, reposts: 2 },
      createdAt: world.clock.now(),
    })
    expect(items.find((item) => item.externalId === quote.id)?.kind).toBe('quote')
    await world.close()
  })

  it('says which setting to change when X refuses the names', async () => {
    const { world, fake } = await open()
    fake.names = 'post'
    const { error } = await readOnce(kit, world, 'poll')
    expect(String(error)).toContain('tweet.fields')
    await world.close()
  })

  it('keeps the first id of an edited post and shows the newest text', async () => {
    const { world, fake } = await open()
    const post = fake.post(fake.addUser({ username: 'ann' }), '@acme frist')
    const before = await readItems(world)
    world.clock.set(world.clock.now() + minute)
    const version = fake.edit(post, '@acme first')
    world.clock.set(world.clock.now() + minute)
    const { items } = await readItems(world, before.cursor)
    expect(items).toMatchObject([
      { externalId: post.id, text: '@acme first', editedAt: timeOfId(version.id), createdAt: timeOfId(post.id) },
    ])
    expect(await connector.recheck?.(world.host, [{ externalId: post.id }])).toMatchObject([
      { type: 'edited', externalId: post.id, item: { text: '@acme first' } },
    ])
    await world.close()
  })

  it('goes on after a rate limit in the middle of the pages, with the same floor', async () => {
    const { world, fake } = await open(keys, (made) => {
      const ann = made.addUser({ username: 'ann' })
      for (let at = 0; at < 9; at++) made.post(ann, `@acme ${at}`, { at: kitStart - (20 - at) * minute })
    })
    fake.pageSize = 2
    // The account, then two pages.
    fake.remaining = 3
    const first = await readOnce(kit, world, 'poll')
    expect(first.error).toMatchObject({ kind: 'rate_limited', retryAt: world.clock.now() + 600_000 })
    expect(first.cursor.mentions).toMatchObject({ pageToken: expect.any(String) })
    expect(first.cursor.mentions.floor).toBeUndefined()
    fake.remaining = 100
    const late = fake.post(fake.addUser({ username: 'bob' }), '@acme while we waited')
    world.clock.set(world.clock.now() + 600_000)
    const rest = await readItems(world, first.cursor)
    const third = await readItems(world, rest.cursor)
    expect(keysOf(first, rest.run, third.run)).toHaveLength(10)
    expect(keysOf(third.run)).toContain(late.id)
    await world.close()
  })

  it('finds a mention that is indexed minutes after a newer one', async () => {
    const { world, fake } = await open()
    const ann = fake.addUser({ username: 'ann' })
    fake.post(ann, '@acme newer')
    const before = await readItems(world)
    const late = fake.post(ann, '@acme older, indexed late', { at: world.clock.now() - 4 * minute })
    expect(BigInt(late.id)).toBeLessThan(BigInt(before.cursor.mentions.floor ?? 0))
    const after = await readItems(world, before.cursor)
    expect(keysOf(after.run)).toContain(late.id)
    await world.close()
  })

  it('reports the gap when a search was away for more than its seven days', async () => {
    const { world, fake } = await open({ ...keys, words: 'widget' })
    const ann = fake.addUser({ username: 'ann' })
    fake.post(ann, 'a widget')
    const before = await readItems(world)
    world.clock.set(world.clock.now() + 9 * 86_400_000)
    const fresh = fake.post(ann, 'a widget again')
    world.clock.set(world.clock.now() + minute)
    const after = await readItems(world, before.cursor)
    expect(keysOf(after.run)).toEqual([fresh.id])
    expect(after.run.pages.flatMap((page) => page.gap ?? [])).toMatchObject([
      { reason: expect.stringContaining('seven days') },
    ])
    await world.close()
  })

  it('splits words over as few queries as fit into 512 characters', () => {
    expect(queriesFor(' acme, acme widget ,,', 'acme')).toEqual(['("acme" OR "acme widget") -from:acme -is:retweet'])
    const many = queriesFor(Array.from({ length: 60 }, (_, at) => `word number ${at}`).join(), 'acme')
    expect(many.length).toBeGreaterThan(1)
    expect(Math.max(...many.map((query) => query.length))).toBeLessThanOrEqual(512)
    expect(many.join(' ').match(/word number \d+/g)).toHaveLength(60)
  })
})

describe('x: answering', () => {
  it('offers a reply only where the author turned to us, and names the price', async () => {
    const { world, fake } = await open({ ...keys, words: 'widget' })
    const ann = fake.addUser({ username: 'ann' })
    fake.post(ann, 'this widget broke')
    fake.post(ann, '@acme help')
    const { items } = await readItems(world)
    const [asked, found] = ['@acme help', 'this widget broke'].map((text) => items.find((item) => item.text === text))
    if (!asked || !found) throw new Error('the premise: both are found')
    expect(connector.canReply?.(answerTo(asked, '', 0).target)).toEqual({
      ok: true,
      price: expect.stringContaining('USD'),
    })
    expect(connector.canReply?.(answerTo(found, '', 0).target)).toMatchObject({
      ok: false,
      openUrl: expect.stringContaining('x.com'),
    })
    const refused = await rejection(connector.reply?.(world.host, answerTo(found, 'hello', world.clock.now())))
    expect(refused).toMatchObject({ kind: 'rejected', message: expect.stringContaining('not been mentioned') })
    await world.close()
  })

  it('looks for its own reply when X calls the text a duplicate', async () => {
    const { world, fake } = await open()
    fake.post(fake.addUser({ username: 'ann' }), '@acme help')
    const [item] = (await readItems(world)).items
    if (!item) throw new Error('the premise: a mention')
    const outgoing = answerTo(item, 'Sorry & thanks <3', world.clock.now(), world.clock.now())
    const sent = await connector.reply?.(world.host, outgoing)
    expect(sent?.sentAt).toBe(timeOfId(sent?.externalId ?? ''))
    expect(await connector.reply?.(world.host, outgoing)).toMatchObject({ externalId: sent?.externalId })
    expect(fake.posts()).toHaveLength(1)
    // Not indexed yet: nobody knows, so nobody may say "refused".
    fake.indexLagMs = 5 * minute
    expect(await rejection(connector.reply?.(world.host, outgoing))).toMatchObject({
      kind: 'temporary',
      notSent: false,
    })
    expect(fake.posts()).toHaveLength(1)
    await world.close()
  })

  it('shows a duplicate at the first attempt as what it is', async () => {
    const { world, fake } = await open()
    fake.post(fake.me, 'Thank you!')
    fake.post(fake.addUser({ username: 'ann' }), '@acme great')
    const [item] = (await readItems(world)).items
    if (!item) throw new Error('the premise: a mention')
    const refused = await rejection(connector.reply?.(world.host, answerTo(item, 'Thank you!', world.clock.now())))
    expect(refused).toMatchObject({ kind: 'rejected', message: expect.stringContaining('duplicate') })
    await world.close()
  })

  it('sees deletions in an answer of status 200, and leaves alone what the answer does not name', async () => {
    const { world, fake } = await open()
    const ann = fake.addUser({ username: 'ann' })
    const [gone, kept] = [fake.post(ann, '@acme one'), fake.post(ann, '@acme two')]
    fake.remove(gone)
    const changes = await connector.recheck?.(world.host, [
      { externalId: gone.id },
      { externalId: kept.id },
      { externalId: 'no-id-of-x' },
    ])
    expect(changes).toEqual([{ externalId: gone.id, type: 'deleted' }])
    await world.close()
  })
})

describe('x: ways to sign in', () => {
  it('renews an OAuth 2 token once for calls that meet, and keeps the successor', async () => {
    const { world, fake } = await open({ clientId: 'client', clientSecret: 'hush-hush', refreshToken: 'refresh-0' })
    await Promise.all([connector.check(world.host), connector.check(world.host)])
    const renewals = () => world.server.requests.filter((request) => request.path === '/2/oauth2/token').length
    expect(renewals()).toBe(1)
    expect(fake.refreshToken).not.toBe('refresh-0')
    world.clock.set(world.clock.now() + 3 * 3_600_000)
    await connector.check(world.host)
    expect(renewals()).toBe(2)
    await world.close()
  })

  it('asks the person when the refresh token was used elsewhere', async () => {
    const { world, fake } = await open({ clientId: 'client', refreshToken: 'refresh-0' })
    fake.refreshToken = 'someone-else-has-it'
    expect(await rejection(connector.check(world.host))).toMatchObject({ kind: 'auth' })
    await world.close()
  })

  it('reads with an app bearer token and says why it cannot answer', async () => {
    const { world, fake } = await open({ appBearer: 'app-bearer', username: '@acme' })
    fake.post(fake.addUser({ username: 'ann' }), '@acme help')
    const [item] = (await readItems(world)).items
    if (!item) throw new Error('the premise: a mention')
    const refused = await rejection(connector.reply?.(world.host, answerTo(item, 'hello', world.clock.now())))
    expect(refused).toMatchObject({ kind: 'rejected', notSent: true, message: expect.stringContaining('only read') })
    await world.close()
  })

  it('takes no settings that name no way at all', () => {
    expect(connector.config.safeParse({ apiKey: 'only one' }).success).toBe(false)
  })
})
