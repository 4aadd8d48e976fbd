import { describe, expect, it } from 'vitest'
import type { Host, OutgoingReply } from '../../src/connector/contract.ts'
import { describeConnector, kitStart, type KitOptions } from '../../src/connector/testkit/describe.ts'
import { openWorld } from '../../src/connector/testkit/world.ts'
import type { Config, Cursor } from './config.ts'
import { createFakeMastodon, type FakeMastodon, type FakeOptions } from './fake.ts'
import mastodon from './index.ts'

const token = 'a-token-that-nobody-may-see'
const minute = 60_000

function fakeWith(dialect: FakeOptions['dialect'], posts: number, more: Partial<FakeOptions> = {}) {
  return (clock: { now(): number }): FakeMastodon => {
    const fake = createFakeMastodon({ dialect, now: clock.now, token, ...more })
    fake.add({ id: 'first', acct: 'ann@far.example', text: '@brand does it work?', at: kitStart - 10 * minute })
    for (let i = 1; i < posts; i++)
      fake.add({
        id: `p${i}`,
        acct: 'ann@far.example',
        text: i % 2 ? `#acme ${i}` : `@brand hello ${i}`,
        at: kitStart - (10 + i) * minute,
      })
    return fake
  }
}

const target = {
  externalId: 'first',
  kind: 'mention' as const,
  authorHandle: 'ann@far.example',
  authorExternalId: 'ann@far.example',
  data: { visibility: 'unlisted', spoiler: 'work', language: 'en', connected: true },
  createdAt: kitStart - 10 * minute,
}

const kit = (dialect: FakeOptions['dialect']): KitOptions<Config, Cursor> => ({
  connector: mastodon,
  config: (baseUrl) => ({ baseUrl, hashtags: '#Acme', token }),
  fake: fakeWith(dialect, 130, { readLagMs: 5000 }),
  account: 'brand@social.example',
  items: 130,
  search: { text: 'acme' },
  backfill: { interval: { from: kitStart - 110 * minute, to: kitStart - 60 * minute }, items: 50 },
  records: (body) => (Array.isArray(body) ? body : statusesIn(body)),
  // One key a kit: the longest hostile text times forty posts must stay below the size of an answer.
  textKeys: dialect === 'mastodon' ? ['content'] : ['display_name'],
  findsLate: true,
  reply: { text: '@ann@far.example It does.', target },
})

describe('with Mastodon', () => void describeConnector(kit('mastodon')))
describe('with other servers of the same API', () => void describeConnector(kit('other')))

