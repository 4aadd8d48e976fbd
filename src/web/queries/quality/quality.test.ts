import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeStores } from '../../../../test/helpers/database.ts'
import { createTestWeb, htmx, type Browser } from '../../../../test/helpers/web.ts'
import { addSource, hear, makeMention } from '../../../../test/helpers/workspace.ts'

function plain(html: string): string {
  return html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/g, ' ')
}

const mentionOn = (html: string) => /name="mention" value="([^"]+)"/.exec(html)?.[1] ?? ''

/** Labels what is shown until nothing is left: relevant is what says "broken". */
async function labelAll(person: Browser, address: string, of: string): Promise<number> {
  for (let done = 0; ; done++) {
    const html = await (await person.get(`${address}/label?of=${of}`)).text()
    const mention = mentionOn(html)
    if (mention === '') return done
    const card = html.slice(html.indexOf('label-card'), html.indexOf('</article>'))
    const label = plain(card).includes('broken') ? 'yes' : 'no'
    const answer = await person.post(`${address}/labels`, { mention, version: '1', of, label })
    expect(answer.status).toBe(303)
  }
}

describeStores('the quality of a query', (makeStore) => {
  it('comes from labelled samples of its matches, near misses and exclusions', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    const agent = await web.signIn('agent')
    await addSource(web)
    const say = (n: number, text: string) => Array.from({ length: n }, (_, i) => makeMention({ text: `${text} ${i}` }))
    await hear(web, [
      ...say(8, 'Lumen crash broken'),
      ...say(2, 'Lumen crash course'),
      ...say(3, 'Lumen fails broken'),
      ...say(5, 'Lumen nice'),
      ...say(4, 'Car crash'),
      ...say(6, 'Lumen crash giveaway'),
      ...say(2, 'Lumen crash giveaway broken'),
      ...say(4, 'Weather'),
    ])
    await admin.post('/queries/new', { name: 'Lumen', query: 'lumen crash NOT giveaway', active: '1' })
    const { read } = web.store
    const [query] = await read.db.select().from(read.t.queries)
    const address = `/queries/${query?.id}/quality`
    expect(plain(await (await agent.get(address)).text())).toContain('Draw samples')
    expect((await agent.get(`${address}/label`)).headers.get('Location')).toBe(address)
    expect((await agent.post(`${address}/draws`)).headers.get('Location')).toBe(address)
    const drawn = plain(await (await agent.get(address)).text())
    expect(drawn).toMatch(/Matches 10 in the whole history/)
    expect(drawn).toMatch(/without lumen 4 /)
    expect(drawn).toMatch(/without crash 8 /)
    expect(drawn).toMatch(/NOT giveaway 8 /)

    expect(await labelAll(agent, address, 'match')).toBe(10)
    const known = plain(await (await agent.get(address)).text())
    expect(known).toContain('Of 10 labelled, 8 relevant: 80%, with 95% confidence 80% to 80%.')
    expect(known).toContain('Label at least one mention of each of the 3 parts without labels.')
    expect(await labelAll(agent, address, 'near')).toBe(12)
    expect(await labelAll(agent, address, 'not')).toBe(8)
    const all = plain(await (await agent.get(address)).text())
    // 8 found, 3 missed, 2 thrown away: everything was labelled, so there is no doubt.
    expect(all).toContain('Recall 62% 62% to 62%')
    expect(all).toMatch(/without crash 8 8 38% 38% to 38% 3 \(3 to 3\)/)
    expect(all).toMatch(/NOT giveaway 8 8 25% 25% to 25% at most 2 \(25%\)/)
    expect(all).toMatch(/Versions .* 1 .* 10 10 80%/)
  })

  it('takes a label back, shows who comes next, and keeps labels to their version', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    const viewer = await web.signIn('viewer')
    await addSource(web)
    await hear(
      web,
      Array.from({ length: 5 }, () => makeMention({ text: 'Lumen <b>bold</b>' })),
    )
    await admin.post('/queries/new', { name: 'Lumen', query: 'lumen', active: '1' })
    const { read } = web.store
    const [query] = await read.db.select().from(read.t.queries)
    const address = `/queries/${query?.id}/quality`
    await admin.post(`${address}/draws`)
    expect((await viewer.post(`${address}/draws`)).status).toBe(403)
    const first = await (await admin.get(`${address}/label`)).text()
    expect(first).toContain('<mark>Lumen</mark> &lt;b&gt;')
    expect(first).toContain('data-key="y"')
    expect(first).not.toContain('data-key="Backspace"')
    const fields = { mention: mentionOn(first), version: '1', of: 'match' }
    const second = await admin.post(`${address}/labels`, { ...fields, label: 'unsure' }, htmx)
    const part = await second.text()
    expect(part).not.toContain('<html')
    expect(mentionOn(part)).not.toBe(mentionOn(first))
    expect(plain(part)).toContain('1 of 5 labelled')
    const undone = await (await admin.post(`${address}/labels`, { ...fields, undo: '1' }, htmx)).text()
    expect(mentionOn(undone)).toBe(mentionOn(first))
    expect(await read.db.select().from(read.t.qualityLabels)).toEqual([])

    for (const wrong of [{ label: 'maybe' }, { label: 'yes', mention: 'none' }, { label: 'yes', version: '7' }])
      expect((await admin.post(`${address}/labels`, { ...fields, ...wrong })).status).toBe(404)

    await admin.post(`${address}/labels`, { ...fields, label: 'yes' })
    await admin.post(`/queries/${query?.id}`, { name: 'Lumen', query: 'lumen bold', active: '1' })
    expect(plain(await (await admin.get(address)).text())).toContain('Draw samples')
    await admin.post(`${address}/draws`)
    const draws = await read.db.select().from(read.t.qualityDraws)
    expect(draws.map((draw) => draw.version)).toEqual([1, 2])
    expect(draws[0]?.seed).not.toBe(draws[1]?.seed)
    expect(plain(await (await admin.get(address)).text())).toMatch(/Versions .* 2 now 5 0 1 now 5 1 100%/)

    await admin.post(`/queries/${query?.id}/removal`)
    const left = await read.db.select().from(read.t.qualitySamples)
    expect([left, await read.db.select().from(read.t.qualityLabels)]).toEqual([[], []])
  })

  it('passes over what its author deleted', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    await addSource(web)
    await hear(web, [makeMention({ text: 'Lumen' }), makeMention({ text: 'Lumen' })])
    await admin.post('/queries/new', { name: 'Lumen', query: 'lumen', active: '1' })
    const { read } = web.store
    const [query] = await read.db.select().from(read.t.queries)
    const address = `/queries/${query?.id}/quality`
    await admin.post(`${address}/draws`)
    const gone = mentionOn(await (await admin.get(`${address}/label`)).text())
    const { mentions } = read.t
    await web.store.write(async (tx) => {
      await tx.db.update(mentions).set({ deletedAt: 1, text: '' }).where(eq(mentions.id, gone))
    })
    const html = await (await admin.get(`${address}/label`)).text()
    expect(mentionOn(html)).not.toBe(gone)
    expect(plain(html)).toContain('0 of 1 labelled')
  })
})
