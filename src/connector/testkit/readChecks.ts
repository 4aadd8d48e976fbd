import { expect } from 'vitest'
import { mentionKinds } from '../../domain/mention.ts'
import type { IncomingMention } from '../contract.ts'
import { readFaults, type Fault } from './faults.ts'
import { asConnectorError, keysOf, readOnce, readThrough, type Way } from './reading.ts'
import { spoilers } from './spoilers.ts'
import type { TapeResponse } from './tapes.ts'
import { faultOnce, kitStart, openWorld, type KitOptions, type World, type WorldOptions } from './world.ts'

/** A fault is tried at each of the first requests of a run. */
const faultDepth = 6

/** The promises of reading; `way` is the feed itself or a search. Each throws when it does not hold. */
export const readChecks = {
  async 'finds items, each complete'(kit, way) {
    await within(kit, {}, async (world) => {
      const run = await readThrough(kit, world, way)
      expect(world.server.missing, 'requests without a tape').toEqual([])
      const keys = keysOf(run)
      const wanted = way === 'poll' ? kit.items : kit.searchItems
      if (wanted === undefined) expect(keys.length).toBeGreaterThan(0)
      else expect(keys).toHaveLength(wanted)
      for (const page of run.pages) for (const item of page.items) expectComplete(item)
    })
  },

  async 'finds the same from any page on'(kit, way) {
    const whole = await reference(kit, way)
    for (let stop = 1; stop < Math.min(whole.pages.length, 20); stop++)
      await within(kit, {}, async (world) => {
        const first = await readOnce(kit, world, way, kit.connector.start, stop)
        const rest = await readThrough(kit, world, way, first.cursor)
        expect(keysOf(first, rest), `stopped after page ${stop}`).toEqual(keysOf(whole))
      })
    expect(whole.pages.length).toBeGreaterThanOrEqual(0)
  },

  async 'finds nothing new in a second run'(kit, way) {
    await within(kit, {}, async (world) => {
      const first = await readThrough(kit, world, way)
      world.clock.set(world.clock.now() + kit.connector.manifest.interval.default * 1000)
      const second = await readThrough(kit, world, way, first.cursor)
      expect(keysOf(first, second)).toEqual(keysOf(first))
    })
  },

  async 'survives every fault at every request'(kit, way) {
    const whole = await reference(kit, way)
    for (const fault of readFaults)
      for (let index = 0; index < Math.min(whole.requests, faultDepth); index++)
        await within(kit, { faultAt: faultOnce(index, fault) }, (world) =>
          surviveFault(kit, world, way, fault, index, keysOf(whole)),
        )
    expect(readFaults.length).toBeGreaterThan(0)
  },

  async 'stays within its limit in any window'(kit, way) {
    const limit = { requests: 3, perSeconds: 10, scope: 'account' as const }
    await within(kit, { limits: [limit] }, async (world) => {
      for (let runs = 0; runs < 5; runs++) await readThrough(kit, world, way)
      const starts = world.server.requests.map(({ at }) => at)
      for (const at of starts) {
        const inWindow = starts.filter((other) => other <= at && other > at - limit.perSeconds * 1000)
        expect(inWindow.length).toBeLessThanOrEqual(limit.requests)
      }
      expect(starts.length).toBeGreaterThanOrEqual(0)
    })
  },

  async 'bears repeated, reordered, spoilt and hostile records'(kit, way) {
    const whole = keysOf(await reference(kit, way))
    for (const { name, change, quarantines } of spoilers(kit))
      await within(kit, { change }, async (world) => {
        expect(keysOf(await readThrough(kit, world, way)), name).toEqual(whole)
        if (quarantines) expect(world.quarantined.length, `${name}: quarantined`).toBeGreaterThan(0)
      })
    expect(whole.length).toBeGreaterThanOrEqual(0)
  },

  async 'finds an item that appears late'(kit, way) {
    if (!kit.findsLate) return expect(kit.findsLate ?? false).toBe(false)
    const whole = keysOf(await reference(kit, way))
    let hidden = true
    const hide = hideNewest(kit)
    const change = (answer: TapeResponse) => (hidden ? hide(answer) : answer)
    await within(kit, { change }, async (world) => {
      const first = await readThrough(kit, world, way)
      expect(keysOf(first).length, 'the premise: one item is missing').toBeLessThan(whole.length)
      hidden = false
      world.clock.set(world.clock.now() + kit.connector.manifest.interval.default * 1000)
      expect(keysOf(first, await readThrough(kit, world, way, first.cursor))).toEqual(whole)
    })
  },
} satisfies Record<string, <Config, Cursor>(kit: KitOptions<Config, Cursor>, way: Way) => Promise<void>>

