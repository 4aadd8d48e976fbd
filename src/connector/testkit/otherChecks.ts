import { expect } from 'vitest'
import { describeFields } from '../form.ts'
import { readFaults } from './faults.ts'
import { asConnectorError } from './reading.ts'
import { within } from './readChecks.ts'
import { faultOnce, openWorld, type KitOptions, type World } from './world.ts'

/** What holds without a request. */
export const shapeChecks = {
  async 'has a complete manifest'({ connector }) {
    const { manifest } = connector
    expect(manifest.id).toMatch(/^[a-z][a-z0-9-]*$/)
    expect(manifest.summary.length).toBeGreaterThan(20)
    expect(manifest.homepage).toMatch(/^https:\/\//)
    expect(manifest.interval.min).toBeLessThanOrEqual(manifest.interval.default)
    for (const limit of manifest.limits) expect(Math.min(limit.requests, limit.perSeconds)).toBeGreaterThanOrEqual(1)
    expect(connector.reply === undefined, 'manifest.reply belongs to the method reply').toBe(
      manifest.reply === undefined,
    )
    expect(connector.backfill === undefined, 'manifest.backfill belongs to the method backfill').toBe(
      manifest.backfill === undefined,
    )
  },

  async 'explains every setting'(kit) {
    for (const field of describeFields(kit.connector.config)) {
      expect(field.title, `${field.key}: title`).not.toBe(field.key)
      expect(field.help.length, `${field.key}: help`).toBeGreaterThan(5)
    }
    const parsed = kit.connector.config.safeParse(kit.config('http://127.0.0.1:1'))
    expect(parsed.success, 'the settings of the kit fit the schema').toBe(true)
  },

  async 'starts with a cursor that survives JSON'({ connector }) {
    expect(connector.cursor.safeParse(JSON.parse(JSON.stringify(connector.start))).success).toBe(true)
  },

  async 'has no secret on its tapes'(kit) {
    const tapes = JSON.stringify(kit.tapes ?? [])
    const world = await openWorld(kit)
    await world.close()
    for (const secret of world.secrets) expect(tapes.includes(secret)).toBe(false)
    expect(tapes).not.toMatch(/"(authorization|cookie|set-cookie|x-api-key)"\s*:/i)
  },
} satisfies Record<string, <Config, Cursor>(kit: KitOptions<Config, Cursor>) => Promise<void>>

export const accountChecks = {
  async 'proves the account'(kit) {
    await within(kit, {}, async (world) => {
      const { account, displayName } = await kit.connector.check(world.host)
      expect(account).toBe(kit.account)
      expect(displayName.length).toBeGreaterThan(0)
      expect(world.server.missing, 'requests without a tape').toEqual([])
    })
  },

  async 'says what is wrong when the account cannot be proved'(kit) {
    let requests = 0
    await within(kit, {}, async (world) => {
      await kit.connector.check(world.host)
      requests = world.server.requests.length
    })
    for (const fault of requests === 0 ? [] : readFaults)
      await within(kit, { faultAt: faultOnce(0, fault) }, async (world) => {
        const error = await rejection(kit.connector.check(world.host))
        expect(fault.kinds, `${fault.name}: ${error.kind}, ${error.message}`).toContain(error.kind)
      })
    expect(requests).toBeGreaterThanOrEqual(0)
  },
} satisfies Record<string, <Config, Cursor>(kit: KitOptions<Config, Cursor>) => Promise<void>>

export const webhookChecks = {
  async 'takes a genuine delivery, and the same again'(kit) {
    await within(kit, {}, async (world) => {
      const delivery = await genuine(kit, world)
      const first = await kit.connector.webhook?.(world.host, delivery)
      const again = await kit.connector.webhook?.(world.host, delivery)
      expect(first?.items.length).toBeGreaterThan(0)
      expect(again?.items.map(({ externalId }) => externalId)).toEqual(first?.items.map(({ externalId }) => externalId))
    })
  },

  async 'refuses a damaged or unsigned delivery'(kit) {
    await within(kit, {}, async (world) => {
      const delivery = await genuine(kit, world)
      const damaged = Uint8Array.from(delivery.body, (byte, index) =>
        index === delivery.body.length - 1 ? byte ^ 1 : byte,
      )
      const bad = [
        { ...delivery, body: damaged },
        { ...delivery, headers: new Headers({ 'content-type': 'application/json' }) },
        { ...delivery, headers: new Headers([...delivery.headers].map(([name, value]) => [name, `${value}0`])) },
      ]
      for (const request of bad)
        expect((await rejection(kit.connector.webhook?.(world.host, request))).kind).toBe('auth')
    })
  },
} satisfies Record<string, <Config, Cursor>(kit: KitOptions<Config, Cursor>) => Promise<void>>

/** What a call fails with, as a ConnectorError; anything else fails the test. */
export async function rejection(work: Promise<unknown> | undefined) {
  const outcome = await Promise.resolve(work).then(
    () => 'it succeeded',
    (error: unknown) => error,
  )
  return asConnectorError(outcome)
}

async function genuine<Config, Cursor>(kit: KitOptions<Config, Cursor>, world: World<Config>) {
  if (!kit.webhook) throw new Error('the kit has no webhook delivery')
  return kit.webhook(kit.config(world.server.url), world.clock.now())
}
