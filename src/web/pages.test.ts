import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import { createTestWeb, htmx, origin, type Browser } from '../../test/helpers/web.ts'
import { addSource, hear, makeMention, startOfTime } from '../../test/helpers/workspace.ts'
import { addQuarantine } from '../store/polling.ts'
import { recordCoverage } from '../store/coverage.ts'

async function upload(browser: Browser, app: { request: typeof fetch | ((...a: never[]) => unknown) }, text: string) {
  const form = new FormData()
  form.set('_csrf', browser.csrf)
  form.set('file', new File([text], 'customers.csv', { type: 'text/csv' }))
  const headers = { Cookie: `earshot=${browser.cookies.get('earshot')}`, Origin: origin }
  const request = app.request as (url: string, init: RequestInit) => Promise<Response>
  return request(`${origin}/customers/import`, { method: 'POST', body: form, headers })
}

describeStores('first steps', (makeStore) => {
  it('turns the name of a product into sources and a listening query, and shows the first reading', async () => {
    const web = createTestWeb(await makeStore())
    const owner = await web.signIn('owner')
    expect((await owner.get('/')).headers.get('Location')).toBe('/welcome')
    expect(await (await owner.get('/welcome/sources?word=Acme')).text()).toContain('Posts about Acme')
    expect((await owner.get('/welcome/sources?word=')).status).toBe(422)
    expect((await owner.post('/welcome/sources', { word: 'Acme' })).status).toBe(422)
    const done = await owner.post('/welcome/sources', { word: 'Acme "x" Ltd', offer: 'demo-0' })
    expect([done.status, done.headers.get('Location')]).toEqual([303, '/welcome/progress'])
    const { db, t } = web.store.read
    expect(await db.select().from(t.queries)).toEqual([expect.objectContaining({ text: '"Acme x Ltd"' })])
    expect(await db.select().from(t.sources)).toEqual([
      expect.objectContaining({ connector: 'demo', state: 'active', nextPollAt: web.clock.at, secrets: null }),
    ])
    const progress = await owner.get('/welcome/progress')
    expect(await progress.text()).toContain('http-equiv="refresh"')
    expect(await (await owner.get('/welcome/progress', htmx)).text()).not.toContain('<html')
    expect((await owner.get('/')).headers.get('Location')).toBe('/inbox')
  })

  it('says what a platform answered instead of connecting what does not work', async () => {
    const web = createTestWeb(await makeStore())
    const owner = await web.signIn('owner')
    const answer = await owner.post('/welcome/sources', { word: 'wrong', offer: 'demo-0' })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('That token is not valid.')
    const { db, t } = web.store.read
    expect([...(await db.select().from(t.sources)), ...(await db.select().from(t.queries))]).toEqual([])
  })
})

