import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sharedPath } from '../../test/helpers/shared.ts'
import type { OutgoingReply, ReplyTarget } from '../../src/connector/contract.ts'
import { describeConnector } from '../../src/connector/testkit/describe.ts'
import { rejection } from '../../src/connector/testkit/otherChecks.ts'
import { keysOf, readOnce, readThrough } from '../../src/connector/testkit/reading.ts'
import { kitStart, openWorld, type KitOptions } from '../../src/connector/testkit/world.ts'
import type { Config, Cursor } from './config.ts'
import { findFacets } from './facets.ts'
import { type BlueskyFake, createBlueskyFake } from './fake.ts'
import connector from './index.ts'
import { readTidTime, recordKeyOf } from './tid.ts'

const minute = 60_000

function createWorld(clock: { now(): number }): BlueskyFake {
  const fake = createBlueskyFake(clock)
  fake.pageSize = 3
  for (let at = 0; at < 7; at++)
    fake.add('ann', `@acme.test question ${at}`, { indexedAt: kitStart - (50 - at) * minute, reason: 'mention' })
  fake.add('bob', 'my widget broke', { indexedAt: kitStart - 30 * minute })
  fake.add('bob', 'a widget again', { indexedAt: kitStart - 29 * minute })
  return fake
}

const target: ReplyTarget = {
  externalId: 'at://did:plc:ann/app.bsky.feed.post/3kaaaaaaaaaa1',
  kind: 'mention',
  authorHandle: 'ann.test',
  authorExternalId: 'did:plc:ann',
  data: { langs: ['en'] },
  createdAt: kitStart - 50 * minute,
}

const kit: KitOptions<Config, Cursor> = {
  connector,
  config: (baseUrl) => ({ identifier: 'acme.test', appPassword: 'app-password-1234', baseUrl }),
  fake: createWorld,
  account: 'did:plc:brand',
  items: 7,
  search: { text: 'widget' },
  searchItems: 2,
  backfill: { interval: { from: kitStart - 49 * minute, to: kitStart - 45 * minute }, items: 4 },
  records(body) {
    const { notifications, posts } = body as { notifications?: unknown; posts?: unknown }
    return [notifications, posts].find((list) => Array.isArray(list))
  },
  textKeys: ['text'],
  findsLate: true,
  reply: { text: 'Sorry! See https://example.com/help', target },
}

describeConnector(kit)

async function open(config: Record<string, unknown> = {}) {
  let fake: BlueskyFake | undefined
  const world = await openWorld<Config, Cursor>({
    ...kit,
    config: (baseUrl) => ({ ...kit.config(baseUrl), ...config }),
    fake: (clock) => (fake = createBlueskyFake(clock)),
  })
  if (!fake) throw new Error('the kit made no fake')
  return { world, fake }
}

describe('bluesky: reading', () => {
  it('finds a post that is dated into the past and stands below known ones', async () => {
    const { world, fake } = await open()
    fake.pageSize = 2
    for (let at = 0; at < 5; at++)
      fake.add('ann', `post ${at}`, { indexedAt: kitStart - (9 - at) * minute, reason: 'mention' })
    const before = await readThrough(kit, world, 'poll')
    const createdAt = new Date(kitStart - 7.5 * minute).toISOString()
    const late = fake.add('bob', 'dated back', { reason: 'reply', record: { text: 'dated back', createdAt } })
    const after = await readThrough(kit, world, 'poll', before.cursor)
    expect(keysOf(after)).toEqual([late.uri])
    await world.close()
  })

  it('does not look at the whole history again once it is read', async () => {
    const { world, fake } = await open()
    fake.pageSize = 5
    for (let at = 0; at < 60; at++)
      fake.add('ann', `post ${at}`, { indexedAt: kitStart - (200 - at) * minute, reason: 'mention' })
    const before = await readThrough(kit, world, 'poll')
    expect(keysOf(before)).toHaveLength(60)
    const asked = fake.calls.length
    world.clock.set(world.clock.now() + minute)
    const after = await readThrough(kit, world, 'poll', before.cursor)
    expect(keysOf(after)).toEqual([])
    expect(fake.calls.slice(asked).filter((call) => call.endsWith('listNotifications')).length).toBeLessThanOrEqual(4)
    await world.close()
  })

  it('stops its first reading at seven days, and does not fetch what is older later', async () => {
    const { world, fake } = await open()
    fake.add('ann', 'old', { indexedAt: kitStart - 8 * 86_400_000, reason: 'mention' })
    const recent = fake.add('ann', 'recent', { indexedAt: kitStart - 6 * 86_400_000, reason: 'mention' })
    const first = await readThrough(kit, world, 'poll')
    const second = await readThrough(kit, world, 'poll', first.cursor)
    expect(keysOf(first, second)).toEqual([recent.uri])
    await world.close()
  })

  it('says so when more waits than a run reads', async () => {
    const { world, fake } = await open()
    fake.add('ann', 'first', { indexedAt: kitStart - 20 * minute, reason: 'mention' })
    const first = await readThrough(kit, world, 'poll')
    fake.pageSize = 1
    for (let at = 0; at < 30; at++)
      fake.add('ann', `flood ${at}`, { indexedAt: kitStart + at * 1000, reason: 'mention' })
    world.clock.set(kitStart + minute)
    const second = await readOnce(kit, world, 'poll', first.cursor)
    expect(second.pages.flatMap((page) => page.gap ?? [])).toMatchObject([
      { to: kitStart + 10_000, reason: expect.stringContaining('20 pages') },
    ])
    await world.close()
  })

  it('keeps a mention when counts and profiles cannot be read', async () => {
    const { world, fake } = await open()
    const post = fake.add('ann', 'hello @acme.test', { reason: 'mention' })
    const respond = fake.respond
    fake.respond = (request) =>
      /getPosts|getProfiles/.test(request.path) ? { status: 502, body: { error: 'UpstreamFailure' } } : respond(request)
    const run = await readThrough(kit, world, 'poll')
    expect(run.pages.flatMap((page) => page.items)).toMatchObject([
      { externalId: post.uri, author: { handle: 'ann.test' } },
    ])
    await world.close()
  })

  it('searches words at most every three minutes, and leaves out what does not contain them', async () => {
    const { world, fake } = await open({ words: 'widget, gadget' })
    const post = fake.add('bob', 'a widget')
    const before = await readThrough(kit, world, 'poll')
    expect(keysOf(before)).toEqual([post.uri])
    const searches = () => fake.calls.filter((call) => call.endsWith('searchPosts')).length
    expect(searches()).toBe(2)
    world.clock.set(world.clock.now() + minute)
    const soon = await readThrough(kit, world, 'poll', before.cursor)
    expect(searches()).toBe(2)
    world.clock.set(world.clock.now() + 3 * minute)
    await readThrough(kit, world, 'poll', soon.cursor)
    expect(searches()).toBe(4)
    await world.close()
  })
})

