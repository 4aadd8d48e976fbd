import { builtInFilter, loadInboxPage } from '../src/store/inbox.ts'
import { ingestPage } from '../src/store/ingest.ts'
import type { Store } from '../src/store/store.ts'
import { atMost, quantile, type BenchContext, type Figure } from './measure.ts'
import { freshStore, incoming, newId, now, source } from './world.ts'

export const name = 'inbox'

const views = ['unanswered', 'risk', 'unassigned', 'open', 'all', 'negative', 'resolved']
const samples = 400

/** Data of one inbox page of 50 rows in-process, wall time over all built-in views, at 100 k mentions (1 M with --full). */
export async function run({ rounds, full }: BenchContext): Promise<Figure[]> {
  const count = full ? 1_000_000 : 100_000
  const world = await freshStore()
  await fill(world.store, count)
  await world.store.optimise()
  const [p50, p99]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds + 1; round++) {
    const times = await sample(world.store)
    if (round === 0) continue
    p50.push(quantile(times, 0.5))
    p99.push(quantile(times, 0.99))
  }
  await world.close()
  const what = `${count.toLocaleString('en')} mentions`
  return [
    atMost(`inbox page data p50, ${what}`, p50, 1, 'wall time', 'ms'),
    atMost(`inbox page data p99, ${what}`, p99, 10, 'wall time', 'ms'),
  ]
}

async function fill(store: Store, count: number): Promise<void> {
  const chunk = 1000
  for (let from = 0; from < count; from += chunk) {
    const items = incoming(chunk, 10_000 + from / chunk)
    await store.write(async (tx) => {
      await ingestPage(tx, source, { items }, { now, newId })
      await tx.db.delete(tx.t.jobs)
    })
  }
}

async function sample(store: Store): Promise<number[]> {
  const filters = views.flatMap((view) => builtInFilter(view, 'nobody') ?? [])
  const times: number[] = []
  for (let i = 0; i < samples; i++) {
    const filter = filters[i % filters.length]
    if (!filter) continue
    const started = performance.now()
    await loadInboxPage(store.read, { ...filter, fold: true })
    times.push(performance.now() - started)
  }
  return times
}
