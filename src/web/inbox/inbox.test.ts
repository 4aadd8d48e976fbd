import { expect, it } from 'vitest'
import { describeStores } from '../../../test/helpers/database.ts'
import { createTestWeb, htmx, type Browser } from '../../../test/helpers/web.ts'
import { addSource, hear, makeMention } from '../../../test/helpers/workspace.ts'

const page = async (browser: Browser, path: string) => (await browser.get(path)).text()
const rowsOf = (html: string) => [...html.matchAll(/id="row-([^"]+)" data-thread/g)].map((match) => match[1])

describeStores('tags and views of the inbox', (makeStore) => {
  it('gives a thread tags, shows them in its row, and finds it by them', async () => {
    const web = createTestWeb(await makeStore())
    await addSource(web)
    const [first, second] = await hear(web, [makeMention(), makeMention()])
    const agent = await web.signIn('agent')
    const path = `/threads/${first?.threadId}`
    expect(await page(agent, path)).toContain('Add tags')
    await agent.post(`${path}/tags`, { tags: ['billing, <b>vip</b>', 'billing'] })
    const thread = await page(agent, path)
    expect(thread).toContain('/inbox?view=all&amp;tag=billing')
    expect(thread).toMatch(
      /name="tags"[^>]*value="&lt;b&gt;vip&lt;\/b&gt;, billing"|value="[^"]*billing[^"]*"[^>]*name="tags"/,
    )
    expect(await page(agent, `/threads/${second?.threadId}`)).toMatch(/type="checkbox" name="tags" value="billing"/)
    const found = await page(agent, '/inbox?view=all&tag=billing')
    expect(rowsOf(found)).toEqual([first?.threadId])
    expect(found).toContain('&lt;b&gt;vip&lt;/b&gt;')
    expect(rowsOf(await page(agent, '/inbox?view=all'))).toHaveLength(2)
    expect(rowsOf(await page(agent, '/inbox?view=all&tag=unknown'))).toEqual([])
    const part = await agent.post(`${path}/tags`, { tags: '' }, htmx)
    expect(await part.text()).toContain('Add tags')
    expect(rowsOf(await page(agent, '/inbox?view=all&tag=billing'))).toEqual([])
  })

  it('keeps filters under a name, narrows them again without losing the first, and forgets them when told', async () => {
    const web = createTestWeb(await makeStore())
    await addSource(web)
    const [first, second] = await hear(web, [makeMention({ lang: 'de' }), makeMention()])
    const agent = await web.signIn('agent')
    for (const id of [first?.threadId, second?.threadId]) await agent.post(`/threads/${id}/tags`, { tags: 'billing' })
    await agent.post(`/threads/${first?.threadId}/assignee`, { assignee: 'me' })
    const save = async (from: string, name: string) => {
      const html = await page(agent, from)
      const [, filter = ''] = /name="filter" value="([^"]*)"/.exec(html) ?? []
      const answer = await agent.post('/inbox/views', { name, filter: filter.replaceAll('&amp;', '&') })
      return answer.headers.get('Location') ?? ''
    }
    const billing = await save('/inbox?view=all&tag=billing', 'Billing')
    expect(rowsOf(await page(agent, billing))).toHaveLength(2)
    const mine = await save(`${billing}&assignee=me`, 'My billing')
    expect(rowsOf(await page(agent, mine))).toEqual([first?.threadId])
    await agent.post(`/threads/${first?.threadId}/tags`, { tags: '' })
    expect(rowsOf(await page(agent, mine))).toEqual([])
    const other = await web.signIn('agent', 'Ben')
    expect(await page(other, '/inbox')).not.toContain('My billing')
    const id = new URL(mine, 'http://x').searchParams.get('view')
    expect(await page(agent, mine)).toContain(`action="/inbox/views/${id}"`)
    expect((await other.post(`/inbox/views/${id}`)).status).toBe(404)
    expect((await agent.post(`/inbox/views/${id}`)).status).toBe(303)
    expect(await page(agent, '/inbox')).not.toContain('My billing')
    expect(await page(agent, '/inbox?view=all')).not.toContain('name="filter"')
  })

  it('snoozes a thread for the chosen span, and for another one after that', async () => {
    const web = createTestWeb(await makeStore())
    await addSource(web)
    const [heard] = await hear(web, [makeMention()])
    const agent = await web.signIn('agent')
    const path = `/threads/${heard?.threadId}`
    expect(await page(agent, path)).toMatch(/name="until" value="240"/)
    const { db, t } = web.store.read
    for (const minutes of [240, 60]) {
      await agent.post(`${path}/state`, { state: 'snoozed', until: String(minutes) })
      const [thread] = await db.select().from(t.threads)
      expect([thread?.state, thread?.snoozedUntil]).toEqual(['snoozed', web.clock.at + minutes * 60_000])
    }
    expect(await page(agent, path)).toContain('Snoozed until')
    await agent.post(`${path}/state`, { state: 'open' })
    expect((await db.select().from(t.threads))[0]).toMatchObject({ state: 'open', snoozedUntil: null })
  })
})
