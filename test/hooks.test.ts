import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import webhook from '../connectors/webhook/index.ts'
import { createApp } from '../src/app.ts'
import type { Connector, Host } from '../src/connector/contract.ts'
import { createRegistry } from '../src/connector/registry.ts'
import { pauseSource } from '../src/store/sources.ts'
import { describeStores, type MakeStore } from './helpers/database.ts'
import { testConnector } from './helpers/web.ts'
import { addSource, createWorld } from './helpers/workspace.ts'

const secret = 'a shared secret of the hook'

async function world(makeStore: MakeStore) {
  const it = createWorld(await makeStore())
  const sealed = JSON.stringify({ secret })
  await addSource(it, 'hook', { connector: 'webhook', config: { name: 'Zapier' }, secrets: sealed })
  await addSource(it, 'polled', { connector: 'demo' })
  const logged: string[] = []
  const keep = (message: string, facts?: unknown) => void logged.push(`${message} ${JSON.stringify(facts)}`)
  const app = createApp({
    ...it,
    registry: createRegistry([
      { id: 'webhook', manifest: webhook.manifest, load: async () => ({ default: webhook as unknown as Connector }) },
      { id: 'demo', manifest: testConnector.manifest, load: async () => ({ default: testConnector as Connector }) },
    ]),
    log: { info: keep, warn: keep, error: keep },
    hostFor: async (_connector, values) =>
      ({ config: webhook.config.parse(values), now: it.clock.now }) as unknown as Host,
    providers: {} as never,
    seal: async () => '',
    unseal: async (text) => JSON.parse(text) as Record<string, unknown>,
    config: { loopback: true, demo: false, secret: 'test secret', version: '0.0.0' },
  })
  const post = (path: string, body: string | ReadableStream, headers: Record<string, string> = {}) =>
    app.request(`http://localhost${path}`, { method: 'POST', body, headers, duplex: 'half' } as RequestInit)
  return { ...it, app, post, logged }
}

const sign = (body: string, key = secret) => ({
  'X-Signature-256': `sha256=${createHmac('sha256', key).update(body).digest('hex')}`,
})
const item = (id: string) => ({ externalId: id, text: `hello ${id}`, createdAt: '2026-03-01T10:00:00Z', author: 'ann' })

describeStores('deliveries', (makeStore) => {
  it('stores what is signed, once, with what could not be read set aside', async () => {
    const { post, store } = await world(makeStore)
    const body = JSON.stringify([item('1'), item('2'), { nothing: true }])
    const first = await post('/hooks/hook', body, sign(body))
    expect([first.status, await first.json()]).toEqual([202, { added: 2, changed: 0, known: 0, setAside: 1 }])
    const again = await post('/hooks/hook', body, sign(body))
    expect(await again.json()).toMatchObject({ added: 0, known: 2 })
    const { db, t } = store.read
    expect(await db.select().from(t.mentions)).toMatchObject([
      { externalId: '1', platform: 'webhook' },
      { externalId: '2' },
    ])
    const [bad] = await db.select().from(t.quarantine)
    expect(bad).toMatchObject({ sourceId: 'hook', raw: '{"nothing":true}' })
    expect((await db.select().from(t.jobs)).some(({ kind }) => kind === 'enrich')).toBe(true)
  })

  it('believes nothing without a signature, and says the same whatever is wrong with it', async () => {
    const { post, store, logged } = await world(makeStore)
    const body = JSON.stringify([item('1')])
    const texts = new Set<string>()
    for (const headers of [
      {},
      sign(body, 'another secret entirely'),
      sign(`${body} `),
      { 'X-Signature-256': 'sha256=zz' },
    ]) {
      const answer = await post('/hooks/hook', body, headers)
      expect(answer.status).toBe(401)
      texts.add(await answer.text())
    }
    expect(texts.size).toBe(1)
    expect(await store.read.db.select().from(store.read.t.mentions)).toEqual([])
    expect(logged.join() + [...texts].join()).not.toContain(secret)
  })

  it('does not tell whether a source is there', async () => {
    const { post, app } = await world(makeStore)
    const answers = [
      await post('/hooks/nothing', '{}'),
      await post('/hooks/polled', '{}'),
      await app.request('/hooks/hook'),
    ]
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
    expect(new Set(await Promise.all(answers.map((one) => one.text()))).size).toBe(1)
  })

  it('takes a megabyte and no more, also when the length is not announced', async () => {
    const { post, store } = await world(makeStore)
    const body = JSON.stringify(['1', '2'].map((id) => ({ ...item(id), text: 'x'.repeat(523_000) })))
    expect(body.length).toBeGreaterThan(1_045_000)
    expect((await post('/hooks/hook', body, sign(body))).status, 'just under the limit').toBe(202)
    let sent = 0
    const endless = new ReadableStream({
      pull(controller) {
        sent += 65_536
        controller.enqueue(new Uint8Array(65_536).fill(32))
      },
    })
    const refused = await post('/hooks/hook', endless, sign(''))
    expect([refused.status, refused.headers.get('Content-Type')]).toEqual([413, 'application/problem+json'])
    expect(sent).toBeLessThan(2_000_000)
    expect((await post('/hooks/hook', 'x'.repeat(1_100_000))).status).toBe(413)
    expect(await store.read.db.select().from(store.read.t.mentions)).toHaveLength(2)
  })

  it('tells the sender what is wrong with a signed body, and keeps nothing while the source is paused', async () => {
    const { post, store, clock, newId } = await world(makeStore)
    const answer = await post('/hooks/hook', 'not json', sign('not json'))
    expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([
      422,
      'The body is not JSON in UTF-8.',
    ])
    await store.write((tx) => pauseSource(tx, { userId: 'u', now: clock.at, ip: '', newId }, 'hook'))
    const body = JSON.stringify([item('1')])
    expect((await post('/hooks/hook', body, sign(body))).status).toBe(409)
    expect(await store.read.db.select().from(store.read.t.mentions)).toEqual([])
  })
})
