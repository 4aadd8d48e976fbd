import { expect } from 'vitest'
import type { BackfillPage } from '../contract.ts'
import { readFaults } from './faults.ts'
import { asConnectorError } from './reading.ts'
import { within } from './readChecks.ts'
import { faultOnce, openWorld, type KitOptions, type World } from './world.ts'

interface Past {
  pages: BackfillPage[]
  cursor: unknown
  error?: unknown
}

const faultDepth = 4

/** The promises of reading the past again. Each throws when it does not hold. */
export const backfillChecks = {
  async 'finds what lies in the interval, and nothing else'(kit) {
    await within(kit, {}, async (world) => {
      const { interval, items } = wanted(kit)
      const run = await readPast(kit, world)
      expect(run.error).toBeUndefined()
      expect(idsOf(run)).toHaveLength(items)
      for (const page of run.pages)
        for (const item of page.items) {
          expect(item.createdAt, `item ${item.externalId}`).toBeGreaterThanOrEqual(interval.from)
          expect(item.createdAt, `item ${item.externalId}`).toBeLessThan(interval.to)
        }
    })
  },

  async 'accounts for every part of the interval in the end'(kit) {
    await within(kit, {}, async (world) => {
      const { interval } = wanted(kit)
      const { pages } = await readPast(kit, world)
      expect(pages.at(-1)?.done, 'the last page says that it is the last').toBe(true)
      expect(pages.slice(0, -1).every((page) => !page.done)).toBe(true)
      const parts = pages.flatMap(({ covered, lost }) => [covered ?? [], lost ?? []].flat())
      let at = interval.from
      for (const part of parts.toSorted((a, b) => a.from - b.from)) if (part.from <= at) at = Math.max(at, part.to)
      expect(at, 'covered and lost together reach from one end to the other').toBeGreaterThanOrEqual(interval.to)
      for (const { lost } of pages) if (lost) expect(lost.reason.length, 'why it is lost').toBeGreaterThan(10)
    })
  },

  async 'finds the same from any page on'(kit) {
    const whole = await reference(kit)
    for (let stop = 1; stop < Math.min(whole.pages.length, 10); stop++)
      await within(kit, {}, async (world) => {
        const first = await readPast(kit, world, undefined, stop)
        const rest = await readPast(kit, world, first.cursor)
        expect(idsOf(first, rest), `stopped after page ${stop}`).toEqual(idsOf(whole))
      })
    expect(whole.pages.length).toBeGreaterThan(0)
  },

  async 'survives every fault at every request'(kit) {
    const whole = await reference(kit)
    for (const fault of readFaults)
      for (let index = 0; index < Math.min(whole.requests, faultDepth); index++)
        await within(kit, { faultAt: faultOnce(index, fault) }, async (world) => {
          const first = await readPast(kit, world)
          const where = `${fault.name} at request ${index}`
          if (index === 0) expect(first.error, `${where}: the run must fail`).toBeDefined()
          if (first.error !== undefined) expect(fault.kinds, where).toContain(asConnectorError(first.error).kind)
          else return
          world.clock.set(world.clock.now() + 3_600_000)
          const rest = await readPast(kit, world, first.cursor)
          expect(idsOf(first, rest), where).toEqual(idsOf(whole))
        })
    expect(whole.requests).toBeGreaterThan(0)
  },

  async 'bears an interval in which nothing was'(kit) {
    await within(kit, {}, async (world) => {
      const to = wanted(kit).interval.from - 86_400_000
      const run = await readPast(kit, world, undefined, Number.POSITIVE_INFINITY, { from: to - 60_000, to })
      expect(run.error).toBeUndefined()
      expect(idsOf(run)).toEqual([])
      expect(run.pages.at(-1)?.done).toBe(true)
    })
  },
} satisfies Record<string, <Config, Cursor>(kit: KitOptions<Config, Cursor>) => Promise<void>>

function wanted<Config, Cursor>(kit: KitOptions<Config, Cursor>) {
  if (!kit.backfill) throw new Error('the kit has no backfill')
  return kit.backfill
}

/** One run as the worker does it: each cursor goes through JSON. Never throws. */
async function readPast<Config, Cursor>(
  kit: KitOptions<Config, Cursor>,
  world: World<Config>,
  from?: unknown,
  most = Number.POSITIVE_INFINITY,
  interval = wanted(kit).interval,
): Promise<Past> {
  const run: Past = { pages: [], cursor: from }
  try {
    if (!kit.connector.backfill) throw new Error('there is no method backfill')
    for await (const page of kit.connector.backfill(world.host, interval, from)) {
      run.pages.push(page)
      run.cursor = page.cursor === undefined ? undefined : JSON.parse(JSON.stringify(page.cursor))
      if (run.pages.length >= most) break
    }
  } catch (error) {
    run.error = error
    world.spoken.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
  }
  return run
}

async function reference<Config, Cursor>(kit: KitOptions<Config, Cursor>) {
  const world = await openWorld(kit)
  try {
    return { ...(await readPast(kit, world)), requests: world.server.requests.length }
  } finally {
    await world.close()
  }
}

function idsOf(...runs: Past[]): string[] {
  const ids = runs.flatMap(({ pages }) => pages.flatMap(({ items }) => items.map(({ externalId }) => externalId)))
  return [...new Set(ids)].toSorted()
}
