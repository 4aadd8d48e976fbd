import { asc, eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import { addSource, mention, minute, noon, testContext } from '../../test/helpers/world.ts'
import { ingestPage, type IngestPage, type IngestSource } from './ingest.ts'
import { recordSent } from './outbox.ts'
import type { Store } from './store.ts'

const ingest = (store: Store, source: IngestSource, page: Partial<IngestPage>, now = noon) =>
  store.write((tx) => ingestPage(tx, source, { items: [], ...page }, testContext(now)))

async function threadsOf(store: Store) {
  const { db, t } = store.read
  return db.select().from(t.threads).orderBy(asc(t.threads.seq))
}

describeStores('ingest', (makeStore) => {
  it('stores a page once, however often it is read', async () => {
    const store = await makeStore()
    const source = await addSource(store)
    const page = {
      items: [mention('1'), mention('2', { rootId: '1', parentId: '1' }), mention('1')],
      cursor: { at: 7 },
    }
    expect((await ingest(store, source, page)).added).toHaveLength(2)
    expect(await ingest(store, source, page)).toEqual({ added: [], changed: [] })
    const { db, t } = store.read
    expect(await db.select().from(t.mentions)).toHaveLength(2)
    expect(await db.select().from(t.events)).toHaveLength(2)
    const threads = await threadsOf(store)
    expect(threads).toHaveLength(1)
    expect(threads[0]).toMatchObject({ mentionCount: 2, revision: 2, clockState: 'running', state: 'new' })
    const [row] = await db.select().from(t.sources).where(eq(t.sources.id, source.id))
    expect(row).toMatchObject({ cursor: { at: 7 }, lastItemAt: noon })
  })

  it('gives each person a thread of their own under one root, so that one answer does not stop the clock of another', async () => {
    const store = await makeStore()
    const source = await addSource(store)
    const other = { externalId: 'b1', handle: 'bob' }
    await ingest(store, source, { items: [mention('1'), mention('2', { rootId: '1', parentId: '1', author: other })] })
    expect((await threadsOf(store)).map((thread) => thread.rootExternalId)).toEqual(['1', '1'])
  })

  it('sees one mention where two sources found the same global id', async () => {
    const store = await makeStore()
    const [one, two] = [await addSource(store), await addSource(store)]
    await ingest(store, one, { items: [mention('1', { uri: 'at://x/1' })] })
    expect(
      await ingest(
        store,
        { ...two, instance: 'elsewhere' },
        { items: [mention('99', { uri: 'at://x/1', text: 'text of 1' })] },
      ),
    ).toEqual({ added: [], changed: [] })
    expect(await store.read.db.select().from(store.read.t.mentionSources)).toHaveLength(2)
  })

  it('keeps the earlier text of an edited item and asks for a new classification', async () => {
    const store = await makeStore()
    const source = await addSource(store)
    await ingest(store, source, { items: [mention('1', { text: 'old' })] })
    const edited = await ingest(
      store,
      source,
      { items: [mention('1', { text: 'new', editedAt: noon })] },
      noon + minute,
    )
    expect(edited.changed).toHaveLength(1)
    const { db, t } = store.read
    expect((await db.select().from(t.mentions))[0]).toMatchObject({
      text: 'new',
      version: 2,
      editedAt: noon,
      enrichedAt: null,
    })
    expect((await db.select().from(t.mentionVersions))[0]).toMatchObject({ text: 'old', version: 1 })
  })

  it('drops the text of a deleted item, keeps the row and cancels the clock', async () => {
    const store = await makeStore()
    const source = await addSource(store)
    await ingest(store, source, { items: [mention('1', { text: 'secret', raw: { text: 'secret' } })] })
    await ingest(store, source, { items: [mention('1', { deleted: true })] })
    const { db, t } = store.read
    expect((await db.select().from(t.mentions))[0]).toMatchObject({ text: '', deletedAt: noon })
    expect(await db.select().from(t.rawPayloads)).toEqual([])
    expect((await threadsOf(store))[0]).toMatchObject({ clockState: 'cancelled' })
  })

  it('opens no clock for what is older than the connection', async () => {
    const store = await makeStore()
    const source = await addSource(store)
    await ingest(store, source, { items: [mention('1', { createdAt: source.connectedAt - 1 })] })
    expect((await threadsOf(store))[0]).toMatchObject({ clockState: 'none', clockDueAt: null })
  })

  it("credits an answer from the platform's own app, also when it is read before the question", async () => {
    const store = await makeStore()
    const source = await addSource(store)
    const answer = mention('2', { own: true, parentId: '1', rootId: '1', text: 'On it', createdAt: noon - minute })
    await ingest(store, source, { items: [answer] })
    expect(await threadsOf(store)).toEqual([])
    await ingest(store, source, { items: [mention('1')] })
    await ingest(store, source, { items: [answer, mention('1')] })
    const { db, t } = store.read
    expect(await db.select().from(t.replies)).toMatchObject([
      { actor: 'external', state: 'sent', externalId: '2', text: 'On it' },
    ])
    expect((await threadsOf(store))[0]).toMatchObject({
      clockState: 'met',
      clockStoppedAt: noon - minute,
      state: 'waiting_customer',
    })
    expect(await db.select().from(t.mentions)).toHaveLength(1)
  })

  it('recognises our own reply whose answer was lost, instead of counting it as external', async () => {
    const store = await makeStore()
    const source = await addSource(store)
    await ingest(store, source, { items: [mention('1')] })
    const [thread] = await threadsOf(store)
    const id = testContext().newId()
    await store.write(async (tx) => {
      const base = { threadSeq: thread?.seq ?? 0, mentionSeq: thread?.lastMentionSeq ?? 0, sourceId: source.id }
      await tx.db
        .insert(tx.t.replies)
        .values({ id, ...base, actor: 'person', text: 'Sorry!  ', state: 'unknown', createdAt: noon, updatedAt: noon })
    })
    await ingest(store, source, { items: [mention('2', { own: true, parentId: '1', text: 'Sorry!' })] })
    expect(await store.read.db.select().from(store.read.t.replies)).toMatchObject([
      { id, state: 'sent', externalId: '2' },
    ])
    const again = await store.write((tx) => recordSent(tx, id, { externalId: '3', sentAt: 1 }, testContext()))
    expect(again).toBe(false)
  })

  it('reopens a resolved thread and starts a new turn when the customer writes again', async () => {
    const store = await makeStore()
    const source = await addSource(store)
    await ingest(store, source, {
      items: [mention('1'), mention('2', { own: true, parentId: '1', createdAt: noon - minute })],
    })
    await store.write(async (tx) => void (await tx.db.update(tx.t.threads).set({ state: 'resolved' })))
    await ingest(store, source, { items: [mention('3', { rootId: '1', parentId: '2', createdAt: noon })] })
    const [thread] = await threadsOf(store)
    expect(thread).toMatchObject({ state: 'open', clockState: 'running', clockStartedAt: noon })
    expect(thread?.turns).toMatchObject([
      { number: 1, state: 'met' },
      { number: 2, state: 'running' },
    ])
  })

  it('merges touching intervals of the coverage ledger and keeps gaps apart', async () => {
    const store = await makeStore()
    const source = await addSource(store)
    await ingest(store, source, { covered: { from: 0, to: 10 } })
    await ingest(store, source, { covered: { from: 20, to: 30 }, gap: { from: 10, to: 20, reason: 'page cap' } })
    await ingest(store, source, { covered: { from: 30, to: 40 } })
    await ingest(store, source, { covered: { from: 5, to: 6 } })
    const rows = await store.read.db.select().from(store.read.t.coverage)
    expect(rows.map((row) => [row.kind, row.fromAt, row.toAt]).sort()).toEqual([
      ['gap', 10, 20],
      ['read', 0, 10],
      ['read', 20, 40],
    ])
  })

  it('keeps the same text on both databases when a platform sends NUL and broken surrogates', async () => {
    const store = await makeStore()
    const source = await addSource(store)
    await ingest(store, source, {
      items: [mention('1', { text: 'a\u0000b\ud800c', author: { externalId: 'x', handle: '\u0000h' } })],
    })
    expect((await store.read.db.select().from(store.read.t.mentions))[0]?.text).toBe('ab\ufffdc')
  })
})
