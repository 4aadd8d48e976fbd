import { eq, sql } from 'drizzle-orm'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import { root } from '../../test/helpers/root.ts'
import { addSource, mention, noon, testContext } from '../../test/helpers/world.ts'
import { createJudging } from '../judging.ts'
import type { IngestSource } from '../store/ingest.ts'
import { ingestPage } from '../store/ingest.ts'
import { countLabels, logAcceptances } from '../store/labels.ts'
import { activateModel, listModels, saveTrained } from '../store/models.ts'
import { findRejudgement, listRejudgements, offerRejudgement, steerRejudgement } from '../store/rejudgements.ts'
import { saveSetting } from '../store/settings.ts'
import type { Store } from '../store/store.ts'
import { insertTermRule } from '../store/termRules.ts'
import { correctClassification, type Act } from '../store/threadActions.ts'
import { train } from '../training.ts'
import type { WorkContext } from './context.ts'
import { enrichMentions } from './enrich.ts'
import { createExaminer } from './examine.ts'
import { learnFromLog } from './learn.ts'
import { rejudgeHistory } from './rejudge.ts'

const modelsFolder = join(root, 'data/models')
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const signal = new AbortController().signal

/** A brand whose customers use a word of their own for failure, which no model can know. */
const things = 'counter train ticket gate seat voucher lounge bus kiosk desk window door'.split(' ')
const everyday =
  'nice crew;thank you for the help;boarding at gate 4;flying to Rome on Monday;great seats, love it;we land at noon;my bag is blue;such a lovely view;the train to Ulm leaves at six;best lounge ever'.split(
    ';',
  )
const failures = things.map((thing) => `the ${thing} is gezwirbelt`)

async function setUp(store: Store) {
  const source = await addSource(store)
  const clock = { at: noon }
  const newId = testContext().newId
  const classifier = createJudging(store, modelsFolder, log, () => clock.at)
  const context: WorkContext = {
    store,
    log,
    now: () => clock.at,
    newId,
    random: () => 0.5,
    manifest: () => undefined,
    connect: () => Promise.reject(new Error('no platform here')),
    examine: createExaminer(store, classifier, () => clock.at),
    classifier,
    provider: async () => undefined,
    train: async (lines, championLines) => train({ modelsFolder, log: lines, championLines }),
  }
  const act: Act = { userId: 'user-1', now: noon, ip: '', newId }
  return { source, clock, context, act }
}

async function hear(context: WorkContext, source: IngestSource, texts: readonly string[], prefix: string) {
  const items = texts.map((text, i) =>
    mention(`${prefix}${i}`, { text, author: { externalId: `${prefix}${i}`, handle: `${prefix}${i}`, name: 'Ann' } }),
  )
  await context.store.write((tx) => ingestPage(tx, source, { items, cursor: null }, testContext(noon)))
  const { mentions: m } = context.store.read.t
  const rows = await context.store.read.db
    .select({ seq: m.seq })
    .from(m)
    .where(sql`${m.externalId} like ${`${prefix}%`}`)
    .orderBy(m.seq)
  const seqs = rows.map((row) => row.seq)
  await enrichMentions(context, seqs)
  await context.store.write(async (tx) => void (await tx.db.delete(tx.t.jobs)))
  return seqs
}

async function loadMentions(store: Store) {
  const { mentions } = store.read.t
  return store.read.db.select().from(mentions).orderBy(mentions.seq)
}

/** What the roll-up of all mentions says, and what counting them says. */
async function tones(store: Store): Promise<[Record<string, number>, Record<string, number>]> {
  const { volumeRollup, mentions } = store.read.t
  const rolled = await store.read.db
    .select({ key: volumeRollup.sentiment, n: sql<number>`sum(${volumeRollup.count})`.mapWith(Number) })
    .from(volumeRollup)
    .where(eq(volumeRollup.querySeq, 0))
    .groupBy(volumeRollup.sentiment)
  const counted = await store.read.db
    .select({ key: mentions.sentiment, n: sql<number>`count(*)`.mapWith(Number) })
    .from(mentions)
    .groupBy(mentions.sentiment)
  const of = (rows: { key: string | null; n: number }[]) =>
    Object.fromEntries(rows.filter(({ n }) => n > 0).map(({ key, n }) => [key, n]))
  return [of(rolled), of(counted)]
}

