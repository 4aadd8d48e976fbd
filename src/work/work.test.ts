import { asc, eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import { addSource, mention, minute, noon, testContext } from '../../test/helpers/world.ts'
import { ConnectorError } from '../connector/errors.ts'
import type { Connector, OutgoingReply, Page, SentReply } from '../connector/contract.ts'
import { createClassifier } from '../classify/classifier.ts'
import { silentLog } from '../log.ts'
import { ingestPage } from '../store/ingest.ts'
import { replayClock } from '../store/clocks.ts'
import { defaultWorkspace, saveSetting } from '../store/settings.ts'
import type { Store } from '../store/store.ts'
import { closeIdle, markBreaches } from '../store/upkeep.ts'
import type { WorkContext } from './context.ts'
import { deliverReply } from './deliver.ts'
import { enrichMentions } from './enrich.ts'
import { createExaminer } from './examine.ts'
import { pollSource } from './poll.ts'

interface Platform {
  pages: (() => Page<unknown>)[]
  posts: OutgoingReply[]
  /** What the next calls of reply do; empty: accept. */
  outcomes: ('lost' | 'refused' | 'limited' | 'rejected' | 'down')[]
  hidden: boolean
  /** The platform takes no key: a reply is looked for by its text. */
  byText: boolean
}

async function world(store: Store, more: Partial<Platform> = {}) {
  const platform: Platform = { pages: [], posts: [], outcomes: [], hidden: false, byText: false, ...more }
  let now = noon
  const source = await addSource(store)
  const connector = {
    manifest: {
      id: 'test',
      name: 'Test',
      reply: { limits: [], readLagSeconds: 2 },
      policy: { identityLink: 'allowed' },
    },
    cursor: { safeParse: (data: unknown) => ({ success: true, data }) },
    start: null,
    async *poll() {
      for (const page of platform.pages.splice(0)) yield page()
    },
    async reply(_host: unknown, reply: OutgoingReply): Promise<SentReply> {
      const outcome = platform.outcomes.shift()
      if (outcome === 'refused') throw new ConnectorError('temporary', 'connection refused', { notSent: true })
      if (outcome === 'limited') throw new ConnectorError('rate_limited', 'slow down', { retryAt: now + 9 * minute })
      if (outcome === 'rejected') throw new ConnectorError('rejected', 'too long')
      if (outcome === 'down') throw new ConnectorError('temporary', 'answer 500')
      platform.posts.push(reply)
      if (outcome === 'lost') throw new ConnectorError('temporary', 'timeout')
      return { externalId: `post-${platform.posts.length}`, sentAt: now }
    },
    async findReply(_host: unknown, reply: OutgoingReply): Promise<SentReply | null> {
      const at = platform.posts.findIndex((post) =>
        platform.byText ? post.text === reply.text : post.idempotencyKey === reply.idempotencyKey,
      )
      return at < 0 || platform.hidden ? null : { externalId: `post-${at + 1}`, sentAt: noon }
    },
  } as unknown as Connector
  const context: WorkContext = {
    store,
    log: silentLog,
    now: () => now,
    newId: testContext().newId,
    random: () => 0.5,
    manifest: () => connector.manifest,
    connect: async () => ({ connector, host: {} as never, platform: 'test', instance: '' }),
    examine: createExaminer(
      store,
      async () => createClassifier(),
      () => 0,
    ),
    classifier: async () => createClassifier(),
    provider: async () => undefined,
    train: () => Promise.reject(new Error('nothing is trained here')),
  }
  const signal = new AbortController().signal
  return {
    platform,
    source,
    context,
    poll: () => pollSource(context, source.id, signal),
    async answer(text = 'Thank you!') {
      await store.write((tx) => ingestPage(tx, source, { items: [mention('1')] }, testContext(now)))
      const id = testContext().newId()
      await store.write(async (tx) => {
        await tx.db.insert(tx.t.replies).values({
          id,
          threadSeq: 1,
          mentionSeq: 1,
          sourceId: source.id,
          actor: 'person',
          text,
          state: 'queued',
          createdAt: now,
          updatedAt: now,
        })
      })
      return id
    },
    /** Runs the delivery until it is settled, at most `steps` times, moving the clock as asked. */
    async deliver(id: string, steps = 40) {
      for (let step = 0; step < steps; step++) {
        const next = await deliverReply(context, id, signal)
        if (next === undefined) break
        now = Math.max(now, next)
      }
      const [reply] = await store.read.db.select().from(store.read.t.replies)
      return reply
    },
  }
}

describeStores('work', (makeStore) => {
  it('stores pages as they come and keeps the cursor of the last good one when the platform fails', async () => {
    const store = await makeStore()
    const { platform, poll } = await world(store)
    platform.pages = [
      () => ({ items: [mention('1')], cursor: 1 }),
      () => {
        throw new ConnectorError('temporary', 'The server answered 503.')
      },
    ]
    await poll()
    const { db, t } = store.read
    expect((await db.select().from(t.sources))[0]).toMatchObject({
      cursor: 1,
      state: 'failing',
      errorCount: 1,
      lastError: { kind: 'temporary', message: 'The server answered 503.' },
    })
    platform.pages = [() => ({ items: [mention('1'), mention('2')], cursor: 2 })]
    await store.write(async (tx) => void (await tx.db.update(tx.t.sources).set({ nextPollAt: 0 })))
    await poll()
    expect((await db.select().from(t.sources))[0]).toMatchObject({
      cursor: 2,
      state: 'active',
      errorCount: 0,
      lastError: null,
    })
    expect(await db.select().from(t.mentions)).toHaveLength(2)
  })

  it('runs clocks without a deadline where the workspace has no target: never late, still measured', async () => {
    const store = await makeStore()
    const { platform, poll, answer, deliver } = await world(store)
    const workspace = { ...defaultWorkspace, name: 'Acme' }
    const { db, t } = store.read
    const clocks = async () => (await db.select().from(t.threads)).map((one) => [one.clockState, one.clockDueAt])
    await store.write((tx) => saveSetting(tx, 'workspace', { ...workspace, targetMinutes: null }, noon))
    platform.pages = [() => ({ items: [mention('1')], cursor: 1 })]
    await poll()
    expect(await clocks()).toEqual([['running', null]])
    const later = noon + 400 * 1440 * minute
    expect(await store.write((tx) => markBreaches(tx, later))).toBe(0)
    expect(await store.write((tx) => replayClock(tx, 1, later))).toMatchObject({ state: 'running' })
    expect(await clocks()).toEqual([['running', null]])
    await deliver(await answer())
    expect(await clocks()).toEqual([['met', null]])
    expect((await db.select().from(t.responseRollup)).map((one) => one.metric).toSorted()).toEqual([
      'lag',
      'response',
      'team',
      'turns',
    ])
    // The premise: with a target the same wait is late.
    await store.write((tx) => saveSetting(tx, 'workspace', { ...workspace, targetMinutes: 10 }, noon))
    const author = { externalId: 'a2', handle: 'ben' }
    platform.pages = [() => ({ items: [mention('2', { author })], cursor: 2 })]
    await store.write(async (tx) => void (await tx.db.update(tx.t.sources).set({ nextPollAt: 0 })))
    await poll()
    expect((await clocks()).at(-1)).toEqual(['running', noon + 5 * minute])
    expect(await store.write((tx) => markBreaches(tx, later))).toBe(1)
  })

  it('resolves idle threads, but none that somebody is answering', async () => {
    const store = await makeStore()
    const { platform, poll, answer } = await world(store)
    platform.pages = [() => ({ items: [mention('1')], cursor: 1 })]
    await poll()
    const later = noon + 30 * 1440 * minute
    const close = () => store.write((tx) => closeIdle(tx, later - minute, later, 100))
    const reply = await answer()
    expect(await close()).toBe(0)
    const { t } = store.read
    await store.write((tx) => tx.db.update(t.replies).set({ state: 'cancelled' }).where(eq(t.replies.id, reply)))
    expect(await close()).toBe(1)
    expect((await store.read.db.select().from(t.threads))[0]).toMatchObject({ clockState: 'closed_unanswered' })
  })

  it('resolves history that is older than idle threads may be with the page that brings it', async () => {
    const store = await makeStore()
    const { platform, poll } = await world(store)
    await store.write((tx) =>
      saveSetting(tx, 'workspace', { ...defaultWorkspace, name: 'Acme', closeAfterDays: 2 }, noon),
    )
    const ben = { externalId: 'a2', handle: 'ben' }
    const old = mention('2', { author: ben, createdAt: noon - 3 * 1440 * minute })
    platform.pages = [() => ({ items: [mention('1'), old], cursor: 1 })]
    await poll()
    const threads = await store.read.db.select().from(store.read.t.threads)
    expect(threads.map((one) => one.state).toSorted()).toEqual(['new', 'resolved'])
  })

  it('stores no personal data where that is wanted, and takes the masked text for no edit', async () => {
    const store = await makeStore()
    const { platform, poll } = await world(store)
    const text = 'Call me: +44 20 7946 0958 or ann@mail.example'
    const item = mention('1', { text, raw: { text } })
    const again = async () => {
      await store.write(async (tx) => void (await tx.db.update(tx.t.sources).set({ nextPollAt: 0 })))
      await poll()
    }
    const { db, t } = store.read
    const texts = async () =>
      (await db.select().from(t.mentions).orderBy(asc(t.mentions.seq))).map((row) => [row.text, row.version])
    platform.pages = [() => ({ items: [item], cursor: 1 })]
    await poll()
    expect(await texts()).toEqual([[text, 1]])
    const workspace = { ...defaultWorkspace, name: 'Acme', personalData: 'mask_all' as const }
    await store.write((tx) => saveSetting(tx, 'workspace', workspace, noon))
    const review = {
      subject: { kind: 'app' as const, id: 'x' },
      ownerReply: { text, state: 'live' as const },
      identityHints: { email: 'ann@mail.example' },
    }
    const fresh = mention('2', {
      text,
      raw: { text },
      author: { externalId: 'a2', handle: 'ben', bio: text },
      media: [
        { type: 'image', url: 'https://a.example/1', alt: text },
        { type: 'link', url: 'https://a.example/2' },
      ],
      review,
    })
    platform.pages = [() => ({ items: [item, fresh], cursor: 2 })]
    await again()
    await again()
    const masked = 'Call me: [phone] or [e-mail]'
    expect(await texts()).toEqual([
      [text, 1],
      [masked, 1],
    ])
    const [kept] = await db.select().from(t.mentions).where(eq(t.mentions.externalId, '2'))
    expect(kept?.media?.map((one) => one.alt)).toEqual([masked, undefined])
    expect(kept?.review).toEqual({ ...review, ownerReply: { text: masked, state: 'live' } })
    const [ben] = await db.select().from(t.authors).where(eq(t.authors.handle, 'ben'))
    expect(ben).toMatchObject({ bio: masked, identityHints: { email: 'ann@mail.example' } })
    platform.pages = [() => ({ items: [{ ...item, text: `${text}!` }], cursor: 3 })]
    await again()
    expect((await texts())[0]).toEqual([`${masked}!`, 2])
    expect((await db.select().from(t.rawPayloads)).map((row) => row.mentionSeq)).toEqual([1])
  })

  it('asks for a new sign-in and keeps everything when the token is refused', async () => {
    const store = await makeStore()
    const { platform, poll } = await world(store)
    platform.pages = [
      () => {
        throw new ConnectorError('auth', 'The token was revoked. Connect again.')
      },
    ]
    await poll()
    expect((await store.read.db.select().from(store.read.t.sources))[0]).toMatchObject({ state: 'needs_auth' })
  })

  it('classifies, matches, links by proof and counts, once', async () => {
    const store = await makeStore()
    const { source, context } = await world(store)
    await store.write(async (tx) => {
      await tx.db.insert(tx.t.queries).values({
        id: 'q',
        name: 'Acme',
        text: 'acme NOT jobs',
        settings: { stem: true, fold: true },
        createdAt: 1,
        updatedAt: 1,
      })
      const [customer] = await tx.db
        .insert(tx.t.customers)
        .values({ id: 'c', name: 'Ann', nameKey: 'ann', createdAt: 1, updatedAt: 1 })
        .returning()
      await tx.db.insert(tx.t.identities).values({
        customerSeq: customer?.seq ?? 0,
        kind: 'handle',
        platform: 'test',
        value: 'ann',
        valueKey: 'ann',
        createdAt: 1,
      })
    })
    const { added } = await store.write((tx) =>
      ingestPage(tx, source, { items: [mention('1', { text: 'Acme keeps crashing, I hate it' })] }, testContext()),
    )
    await enrichMentions(context, added)
    await enrichMentions(context, added)
    const { db, t } = store.read
    expect((await db.select().from(t.mentions))[0]).toMatchObject({
      enrichedAt: noon,
      lang: expect.any(String),
      sentiment: expect.any(String),
    })
    expect(await db.select().from(t.matches)).toMatchObject([
      { version: 1, spans: [{ field: 'text', start: 0, end: 4 }] },
    ])
    expect(await db.select().from(t.touchpoints)).toMatchObject([{ direction: 'in', channel: 'social' }])
    expect((await db.select().from(t.threads))[0]).toMatchObject({ customerSeq: 1 })
    const rollup = await db.select().from(t.volumeRollup).orderBy(asc(t.volumeRollup.querySeq))
    expect(rollup.map((row) => [row.querySeq, row.count])).toEqual([
      [0, 1],
      [1, 1],
    ])
  })

  it('moves the counts when an edited item is judged again', async () => {
    const store = await makeStore()
    const { source, context } = await world(store)
    const page = (text: string) => ({ items: [mention('1', { text })] })
    const first = await store.write((tx) => ingestPage(tx, source, page('I love it, wonderful'), testContext()))
    await enrichMentions(context, first.added)
    const second = await store.write((tx) => ingestPage(tx, source, page('I hate it, terrible'), testContext()))
    await enrichMentions(context, second.changed)
    const rows = (await store.read.db.select().from(store.read.t.volumeRollup)).filter((row) => row.count !== 0)
    expect(rows).toHaveLength(1)
    expect(rows[0]?.count).toBe(1)
  })

  it('sends once and stops the clock at the time of the platform', async () => {
    const store = await makeStore()
    const { platform, answer, deliver } = await world(store)
    expect(await deliver(await answer())).toMatchObject({ state: 'sent', externalId: 'post-1', attempts: 1 })
    expect(platform.posts).toHaveLength(1)
    expect((await store.read.db.select().from(store.read.t.threads))[0]).toMatchObject({
      clockState: 'met',
      clockStoppedAt: noon,
      state: 'waiting_customer',
    })
  })

  it('finds a reply whose answer was lost instead of sending it again', async () => {
    const store = await makeStore()
    const { platform, answer, deliver } = await world(store, { outcomes: ['lost'] })
    expect(await deliver(await answer())).toMatchObject({ state: 'sent', attempts: 1 })
    expect(platform.posts).toHaveLength(1)
  })

  it('asks a person when only an earlier reply with the same words is found: neither lost nor posted twice', async () => {
    const store = await makeStore()
    const { platform, answer, deliver } = await world(store, { byText: true })
    await deliver(await answer('Thanks!'))
    platform.outcomes = ['down']
    const second = await answer('Thanks!')
    await deliver(second)
    const { db, t } = store.read
    const [reply] = await db.select().from(t.replies).where(eq(t.replies.id, second))
    expect(reply).toMatchObject({ state: 'needs_person', externalId: null, text: 'Thanks!', attempts: 1 })
    expect(platform.posts).toHaveLength(1)
  })

  it('sends again only after two fruitless looks, with the same key', async () => {
    const store = await makeStore()
    const { platform, answer, deliver } = await world(store, { outcomes: ['down', 'down'] })
    expect(await deliver(await answer())).toMatchObject({ state: 'sent', attempts: 3, resends: 2 })
    expect(platform.posts).toHaveLength(1)
  })

  it('asks a person after five verified resends and loses no text', async () => {
    const store = await makeStore()
    const { platform, answer, deliver } = await world(store, {
      outcomes: ['down', 'down', 'down', 'down', 'down', 'down', 'down'],
    })
    expect(await deliver(await answer('precious'))).toMatchObject({
      state: 'needs_person',
      attempts: 6,
      resends: 5,
      text: 'precious',
    })
    expect(platform.posts).toHaveLength(0)
  })

  it('treats a reply that a dead worker left as doubtful, never as unsent', async () => {
    const store = await makeStore()
    const { platform, answer, deliver } = await world(store)
    const id = await answer()
    platform.posts.push({ idempotencyKey: id } as OutgoingReply)
    await store.write(
      async (tx) => void (await tx.db.update(tx.t.replies).set({ state: 'sending', attempts: 1, attemptedAt: noon })),
    )
    expect(await deliver(id)).toMatchObject({ state: 'sent', attempts: 1 })
    expect(platform.posts).toHaveLength(1)
  })

  it('waits for the budget and repeats what surely never left', async () => {
    const store = await makeStore()
    const { platform, answer, deliver } = await world(store, { outcomes: ['limited', 'refused'] })
    expect(await deliver(await answer())).toMatchObject({ state: 'sent', attempts: 3, resends: 0 })
    expect(platform.posts).toHaveLength(1)
  })

  it('shows a refusal with its reason and keeps the text', async () => {
    const store = await makeStore()
    const { answer, deliver } = await world(store, { outcomes: ['rejected'] })
    expect(await deliver(await answer('long text'))).toMatchObject({
      state: 'rejected',
      text: 'long text',
      error: { message: 'too long' },
    })
  })
})
