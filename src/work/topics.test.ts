import { eq } from 'drizzle-orm'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import { addSource, hear, makeMention, createWorld, addUser } from '../../test/helpers/workspace.ts'
import { createClassifier } from '../classify/classifier.ts'
import { loadArtefacts } from '../classify/load.ts'
import type { IncomingMention } from '../domain/mention.ts'
import { silentLog } from '../log.ts'
import { parseQuery } from '../query/parse.ts'
import { searchThreads } from '../store/search.ts'
import type { Store } from '../store/store.ts'
import type { TopicKind } from '../store/tables/topics.ts'
import {
  countTopics,
  findTopic,
  insertTopic,
  listTopicMentions,
  loadTopicsOf,
  removeTopic,
  startWalk,
  updateTopic,
} from '../store/topics.ts'
import type { WorkContext } from './context.ts'
import { enrichMentions } from './enrich.ts'
import { createExaminer } from './examine.ts'
import { walkTopic } from './walkTopic.ts'

const classifier = createClassifier(loadArtefacts(join(import.meta.dirname, '../../data/models')))
const settings = { stem: true, fold: true }
const rule = (name: string, text: string, kind: TopicKind = 'topic') => ({
  name,
  text,
  kind,
  settings,
  parentSeq: null,
  isActive: true,
})

async function open(store: Store) {
  const world = createWorld(store)
  await addSource(world)
  const userId = await addUser(world, 'admin')
  const act = () => ({ userId, now: world.clock.at, ip: '', newId: world.newId })
  const load = async () => classifier
  const context = {
    store,
    log: silentLog,
    now: world.clock.now,
    newId: world.newId,
    manifest: () => undefined,
    examine: createExaminer(store, load, () => 0),
    classifier: load,
  } as unknown as WorkContext
  const seqOf = async (mentionId: string) => {
    const { t, db } = store.read
    const [row] = await db.select({ seq: t.mentions.seq }).from(t.mentions).where(eq(t.mentions.id, mentionId))
    return row?.seq ?? -1
  }
  return {
    ...world,
    act,
    context,
    seqOf,
    async hear(...items: IncomingMention[]) {
      const heard = await hear(world, items)
      const seqs = await Promise.all(heard.map((one) => seqOf(one.mentionId)))
      await enrichMentions(context, seqs)
      return seqs
    },
    async add(...fields: Parameters<typeof rule>) {
      const topic = await store.write((tx) => insertTopic(tx, act(), rule(...fields)))
      if (!topic) throw new Error('taken')
      return topic
    },
    async walk(id: string, mode: 'count' | 'apply') {
      world.clock.at += 1000
      const topic = await findTopic(store.read, id)
      if (!topic) throw new Error('gone')
      await store.write((tx) => startWalk(tx, act(), topic, mode))
      const job = { topicSeq: topic.seq, startedAt: world.clock.at }
      await walkTopic(context, job, new AbortController().signal)
      return (await findTopic(store.read, id))?.walk
    },
    counts: async () =>
      (await countTopics(store.read, 0, 1e6)).map(({ topicSeq, sentiment, count }) => ({ topicSeq, sentiment, count })),
  }
}

describeStores('topics', (makeStore) => {
  it('marks what is said of each topic, and of each of two names in one sentence', async () => {
    const at = await open(await makeStore())
    await at.add('Battery', 'battery OR charg*')
    await at.add('Tamsel', 'tamsel', 'brand')
    await at.add('Korvia', 'korvia', 'competitor')
    const [one = 0, two = 0, none = 0] = await at.hear(
      makeMention({ text: 'The screen is wonderful, I love it, but the battery is terrible and awful' }),
      makeMention({ text: 'Switched from Korvia to Tamsel last week' }),
      makeMention({ text: 'Nothing to see here' }),
    )
    const tones = (await loadTopicsOf(at.store.read, [one, two, none])).map((row) => [
      row.mentionSeq,
      row.name,
      row.sentiment,
      row.spans.map((span) => span.term),
    ])
    expect(tones).toEqual([
      [one, 'Battery', 'negative', ['battery']],
      [two, 'Korvia', 'negative', ['korvia']],
      [two, 'Tamsel', 'positive', ['tamsel']],
    ])
  })

  it('keeps the figures right through edits, walks over the history and removal', async () => {
    const at = await open(await makeStore())
    const texts = ['I hate the battery, it is terrible', 'I love the battery, it is great', 'no such thing']
    const items = texts.map((text) => makeMention({ text }))
    await at.hear(...items)
    const topic = await at.add('Battery', 'battery')
    expect(await at.counts()).toEqual([])
    expect(await at.walk(topic.id, 'count')).toMatchObject({ scanned: 3, matched: 2 })
    expect(await at.counts()).toEqual([])
    const both = [
      { topicSeq: topic.seq, sentiment: 'negative', count: 1 },
      { topicSeq: topic.seq, sentiment: 'positive', count: 1 },
    ]
    for (const _ of ['once', 'again']) {
      expect((await at.walk(topic.id, 'apply'))?.finishedAt).toBe(at.clock.at)
      expect((await at.counts()).toSorted((a, b) => (a.sentiment < b.sentiment ? -1 : 1))).toEqual(both)
    }

    const edited = items[0]
    if (!edited) throw new Error('no item')
    await at.hear({ ...edited, text: 'I love the battery now, great work', editedAt: at.clock.at })
    expect(await at.counts()).toEqual([{ topicSeq: topic.seq, sentiment: 'positive', count: 2 }])

    await at.store.write((tx) => updateTopic(tx, at.act(), topic.id, rule('Battery', 'battery NOT now')))
    await at.walk(topic.id, 'apply')
    expect(await at.counts()).toEqual([{ topicSeq: topic.seq, sentiment: 'positive', count: 1 }])
    const span = { fromDay: 0, toDay: 1e6 }
    const rows = await listTopicMentions(at.store.read, topic.seq, { ...span, sentiment: 'positive' }, 10)
    expect(rows.map((row) => row.mention.text)).toEqual(['I love the battery, it is great'])
    expect(await listTopicMentions(at.store.read, topic.seq, { ...span, sentiment: 'negative' }, 10)).toEqual([])

    expect(await at.store.write((tx) => removeTopic(tx, at.act(), topic.id))).toBe(true)
    expect(await at.counts()).toEqual([])
  })

  it('finds threads by topic: in the search, with and without words', async () => {
    const at = await open(await makeStore())
    await at.add('Late parcels', 'late AND parcel')
    await at.hear(
      makeMention({ text: 'my parcel is late again' }),
      makeMention({ text: 'a parcel, on time' }),
      makeMention({ text: 'another late parcel, thanks' }),
    )
    const search = async (text: string) => {
      const parsed = parseQuery(text, { mode: 'view' })
      if (!parsed.ok) throw new Error(parsed.error)
      return (await searchThreads(at.store.read, parsed.query, 100)).length
    }
    expect(await search('parcel')).toBe(3)
    expect(await search('topic:"Late parcels"')).toBe(2)
    expect(await search('topic:late* thanks')).toBe(1)
    expect(await search('parcel NOT topic:"Late parcels"')).toBe(1)
    expect(await search('topic:unknown')).toBe(0)
  })
})