describe('bluesky: answering', () => {
  function outgoing(uri: string, text = 'hello'): OutgoingReply {
    return { idempotencyKey: 'k', text, target: { ...target, externalId: uri }, createdAt: kitStart }
  }

  it('answers under the root of the thread', async () => {
    const { world, fake } = await open()
    const root = { uri: 'at://did:plc:eve/app.bsky.feed.post/3kroot2222222', cid: 'bafyroot' }
    const record = { text: 'why?', createdAt: new Date(kitStart).toISOString(), reply: { root, parent: root } }
    const parent = fake.add('ann', 'why?', { reason: 'reply', record })
    await connector.reply?.(world.host, outgoing(parent.uri))
    const body = world.server.requests.findLast((request) => request.path.endsWith('putRecord'))?.body ?? ''
    expect(JSON.parse(body)).toMatchObject({
      rkey: recordKeyOf(kitStart, 'k'),
      swapRecord: null,
      record: {
        createdAt: new Date(kitStart).toISOString(),
        langs: ['en'],
        reply: { root, parent: { uri: parent.uri, cid: parent.cid } },
      },
    })
    await world.close()
  })

  it('sends nothing under a post that is gone or closed', async () => {
    const { world, fake } = await open()
    const gone = fake.add('ann', 'gone')
    fake.remove(gone)
    const closed = fake.add('ann', 'friends only', { replyDisabled: true, reason: 'mention' })
    for (const post of [gone, closed])
      expect(await rejection(connector.reply?.(world.host, outgoing(post.uri)))).toMatchObject({ kind: 'rejected' })
    expect(fake.posts()).toEqual([])
    const [item] = (await readThrough(kit, world, 'poll')).pages.flatMap((page) => page.items)
    const asked = { ...target, externalId: closed.uri, data: item?.replyTo ?? {} }
    expect(connector.canReply?.(asked)).toMatchObject({ ok: false, openUrl: expect.stringContaining('bsky.app') })
    expect(connector.canReply?.(target)).toEqual({ ok: true })
    await world.close()
  })
})

describe('record keys and facets', () => {
  it('makes the same valid key of the same reply, and another of another', () => {
    const key = recordKeyOf(kitStart, 'one')
    expect(recordKeyOf(kitStart, 'one')).toBe(key)
    expect(recordKeyOf(kitStart, 'two')).not.toBe(key)
    expect(readTidTime(key)).toBe(kitStart)
    expect(recordKeyOf(kitStart + 1, 'one') > key).toBe(true)
  })

  it('tells keys from other text as the protocol says', () => {
    const files = ['valid', 'invalid'].map((kind) =>
      sharedPath(`corpora/atproto-interop/syntax/tid_syntax_${kind}.txt`),
    )
    const [valid, invalid] = files.map((file) => (file ? linesOf(file) : []))
    if (!valid?.length) process.stderr.write('atproto-interop corpus is missing: its record keys were not tried\n')
    expect((valid ?? []).filter((key) => readTidTime(key) === undefined)).toEqual([])
    expect((invalid ?? []).filter((key) => readTidTime(key) !== undefined)).toEqual([])
  })

  it.each([
    ['😀 é https://example.com/a_(b)?c=ü.', ['https://example.com/a_(b)?c=ü']],
    ['(see https://example.com/x)', ['https://example.com/x']],
    ['@ann.test, mail me@ann.test and @ann.test!', ['@ann.test', '@ann.test']],
    ['@nobody.test #one, #two! #3 a#b https://example.com/#top', ['#one', '#two', 'https://example.com/#top']],
    ['no links at all', []],
  ])('marks %j', async (text, expected) => {
    const facets = await findFacets(text, async (handle) => (handle === 'ann.test' ? 'did:plc:ann' : undefined))
    const bytes = Buffer.from(text)
    expect(facets.map(({ index }) => bytes.subarray(index.byteStart, index.byteEnd).toString())).toEqual(expected)
  })
})

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
}
