import { expect, it } from 'vitest'
import { describeStores } from '../../../test/helpers/database.ts'
import { createTestWeb, htmx, type TestWeb } from '../../../test/helpers/web.ts'
import { createTestContext } from '../../../test/helpers/workContext.ts'
import { addSource, hear, makeMention } from '../../../test/helpers/workspace.ts'
import { runAutomation } from '../../work/automations.ts'
import { enrichMentions } from '../../work/enrich.ts'

const plain = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
const stored = async ({ store: { read } }: TestWeb) =>
  read.db.select().from(read.t.automations).orderBy(read.t.automations.position)

describeStores('pages of rules', (makeStore) => {
  it('keep what was typed when a rule cannot be saved, and save it when it can', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    const refused = await admin.post('/rules/new', { name: 'Half', text: 'crash OR (', active: '1' })
    expect(refused.status).toBe(422)
    const html = await refused.text()
    expect(html).toContain('value="Half"')
    expect(plain(html)).toContain('Say what the rule does')
    expect((await admin.post('/rules/new', { name: 'No condition', tag: 'x' })).status).toBe(422)
    expect((await admin.post('/rules/new', { name: 'Nobody', text: 'x', assign: 'nobody' })).status).toBe(422)
    await admin.post('/rules/new', { name: 'Bugs', text: 'crash', tag: 'bug', state: 'open', active: '1' })
    expect((await admin.post('/rules/new', { name: 'Bugs', text: 'x', tag: 'y' })).status).toBe(422)
    const [rule] = await stored(web)
    expect(rule).toMatchObject({ text: 'crash', queryId: null, isActive: true })
    expect(rule?.actions).toEqual([
      { type: 'tag', tag: 'bug' },
      { type: 'state', state: 'open' },
    ])
    const form = await (await admin.get(`/rules/${rule?.id}`)).text()
    expect([form.includes('value="bug"'), form.includes('<option value="open" selected')]).toEqual([true, true])
    await admin.post('/rules/new', { name: 'Second', text: 'x', irrelevant: '1' })
    const [, second] = await stored(web)
    await admin.post(`/rules/${second?.id}/rise`)
    expect((await stored(web)).map((one) => one.name)).toEqual(['Second', 'Bugs'])
    expect(plain(await (await admin.get('/rules')).text())).toContain('adds the tag bug, sets it to Open')
    const agent = await web.signIn('agent')
    expect((await agent.post(`/rules/${rule?.id}/removal`)).status).toBe(403)
    await admin.post(`/rules/${rule?.id}/removal`)
    expect((await stored(web)).map((one) => one.name)).toEqual(['Second'])
  })

  it('show the count with a sample first, and change nothing before somebody says so', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    await addSource(web)
    const [heard] = await hear(web, [makeMention({ text: 'it will crash' }), makeMention({ text: 'fine' })])
    const { t, db } = web.store.read
    const context = createTestContext(web)
    await enrichMentions(
      context,
      (await db.select({ seq: t.mentions.seq }).from(t.mentions)).map((row) => row.seq),
    )
    await web.store.write(async (tx) => void (await tx.db.delete(tx.t.jobs)))
    await admin.post('/rules/new', { name: 'Bugs', text: 'crash', tag: 'bug', active: '1' })
    const [rule] = await stored(web)
    const run = (await admin.post(`/rules/${rule?.id}/runs`)).headers.get('Location') ?? ''
    expect(await (await admin.get(run)).text()).toContain('hx-trigger="every 2s"')
    const id = run.split('/').at(-1) ?? ''
    const signal = new AbortController().signal
    await runAutomation(context, { id }, signal)
    const counted = plain(await (await admin.get(run, htmx)).text())
    expect(counted).toContain('1 mention matches: up to 1 changes')
    expect(counted).toContain('it will crash')
    expect(await db.select().from(t.threadTags)).toEqual([])
    await admin.post(run, { step: 'apply' })
    await runAutomation(context, { id }, signal)
    const thread = plain(await (await admin.get(`/threads/${heard?.threadId}`)).text())
    expect(thread).toContain('The rule “Bugs” added the tag bug')
    await admin.post(run, { step: 'undo' })
    await runAutomation(context, { id }, signal)
    expect(plain(await (await admin.get(run)).text())).toContain('Taken back')
    expect(await db.select().from(t.threadTags)).toEqual([])
    expect((await admin.post('/rule-runs/none', { step: 'apply' })).status).toBe(404)
  })
})
