import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import { addSource, mention, minute, noon, testContext } from '../../test/helpers/world.ts'
import type { Connector, Page } from '../connector/contract.ts'
import { ConnectorError } from '../connector/errors.ts'
import { createClassifier } from '../classify/classifier.ts'
import { afterStreamEnd, modeWhileConnected, pollSeconds } from '../domain/stream.ts'
import { silentLog } from '../log.ts'
import { claimJobs, finishJob } from '../store/jobs.ts'
import { schedulePolls } from '../store/polling.ts'
import { streamRow } from '../store/streams.ts'
import type { Store } from '../store/store.ts'
import type { WorkContext } from './context.ts'
import { createExaminer } from './examine.ts'
import { pollSource } from './poll.ts'
import { openStreams, streamSource } from './stream.ts'

type Step = Page<unknown> | Error | 'wait'

async function world(store: Store) {
  let now = noon
  let release: (page: Page<unknown>) => void = () => undefined
  const cursors: unknown[] = []
  const plan: Step[][] = []
  const polls: Page<unknown>[][] = []
  const source = await addSource(store)
  const connector = {
    manifest: {
      id: 'test',
      name: 'Test',
      stream: { byDefault: true, summary: '' },
      policy: { identityLink: 'allowed' },
    },
    cursor: { safeParse: (data: unknown) => ({ success: true, data }) },
    start: null,
    async *poll() {
      yield* polls.shift() ?? []
    },
    async *stream({ signal }: { signal: AbortSignal }, cursor: unknown) {
      cursors.push(cursor)
      for (const step of plan.shift() ?? []) {
        if (step instanceof Error) throw step
        if (step !== 'wait') yield step
        else {
          signal.throwIfAborted()
          yield await new Promise<Page<unknown>>((resolve, reject) => {
            release = resolve
            signal.addEventListener('abort', () => reject(signal.reason), { once: true })
          })
        }
      }
    },
  } as unknown as Connector
  const context: WorkContext = {
    store,
    log: silentLog,
    now: () => now,
    newId: testContext().newId,
    random: () => 0.5,
    manifest: () => connector.manifest,
    connect: async (_source, signal) => ({ connector, host: { signal } as never, platform: 'test', instance: '' }),
    examine: createExaminer(
      store,
      async () => createClassifier(),
      () => 0,
    ),
    classifier: async () => createClassifier(),
    train: () => Promise.reject(new Error('nothing is trained here')),
    provider: async () => undefined,
  }
  const stop = new AbortController()
  const { db, t } = store.read
  return {
    source,
    context,
    cursors,
    stop,
    /** The page that a stream at 'wait' brings. */
    release: (page: Page<unknown>) => release(page),
    pass: (ms: number) => (now += ms),
    now: () => now,
    poll(...pages: Page<unknown>[]) {
      polls.push(pages)
      return pollSource(context, source.id, stop.signal)
    },
    run(...steps: Step[]) {
      plan.push(steps)
      return streamSource(context, source.id, stop.signal)
    },
    row: async () => streamRow(store.read, source.id),
    ids: async () => (await db.select({ id: t.mentions.externalId }).from(t.mentions)).map(({ id }) => id).sort(),
    coverage: async () =>
      db.select({ from: t.coverage.fromAt, to: t.coverage.toAt, kind: t.coverage.kind }).from(t.coverage),
    nextPoll: async () => (await db.select({ at: t.sources.nextPollAt }).from(t.sources))[0]?.at,
    set: (change: object) =>
      store.write(async (tx) => {
        await tx.db.update(tx.t.sources).set(change).where(eq(tx.t.sources.id, source.id))
        tx.emit({ type: 'source', sourceId: source.id })
      }),
  }
}

const broken = new ConnectorError('temporary', 'the line broke')
const at = (from: number, to: number, ...ids: string[]): Page<unknown> => ({
  items: ids.map((id) => mention(id)),
  cursor: { to },
  covered: { from, to },
})

