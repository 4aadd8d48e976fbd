import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import { addSource, mention, minute, noon, testContext } from '../../test/helpers/world.ts'
import { createClassifier } from '../classify/classifier.ts'
import { readListings } from '../connector/backfill.ts'
import type { BackfillManifest, Connector } from '../connector/contract.ts'
import { ConnectorError } from '../connector/errors.ts'
import type { IncomingMention } from '../domain/mention.ts'
import { silentLog } from '../log.ts'
import { recordCoverage } from '../store/coverage.ts'
import type { Store } from '../store/store.ts'
import { backfillSource, findGaps, queueSweeps, type BackfillPayload } from './backfill.ts'
import type { WorkContext } from './context.ts'
import { createExaminer } from './examine.ts'

const hour = 60 * minute
const classifier = createClassifier()

/** A platform with an item each ten minutes of the last day, two on a page, that can be asked for the past. */
async function world(store: Store, manifest: BackfillManifest = {}, reach = 48 * hour) {
  const source = await addSource(store, { connectedAt: noon - 24 * hour })
  let now = noon
  const platform: { items: IncomingMention[]; failure: Error | undefined; asked: number } = {
    items: Array.from({ length: 144 }, (_, n) => mention(`${n}`, { createdAt: noon - (144 - n) * 10 * minute })),
    failure: undefined,
    asked: 0,
  }
  const connector = {
    manifest: { id: 'test', kind: 'social', policy: { identityLink: 'forbidden' }, backfill: manifest },
    backfill: (_host: unknown, interval: { from: number; to: number }, cursor: unknown) =>
      readListings(
        [
          async (place) => {
            platform.asked++
            if (platform.failure) throw platform.failure
            const inside = platform.items.filter((one) => one.createdAt < interval.to).toReversed()
            const from = Number(place ?? 0)
            const items = inside.slice(from, from + 2)
            return { items, oldestAt: items.at(-1)?.createdAt, next: items.length < 2 ? undefined : String(from + 2) }
          },
        ],
        interval,
        cursor,
        { maxPages: 40, tooMany: 'Too many pages.', earliest: now - reach, tooOld: 'It is too long ago.' },
      ),
  } as unknown as Connector
  const context = {
    ...testContext(),
    store,
    log: silentLog,
    now: () => now,
    random: () => 0.5,
    manifest: () => connector.manifest,
    classifier: async () => classifier,
    connect: async () => ({ connector, host: {} as never, platform: 'test', instance: '' }),
    examine: createExaminer(store, async () => classifier, () => 0), // prettier-ignore
  } as unknown as WorkContext
  const signal = new AbortController().signal
  const read = (from: number, to: number) =>
    store.write((tx) => recordCoverage(tx, source.id, 'read', { from: noon + from * hour, to: noon + to * hour }))
  const jobs = async () =>
    (await store.read.db.select().from(store.read.t.jobs)).filter((job) => job.kind === 'backfill')
  /** Runs what is on the list until nothing is; answers how often a job had to go on. */
  const work = async () => {
    let runs = 0
    for (const job of await jobs()) {
      for (let next: number | undefined = 0; next !== undefined && runs < 50; runs++) {
        next = await backfillSource(context, job.payload as BackfillPayload, signal)
        now = Math.max(now, next ?? now)
      }
      await store.write((tx) => tx.db.delete(tx.t.jobs).where(eq(tx.t.jobs.seq, job.seq)))
    }
    return runs
  }
  const gaps = async () =>
    (await store.read.db.select().from(store.read.t.coverage))
      .filter((row) => row.kind === 'gap')
      .map((row) => ({ fill: row.fill, reason: row.reason }))
  const heard = async () => (await store.read.db.select().from(store.read.t.mentions)).length
  return { source, context, platform, signal, read, jobs, work, gaps, heard, find: () => findGaps(context, signal) }
}

describeStores('reading gaps again', (makeStore) => {
  it('finds the hole in the ledger and fills it, a few pages at a time', async () => {
    const { find, work, gaps, heard, read, jobs } = await world(await makeStore())
    await read(-24, -6)
    await read(-4, 0)
    await find()
    expect(await jobs()).toMatchObject([{ lane: expect.stringContaining('source:') }])
    expect(await work()).toBeGreaterThan(1)
    expect(await gaps()).toEqual([{ fill: 'filled', reason: null }])
    expect(await heard()).toBe(12)
    await find()
    expect(await jobs()).toEqual([])
  })

  it('says what could be read in part only, and what never', async () => {
    const { find, work, gaps, heard, read, jobs } = await world(await makeStore(), {}, 5 * hour)
    await read(-24, -20)
    await read(-18, -6)
    await read(-4, 0)
    await find()
    await work()
    await find()
    await work()
    expect((await gaps()).toSorted((a, b) => String(a.fill).localeCompare(String(b.fill)))).toEqual([
      { fill: 'lost', reason: 'It is too long ago.' },
      { fill: 'partly', reason: 'It is too long ago.' },
    ])
    expect(await heard()).toBeLessThan(12)
    await find()
    expect(await jobs()).toEqual([])
  })

  it('goes on where it was after a limit or a failure, and leaves alone what costs money', async () => {
    const { find, work, platform, gaps, heard, read, jobs, context, signal } = await world(await makeStore())
    await read(-24, -6)
    await read(-4, 0)
    await find()
    const [job] = await jobs()
    const payload = job?.payload as BackfillPayload
    await backfillSource(context, payload, signal)
    const before = await heard()
    platform.failure = new ConnectorError('rate_limited', 'slow down', { retryAt: noon + 9 * minute })
    expect(await backfillSource(context, payload, signal)).toBe(noon + 9 * minute)
    platform.failure = new ConnectorError('rejected', 'this place has expired')
    expect(await backfillSource(context, payload, signal)).toBeGreaterThan(noon)
    expect([await gaps(), await heard()]).toEqual([[{ fill: 'open', reason: null }], before])
    platform.failure = undefined
    await work()
    expect([await gaps(), await heard()]).toEqual([[{ fill: 'filled', reason: null }], 12])

    const paid = await world(await makeStore(), { price: 'a cent a post' })
    await paid.read(-4, 0)
    await paid.find()
    expect([await paid.jobs(), paid.platform.asked]).toEqual([[], 0])
    await paid.context.store.write((tx) => tx.db.update(tx.t.sources).set({ settings: { backfill: true } }))
    await paid.find()
    expect(await paid.jobs()).toHaveLength(1)
  })

  it('sweeps the last hours for what was indexed late, and counts it', async () => {
    const store = await makeStore()
    const { context, work, platform, heard, jobs } = await world(store, { sweepHours: 2 })
    await queueSweeps(context)
    await work()
    expect(await heard()).toBe(12)
    platform.items.push(mention('late', { createdAt: noon - 45 * minute }))
    platform.items.sort((a, b) => a.createdAt - b.createdAt)
    await queueSweeps(context)
    await work()
    expect([await heard(), await jobs()]).toEqual([13, []])
    const rollup = await store.read.db.select().from(store.read.t.responseRollup)
    expect(rollup.filter((row) => row.metric === 'found_late').map((row) => row.count)).toEqual([10])
  })
})
