import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeStores } from '../test/helpers/database.ts'
import { createTestWeb, htmx, origin } from '../test/helpers/web.ts'
import { insertOneTimeLink } from './store/users.ts'
import { findAuditBreak } from './store/audit.ts'
import { contentSecurityPolicy } from './web/headers.ts'
import { hashToken } from './web/session/session.ts'

const account = { name: 'Ada', email: 'Ada@Example.com', password: 'correct horse battery' }

describeStores('first visit and sign-in', (makeStore) => {
  it('creates one owner, signs in, and never another', async () => {
    const web = createTestWeb(await makeStore())
    const ada = web.stranger()
    expect((await ada.get('/')).headers.get('Location')).toBe('/first-visit')
    const created = await ada.post('/first-visit', account)
    expect([created.status, created.headers.get('Location')]).toEqual([303, '/welcome'])
    expect((await ada.get('/inbox')).status).toBe(200)
    const eve = web.stranger()
    expect((await eve.post('/first-visit', { ...account, email: 'eve@example.com' })).headers.get('Location')).toBe(
      '/sign-in',
    )
    const { db, t } = web.store.read
    expect((await db.select().from(t.users)).map((user) => [user.email, user.role])).toEqual([
      ['ada@example.com', 'owner'],
    ])
    expect(await findAuditBreak(web.store.read)).toBeUndefined()
  })

  it('asks for the printed token beyond loopback', async () => {
    const web = createTestWeb(await makeStore(), { loopback: false })
    const link = {
      kind: 'setup' as const,
      userId: null,
      data: null,
      createdAt: web.clock.at,
      expiresAt: web.clock.at + 1e6,
    }
    await web.store.write((tx) => insertOneTimeLink(tx, { id: hashToken('printed'), ...link }))
    const refused = await web.stranger().post('/first-visit', { ...account, token: 'guessed' })
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain('This is not the token')
    expect((await web.stranger().post('/first-visit', { ...account, token: 'printed' })).status).toBe(303)
  })

  it('gives the same answer for a wrong password and an unknown account, then makes both wait', async () => {
    const web = createTestWeb(await makeStore())
    await web.stranger().post('/first-visit', account)
    const browser = web.stranger()
    const texts = new Set<string>()
    for (const email of ['ada@example.com', 'nobody@example.com']) {
      const answer = await browser.post('/sign-in', { email, password: 'wrong password' })
      expect(answer.status).toBe(422)
      texts.add((await answer.text()).replaceAll(email, ''))
    }
    expect(texts.size).toBe(1)
    const statuses: number[] = []
    for (let i = 0; i < 6; i++)
      statuses.push((await browser.post('/sign-in', { email: account.email, password: 'wrong password' })).status)
    expect(statuses).toContain(429)
    expect((await browser.post('/sign-in', account)).status).toBe(429)
    web.clock.at += 20 * 60_000
    const right = await browser.post('/sign-in', { ...account, next: '//evil.example' })
    expect([right.status, right.headers.get('Location')]).toEqual([303, '/'])
  })

  it('replaces the session at sign-in and ends it at sign-out', async () => {
    const web = createTestWeb(await makeStore())
    const ada = web.stranger()
    await ada.post('/first-visit', account)
    const first = ada.cookies.get('earshot') ?? ''
    await ada.post('/sign-in', account)
    expect(ada.cookies.get('earshot')).not.toBe(first)
    const { db, t } = web.store.read
    const stored = await db.select().from(t.sessions)
    expect(stored.map((session) => session.id)).toEqual([hashToken(ada.cookies.get('earshot') ?? '')])
    const kept = ada.cookies.get('earshot') ?? ''
    expect((await ada.post('/sign-out')).headers.get('Location')).toBe('/sign-in')
    ada.cookies.set('earshot', kept)
    expect((await ada.get('/inbox')).status).toBe(303)
  })

  it('ends sessions that were idle too long, and those of disabled accounts', async () => {
    const web = createTestWeb(await makeStore())
    const viewer = await web.signIn('viewer')
    expect((await viewer.get('/inbox')).status).toBe(200)
    const { t } = web.store.read
    await web.store.write(async (tx) => {
      await tx.db.update(t.users).set({ disabledAt: 1 }).where(eq(t.users.id, viewer.userId))
    })
    expect((await viewer.get('/inbox')).status).toBe(303)
    const agent = await web.signIn('agent')
    await web.store.write(async (tx) => {
      await tx.db.update(t.sessions).set({ expiresAt: web.clock.at + 90 * 86_400_000 })
    })
    web.clock.at += 8 * 86_400_000
    expect((await agent.get('/inbox')).status).toBe(303)
  })

  it('takes a one-time link once, and only when the button is pressed', async () => {
    const web = createTestWeb(await makeStore())
    const owner = await web.signIn('owner')
    const link = { kind: 'sign_in' as const, userId: owner.userId, data: null, createdAt: web.clock.at }
    await web.store.write((tx) =>
      insertOneTimeLink(tx, { ...link, id: hashToken('once'), expiresAt: web.clock.at + 900_000 }),
    )
    const browser = web.stranger()
    for (let i = 0; i < 2; i++) expect((await browser.get('/sign-in/once')).status).toBe(200)
    expect((await browser.post('/sign-in/once')).status).toBe(303)
    expect((await browser.get('/inbox')).status).toBe(200)
    expect((await web.stranger().post('/sign-in/once')).status).toBe(410)
    expect((await web.stranger().get('/sign-in/never')).status).toBe(410)
  })
})

