import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import { addSource, mention, minute, noon, testContext } from '../../test/helpers/world.ts'
import type { Manifest } from '../connector/contract.ts'
import { silentLog } from '../log.ts'
import { ingestPage } from '../store/ingest.ts'
import { recordFailure, recordSuccess } from '../store/polling.ts'
import type { Store } from '../store/store.ts'
import type { WorkContext } from './context.ts'
import { watchSilence } from './watchSilence.ts'

const hour = 60 * minute
const days = 10

/** A source that brings an item each half hour for ten days. */
async function world(store: Store) {
  const start = noon - days * 24 * hour
  const source = await addSource(store, { connectedAt: noon })
  const items = Array.from({ length: days * 48 }, (_, n) => mention(`${n}`, { createdAt: start + n * 30 * minute }))
  await store.write((tx) => ingestPage(tx, source, { items, covered: { from: start, to: noon } }, testContext(noon)))
  let now = noon
  const context = {
    ...testContext(),
    store,
    log: silentLog,
    now: () => now,
    manifest: () => ({ kind: 'social' }) as Manifest,
  } as unknown as WorkContext
  const look = async (at: number) => {
    now = at
    await watchSilence(context, new AbortController().signal)
    const [row] = await store.read.db.select().from(store.read.t.sources).where(eq(store.read.t.sources.id, source.id))
    return { silent: row?.silentSince ?? null, freshness: row?.freshness }
  }
  /** A poll that goes well, with or without something new. */
  const poll = (at: number, ...more: ReturnType<typeof mention>[]) =>
    store.write(async (tx) => {
      await ingestPage(tx, source, { items: more, covered: { from: noon, to: at } }, testContext(at))
      await recordSuccess(tx, source.id, at)
    })
  const actions = async () => (await store.read.db.select().from(store.read.t.audit)).map((row) => row.action)
  return { source, look, poll, actions }
}

describeStores('silence of a source', (makeStore) => {
  it('is an alarm once, and ends by itself with the next item', async () => {
    const { look, poll, actions } = await world(await makeStore())
    await poll(noon + hour)
    const calm = await look(noon + hour)
    expect(calm.silent).toBeNull()
    expect(calm.freshness).toMatchObject({ expectedSeconds: 1800, newestAt: noon - 30 * minute })
    const at = calm.freshness?.alarmAt ?? 0
    expect((at - noon) / hour).toBeGreaterThan(2)
    expect((at - noon) / hour).toBeLessThan(12)
    await poll(at + hour)
    expect((await look(at + hour)).silent).toBe(at + hour)
    expect((await look(at + 2 * hour)).silent).toBe(at + hour)
    await poll(at + 3 * hour, mention('back', { createdAt: at + 3 * hour }))
    expect((await look(at + 3 * hour)).silent).toBeNull()
    expect(await actions()).toEqual(['source.silent', 'source.heard'])
  })

  it('is none while the source fails or was not read: that is known', async () => {
    const store = await makeStore()
    const { source, look, actions } = await world(store)
    const error = { kind: 'temporary' as const, message: 'down', at: noon + 48 * hour }
    await store.write((tx) => recordFailure(tx, source.id, { error, state: 'failing', nextPollAt: 0, counts: true }))
    expect((await look(noon + 48 * hour)).silent).toBeNull()
    await store.write(async (tx) => {
      await ingestPage(
        tx,
        source,
        { items: [], covered: { from: noon + 47 * hour, to: noon + 48 * hour } },
        testContext(noon + 48 * hour),
      )
      await recordSuccess(tx, source.id, noon + 48 * hour)
    })
    expect((await look(noon + 48 * hour)).silent).toBeNull()
    expect(await actions()).toEqual([])
    const kinds = (await store.read.db.select().from(store.read.t.coverage)).map((row) => row.kind)
    expect(kinds.toSorted()).toEqual(['outage', 'read', 'read'])
  })

  it('knows how long items take to arrive, and that second readings say nothing about it', async () => {
    const store = await makeStore()
    const { source, look } = await world(store)
    const late = (n: number, again?: 'sweep') =>
      store.write((tx) =>
        ingestPage(
          tx,
          source,
          { items: [mention(`l${n}`, { createdAt: noon + n * minute })], ...(again ? { again } : {}) },
          testContext(noon + (n + (again ? 60 : 2)) * minute),
        ),
      )
    for (let n = 0; n < 30; n++) await late(n)
    await late(900, 'sweep')
    const { freshness } = await look(noon + 20 * hour)
    expect(freshness?.lagP50).toBeGreaterThan(110)
    const metrics = await store.read.db.select().from(store.read.t.responseRollup)
    expect(metrics.filter((row) => row.metric === 'found_late').map((row) => row.count)).toEqual([1])
  })
})
