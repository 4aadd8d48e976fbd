import { and, eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeStores } from '../../../test/helpers/database.ts'
import { createTestWeb, type TestWeb } from '../../../test/helpers/web.ts'
import { addSource, hear, makeMention } from '../../../test/helpers/workspace.ts'
import { sentiments } from '../../domain/classification.ts'
import { monthOf } from '../../domain/labelAudit.ts'
import { createAudit, findAudit, listAudits, loadAuditItems } from '../../store/audits.ts'
import { addToRollup, writeRollup, type Rollup } from '../../store/volumeRollup.ts'
import { dayMs } from '../../store/clocks.ts'
import { drawAudit } from '../../work/drawAudit.ts'
import type { WorkContext } from '../../work/context.ts'

const list = '/understanding/audits'

/** Judged mentions, a third of each sentiment, counted as enrichment counts them. */
async function judged(web: TestWeb, n: number, createdAt = web.clock.now()) {
  await addSource(web)
  await hear(
    web,
    Array.from({ length: n }, (_, i) => makeMention({ text: `text number ${i}`, createdAt: createdAt - i * 1000 })),
  )
  const rollup: Rollup = new Map()
  await web.store.write(async (tx) => {
    const rows = await tx.db.select({ seq: tx.t.mentions.seq }).from(tx.t.mentions)
    for (const [i, { seq }] of rows.entries()) {
      const sentiment = sentiments[i % 3] ?? 'neutral'
      const set = { sentiment, confidence: 0.8, model: 'test', enrichedAt: createdAt }
      await tx.db.update(tx.t.mentions).set(set).where(eq(tx.t.mentions.seq, seq))
      addToRollup(rollup, [0, Math.floor(createdAt / dayMs), 'source-1', sentiment], 1, 0)
    }
    await writeRollup(tx, rollup)
  })
}

function draw(web: TestWeb, auditId: string): Promise<void> {
  const context = { store: web.store, now: web.clock.now } as unknown as WorkContext
  return drawAudit(context, { auditId }, new AbortController().signal)
}

async function drawn(web: TestWeb, size: number) {
  const month = monthOf(web.clock.now())
  const stamp = { now: web.clock.now(), newId: web.newId }
  const audit = await web.store.write((tx) => createAudit(tx, stamp, { month, size, seed: 7 }))
  if (!audit) throw new Error('not drawn')
  await draw(web, audit.id)
  const found = await findAudit(web.store.read, audit.id)
  if (!found) throw new Error('gone')
  return found
}

