import { expect, it } from 'vitest'
import fileConnector from '../../../connectors/file/index.ts'
import { describeStores } from '../../../test/helpers/database.ts'
import { createTestWeb, type TestWeb } from '../../../test/helpers/web.ts'
import { addSource, startOfTime } from '../../../test/helpers/workspace.ts'
import { createClassifier } from '../../classify/classifier.ts'
import type { Connector, StreamHost } from '../../connector/contract.ts'
import { createRegistry } from '../../connector/registry.ts'
import { importMentions } from '../../fileImport.ts'
import { silentLog } from '../../log.ts'
import type { Store } from '../../store/store.ts'
import type { WorkContext } from '../../work/context.ts'
import { createExaminer } from '../../work/examine.ts'

const { manifest } = fileConnector
// The registry and the worker know a connector without its own types.
const connector = fileConnector as unknown as Connector

function openWeb(store: Store): { web: TestWeb; work: WorkContext } {
  const classifier = createClassifier()
  const work: WorkContext = {
    store,
    log: silentLog,
    now: () => startOfTime,
    newId: () => crypto.randomUUID(),
    random: () => 0.5,
    manifest: () => manifest,
    connect: async () => ({ connector, host: {} as StreamHost, platform: 'file', instance: '' }),
    examine: createExaminer(
      store,
      async () => classifier,
      () => 0,
    ),
    classifier: async () => classifier,
    provider: async () => undefined,
    train: () => Promise.reject(new Error('nothing is trained here')),
  }
  const web = createTestWeb(
    store,
    {},
    {
      registry: createRegistry([{ id: 'file', manifest, load: async () => ({ default: connector }) }]),
      hostFor: async (_connector, config) => ({ config }) as StreamHost,
      importMentions: (id, { bytes, name }, act) => importMentions(work, id, bytes, name, act),
    },
  )
  return { web, work }
}

const csv =
  'id,text,author,date\n1,It <b>crashes</b>,ada,2026-03-01\n2,,,\n3,Love it,ben,too,many,x\n4,Love it,ben,2026-03-01\n5,No date,ben,\n'
const plain = (html: string) => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')

describeStores('upload of a file', (makeStore) => {
  it('reads the good rows, lists the broken ones with their lines, and adds nothing the second time', async () => {
    const { web } = openWeb(await makeStore())
    await addSource(web, 'files', { connector: 'file' })
    const admin = await web.signIn('admin')
    expect(await (await admin.get('/sources/files')).text()).toContain('action="/sources/files/upload"')
    const send = (text: string, name = 'reviews.csv') =>
      admin.upload('/sources/files/upload', { file: new File([text], name) })
    const first = await send(csv)
    const text = plain(await first.text())
    expect(first.status).toBe(200)
    expect(text).toContain('reviews.csv was read')
    expect(text).toContain('2 new, 0 changed, 0 known already.')
    expect(text).toMatch(/3 rows were left out.* 3 .* 4 This row has 6 cells.* 6 createdAt: is missing/)
    expect(plain(await (await send(csv)).text())).toContain('0 new, 0 changed, 2 known already.')
    const { db, t } = web.store.read
    const mentions = await db.select().from(t.mentions)
    expect(mentions.map((one) => one.text).toSorted()).toEqual(['It <b>crashes</b>', 'Love it'])
    expect(mentions.every((one) => one.sentiment !== null)).toBe(true)
    expect(await db.select().from(t.jobs)).toEqual([])
    expect((await db.select().from(t.audit)).map((one) => [one.action, one.data?.['added']])).toEqual([
      ['source.upload', 2],
      ['source.upload', 0],
    ])
  })

  it('says what is missing, and takes no file for a source that is asked, or from somebody who may not', async () => {
    const { web } = openWeb(await makeStore())
    await addSource(web, 'files', { connector: 'file' })
    await addSource(web, 'asked', { connector: 'demo' })
    const [admin, agent] = [await web.signIn('admin'), await web.signIn('agent')]
    const file = new File([csv], 'a.csv')
    const empty = await admin.upload('/sources/files/upload', { file: new File([], '') })
    expect([empty.status, await empty.text()]).toEqual([
      422,
      expect.stringContaining('Choose a CSV or JSON lines file'),
    ])
    expect((await admin.upload('/sources/asked/upload', { file })).status).toBe(404)
    expect((await agent.upload('/sources/files/upload', { file })).status).toBe(403)
    const page = await (await agent.get('/sources/files')).text()
    expect(page).not.toContain('/sources/files/upload')
    const { db, t } = web.store.read
    expect(await db.select().from(t.mentions)).toEqual([])
    const garbage = await admin.upload('/sources/files/upload', { file: new File(['a,b\n1,2\n'], 'x.csv') })
    expect(plain(await garbage.text())).toContain('Nothing in x.csv could be read')
  })

  it('takes the first file with the form that adds the source', async () => {
    const { web } = openWeb(await makeStore())
    const admin = await web.signIn('admin')
    expect(await (await admin.get('/sources/new/file')).text()).toContain('type="file"')
    const json = new File(
      [
        '{"id":"1","text":"Nice","createdAt":"2026-03-01T10:00:00Z","author":{"externalId":"a","handle":"a"}}\nbroken\n',
      ],
      'm.jsonl',
    )
    const answer = await admin.upload('/sources/new/file', { name: 'Play export', file: json })
    expect(plain(await answer.text())).toMatch(/m\.jsonl was read.*1 new.*1 row was left out/)
    const later = await admin.upload('/sources/new/file', { name: 'Another', file: new File([], '') })
    expect(later.headers.get('Location')).toMatch(/^\/sources\/[\w-]+$/)
    const { db, t } = web.store.read
    expect((await db.select().from(t.sources)).map((one) => `${one.connector} ${one.name}`).toSorted()).toEqual([
      'file Another',
      'file Play export',
    ])
  })
})
