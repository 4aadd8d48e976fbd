import { expect, it } from 'vitest'
import { describeStores } from '../../../test/helpers/database.ts'
import { createTestWeb, htmx, type TestWeb } from '../../../test/helpers/web.ts'
import { addSource, hear, makeMention, startOfTime } from '../../../test/helpers/workspace.ts'
import { dayMs } from '../../store/clocks.ts'

const stored = async (web: TestWeb) => web.store.read.db.select().from(web.store.read.t.queries)
const hostile = '</textarea><script>alert(1)</script>'

function plain(html: string): string {
  return html
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/g, ' ')
}

describeStores('listening queries', (makeStore) => {
  it('are saved, listed, changed and removed, and tell the workers', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    const told: string[] = []
    web.store.onCommit((notices) => told.push(...notices.map((notice) => notice.type)))
    const saved = await admin.post('/queries/new', { name: 'Crashes', query: 'lumen AND crash', active: '1' })
    expect([saved.status, saved.headers.get('Location')]).toEqual([303, '/queries'])
    expect(told).toContain('queries')
    const [query] = await stored(web)
    expect(query).toMatchObject({ name: 'Crashes', text: 'lumen AND crash', isActive: true, version: 1 })
    expect(plain(await (await admin.get('/queries')).text())).toContain('lumen AND crash')
    told.length = 0
    await admin.post(`/queries/${query?.id}`, { name: 'Crashes', query: 'lumen AND crash' })
    expect((await stored(web))[0]).toMatchObject({ isActive: false })
    expect(told).toContain('queries')
    expect((await admin.post(`/queries/${query?.id}/removal`)).status).toBe(303)
    expect(await stored(web)).toEqual([])
    expect((await admin.post(`/queries/${query?.id}/removal`)).status).toBe(404)
    const actions = (await web.store.read.db.select().from(web.store.read.t.audit)).map((row) => row.action)
    expect(actions).toEqual(['query.create', 'query.update', 'query.remove'])
  })

  it('say where they cannot be read, and keep what was typed', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    const refused = await admin.post('/queries/new', { name: 'Broken', query: 'good\n  (lumen OR', active: '1' })
    expect(refused.status).toBe(422)
    const html = await refused.text()
    const caret = /<pre class="caret-line">([^<]*)<\/pre>/.exec(html)?.[1]
    // The line with the fault, and a caret under the parenthesis that nothing closes.
    expect(caret?.split('\n').map((line) => line.trimEnd().length)).toEqual([11, 3])
    expect(html).toContain('good\n  (lumen OR')
    expect(html).toContain('value="Broken"')
    expect((await admin.post('/queries/new', { name: '', query: '' })).status).toBe(422)
    expect(await stored(web)).toEqual([])
  })

  it('refuse a name that is taken', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    await admin.post('/queries/new', { name: 'One', query: 'lumen' })
    await admin.post('/queries/new', { name: 'Two', query: 'lumen' })
    expect((await admin.post('/queries/new', { name: 'One', query: 'x' })).status).toBe(422)
    const two = (await stored(web)).find((query) => query.name === 'Two')
    expect((await admin.post(`/queries/${two?.id}`, { name: 'One', query: 'x' })).status).toBe(422)
    expect((await stored(web)).map((query) => query.text)).toEqual(['lumen', 'lumen'])
  })

  it('show what they would have caught, with the words that match, and what looks odd', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    await addSource(web)
    const [found] = await hear(web, [
      makeMention({ text: `Lumen crashed again ${hostile}` }),
      makeMention({ text: 'Lumen is fine' }),
      makeMention({ text: 'Lumen crashed long ago', createdAt: startOfTime - 40 * dayMs }),
    ])
    const html = await (await admin.get('/queries/preview?query=lumen+AND+crash', htmx)).text()
    expect(plain(html)).toContain('1 match in 30 days')
    expect(html).toContain('<mark>Lumen</mark> <mark>crashed</mark>')
    expect(html).toContain(`/threads/${found?.threadId}`)
    expect(html).not.toContain('<script>')
    const odd = await (await admin.get('/queries/preview?query=lumen+or+crash+OR+lumen', htmx)).text()
    expect(plain(odd)).toContain('or is searched as a word; the operator is written OR')
    expect(plain(odd)).toContain('AND and OR stand side by side')
    expect(plain(odd)).toContain('In plain spelling: (lumen AND or AND crash) OR lumen')
    expect(plain(odd)).toContain('the word crash, also in other forms of it')
  })

  it('find a match far inside a long text', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    await addSource(web)
    await hear(web, [makeMention({ text: `${'😀 word '.repeat(500)}needle ${'😀'.repeat(500)}` })])
    const html = await (await admin.get('/queries/preview?query=needle', htmx)).text()
    expect(html).toContain('<mark>needle</mark>')
    expect(html).not.toContain('�')
  })

  it('are tried on more mentions than one reading brings, each once', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    await addSource(web)
    const items = Array.from({ length: 230 }, (_, index) => makeMention({ text: index % 2 ? 'needle' : 'hay' }))
    await hear(web, items)
    const html = await (await admin.get('/queries/preview?query=needle', htmx)).text()
    expect(plain(html)).toContain('115 matches in 30 days')
  })

  it('say what each connected platform is asked and what it will miss', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    const preview = async () =>
      plain(await (await admin.get('/queries/preview?query=lumen+AND+(crash+OR+refund)', htmx)).text())
    expect(await preview()).not.toContain('What each platform is asked')
    await addSource(web, 'm', { connector: 'mastodon' })
    await addSource(web, 'b', { connector: 'bluesky' })
    await addSource(web, 'b2', { connector: 'bluesky' })
    const text = await preview()
    expect(text).toContain('hashtag timelines only: posts without the tag are not seen')
    expect(text).toContain('lumen crash')
    expect(text.split('search is unreliable without a session')).toHaveLength(2)
  })

  it('keep every version and bring an earlier one back as a new one', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin', 'Ada')
    await admin.post('/queries/new', { name: 'Q', query: 'first', active: '1' })
    const id = (await stored(web))[0]?.id
    await admin.post(`/queries/${id}`, { name: 'Q', query: 'second', active: '1' })
    const page = plain(await (await admin.get(`/queries/${id}`)).text())
    expect(page).toMatch(/2 ?second/)
    expect(page).toMatch(/1 ?first/)
    expect((await admin.post(`/queries/${id}/versions/1`)).headers.get('Location')).toBe(`/queries/${id}`)
    expect((await stored(web))[0]).toMatchObject({ text: 'first', version: 3, isActive: true })
    for (const version of ['9', '0', '-1', 'x', '99999999999999'])
      expect([version, (await admin.post(`/queries/${id}/versions/${version}`)).status]).toEqual([version, 404])
    expect((await admin.post('/queries/none/versions/1')).status).toBe(404)
  })

  it('are looked at by everybody, changed by those who may, and only from our own pages', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    await admin.post('/queries/new', { name: 'Q', query: 'lumen', active: '1' })
    const id = (await stored(web))[0]?.id
    for (const role of ['agent', 'viewer'] as const) {
      const other = await web.signIn(role)
      const page = await other.get(`/queries/${id}`)
      expect([page.status, (await page.text()).includes('/removal')]).toEqual([200, false])
      const refused = [
        await other.get('/queries/new'),
        await other.post('/queries/new', { name: 'X', query: 'x' }),
        await other.post(`/queries/${id}`, { name: 'X', query: 'x' }),
        await other.post(`/queries/${id}/versions/1`),
        await other.post(`/queries/${id}/removal`),
      ]
      expect(refused.map((answer) => answer.status)).toEqual([403, 403, 403, 403, 403])
    }
    for (const headers of [{ Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }])
      for (const path of ['/queries/new', `/queries/${id}`, `/queries/${id}/versions/1`, `/queries/${id}/removal`])
        expect((await admin.post(path, { name: 'X', query: 'x' }, headers)).status).toBe(403)
    expect((await admin.post('/queries/new', { name: 'X', query: 'x' }, { 'X-CSRF-Token': 'wrong' })).status).toBe(403)
    expect((await stored(web)).map((query) => query.text)).toEqual(['lumen'])
  })

  it('take hostile names and texts as text', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    const given = { name: `"><img src=x onerror=1>\u0000`, query: `"${hostile.replaceAll('"', '')}"`, active: '1' }
    expect((await admin.post('/queries/new', given)).status).toBe(303)
    const id = (await stored(web))[0]?.id
    for (const path of ['/queries', `/queries/${id}`]) {
      const html = await (await admin.get(path)).text()
      expect(html).not.toContain('<script>alert')
      expect(html).not.toContain('<img src=x')
      expect(html).toContain('&lt;script&gt;')
    }
    const deep = `${'('.repeat(5000)}a${')'.repeat(5000)}`
    const huge = 'word '.repeat(20_000)
    for (const query of [deep, huge, '\u0000', 'regex:/(a+)+$/', '🦊'.repeat(3000)])
      expect([200, 422]).toContain((await admin.get(`/queries/preview?${new URLSearchParams({ query })}`)).status)
  })
})
