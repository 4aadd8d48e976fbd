import { eq, sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import {
  addSource,
  addUser,
  createWorld,
  hear,
  makeMention,
  startOfTime,
  type World,
} from '../../test/helpers/workspace.ts'
import { builtInFilter, countViews, loadInboxPage, pageSize } from './inbox.ts'
import { buildInboxKeys, walksOf, type InboxFilter } from './inboxKeys.ts'
import type { MakeStore } from '../../test/helpers/database.ts'
import type { Store } from './store.ts'

async function makeWorld(makeStore: MakeStore): Promise<World> {
  const world = createWorld(await makeStore())
  await addSource(world)
  return world
}

const open: InboxFilter = builtInFilter('open', 'me') ?? {}

describeStores('inbox', (makeStore, dialect) => {
  it('pages through every thread once, down and back up, when many share a moment', async () => {
    const world = await makeWorld(makeStore)
    const items = Array.from({ length: 130 }, (_, i) =>
      makeMention({ createdAt: startOfTime - Math.floor(i / 40) * 1000 }),
    )
    await hear(world, items)
    const { t } = world.store.read
    await world.store.write(async (tx) => {
      await tx.db
        .update(t.threads)
        .set({ state: 'open' })
        .where(sql`${t.threads.seq} % 3 = 0`)
    })
    const down: string[][] = []
    let page = await loadInboxPage(world.store.read, open)
    expect(page.prev).toBeUndefined()
    for (;;) {
      down.push(page.rows.map((row) => row.id))
      if (!page.next) break
      page = await loadInboxPage(world.store.read, open, page.next)
    }
    expect(down.map((ids) => ids.length)).toEqual([pageSize, pageSize, 30])
    expect(new Set(down.flat()).size).toBe(130)
    const up = await loadInboxPage(world.store.read, open, page.prev)
    expect(up.rows.map((row) => row.id)).toEqual(down[1])
    const top = await loadInboxPage(world.store.read, open, up.prev)
    expect(top.rows.map((row) => row.id)).toEqual(down[0])
    expect(top.prev).toBeUndefined()
    expect(top.next).toBeDefined()
  })

  it('shows newest first, without bodies beyond an excerpt', async () => {
    const world = await makeWorld(makeStore)
    await hear(world, [
      makeMention({ text: 'x'.repeat(5000), createdAt: startOfTime - 10 }),
      makeMention({ text: 'newer', createdAt: startOfTime - 5 }),
    ])
    const { rows } = await loadInboxPage(world.store.read, open)
    expect(rows.map((row) => row.excerpt)).toEqual(['newer', 'x'.repeat(240)])
  })

  it('narrows by every filter', async () => {
    const world = await makeWorld(makeStore)
    await addSource(world, 'source-2')
    const me = await addUser(world, 'agent')
    const [first, second] = await hear(world, [makeMention(), makeMention({ kind: 'review' })])
    const [third] = await hear(world, [makeMention()], 'source-2')
    if (!first || !second || !third) throw new Error('three threads')
    const { t } = world.store.read
    await world.store.write(async (tx) => {
      await tx.db
        .update(t.threads)
        .set({
          assigneeId: me,
          sentiment: 'negative',
          intents: ['question', 'complaint'],
          lang: 'de',
          lastReplyAt: 5,
          state: 'resolved',
        })
        .where(eq(t.threads.seq, first.threadSeq))
      await tx.db.update(t.threads).set({ ratingUnit: 0.25 }).where(eq(t.threads.seq, second.threadSeq))
    })
    const found = async (filter: InboxFilter) =>
      (await loadInboxPage(world.store.read, filter)).rows.map((row) => row.seq).toSorted((a, b) => a - b)
    const [a, b, c] = [first.threadSeq, second.threadSeq, third.threadSeq]
    expect(await found({})).toEqual([a, b, c].toSorted((x, y) => x - y))
    for (const filter of [
      { assigneeId: me },
      { sentiment: 'negative' },
      { intent: 'question' },
      { lang: 'de' },
      { replied: true },
      { states: ['resolved'] },
    ] satisfies InboxFilter[])
      expect(await found(filter)).toEqual([a])
    expect(await found({ assigneeId: null })).toEqual([b, c].toSorted((x, y) => x - y))
    expect(await found({ kind: 'review' })).toEqual([b])
    expect(await found({ maxRating: 0.25 })).toEqual([b])
    expect(await found({ maxRating: 0.2 })).toEqual([])
    expect(await found({ sourceId: 'source-2' })).toEqual([c])
    expect(await found({ replied: false, unrated: true })).toEqual([c])
    expect(await found({ only: [a, c] })).toEqual([a, c].toSorted((x, y) => x - y))
    expect(await found({ only: [] })).toEqual([])
    expect(await found({ hasCustomer: true })).toEqual([])
    expect(await found({ from: startOfTime, to: startOfTime + 1 })).toEqual([])
    expect(await found({ ...builtInFilter('questions', me) })).toEqual([])
  })

  it('puts the nearest deadline first and counts no further than the cap', async () => {
    const world = await makeWorld(makeStore)
    await hear(world, [makeMention({ createdAt: startOfTime - 1000 }), makeMention({ createdAt: startOfTime - 9000 })])
    const filter = builtInFilter('risk', 'me') ?? {}
    const { rows } = await loadInboxPage(world.store.read, filter)
    expect(rows.map((row) => row.lastInboundAt)).toEqual([startOfTime - 9000, startOfTime - 1000])
    expect(await countViews(world.store.read, [filter, open, { only: [] }])).toEqual([2, 2, 0])
    const soon = builtInFilter('risk', 'me', (rows[0]?.clockDueAt ?? 0) + 1) ?? {}
    expect(await countViews(world.store.read, [soon])).toEqual([1])
    expect((await loadInboxPage(world.store.read, soon)).rows.map((row) => row.seq)).toEqual([rows[0]?.seq])
    await world.store.write((tx) => tx.db.update(tx.t.threads).set({ clockDueAt: null }))
    expect(await countViews(world.store.read, [filter, soon, open])).toEqual([0, 0, 2])
  })

  it('reads every built-in view from an index, without sorting', async () => {
    const world = await makeWorld(makeStore)
    await hear(
      world,
      Array.from({ length: 20 }, () => makeMention()),
    )
    await world.store.optimise()
    for (const view of ['risk', 'unanswered', 'mine', 'unassigned', 'open', 'negative', 'all', 'resolved']) {
      const filter = builtInFilter(view, 'me', startOfTime)
      if (!filter) throw new Error(view)
      for (const walk of walksOf(filter).slice(0, 2)) {
        const plan = await explain(world.store, filter, walk, dialect)
        expect(plan, `${view} ${JSON.stringify(walk)}`).toMatch(/index.*threads_/i)
        expect(plan, `${view} ${JSON.stringify(walk)}`).not.toMatch(/temp b-tree|\bsort\b/i)
      }
    }
  })
})

async function explain(
  store: Store,
  filter: InboxFilter,
  walk: ReturnType<typeof walksOf>[number],
  dialect: 'sqlite' | 'postgres',
): Promise<string> {
  const ascending = filter.sort === 'deadline'
  const parameters: Record<string, unknown> = { ...filter, ...walk, at: 0, seq: 0, limit: 51 }
  const { db, t, d } = store.read
  const { sql: text, params } = buildInboxKeys(db, t, d, filter, walk, ascending).toSQL()
  const values = params.map((one) => {
    const name = (one as { name?: string }).name
    return name === undefined ? one : parameters[name]
  })
  const parts = text.split(/\?|\$\d+/)
  const filled = sql.join(
    parts.flatMap((part, i) => (i < values.length ? [sql.raw(part), sql`${values[i]}`] : [sql.raw(part)])),
  )
  if (dialect === 'sqlite') {
    const rows = await store.read.rows<{ detail: string }>(sql`explain query plan ${filled}`)
    return rows.map((row) => row.detail).join('\n')
  }
  // A handful of rows is read faster without an index; what matters is what the planner may do with many.
  return store.write(async (tx) => {
    for (const off of ['seqscan', 'bitmapscan']) await tx.rows(sql.raw(`set local enable_${off} = off`))
    const rows = await tx.rows<{ 'QUERY PLAN': string }>(sql`explain ${filled}`)
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  })
}