describeStores('protection', (makeStore) => {
  it('puts the policy on pages, parts, redirects and errors', async () => {
    const web = createTestWeb(await makeStore())
    const owner = await web.signIn('owner')
    const answers = [
      await owner.get('/inbox'),
      await owner.get('/inbox', htmx),
      await owner.get('/nowhere'),
      await owner.get('/nowhere', htmx),
      await owner.get('/threads/unknown'),
      await web.stranger().get('/inbox'),
      await web.stranger().post('/sign-in', { email: 'x', password: 'y' }),
      await web.stranger().post('/sign-in', {}, { Origin: 'https://evil.example' }),
      await owner.post('/theme', { theme: 'x'.repeat(600_000) }),
    ]
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 404, 404, 404, 303, 422, 403, 413])
    for (const answer of answers) {
      expect(answer.headers.get('Content-Security-Policy')).toBe(contentSecurityPolicy)
      expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff')
      expect(answer.headers.get('Cache-Control')).toBe('private, no-store')
    }
  })

  it('answers a failure with the page, a reference, and the log', async () => {
    const web = createTestWeb(await makeStore())
    const owner = await web.signIn('owner')
    const find = web.store.read.all
    web.store.read.all = () => Promise.reject(new Error('broken on purpose'))
    const answer = await owner.get('/inbox')
    web.store.read.all = find
    expect([answer.status, answer.headers.get('Content-Security-Policy')]).toEqual([500, contentSecurityPolicy])
    expect(await answer.text()).not.toContain('on purpose')
    expect((await owner.get('/inbox')).status).toBe(200)
    expect(JSON.stringify(web.logged)).toContain('broken on purpose')
  })

  it('refuses every unsafe request that does not prove where it comes from', async () => {
    const web = createTestWeb(await makeStore())
    const agent = await web.signIn('agent')
    const theme = async () => (await web.store.read.db.select().from(web.store.read.t.users))[0]?.theme
    const json = { 'Content-Type': 'application/json' }
    const none = { _csrf: '' }
    const refused = [
      await agent.post('/theme', { theme: 'dark' }, { Origin: 'https://evil.example' }),
      await agent.post('/theme', { theme: 'dark' }, { 'Sec-Fetch-Site': 'cross-site' }),
      await agent.post('/theme', { theme: 'dark' }, { 'Sec-Fetch-Site': 'same-site' }),
      await agent.post('/theme', { theme: 'dark' }, { ...htmx, Origin: 'null' }),
      await agent.post('/theme', { theme: 'dark' }, json),
      await web.app.request(`${origin}/theme`, {
        method: 'POST',
        body: new URLSearchParams({ theme: 'dark', ...none }),
        headers: { Cookie: `earshot=${agent.cookies.get('earshot')}` },
      }),
      await web.app.request(`${origin}/theme`, {
        method: 'POST',
        body: 'theme=dark',
        headers: { Cookie: `earshot=${agent.cookies.get('earshot')}`, 'Content-Type': 'text/plain', Origin: origin },
      }),
    ]
    expect(refused.map((answer) => answer.status)).toEqual(refused.map(() => 403))
    expect(await theme()).toBe('system')
    expect((await agent.post('/theme', { theme: 'dark' })).status).toBe(303)
    expect(await theme()).toBe('dark')
    expect((await agent.post('/theme', { theme: 'light', _csrf: 'x' }, htmx)).status).toBe(204)
    expect(await theme()).toBe('light')
  })

  it('cuts a body that hides its length', async () => {
    const web = createTestWeb(await makeStore())
    const agent = await web.signIn('agent')
    const chunk = new TextEncoder().encode('x'.repeat(64_000))
    let sent = 0
    const body = new ReadableStream({
      pull(controller) {
        if (++sent > 50) controller.close()
        else controller.enqueue(chunk)
      },
    })
    const headers = { Cookie: `earshot=${agent.cookies.get('earshot')}`, 'HX-Request': 'true', Origin: origin }
    const answer = await web.app.request(`${origin}/theme`, {
      method: 'POST',
      body,
      headers: { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' },
      duplex: 'half',
    } as RequestInit)
    expect(answer.status).toBe(413)
    expect(sent).toBeLessThan(20)
  })
})
