import { expect, it } from 'vitest'
import { describeStores, type MakeStore } from '../../../test/helpers/database.ts'
import { createTestWeb } from '../../../test/helpers/web.ts'
import { addSource, hear, makeMention } from '../../../test/helpers/workspace.ts'
import type { ModelFigures } from '../../domain/learning.ts'
import { countLabels } from '../../store/labels.ts'
import { findActiveModel, listModels, saveTrained } from '../../store/models.ts'
import { advanceRejudgement, listRejudgements } from '../../store/rejudgements.ts'
import { loadJudgingSettings } from '../../store/settings.ts'
import { listTermRules } from '../../store/termRules.ts'

const text = (html: string) =>
  html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(amp|quot|#39);/g, '')
    .replaceAll(/\s+/g, ' ')

async function makeScene(makeStore: MakeStore) {
  const web = createTestWeb(await makeStore())
  await addSource(web)
  const heard = await hear(web, [
    makeMention({ text: 'War Zone is great fun' }),
    makeMention({ text: 'Nothing to see here' }),
  ])
  const { mentions } = web.store.read.t
  await web.store.write((tx) =>
    tx.db.update(mentions).set({ sentiment: 'negative', confidence: 0.7, model: 'v1', enrichedAt: 5, intents: [] }),
  )
  return { web, heard, admin: await web.signIn('admin'), agent: await web.signIn('agent', 'Ann') }
}

const share = (value: number) => ({ value, low: value - 0.1, high: value + 0.1, n: 40 })
const figures: ModelFigures = {
  corrections: 80,
  acceptances: 120,
  base: share(0.6),
  challenger: share(0.75),
  sampleBase: share(0.58),
  sampleChallenger: share(0.57),
  reason: 'not-worse',
  curve: [
    { learned: 0, right: share(0.6) },
    { learned: 200, right: share(0.75) },
  ],
  calibration: { temperature: 1.4, n: 200, before: 0.09, after: 0.03, used: true },
  tookMs: 10,
}

function save(
  web: ReturnType<typeof createTestWeb>,
  name: string,
  accepted: boolean,
  more: Partial<ModelFigures> = {},
) {
  const blob = new Uint8Array([1])
  const trained = { name, base: 'b', accepted, logSeq: 1, figures: { ...figures, ...more }, delta: blob, pins: blob }
  return web.store.write((tx) => saveTrained(tx, trained, { now: web.clock.at, newId: web.newId }))
}

describeStores('what was learned', (makeStore) => {
  it('shows curve, calibration, guard and versions, and goes back to an earlier one', async () => {
    const { web, admin, agent } = await makeScene(makeStore)
    const page = async () => text(await (await admin.get('/understanding')).text())
    expect(await page()).toContain('It learns once there are 10 corrections; there are 0.')
    const first = await save(web, 'b+w100', true)
    await save(web, 'b+w200', true)
    await save(web, 'b+w201', false, { reason: 'worse-elsewhere' })
    const shown = await page()
    expect(shown).toContain('off by 9 points on average on 200 held-out labels')
    expect(shown).toContain('60% → 75% 40 held back')
    expect(shown).toContain('it would forget the rest')
    expect((await agent.post(`/understanding/versions/${first}/activation`)).status).toBe(403)
    await admin.post(`/understanding/versions/${first}/activation`)
    expect((await findActiveModel(web.store.read))?.name).toBe('b+w100')
    // Whoever goes back is not overtaken by the next correction.
    expect(await loadJudgingSettings(web.store.read)).toMatchObject({ learns: false })
    const [refused] = await listModels(web.store.read, 1)
    await admin.post(`/understanding/versions/${refused?.id}/activation`)
    expect((await findActiveModel(web.store.read))?.name).toBe('b+w100')
    await admin.post('/understanding/versions/built-in/activation')
    expect(await findActiveModel(web.store.read)).toBeUndefined()
  })

  it('takes a whole per cent for the threshold and keeps what was typed otherwise', async () => {
    const { web, admin } = await makeScene(makeStore)
    await admin.post('/understanding/settings', { learns: '1', unsurePercent: '60' })
    expect(await loadJudgingSettings(web.store.read)).toMatchObject({ learns: true, unsureBelow: 0.6 })
    const refused = await admin.post('/understanding/settings', { unsurePercent: '96' })
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining('value="96"')])
    expect(await loadJudgingSettings(web.store.read)).toMatchObject({ learns: true, unsureBelow: 0.6 })
  })

  it('logs corrections with what was shown, and answers or closing as acceptance', async () => {
    const { web, heard, admin, agent } = await makeScene(makeStore)
    await agent.post(`/mentions/${heard[0]?.mentionId}/classification`, { sentiment: 'positive', intents: 'praise' })
    await agent.post(`/threads/${heard[1]?.threadId}/state`, { state: 'snoozed' })
    expect(await countLabels(web.store.read)).toEqual({ corrected: 1, accepted: 0 })
    await agent.post(`/threads/${heard[1]?.threadId}/state`, { state: 'resolved' })
    await agent.post(`/threads/${heard[0]?.threadId}/state`, { state: 'resolved' })
    expect(await countLabels(web.store.read)).toEqual({ corrected: 1, accepted: 1 })
    const page = text(await (await admin.get('/understanding')).text())
    expect(page).toMatch(/Ann War Zone is great fun Negative → Positive v1/)
  })

  it('labels chosen threads at once, and leaves what was not chosen', async () => {
    const { web, heard, agent } = await makeScene(makeStore)
    const { mentions, labelLog } = web.store.read.t
    await web.store.write((tx) => tx.db.update(mentions).set({ intents: [{ label: 'praise', confidence: 0.8 }] }))
    const thread = heard.map((one) => one.threadId)
    await agent.post('/inbox/labels', { thread, sentiment: '' })
    expect(await countLabels(web.store.read)).toEqual({ corrected: 0, accepted: 0 })
    const answer = await agent.post('/inbox/labels', { thread, sentiment: 'positive', back: 'view=all&select=1' })
    expect(answer.headers.get('Location')).toBe('/inbox?view=all&select=1')
    const rows = await web.store.read.db.select().from(mentions)
    expect(rows.map((row) => [row.sentiment, row.intents?.[0]?.label, row.classification?.human?.sentiment])).toEqual([
      ['positive', 'praise', agent.userId],
      ['positive', 'praise', agent.userId],
    ])
    const log = await web.store.read.db.select().from(labelLog)
    expect(log.map((row) => [row.via, row.shownSentiment, row.shownModel])).toEqual([
      ['inbox', 'negative', 'v1'],
      ['inbox', 'negative', 'v1'],
    ])
    expect(await (await agent.get('/inbox?view=all&select=1')).text()).toContain('formaction="/inbox/labels"')
  })

  it('offers to judge history again, shows how far it is, and takes pause and stop', async () => {
    const { web, admin } = await makeScene(makeStore)
    await admin.post('/understanding/rules/new', { form: 'phrase', text: 'War Zone', effect: 'ignore', active: '1' })
    const run = async () => (await listRejudgements(web.store.read, 1))[0]
    const id = (await run())?.id ?? ''
    await web.store.write((tx) => advanceRejudgement(tx, id, 'counting', { state: 'offered', stale: 4120 }))
    const part = async () => text(await (await admin.get(`/understanding/rejudgements/${id}`)).text())
    expect(await part()).toContain('4,120 mentions were judged by an earlier version')
    await admin.post(`/understanding/rejudgements/${id}`, { state: 'running' })
    await web.store.write((tx) =>
      advanceRejudgement(tx, id, 'running', { judged: 100, changed: 7, moves: { 'negative>neutral': 7 } }),
    )
    await admin.post(`/understanding/rejudgements/${id}`, { state: 'paused' })
    expect(await part()).toMatch(/is paused 100 of 4,120 judged, 7 changed.*Negative → Neutral 7/)
    await admin.post(`/understanding/rejudgements/${id}`, { state: 'cancelled' })
    expect((await run())?.state).toBe('cancelled')
    await admin.post(`/understanding/rejudgements/${id}`, { state: 'running' })
    expect((await run())?.state).toBe('cancelled')
  })
})

