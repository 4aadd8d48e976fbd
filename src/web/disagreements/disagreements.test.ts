import { eq, sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeStores } from '../../../test/helpers/database.ts'
import { createTestWeb, type TestWeb } from '../../../test/helpers/web.ts'
import { addSource, hear, makeMention } from '../../../test/helpers/workspace.ts'
import type { Sentiment } from '../../domain/classification.ts'
import { listDisagreements } from '../../store/disagreements.ts'

const place = '/understanding/disagreements'

async function review(web: TestWeb, stars: number, sentiment: Sentiment, confidence = 0.9): Promise<string> {
  const rating = { raw: stars, best: 5, worst: 1, kind: 'stars' as const }
  const item = makeMention({ kind: 'review', text: `${stars} stars, ${sentiment}`, review: { rating, subject: { kind: 'app', id: 'app', name: 'App' } } }) // prettier-ignore
  const [heard] = await hear(web, [item])
  const id = heard?.mentionId ?? ''
  const { mentions } = web.store.read.t
  const set = { sentiment, confidence, model: 'test', enrichedAt: 1, ratingUnit: (stars - 1) / 4 }
  await web.store.write((tx) => tx.db.update(mentions).set(set).where(eq(mentions.id, id)))
  return id
}

describeStores('reviews whose stars and text disagree', (makeStore, dialect) => {
  it('wait until somebody has settled them, and nothing else does', async () => {
    const web = createTestWeb(await makeStore())
    await addSource(web)
    const ids = [
      await review(web, 5, 'negative'),
      await review(web, 1, 'positive'),
      await review(web, 4, 'negative'),
      await review(web, 5, 'positive'),
      await review(web, 3, 'negative'),
      await review(web, 1, 'positive', 0.6),
    ]
    const agent = await web.signIn('agent')
    const open = async () => (await listDisagreements(web.store.read, 10)).map((row) => row.id)
    expect(await open()).toEqual([ids[2], ids[1], ids[0]])
    for (const [mention, decision] of [
      [ids[0], 'stars'],
      [ids[1], 'text'],
      [ids[2], 'mixed'],
    ] as const) {
      expect((await agent.post(place, { mention: mention ?? '', decision })).status).toBe(303)
      await agent.post(place, { mention: mention ?? '', decision: 'text' })
    }
    expect(await open()).toEqual([])
    const { t, db } = web.store.read
    const tones = await db.select({ sentiment: t.mentions.sentiment }).from(t.mentions).orderBy(t.mentions.seq).limit(3)
    expect(tones.map((row) => row.sentiment)).toEqual(['positive', 'positive', 'neutral'])
    const log = await db.select().from(t.labelLog).orderBy(t.labelLog.seq)
    expect(log.map((entry) => [entry.kind, entry.via])).toEqual([
      ['corrected', 'stars'],
      ['accepted', 'stars'],
      ['corrected', 'stars'],
    ])
    expect(await (await agent.get(place)).text()).toContain('The stars 1 · The text 1 · Both: mixed 1')
    const viewer = await web.signIn('viewer')
    expect((await viewer.post(place, { mention: ids[0] ?? '', decision: 'text' })).status).toBe(403)
  })

  it.runIf(dialect === 'sqlite')('are found by their own index', async () => {
    const { read } = await makeStore()
    const { sql: text, params } = listDisagreements(read, 10).toSQL()
    const filled = text
      .split('?')
      .map((part, i) => (i < params.length ? sql`${sql.raw(part)}${params[i]}` : sql.raw(part)))
    const plan = await read.rows<{ detail: string }>(sql`explain query plan ${sql.join(filled)}`)
    expect(plan.map((row) => row.detail).join('\n')).toContain('mentions_disagreeing')
  })
})
