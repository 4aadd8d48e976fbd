import { randomBytes } from 'node:crypto'
import { uuidv7 } from '../../src/domain/id.ts'
import type { IncomingMention } from '../../src/domain/mention.ts'
import type { IngestSource } from '../../src/store/ingest.ts'
import type { Store } from '../../src/store/store.ts'

/** A fixed day: Saturday, 21 November 2026, 12:00 UTC. */
export const noon = Date.UTC(2026, 10, 21, 12)
export const minute = 60_000

export function testContext(now = noon) {
  return { now, newId: () => uuidv7(now, (size) => randomBytes(size)) }
}

/** A source row and what ingest needs of it. */
export async function addSource(
  store: Store,
  more: Partial<{ id: string; connectedAt: number; connector: string }> = {},
): Promise<IngestSource> {
  const id = more.id ?? testContext().newId()
  const connectedAt = more.connectedAt ?? noon - 60 * minute
  const connector = more.connector ?? 'test'
  await store.write(async (tx) => {
    await tx.db.insert(tx.t.sources).values({
      id,
      connector,
      account: id,
      name: `source ${id.slice(-4)}`,
      config: {},
      settings: {},
      state: 'active',
      intervalSeconds: 60,
      nextPollAt: noon,
      connectedAt,
      createdAt: connectedAt,
    })
  })
  return { id, platform: connector, instance: '', connectedAt, settings: {} }
}

export function mention(externalId: string, more: Partial<IncomingMention> = {}): IncomingMention {
  return {
    externalId,
    kind: 'post',
    author: { externalId: 'a1', handle: 'ann', name: 'Ann' },
    text: `text of ${externalId}`,
    createdAt: noon - 5 * minute,
    ...more,
  }
}
