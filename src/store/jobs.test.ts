import { expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import { noon } from '../../test/helpers/world.ts'
import { claimJobs, finishJob, postponeJob } from './jobs.ts'
import { scheduleDelivery } from './outbox.ts'
import type { Store } from './store.ts'

async function claimed(store: Store, now: number) {
  const options = { now, limit: 5, leaseMs: 1000, token: 't', kinds: ['deliver'] }
  const [job] = await store.write((tx) => claimJobs(tx, options))
  if (!job) throw new Error('nothing was due')
  return job
}

const ask = (store: Store, now: number) =>
  store.write((tx) => scheduleDelivery(tx, { id: 'r1', threadSeq: 1 }, now, now))

async function rows(store: Store) {
  const found = await store.read.db.select().from(store.read.t.jobs)
  return found.map(({ runAt, leasedUntil, leaseToken }) => ({ runAt, leasedUntil, leaseToken }))
}

describeStores('jobs', (makeStore) => {
  it('are gone when they are done', async () => {
    const store = await makeStore()
    await ask(store, noon)
    const job = await claimed(store, noon + 5)
    await store.write((tx) => finishJob(tx, job))
    expect(await rows(store)).toEqual([])
  })

  it('run once more when they were asked for while they ran', async () => {
    const store = await makeStore()
    await ask(store, noon)
    const first = await claimed(store, noon + 5)
    await ask(store, noon + 10)
    await store.write((tx) => finishJob(tx, first))
    expect(await rows(store)).toEqual([{ runAt: noon + 10, leasedUntil: 0, leaseToken: null }])
    const second = await claimed(store, noon + 10)
    await ask(store, noon + 20)
    await store.write((tx) => postponeJob(tx, second, noon + 60_000, null))
    expect((await rows(store))[0]?.runAt).toBe(noon + 20)
    const third = await claimed(store, noon + 20)
    await store.write((tx) => postponeJob(tx, third, noon + 60_000, null))
    expect((await rows(store))[0]?.runAt).toBe(noon + 60_000)
  })

  it('are left alone by a worker that lost its lease', async () => {
    const store = await makeStore()
    await ask(store, noon)
    const lost = await claimed(store, noon + 5)
    const next = { now: noon + 2000, limit: 5, leaseMs: 1000, token: 'other', kinds: ['deliver'] }
    expect(await store.write((tx) => claimJobs(tx, next))).toHaveLength(1)
    await store.write((tx) => finishJob(tx, lost))
    await store.write((tx) => postponeJob(tx, lost, noon + 9999, 'late'))
    expect(await rows(store)).toEqual([{ runAt: noon, leasedUntil: noon + 3000, leaseToken: 'other' }])
  })
})
