import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import { addSource, addUser, createWorld, hear, makeMention } from '../../test/helpers/workspace.ts'
import { seededRandom } from '../domain/seededRandom.ts'
import type { Store } from '../store/store.ts'
import type { TagMode } from '../store/tables/tagModels.ts'
import {
  countDecisions,
  decideSuggestion,
  findTaughtTag,
  listTagVersions,
  openSuggestions,
  saveTagUse,
  suggestionsOf,
} from '../store/tagModels.ts'
import { setThreadTags } from '../store/threadActions.ts'
import type { WorkContext } from './context.ts'
import { tagNewMentions, workOnTag } from './tagging.ts'

const billing = [
  'charged twice on my card',
  'where is my refund',
  'the invoice is wrong',
  'money back please, charged again',
]
const other = [
  'the timer forgot my coffee',
  'lovely espresso this morning',
  'grinder is loud since the update',
  'app update is great',
]

async function open(store: Store) {
  const world = createWorld(store)
  await addSource(world)
  const userId = await addUser(world, 'agent')
  const act = () => ({ userId, now: world.clock.at, ip: '', newId: world.newId })
  const context = { store, now: world.clock.now, random: seededRandom(4) } as unknown as WorkContext
  const signal = new AbortController().signal
  const say = async (texts: string[]) => {
    const heard = await hear(
      world,
      texts.map((text) => makeMention({ text })),
    )
    await store.write((tx) => tx.db.update(tx.t.mentions).set({ enrichedAt: 1, lang: 'en' }))
    return heard.map((one) => one.threadSeq)
  }
  const tagged = await say(Array.from({ length: 16 }, (_, i) => `${billing[i % 4]} number${i}`))
  await say(Array.from({ length: 48 }, (_, i) => `${other[i % 4]} number${i}`))
  for (const seq of tagged) await store.write((tx) => setThreadTags(tx, act(), seq, ['billing']))
  const [tag] = await store.read.db.select().from(store.read.t.tags)
  const tagId = tag?.id ?? ''
  return {
    store,
    act,
    say,
    tagId,
    clock: world.clock,
    train: () => workOnTag(context, { tagId, what: 'train', userId }, signal),
    tryOut: () => workOnTag(context, { tagId, what: 'try', userId }, signal),
    tagNew: () => tagNewMentions(context, signal),
    use: (mode: TagMode, version = 1) =>
      store.write((tx) => saveTagUse(tx, act(), tagId, { mode, threshold: 0.9, version })),
    tagsOf: async (seq: number) => {
      const { threadTags } = store.read.t
      return (await store.read.db.select().from(threadTags).where(eq(threadTags.threadSeq, seq))).length
    },
  }
}

describeStores('trained tags', (makeStore) => {
  it('suggest themselves once somebody has switched them on, and learn from what people decide', async () => {
    const at = await open(await makeStore())
    const { read } = at.store
    await at.train()
    const [version] = await listTagVersions(read, at.tagId)
    expect(version).toMatchObject({ version: 1, report: { positives: 16, negatives: 48, rejected: 0 } })
    expect(version?.report.points[0]).toEqual({ threshold: 0.5, right: 16, suggested: 16 })
    expect((await findTaughtTag(read, at.tagId))?.model).toMatchObject({ mode: 'off', version: null })
    await at.say(['charged twice before it was switched on'])
    await at.tagNew()
    expect(await openSuggestions(read, at.tagId, 10)).toEqual([])

    expect(await at.use('suggest', 7)).toBe(false)
    expect(await at.use('suggest')).toBe(true)
    const [right = 0, wrong = 0, none = 0] = await at.say([
      'charged on my card again',
      'refund of a lovely invoice',
      'lovely coffee',
    ])
    await at.tagNew()
    await at.tagNew()
    expect((await openSuggestions(read, at.tagId, 10)).map((one) => one.text)).toEqual([
      'charged on my card again',
      'refund of a lovely invoice',
    ])
    expect((await suggestionsOf(read, right))[0]?.because).toContain('charg')
    expect(await Promise.all([right, wrong, none].map(at.tagsOf))).toEqual([0, 0, 0])

    at.clock.at += 1000
    const decide = (seq: number, decision: 'accepted' | 'rejected') =>
      at.store.write((tx) => decideSuggestion(tx, at.act(), seq, at.tagId, decision))
    expect([await decide(right, 'accepted'), await decide(right, 'rejected'), await decide(wrong, 'rejected')]).toEqual(
      [true, false, true],
    )
    expect(await Promise.all([right, wrong].map(at.tagsOf))).toEqual([1, 0])
    expect(await countDecisions(read, at.tagId, version?.createdAt ?? 0)).toBe(2)
    await at.tryOut()
    expect((await openSuggestions(read, at.tagId, 10)).map((one) => one.text)).toEqual([
      'charged twice before it was switched on',
    ])

    await at.train()
    expect((await listTagVersions(read, at.tagId))[0]).toMatchObject({
      version: 2,
      report: { positives: 17, rejected: 1 },
    })
    // Trained is not in force.
    expect((await findTaughtTag(read, at.tagId))?.model?.version).toBe(1)
    expect([await at.use('suggest', 2), await at.use('suggest', 1)]).toEqual([true, true])
  })

  it('set themselves only where that was allowed, say so, and take being undone for an answer', async () => {
    const at = await open(await makeStore())
    const { read } = at.store
    await at.train()
    await at.use('set')
    const [seq = 0] = await at.say(['charged twice, I want a refund of my money'])
    await at.tagNew()
    expect(await at.tagsOf(seq)).toBe(1)
    const events = await read.db.select().from(read.t.events).where(eq(read.t.events.threadSeq, seq))
    expect(events.find((event) => event.kind === 'thread.tagged')).toMatchObject({
      actor: 'system',
      data: { tag: 'billing', learned: 1 },
    })
    await at.store.write((tx) => setThreadTags(tx, at.act(), seq, []))
    const [row] = await read.db.select().from(read.t.tagSuggestions)
    expect(row).toMatchObject({ threadSeq: seq, state: 'rejected' })
    await at.tryOut()
    expect(await at.tagsOf(seq)).toBe(0)
  })

  it('say that there are too few examples instead of learning chance', async () => {
    const at = await open(await makeStore())
    const { threadTags } = at.store.read.t
    const rows = await at.store.read.db.select().from(threadTags)
    for (const { threadSeq } of rows.slice(9)) await at.store.write((tx) => setThreadTags(tx, at.act(), threadSeq, []))
    await at.train()
    expect(await listTagVersions(at.store.read, at.tagId)).toEqual([])
    expect((await findTaughtTag(at.store.read, at.tagId))?.model?.problem).toBe('few')
  })
})
