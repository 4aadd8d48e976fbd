import { expect, it } from 'vitest'
import { describeStores } from '../../../test/helpers/database.ts'
import { createTestWeb, htmx, type TestWeb } from '../../../test/helpers/web.ts'
import { addSource, hear, makeMention, startOfTime } from '../../../test/helpers/workspace.ts'
import { insertDraw, writeRelevance } from '../../store/quality.ts'
import { enrichMentions } from '../../work/enrich.ts'
import { createTestContext } from '../../../test/helpers/workContext.ts'

const plain = (html: string) => html.replaceAll(/<[^>]+>/g, '').replaceAll(/\s+/g, ' ')

/** A world with one query over what was heard, enriched as the worker does it. */
async function catching(web: TestWeb, texts: readonly string[], query = 'acme') {
  const admin = await web.signIn('admin')
  await addSource(web)
  await admin.post('/queries/new', { name: 'Acme', query, active: '1' })
  const heard = await hear(
    web,
    texts.map((text, index) => makeMention({ text, createdAt: startOfTime - 3_600_000 + index * 1000 })),
  )
  const { t, db } = web.store.read
  const seqs = (await db.select({ seq: t.mentions.seq }).from(t.mentions)).map((row) => row.seq)
  await enrichMentions(createTestContext(web), seqs)
  const [row] = await db.select().from(t.queries)
  if (!row) throw new Error('no query')
  return { admin, heard, query: row, state: () => stateOf(web, row.seq) }
}

async function stateOf({ store: { read } }: TestWeb, querySeq: number) {
  const { t, db } = read
  const rollup = (await db.select().from(t.volumeRollup)).filter((row) => row.querySeq === querySeq)
  return {
    matches: (await db.select().from(t.matches).orderBy(t.matches.mentionSeq)).map((row) => row.mentionSeq),
    rejections: (await db.select().from(t.rejections)).map((row) => row.mentionSeq),
    counted: rollup.reduce((sum, row) => sum + row.count, 0),
  }
}

