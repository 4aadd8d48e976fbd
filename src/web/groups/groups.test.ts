import { expect, it } from 'vitest'
import { describeStores } from '../../../test/helpers/database.ts'
import { createTestWeb, type TestWeb } from '../../../test/helpers/web.ts'
import { addToken } from '../../../test/helpers/token.ts'
import { createTestContext } from '../../../test/helpers/workContext.ts'
import { addSource, hear, makeMention, startOfTime } from '../../../test/helpers/workspace.ts'
import type { Tone } from '../../domain/classification.ts'
import { dayMs } from '../../store/clocks.ts'
import { enrichMentions } from '../../work/enrich.ts'

const plain = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
interface Voice {
  members: Record<'mentions' | Tone, number>[]
  days: { counts: number[] }[]
}

/** Acme has three mentions, Rival two, and one of them names both. */
async function twoBrands(web: TestWeb) {
  const admin = await web.signIn('admin')
  await addSource(web)
  for (const name of ['Acme', 'Rival', 'Bystander'])
    await admin.post('/queries/new', { name, query: name.toLowerCase(), active: '1' })
  const ids = new Map(
    (await web.store.read.db.select().from(web.store.read.t.queries)).map((row) => [row.name, row.id]),
  )
  const texts = ['acme one', 'acme broke and I hate it', 'acme or rival, which is it', 'rival wins', 'bystander']
  await hear(
    web,
    texts.map((text, index) => makeMention({ text, createdAt: startOfTime - 2 * dayMs + index * 1000 })),
  )
  const { t, db } = web.store.read
  const seqs = (await db.select({ seq: t.mentions.seq }).from(t.mentions)).map((row) => row.seq)
  await enrichMentions(createTestContext(web), seqs)
  const query = ['Acme', 'Rival'].map((name) => ids.get(name) ?? '')
  await admin.post('/groups/new', { name: 'Brands', query })
  const [group] = await db.select().from(t.queryGroups)
  return { admin, ids, groupId: group?.id ?? '' }
}

describeStores('groups of queries', (makeStore) => {
  it('give a share of voice that counts a mention once for each member, and says how they overlap', async () => {
    const web = createTestWeb(await makeStore())
    const { admin, groupId } = await twoBrands(web)
    const token = await addToken(web, admin.userId, ['queries:read'])
    const answer = await web.app.request(`http://localhost/api/v1/groups/${groupId}/voice`, {
      headers: { Authorization: `Bearer ${token}` },
    })
    const voice = (await answer.json()) as Voice
    expect(voice).toMatchObject({
      total: 5,
      shared: 1,
      members: [
        { name: 'Acme', mentions: 3, overlaps: 1, share: 0.6 },
        { name: 'Rival', mentions: 2, overlaps: 1, share: 0.4 },
      ],
    })
    expect(voice.days.filter((day) => day.counts.some(Boolean)).map((day) => day.counts)).toEqual([[3, 2]])
    for (const { mentions, ...one } of voice.members)
      expect(one.negative + one.neutral + one.positive + one.mixed + one.unsure).toBe(mentions)
    const page = plain(await (await admin.get(`/reports/voice?group=${groupId}`)).text())
    expect(page).toContain('1 mention was caught by more than one of these queries and counts for each')
    expect(page).toContain('Acme has listened only since')
    expect((await admin.get('/reports/voice?group=none')).status).toBe(404)
  })

  it('narrow the inbox', async () => {
    const web = createTestWeb(await makeStore())
    const { admin, groupId, ids } = await twoBrands(web)
    const inbox = async (filter: string) => plain(await (await admin.get(`/inbox?view=all&${filter}`)).text())
    const ofGroup = await inbox(`group=${groupId}`)
    expect(['acme one', 'rival wins', 'bystander'].map((text) => ofGroup.includes(text))).toEqual([true, true, false])
    const ofQuery = await inbox(`query=${ids.get('Rival')}`)
    expect(['acme one', 'rival wins'].map((text) => ofQuery.includes(text))).toEqual([false, true])
    expect(ofQuery).toContain('Caught by: Rival')
  })

  it('refuse a taken name and too few or too many queries, and keep what was typed', async () => {
    const web = createTestWeb(await makeStore())
    const { admin, groupId, ids } = await twoBrands(web)
    const id = ids.get('Acme') ?? ''
    const none = await admin.post('/groups/new', { name: 'Nobody' })
    expect([none.status, (await none.text()).includes('value="Nobody"')]).toEqual([422, true])
    expect((await admin.post('/groups/new', { name: 'Brands', query: id })).status).toBe(422)
    const many = Array.from({ length: 9 }, (_, index) => `query-${index}`)
    expect((await admin.post(`/groups/${groupId}`, { name: 'Brands', query: many })).status).toBe(422)
    await admin.post(`/groups/${groupId}`, { name: 'Ours', query: id })
    const { t, db } = web.store.read
    expect([
      await db.select().from(t.queryGroupMembers),
      (await db.select().from(t.queryGroups))[0]?.name,
    ]).toMatchObject([[{ querySeq: 1 }], 'Ours'])
    await admin.post(`/groups/${groupId}/removal`)
    expect([await db.select().from(t.queryGroupMembers), (await db.select().from(t.queries)).length]).toEqual([[], 3])
  })
})
