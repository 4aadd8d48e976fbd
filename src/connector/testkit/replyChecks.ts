import { expect } from 'vitest'
import type { SentReply } from '../contract.ts'
import { failAfterCommit, lostAnswer, readFaults, type Fault } from './faults.ts'
import { rejection } from './otherChecks.ts'
import { within } from './readChecks.ts'
import { replyOf, type KitOptions, type World } from './world.ts'

/** The promises of answering. Each needs a `fake` that remembers posts. */
export const replyChecks = {
  async 'sends a reply and learns its id and time'(kit) {
    await within(kit, {}, async (world) => {
      const sent = await send(kit, world)
      expect(sent.externalId).toEqual(expect.stringMatching(/\S/))
      expect(Number.isInteger(sent.sentAt)).toBe(true)
      expect(posts(world).map(({ text }) => text)).toEqual([kit.reply?.text])
      expect(world.server.missing).toEqual([])
    })
  },

  async 'makes one post of a reply sent twice with one key'(kit) {
    await within(kit, {}, async (world) => {
      const first = await send(kit, world)
      // As the outbox does it: look before a second attempt where the platform takes no key.
      const found = await look(kit, world)
      const second = found ?? (await send(kit, world))
      expect(second.externalId).toBe(first.externalId)
      expect(posts(world)).toHaveLength(1)
    })
  },

  async 'has one post after an answer was lost'(kit) {
    for (const fault of [lostAnswer, failAfterCommit]) {
      const write = await writeIndex(kit)
      await within(kit, { faultAt: (index) => (index === write ? fault : undefined) }, async (world) => {
        const error = await rejection(send(kit, world))
        expect(error.kind, fault.name).toBe('temporary')
        expect(error.notSent, `${fault.name}: the outcome is unknown`).toBe(false)
        expect(posts(world), 'the premise: the platform has it').toHaveLength(1)
        const found = (await look(kit, world)) ?? (await send(kit, world))
        expect(found.externalId).toBe(posts(world)[0]?.externalId)
        expect(posts(world)).toHaveLength(1)
      })
    }
  },

  async 'finds nothing where nothing was sent'(kit) {
    await within(kit, {}, async (world) => {
      expect((await look(kit, world)) ?? null).toBeNull()
      expect(posts(world)).toHaveLength(0)
    })
  },

  async 'names every failure of sending, and never claims certainty it does not have'(kit) {
    const write = await writeIndex(kit)
    for (const fault of readFaults)
      await within(kit, { faultAt: (index) => (index === write ? fault : undefined) }, async (world) => {
        const error = await rejection(send(kit, world))
        expect(allowed(fault), `${fault.name}: ${error.kind}, ${error.message}`).toContain(error.kind)
        if (error.kind === 'temporary') expect(error.notSent, fault.name).toBe(false)
        if (error.kind === 'rate_limited') expect(error.retryAt, fault.name).toBeGreaterThan(world.clock.now())
      })
    expect(write).toBeGreaterThanOrEqual(0)
  },
} satisfies Record<string, <Config, Cursor>(kit: KitOptions<Config, Cursor>) => Promise<void>>

/** Garbage in the answer to a write says nothing about the write, so it is never a rejection. */
function allowed(fault: Fault): readonly string[] {
  return fault.name === 'garbage' ? ['temporary'] : fault.kinds
}

async function send<Config, Cursor>(kit: KitOptions<Config, Cursor>, world: World<Config>): Promise<SentReply> {
  if (!kit.connector.reply) throw new Error('the connector has no reply')
  return kit.connector.reply(world.host, replyOf(kit, world.clock.now()))
}

/** After the platform's read lag; undefined where the connector needs no look because repeats are harmless. */
async function look<Config, Cursor>(kit: KitOptions<Config, Cursor>, world: World<Config>) {
  const reply = replyOf(kit, world.clock.now())
  world.clock.set(world.clock.now() + 1000 * (kit.connector.manifest.reply?.readLagSeconds ?? 0) + 1)
  return kit.connector.findReply?.(world.host, reply)
}

function posts<Config>(world: World<Config>) {
  if (!world.fake.posts) throw new Error('the reply suite needs a fake with posts()')
  return world.fake.posts()
}

/** Which request of a reply writes: the last one that is not a GET (a session may be opened before it). */
async function writeIndex<Config, Cursor>(kit: KitOptions<Config, Cursor>): Promise<number> {
  let write = -1
  await within(kit, {}, async (world) => {
    await send(kit, world)
    write = world.server.requests.findLastIndex(({ method }) => method !== 'GET')
  })
  if (write < 0) throw new Error('reply made no writing request')
  return write
}
