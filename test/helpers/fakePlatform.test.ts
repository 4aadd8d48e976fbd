import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'
import type { Connector, Host, OutgoingReply } from '../../src/connector/contract.ts'
import { createHost } from '../../src/connector/host.ts'
import { createMemoryRateStore } from '../../src/connector/rateStore.ts'
import { createMemorySessionStore } from '../../src/connector/sessionStore.ts'
import { createEgress } from '../../src/egress/egress.ts'
import { createFakeConnector, fakeConnector, type FakeConfig, type FakeCursor } from './fakeConnector.ts'
import { fakeDefaults, type FakeOptions, parseFakeArgs, startFakePlatform } from './fakePlatform.ts'
import { createFakeState } from './fakePlatformState.ts'
import { root } from './root.ts'

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

function hostFor(url: string, overlapMs = 60_000): Host<FakeConfig> {
  const egress = createEgress({ allowPrivate: ['127.0.0.1'], userAgent: 'Earshot test' })
  cleanups.push(() => egress.close())
  return createHost({
    // A host does not care about the type of cursors.
    connector: fakeConnector as unknown as Connector<FakeConfig, unknown>,
    source: { id: 'fake-source', config: { baseUrl: url, overlapMs }, limits: [] },
    egress: { ...egress, fetch: (to, init) => egress.fetch(to, { ...init, timeoutMs: 200 }) },
    rateStore: createMemoryRateStore(),
    sessionStore: createMemorySessionStore(),
    clock: { now: () => Date.now(), sleep: () => Promise.resolve() },
    log: { info: () => undefined, warn: () => undefined },
    newId: () => 'id',
    signal: new AbortController().signal,
    onQuarantine: () => undefined,
  })
}

async function setUp(options: Partial<FakeOptions>) {
  const platform = await startFakePlatform(options)
  cleanups.push(() => platform.close())
  return { platform, host: hostFor(platform.url) }
}

/** A platform whose past is complete: nothing depends on how fast the test runs. */
const settled = { mentions: 50, history: 50, everyMs: 1000 }

function outgoing(parentId: string, text = 'Thank you!', key = 'key-1'): OutgoingReply {
  const target = {
    externalId: parentId,
    kind: 'mention' as const,
    authorHandle: 'p',
    authorExternalId: 'a',
    data: {},
    createdAt: 0,
  }
  return { idempotencyKey: key, text, target, createdAt: Date.now(), attemptedAt: Date.now() }
}

async function readAll(host: Host<FakeConfig>, cursor: FakeCursor = fakeConnector.start) {
  const pages = await Array.fromAsync(fakeConnector.poll(host, cursor))
  return { pages, items: pages.flatMap((page) => page.items), cursor: pages.at(-1)?.cursor ?? cursor }
}

const send = (host: Host<FakeConfig>, reply: OutgoingReply) => Promise.resolve(fakeConnector.reply?.(host, reply))
const find = (host: Host<FakeConfig>, reply: OutgoingReply) => Promise.resolve(fakeConnector.findReply?.(host, reply))

describe('reading', () => {
  it('hands out everything once, newest first, in pages, and moves the mark only at the end', async () => {
    const { host } = await setUp(settled)
    const { pages, items, cursor } = await readAll(host)
    expect(pages.map((page) => page.items.length)).toEqual([20, 20, 10])
    expect(new Set(items.map((item) => item.externalId)).size).toBe(50)
    expect(items.map((item) => item.createdAt)).toEqual(items.map((item) => item.createdAt).toSorted((a, b) => b - a))
    expect(pages.slice(0, 2).map((page) => page.cursor)).toEqual([fakeConnector.start, fakeConnector.start])
    expect(cursor.high).toBeGreaterThan(items[0]?.createdAt ?? Number.POSITIVE_INFINITY)
  })

  it('finds items that show up late below newer ones, within the overlap', () => {
    let now = 1_000_000
    const state = createFakeState(
      { ...fakeDefaults, mentions: 200, everyMs: 10, lateShare: 0.3, lateMs: 700 },
      () => now,
    )
    now += 2000
    const early = new Set(state.stats(true).ids)
    now += 700
    const late = state.stats(true)
    expect(early.size).toBeGreaterThan(100)
    expect(early.size).toBeLessThan(200)
    expect(late.visible).toBe(200)
    const newestEarly = [...early].toSorted().at(-1) ?? ''
    expect(late.ids?.filter((id) => id < newestEarly && !early.has(id)).length).toBeGreaterThan(0)
  })

  it('repeats list entries when told to, and the connector hands each over once a page', async () => {
    const { platform, host } = await setUp({ ...settled, duplicateShare: 1 })
    const raw = platform.state.list(undefined, 20).items
    expect(raw.length).toBe(40)
    expect((await readAll(host)).items.length).toBe(50)
  })

  it.each([
    ['error-before', 'temporary'],
    ['rate-limited', 'rate_limited'],
    ['timeout-before', 'temporary'],
    ['half-body', 'temporary'],
    ['lost', 'temporary'],
  ] as const)('turns %s into a %s error and reads everything afterwards', async (fault, kind) => {
    const { platform, host } = await setUp({ ...settled, readFaults: { [fault]: 1 }, retryAfterSeconds: 5 })
    await expect(readAll(host)).rejects.toMatchObject({ kind })
    platform.state.configure({ readFaults: {} })
    expect((await readAll(hostFor(platform.url))).items.length).toBe(50)
  })
})