describeStores('sources', (makeStore) => {
  it('adds a source once, seals its secret, and never shows it again', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    const form = { name: 'Our posts', word: 'acme', token: 's3cret-token' }
    expect(await (await admin.get('/sources/new')).text()).toContain('Test platform')
    expect((await admin.get('/sources/new/unknown')).status).toBe(404)
    expect(await (await admin.post('/sources/new/demo', { ...form, word: 'a' })).text()).toContain(
      'At least two letters.',
    )
    expect(await (await admin.post('/sources/new/demo', { ...form, word: 'wrong' })).text()).toContain('not valid')
    const added = await admin.post('/sources/new/demo', form)
    expect(added.status).toBe(303)
    expect(await (await admin.post('/sources/new/demo', form)).text()).toContain('connected already')
    const { db, t } = web.store.read
    const [source, ...others] = await db.select().from(t.sources)
    expect(others).toEqual([])
    expect(JSON.stringify(source?.config)).not.toContain('s3cret')
    expect(source?.secrets).toMatch(/^sealed:/)
    const path = `/sources/${source?.id}`
    for (const page of [path, `${path}/edit`, '/sources'])
      expect(await (await admin.get(page)).text(), page).not.toContain('s3cret')
    const before = source?.secrets
    expect((await admin.post(`${path}/edit`, { name: 'Renamed', word: 'acme', token: '' })).status).toBe(303)
    const [after] = await db.select().from(t.sources)
    expect([after?.name, after?.secrets]).toEqual(['Renamed', before])
  })

  it('pauses, resumes, runs and removes, and keeps what was heard', async () => {
    const web = createTestWeb(await makeStore())
    await addSource(web, 'source-1', { nextPollAt: startOfTime + 1e7 })
    await hear(web, [makeMention()])
    const admin = await web.signIn('admin')
    const { db, t } = web.store.read
    const stored = async () => (await db.select().from(t.sources))[0]
    await admin.post('/sources/source-1/runs')
    expect((await stored())?.nextPollAt).toBe(startOfTime)
    await admin.post('/sources/source-1/pause', { paused: '1' })
    expect((await stored())?.state).toBe('paused')
    await admin.post('/sources/source-1/runs')
    expect((await stored())?.state).toBe('paused')
    await admin.post('/sources/source-1/pause', { paused: '0' })
    expect((await stored())?.state).toBe('active')
    await admin.post('/sources/source-1/removal')
    expect(await (await admin.get('/sources')).text()).not.toContain('Source source-1')
    expect((await db.select().from(t.mentions)).length).toBe(1)
    expect(await (await admin.get('/inbox?view=all')).text()).toContain('Hello from')
  })

  it('shows trouble, coverage and what could not be read', async () => {
    const web = createTestWeb(await makeStore())
    const lastError = { kind: 'auth', message: 'The token was revoked.', at: startOfTime }
    await addSource(web, 'source-1', { state: 'needs_auth', lastError })
    await web.store.write(async (tx) => {
      await recordCoverage(tx, 'source-1', 'read', { from: startOfTime - 5e8, to: startOfTime - 3e8 })
      await recordCoverage(
        tx,
        'source-1',
        'gap',
        { from: startOfTime - 3e8, to: startOfTime - 2e8 },
        'The feed rolled over',
      )
      await addQuarantine(tx, [
        {
          id: web.newId(),
          sourceId: 'source-1',
          raw: '<script>x</script>',
          error: 'no date',
          createdAt: startOfTime,
        },
      ])
    })
    const admin = await web.signIn('admin')
    const html = await (await admin.get('/sources/source-1')).text()
    for (const text of ['The token was revoked.', 'The feed rolled over', 'no date', '&lt;script&gt;x'])
      expect(html).toContain(text)
    const [record] = await web.store.read.db.select().from(web.store.read.t.quarantine)
    await admin.post(`/sources/source-1/quarantine/${record?.id}`, { decision: 'discard' })
    expect(await web.store.read.db.select().from(web.store.read.t.quarantine)).toEqual([])
  })
})

describeStores('queries', (makeStore) => {
  it('keeps versions, refuses what cannot be read at its place, and tries it on what is here', async () => {
    const web = createTestWeb(await makeStore())
    await addSource(web)
    await hear(web, [makeMention({ text: 'Acme is broken' }), makeMention({ text: 'Nothing to see' })])
    const admin = await web.signIn('admin')
    expect((await admin.post('/queries/new', { name: 'Brand', query: '(acme', active: '1' })).status).toBe(422)
    expect((await admin.post('/queries/new', { name: 'Brand', query: 'acme', active: '1' })).status).toBe(303)
    expect((await admin.post('/queries/new', { name: 'Brand', query: 'other', active: '1' })).status).toBe(422)
    const { db, t } = web.store.read
    const [query] = await db.select().from(t.queries)
    await admin.post(`/queries/${query?.id}`, { name: 'Our brand', query: 'acme', active: '1' })
    await admin.post(`/queries/${query?.id}`, { name: 'Our brand', query: 'acme AND broken', active: '' })
    expect((await db.select().from(t.queries))[0]).toMatchObject({ name: 'Our brand', version: 2, isActive: false })
    expect((await db.select().from(t.queryVersions)).map((one) => one.text)).toEqual(['acme', 'acme AND broken'])
    const preview = await (await admin.get('/queries/preview?query=acme', htmx)).text()
    expect(preview).toContain('<mark>Acme</mark> is broken')
    expect(preview).not.toContain('Nothing to see')
    expect((await admin.post(`/queries/${query?.id}/removal`)).status).toBe(303)
    expect(await db.select().from(t.queries)).toEqual([])
  })
})

