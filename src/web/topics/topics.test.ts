import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeStores } from '../../../test/helpers/database.ts'
import { createTestWeb, type TestWeb } from '../../../test/helpers/web.ts'
import { addSource, hear, makeMention } from '../../../test/helpers/workspace.ts'
import type { Sentiment } from '../../domain/classification.ts'
import { dayMs } from '../../store/clocks.ts'
import { listTopics } from '../../store/topics.ts'
import { writeTopicMatches } from '../../store/topicMatches.ts'

const list = '/understanding/topics'

/** Mentions that were matched as enrichment would have. */
async function mark(web: TestWeb, topicSeq: number, tones: readonly Sentiment[], createdAt: number) {
  const heard = await hear(
    web,
    tones.map((tone, i) => makeMention({ text: `battery number ${i} is ${tone}`, createdAt: createdAt - i })),
  )
  const { t, db } = web.store.read
  for (const [i, one] of heard.entries()) {
    const [row] = await db.select({ seq: t.mentions.seq }).from(t.mentions).where(eq(t.mentions.id, one.mentionId))
    const spans = [{ field: 'text' as const, start: 0, end: 7, term: 'battery' }]
    const match = { topicSeq, version: 1, sentiment: tones[i] ?? 'neutral', confidence: 0.9, spans }
    await web.store.write((tx) => writeTopicMatches(tx, [{ seq: row?.seq ?? 0, createdAt, topics: [match] }], []))
  }
}

describeStores('topics', (makeStore) => {
  it('are saved with a readable rule only, and nothing that was typed is lost', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    const bad = await admin.post(`${list}/new`, { name: 'Battery', kind: 'topic', query: 'battery (', active: '1' })
    expect(bad.status).toBe(422)
    expect(await bad.text()).toContain('battery (')
    const good = { name: 'Battery', kind: 'topic', query: 'battery OR charg*', active: '1' }
    const saved = await admin.post(`${list}/new`, good)
    expect([saved.status, saved.headers.get('Location')?.startsWith(`${list}/`)]).toEqual([303, true])
    expect((await admin.post(`${list}/new`, good)).status).toBe(422)
    expect((await listTopics(web.store.read)).map((one) => one.name)).toEqual(['Battery'])
    const agent = await web.signIn('agent')
    expect((await agent.get(list)).status).toBe(200)
    expect((await agent.post(`${list}/new`, { ...good, name: 'Other' })).status).toBe(403)
  })

  it('name what is newly said, within all and within one, and lead to a topic of it', async () => {
    const web = createTestWeb(await makeStore())
    await addSource(web)
    const admin = await web.signIn('admin')
    const now = web.clock.now()
    const say = (n: number, text: (i: number) => string, at: number) =>
      hear(
        web,
        Array.from({ length: n }, (_, i) => makeMention({ text: text(i), createdAt: at - i * 1000 })),
      )
    expect(await (await admin.get(`${list}/emerging`)).text()).toContain('Too few to compare')
    await say(60, (i) => `the machine works number ${i}`, now - 20 * dayMs)
    await say(20, (i) => `the machine works number ${i}`, now - dayMs)
    await say(12, (i) => `gasket ${i}`, now - dayMs)
    const page = await (await admin.get(`${list}/emerging`)).text()
    expect(page).toContain('Compares 32 mentions')
    expect(page).toContain('12 (38%)')
    expect(page).toContain('/understanding/topics/new?name=gasket&amp;query=gasket')
    await admin.post(`${list}/new`, { name: 'Parts', kind: 'topic', query: 'gasket', active: '1' })
    const [topic] = await listTopics(web.store.read)
    expect(await (await admin.get(`${list}/emerging`)).text()).not.toContain('query=gasket')
    expect(await (await admin.get(`${list}/emerging?topic=${topic?.id}`)).text()).toContain('Within the topic Parts')
    expect((await admin.get(`${list}/emerging?topic=none`)).status).toBe(404)
    const viewer = await web.signIn('viewer')
    expect(await (await viewer.get(`${list}/emerging`)).text()).not.toContain('Make it a topic')
  })

  it('report the span beside the one before, down to the mentions of one tone', async () => {
    const web = createTestWeb(await makeStore())
    await addSource(web)
    const admin = await web.signIn('admin')
    await admin.post(`${list}/new`, { name: 'Battery', kind: 'topic', query: 'battery', active: '1' })
    const [topic] = await listTopics(web.store.read)
    if (!topic) throw new Error('not saved')
    const now = web.clock.now()
    await mark(web, topic.seq, ['negative', 'negative', 'negative', 'positive'], now)
    await mark(web, topic.seq, ['negative', 'positive'], now - 10 * dayMs)
    const report = await (await admin.get(`${list}?days=7`)).text()
    // 3 of 4; Wilson's interval of 3 in 4; the seven days before: 1 of 2.
    for (const figure of ['75%', '30% to 95%', '2, 50% negative']) expect(report).toContain(figure)
    const page = await (await admin.get(`${list}/${topic.id}?days=7&sentiment=negative`)).text()
    expect(page.match(/number \d is (?:negative|positive)/g)).toHaveLength(3)
    const inbox = await (await admin.get('/inbox?view=all&topic=Battery')).text()
    expect(inbox.match(/is positive/g)?.length).toBeGreaterThan(0)
    expect(await (await admin.get('/inbox?view=all&topic=Other')).text()).not.toContain('is positive')
    const asked = await admin.post(`${list}/${topic.id}/history`, { mode: 'count' })
    expect(asked.status).toBe(303)
    expect((await web.store.read.db.select().from(web.store.read.t.jobs)).map((job) => job.kind)).toContain('topic')
  })
})
