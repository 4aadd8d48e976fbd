import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeStores } from '../../../test/helpers/database.ts'
import { startFakeModelServer, type FakeModelServer } from '../../../test/helpers/fakeModelServer.ts'
import { createTestWeb } from '../../../test/helpers/web.ts'
import { loadSetting, loadWorkspace, saveSetting } from '../../store/settings.ts'
import { addSource, hear, makeMention } from '../../../test/helpers/workspace.ts'

let server: FakeModelServer
let other: FakeModelServer
beforeAll(async () => {
  server = await startFakeModelServer()
  other = await startFakeModelServer()
})
afterAll(async () => {
  await server.close()
  await other.close()
})

describeStores('second opinion', (makeStore) => {
  it('is set up, tried and switched off; the key is sealed, never shown and never sent elsewhere', async () => {
    const web = createTestWeb(await makeStore())
    const admin = await web.signIn('admin')
    const page = '/understanding/provider'
    const form = (change: Record<string, string> = {}) => ({
      kind: 'openai',
      baseUrl: `${server.url}/v1`,
      model: 'small',
      threshold: '0.6',
      dailyTexts: '500',
      timeoutSeconds: '5',
      do: 'save',
      ...change,
    })
    expect((await admin.post(page, form({ apiKey: 'very secret key' }))).status).toBe(303)
    const saved = await loadSetting(web.store.read, 'provider')
    expect(saved).toMatchObject({ kind: 'openai', threshold: 0.6, dailyTexts: 500 })
    expect(saved?.sealedKey).toMatch(/^v1\./)
    const html = await (await admin.get(page)).text()
    expect(html).toContain('A key is stored')
    expect(html).not.toContain('very secret')
    expect(html).not.toContain(saved?.sealedKey ?? 'v1.')

    const tried = await (await admin.post(page, form({ do: 'try' }))).text()
    expect(tried).toContain('It answers:')
    expect(server.asked.at(-1)?.authorization).toBe('Bearer very secret key')
    await admin.post(page, form({ do: 'try', baseUrl: other.url }))
    expect(other.asked.at(-1)?.authorization).toBeUndefined()

    server.plan.push(401)
    const refused = await admin.post(page, form({ do: 'try' }))
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain('refuses the API key')
    const wrong = await admin.post(page, form({ baseUrl: 'here', dailyTexts: 'many' }))
    expect(wrong.status).toBe(422)
    expect(await wrong.text()).toContain('This is no web address.')
    expect(await loadSetting(web.store.read, 'provider')).toEqual(saved)

    expect((await admin.post(page, { kind: 'off' })).status).toBe(303)
    expect(await loadSetting(web.store.read, 'provider')).toBeUndefined()
    web.close()
  })

  it('translates a mention when somebody asks, masked where exports are, and for no viewer', async () => {
    const web = createTestWeb(await makeStore())
    await addSource(web)
    const admin = await web.signIn('admin')
    const [heard] = await hear(web, [
      makeMention({ text: 'Die Mühle klemmt, Antwort an lea@post.de', lang: 'de' }),
      makeMention({ text: 'The grinder is stuck', lang: 'en' }),
    ])
    const thread = `/threads/${heard?.threadId}`
    const translation = `/mentions/${heard?.mentionId}/translation`
    expect(await (await admin.get(thread)).text()).not.toContain('Translate<')
    expect((await admin.post(translation)).status).toBe(404)
    const setting = { kind: 'ollama', baseUrl: server.url, model: 'small', threshold: '0.6', dailyTexts: '5', timeoutSeconds: '5', do: 'save' } // prettier-ignore
    await admin.post('/understanding/provider', setting)
    const workspace = await loadWorkspace(web.store.read)
    await web.store.write((tx) =>
      saveSetting(tx, 'workspace', { ...workspace, name: 'Acme', personalData: 'mask_exports' }, 0),
    )
    expect(await (await admin.get(thread)).text()).toContain('Translate<')
    expect((await admin.post(translation)).status).toBe(303)
    const html = await (await admin.get(thread)).text()
    expect(html).toContain('In other words: Die Mühle klemmt, Antwort an')
    expect(server.asked.at(-1)?.text).not.toContain('lea@post.de')
    const viewer = await web.signIn('viewer')
    expect((await viewer.post(translation)).status).toBe(403)
    web.close()
  })
})
