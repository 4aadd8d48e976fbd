import { expect, it } from 'vitest'
import { describeStores } from '../../../test/helpers/database.ts'
import { createTestWeb, htmx, type TestWeb } from '../../../test/helpers/web.ts'
import { addSource, hear, makeMention, startOfTime } from '../../../test/helpers/workspace.ts'
import { bucketOf } from '../../domain/histogram.ts'
import { dayMs } from '../../store/clocks.ts'
import { recordCoverage } from '../../store/coverage.ts'

const today = Math.floor(startOfTime / dayMs)
const hour = 3_600_000

async function count(web: TestWeb, rows: { day: number; sourceId: string; sentiment: string; count: number }[]) {
  const all = rows.map((row) => ({ ...row, querySeq: 0 }))
  await web.store.write((tx) => tx.insert('volume rollup', 'volumeRollup', all, (insert) => insert))
}

async function answer(web: TestWeb, day: number, sourceId: string, waits: number[], more: [string, number][] = []) {
  const buckets = Map.groupBy(waits, bucketOf)
  const rows = [
    ...[...buckets].map(([bucket, same]) => ({ day, sourceId, metric: 'response', bucket, count: same.length })),
    ...more.map(([metric, n]) => ({ day, sourceId, metric, bucket: 0, count: n })),
  ]
  await web.store.write((tx) => tx.insert('response rollup', 'responseRollup', rows, (insert) => insert))
}

/** The numbers of a page as people read them: the words without the markup. */
async function words(answer: Response): Promise<string> {
  return (await answer.text()).replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
}

