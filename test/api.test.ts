import { afterAll, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import { scopes, type Scope } from '../src/domain/scopes.ts'
import { saveTrained } from '../src/store/models.ts'
import { loadOutgoing } from '../src/store/outbox.ts'
import { insertDraw, writeRelevance } from '../src/store/quality.ts'
import { advanceRejudgement } from '../src/store/rejudgements.ts'
import { updateUser } from '../src/store/users.ts'
import { createApi } from '../src/web/api/api.ts'
import { operationId } from '../src/web/api/openapi.ts'
import { apiRoutes } from '../src/web/api/routes.ts'
import { problemSchema } from '../src/web/api/schemas.ts'
import type { Web } from '../src/web/web.ts'
import { describeStores, type MakeStore } from './helpers/database.ts'
import { addToken } from './helpers/token.ts'
import { createTestWeb } from './helpers/web.ts'
import { addSource, addUser, hear, makeMention } from './helpers/workspace.ts'

type Body = Record<string, unknown>

interface Answer {
  status: number
  // Answers are checked against their schemas in `call`; tests look at single keys.
  body: Body & { items: Body[] }
  headers: Headers
}

const every = Object.keys(scopes) as Scope[]
const called = new Set<string>()

/** Calls, and checks every answer against what the description promises for it. */
function caller(app: { request: (url: string, init: RequestInit) => Response | Promise<Response> }, token: string) {
  return async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const response = await app.request(`http://localhost/api/v1${path}`, {
      method,
      headers: {
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const json = JSON.parse(text) as Answer['body']
    check(method, path, response, json)
    return { status: response.status, body: json, headers: response.headers }
  }
}

async function world(makeStore: MakeStore) {
  const web = createTestWeb(await makeStore())
  const userId = await addUser(web, 'owner')
  const token = await addToken(web, userId, every)
  return { web, userId, token, call: caller(web.app, token) }
}

/** Throws when an answer is not what the description says. */
function check(method: string, path: string, response: Response, json: unknown): void {
  if (!response.ok) {
    if (response.headers.get('Content-Type') !== 'application/problem+json')
      throw new Error('the refusal is no problem')
    problemSchema.parse(json)
    return
  }
  const [plain = ''] = path.split('?')
  const fits = (one: string) => new RegExp(`^${one.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(plain)
  const route = apiRoutes.find((one) => one.method === method.toLowerCase() && fits(one.path))
  if (!route) throw new Error(`${method} ${path} is not described`)
  route.answer.parse(json)
  called.add(operationId(route))
}

const key = (n: number) => `0195560f-0000-7000-8000-${String(n).padStart(12, '0')}`

afterAll(() => {
  const missing = apiRoutes.map(operationId).filter((id) => !called.has(id))
  if (missing.length > 0) throw new Error(`no test has seen these answer: ${missing.join(', ')}`)
})

describeStores('API', (makeStore) => {
  it('pages through mentions and threads without doubles or gaps', async () => {
    const { web, call } = await world(makeStore)
    await addSource(web)
    const items = Array.from({ length: 7 }, () => makeMention())
    const heard = await hear(web, items)
    for (const path of ['/mentions', '/threads']) {
      const seen: unknown[] = []
      for (let cursor: unknown = null, turn = 0; turn < 9; turn++) {
        const { body } = await call('GET', `${path}?limit=3${cursor ? `&cursor=${String(cursor)}` : ''}`)
        seen.push(...body.items.map((one) => one['id']))
        cursor = body['next']
        if (cursor === null) break
      }
      const expected = heard.map((one) => (path === '/mentions' ? one.mentionId : one.threadId))
      expect(seen).toHaveLength(7)
      expect(new Set(seen)).toEqual(new Set(expected))
    }
    const first = await call('GET', `/mentions/${heard[0]?.mentionId}`)
    expect(first.body).toMatchObject({
      text: items[0]?.text,
      author: { handle: items[0]?.author.handle },
      sentiment: null,
    })
    const none = await call('GET', '/mentions?sourceId=another')
    expect(none.body.items).toEqual([])
    const early = await call('GET', '/mentions?until=2001-01-01T00:00:00Z')
    expect(early.body.items).toEqual([])
    expect((await call('GET', '/mentions?cursor=rubbish')).status).toBe(400)
    expect((await call('GET', '/mentions?limit=5000')).status).toBe(422)
    expect((await call('GET', '/mentions?colour=red')).body['errors']).toHaveProperty('colour')
    expect((await call('GET', '/threads?q=%22open')).body).toMatchObject({ status: 422, position: expect.any(Number) })
  })

  it('frees a copy, puts it back, and says what was read of a source', async () => {
    const { web, call } = await world(makeStore)
    await addSource(web)
    const [first, copy] = await hear(web, [makeMention(), makeMention()])
    await web.store.write(async (tx) => {
      const { mentions } = tx.t
      const [original] = await tx.db
        .select()
        .from(mentions)
        .where(eq(mentions.id, String(first?.mentionId)))
      await tx.db
        .update(mentions)
        .set({ copyOf: original?.seq ?? 0 })
        .where(eq(mentions.id, String(copy?.mentionId)))
    })
    const path = `/mentions/${String(copy?.mentionId)}`
    expect((await call('GET', path)).body).toMatchObject({ isCopy: true })
    expect((await call('POST', `${path}/copy`, { isCopy: false })).body).toMatchObject({ isCopy: false })
    expect((await call('POST', `${path}/copy`, { isCopy: false })).status).toBe(409)
    expect((await call('POST', `${path}/copy`, { isCopy: true })).body).toMatchObject({ isCopy: true })
    expect((await call('POST', '/mentions/none/copy', { isCopy: true })).status).toBe(404)
    expect((await call('GET', '/threads?copies=folded')).body.items).toHaveLength(1)
    const coverage = await call('GET', '/sources/source-1/coverage')
    expect(coverage.body).toMatchObject({ read: [], holes: [{ cause: 'unknown', fill: 'never' }] })
    expect((await call('GET', '/sources/none/coverage')).status).toBe(404)
  })

  it('takes mentions in, once, and lists what it cannot read', async () => {
    const { web, call } = await world(makeStore)
    const mention = { externalId: 'x1', text: 'hello', createdAt: '2026-03-01T10:00:00Z', author: 'ann' }
    const body = { source: 'Survey', mentions: [mention, { text: 'no time' }, { ...mention, externalId: 'x2' }] }
    const first = await call('POST', '/mentions', body)
    expect(first.body).toEqual({
      added: 2,
      changed: 0,
      known: 0,
      errors: [{ index: 1, error: 'createdAt: is missing' }],
    })
    expect((await call('POST', '/mentions', body)).body).toMatchObject({ added: 0, known: 2 })
    const edited = { ...body, mentions: [{ ...mention, text: 'bye' }] }
    expect((await call('POST', '/mentions', edited)).body).toMatchObject({ changed: 1 })
    const { db, t } = web.store.read
    expect(await db.select().from(t.sources)).toMatchObject([{ connector: 'file', account: 'survey', name: 'Survey' }])
    expect((await db.select().from(t.jobs)).filter(({ kind }) => kind === 'enrich').length).toBeGreaterThan(0)
    expect((await call('POST', '/mentions', { mentions: [] })).status).toBe(422)
  })

  it('changes a thread: state, assignee, tags, notes', async () => {
    const { web, call, userId } = await world(makeStore)
    await addSource(web)
    const [heard] = await hear(web, [makeMention()])
    const path = `/threads/${heard?.threadId}`
    expect((await call('POST', `${path}/state`, { state: 'snoozed' })).body['errors']).toHaveProperty('snoozedUntil')
    const until = new Date(web.clock.at + 3_600_000).toISOString()
    expect((await call('POST', `${path}/state`, { state: 'snoozed', snoozedUntil: until })).body['state']).toBe(
      'snoozed',
    )
    expect((await call('POST', `${path}/state`, { state: 'open' })).body['state']).toBe('open')
    expect((await call('POST', `${path}/assignee`, { assigneeId: 'nobody' })).status).toBe(422)
    expect((await call('POST', `${path}/assignee`, { assigneeId: userId })).body['assigneeId']).toBe(userId)
    expect((await call('PUT', `${path}/tags`, { tags: ['vip', 'bug'] })).body['tags']).toEqual(['bug', 'vip'])
    const note = await call('POST', `${path}/notes`, { text: 'called them' })
    expect(note).toMatchObject({ status: 201, body: { text: 'called them', userId } })
    const { body } = await call('GET', path)
    expect(body).toMatchObject({ notes: [{ text: 'called them' }], mentions: [{ id: heard?.mentionId }], replies: [] })
    expect((await call('GET', '/threads?assigneeId=none')).body.items).toEqual([])
    for (const missing of ['/threads/x', '/mentions/x', '/replies/x', '/customers/x', '/sources/x'])
      expect((await call('GET', missing)).status).toBe(404)
  })

  it('sends a reply once, however often the request comes', async () => {
    const { web, call } = await world(makeStore)
    await addSource(web)
    const [one, two] = await hear(web, [makeMention(), makeMention()])
    const body = { mentionId: one?.mentionId, text: 'We are on it.' }
    expect((await call('POST', '/replies', body)).status).toBe(400)
    expect((await call('POST', '/replies', body, { 'Idempotency-Key': 'again' })).status).toBe(400)
    const header = { 'Idempotency-Key': key(1) }
    const both = await Promise.all([call('POST', '/replies', body, header), call('POST', '/replies', body, header)])
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 201])
    expect(both.map((answer) => answer.body['id'])).toEqual([key(1), key(1)])
    const again = await call('POST', '/replies', body, header)
    expect(again).toMatchObject({ status: 200, body: { id: key(1), state: 'queued', text: 'We are on it.' } })
    const other = await call('POST', '/replies', { ...body, text: 'Something else' }, header)
    expect(other).toMatchObject({ status: 409, body: { detail: expect.stringContaining('Nothing was sent') } })
    expect((await call('POST', '/replies', { ...body, mentionId: two?.mentionId }, header)).status).toBe(409)
    const { db, t } = web.store.read
    expect(await db.select().from(t.replies)).toHaveLength(1)
    expect((await db.select().from(t.jobs)).filter(({ kind }) => kind === 'deliver')).toHaveLength(1)
    expect((await loadOutgoing(web.store.read, key(1)))?.mention.id).toBe(one?.mentionId)
    expect((await call('GET', `/replies/${key(1)}`)).body['state']).toBe('queued')
  })

  it('refuses a reply that is too long, out of date, or not possible', async () => {
    const { web, call } = await world(makeStore)
    await addSource(web)
    const [heard, closed] = await hear(web, [makeMention(), makeMention({ replyTo: { closed: true } })])
    const send = (n: number, body: Body) => call('POST', '/replies', body, { 'Idempotency-Key': key(n) })
    const mentionId = heard?.mentionId
    expect((await send(1, { mentionId, text: 'x'.repeat(101) })).body['errors']).toEqual({
      text: 'The text counts 101, the platform takes 100.',
    })
    expect(await send(2, { mentionId: closed?.mentionId, text: 'hello' })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('Comments are closed.') },
    })
    expect((await send(3, { mentionId: 'x', text: 'hello' })).status).toBe(404)
    const read = await call('GET', `/threads/${heard?.threadId}`)
    const colleague = caller(web.app, await addToken(web, await addUser(web, 'agent'), ['replies:write']))
    web.clock.at += 1000
    const first = await colleague('POST', '/replies', { mentionId, text: 'first' }, { 'Idempotency-Key': key(4) })
    expect(first.status).toBe(201)
    const late = await send(5, { mentionId, text: 'second', revision: read.body['revision'] })
    expect(late).toMatchObject({ status: 409, body: { detail: expect.stringContaining('since') } })
    const mine = await colleague('POST', '/replies', { mentionId, text: 'first' }, { 'Idempotency-Key': key(4) })
    expect(mine.status).toBe(200)
    expect((await send(4, { mentionId, text: 'first' })).status, 'the key of somebody else').toBe(409)
  })

  it('keeps customers and takes touchpoints once', async () => {
    const { call } = await world(makeStore)
    const input = {
      name: 'Ann Müller',
      externalRef: 'c1',
      tier: 'gold',
      identities: [{ kind: 'email', value: 'ann@x.example' }],
    }
    const created = await call('POST', '/customers', input)
    expect(created).toMatchObject({ status: 201, body: { name: 'Ann Müller', identities: [{ platform: '' }] } })
    expect((await call('POST', '/customers', { name: 'B', externalRef: 'c1' })).status).toBe(409)
    expect((await call('POST', '/customers', { name: '' })).body['errors']).toHaveProperty('name')
    const id = String(created.body['id'])
    const changed = await call('PUT', `/customers/${id}`, { name: 'Ann M.', externalRef: 'c1' })
    expect(changed.body).toMatchObject({ name: 'Ann M.', tier: null, identities: [] })
    expect((await call('PUT', '/customers/x', { name: 'Y' })).status).toBe(404)
    const odd = await call('POST', '/customers', { name: 'N\u0000U\ud800L', custom: { 'k\u0000': 'v' } })
    expect(odd).toMatchObject({ status: 201, body: { name: 'NU\ufffdL', custom: { k: 'v' } } })
    expect((await call('GET', '/customers?search=%00ann')).status).toBe(200)
    expect((await call('GET', '/customers/%00')).status).toBe(404)
    expect((await call('GET', '/customers?search=ann')).body.items).toHaveLength(1)
    expect((await call('GET', `/customers/${id}`)).body['name']).toBe('Ann M.')
    const touch = {
      customer: { externalRef: 'c1' },
      channel: 'call',
      occurredAt: '2026-03-01T09:00:00Z',
      summary: 'asked for a demo',
      externalKey: 'call-7',
      data: { minutes: 3 },
    }
    expect(await call('POST', '/touchpoints', touch)).toMatchObject({ status: 201, body: { direction: 'in' } })
    expect((await call('POST', '/touchpoints', { ...touch, summary: 'other' })).body['summary']).toBe(
      'asked for a demo',
    )
    expect((await call('POST', '/touchpoints', { ...touch, customer: { email: 'no@x.example' } })).status).toBe(404)
    const listed = await call('GET', `/touchpoints?customerId=${id}`)
    expect(listed.body.items).toMatchObject([{ externalKey: 'call-7', data: { minutes: 3 } }])
  })

  it('connects sources without ever giving a secret back', async () => {
    const { web, call } = await world(makeStore)
    const connect = (config: Body) => call('POST', '/sources', { connector: 'demo', config })
    expect((await call('POST', '/sources', { connector: 'nothing', config: {} })).status).toBe(422)
    expect((await connect({ word: 'x' })).body['errors']).toEqual({ word: 'At least two letters.' })
    expect((await connect({ word: 'wrong' })).body['detail']).toContain('That token is not valid.')
    const made = await connect({ word: 'acme', token: 'top secret token' })
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'Account acme', state: 'active', config: { word: 'acme' } },
    })
    expect((await connect({ word: 'acme' })).status).toBe(409)
    const id = String(made.body['id'])
    for (const [verb, state] of [
      ['pause', 'paused'],
      ['pause', 'paused'],
      ['resume', 'active'],
      ['run', 'active'],
    ])
      expect((await call('POST', `/sources/${id}/${verb}`)).body['state']).toBe(state)
    expect((await call('POST', '/sources/x/pause')).status).toBe(404)
    const stream = `/sources/${id}/stream`
    expect((await call('GET', stream)).body).toEqual({ isOn: false, mode: 'off', reason: null, since: null })
    expect((await call('POST', stream, { isOn: true })).body).toMatchObject({ isOn: true, mode: 'connecting' })
    expect(await web.store.read.db.select().from(web.store.read.t.jobs)).toMatchObject([{ kind: 'stream', key: id }])
    expect((await call('POST', stream, { isOn: false })).body).toMatchObject({ isOn: false, mode: 'off' })
    expect((await call('GET', '/sources/x/stream')).status).toBe(404)
    const all = [await call('GET', '/sources'), await call('GET', `/sources/${id}`), made]
    for (const { body } of all) expect(JSON.stringify(body)).not.toMatch(/top secret|sealed/)
    const [row] = await web.store.read.db.select().from(web.store.read.t.sources)
    expect(row?.secrets).toContain('sealed:')
  })

  it('reads the quality of a query from its labelled samples', async () => {
    const { web, userId, call } = await world(makeStore)
    await addSource(web)
    await hear(web, [makeMention({ text: 'Lumen' }), makeMention({ text: 'Lumen' })])
    const { body: query } = await call('POST', '/queries', { name: 'Lumen', text: 'lumen' })
    const path = `/queries/${query['id']}/quality`
    for (const none of [path, '/queries/none/quality']) expect((await call('GET', none)).status).toBe(404)
    const { queries, mentions } = web.store.read.t
    const [row] = await web.store.read.db.select().from(queries)
    const [mention] = await web.store.read.db.select().from(mentions)
    const key = { querySeq: row?.seq ?? 0, version: 1, mentionSeq: mention?.seq ?? 0 }
    const act = { userId, now: web.clock.at, ip: '', newId: web.newId }
    await web.store.write(async (tx) => {
      const parts = [{ kind: 'match' as const, change: 'itself', term: '', population: 2 }]
      await insertDraw(tx, act, { querySeq: key.querySeq, version: 1, seed: 1, parts }, [[key.mentionSeq]])
      await writeRelevance(tx, act, key, 'yes')
    })
    expect((await call('GET', path)).body).toMatchObject({
      version: 1,
      precision: { value: 1, low: 0.5, high: 1 },
      recall: { value: 1 },
      parts: [{ population: 2, labelled: 1, relevant: 1 }],
    })
  })

  it('keeps exclusion lists and gives them to queries', async () => {
    const { call } = await world(makeStore)
    const { body: list } = await call('POST', '/lists', { name: 'Jobs', text: 'hiring' })
    expect((await call('POST', '/lists', { name: 'Jobs', text: 'x' })).status).toBe(409)
    expect((await call('POST', '/lists', { name: 'Bad', text: '(x' })).body).toHaveProperty('position')
    const { body: query } = await call('POST', '/queries', { name: 'Brand', text: 'acme' })
    expect((await call('PUT', `/queries/${query['id']}/lists`, { listIds: ['none'] })).status).toBe(422)
    const given = await call('PUT', `/queries/${query['id']}/lists`, { listIds: [list['id']] })
    expect([given.status, given.body['version']]).toEqual([200, 2])
    const changed = await call('PUT', `/lists/${list['id']}`, { name: 'Jobs', text: 'hiring OR vacancy' })
    expect(changed.body).toMatchObject({ version: 2, queryIds: [query['id']] })
    expect((await call('GET', '/lists')).body.items).toEqual([changed.body])
    expect((await call('GET', '/queries')).body.items).toMatchObject([{ version: 3 }])
    expect((await call('GET', `/lists/${list['id']}/versions`)).body.items.map((one) => one['text'])).toEqual([
      'hiring OR vacancy',
      'hiring',
    ])
    expect((await call('POST', `/lists/${list['id']}/removal`, {})).status).toBe(200)
    expect((await call('PUT', `/lists/${list['id']}`, { name: 'Jobs', text: 'x' })).status).toBe(404)
  })

  it('takes a match out of a query and puts it back', async () => {
    const { web, call } = await world(makeStore)
    await addSource(web)
    const [heard] = await hear(web, [makeMention()])
    const { body: query } = await call('POST', '/queries', { name: 'Brand', text: 'hello' })
    await web.store.write(async (tx) => {
      await tx.db.insert(tx.t.matches).values({ mentionSeq: 1, querySeq: 1, version: 1, spans: [] })
    })
    const path = `/mentions/${heard?.mentionId}/relevance`
    expect((await call('POST', path, { relevant: false, queryId: query['id'] })).body).toEqual({ changed: 1 })
    expect((await call('POST', path, { relevant: false })).body).toEqual({ changed: 0 })
    expect((await call('POST', path, { relevant: true })).body).toEqual({ changed: 1 })
    expect((await call('POST', path, { relevant: false, queryId: 'none' })).status).toBe(404)
    expect((await call('POST', '/mentions/none/relevance', { relevant: true })).status).toBe(404)
  })

  it('keeps groups of queries and says their share of voice', async () => {
    const { call } = await world(makeStore)
    const { body: query } = await call('POST', '/queries', { name: 'Brand', text: 'acme' })
    const queryIds = [query['id']]
    const { body: group } = await call('POST', '/groups', { name: 'Brands', queryIds })
    expect((await call('POST', '/groups', { name: 'Brands', queryIds })).status).toBe(409)
    expect((await call('POST', '/groups', { name: 'Other', queryIds: ['none'] })).status).toBe(422)
    const changed = await call('PUT', `/groups/${group['id']}`, { name: 'Ours', queryIds })
    expect((await call('GET', '/groups')).body.items).toEqual([changed.body])
    const voice = await call('GET', `/groups/${group['id']}/voice?days=7`)
    expect(voice.body).toMatchObject({ total: 0, members: [{ name: 'Brand', share: null, netSentiment: null }] })
    expect((await call('GET', '/groups/none/voice')).status).toBe(404)
    expect((await call('POST', `/groups/${group['id']}/removal`, {})).status).toBe(200)
    expect((await call('PUT', `/groups/${group['id']}`, { name: 'Ours', queryIds })).status).toBe(404)
  })

  it('keeps rules, and counts before it applies them to history', async () => {
    const { call, userId } = await world(makeStore)
    const rule = { name: 'Bugs', queryId: null, text: 'crash', actions: [{ type: 'assign', userId }], isActive: true }
    const { body: saved } = await call('POST', '/rules', rule)
    expect((await call('POST', '/rules', rule)).status).toBe(409)
    expect((await call('POST', '/rules', { ...rule, name: 'A', text: '' })).body['errors']).toHaveProperty('text')
    expect((await call('POST', '/rules', { ...rule, name: 'A', text: '(' })).body).toHaveProperty('position')
    const nobody = { ...rule, name: 'A', actions: [{ type: 'assign', userId: 'none' }] }
    expect((await call('POST', '/rules', nobody)).body['errors']).toHaveProperty('actions')
    const changed = await call('PUT', `/rules/${saved['id']}`, { ...rule, text: 'crash OR bug' })
    expect((await call('GET', '/rules')).body.items).toEqual([changed.body])
    const run = await call('POST', `/rules/${saved['id']}/runs`, {})
    expect([run.status, run.body['state']]).toEqual([201, 'counting'])
    expect((await call('POST', `/rules/${saved['id']}/runs`, {})).status).toBe(409)
    expect((await call('POST', `/rule-runs/${run.body['id']}/steps`, { step: 'apply' })).status).toBe(409)
    await call('POST', `/rule-runs/${run.body['id']}/steps`, { step: 'cancel' })
    expect((await call('GET', `/rule-runs/${run.body['id']}`)).body['state']).toBe('cancelled')
    expect((await call('GET', '/rule-runs/none')).status).toBe(404)
    expect((await call('POST', `/rules/${saved['id']}/removal`, {})).status).toBe(200)
    expect((await call('PUT', `/rules/${saved['id']}`, rule)).status).toBe(404)
  })

  it('saves listening queries that can be read', async () => {
    const { call } = await world(makeStore)
    const saved = await call('POST', '/queries', { name: 'Brand', text: 'acme OR "acme corp"' })
    expect(saved).toMatchObject({ status: 201, body: { version: 1, stem: true, kind: 'brand' } })
    expect((await call('POST', '/queries', { name: 'Brand', text: 'acme' })).status).toBe(409)
    expect((await call('POST', '/queries', { name: 'Bad', text: '(acme' })).body).toHaveProperty('position')
    expect((await call('GET', '/queries')).body.items).toHaveLength(1)
  })

  it('keeps topics, counts them in the history, and gives the figures of topics and audits', async () => {
    const { call } = await world(makeStore)
    const saved = await call('POST', '/topics', { name: 'Battery', text: 'battery OR charg*' })
    expect(saved).toMatchObject({ status: 201, body: { version: 1, kind: 'topic', figures: { mentions: 0 } } })
    expect((await call('POST', '/topics', { name: 'Battery', text: 'x' })).status).toBe(409)
    expect((await call('POST', '/topics', { name: 'Bad', text: '(x' })).body).toHaveProperty('position')
    expect((await call('POST', '/topics', { name: 'Below', text: 'x', parentId: 'none' })).status).toBe(404)
    const below = await call('POST', '/topics', { name: 'Below', text: 'x', parentId: saved.body['id'] })
    expect(below.body['parentId']).toBe(saved.body['id'])
    expect((await call('GET', '/topics?days=7')).body.items).toMatchObject([
      { name: 'Battery', figures: { negativeShare: null } },
      { name: 'Below', parentId: saved.body['id'] },
    ])
    const topic = `/topics/${saved.body['id']}`
    expect((await call('GET', `${topic}/history`)).status).toBe(404)
    expect((await call('POST', `${topic}/history`, { mode: 'count' })).body).toMatchObject({
      mode: 'count',
      scanned: 0,
    })
    expect((await call('GET', `${topic}/history`)).body['finishedAt']).toBeNull()
    expect((await call('GET', `${topic}/mentions`)).body).toEqual({ items: [], next: null })
    expect((await call('GET', `${topic}/mentions?cursor=x`)).status).toBe(400)
    expect((await call('GET', '/audits')).body).toEqual({ items: [] })
    const shares = (await call('GET', '/sentiment-shares')).body
    expect(shares).toMatchObject({ audited: 0, least: 100, months: [] })
    expect(shares.items).toMatchObject([{ sentiment: 'negative', corrected: null, interval: null }, {}, {}])
  })

  it('knows a token only as a bearer, while it lives and its owner may come in', async () => {
    const { web, token, call, userId } = await world(makeStore)
    expect((await call('GET', '/me')).body).toMatchObject({ userId, role: 'owner', scopes: every })
    const stranger = caller(web.app, '')
    const browser = await web.signIn('owner', 'second')
    const cookie = `earshot=${browser.cookies.get('earshot')}`
    expect((await browser.get('/inbox')).status, 'the session is alive').toBe(200)
    for (const headers of [
      {},
      { Cookie: cookie },
      { Authorization: `Basic ${Buffer.from(`${token}:`).toString('base64')}` },
      { Authorization: `Bearer ${token}x` },
      { Authorization: 'Bearer ' },
      { Authorization: token },
    ] as Record<string, string>[]) {
      const refused = await stranger('GET', '/me', undefined, headers)
      expect(refused.status).toBe(401)
      expect(refused.headers.get('WWW-Authenticate')).toContain('Bearer')
    }
    expect((await stranger('GET', `/me?access_token=${token}`)).status).toBe(401)
    const { t } = web.store.read
    await web.store.write((tx) => updateUser(tx, userId, { disabledAt: web.clock.at }))
    expect((await call('GET', '/me')).status).toBe(401)
    await web.store.write((tx) => updateUser(tx, userId, { disabledAt: null }))
    expect((await call('GET', '/me')).status).toBe(200)
    await web.store.write(async (tx) => void (await tx.db.update(t.apiTokens).set({ revokedAt: 1 })))
    expect((await call('GET', '/me')).status).toBe(401)
  })

  it('lets a token do what its scopes and the role of its owner allow, and no more', async () => {
    const { web, call } = await world(makeStore)
    await addSource(web)
    const [heard] = await hear(web, [makeMention()])
    const ids = { threads: heard?.threadId, mentions: heard?.mentionId, sources: 'source-1' } as Record<string, unknown>
    const customer = await call('POST', '/customers', { name: 'Ann' })
    ids['customers'] = customer.body['id']
    const owner = await addUser(web, 'owner', 'other')
    const viewer = await addUser(web, 'viewer')
    const before = await web.store.read.db.select().from(web.store.read.t.audit)
    for (const route of apiRoutes.filter(({ scopes: needed }) => needed.length > 0)) {
      const path = route.path.replace('{id}', String(ids[route.path.split('/')[1] ?? ''] ?? 'x'))
      const method = route.method.toUpperCase()
      const body = route.method === 'get' || !route.body ? undefined : {}
      const others = every.filter((scope) => !route.scopes.includes(scope))
      const wrong = await caller(web.app, await addToken(web, owner, others))(method, path, body)
      expect([wrong.status, wrong.body['detail']], `${method} ${path}`).toEqual([403, expect.stringContaining('scope')])
      if (route.permission === 'read') continue
      const weak = await caller(web.app, await addToken(web, viewer, every))(method, path, body)
      expect([weak.status, weak.body['detail']], `${method} ${path}`).toEqual([403, expect.stringContaining('viewer')])
    }
    expect(await web.store.read.db.select().from(web.store.read.t.audit)).toHaveLength(before.length)
  })

  it('caps the requests of each token', async () => {
    const { web, userId, token } = await world(makeStore)
    const other = await addToken(web, userId, every)
    const log = { info() {}, warn() {}, error() {} }
    const options = { ...web, log, config: { loopback: true, demo: false, secret: '', version: '1' } }
    const api = createApi(options as unknown as Web, { perMinute: 3 }) // only what these calls use
    const [call, calm] = [caller(api, token), caller(api, other)]
    for (let n = 0; n < 3; n++) expect((await call('GET', '/me')).status).toBe(200)
    web.clock.at += 20_000
    const refused = await call('GET', '/me')
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '40'])
    expect((await calm('GET', '/me')).status).toBe(200)
    web.clock.at += 40_000
    expect((await call('GET', '/me')).status).toBe(200)
  })

  it('says what is wrong with a request, and nothing of what is inside', async () => {
    const { web, call, token } = await world(makeStore)
    expect((await call('POST', '/customers', '{"name":')).status).toBe(400)
    expect((await call('POST', '/customers', { name: 'x' }, { 'Content-Type': 'text/plain' })).status).toBe(415)
    expect((await call('POST', '/customers', { name: 'x'.repeat(600_000) })).status).toBe(413)
    expect((await call('POST', '/customers', { name: 'x', admin: true })).body['errors']).toBeDefined()
    expect((await call('GET', '/nothing')).status).toBe(404)
    expect((await call('DELETE', '/customers/x')).status).toBe(404)
    const broken = { ...web.store, read: { ...web.store.read, db: new Proxy({}, { get: () => fail() }) } }
    const logged: unknown[] = []
    const log = { info() {}, warn() {}, error: (_message: string, facts: unknown) => void logged.push(facts) }
    const options = { ...web, store: broken, log, config: { version: '1' } }
    const api = createApi(options as unknown as Web) // only what this call uses
    const failed = await caller(api, token)('GET', '/me')
    expect(failed.status).toBe(500)
    expect(JSON.stringify(logged)).toContain('password=hunter2')
    expect(JSON.stringify(failed.body)).not.toContain('password=hunter2')
    expect(failed.body).toHaveProperty('reference')
  })

  it('writes who did it into the audit', async () => {
    const { web, call, userId } = await world(makeStore)
    await call('POST', '/customers', { name: 'Ann' })
    const { db, t } = web.store.read
    const rows = await db.select().from(t.audit).where(eq(t.audit.action, 'customer.create'))
    expect(rows).toMatchObject([{ actor: userId }])
  })
})

function fail(): never {
  throw new Error('connect postgres://u:p@h failed password=hunter2')
}

describeStores('judging over the API', (makeStore) => {
  it('takes labels, lists the log, and keeps rules for words', async () => {
    const { web, call, userId } = await world(makeStore)
    await addSource(web)
    const [one, two] = await hear(web, [makeMention({ text: 'War Zone' }), makeMention()])
    const given = await call('POST', '/corrections', {
      corrections: [
        { mentionId: one?.mentionId, sentiment: 'positive', intents: ['praise'] },
        { mentionId: two?.mentionId },
        { mentionId: 'none', sentiment: 'neutral' },
        { mentionId: two?.mentionId, intents: ['question'] },
      ],
    })
    expect(given.body).toEqual({
      saved: 1,
      errors: [
        { index: 1, error: 'Give a sentiment, intents, or both.' },
        { index: 2, error: 'There is no such mention.' },
        { index: 3, error: 'It is not judged yet: give its sentiment.' },
      ],
    })
    await call('POST', '/corrections', { corrections: [{ mentionId: one?.mentionId, sentiment: 'negative' }] })
    const first = await call('GET', '/corrections?limit=1&kind=corrected')
    const is = { mentionId: one?.mentionId, sentiment: 'negative', intents: ['praise'], userId, via: 'api' }
    const { body: mention } = await call('GET', `/mentions/${String(one?.mentionId)}`)
    expect(mention).toMatchObject({ sentiment: 'negative', judgedBy: { layer: 'person', rules: [] } })
    expect(first.body.items).toMatchObject([{ ...is, shown: { sentiment: 'positive' } }])
    const second = await call('GET', `/corrections?limit=1&cursor=${String(first.body['next'])}`)
    expect([second.body.items.length, second.body['next']]).toEqual([1, null])

    const { mentions } = web.store.read.t
    const classification = {
      probabilities: { negative: 0.45, neutral: 0.1, positive: 0.45 },
      emotion: { label: 'anger', confidence: 0.7 },
      offensive: 0.2,
      spam: 0.1,
    }
    await web.store.write((tx) => tx.db.update(mentions).set({ classification, metrics: { views: 30 } }))
    const { body: told } = await call('GET', `/mentions/${String(two?.mentionId)}`)
    const { probabilities: _, ...heads } = classification
    expect(told).toMatchObject({ ...heads, mixed: true, reach: { from: 'views', people: 30 } })

    const rule = { query: '"war zone"', effect: { kind: 'ignore' } }
    const made = await call('POST', '/term-rules', rule)
    expect([made.status, made.body]).toMatchObject([201, { version: 1, isActive: true }])
    const id = String(made.body['id'])
    const changed = await call('PUT', `/term-rules/${id}`, { ...rule, isActive: false })
    expect(changed.body).toMatchObject({ version: 2, isActive: false })
    expect((await call('POST', '/term-rules', { ...rule, query: '"war' })).status).toBe(422)
    expect((await call('PUT', '/term-rules/none', rule)).status).toBe(404)
    expect((await call('GET', '/term-rules')).body.items).toMatchObject([{ id, query: '"war zone"' }])

    // A changed rule offers to judge history again; nobody has counted yet, so it cannot begin.
    const [run] = (await call('GET', '/rejudgements')).body.items
    expect(run).toMatchObject({ state: 'counting' })
    const path = `/rejudgements/${String(run?.['id'])}`
    expect((await call('PUT', path, { state: 'running' })).status).toBe(409)
    await web.store.write((tx) => advanceRejudgement(tx, String(run?.['id']), 'counting', { state: 'offered' }))
    expect((await call('PUT', path, { state: 'running' })).body).toEqual({ state: 'running' })
    expect((await call('PUT', '/rejudgements/none', { state: 'running' })).status).toBe(404)
  })

  it('lists versions and goes back only to one that was taken', async () => {
    const { web, call } = await world(makeStore)
    const figures = { corrections: 12, acceptances: 30, reason: 'not-worse' as const, curve: [], tookMs: 1 }
    const blob = new Uint8Array([1])
    const trained = { name: 'v1', base: 'b', logSeq: 1, figures, delta: blob, pins: blob }
    const stamp = { now: web.clock.at, newId: web.newId }
    const good = await web.store.write((tx) => saveTrained(tx, { ...trained, accepted: true }, stamp))
    const bad = await web.store.write((tx) => saveTrained(tx, { ...trained, accepted: false }, stamp))
    expect((await call('GET', '/model-versions')).body.items).toMatchObject([
      { id: bad, state: 'refused', usable: false },
      { id: good, state: 'active', usable: true, corrections: 12 },
    ])
    expect((await call('PUT', '/active-model', { id: null })).body).toEqual({ id: null })
    expect((await call('PUT', '/active-model', { id: bad })).status).toBe(409)
    expect((await call('PUT', '/active-model', { id: 'none' })).status).toBe(404)
    expect((await call('PUT', '/active-model', { id: good })).body).toEqual({ id: good })
  })
})