describeStores('streams', (makeStore) => {
  it('stores pages with their position, goes on from the last one, and only then leaves polls aside', async () => {
    const store = await makeStore()
    const w = await world(store)
    await w.set({ nextPollAt: noon + 60 * minute })
    await w.run(at(noon, noon), at(noon, noon + 1, 'a'), broken)
    expect(w.cursors).toEqual([undefined])
    expect(await w.row()).toMatchObject({ cursor: { to: noon + 1 }, readTo: noon + 1, waitsForPollTo: noon })
    expect(await w.nextPoll(), 'what lies before the stream is asked for at once').toBe(noon)
    w.pass(1000)
    await w.run(at(noon + 1, noon + 1), at(noon + 1, w.now(), 'a', 'b'), broken)
    expect(w.cursors[1]).toEqual({ to: noon + 1 })
    expect(await w.ids()).toEqual(['a', 'b'])
    expect((await w.row())?.waitsForPollTo, 'the second one began where the first ended').toBeNull()
    expect(await w.coverage()).toEqual([{ from: noon, to: noon + 1000, kind: 'read' }])
  })

  it('streams once a poll has read up to its beginning, and polls once an hour then', async () => {
    const store = await makeStore()
    const w = await world(store)
    const running = w.run(at(noon, noon), at(noon, noon + 1), 'wait')
    await until(async () => (await w.row())?.readTo === noon + 1)
    await w.set({ nextPollAt: noon + 60 * minute })
    expect((await w.row())?.mode).toBe('catching_up')
    await w.poll({ items: [], cursor: 1, covered: { from: noon - 9 * minute, to: noon - 1 } })
    expect((await w.row())?.waitsForPollTo, 'this poll began before the stream').toBe(noon)
    expect(await w.nextPoll(), 'so another one follows').toBe(noon + 1000)
    await w.poll({ items: [mention('old')], cursor: 2, covered: { from: noon - 9 * minute, to: noon } })
    expect((await w.row())?.waitsForPollTo).toBeNull()
    w.stop.abort(new Error('stopping'))
    expect(await running, 'the job goes back at once').toBe(w.now())
  })

  it('calls it streaming from the next page on, and relaxes polls with it', async () => {
    const store = await makeStore()
    const w = await world(store)
    await w.run(at(noon, noon), broken)
    await w.poll({ items: [], cursor: 1, covered: { from: noon - minute, to: noon } })
    const running = w.run(at(noon, noon), at(noon, noon + 1, 'a'), 'wait')
    await until(async () => (await w.row())?.mode === 'streaming')
    await w.set({ nextPollAt: noon })
    await store.write((tx) => schedulePolls(tx, noon, () => 0.5))
    expect(await w.nextPoll()).toBe(noon + 60 * minute)
    await w.set({ state: 'paused' })
    await running
    expect(await w.run(), 'a paused source does not stream').toBeUndefined()
    expect(await w.row()).toMatchObject({ mode: 'off', cursor: { to: noon + 1 } })
  })

  it('connects again after the first break; from the second on polls take over, at once and with the reason', async () => {
    const store = await makeStore()
    const w = await world(store)
    await w.set({ nextPollAt: noon + 60 * minute })
    await w.run(at(noon, noon), broken)
    await w.set({ nextPollAt: noon + 60 * minute })
    expect((await w.row())?.mode).toBe('connecting')
    const next = await w.run(new ConnectorError('temporary', 'refused'))
    expect(next).toBeGreaterThan(noon)
    expect(await w.row()).toMatchObject({ mode: 'polling', reason: 'refused', failures: 2 })
    expect(await w.nextPoll()).toBe(noon)
  })

  it('asks a server that refuses streams again after hours, and keeps polling', async () => {
    const store = await makeStore()
    const w = await world(store)
    expect(await w.run(new ConnectorError('rejected', 'needs a token'))).toBe(noon + 360 * minute)
    expect(await w.row()).toMatchObject({ mode: 'polling', reason: 'needs a token' })
    const [row] = await store.read.db.select().from(store.read.t.sources)
    expect(row, 'the source itself is well').toMatchObject({ state: 'active', errorCount: 0 })
  })

  it('has one owner: a run that lost its place stores nothing more', async () => {
    const store = await makeStore()
    const w = await world(store)
    const first = w.run(at(noon, noon), 'wait')
    await until(async () => (await w.row())?.mode === 'catching_up')
    // The one that took over stores; the page that the first one still brings is refused.
    await w.run({ items: [mention('theirs')], cursor: 5, covered: { from: noon, to: noon + 5 } }, broken)
    w.release(at(noon, noon + 9, 'late'))
    expect(await first, 'it gives its job back').toBe(noon)
    expect(await w.ids()).toEqual(['theirs'])
    expect((await w.row())?.cursor).toBe(5)
  })

  it('takes deletions, edits of what is held, and accounts that are gone', async () => {
    const store = await makeStore()
    const w = await world(store)
    const gone = { ...mention('c'), author: { externalId: 'a2', handle: 'bob' } }
    await w.run(
      { items: [mention('a'), mention('b'), gone], cursor: 1, covered: { from: noon, to: noon + 1 } },
      {
        items: [
          { ...mention('a'), deleted: true },
          { ...mention('b'), text: 'changed', onlyIfKnown: true },
          { ...mention('x'), text: 'changed', onlyIfKnown: true },
          { ...mention('y'), deleted: true },
        ],
        cursor: 2,
        covered: { from: noon + 1, to: noon + 2 },
        goneAuthors: ['a2', 'nobody'],
      },
      broken,
    )
    const { t, db } = store.read
    const rows = await db
      .select({ id: t.mentions.externalId, text: t.mentions.text, deletedAt: t.mentions.deletedAt })
      .from(t.mentions)
    expect(rows.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
      { id: 'a', text: '', deletedAt: noon },
      { id: 'b', text: 'changed', deletedAt: null },
      { id: 'c', text: '', deletedAt: noon },
    ])
  })

  it('gives every source that wants it one job, and takes none from those that do not', async () => {
    const store = await makeStore()
    const w = await world(store)
    const { jobs } = store.read.t
    const kinds = () => store.read.db.select({ key: jobs.key }).from(jobs).where(eq(jobs.kind, 'stream'))
    await openStreams(w.context)
    await openStreams(w.context)
    expect(await kinds()).toEqual([{ key: w.source.id }])
    const claim = () =>
      store.write((tx) => claimJobs(tx, { now: noon, limit: 9, leaseMs: 1000, token: 't', kinds: ['stream'] }))
    const [job] = await claim()
    expect(await claim(), 'its lane is taken').toEqual([])
    if (job) await store.write((tx) => finishJob(tx, job))
    await w.set({ settings: { stream: false } })
    await openStreams(w.context)
    expect(await kinds()).toEqual([])
  })
})

