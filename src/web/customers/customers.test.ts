import { expect, it } from 'vitest'
import { describeStores } from '../../../test/helpers/database.ts'
import { createTestWeb, origin, type Browser, type TestWeb } from '../../../test/helpers/web.ts'
import { addSource, hear, makeMention } from '../../../test/helpers/workspace.ts'

const hostile = `"><script>alert(1)</script>'; drop table customers; --`

async function upload(web: TestWeb, browser: Browser, content: string | Uint8Array<ArrayBuffer>, headers = {}) {
  const form = new FormData()
  form.set('_csrf', browser.csrf)
  form.set('file', new File([content], '<i>people</i>.csv', { type: 'text/csv' }))
  const cookie = `earshot=${browser.cookies.get('earshot')}`
  const init = { method: 'POST', body: form, headers: { Cookie: cookie, Origin: origin, ...headers } }
  return web.app.request(`${origin}/customers/import`, init)
}

async function stored(web: TestWeb) {
  const { db, t } = web.store.read
  return db.select().from(t.customers).orderBy(t.customers.seq)
}

const words = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

describeStores('import of customers', (makeStore) => {
  it('counts what is new, what has changed and what has not', async () => {
    const web = createTestWeb(await makeStore())
    const agent = await web.signIn('agent')
    const csv = 'id,name,email,Shoe size,bluesky\n1,Ada,ada@example.com,38,ada.example\n2,Bob,,,\n'
    expect(words(await (await upload(web, agent, csv)).text())).toContain('2 new, 0 updated, 0 unchanged.')
    const before = await stored(web)
    web.clock.at += 60_000
    expect(words(await (await upload(web, agent, csv)).text())).toContain('0 new, 0 updated, 2 unchanged.')
    expect(await stored(web)).toEqual(before)
    const more = csv.replace('2,Bob,,,', '2,Bob,bob@example.com,,')
    expect(words(await (await upload(web, agent, more)).text())).toContain('0 new, 1 updated, 1 unchanged.')
    // An empty cell says nothing; it takes nothing away.
    expect(words(await (await upload(web, agent, csv)).text())).toContain('0 new, 0 updated, 2 unchanged.')
    const { db, t } = web.store.read
    const values = (await db.select().from(t.identities)).map((one) => one.value)
    expect(values.toSorted()).toEqual(['ada.example', 'ada@example.com', 'bob@example.com'])
  })

  it('reads files as Windows programs write them', async () => {
    const web = createTestWeb(await makeStore())
    const agent = await web.signIn('agent')
    await upload(web, agent, new Uint8Array(Buffer.from('name;company\r\nZoë Müller;Café\r\n', 'latin1')))
    await upload(web, agent, new Uint8Array(Buffer.from('\uFEFFname\tcompany\r\nЁлка\tДом\r\n', 'utf16le')))
    expect((await stored(web)).map((one) => [one.name, one.company])).toEqual([
      ['Zoë Müller', 'Café'],
      ['Ёлка', 'Дом'],
    ])
  })

  it('lists broken lines as text, and the rest is in', async () => {
    const web = createTestWeb(await makeStore())
    const agent = await web.signIn('agent')
    const lines = Array.from({ length: 60 }, (_, index) => `,${index}@example.com`)
    const csv = `name,email\n${hostile.replaceAll('"', '')},\nEve,<img src=x onerror=1>\n${lines.join('\n')}\n`
    const html = await (await upload(web, agent, csv)).text()
    expect(words(html)).toContain('61 lines were left out')
    expect(words(html)).toContain('and 11 more')
    expect(html).toContain('&lt;i&gt;people')
    expect(html).not.toMatch(/<img src=x|<i>people|<script>alert/)
    expect((await stored(web)).map((one) => one.name)).toEqual([hostile.replaceAll('"', '')])
  })

  it('is for those who may, from our own pages, and needs a file', async () => {
    const web = createTestWeb(await makeStore())
    const agent = await web.signIn('agent')
    const csv = 'name\nAda\n'
    expect((await upload(web, await web.signIn('viewer'), csv)).status).toBe(403)
    expect((await upload(web, agent, csv, { Origin: 'https://evil.example' })).status).toBe(403)
    expect((await upload(web, agent, csv, { 'X-CSRF-Token': 'wrong' })).status).toBe(403)
    expect((await upload(web, agent, '')).status).toBe(422)
    expect((await agent.post('/customers/import', { file: 'name\nAda' })).status).toBe(422)
    expect(await stored(web)).toEqual([])
    expect((await upload(web, agent, csv)).status).toBe(200)
    expect(await stored(web)).toHaveLength(1)
  })
})

