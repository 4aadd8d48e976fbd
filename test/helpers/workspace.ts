import type { IncomingMention } from '../../src/domain/mention.ts'
import { ingestPage } from '../../src/store/ingest.ts'
import type { Store } from '../../src/store/store.ts'
import { insertUser } from '../../src/store/users.ts'
import type { Role } from '../../src/store/tables/people.ts'

/** A fixed moment; tests move it by hand. */
export const startOfTime = Date.UTC(2026, 2, 2, 9, 0, 0)

/** uuidv7 whose time is the test clock's and whose rest counts up: ids are the same in every run. */
export function createIds(now: () => number): () => string {
  let count = 0
  return () => {
    const time = now().toString(16).padStart(12, '0')
    const rest = (++count).toString(16).padStart(12, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${rest}`
  }
}

export interface World {
  store: Store
  clock: { now(): number; at: number }
  newId(): string
}

export function createWorld(store: Store): World {
  const clock = { at: startOfTime, now: () => clock.at }
  return { store, clock, newId: createIds(() => clock.at) }
}

export async function addSource(world: World, id = 'source-1', change: Record<string, unknown> = {}): Promise<string> {
  const { t } = world.store.read
  await world.store.write(async (tx) => {
    await tx.db.insert(t.sources).values({
      id,
      connector: 'demo',
      account: id,
      name: `Source ${id}`,
      config: {},
      settings: {},
      state: 'active',
      intervalSeconds: 60,
      nextPollAt: world.clock.at,
      connectedAt: startOfTime - 86_400_000,
      createdAt: world.clock.at,
      ...change,
    })
  })
  return id
}

export async function addUser(world: World, role: Role, name: string = role): Promise<string> {
  const id = world.newId()
  await world.store.write(async (tx) => {
    const email = `${name.toLowerCase()}@example.com`
    await insertUser(tx, { id, email, name, passwordHash: null, role, createdAt: world.clock.at })
  })
  return id
}

let serial = 0

/** A mention as a connector hands it over; every call is another item of another author. */
export function makeMention(change: Partial<IncomingMention> = {}): IncomingMention {
  const n = ++serial
  return {
    externalId: `item-${n}`,
    kind: 'post',
    author: { externalId: `author-${n}`, handle: `author${n}`, name: `Author ${n}` },
    text: `Hello from ${n}`,
    createdAt: startOfTime - n * 1000,
    url: `https://social.example/${n}`,
    ...change,
  }
}

/** Through the real ingest; answers the ids of the threads, in the order of the items. */
export async function hear(
  world: World,
  items: IncomingMention[],
  sourceId = 'source-1',
): Promise<{ threadId: string; mentionId: string; threadSeq: number }[]> {
  const source = {
    id: sourceId,
    platform: 'demo',
    instance: '',
    connectedAt: startOfTime - 86_400_000,
    settings: {},
  }
  await world.store.write((tx) =>
    ingestPage(tx, source, { items, cursor: null }, { now: world.clock.at, newId: world.newId }),
  )
  const { db, t } = world.store.read
  const found = await db
    .select({ id: t.mentions.id, externalId: t.mentions.externalId, threadSeq: t.mentions.threadSeq })
    .from(t.mentions)
  const threads = new Map((await db.select().from(t.threads)).map((thread) => [thread.seq, thread.id]))
  return items.map((item) => {
    const mention = found.find((one) => one.externalId === item.externalId)
    if (!mention) throw new Error(`${item.externalId} was not stored`)
    return { mentionId: mention.id, threadSeq: mention.threadSeq, threadId: threads.get(mention.threadSeq) ?? '' }
  })
}
