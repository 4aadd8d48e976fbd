import { expect, it } from 'vitest'
import type { Scope } from '../src/domain/scopes.ts'
import { describeStores, type MakeStore } from './helpers/database.ts'
import { addToken } from './helpers/token.ts'
import { createTestWeb } from './helpers/web.ts'
import { addUser } from './helpers/workspace.ts'

async function world(makeStore: MakeStore, scope: Scope = 'ingest:write') {
  const web = createTestWeb(await makeStore())
  const token = await addToken(web, await addUser(web, 'owner'), [scope])
  const send = async (path: string, body: unknown, key = token) => {
    const response = await web.app.request(`http://localhost/v1/${path}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
      },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const { db, t } = web.store.read
  const customers = () => db.select().from(t.customers).orderBy(t.customers.seq)
  const touchpoints = () => db.select().from(t.touchpoints).orderBy(t.touchpoints.seq)
  return { web, send, customers, touchpoints, token }
}

describeStores('tracking protocol', (makeStore) => {
  it('knows a visitor before and after signing in, and stores each event once', async () => {
    const { web, send, customers, touchpoints } = await world(makeStore)
    const now = web.clock.at
    const page = { anonymousId: 'b1', name: 'Pricing', messageId: 'p1' }
    expect((await send('page', page)).body).toMatchObject({ success: true, stored: 0, ignored: 1 })
    expect(await customers()).toEqual([])
    const traits = {
      email: 'Ann@x.example',
      firstName: 'Ann',
      lastName: 'Lee',
      phone: '+49 30 1',
      company: { name: 'Acme' },
      plan: 'pro',
    }
    expect((await send('identify', { userId: 'u1', anonymousId: 'b1', traits })).body['stored']).toBe(1)
    expect(await customers()).toMatchObject([{ name: 'Ann Lee', externalRef: 'u1', company: 'Acme', tier: 'pro' }])
    const order = {
      type: 'track',
      event: 'Order Completed',
      userId: 'u1',
      messageId: 't1',
      timestamp: new Date(now + 86_400_000 - 60_000).toISOString(),
      properties: { total: 12 },
    }
    // The browser's clock is a day fast: the event was a minute before the batch left.
    const batch = {
      batch: [order, { ...page, type: 'page' }, { type: 'track', userId: 'u1' }, 7],
      sentAt: new Date(now + 86_400_000).toISOString(),
    }
    expect((await send('batch', batch)).body).toEqual({ success: true, stored: 2, ignored: 0, invalid: 2 })
    expect((await send('batch', batch)).body).toMatchObject({ stored: 0, ignored: 2 })
    expect(await touchpoints()).toMatchObject([
      {
        channel: 'website',
        stage: 'purchase',
        summary: 'Order Completed',
        occurredAt: now - 60_000,
        externalKey: 'segment:t1',
      },
      { channel: 'website', stage: 'awareness', summary: 'Pricing' },
    ])
    expect(await customers()).toHaveLength(1)
  })

  it('completes a customer that is known by e-mail, but never mixes two user ids', async () => {
    const { web, send, customers } = await world(makeStore)
    const { t } = web.store.read
    await send('identify', { anonymousId: 'b1', traits: { email: 'ann@x.example', name: 'Ann' } })
    await send('identify', { userId: 'u1', anonymousId: 'b1', traits: { email: 'ann@x.example' } })
    expect(await customers()).toMatchObject([{ name: 'Ann', externalRef: 'u1' }])
    await send('identify', { userId: 'u2', anonymousId: 'b1', traits: { email: 'ann@x.example', name: 'Other' } })
    expect((await customers()).map(({ externalRef }) => externalRef)).toEqual(['u1', 'u2'])
    const shared = await send('page', { anonymousId: 'b1', name: 'Whose?' })
    expect(shared.body, 'two people used this browser').toMatchObject({ stored: 0, ignored: 1 })
    await send('group', { userId: 'u2', groupId: 'g', traits: { name: 'Acme' } })
    await send('alias', { userId: 'u2', previousId: 'b9' })
    await send('screen', { anonymousId: 'b9', name: 'Home' })
    const [one] = await web.store.read.db.select().from(t.touchpoints)
    const second = (await customers())[1]
    expect(second?.company).toBe('Acme')
    expect(one).toMatchObject({ customerSeq: second?.seq, channel: 'product', summary: 'Home' })
  })

  it('takes no key that is unknown, of another scope, or of somebody who may not', async () => {
    const { web, send, token, customers } = await world(makeStore)
    const event = { userId: 'u1', traits: { name: 'A' } }
    expect((await send('identify', event, 'ear_wrong_wrong_wrong_wrong')).status).toBe(401)
    const reader = await addToken(web, await addUser(web, 'owner', 'other'), ['customers:read'])
    expect((await send('identify', event, reader)).status).toBe(403)
    const viewer = await addToken(web, await addUser(web, 'viewer'), ['ingest:write'])
    expect((await send('identify', event, viewer)).status).toBe(403)
    const bearer = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
    const request = { method: 'POST', headers: bearer, body: JSON.stringify(event) }
    expect((await web.app.request('http://localhost/v1/identify', request)).status).toBe(401)
    expect(await customers()).toEqual([])
    expect((await send('identify', [])).status).toBe(422)
    expect((await send('batch', { batch: 'x' })).status).toBe(422)
    expect((await send('identify', { traits: {} })).body).toMatchObject({ stored: 0, invalid: 1 })
    expect((await send('track', { userId: 'u\u0000\ud800', event: 'x\u0000' })).body['stored']).toBe(1)
  })
})
