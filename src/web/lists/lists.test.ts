import { expect, it } from 'vitest'
import { describeStores } from '../../../test/helpers/database.ts'
import { createTestWeb, htmx, type TestWeb } from '../../../test/helpers/web.ts'
import { createTestContext } from '../../../test/helpers/workContext.ts'
import { addSource, hear, makeMention } from '../../../test/helpers/workspace.ts'
import { enrichMentions } from '../../work/enrich.ts'
import { activeQueries } from '../../store/listening.ts'

const stored = async ({ store: { read } }: TestWeb) => ({
  lists: await read.db.select().from(read.t.exclusionLists),
  queries: await read.db.select().from(read.t.queries).orderBy(read.t.queries.seq),
  versions: await read.db.select().from(read.t.queryVersions).orderBy(read.t.queryVersions.version),
})
const plain = (html: string) => html.replaceAll(/<[^>]+>/g, '').replaceAll(/\s+/g, ' ')

describeStores('exclusion lists', (makeStore) => {
  it('give their queries a new version with every change, so that a match knows what was left out', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    await admin.post('/lists/new', { name: 'Jobs', text: 'hiring' })
    const [list] = (await stored(web)).lists
    const form = { name: 'Acme', query: 'acme', active: '1', listsShown: '1' }
    await admin.post('/queries/new', { ...form, lists: list?.id ?? '' })
    await admin.post('/queries/new', { ...form, name: 'Other' })
    const id = (await stored(web)).queries.find((one) => one.name === 'Acme')?.id
    await admin.post(`/lists/${list?.id}`, { name: 'Jobs', text: 'hiring OR vacancy' })
    await admin.post(`/lists/${list?.id}/versions/1`)
    expect((await stored(web)).queries.map((one) => [one.name, one.version])).toEqual([
      ['Acme', 3],
      ['Other', 1],
    ])
    const versions = (await stored(web)).versions.filter((one) => one.querySeq === 1)
    expect(versions.map((one) => one.lists?.map(({ name, version }) => [name, version]))).toEqual([
      [['Jobs', 1]],
      [['Jobs', 2]],
      [['Jobs', 3]],
    ])
    expect((await activeQueries(web.store.read)).map((one) => one.lists)).toEqual([['hiring'], []])
    // A form that showed no lists keeps them; one with none ticked takes them away.
    await admin.post(`/queries/${id}`, { name: 'Acme', query: 'acme', active: '1' })
    expect((await stored(web)).queries[0]?.version).toBe(3)
    await admin.post(`/queries/${id}`, form)
    expect((await stored(web)).queries[0]?.version).toBe(4)
    expect((await activeQueries(web.store.read)).map((one) => one.lists)).toEqual([[], []])
    await admin.post(`/queries/${id}`, { ...form, lists: list?.id ?? '' })
    await admin.post(`/lists/${list?.id}/removal`)
    expect((await stored(web)).queries[0]?.version).toBe(6)
    expect((await activeQueries(web.store.read)).map((one) => one.lists)).toEqual([[], []])
  })

  it('leave out what they match from the next mention on, and take it in again when they are changed', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    await addSource(web)
    const context = createTestContext(web)
    await admin.post('/lists/new', { name: 'Jobs', text: 'hiring' })
    const [list] = (await stored(web)).lists
    await admin.post('/queries/new', {
      name: 'Acme',
      query: 'acme',
      active: '1',
      listsShown: '1',
      lists: list?.id ?? '',
    })
    const caught = async (text: string) => {
      const { t, db } = web.store.read
      const [heard] = await hear(web, [makeMention({ text })])
      const rows = await db.select({ id: t.mentions.id, seq: t.mentions.seq }).from(t.mentions)
      const seq = rows.find((row) => row.id === heard?.mentionId)?.seq ?? 0
      await enrichMentions(context, [seq])
      return (await db.select().from(t.matches)).filter((row) => row.mentionSeq === seq).map((row) => row.version)
    }
    expect([await caught('acme is hiring'), await caught('acme is slow')]).toEqual([[], [1]])
    await admin.post(`/lists/${list?.id}`, { name: 'Jobs', text: 'slow' })
    expect([await caught('acme is hiring'), await caught('acme is slow')]).toEqual([[2], []])
    await admin.post(`/lists/${list?.id}/removal`)
    expect(await caught('acme is slow')).toEqual([3])
  })

  it('say what they would hide before they are saved, and before they are attached', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    await addSource(web)
    await hear(web, [
      makeMention({ text: 'Acme is hiring a plumber' }),
      makeMention({ text: 'Acme is slow' }),
      makeMention({ text: 'Somebody else is hiring' }),
    ])
    await admin.post('/queries/new', { name: 'Acme', query: 'acme', active: '1' })
    const draft = plain(await (await admin.get('/lists/preview?text=hiring', htmx)).text())
    expect(draft).toContain('Hides 1 of 2 matches in 30 days')
    expect(draft).toContain('Acme: 1 of 2')
    expect(draft).toContain('Acme is hiring a plumber')
    await admin.post('/lists/new', { name: 'Jobs', text: 'hiring' })
    const [list] = (await stored(web)).lists
    const before = plain(await (await admin.get('/queries/preview?query=acme', htmx)).text())
    expect(before).toContain('2 matches in 30 days')
    expect(before).toContain('Jobs would hide 1 in 30 days')
    const after = plain(await (await admin.get(`/queries/preview?query=acme&lists=${list?.id}`, htmx)).text())
    expect(after).toContain('1 match in 30 days')
    expect(after).toContain('Jobs hides 1 in 30 days')
  })

  it('refuse what cannot be read and names that are taken, and keep what was typed', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    const refused = await admin.post('/lists/new', { name: 'Broken', text: 'a OR (b' })
    expect(refused.status).toBe(422)
    const html = await refused.text()
    expect([html.includes('value="Broken"'), html.includes('a OR (b'), plain(html).includes('never closed')]).toEqual([
      true,
      true,
      true,
    ])
    await admin.post('/lists/new', { name: 'Jobs', text: 'hiring' })
    expect((await admin.post('/lists/new', { name: 'Jobs', text: 'x' })).status).toBe(422)
    expect((await stored(web)).lists.map((one) => one.text)).toEqual(['hiring'])
    const odd = plain(await (await admin.get('/lists/preview?text=hiring+or+jobs', htmx)).text())
    expect(odd).toContain('or is searched as a word; the operator is written OR')
    expect((await admin.get('/lists/new?starter=jobs')).status).toBe(200)
  })
})
