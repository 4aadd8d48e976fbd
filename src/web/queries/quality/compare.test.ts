import { expect, it } from 'vitest'
import { describeStores } from '../../../../test/helpers/database.ts'
import { createTestWeb, htmx } from '../../../../test/helpers/web.ts'
import { addSource, hear, makeMention, startOfTime } from '../../../../test/helpers/workspace.ts'
import { dayMs } from '../../../store/clocks.ts'

function plain(html: string): string {
  return html
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/g, ' ')
}

describeStores('comparing a query', (makeStore) => {
  it('with what is saved says what the change gains and loses, and why, before it is saved', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    await addSource(web)
    await hear(web, [
      makeMention({ text: 'Lumen crash' }),
      makeMention({ text: 'Lumen crash giveaway' }),
      makeMention({ text: 'Lumen froze <b>' }),
      makeMention({ text: 'Lumen froze long ago', createdAt: startOfTime - 200 * dayMs }),
      makeMention({ text: 'Weather' }),
    ])
    await admin.post('/queries/new', { name: 'Lumen', query: 'lumen crash', active: '1' })
    const [query] = await web.store.read.db.select().from(web.store.read.t.queries)
    const address = `/queries/${query?.id}/compare`
    const change = 'query=lumen+(crash+OR+froze)+NOT+giveaway&name=Lumen&active=1'
    const token = await admin.get(`${address}?_csrf=secret&${change}`)
    expect([token.status, token.headers.get('Location')?.includes('_csrf')]).toEqual([303, false])
    const html = await (await admin.get(`${address}?${change}`)).text()
    const text = plain(html)
    expect(text).toContain('This change gains 1 and loses 1 of the last 90 days.')
    expect(text).toContain('In the whole history it gains 2, loses 1 and keeps 1.')
    expect(text).toContain('Version 1: misses crash')
    expect(text).toContain('Not saved yet: excludes giveaway')
    expect(html).toContain('<mark>giveaway</mark>')
    expect(html).toContain('<mark>froze</mark> &lt;b&gt;')
    expect(text).toContain('Source source-1')
    expect(html).not.toContain('http-equiv="refresh"')
    expect(plain(await (await admin.get(`${address}?${change}`, htmx)).text())).toContain('gains 1 and loses 1')

    await admin.post(`/queries/${query?.id}`, { name: 'Lumen', query: 'lumen froze', active: '1' })
    const versions = plain(await (await admin.get(`${address}?from=1`)).text())
    expect(versions).toContain('In the whole history it gains 2, loses 2 and keeps 0.')
    expect(await (await admin.get(`/queries/${query?.id}`)).text()).toContain(`${address}?from=1`)
    const broken = await admin.get(`${address}?query=(lumen`)
    expect([broken.status, await broken.text()]).toEqual([422, expect.stringContaining('caret-line')])
    expect((await admin.get(`${address}?from=9`)).status).toBe(404)
    expect((await admin.get('/queries/none/compare')).status).toBe(404)
  })
})