describeStores('customers', (makeStore) => {
  it('are shown to everybody and changed by those who may', async () => {
    const web = createTestWeb(await makeStore())
    const agent = await web.signIn('agent')
    const viewer = await web.signIn('viewer')
    await agent.post('/customers/new', { name: 'Ada' })
    const path = `/customers/${(await stored(web))[0]?.id}`
    for (const page of ['/customers', path]) {
      const [mine, theirs] = [await (await agent.get(page)).text(), await (await viewer.get(page)).text()]
      // The premise: there is something to press for those who may.
      expect(mine).toMatch(/\/customers\/(new|import)|touchpoints/)
      expect(theirs).toContain('Ada')
      expect(theirs).not.toMatch(/\/customers\/(new|import)|\/edit|\/touchpoints/)
    }
    const forms = ['/customers/new', `${path}/edit`, `${path}/touchpoints`]
    const fields = { name: 'Mallory', text: 'x' }
    for (const form of forms) {
      expect((await viewer.post(form, fields)).status).toBe(403)
      expect((await agent.post(form, fields, { Origin: 'https://evil.example' })).status).toBe(403)
      expect((await agent.post(form, fields, { 'X-CSRF-Token': 'wrong' })).status).toBe(403)
    }
    for (const form of ['/customers/none/edit', '/customers/none/touchpoints'])
      expect((await agent.post(form, fields)).status).toBe(404)
    expect((await stored(web)).map((one) => one.name)).toEqual(['Ada'])
    expect(await web.store.read.db.select().from(web.store.read.t.touchpoints)).toEqual([])
  })

  it('keep what was typed when it cannot be stored, and show hostile text as text', async () => {
    const web = createTestWeb(await makeStore())
    const agent = await web.signIn('agent')
    const fields = { name: hostile, company: hostile, notes: hostile, emails: '', domains: hostile, accounts: '' }
    const refused = await agent.post('/customers/new', { ...fields, emails: 'a b', accounts: 'only-one-word' })
    expect(refused.status).toBe(422)
    const form = await refused.text()
    expect(form).toContain('only-one-word')
    expect(await stored(web)).toEqual([])
    expect((await agent.post('/customers/new', fields)).status).toBe(303)
    const path = `/customers/${(await stored(web))[0]?.id}`
    await agent.post(`${path}/touchpoints`, { channel: 'nonsense', direction: 'x', stage: 'x', text: hostile })
    const pages = await Promise.all(
      [path, `${path}/edit`, '/customers', `/customers?q=${encodeURIComponent('"><script>')}`].map(async (page) => {
        const answer = await agent.get(page)
        expect([page, answer.status]).toEqual([page, 200])
        return answer.text()
      }),
    )
    for (const html of [form, ...pages]) {
      expect(html).not.toContain('<script>alert')
      expect(html).toContain('&lt;script&gt;')
    }
  })

  it('are paged by name without losing or repeating one', async () => {
    const web = createTestWeb(await makeStore())
    const agent = await web.signIn('agent')
    const names = Array.from({ length: 120 }, (_, index) => `Same ${index % 3}`)
    await upload(web, agent, `name\n${names.join('\n')}\n`)
    const seen: string[] = []
    let path: string | undefined = '/customers'
    for (let pages = 0; path !== undefined && pages < 10; pages++) {
      const html: string = await (await agent.get(path)).text()
      seen.push(...[...html.matchAll(/href="\/customers\/([\w-]{36})"/g)].map((match) => match[1] ?? ''))
      path = /href="(\/customers\?[^"]*after=[^"]*)"/.exec(html)?.[1]?.replaceAll('&amp;', '&')
    }
    expect(seen).toHaveLength(120)
    expect(new Set(seen).size).toBe(120)
    for (const after of ['x', '1', '.', '9999999999999999.a', "1.'--"])
      expect((await agent.get(`/customers?${new URLSearchParams({ after })}`)).status).toBe(200)
  })

  it('page their touchpoints, newest first, and take a time in the zone of who writes', async () => {
    const web = createTestWeb(await makeStore())
    const agent = await web.signIn('agent')
    await agent.post('/customers/new', { name: 'Ada' })
    const path = `/customers/${(await stored(web))[0]?.id}`
    for (let index = 0; index < 45; index++) {
      web.clock.at += 1000
      await agent.post(`${path}/touchpoints`, { channel: 'call', text: `call ${index}.` })
    }
    const first = await (await agent.get(path)).text()
    const more = /href="([^"]*before=[^"]*)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const second = await (await agent.get(more)).text()
    const calls = (html: string) => [...html.matchAll(/call (\d+)\./g)].map((match) => Number(match[1]))
    expect([...calls(first), ...calls(second)]).toEqual(Array.from({ length: 45 }, (_, index) => 44 - index))
    expect((await agent.post(`${path}/touchpoints`, { text: 'x', at: '2026-13-45T99:00' })).status).toBe(422)
  })

  it('are made from an author once, who is then theirs', async () => {
    const web = createTestWeb(await makeStore())
    await addSource(web)
    const [heard] = await hear(web, [makeMention({ author: { externalId: '1', handle: hostile, name: hostile } })])
    const agent = await web.signIn('agent')
    const form = await agent.get(`/customers/new?mention=${heard?.mentionId}`)
    expect(await form.text()).not.toContain('<script>alert')
    expect((await agent.get('/customers/new?mention=none')).status).toBe(404)
    expect((await agent.post('/customers/new', { name: 'Ada', mentionId: heard?.mentionId ?? '' })).status).toBe(303)
    const [customer] = await stored(web)
    const page = await (await agent.get(`/customers/${customer?.id}`)).text()
    expect(page).toContain(`/mentions/${heard?.mentionId}/link`)
    const listed = await (await agent.get(`/customers?link=${heard?.mentionId}`)).text()
    expect(listed).toContain('value="accept"')
    const unlink = { customerId: customer?.id ?? '', decision: 'unlink' }
    await agent.post(`/mentions/${heard?.mentionId}/link`, unlink)
    const { db, t } = web.store.read
    expect((await db.select().from(t.authors)).map((author) => author.customerSeq)).toEqual([null])
  })
})
