import { expect, it } from 'vitest'
import { describeStores } from '../../../test/helpers/database.ts'
import { createTestWeb } from '../../../test/helpers/web.ts'
import { addSource, hear, makeMention, startOfTime } from '../../../test/helpers/workspace.ts'
import { loadWorkspace } from '../../store/settings.ts'

describeStores('settings of the workspace', (makeStore) => {
  it('keeps target and days without news, takes nothing for none, and refuses what is no number', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    const save = (fields: Record<string, string>) => admin.post('/settings/workspace', { name: 'Acme', ...fields })
    expect((await save({ targetMinutes: '90', closeAfterDays: '14' })).status).toBe(303)
    expect(await loadWorkspace(web.store.read)).toMatchObject({ targetMinutes: 90, closeAfterDays: 14 })
    const html = await (await admin.get('/settings/workspace')).text()
    expect(html).toMatch(/name="targetMinutes"[^>]*value="90"|value="90"[^>]*name="targetMinutes"/)
    expect(html).toContain('Resolve without news after (days)')
    expect((await save({ targetMinutes: '', closeAfterDays: '' })).status).toBe(303)
    expect(await loadWorkspace(web.store.read)).toMatchObject({ targetMinutes: null, closeAfterDays: null })
    const refused = await save({ targetMinutes: 'soon', closeAfterDays: '900' })
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining('from 1 to 365')])
    expect(await loadWorkspace(web.store.read)).toMatchObject({ targetMinutes: null, closeAfterDays: null })
  })
})

describeStores('the inbox of somebody who names no view', (makeStore) => {
  it('opens on what is at risk, else on what waits, else on what is open', async () => {
    const web = createTestWeb(await makeStore())
    await addSource(web)
    const agent = await web.signIn('agent')
    const current = async () => {
      const html = await (await agent.get('/inbox')).text()
      return /id="list-title"[^>]*>([^<]*)</.exec(html)?.[1]
    }
    expect(await current()).toBe('Open')
    const [heard] = await hear(web, [makeMention({ createdAt: startOfTime })])
    expect(await current()).toBe('Unanswered')
    web.clock.at = startOfTime + 3.5 * 3_600_000
    expect(await current()).toBe('At risk')
    await agent.post(`/threads/${heard?.threadId}/state`, { state: 'resolved' })
    expect(await current()).toBe('Open')
  })
})