describeStores('learning from corrections', (makeStore) => {
  it('trains a version from the log, judges with it at once, and can go back', async () => {
    const store = await makeStore()
    const { source, clock, context, act } = await setUp(store)
    const seqs = await hear(context, source, failures, 'old')
    const before = (await loadMentions(store)).map((one) => one.model)
    expect(new Set(before).size).toBe(1)
    await store.write(async (tx) => {
      for (const seq of seqs)
        await correctClassification(tx, act, seq, { sentiment: 'negative', intents: ['complaint'] })
    })
    // What was right is part of what is learned: corrections alone make a model worse.
    const calm = await hear(context, source, everyday, 'calm')
    const threads = (await loadMentions(store)).filter((one) => calm.includes(one.seq)).map((one) => one.threadSeq)
    await store.write(async (tx) => {
      for (const thread of threads) await logAcceptances(tx, act, thread)
    })
    expect(await countLabels(store.read)).toEqual({ corrected: failures.length, accepted: everyday.length })
    clock.at += 120_000
    await learnFromLog(context, { asked: false }, signal)
    const [version] = await listModels(store.read, 5)
    expect(version).toMatchObject({ state: 'active', figures: { corrections: failures.length } })

    const [fresh = 0] = await hear(context, source, ['my booking is gezwirbelt'], 'new')
    const judged = (await loadMentions(store)).find((one) => one.seq === fresh)
    expect(judged).toMatchObject({ model: version?.name, classification: { layer: '2' } })
    // The same log again is no new version.
    await learnFromLog(context, { asked: false }, signal)
    expect(await listModels(store.read, 5)).toHaveLength(1)

    await store.write((tx) => activateModel(tx, act, undefined))
    expect((await context.classifier()).version).toBe(before[0])
    expect(await store.write((tx) => activateModel(tx, act, version?.id))).toBe(true)
    expect((await context.classifier()).version).toBe(version?.name)
  })

  it('is noticed within seconds where no notice arrives', async () => {
    const store = await makeStore()
    const { clock, context, act } = await setUp(store)
    const deaf = createJudging({ ...store, onCommit: () => () => true }, modelsFolder, log, () => clock.at)
    const base = (await deaf()).version
    const trained = await context.train(
      failures.map((text) => ({ text, kind: 'mention', sentiment: 'negative' })),
      undefined,
      signal,
    )
    await store.write((tx) => saveTrained(tx, { ...trained, name: 'b+w12', accepted: true, logSeq: 1 }, act))
    expect((await deaf()).version).toBe(base)
    clock.at += 11_000
    expect((await deaf()).version).toBe('b+w12')
    // What a later release cannot read, or a damaged row, leaves the built-in model in charge.
    const { modelVersions } = store.read.t
    await store.write((tx) => tx.db.update(modelVersions).set({ delta: new Uint8Array([1, 2, 3]), state: 'retired' }))
    await store.write((tx) => tx.db.update(modelVersions).set({ state: 'active' }))
    expect((await createJudging(store, modelsFolder, log, () => clock.at)()).version).toBe(base)
  })

  it('keeps the champion where the challenger is worse on what was held back, and says so', async () => {
    const store = await makeStore()
    const { source, clock, context, act } = await setUp(store)
    const letters = 'abcdefghijklmnopqrstuvwxyz'
    const texts = Array.from({ length: 40 }, (_, i) => `I love this, number ${letters[i % 26]}${i}, great`)
    const seqs = await hear(context, source, texts, 'm')
    await store.write(async (tx) => {
      for (const [i, seq] of seqs.entries())
        await correctClassification(tx, act, seq, {
          sentiment: i % 5 === 4 ? 'positive' : 'negative',
          intents: ['praise'],
        })
    })
    clock.at += 120_000
    const base = (await context.classifier()).version
    await learnFromLog(context, { asked: false }, signal)
    const [version] = await listModels(store.read, 5)
    expect(version).toMatchObject({ state: 'refused', hasDelta: 0, figures: { reason: 'worse-here' } })
    expect((await context.classifier()).version).toBe(base)
    expect(await store.write((tx) => activateModel(tx, act, version?.id))).toBe(false)
  })

  it('takes an untouched label for accepted once, and never one that a person gave', async () => {
    const store = await makeStore()
    const { source, context, act } = await setUp(store)
    const [first = 0, second = 0] = await hear(context, source, ['nice crew', 'gate 4'], 'm')
    const rows = await loadMentions(store)
    const threadOf = (seq: number) => rows.find((row) => row.seq === seq)?.threadSeq ?? 0
    await store.write((tx) => correctClassification(tx, act, second, { sentiment: 'positive', intents: ['praise'] }))
    const accepted = await store.write(async (tx) => [
      await logAcceptances(tx, act, threadOf(first)),
      await logAcceptances(tx, act, threadOf(first)),
      await logAcceptances(tx, act, threadOf(second)),
    ])
    expect(accepted).toEqual([1, 0, 0])
    expect(await countLabels(store.read)).toEqual({ corrected: 1, accepted: 1 })
  })
})