describeStores('customers', (makeStore) => {
  it('imports a file twice without doubling, reports broken lines, and finds people', async () => {
    const web = createTestWeb(await makeStore())
    const agent = await web.signIn('agent')
    const csv = 'id,name,email,city\n1,Zoë Ångström,zoe@example.com,Malmö\n2,,x@example.com,\n3,Bob,bob@example.com,\n'
    const first = await (await upload(agent, web.app, csv)).text()
    expect(first).toContain('2,,x@example.com')
    expect((await upload(agent, web.app, csv.replace('Malmö', 'Lund'))).status).toBe(200)
    const { db, t } = web.store.read
    const customers = await db.select().from(t.customers).orderBy(t.customers.externalRef)
    expect(customers.map((one) => [one.name, one.location])).toEqual([
      ['Zoë Ångström', 'Lund'],
      ['Bob', null],
    ])
    for (const q of ['zoe', 'ÅNG', 'zoe@exa']) {
      const html = await (await agent.get(`/customers?q=${encodeURIComponent(q)}`)).text()
      expect(html, q).toContain('Zoë Ångström')
      expect(html, q).not.toContain('>Bob<')
    }
    expect(await (await agent.get('/customers?q=%25')).text()).not.toContain('Bob')
    expect((await upload(agent, web.app, 'no header at all')).status).toBe(422)
  })

  it('creates a customer from an author, edits it and writes a touchpoint down', async () => {
    const web = createTestWeb(await makeStore())
    await addSource(web)
    const [heard] = await hear(web, [makeMention({ author: { externalId: 'a', handle: 'ada.example', name: 'Ada' } })])
    const agent = await web.signIn('agent')
    const form = await (await agent.get(`/customers/new?mention=${heard?.mentionId}`)).text()
    expect(form).toContain('demo ada.example')
    const fields = {
      name: 'Ada',
      company: 'Acme',
      emails: 'ada@example.com',
      domains: '',
      accounts: 'demo ada.example',
      notes: '',
    }
    const made = await agent.post('/customers/new', { ...fields, mentionId: heard?.mentionId ?? '' })
    expect(made.headers.get('Location')).toBe(`/threads/${heard?.threadId}`)
    const { db, t } = web.store.read
    const [customer] = await db.select().from(t.customers)
    expect((await db.select().from(t.threads))[0]?.customerSeq).toBe(customer?.seq)
    const path = `/customers/${customer?.id}`
    expect((await agent.post(`${path}/edit`, { ...fields, emails: 'nonsense' })).status).toBe(422)
    expect((await agent.post(`${path}/edit`, { ...fields, name: 'Ada L.' })).status).toBe(303)
    expect((await agent.post(`${path}/touchpoints`, { channel: 'call', text: '' })).status).toBe(422)
    const call = {
      channel: 'call',
      direction: 'out',
      stage: 'after_sales',
      text: 'Called back',
      at: '2026-03-01T10:00',
    }
    expect((await agent.post(`${path}/touchpoints`, call)).status).toBe(303)
    const [touchpoint] = await db.select().from(t.touchpoints).where(eq(t.touchpoints.channel, 'call'))
    expect(touchpoint?.occurredAt).toBe(Date.UTC(2026, 2, 1, 10))
    const page = await (await agent.get(path)).text()
    for (const text of ['Ada L.', 'Called back', 'Hello from', 'ada@example.com']) expect(page).toContain(text)
    expect(await (await agent.get(`${path}?channel=call`)).text()).not.toContain('Hello from')
  })
})

