import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import {
  startFakeNetwork,
  uriOf,
  type FakeNetworkOptions,
  type NetworkFault,
  type NetworkOp,
} from '../../test/helpers/fakeNetwork.ts'
import type { Page } from '../../src/connector/contract.ts'
import { isConnectorError } from '../../src/connector/errors.ts'
import { kitStart, openWorld } from '../../src/connector/testkit/world.ts'
import type { Config, Cursor } from './config.ts'
import { createBlueskyFake } from './fake.ts'
import connector from './index.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const us = 'did:plc:brand'
const kinds = ['jetstream', 'firehose'] as const
const minute = 60_000

async function open(streamFrom: (typeof kinds)[number], options: FakeNetworkOptions = {}) {
  const network = await startFakeNetwork(options)
  const stop = new AbortController()
  const world = await openWorld<Config, Cursor>(
    {
      connector,
      config: (baseUrl) => ({
        identifier: 'acme.test',
        appPassword: 'app-password-1234',
        baseUrl,
        words: 'Widget',
        streamFrom,
        streamUrl: network.url,
      }),
      fake: createBlueskyFake,
    },
    {
      pace: { most: 5, withinMs: 5, idleMs: 40 },
      filter: ({ text }) => text.includes('queried'),
      signal: stop.signal,
    },
  )
  closing.push(network.close, world.close)
  closing.unshift(async () => stop.abort(new Error('the test is over')))
  return { network, world, held: createHeld(), stop }
}
type World = Awaited<ReturnType<typeof open>>

/** What the store does with pages: the unique key, tombstones, edits, the position with the page. */
function createHeld() {
  const rows = new Map<string, { text: string; deleted: boolean; own: boolean }>()
  return {
    rows,
    cursor: undefined as unknown,
    readTo: undefined as number | undefined,
    gaps: [] as NonNullable<Page<unknown>['gap']>[],
    missing: false,
    /** True: this page is the first of a connection. */
    save(page: Page<unknown>, isFirst: boolean) {
      const from = page.covered?.from ?? 0
      if (isFirst && this.readTo !== undefined && from > this.readTo) this.missing = true
      if (!isFirst) expect(from, 'pages follow each other').toBe(this.readTo)
      this.readTo = page.covered?.to
      if (page.gap) this.gaps.push(page.gap)
      for (const item of page.items) {
        const row = rows.get(item.externalId)
        if (item.deleted && row) row.deleted = true
        else if (row && !row.deleted) row.text = item.text
        else if (!row && !item.deleted && !item.onlyIfKnown)
          rows.set(item.externalId, { text: item.text, deleted: false, own: item.own === true })
      }
      for (const [uri, row] of rows) if (page.goneAuthors?.some((did) => uri.includes(did))) row.deleted = true
      this.cursor = JSON.parse(JSON.stringify(page.cursor))
    },
    alive: () => [...rows].flatMap(([uri, row]) => (row.deleted ? [] : [`${uri} ${row.text}`])).sort(),
  }
}

/** Follows the stream until `enough`, connecting again after each break as the worker does. */
async function follow({ world, held }: World, enough: () => boolean, killAfter: () => number = () => Infinity) {
  for (let connection = 0; connection < 60; connection++) {
    let left = killAfter()
    let isFirst = true
    try {
      for await (const page of streamOf(world.host, held.cursor)) {
        // Killed between reading and saving: the page is lost, the position stays.
        if (left-- <= 0) break
        held.save(page, isFirst)
        isFirst = false
        if (enough()) return
      }
    } catch (error) {
      if (!isConnectorError(error)) throw error
    }
  }
  throw new Error(`never enough: ${JSON.stringify(held.alive())}`)
}

function streamOf(host: World['world']['host'], cursor: unknown): AsyncIterable<Page<unknown>> {
  if (!connector.stream) throw new Error('there is no stream')
  return connector.stream(host, cursor)
}

let serial = 0
const post = (did: string, text: string, more: Partial<NetworkOp> = {}): NetworkOp => ({
  kind: 'create',
  did: `did:plc:${did}`,
  rkey: `3k${++serial}`,
  text,
  at: kitStart,
  ...more,
})