describeStores('reports', (makeStore) => {
  it('shows an empty installation where to begin', async () => {
    const web = createTestWeb(await makeStore())
    const viewer = await web.signIn('viewer')
    const page = await viewer.get('/reports')
    expect(page.status).toBe(200)
    expect(await words(page)).toContain('Nothing to count yet')
  })

  it('counts volume, feeling and waits, with n and those who were not answered', async () => {
    const web = createTestWeb(await makeStore())
    const viewer = await web.signIn('viewer')
    await addSource(web, 'a')
    await addSource(web, 'b')
    await count(web, [
      { day: today, sourceId: 'a', sentiment: 'negative', count: 3 },
      { day: today - 2, sourceId: 'a', sentiment: 'positive', count: 5 },
      { day: today - 2, sourceId: 'b', sentiment: 'neutral', count: 2 },
      { day: today - 8, sourceId: 'b', sentiment: 'neutral', count: 40 },
      { day: today - 90, sourceId: 'b', sentiment: 'neutral', count: 1000 },
    ])
    await answer(web, today - 1, 'a', [hour, hour, 2 * hour, 10 * hour], [['turns', 6], ['late', 1]]) // prettier-ignore
    const html = await (await viewer.get('/reports?days=7')).text()
    const page = html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
    expect(page).toMatch(/Mentions 10 n = 10 · before 40/)
    expect(page).toMatch(/Negative 30% n = 10 · before 0%/)
    expect(page).toMatch(/Answered 67% n = 6/)
    expect(page).toMatch(/Median response (59m|1h)[^n]* n = 4/)
    expect(page).toMatch(/P90 response (9h|10h)[^n]* n = 4/)
    // Three of six in time: the late one and those who still wait beyond the target are not.
    expect(page).toMatch(/Answered in time 50% n = 6/)
    expect(page).toMatch(/not answered 2 33%/)
    expect(page).toMatch(/Source a 8 3 4 2 /)
    expect(html).toContain('/inbox?view=all&amp;source=a&amp;from=2026-02-24&amp;to=2026-03-02&amp;replied=no')
    expect(html).toContain('/inbox?view=all&amp;from=2026-02-28&amp;to=2026-02-28')
    const one = await words(await viewer.get('/reports?days=7&source=b'))
    expect(one).toMatch(/Mentions 2 n = 2 · before 40/)
    expect(one).not.toContain('Source a 8')
  })

  it('counts what is unsure apart, mixed half to each side, and leads to exactly these', async () => {
    const web = createTestWeb(await makeStore())
    const viewer = await web.signIn('viewer')
    await addSource(web)
    await count(
      web,
      [
        ['negative', 2],
        ['neutral', 4],
        ['positive', 6],
        ['mixed:negative', 3],
        ['mixed:positive', 1],
        ['unsure:negative', 3],
        ['unsure:neutral', 1],
        ['', 5],
      ].map(([sentiment, n]) => ({ day: today, sourceId: 'source-1', sentiment: String(sentiment), count: Number(n) })),
    )
    const html = await (await viewer.get('/reports?days=7')).text()
    const page = html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
    expect(page).toMatch(/Mentions 25 n = 25 /)
    // 2 of 16 are sure and negative; 100 × (8 − 4) / 16, and / 12 without neutral.
    expect(page).toMatch(/Negative 13% n = 16 /)
    expect(page).toMatch(/Net sentiment 25 n = 16 polar 33 20% unsure, left out/)
    // By day: negative, mixed, neutral, positive, unsure, all.
    expect(page).toMatch(/2 4 4 6 4 25 /)
    expect(html).toContain('tone=negative')
    expect(html).toContain('tone=unsure')
  })

  it('does not blame anybody for a wait that is still within the target', async () => {
    const web = createTestWeb(await makeStore())
    const viewer = await web.signIn('viewer')
    await addSource(web)
    await count(web, [{ day: today, sourceId: 'source-1', sentiment: 'neutral', count: 2 }])
    await hear(web, [
      makeMention({ createdAt: startOfTime - hour }),
      makeMention({ createdAt: startOfTime - 5 * hour }),
    ])
    const { db, t } = web.store.read
    const turns = (await db.select().from(t.responseRollup)).filter((row) => row.metric === 'turns')
    // The premise: both opened a clock.
    expect(turns.reduce((sum, row) => sum + row.count, 0)).toBe(2)
    expect(await words(await viewer.get('/reports'))).toMatch(/Answered in time 0% n = 1 /)
  })

  it('says what was not heard, and hatches its days', async () => {
    const web = createTestWeb(await makeStore())
    const viewer = await web.signIn('viewer')
    const from = startOfTime - 20 * dayMs
    await addSource(web, 'a', { connectedAt: from })
    await addSource(web, 'b', { connectedAt: from, name: '<script>alert(1)</script>' })
    await count(web, [{ day: today, sourceId: 'a', sentiment: 'neutral', count: 1 }])
    await web.store.write(async (tx) => {
      await recordCoverage(tx, 'a', 'read', { from, to: startOfTime })
      await recordCoverage(tx, 'b', 'read', { from, to: startOfTime })
    })
    expect(await words(await viewer.get('/reports?days=7'))).not.toContain('Not everything was heard')
    await web.store.write(async (tx) => {
      await tx.db.delete(tx.t.coverage)
      await recordCoverage(tx, 'a', 'read', { from, to: startOfTime })
      await recordCoverage(tx, 'b', 'read', { from, to: startOfTime - 3 * dayMs })
    })
    const html = await (await viewer.get('/reports?days=7')).text()
    expect(html).toContain('Not everything was heard in this time: &lt;script&gt;alert(1)&lt;/script&gt;.')
    expect(html).not.toContain('<script>alert')
    expect(html).toContain('url(#days-hatch)')
    const b = await words(await viewer.get('/reports?days=7&source=b'))
    const a = await words(await viewer.get('/reports?days=7&source=a'))
    expect([a.includes('Not everything'), b.includes('Not everything')]).toEqual([false, true])
  })

  it('takes any address without falling over, and only from people who are signed in', async () => {
    const web = createTestWeb(await makeStore())
    const viewer = await web.signIn('viewer')
    for (const query of ['days=0', 'days=NaN', 'source=%00', "source='--", 'days=7&days=9', 'source=unknown'])
      expect([query, (await viewer.get(`/reports?${query}`)).status]).toEqual([query, 200])
    expect((await viewer.get('/reports', htmx)).status).toBe(200)
    expect((await web.stranger().get('/reports')).headers.get('Location')).toBe('/sign-in?next=%2Freports')
  })
})