describe('writing', () => {
  it('keeps a post out of every list until the lag is over', () => {
    let now = 1_000_000
    const state = createFakeState({ ...fakeDefaults, ...settled, readLagMs: 400 }, () => now)
    const post = state.post('m1000003', 'hello', undefined)
    const shown = () => [
      state.visiblePosts('m1000003').length,
      state.list(undefined, 1).items.filter((item) => item.id === post.id).length,
    ]
    expect(shown()).toEqual([0, 0])
    now += 399
    expect(shown()).toEqual([0, 0])
    now += 1
    expect(shown()).toEqual([1, 1])
  })

  it.each(['lost', 'error-after', 'timeout-after', 'half-body'] as const)(
    '%s: the post is there although the answer says nothing of it, and findReply finds it',
    async (fault) => {
      const { platform, host } = await setUp({ ...settled, nextWrites: [fault] })
      const reply = outgoing('m1000001')
      await expect(send(host, reply)).rejects.toMatchObject({ kind: 'temporary', notSent: false })
      expect(platform.state.stats(false)).toMatchObject({ posts: 1, faults: { [fault]: 1 } })
      expect(await find(host, reply)).toMatchObject({ externalId: 'p1000000' })
    },
  )

  it.each(['error-before', 'timeout-before', 'rate-limited'] as const)('%s: nothing was posted', async (fault) => {
    const { platform, host } = await setUp({ ...settled, nextWrites: [fault] })
    const reply = outgoing('m1000001')
    await expect(send(host, reply)).rejects.toMatchObject({ connectorError: true })
    expect(platform.state.stats(false).posts).toBe(0)
    expect(await find(host, reply)).toBeNull()
  })

  it('does not honour keys unless told to, and counts what readers see as duplicates', async () => {
    const { platform, host } = await setUp(settled)
    await send(host, outgoing('m1000001'))
    await send(host, outgoing('m1000001', 'Thank  you! '))
    await send(host, outgoing('m1000001', 'Something else'))
    await send(host, outgoing('m1000002'))
    expect(platform.state.stats(false)).toMatchObject({
      posts: 4,
      duplicates: 1,
      perMention: { m1000001: 3, m1000002: 1 },
    })
    platform.state.configure({ honourKeys: true })
    const first = await send(host, outgoing('m1000005', 'Hi', 'key-2'))
    expect(await send(host, outgoing('m1000005', 'Hi', 'key-2'))).toEqual(first)
    expect(platform.state.stats(false)).toMatchObject({ posts: 5, duplicates: 1 })
  })

  it('refuses an unknown parent for good', async () => {
    const { platform, host } = await setUp(settled)
    await expect(send(host, outgoing('m9999999'))).rejects.toMatchObject({ kind: 'rejected' })
    expect(platform.state.stats(false).posts).toBe(0)
  })

  it('shows our own post as our own in the next poll', async () => {
    const { host } = await setUp(settled)
    const sent = await send(host, outgoing('m1000001'))
    const own = (await readAll(host)).items.filter((item) => item.own)
    expect(own).toMatchObject([{ externalId: sent?.externalId, parentId: 'm1000001', kind: 'reply' }])
  })
})

it('draws the same faults for the same seed', () => {
  const draw = (seed: number) => {
    const state = createFakeState({ ...fakeDefaults, seed, writeFaults: { lost: 0.2, 'error-after': 0.2 } }, () => 0)
    return Array.from({ length: 200 }, () => state.drawFault('write') ?? '-').join(' ')
  }
  expect(draw(4)).toBe(draw(4))
  expect(draw(4)).not.toBe(draw(5))
  expect(
    draw(4)
      .split(' ')
      .filter((fault) => fault === 'lost').length,
  ).toBeGreaterThan(20)
})

it('runs in a process of its own, which is controlled over HTTP and lives on', async () => {
  const args = ['--mentions', '7', '--history', '7', '--write-faults', '{"lost":0.5}']
  const child = spawn(process.execPath, [join(root, 'test/helpers/fakePlatform.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  cleanups.push(async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const ready = JSON.parse(line) as { ready: boolean; url: string; pid: number }
  expect(ready).toMatchObject({ ready: true, pid: child.pid })
  const host = hostFor(ready.url)
  expect((await readAll(host)).items.length).toBe(7)
  const control = await host.fetch(`${ready.url}/control`, {
    method: 'POST',
    body: '{"writeFaults":{},"nextWrites":["lost"]}',
  })
  expect(await control.json()).toMatchObject({ posts: 0 })
  await expect(send(host, outgoing('m1000002'))).rejects.toMatchObject({ kind: 'temporary' })
  const stats = await (await host.fetch(`${ready.url}/control?ids`)).json()
  expect(stats).toMatchObject({ posts: 1, visible: 7, perMention: { m1000002: 1 }, faults: { lost: 1 } })
})

it('reads its options from the command line and refuses unknown ones', () => {
  expect(parseFakeArgs(['--read-lag-ms', '400', '--honour-keys', 'true'])).toEqual({ readLagMs: 400, honourKeys: true })
  expect(() => parseFakeArgs(['--nonsense', '1'])).toThrow(/nonsense/)
  expect(createFakeConnector({ interval: { default: 9, min: 1 } }).manifest.interval.default).toBe(9)
})