/** Opens a world, checks that nobody told a secret, and closes it whatever happens. */
export async function within<Config, Cursor>(
  kit: KitOptions<Config, Cursor>,
  options: WorldOptions,
  work: (world: World<Config>) => Promise<void>,
): Promise<void> {
  const world = await openWorld(kit, options)
  try {
    await work(world)
    const spoken = JSON.stringify(world.spoken)
    for (const secret of world.secrets) expect(spoken.includes(secret), 'a secret in a log line or message').toBe(false)
  } finally {
    await world.close()
  }
}

async function reference<Config, Cursor>(kit: KitOptions<Config, Cursor>, way: Way) {
  const world = await openWorld(kit)
  try {
    const run = await readThrough(kit, world, way)
    return { ...run, requests: world.server.requests.length }
  } finally {
    await world.close()
  }
}

/** A connector may go on without an optional request; the first one of a run is never optional. */
async function surviveFault<Config, Cursor>(
  kit: KitOptions<Config, Cursor>,
  world: World<Config>,
  way: Way,
  fault: Fault,
  index: number,
  wanted: string[],
): Promise<void> {
  const where = `${fault.name} at request ${index}`
  const started = world.clock.now()
  const first = await readOnce(kit, world, way)
  if (index === 0) expect(first.error, `${where}: the run must fail`).toBeDefined()
  if (first.error !== undefined) {
    const error = asConnectorError(first.error)
    expect(fault.kinds, `${where}: ${error.kind}, ${error.message}`).toContain(error.kind)
    expect(error.message.length, `${where}: a sentence for people`).toBeGreaterThan(10)
    if (error.kind === 'rate_limited') expectWait(error.retryAt, started, fault, where)
  }
  world.clock.set(world.clock.now() + 3_600_000)
  const rest = await readThrough(kit, world, way, first.cursor)
  expect(keysOf(first, rest), where).toEqual(wanted)
}

function expectWait(retryAt: number | undefined, started: number, fault: Fault, where: string): void {
  const wait = (retryAt ?? 0) - started
  expect(wait, `${where}: retryAt`).toBeGreaterThanOrEqual((fault.waitMs ?? 1_000) - 1_000)
  expect(wait, `${where}: retryAt`).toBeLessThanOrEqual((fault.waitMs ?? 3_600_000) + 5_000)
}

function expectComplete(item: IncomingMention): void {
  const where = `item ${item.externalId}`
  expect(item.externalId, where).toEqual(expect.stringMatching(/\S/))
  expect(mentionKinds, where).toContain(item.kind)
  expect(typeof item.text, where).toBe('string')
  expect(Number.isInteger(item.createdAt), `${where}: createdAt is epoch ms`).toBe(true)
  expect(item.createdAt, `${where}: createdAt is epoch ms, not seconds`).toBeGreaterThan(Date.UTC(1990, 0))
  expect(item.createdAt, `${where}: createdAt is epoch ms`).toBeLessThan(kitStart * 2)
  expect(item.author.externalId, where).toEqual(expect.stringMatching(/\S/))
  expect(item.author.handle.startsWith('@'), `${where}: a handle without @`).toBe(false)
  for (const url of [item.url, item.author.url, item.author.avatarUrl])
    if (url !== undefined) expect(url, `${where}: an http address`).toMatch(/^https?:\/\//)
  expect(JSON.parse(JSON.stringify(item.replyTo ?? {})), `${where}: replyTo survives JSON`).toEqual(item.replyTo ?? {})
}

/**
 * Hides the record that comes first in the first page: the newest nearly everywhere, and inside every overlap. Its
 * neighbour stands in for it, because a page that is shorter than asked for means the end to many.
 */
function hideNewest<Config, Cursor>(kit: KitOptions<Config, Cursor>): (answer: TapeResponse) => TapeResponse {
  let hidden: string | undefined
  return (answer) => {
    const body = structuredClone(answer.body)
    const list = kit.records?.(body)
    if (!list || list.length === 0) return answer
    hidden ??= JSON.stringify(list[0])
    const others = list.filter((record) => JSON.stringify(record) !== hidden)
    if (others.length < list.length) list.splice(0, list.length, ...others.slice(0, 1), ...others)
    return { ...answer, body }
  }
}