describe('mastodon', () => {
  it.each(['mastodon', 'other'] as const)('reads hashtags without an account (%s)', async (dialect) => {
    await within(dialect, { config: (baseUrl) => ({ baseUrl, hashtags: 'acme', token: '' }) }, async ({ host }) => {
      const { items } = await poll(host)
      expect(items.length).toBe(65)
      expect(items[0]).toMatchObject({
        externalId: 'p1',
        kind: 'post',
        author: { handle: 'ann@far.example', followers: 7, verifiedUrls: ['https://ann.example'] },
        replyTo: { connected: false },
      })
      expect(mastodon.canReply?.({ ...target, data: items[0]?.replyTo ?? {} })).toMatchObject({ ok: false })
    })
  })

  it.each(['mastodon', 'other'] as const)(
    'finds what came between two polls, also when the newest known post is gone (%s)',
    async (dialect) => {
      await within(dialect, {}, async ({ host, fake, clock }) => {
        const first = await poll(host)
        fake.remove('first')
        const at = clock.now()
        for (let i = 0; i < 100; i++)
          fake.add({ id: `new${i}`, acct: 'bob@far.example', text: `@brand new ${i}`, at: at + i })
        clock.set(at + 10 * minute)
        const second = await poll(host, first.cursor)
        const fresh = new Set(second.items.map(({ externalId }) => externalId).filter((id) => id.startsWith('new')))
        expect(fresh.size).toBe(100)
      })
    },
  )

  it('recognises own posts, answers to us and the start of a conversation', async () => {
    await within('mastodon', {}, async ({ host, fake }) => {
      fake.add({ id: 'own', acct: 'brand', text: '#acme we are here', at: kitStart - 3 * minute })
      fake.add({ id: 'r1', acct: 'bob', text: '@brand one', at: kitStart - 2 * minute, replyTo: 'own' })
      fake.add({ id: 'r2', acct: 'ann@far.example', text: '@brand two', at: kitStart - minute, replyTo: 'r1' })
      const { items } = await poll(host)
      const by = (id: string) => items.find(({ externalId }) => externalId === id)
      expect(by('own')).toMatchObject({ own: true })
      expect(by('r1')).toMatchObject({
        kind: 'reply',
        parentId: 'own',
        rootId: 'own',
        author: { handle: 'bob@social.example' },
      })
      expect(by('r2')).toMatchObject({ kind: 'mention', parentId: 'r1', rootId: 'own' })
    })
  })

  it('keeps the handle in the text, and answers no wider than it was asked', async () => {
    await within('mastodon', {}, async ({ host, fake, clock }) => {
      const data = { ...target.data, visibility: 'direct' }
      await mastodon.reply?.(host, reply({ target: { ...target, data } }, clock.now()))
      expect(fake.accepted).toEqual([
        {
          status: '@ann@far.example It does.',
          in_reply_to_id: 'first',
          visibility: 'direct',
          spoiler_text: 'work',
          language: 'en',
        },
      ])
    })
  })

  it('finds its own reply after the read lag, and never an older one with the same words', async () => {
    await within('mastodon', { readLagMs: 5000 }, async ({ host, clock }) => {
      const first = await mastodon.reply?.(host, reply({}, clock.now()))
      expect(await mastodon.findReply?.(host, reply({}, clock.now()))).toBeNull()
      clock.set(clock.now() + 6000)
      expect(await mastodon.findReply?.(host, reply({}, clock.now()))).toMatchObject({ externalId: first?.externalId })
      clock.set(clock.now() + 60 * minute)
      expect(await mastodon.findReply?.(host, reply({}, clock.now()))).toBeNull()
    })
  })

  it.each([
    ['too long', { text: 'x'.repeat(600) }, 'character limit'],
    ['to a post that is gone', { target: { ...target, externalId: 'gone' } }, 'does not appear to exist'],
  ])('says in the words of the server why a reply was refused: %s', async (_, change, words) => {
    await within('mastodon', {}, async ({ host, clock, fake }) => {
      await expect(mastodon.reply?.(host, reply(change, clock.now()))).rejects.toMatchObject({
        kind: 'rejected',
        message: expect.stringContaining(words),
      })
      expect(fake.posts()).toEqual([])
    })
  })

  it('takes the limits of the server, old and new', async () => {
    const limits: unknown[] = []
    for (const dialect of ['mastodon', 'other'] as const)
      await within(dialect, {}, async ({ host }) => void limits.push(await mastodon.limits?.(host)))
    expect(limits).toEqual([
      [{ unit: 'graphemes', max: 700, urlLength: 23 }],
      [{ unit: 'graphemes', max: 10_000, urlLength: 23 }],
    ])
  })

  it.each(['mastodon', 'other'] as const)('notices edits and deletions (%s)', async (dialect) => {
    await within(dialect, {}, async ({ host, fake }) => {
      fake.edit('p1', '#acme changed')
      fake.remove('p2')
      const changes = await mastodon.recheck?.(host, [{ externalId: 'p1' }, { externalId: 'p2' }, { externalId: 'p3' }])
      expect(changes).toMatchObject([
        { externalId: 'p1', type: 'edited', item: { text: '#acme changed' } },
        { externalId: 'p2', type: 'deleted' },
        { externalId: 'p3', type: 'edited', item: { text: '#acme 3' } },
      ])
    })
  })

  it('waits until the time that a 429 names', async () => {
    await within('mastodon', { limit: 3 }, async ({ host }) => {
      await expect(poll(host)).rejects.toMatchObject({ kind: 'rate_limited', retryAt: kitStart + 300_000 })
    })
  })
})

async function poll(host: Host<Config>, from: Cursor = mastodon.start) {
  const pages = []
  for await (const page of mastodon.poll(host, from)) pages.push(page)
  return { items: pages.flatMap(({ items }) => items), cursor: pages.at(-1)?.cursor ?? from }
}

function reply(change: Partial<OutgoingReply>, now: number): OutgoingReply {
  return { idempotencyKey: 'k1', text: 'It does.', target, createdAt: now, attemptedAt: now, ...change }
}

async function within(
  dialect: FakeOptions['dialect'],
  { config, ...more }: Partial<FakeOptions> & { config?: KitOptions<Config, Cursor>['config'] },
  work: (world: {
    host: Host<Config>
    fake: FakeMastodon
    clock: { now(): number; set(at: number): void }
  }) => Promise<void>,
): Promise<void> {
  const made: FakeMastodon[] = []
  const make = fakeWith(dialect, 130, more)
  const options = {
    ...kit(dialect),
    ...(config && { config }),
    fake: (clock: { now(): number }) => made[made.push(make(clock)) - 1] ?? make(clock),
  }
  const world = await openWorld(options)
  const [fake] = made
  try {
    if (!fake) throw new Error('no fake was made')
    await work({ host: world.host, fake, clock: world.clock })
  } finally {
    await world.close()
  }
}

function statusesIn(body: unknown): unknown[] | undefined {
  const statuses = typeof body === 'object' && body !== null ? (body as { statuses?: unknown }).statuses : undefined
  return Array.isArray(statuses) ? statuses : undefined
}