describeStores('audits of labels', (makeStore) => {
  it('draws once a month, only what is counted of it, the same for the same seed', async () => {
    const web = createTestWeb(await makeStore())
    const before = web.clock.now() - 40 * dayMs
    await judged(web, 3, before)
    await web.store.write((tx) => tx.db.update(tx.t.mentions).set({ text: 'of the month before' }))
    await hear(web, [makeMention({ text: 'not judged yet' })])
    const admin = await web.signIn('admin')
    const agent = await web.signIn('agent')
    const month = monthOf(before)
    expect((await agent.post(list, { what: 'draw', month, size: '20' })).status).toBe(403)
    const bad = await admin.post(list, { what: 'draw', month, size: '5' })
    expect([bad.status, (await bad.text()).includes('from 20 to 1,000')]).toEqual([422, true])
    expect((await admin.post(list, { what: 'draw', month, size: '20' })).status).toBe(303)
    await admin.post(list, { what: 'draw', month, size: '30' })
    const audits = await listAudits(web.store.read)
    expect(audits.map((one) => [one.month, one.size, one.state])).toEqual([[month, 20, 'drawing']])
    await draw(web, audits[0]?.id ?? '')
    await draw(web, audits[0]?.id ?? '')
    const audit = await findAudit(web.store.read, audits[0]?.id ?? '')
    expect(audit).toMatchObject({ state: 'open', population: 3, size: 3 })
    const items = audit ? await loadAuditItems(web.store.read, audit) : []
    expect(items.map((item) => item.text)).toEqual(Array.from({ length: 3 }, () => 'of the month before'))
  })

  it('shows a rater neither the label nor the other answer, and makes what both found the label', async () => {
    const web = createTestWeb(await makeStore())
    await judged(web, 9)
    const [ada, ben, cleo] = [
      await web.signIn('admin', 'Ada'),
      await web.signIn('agent', 'Ben'),
      await web.signIn('agent', 'Cleo'),
    ]
    const audit = await drawn(web, 4)
    const place = `${list}/${audit.id}`
    for (const rater of [ada, ben]) await rater.post(`${place}/seat`)
    await cleo.post(`${place}/seat`)
    expect((await cleo.post(`${place}/labels`, { position: '0', label: 'negative' })).status).toBe(303)
    const items = await loadAuditItems(web.store.read, audit)
    expect(items.map((item) => [item.labelA, item.labelB])).toEqual(items.map(() => [null, null]))

    // Ada finds the first negative and the rest neutral, Ben everything neutral.
    for (const [at, { position }] of items.entries())
      await ada.post(`${place}/labels`, { position: String(position), label: at === 0 ? 'negative' : 'neutral' })
    const blind = await (await ben.get(place)).text()
    expect(blind).toContain(items[0]?.text)
    expect(blind).not.toMatch(/Ada|Author \d|button-chosen|Differences/)
    expect((await ben.post(`${place}/verdicts`, { position: '0', label: 'positive' })).status).toBe(303)
    for (const { position } of items)
      await ben.post(`${place}/labels`, { position: String(position), label: 'neutral' })
    await ada.post(`${place}/closing`)
    expect((await findAudit(web.store.read, audit.id))?.state).toBe('open')

    expect(await (await cleo.get(place)).text()).toContain('Differences to settle')
    await cleo.post(`${place}/verdicts`, { position: String(items[0]?.position), label: 'negative' })
    await ada.post(`${place}/closing`)
    expect((await findAudit(web.store.read, audit.id))?.state).toBe('closed')
    const { t, db } = web.store.read
    const log = await db.select().from(t.labelLog).where(eq(t.labelLog.via, 'audit'))
    expect(log.map((entry) => entry.sentiment)).toEqual(['negative', 'neutral', 'neutral', 'neutral'])
    expect(new Set(log.map((entry) => entry.kind === 'accepted'))).toEqual(
      new Set(log.map((entry) => entry.shownSentiment === entry.sentiment)),
    )
    const [first] = await db
      .select()
      .from(t.mentions)
      .where(and(eq(t.mentions.seq, items[0]?.mentionSeq ?? 0)))
    expect(first).toMatchObject({ sentiment: 'negative', confidence: 1 })
    expect(first?.classification?.human).toEqual({ sentiment: ada.userId })
    const page = await (await cleo.get(place)).text()
    // Three of four agree; one of them said otherwise once: kappa is 0.
    expect(page).toContain('0.00')
    expect(page).toContain('What the labels said')
  })

  it('gives the place of what was edited or deleted to the next one drawn', async () => {
    const web = createTestWeb(await makeStore())
    await judged(web, 9)
    const audit = await drawn(web, 5)
    const [gone] = await loadAuditItems(web.store.read, audit)
    await web.store.write((tx) =>
      tx.db
        .update(tx.t.mentions)
        .set({ deletedAt: 1 })
        .where(eq(tx.t.mentions.seq, gone?.mentionSeq ?? 0)),
    )
    const left = await loadAuditItems(web.store.read, audit)
    expect(left).toHaveLength(5)
    expect(left.map((item) => item.mentionSeq)).not.toContain(gone?.mentionSeq)
  })

  it('corrects the shares of the report once a hundred labels were audited, not before', async () => {
    const web = createTestWeb(await makeStore())
    await judged(web, 150)
    const admin = await web.signIn('admin')
    expect(await (await admin.get('/reports')).text()).toContain('once 100 mentions have been audited')
    const audit = await drawn(web, 120)
    const items = await loadAuditItems(web.store.read, audit)
    // Half of what was called negative is neutral; the rest is right.
    const negative = items.filter((item) => item.said === 'negative')
    await web.store.write(async (tx) => {
      await tx.db.update(tx.t.audits).set({ raterA: admin.userId })
      for (const item of items) {
        const label = negative.indexOf(item) % 2 === 0 ? 'neutral' : item.said
        await tx.db.update(tx.t.auditItems).set({ labelA: label }).where(eq(tx.t.auditItems.position, item.position))
      }
      await tx.db.update(tx.t.audits).set({ state: 'closed', closedAt: web.clock.now() })
    })
    const report = await (await admin.get('/reports')).text()
    expect(report).toMatch(/Measured 33% negative; corrected 1[67]% ± [3-8]\./)
  })
})