describe.each(kinds)('bluesky: %s', (kind) => {
  it('keeps what concerns us and leaves the rest of the network alone', async () => {
    const w = await open(kind)
    const elsewhere = { ...post('x', 'written elsewhere'), did: us }
    const ours = [post('ann', `hello ${us}`), post('bob', 'my WIDGET broke'), post('cat', 'this is queried'), elsewhere]
    const last = post('zoe', 'queried, the last')
    await follow(w, () => {
      if (w.network.log.length === 0) w.network.add(post('dan', 'lunch'), ...ours, post('eve', 'widg'), last)
      return w.held.rows.has(uriOf(last))
    })
    expect(w.held.alive()).toEqual([...ours, last].map((op) => `${uriOf(op)} ${op.text}`).sort())
    expect(w.held.rows.get(uriOf(elsewhere))?.own).toBe(true)
    expect(w.world.quarantined).toEqual([])
  })

  it('takes what happens to posts later, also while it was away', async () => {
    const w = await open(kind)
    const [a, b, c] = [post('ann', 'queried a'), post('bob', 'queried b'), post('cat', 'queried c')]
    await follow(w, () => {
      if (w.network.log.length === 0) w.network.add(a, b, c)
      return w.held.rows.size === 3
    })
    const end = post('dan', 'queried end', { at: kitStart + 1 })
    w.network.add({ ...a, kind: 'delete' }, { ...b, kind: 'update', text: 'without the word' }, { ...c, kind: 'gone' })
    w.network.add({ ...post('eve', 'never held'), kind: 'update' }, end)
    await follow(w, () => w.held.rows.has(uriOf(end)))
    expect(w.held.alive()).toEqual([`${uriOf(b)} without the word`, `${uriOf(end)} queried end`])
    expect(w.held.missing, 'it went on where it was').toBe(false)
  })

  it('says so when the server has forgotten what was missed, and never claims to have read it', async () => {
    const w = await open(kind)
    const [a, lost] = [post('ann', 'queried a'), post('bob', 'queried lost', { at: kitStart + minute })]
    await follow(w, () => {
      if (w.network.log.length === 0) w.network.add(a)
      return w.held.rows.size === 1
    })
    const after = post('cat', 'queried after', { at: kitStart + 20 * minute })
    w.network.add(lost, after)
    w.network.options.oldest = kitStart + 10 * minute
    w.world.clock.set(kitStart + 21 * minute)
    await follow(w, () => w.held.rows.has(uriOf(after)))
    expect(w.held.missing).toBe(true)
    expect(w.held.gaps).toMatchObject([{ from: kitStart, to: kitStart + 20 * minute }])
  })

  it('puts junk aside and reads on', async () => {
    const w = await open(kind, { faults: new Map([[0, 'junk']]) })
    await follow(w, () => {
      if (w.network.log.length === 0) w.network.add(post('ann', 'queried'))
      return w.held.rows.size === 1
    })
    expect(w.world.quarantined).toHaveLength(1)
  })

  it('says what the host should do when it is refused', async () => {
    const w = await open(kind, { refusals: [{ status: 429, headers: { 'retry-after': '30' } }, { status: 404 }] })
    const openOnce = async () => {
      for await (const _ of streamOf(w.world.host, undefined));
    }
    await expect(openOnce()).rejects.toMatchObject({ kind: 'rate_limited', retryAt: kitStart + 30_000 })
    w.world.clock.set(kitStart + minute)
    await expect(openOnce()).rejects.toMatchObject({ kind: 'rejected' })
  })

  it('ends up with the network as it is, whatever breaks on the way and whenever it is killed', async () => {
    const fault = fc.constantFrom<NetworkFault>('half', 'slow', 'twice', 'swap', 'junk', 'cut')
    const plan = fc.record({
      ops: fc.array(
        fc.record({
          what: fc.constantFrom('create', 'create', 'create', 'delete', 'other', 'noise'),
          did: fc.integer({ min: 0, max: 4 }),
          pick: fc.nat(),
        }),
        { minLength: 5, maxLength: 40 },
      ),
      faults: fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fault), { maxLength: 6 }),
      kills: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(plan, async ({ ops, faults, kills }) => {
        const w = await open(kind)
        // Connected once before anything happens, as a source is; a firehose needs one number to go on from.
        const boot = post('boot', 'queried boot')
        await follow(w, () => {
          if (w.network.log.length === 0) w.network.add(boot)
          return w.held.rows.size === 1
        })
        w.network.options.faults = new Map(faults.map(([at, what]) => [at + 1, what]))
        const log: NetworkOp[] = []
        for (const [index, { what, did, pick }] of ops.entries()) {
          const at = kitStart + index
          const made = log.filter(
            (op) => op.kind === 'create' && !log.some((o) => o.kind === 'delete' && o.rkey === op.rkey),
          )
          const target = made[pick % Math.max(1, made.length)]
          if (what === 'delete' && target) log.push({ ...target, kind: 'delete', at })
          else if (what === 'other') log.push(post(`p${did}`, '', { kind: 'other', at }))
          else log.push(post(`p${did}`, what === 'noise' ? 'lunch' : `queried ${index}`, { at }))
        }
        const end = post('end', 'queried end', { at: kitStart + ops.length })
        const half = log.length >> 1
        w.network.add(...log.slice(0, half))
        const rest = [...log.slice(half), end]
        const lives = [...kills]
        await follow(
          w,
          () => {
            w.network.add(...rest.splice(0, 3))
            return w.held.rows.has(uriOf(end))
          },
          () => lives.shift() ?? Infinity,
        )
        const gone = new Set(log.filter((op) => op.kind === 'delete').map((op) => op.rkey))
        const expected = [boot, ...log, end].filter(
          (op) => op.kind === 'create' && op.text.startsWith('queried') && !gone.has(op.rkey),
        )
        expect(w.held.alive()).toEqual(expected.map((op) => `${uriOf(op)} ${op.text}`).sort())
        expect(w.held.missing).toBe(false)
        w.stop.abort(new Error('done'))
      }),
      { numRuns: 12 },
    )
  })
})

describe('bluesky: firehose', () => {
  it('begins at the present when the server was set up anew and knows no such number', async () => {
    const w = await open('firehose')
    w.held.cursor = { address: w.network.url, seq: 99_999, at: kitStart }
    w.held.readTo = kitStart
    const after = post('ann', 'queried', { at: kitStart + minute })
    setTimeout(() => w.network.add(after), 100)
    w.world.clock.set(kitStart + 2 * minute)
    await follow(w, () => w.held.rows.size === 1)
    expect(w.network.cursors).toEqual(['99999', null])
    expect(w.held.missing).toBe(true)
  })
})