describeStores('settings', (makeStore) => {
  it('invites once, with the role of the invitation and never a higher one', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    expect((await admin.post('/settings/invitations', { email: 'x@example.com', role: 'owner' })).status).toBe(422)
    const html = await (await admin.post('/settings/invitations', { email: 'New@Example.com', role: 'viewer' })).text()
    const path = /http:\/\/localhost(\/invitations\/[\w-]+)/.exec(html)?.[1] ?? ''
    const guest = web.stranger()
    expect(await (await guest.get(path)).text()).toContain('new@example.com')
    const account = { name: 'New', email: 'new@example.com', password: 'long enough password', role: 'owner' }
    expect((await guest.post(path, { ...account, password: 'short' })).status).toBe(422)
    expect((await guest.post(path, account)).status).toBe(303)
    expect((await web.stranger().post(path, { ...account, email: 'second@example.com' })).status).toBe(410)
    const { db, t } = web.store.read
    const [user] = await db.select().from(t.users).where(eq(t.users.email, 'new@example.com'))
    expect(user?.role).toBe('viewer')
    expect((await guest.get('/inbox')).status).toBe(200)
    await admin.post(`/settings/team/${user?.id}`, { role: 'agent' })
    expect((await guest.get('/inbox')).status).toBe(303)
  })

  it('keeps the last owner and lets no admin touch one', async () => {
    const web = createTestWeb(await makeStore())
    const owner = await web.signIn('owner')
    const admin = await web.signIn('admin')
    const roleOf = async (id: string) =>
      (await web.store.read.db.select().from(web.store.read.t.users)).find((user) => user.id === id)
    await owner.post(`/settings/team/${owner.userId}`, { role: 'agent' })
    await owner.post(`/settings/team/${owner.userId}`, { role: 'owner', disabled: '1' })
    await admin.post(`/settings/team/${owner.userId}`, { role: 'viewer' })
    await admin.post(`/settings/team/${admin.userId}`, { role: 'owner' })
    expect(await roleOf(owner.userId)).toMatchObject({ role: 'owner', disabledAt: null })
    expect((await roleOf(admin.userId))?.role).toBe('admin')
  })

  it('shows a key once, stores its hash, and revokes it', async () => {
    const web = createTestWeb(await makeStore())
    const agent = await web.signIn('agent')
    const html = await (await agent.post('/settings/tokens', { name: 'CI', scopes: 'mentions:read' })).text()
    const token = /ear_[\w-]{43}/.exec(html)?.[0] ?? ''
    expect(token).not.toBe('')
    const { db, t } = web.store.read
    const [stored] = await db.select().from(t.apiTokens)
    expect(JSON.stringify(stored)).not.toContain(token)
    expect(await (await agent.get('/settings/tokens')).text()).not.toContain(token)
    const other = await web.signIn('owner')
    expect((await other.post(`/settings/tokens/${stored?.id}/removal`)).status).toBe(404)
    expect((await agent.post(`/settings/tokens/${stored?.id}/removal`)).status).toBe(303)
    expect((await db.select().from(t.apiTokens))[0]?.revokedAt).toBe(web.clock.at)
  })

  it('answers health checks and the status page', async () => {
    const web = createTestWeb(await makeStore())
    await addSource(web, 'source-1', { state: 'failing' })
    for (const path of ['/healthz', '/readyz']) expect(await (await web.stranger().get(path)).text()).toBe('ok')
    const viewer = await web.signIn('viewer')
    expect(await (await viewer.get('/status')).text()).toContain('Source source-1 does not answer')
    expect((await viewer.get('/reports')).status).toBe(200)
    expect((await viewer.get('/help')).status).toBe(200)
  })
})

describeStores('live stream', (makeStore) => {
  it('replays what was missed, tells ids only, and says when it cannot', async () => {
    const web = createTestWeb(await makeStore())
    await addSource(web)
    const viewer = await web.signIn('viewer')
    const page = await (await viewer.get('/inbox')).text()
    const after = /data-last-event-id="([^"]+)"/.exec(page)?.[1] ?? ''
    const [heard] = await hear(web, [makeMention({ text: 'a secret text' })])
    const replayed = await readEvents(await viewer.get('/events', { 'Last-Event-ID': after }), 'arrived')
    expect(replayed).toContain(`"id":"${heard?.threadId}"`)
    expect(replayed).not.toContain('secret')
    expect(await readEvents(await viewer.get('/events', { 'Last-Event-ID': 'long-ago-1' }), 'stale')).toContain(
      'event: stale',
    )
    expect((await web.stranger().get('/events', { Accept: 'text/event-stream' })).status).toBe(401)
  })
})

async function readEvents(response: Response, until: string): Promise<string> {
  expect(response.headers.get('Content-Type')).toContain('text/event-stream')
  const reader = response.body?.getReader()
  let text = ''
  while (reader && !new RegExp(`event: ${until}[\\s\\S]*\\n\\n`).test(text)) {
    const { done, value } = await reader.read()
    if (done) break
    text += new TextDecoder().decode(value)
  }
  await reader?.cancel()
  return text
}
