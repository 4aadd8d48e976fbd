import { expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import { addSource, createWorld, hear, makeMention, startOfTime } from '../../test/helpers/workspace.ts'
import { parseQuery } from '../query/parse.ts'
import { searchTokens } from '../text/searchTokens.ts'
import { advance, isDone, shareRead, startWalk } from './history.ts'
import type { Store } from './store.ts'

function read(text: string) {
  const parsed = parseQuery(text)
  if (!parsed.ok) throw new Error(parsed.error)
  return parsed.query
}

/** Indexes what the open jobs would, all but the last `left`. */
async function index(store: Store, left: number): Promise<number[]> {
  return store.write(async (tx) => {
    const rows = await tx.db.select({ seq: tx.t.mentions.seq, text: tx.t.mentions.text }).from(tx.t.mentions)
    rows.sort((a, b) => a.seq - b.seq)
    const kept = rows.slice(rows.length - left).map(({ seq }) => seq)
    await tx.addSearch(rows.slice(0, rows.length - left).map(({ seq, text }) => ({ seq, tokens: searchTokens(text) })))
    await tx.db.delete(tx.t.jobs)
    const job = { kind: 'enrich', key: 'rest', payload: { seqs: kept }, runAt: 0, createdAt: 0 }
    await tx.db.insert(tx.t.jobs).values(job)
    return kept
  })
}

async function texts(store: Store, queries: string[], newest?: number) {
  const walk = await startWalk(store.read, queries.map(read), newest)
  const found: string[] = []
  const shares: number[] = []
  await advance(
    store.read,
    walk,
    (rows) => found.push(...rows.map((row) => row.mention.text)),
    () => {
      shares.push(shareRead(walk))
      return false
    },
  )
  expect(isDone(walk)).toBe(true)
  expect(shares.at(-1)).toBe(1)
  return { found, isNarrow: walk.fts !== null }
}

describeStores('a walk over the history', (makeStore) => {
  it('passes every match of every query once, with the index and without it', async () => {
    const world = createWorld(await makeStore())
    const { store } = world
    await addSource(world)
    const items = Array.from({ length: 260 }, (_, i) =>
      makeMention({
        text: `${i} ${i % 13 === 0 ? 'needle' : 'hay'} ${i % 7 === 0 ? 'pins' : ''}`,
        createdAt: startOfTime - 1_000_000 + i,
      }),
    )
    await hear(world, items)
    // One of the last three is edited: the index still holds its old text.
    const waiting = await index(store, 3)
    await store.write((tx) => tx.addSearch([{ seq: waiting[0] ?? 0, tokens: searchTokens('needle of old') }]))
    const narrow = await texts(store, ['needle', 'pin AND 7'])
    expect(narrow.isNarrow).toBe(true)
    expect(new Set(narrow.found).size).toBe(narrow.found.length)
    const wanted = items.map((item) => item.text).filter((text) => text.includes('needle'))
    expect(wanted.length).toBe(20)
    for (const text of wanted) expect(narrow.found).toContain(text)
    expect(narrow.found).toContain(items[7]?.text)
    expect(narrow.found.length).toBeLessThan(30)

    const whole = await texts(store, ['needle', 'likes<5'])
    expect(whole).toMatchObject({ isNarrow: false })
    expect(whole.found).toEqual(items.map((item) => item.text).toReversed())
    expect((await texts(store, ['likes<5'], 10)).found).toHaveLength(10)
  })

  it('stops where it is told and goes on from there', async () => {
    const world = createWorld(await makeStore())
    await addSource(world)
    await hear(
      world,
      Array.from({ length: 230 }, () => makeMention()),
    )
    const walk = await startWalk(world.store.read, [read('likes<5')])
    let slices = 0
    let rows = 0
    while (!isDone(walk)) {
      await advance(
        world.store.read,
        walk,
        (list) => (rows += list.length),
        () => true,
      )
      slices++
    }
    expect(rows).toBe(230)
    expect(slices).toBeGreaterThan(1)
  })

  it('of nothing is done at once', async () => {
    const { read: reader } = await makeStore()
    expect(isDone(await startWalk(reader, [read('a')]))).toBe(true)
  })
})
