import { afterEach, describe, expect, it } from 'vitest'
import { startFakeXStream, type FakeXStreamOptions } from '../../test/helpers/fakeXStream.ts'
import type { Page } from '../../src/connector/contract.ts'
import { kitStart, openWorld } from '../../src/connector/testkit/world.ts'
import type { Config, Cursor } from './config.ts'
import { createXFake } from './fake.ts'
import connector from './index.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const minute = 60_000
const tag = 'earshot:acme'
const mentionRule = '@acme -from:acme -is:retweet'
const wordRule = '("acme widget") -from:acme -is:retweet'

async function open(config: Record<string, unknown> = {}, options: Partial<FakeXStreamOptions> = {}) {
  const clock = { now: () => kitStart }
  const fake = createXFake({ now: () => clock.now() })
  const ann = fake.addUser({ username: 'ann', name: 'Ann' })
  const server = await startFakeXStream(fake, { now: () => clock.now(), ...options })
  const stop = new AbortController()
  const world = await openWorld<Config, Cursor>(
    {
      connector,
      config: () => ({
        appBearer: 'app-bearer',
        username: 'acme',
        words: 'acme widget',
        baseUrl: server.url,
        ...config,
      }),
      fake: () => fake,
    },
    { pace: { most: 10, withinMs: 5, idleMs: 30 }, signal: stop.signal },
  )
  clock.now = world.clock.now
  closing.push(server.close, world.close)
  closing.unshift(async () => stop.abort(new Error('the test is over')))
  return { fake, ann, server, world, pages: [] as Page<unknown>[] }
}
type World = Awaited<ReturnType<typeof open>>

async function listen(w: World, enough: () => boolean, cursor?: unknown): Promise<unknown> {
  if (!connector.stream) throw new Error('there is no stream')
  try {
    for await (const page of connector.stream(w.world.host, cursor)) {
      w.pages.push(page)
      if (enough()) return undefined
    }
  } catch (error) {
    return error
  }
  return 'ended'
}

const idsOf = (w: World) => w.pages.flatMap(({ items }) => items.map(({ externalId }) => externalId))

describe('x: filtered stream', () => {
  it('keeps its rules in step, leaves those of others alone, and takes only what its own have matched', async () => {
    const w = await open()
    w.server.rules.push({ id: 'theirs', value: 'cats', tag: 'somebody else' }, { id: 'old', value: 'acme gadget', tag })
    const mention = w.fake.post(w.ann, '@acme where is it?')
    const praise = w.fake.post(w.ann, 'my acme widget')
    const cat = w.fake.post(w.ann, 'cats')
    let isTold = false
    await listen(w, () => {
      if (!isTold) {
        isTold = true
        w.server.write('\r\n')
        w.server.tell('somebody else', cat.id)
        w.server.tell(tag, praise.id, mention.id, praise.id)
        w.server.write('{"data":"junk"}\r\n')
      }
      return idsOf(w).length >= 3
    })
    expect(w.server.rules.map(({ value, tag: of }) => [of, value])).toEqual([
      ['somebody else', 'cats'],
      [tag, mentionRule],
      [tag, wordRule],
    ])
    expect([...new Set(idsOf(w))].sort()).toEqual([mention.id, praise.id].sort())
    const item = w.pages.flatMap(({ items }) => items).find(({ externalId }) => externalId === mention.id)
    expect(item).toMatchObject({ kind: 'mention', author: { handle: 'ann' }, replyTo: { summoned: true } })
    expect(w.world.quarantined.length).toBeLessThanOrEqual(1)
    expect(JSON.stringify(w.world.spoken)).not.toContain('app-bearer')
  })

  it('changes no rule when all are there', async () => {
    const w = await open()
    await listen(w, () => true)
    const before = structuredClone(w.server.rules)
    w.server.cut()
    await listen(w, () => true)
    expect(w.server.rules).toEqual(before)
  })

  it('replays what the plan allows, and otherwise says where reading begins', async () => {
    const w = await open({ backfillMinutes: 5 }, { replayMinutes: 5 })
    await listen(w, () => true)
    const cursor = w.pages.at(-1)?.cursor
    w.server.cut()
    const missed = w.fake.post(w.ann, '@acme hello?')
    w.server.tell(tag, missed.id)
    w.world.clock.set(kitStart + minute)
    w.pages.splice(0)
    await listen(w, () => idsOf(w).length > 0, cursor)
    expect(idsOf(w)).toEqual([missed.id])
    expect(w.pages[0]?.covered?.from, 'nothing is missing').toBeLessThanOrEqual(kitStart)
    w.server.cut()
    w.world.clock.set(kitStart + 20 * minute)
    w.pages.splice(0)
    await listen(w, () => true, cursor)
    expect(w.pages[0]?.covered?.from).toBeGreaterThan(kitStart + 20 * minute)
    expect(w.server.asked.map((query) => query.get('backfill_minutes'))).toEqual([null, '5', null])
  })

  it('says why X ended it, and what to do about each refusal', async () => {
    const w = await open()
    const ended = await listen(w, () => {
      w.server.disconnect()
      return false
    })
    expect(ended).toMatchObject({ kind: 'temporary' })
    expect(String(ended)).toContain('disconnected upstream for operational reasons')
    const few = await open({}, { mostRules: 1 })
    const capped = await listen(few, () => true)
    expect(capped).toMatchObject({ kind: 'rejected' })
    expect(String(capped)).toContain('Your plan has 1 rules')
    const keys = { apiKey: 'k', apiSecret: 'secret-one', accessToken: 't', accessSecret: 'secret-two', appBearer: '' }
    expect(await listen(await open(keys), () => true)).toMatchObject({ kind: 'rejected' })
    expect(await listen(await open({ backfillMinutes: 5 }), () => true, { at: kitStart })).toMatchObject({
      kind: 'rejected',
    })
  })

  it('is refused while another connection of the app is open, until X says', async () => {
    const w = await open()
    const first = listen(w, () => false)
    for (let tries = 0; tries < 2000 && !w.server.isOpen(); tries++)
      await new Promise((resolve) => setTimeout(resolve, 5))
    const second = { ...w, pages: [] }
    expect(await listen(second, () => true)).toMatchObject({ kind: 'rate_limited', retryAt: kitStart + minute })
    w.server.cut()
    expect(await first).toMatchObject({ kind: 'temporary' })
  })
})