describe('the end of a stream', () => {
  it('waits longer each time, never in lockstep, and forgets failures after a minute of running', () => {
    const waits = [0, 1, 2, 3, 20].map(
      (failures) => afterStreamEnd({ kind: 'temporary', ranMs: 0, failures }, 0, 0.5).nextAt,
    )
    expect(waits).toEqual([1000, 2000, 4000, 8000, 300_000])
    expect(afterStreamEnd({ kind: 'temporary', ranMs: 0, failures: 0 }, 0, 0).nextAt).toBe(500)
    expect(afterStreamEnd({ kind: 'ended', ranMs: minute, failures: 9 }, 0, 0.5)).toMatchObject({
      failures: 1,
      mode: 'connecting',
    })
    expect(afterStreamEnd({ kind: 'rate_limited', retryAt: 77_000, ranMs: 1, failures: 0 }, 0, 0)).toEqual({
      mode: 'polling',
      failures: 1,
      nextAt: 77_000,
    })
  })

  it('calls a stream live when it is near the present and nothing is missing', () => {
    expect(modeWhileConnected({ readTo: noon, waitsForPollTo: null }, noon + minute)).toBe('streaming')
    expect(modeWhileConnected({ readTo: noon, waitsForPollTo: null }, noon + 2 * minute)).toBe('catching_up')
    expect(modeWhileConnected({ readTo: noon, waitsForPollTo: noon }, noon)).toBe('catching_up')
    expect(pollSeconds(7200, 'streaming')).toBe(7200)
    expect(pollSeconds(60, 'catching_up')).toBe(60)
  })
})

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 4000; tries++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error('it never held')
}
