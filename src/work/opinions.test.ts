import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import { startFakeModelServer, type FakeModelServer } from '../../test/helpers/fakeModelServer.ts'
import { addSource, mention, minute, noon, testContext } from '../../test/helpers/world.ts'
import { createSecretBox } from '../connector/secrets.ts'
import type { ProviderSetting } from '../domain/provider.ts'
import { createEgress } from '../egress/egress.ts'
import { createProviders } from '../providers.ts'
import { ingestPage } from '../store/ingest.ts'
import { loadOpinionUse, startAsking, stopAsking } from '../store/opinions.ts'
import { defaultWorkspace, saveSetting } from '../store/settings.ts'
import type { Store } from '../store/store.ts'
import type { WorkContext } from './context.ts'
import { enrichMentions } from './enrich.ts'
import { askForOpinions } from './opinions.ts'
import { createExaminer } from './examine.ts'
import { createClassifier } from '../classify/classifier.ts'

let server: FakeModelServer
const egress = createEgress({ allowPrivate: ['127.0.0.1'], userAgent: 'test' })
beforeAll(async () => void (server = await startFakeModelServer()))
afterAll(async () => {
  await server.close()
  await egress.close()
})

async function world(store: Store, change: Partial<ProviderSetting> = {}) {
  server.plan.splice(0)
  server.asked.splice(0)
  let now = noon
  const source = await addSource(store)
  const providers = createProviders(store, egress, createSecretBox(['a secret of sixteen']))
  const classifier = createClassifier()
  const context = {
    store,
    log: { info() {}, warn() {}, error() {} },
    now: () => now,
    newId: testContext().newId,
    manifest: () => undefined,
    examine: createExaminer(
      store,
      async () => classifier,
      () => 0,
    ),
    provider: providers.current,
  } as unknown as WorkContext
  // Every text is asked about: the threshold is above any confidence.
  const setting = {
    kind: 'ollama',
    baseUrl: server.url,
    model: 'small',
    threshold: 1,
    dailyTexts: 100,
    timeoutSeconds: 1,
    ...change,
  } as ProviderSetting
  const { signal } = new AbortController()
  return {
    context,
    start: () => store.write((tx) => startAsking(tx, setting, now)),
    /** Stored and judged by the built-in classifier. */
    async receive(...texts: string[]) {
      for (const text of texts) {
        const id = context.newId()
        await store.write((tx) =>
          ingestPage(tx, source, { items: [{ ...mention(id), text, createdAt: now }] }, testContext(now)),
        )
      }
      const { db, t } = store.read
      const seqs = (await db.select({ seq: t.mentions.seq }).from(t.mentions)).map((row) => row.seq)
      await enrichMentions(context, seqs)
    },
    run: () => askForOpinions(context, signal),
    later: (ms: number) => void (now += ms),
    use: () => loadOpinionUse(store.read),
    async labels() {
      const { db, t } = store.read
      const rows = await db.select().from(t.mentions).orderBy(t.mentions.seq)
      return rows.map((row) => [row.sentiment, row.model, row.classification?.layer])
    },
  }
}

describeStores('second opinions', (makeStore) => {
  it('asks about what came after it was set up, once a text, and the answer stands with its origin', async () => {
    const { start, receive, run, labels, use } = await world(await makeStore())
    await receive('It is what it is, before.')
    await start()
    await receive('A bad thing of a thing', 'A good thing of a thing', 'A  bad thing of a thing')
    expect(await run()).toBeGreaterThan(noon)
    expect(server.asked.map((one) => one.text)).toEqual(['A bad thing of a thing', 'A good thing of a thing'])
    const [before, ...after] = await labels()
    expect(before?.[2]).not.toBe('4')
    expect(after).toEqual([
      ['negative', 'ollama:small', '4'],
      ['positive', 'ollama:small', '4'],
      ['negative', 'ollama:small', '4'],
    ])
    expect(await use()).toMatchObject({ asked: 2, known: 1, failures: 0 })
    await run()
    expect(server.asked).toHaveLength(2)
  })

  it('keeps the volume by day true when an answer changes a label', async () => {
    const store = await makeStore()
    const { start, receive, run } = await world(store)
    await start()
    await receive('I love this, wonderful, and yet bad')
    await run()
    const { db, t } = store.read
    const rows = await db.select().from(t.volumeRollup)
    expect(rows.filter((row) => row.count !== 0).map((row) => [row.sentiment, row.count])).toEqual([['negative', 1]])
  })

  it('loses nothing to a server that fails: waits longer each time, gives up on one text, goes on with the next', async () => {
    const { start, receive, run, labels, use, later } = await world(await makeStore())
    await start()
    await receive('A bad first', 'A good second')
    server.plan.push(500, 'hang up', 'html')
    const first = (await run()) ?? 0
    expect(await use()).toMatchObject({ failures: 1, error: { message: expect.stringContaining('500') } })
    later(first - noon)
    const second = (await run()) ?? 0
    expect(second - first).toBeGreaterThan(first - noon)
    later(second - first)
    await run()
    const found = await labels()
    expect(found[0]?.[2]).not.toBe('4')
    expect(found[1]).toEqual(['positive', 'ollama:small', '4'])
    expect(await use()).toMatchObject({ asked: 4, failures: 0, error: null })
  })

  it('waits for as long as the server says, and does not hammer one that refuses the key', async () => {
    const { start, receive, run } = await world(await makeStore())
    await start()
    await receive('A bad first')
    server.plan.push(429)
    expect((await run()) ?? 0).toBeGreaterThan(Date.now() + 100_000)
    server.plan.push(401)
    expect(((await run()) ?? 0) - noon).toBeGreaterThanOrEqual(10 * minute)
  })

  it('keeps to the texts a day, goes on tomorrow, and ends when it is switched off', async () => {
    const store = await makeStore()
    const { start, receive, run, later, context } = await world(store, { dailyTexts: 1 })
    await start()
    await receive('A bad first', 'A good second')
    const tomorrow = (Math.floor(noon / 86_400_000) + 1) * 86_400_000
    expect(await run()).toBe(tomorrow)
    expect(server.asked).toHaveLength(1)
    later(tomorrow - context.now())
    await run()
    expect(server.asked).toHaveLength(2)
    await store.write((tx) => stopAsking(tx))
    expect(await run()).toBeUndefined()
  })

  it('hands personal data to no other judge where it is masked in exports', async () => {
    const store = await makeStore()
    const { start, receive, run } = await world(store)
    const workspace = { ...defaultWorkspace, name: 'Acme', personalData: 'mask_exports' as const }
    await store.write((tx) => saveSetting(tx, 'workspace', workspace, noon))
    await start()
    await receive('A bad call, answer to ann@mail.example')
    await run()
    expect(server.asked.map((one) => one.text)).toEqual(['A bad call, answer to [e-mail]'])
    expect((await store.read.db.select().from(store.read.t.mentions))[0]?.text).toContain('ann@mail.example')
  })

  it('never overrules a person', async () => {
    const store = await makeStore()
    const { start, receive, run, labels } = await world(store)
    await start()
    await receive('A bad first')
    const { t } = store.read
    const human = { human: { sentiment: 'u1' } }
    await store.write((tx) => tx.db.update(t.mentions).set({ sentiment: 'positive', classification: human }))
    await run()
    expect(server.asked).toHaveLength(0)
    expect((await labels())[0]?.[0]).toBe('positive')
  })
})
