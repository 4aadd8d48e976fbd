import { expect, it } from 'vitest'
import { describeStores } from '../../../test/helpers/database.ts'
import { createTestWeb } from '../../../test/helpers/web.ts'
import { addSource } from '../../../test/helpers/workspace.ts'
import { noteStreamEnd, takeStream } from '../../store/streams.ts'

const plain = (html: string) => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')

describeStores('streaming on the page of a source', (makeStore) => {
  it('is switched on and off, says what it costs, how it stands and why not otherwise', async () => {
    const web = createTestWeb(await makeStore())
    const id = await addSource(web)
    const [admin, agent] = [await web.signIn('admin'), await web.signIn('agent')]
    const page = async () => plain(await (await admin.get(`/sources/${id}`)).text())
    expect(await page()).toMatch(/Listens by: Looking regularly.*What it costs: A cent a post\..*Turn streaming on/)
    expect((await agent.post(`/sources/${id}/stream`, { on: '1' })).status).toBe(403)
    expect(plain(await (await agent.get(`/sources/${id}`)).text())).not.toContain('Turn streaming on')
    const on = await admin.post(`/sources/${id}/stream`, { on: '1' })
    expect([on.status, on.headers.get('Location')]).toEqual([303, `/sources/${id}`])
    expect(await page()).toMatch(/while the stream connects.*Turn streaming off/)
    const { t, db } = web.store.read
    expect(await db.select({ kind: t.jobs.kind, key: t.jobs.key }).from(t.jobs)).toEqual([{ kind: 'stream', key: id }])
    const end = { sourceId: id, owner: 'o', mode: 'polling' as const, failures: 2, now: web.clock.at }
    await web.store.write(async (tx) => {
      await takeStream(tx, id, 'o', web.clock.at)
      await noteStreamEnd(tx, { ...end, reason: 'The <b>server</b> has no streams.' })
    })
    const html = await (await admin.get(`/sources/${id}`)).text()
    expect(html).toContain('The &lt;b&gt;server&lt;/b&gt; has no streams.')
    expect(plain(html)).toMatch(/Looking regularly.*Why there is no stream now:.*It is tried again by itself\./)
    await admin.post(`/sources/${id}/stream`, { on: '0' })
    expect(await page()).not.toContain('Why there is no stream')
    const audit = await db.select({ action: t.audit.action, data: t.audit.data }).from(t.audit)
    const switched = audit.filter(({ action }) => action === 'source.stream')
    expect(switched.map(({ data }) => data)).toEqual([{ on: true }, { on: false }])
    expect((await admin.post('/sources/nothing/stream', { on: '1' })).status).toBe(404)
  })
})
