import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeStores } from '../../../test/helpers/database.ts'
import { createTestWeb, type TestWeb } from '../../../test/helpers/web.ts'
import { addSource, hear, makeMention } from '../../../test/helpers/workspace.ts'
import { dayMs } from '../../store/clocks.ts'

const plain = (html: string) => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')

/** Ada's post, and Ben's that repeats it, as enrichment leaves them. */
async function told(web: TestWeb) {
  await addSource(web)
  const by = (name: string) => ({ author: { externalId: name, handle: name, name } })
  const [first, copy] = await hear(web, [makeMention(by('Ada')), makeMention(by('Ben'))])
  if (!first || !copy) throw new Error('the premise: both were heard')
  const { t } = web.store.read
  await web.store.write(async (tx) => {
    const [original] = await tx.db.select().from(t.mentions).where(eq(t.mentions.id, first.mentionId))
    await tx.db
      .update(t.mentions)
      .set({ copyOf: original?.seq ?? 0 })
      .where(eq(t.mentions.id, copy.mentionId))
    await tx.db.update(t.threads).set({ copyOf: first.threadSeq }).where(eq(t.threads.seq, copy.threadSeq))
    const day = Math.floor((original?.createdAt ?? 0) / dayMs)
    const row = { querySeq: 0, day, sourceId: 'source-1', sentiment: '', count: 2, copies: 1 }
    await tx.db.insert(t.volumeRollup).values(row)
  })
  return { first, copy }
}

describeStores('copies', (makeStore) => {
  it('stand under their original, each with a way to it, and come apart where the list is told to', async () => {
    const web = createTestWeb(await makeStore())
    const { first } = await told(web)
    const agent = await web.signIn('agent')
    const text = async (path: string) => plain(await (await agent.get(path)).text())
    const folded = await text('/inbox?view=all')
    expect([folded.includes('Ada'), folded.includes('@Ben'), folded.includes('1 copy')]).toEqual([true, false, true])
    expect(await (await agent.get('/inbox?view=all')).text()).toContain(`story=${first.threadId}`)
    for (const path of ['/inbox?view=all&copies=each', `/inbox?view=all&story=${first.threadId}`]) {
      const both = await text(path)
      expect([path, both.includes('Ada'), both.includes('@Ben')]).toEqual([path, true, true])
    }
    expect(await text(`/threads/${first.threadId}`)).toContain('Said once more')
    expect((await agent.get('/inbox?view=all&story=nothing')).status).toBe(200)
  })

  it('are freed by a person, and put back', async () => {
    const web = createTestWeb(await makeStore())
    const { copy } = await told(web)
    const [agent, viewer] = [await web.signIn('agent'), await web.signIn('viewer')]
    const decide = `/mentions/${copy.mentionId}/copy`
    expect((await viewer.post(decide, { decision: 'deny' })).status).toBe(403)
    expect((await agent.post(decide, { decision: 'perhaps' })).status).toBe(404)
    const thread = async () => plain(await (await agent.get(`/threads/${copy.threadId}`)).text())
    expect(await thread()).toContain('This repeats')
    expect((await agent.post(decide, { decision: 'deny' })).status).toBe(303)
    expect(await thread()).toContain('Somebody here said that this is no copy of')
    expect(plain(await (await agent.get('/inbox?view=all')).text())).toContain('@Ben')
    await agent.post(decide, { decision: 'confirm' })
    expect(plain(await (await agent.get('/inbox?view=all')).text())).not.toContain('@Ben')
  })

  it('count once in reports, and all of them where that is wanted', async () => {
    const web = createTestWeb(await makeStore())
    await told(web)
    const viewer = await web.signIn('viewer')
    const text = async (path: string) => plain(await (await viewer.get(path)).text())
    expect(await text('/reports')).toMatch(/1 copy is not counted\..*Mentions 1 /)
    expect(await text('/reports?count=copies')).toMatch(/Mentions 2 /)
  })
})