/** How many the rule will change. */
const wrongOf = (rows: Awaited<ReturnType<typeof loadMentions>>, mine: number) =>
  rows.filter((one) => one.text.includes('gezwirbelt') && one.seq !== mine && one.sentiment !== 'negative').length

describeStores('judging history again', (makeStore) => {
  /** Two tones by the base; a rule then says that gezwirbelt is negative. */
  async function withRule(store: Store) {
    const world = await setUp(store)
    const { context, source, act } = world
    const texts = [...failures, ...Array.from({ length: 60 }, (_, i) => `boarding at gate ${i}`)]
    const seqs = await hear(context, source, texts, 'm')
    const [mine = 0] = seqs
    await store.write((tx) => correctClassification(tx, act, mine, { sentiment: 'positive', intents: ['praise'] }))
    await store.write(async (tx) => {
      await insertTermRule(tx, act, {
        query: 'gezwirbelt',
        effect: { kind: 'sentiment', sentiment: 'negative' },
        isActive: true,
      })
      await offerRejudgement(tx, act)
    })
    return { ...world, mine, texts }
  }

  const newest = async (store: Store) => {
    const [run] = await listRejudgements(store.read, 1)
    if (!run) throw new Error('nothing was offered')
    return run
  }

  it('counts first, then changes predictions only; threads and roll-ups follow', async () => {
    const store = await makeStore()
    const { context, act, mine, texts } = await withRule(store)
    const { id } = await newest(store)
    await rejudgeHistory(context, { id }, signal)
    expect(await newest(store)).toMatchObject({ state: 'offered', stale: texts.length - 1, changed: 0 })
    const before = await loadMentions(store)
    const wrong = wrongOf(before, mine)
    expect(wrong).toBeGreaterThan(failures.length / 2)

    await store.write((tx) => steerRejudgement(tx, act, id, 'running'))
    await rejudgeHistory(context, { id }, signal)
    const after = await loadMentions(store)
    const ruled = after.filter((one) => one.text.includes('gezwirbelt') && one.seq !== mine)
    expect(new Set(ruled.map((one) => one.sentiment))).toEqual(new Set(['negative']))
    expect(ruled[0]?.classification).toMatchObject({ layer: '3', rules: [{ version: 1, words: ['gezwirbelt'] }] })
    expect(after.find((one) => one.seq === mine)).toEqual(before.find((one) => one.seq === mine))
    expect(await newest(store)).toMatchObject({
      state: 'done',
      judged: texts.length - 1,
      changed: wrong,
      moves: { 'neutral>negative': wrong },
    })
    const [rolled, counted] = await tones(store)
    expect(rolled).toEqual(counted)
    const { threads } = store.read.t
    const shown = await store.read.db.select().from(threads)
    expect(shown.filter((one) => one.sentiment === 'negative')).toHaveLength(ruled.length)
  })

  it('stops where it is told to and goes on there; a second run finds nothing to do', async () => {
    const store = await makeStore()
    const { context, act, mine } = await withRule(store)
    const wrong = wrongOf(await loadMentions(store), mine)
    const { id } = await newest(store)
    await rejudgeHistory(context, { id }, signal)
    await store.write((tx) => steerRejudgement(tx, act, id, 'running'))
    // The second slice is never begun: somebody pauses after the first.
    let writes = 0
    const pausing: WorkContext = {
      ...context,
      store: {
        ...store,
        async write(action) {
          const done = await store.write(action)
          if (++writes === 1) await store.write((tx) => steerRejudgement(tx, act, id, 'paused'))
          return done
        },
      },
    }
    await rejudgeHistory(pausing, { id }, signal)
    const paused = await newest(store)
    expect([paused.state, paused.judged]).toEqual(['paused', 49])
    await rejudgeHistory(context, { id }, signal)
    expect((await newest(store)).judged).toBe(49)
    await store.write((tx) => steerRejudgement(tx, act, id, 'running'))
    await rejudgeHistory(context, { id }, signal)
    const done = await newest(store)
    expect([done.state, done.judged, done.changed]).toEqual(['done', failures.length + 59, wrong])
    const [rolled, counted] = await tones(store)
    expect(rolled).toEqual(counted)

    await store.write((tx) => offerRejudgement(tx, act))
    const again = await newest(store)
    await rejudgeHistory(context, { id: again.id }, signal)
    expect(await findRejudgement(store.read, again.id)).toMatchObject({ state: 'done', stale: 0, changed: 0 })
  })

  it('gives way while new mentions wait to be judged', async () => {
    const store = await makeStore()
    const { context, source } = await withRule(store)
    const { id } = await newest(store)
    await store.write((tx) => ingestPage(tx, source, { items: [mention('late')], cursor: null }, testContext(noon)))
    expect(await rejudgeHistory(context, { id }, signal)).toBeGreaterThan(noon)
    expect((await newest(store)).state).toBe('counting')
  })

  it('judges without the words that a rule calls meaningless', async () => {
    const store = await makeStore()
    const { context, source, act } = await setUp(store)
    const text = 'Hate Crime by the Awful Disaster Band plays at eight'
    const [plain = 0] = await hear(context, source, [text], 'a')
    await store.write((tx) =>
      insertTermRule(tx, act, {
        query: '"hate crime" OR "awful disaster band"',
        effect: { kind: 'ignore' },
        isActive: true,
      }),
    )
    const [ruled = 0] = await hear(context, source, [text], 'b')
    const rows = await loadMentions(store)
    const of = (seq: number) => rows.find((row) => row.seq === seq)
    expect(of(plain)?.sentiment).toBe('negative')
    expect(of(ruled)?.sentiment).not.toBe('negative')
    expect(of(ruled)?.classification?.rules?.[0]?.words).toEqual(['Hate Crime', 'Awful Disaster Band'])
  })
})

describeStores('the threshold', (makeStore) => {
  it('is the workspace’s own, and holds for what is judged from now on', async () => {
    const store = await makeStore()
    const { source, context } = await setUp(store)
    await store.write(async (tx) => {
      await saveSetting(tx, 'judging', { learns: true, unsureBelow: 0.95, rules: 0 }, noon)
      tx.emit({ type: 'judging' })
    })
    const [seq = 0] = await hear(context, source, ['It is a train'], 'm')
    const [row] = (await loadMentions(store)).filter((one) => one.seq === seq)
    expect(row?.confidence).toBeLessThan(0.95)
    expect(row?.classification?.unsure).toBe(true)
  })
})