describeStores('not relevant', (makeStore) => {
  it('takes a match out of results and counts, says who did it, and puts it back as it was', async () => {
    const web = createTestWeb(await makeStore())
    const { admin, heard, query, state } = await catching(web, ['acme zoo', 'acme crash', 'other'])
    const before = await web.store.read.db.select().from(web.store.read.t.matches)
    expect(await state()).toEqual({ matches: [1, 2], rejections: [], counted: 2 })
    const path = `/mentions/${heard[0]?.mentionId}/relevance`
    await admin.post(path, { query: query.id, relevant: '0' })
    expect(await state()).toEqual({ matches: [2], rejections: [1], counted: 1 })
    // Once more changes nothing.
    await admin.post(path, { query: '', relevant: '0' })
    expect(await state()).toEqual({ matches: [2], rejections: [1], counted: 1 })
    const inbox = async () => plain(await (await admin.get(`/inbox?view=all&query=${query.id}`)).text())
    expect(await inbox()).not.toContain('acme zoo')
    expect(await inbox()).toContain('acme crash')
    const thread = plain(await (await admin.get(`/threads/${heard[0]?.threadId}`)).text())
    expect(thread).toContain('Not relevant for Acme, says admin')
    expect(thread).toContain('admin called it not relevant for Acme')
    await admin.post(path, { query: query.id, relevant: '1' })
    expect(await state()).toEqual({ matches: [1, 2], rejections: [], counted: 2 })
    const after = await web.store.read.db.select().from(web.store.read.t.matches)
    expect(after.toSorted((a, b) => a.mentionSeq - b.mentionSeq)).toEqual(before)
    const viewer = await web.signIn('viewer')
    expect((await viewer.post(path, { query: query.id, relevant: '0' })).status).toBe(403)
    expect((await admin.post(path, { query: 'none', relevant: '0' })).status).toBe(404)
  })

  it('holds when the author edits the text', async () => {
    const web = createTestWeb(await makeStore())
    const { admin, heard, query, state } = await catching(web, ['acme zoo'])
    await admin.post(`/mentions/${heard[0]?.mentionId}/relevance`, { query: query.id, relevant: '0' })
    await web.store.write(async (tx) => {
      await tx.db.update(tx.t.mentions).set({ text: 'acme zoo and more', enrichedAt: null, version: 2 })
    })
    await enrichMentions(createTestContext(web), [1])
    expect(await state()).toEqual({ matches: [], rejections: [1], counted: 0 })
  })

  it('is said of many threads at once, and taken back on the page of the query', async () => {
    const web = createTestWeb(await makeStore())
    const { admin, heard, query, state } = await catching(web, ['acme zoo one', 'acme zoo two', 'acme crash'])
    const html = await (await admin.get('/inbox?view=all&select=1')).text()
    expect(html.match(/name="thread"/g)).toHaveLength(3)
    const thread = heard.slice(0, 2).map((one) => one.threadId)
    const answer = await admin.post('/inbox/relevance', { thread, query: '', back: 'view=all&select=1' })
    expect(answer.headers.get('Location')).toBe('/inbox?view=all&select=1')
    expect(await state()).toMatchObject({ matches: [3], counted: 1 })
    const page = await (await admin.get(`/queries/${query.id}/relevance`)).text()
    const mention = [...page.matchAll(/name="mention" value="([^"]+)"/g)].map(([, id]) => id ?? '')
    expect(mention).toHaveLength(2)
    await admin.post(`/queries/${query.id}/relevance`, { mention })
    expect(await state()).toEqual({ matches: [1, 2, 3], rejections: [], counted: 3 })
  })

  it('suggests what to leave out, shows what that would hide, and does it only when told', async () => {
    const web = createTestWeb(await makeStore())
    const animals = [
      'lion in the zoo of acme',
      'acme zoo opens',
      'zoo acme otter',
      'a heron at acme zoo',
      'acme: zoo, ibis',
      'zoo tickets at acme',
    ]
    const parts = ['crash', 'login', 'invoice', 'refund', 'battery', 'sync']
    const good = Array.from(
      { length: 24 },
      (_, i) => `the ${parts[i % 6]} of acme ${i} is ${['broken', 'slow'][i % 2]}`,
    )
    const { admin, heard, query } = await catching(web, [...animals, ...good, 'the zoo app of acme is broken'])
    for (const one of heard.slice(1, animals.length))
      await admin.post(`/mentions/${one.mentionId}/relevance`, { query: query.id, relevant: '0' })
    // A label in a sample of the query's quality says the same.
    const act = { userId: admin.userId, now: startOfTime, ip: '', newId: web.newId }
    const key = { querySeq: query.seq, version: 1, mentionSeq: 1 }
    const draw = { querySeq: query.seq, version: 1, seed: 1, parts: [] }
    await web.store.write(async (tx) => {
      await insertDraw(tx, act, draw, [[1]])
      await writeRelevance(tx, act, key, 'no')
    })
    const page = plain(await (await admin.get(`/queries/${query.id}/relevance`)).text())
    expect(page).toContain('zoo in 6 of 6 rejected, 1 of 25 kept')
    const effect = plain(await (await admin.get(`/queries/${query.id}/exclusion?add=zoo`)).text())
    expect(effect).toContain('Hides 6 of 6 that were called not relevant, and 1 of 25 that were kept')
    expect(effect).toContain('the zoo app of acme is broken')
    expect(effect).toContain('acme NOT zoo')
    const text = async () => (await web.store.read.db.select().from(web.store.read.t.queries))[0]?.text
    expect(await text()).toBe('acme')
    await admin.post('/lists/new', { name: 'Animals', text: 'safari' })
    const [list] = await web.store.read.db.select().from(web.store.read.t.exclusionLists)
    await admin.post(`/queries/${query.id}/exclusion`, { add: 'zoo', target: list?.id ?? '' })
    const [changed] = await web.store.read.db.select().from(web.store.read.t.exclusionLists)
    expect(changed).toMatchObject({ text: 'safari OR zoo'.replace(' OR', '\nOR'), version: 2 })
    await admin.post(`/queries/${query.id}/exclusion`, { add: 'zoo', target: 'query' })
    expect(await text()).toBe('acme NOT zoo')
    const agent = await web.signIn('agent')
    expect((await agent.post(`/queries/${query.id}/exclusion`, { add: 'x', target: 'query' })).status).toBe(403)
    expect((await admin.get(`/queries/${query.id}/exclusion?add=${encodeURIComponent('(')}`, htmx)).status).toBe(204)
  })
})