describeStores('rules for words', (makeStore) => {
  it('says what a rule would do before it is saved, and keeps every version', async () => {
    const { web, heard, admin } = await makeScene(makeStore)
    const rule = { form: 'phrase', text: 'war zone', effect: 'positive', active: '1' }
    const dry = text(await (await admin.get(`/understanding/rules/preview?${new URLSearchParams(rule)}`)).text())
    expect(dry).toMatch(/Touches 1 mention .* 1 of them would be judged otherwise\..*Negative → Positive/)
    await admin.post(`/mentions/${heard[0]?.mentionId}/classification`, { sentiment: 'neutral', intents: 'other' })
    const human = text(await (await admin.get(`/understanding/rules/preview?${new URLSearchParams(rule)}`)).text())
    expect(human).toMatch(/0 of them would be judged otherwise\..*labelled by a person: stays/)
    expect(await listTermRules(web.store.read)).toEqual([])

    await admin.post('/understanding/rules/new', rule)
    await admin.post('/understanding/rules/new', {
      ...rule,
      form: 'query',
      text: 'fun NEAR/3 great',
      effect: 'intent:+praise',
    })
    const [one, two] = await listTermRules(web.store.read)
    expect([one?.query, two?.query, two?.effect]).toEqual([
      '"war zone"',
      'fun NEAR/3 great',
      { kind: 'intent', intent: 'praise', present: true },
    ])
    await admin.post(`/understanding/rules/${two?.id}/place`, { by: 'up' })
    expect((await listTermRules(web.store.read)).map((row) => row.id)).toEqual([two?.id, one?.id])
    await admin.post(`/understanding/rules/${one?.id}`, { ...rule, active: '' })
    const page = text(await (await admin.get(`/understanding/rules/${one?.id}`)).text())
    expect(page).toMatch(/Version 2 “war zone” : the text is positive Off .* Version 1/)
    await admin.post(`/understanding/rules/${one?.id}/removal`)
    expect((await listTermRules(web.store.read)).map((row) => row.id)).toEqual([two?.id])
  })

  it('refuses what it cannot read, what does nothing and what could match everything, and keeps what was typed', async () => {
    const { web, admin } = await makeScene(makeStore)
    for (const [given, sentence] of [
      [{ form: 'query', text: 'war AND (zone', effect: 'neutral' }, 'parenthesis'],
      [{ form: 'query', text: 'war OR NOT war', effect: 'neutral' }, 'NOT needs a positive term'],
      [{ form: 'phrase', text: 'war zone', effect: 'confused' }, 'Choose what the rule does'],
      [{ form: 'phrase', text: '', effect: 'neutral' }, 'This is needed'],
    ] as const) {
      const answer = await admin.post('/understanding/rules/new', given)
      const html = await answer.text()
      expect([answer.status, text(html)]).toEqual([422, expect.stringContaining(sentence)])
      expect(html).toContain(`value="${given.text}"`)
    }
    expect(await listTermRules(web.store.read)).toEqual([])
  })
})
