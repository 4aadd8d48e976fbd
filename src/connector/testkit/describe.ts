import { describe, expect, it } from 'vitest'
import { accountChecks, shapeChecks, webhookChecks } from './otherChecks.ts'
import { backfillChecks } from './backfillChecks.ts'
import { readChecks } from './readChecks.ts'
import { replyChecks } from './replyChecks.ts'
import type { KitOptions } from './world.ts'

export { loadTapes, respondFrom, type Responder, type SeenRequest, type Tape, type TapeResponse } from './tapes.ts'
export { kitStart, type Fake, type KitOptions } from './world.ts'

/**
 * The contract suite: one call in `connectors/<id>/contract.test.ts` declares every test that applies to the methods
 * present. A capability without the material to test it (a search without a query, a reply without a fake) fails.
 */
export function describeConnector<Config, Cursor>(kit: KitOptions<Config, Cursor>): void {
  const { connector } = kit
  describe(`${connector.manifest.id}: contract`, () => {
    declare(shapeChecks, kit)
    if (kit.account !== undefined) declare(accountChecks, kit)
    declareReading('poll', kit)
    if (connector.search && kit.search) declareReading('search', kit)
    if (connector.reply && kit.reply) describe('reply', () => declare(replyChecks, kit))
    if (connector.backfill && kit.backfill) describe('backfill', () => declare(backfillChecks, kit))
    if (connector.webhook && kit.webhook) describe('webhook', () => declare(webhookChecks, kit))
    it('has the material to test every capability', () => {
      const untested = (['search', 'reply', 'backfill', 'webhook'] as const).filter(
        (method) => connector[method] && !kit[method],
      )
      expect(untested, 'options of describeConnector that are missing').toEqual([])
    })
  })
}

function declare<Config, Cursor>(
  checks: Record<string, (kit: KitOptions<Config, Cursor>) => Promise<void>>,
  kit: KitOptions<Config, Cursor>,
): void {
  for (const [name, check] of Object.entries(checks)) it(name, () => check(kit))
}

function declareReading<Config, Cursor>(way: 'poll' | 'search', kit: KitOptions<Config, Cursor>): void {
  describe(way, () => {
    for (const [name, check] of Object.entries(readChecks)) it(name, () => check(kit, way))
  })
}
