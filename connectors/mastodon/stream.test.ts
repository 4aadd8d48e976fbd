import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { startFakeStreaming, type FakeStreamingOptions } from '../../test/helpers/fakeMastodonStream.ts'
import type { Page } from '../../src/connector/contract.ts'
import { isConnectorError } from '../../src/connector/errors.ts'
import { kitStart, openWorld } from '../../src/connector/testkit/world.ts'
import type { Config, Cursor } from './config.ts'
import { createFakeMastodon, type FakeMastodon } from './fake.ts'
import mastodon from './index.ts'
import { streamingAddress } from './stream.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const token = 'a-token-that-nobody-may-see'
const mentions = { stream: 'user:notification' }
const hashtag = { stream: 'hashtag', tag: 'acme' }
const ways = ['WebSocket', 'server-sent events'] as const

async function open(options: Partial<FakeStreamingOptions> = {}, config: Record<string, unknown> = {}) {
  const streaming = await startFakeStreaming({ token, ...options })
  let fake: FakeMastodon | undefined
  const stop = new AbortController()
  const world = await openWorld<Config, Cursor>(
    {
      connector: mastodon,
      config: (baseUrl) => ({ baseUrl, hashtags: 'acme', token, ...config }),
      fake: (clock) =>
        (fake = createFakeMastodon({ dialect: 'mastodon', now: clock.now, token, streaming: streaming.url })),
    },
    {
      pace: { most: 20, withinMs: 5, idleMs: 30 },
      filter: ({ text }) => text.includes('queried'),
      signal: stop.signal,
    },
  )
  if (!fake) throw new Error('the kit made no fake')
  closing.push(streaming.close, world.close)
  closing.unshift(async () => stop.abort(new Error('the test is over')))
  const held = new Map<string, string | undefined>()
  const keep = ({ items }: Page<unknown>) => {
    for (const item of items) {
      const isHeld = held.has(item.externalId)
      if (item.deleted && isHeld) held.set(item.externalId, undefined)
      else if (!item.deleted && (isHeld ? held.get(item.externalId) !== undefined : !item.onlyIfKnown))
        held.set(item.externalId, item.text)
    }
  }
  return { streaming, fake, world, held, keep, stop }
}
type World = Awaited<ReturnType<typeof open>>

function streamOf({ world }: World): AsyncIterable<Page<unknown>> {
  if (!mastodon.stream) throw new Error('there is no stream')
  return mastodon.stream(world.host, undefined)
}

/** One connection, until `enough` says so or it breaks. */
async function listen(w: World, enough: (page: Page<unknown>, count: number) => boolean): Promise<unknown> {
  let count = 0
  try {
    for await (const page of streamOf(w)) {
      w.keep(page)
      if (enough(page, count++)) return undefined
    }
  } catch (error) {
    return error
  }
  return 'ended'
}

/** Waits for the subscription, as a real server takes a moment for it. */
async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 4000; tries++) {
    if (holds()) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error('it never held')
}

describe.each(ways)('mastodon: streaming by %s', (way) => {
  const onlyEvents = way === 'server-sent events'

  it('hears mentions and hashtags, their edits and deletions, and keeps nothing else', async () => {
    const w = await open({ onlyEvents }, { publicPosts: true })
    const listening = listen(w, () => w.held.get('end') !== undefined)
    const all = [hashtag, mentions, { stream: 'public' }]
    await until(() => all.every((one) => w.streaming.listeners(one) === 1))
    const post = (id: string, text: string, acct = 'ann@far.example') => {
      w.fake.add({ id, acct, text, at: kitStart })
      return w.fake.status(id)
    }
    post('m', '@brand does it work?')
    w.streaming.tell(mentions, 'notification', w.fake.notification('m'), 2)
    w.streaming.tell(mentions, 'notification', { id: 'f', type: 'favourite', status: post('x', 'liked') })
    w.streaming.tell(hashtag, 'update', post('h', 'nice #acme'))
    w.streaming.tell(hashtag, 'update', post('gone', 'regretted #acme'))
    w.streaming.tell({ stream: 'public' }, 'update', post('p1', 'lunch'))
    w.streaming.tell({ stream: 'public' }, 'update', post('p2', 'this is queried'))
    w.streaming.junk()
    w.streaming.tell(hashtag, 'filters_changed', '')
    await until(() => w.held.has('gone') && w.held.has('p2'))
    w.fake.edit('h', 'better #acme')
    w.streaming.tell(hashtag, 'status.update', w.fake.status('h'))
    w.streaming.tell({ stream: 'public' }, 'status.update', w.fake.status('p1'))
    w.streaming.tell(hashtag, 'delete', 'gone')
    w.streaming.tell({ stream: 'public' }, 'delete', 'never-held')
    w.streaming.tell(hashtag, 'update', post('end', 'the last #acme'))
    expect(await listening).toBeUndefined()
    expect(Object.fromEntries(w.held)).toEqual({
      m: '@brand does it work?',
      h: 'better #acme',
      gone: undefined,
      p2: 'this is queried',
      end: 'the last #acme',
    })
    expect(w.world.quarantined).toHaveLength(way === 'WebSocket' ? 1 : 3)
    expect(JSON.stringify(w.world.spoken)).not.toContain(token)
  })

  it('begins after its connection stands, and says no further than what it has heard', async () => {
    const w = await open({ onlyEvents })
    const covered: { from: number; to: number }[] = []
    await listen(w, (page, count) => {
      if (page.covered) covered.push(page.covered)
      w.world.clock.set(w.world.clock.now() + 20_000)
      return count === 3
    })
    expect(covered[0]).toEqual({ from: kitStart + 5000, to: kitStart + 5000 })
    for (const [at, one] of covered.entries()) {
      expect(one.to).toBeGreaterThanOrEqual(one.from)
      expect(one.from).toBe(covered[at - 1]?.to ?? one.from)
      expect(one.to).toBeLessThanOrEqual(w.world.clock.now())
    }
  })

  it('holds every post once with the polls that fill in, whatever breaks and whenever', async () => {
    const step = fc.constantFrom('post', 'post', 'post', 'mention', 'cut', 'junk', 'twice', 'kill')
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        const w = await open({ onlyEvents })
        const plan = [...steps]
        const expected = new Set<string>()
        let cursor: Cursor = mastodon.start
        const poll = async () => {
          for await (const page of mastodon.poll(w.world.host, cursor)) {
            w.keep(page)
            cursor = page.cursor
          }
        }
        const act = (what: string | undefined) => {
          w.world.clock.set(w.world.clock.now() + 1000)
          if (what === 'cut') return w.streaming.cut()
          if (what === 'junk') return w.streaming.junk()
          if (what === undefined || what === 'kill') return
          const id = `s${expected.size}`
          expected.add(id)
          const isMention = what === 'mention'
          w.fake.add({
            id,
            acct: 'ann@far.example',
            text: isMention ? '@brand hm' : `${id} #acme`,
            at: w.world.clock.now(),
          })
          if (isMention) w.streaming.tell(mentions, 'notification', w.fake.notification(id))
          else w.streaming.tell(hashtag, 'update', w.fake.status(id), what === 'twice' ? 2 : 1)
        }
        // Each round: connect, poll what lies before, live until it breaks; posts happen at every moment.
        for (let round = 0; plan.length > 0 && round < 40; round++) {
          act(plan.shift())
          w.world.clock.set(w.world.clock.now() + 60_000)
          const error = await listen(w, (_page, count) => {
            if (count === 0) return false
            const next = plan.shift()
            act(next)
            return next === undefined || next === 'kill'
          })
          expect(error === undefined || isConnectorError(error)).toBe(true)
          act(plan.shift())
          w.world.clock.set(w.world.clock.now() + 60_000)
          await poll()
        }
        w.world.clock.set(w.world.clock.now() + 60_000)
        await poll()
        expect([...w.held.keys()].sort()).toEqual([...expected].sort())
        w.stop.abort(new Error('done'))
      }),
      { numRuns: 8 },
    )
  })
})

describe('mastodon: no stream', () => {
  it.each([
    ['a server without streams', { refusal: { status: 404 } }, {}, 'rejected'],
    ['a server in trouble', { refusal: { status: 503 } }, {}, 'temporary'],
    ['a server that asks to wait', { refusal: { status: 429 } }, {}, 'rate_limited'],
    ['a token that is not good', { token: 'another' }, {}, 'rejected'],
    ['no token at all', {}, { token: '' }, 'rejected'],
  ] as const)('says what to do about %s', async (_what, options, config, kind) => {
    const w = await open(options as Partial<FakeStreamingOptions>, config)
    const error = await listen(w, () => false)
    expect(error).toMatchObject({ kind })
  })

  it('sends the token to no address in the clear that the server names, unless it is itself reached so', () => {
    expect(streamingAddress('https://a.example', 'wss://s.a.example')).toBe('https://s.a.example')
    expect(streamingAddress('https://a.example', 'ws://s.a.example')).toBe('https://a.example')
    expect(streamingAddress('http://127.0.0.1:3000', 'ws://127.0.0.1:4000')).toBe('http://127.0.0.1:4000')
    for (const odd of ['javascript:alert(1)', 'file:///etc/passwd', 'nonsense', ''])
      expect(streamingAddress('https://a.example', odd)).toBe('https://a.example')
  })
})
