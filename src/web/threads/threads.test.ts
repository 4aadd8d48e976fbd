import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeStores, type MakeStore } from '../../../test/helpers/database.ts'
import { createTestWeb, htmx, type Browser, type TestWeb } from '../../../test/helpers/web.ts'
import { addSource, hear, makeMention, startOfTime } from '../../../test/helpers/workspace.ts'
import type { AppOptions } from '../../app.ts'
import type { Classifier } from '../../classify/types.ts'
import { findAuditBreak } from '../../store/audit.ts'
import { createCustomer } from '../../store/customers.ts'

interface Scene {
  web: TestWeb
  agent: Browser
  threadId: string
  mentionId: string
  threadSeq: number
}

/** Explains with fixed words. */
const fakeClassifier: Classifier = {
  version: 'v1',
  classify: () => expect.unreachable(),
  classifyBatch: () => expect.unreachable(),
  explain: ({ text }) => ({
    label: 'negative',
    margin: 1.6,
    because: ['crashes', 'love', 'it', 'rest'].map((feature, index) => ({
      feature,
      label: 'negative',
      weight: text.includes(feature) ? ([2, -0.5, 0.01][index] ?? 0) : 0.09,
    })),
    instead: {
      label: 'neutral',
      probability: 0.24,
      because: [
        { feature: 'it', weight: 0.4, label: 'neutral' },
        { feature: 'crashes', weight: -1.1, label: 'neutral' },
      ],
    },
    intents: [
      { label: 'bug_report', confidence: 0.7, because: ['crashes'] },
      { label: 'praise', confidence: 0.5, because: ['love'] },
    ],
    modifiers: [{ kind: 'negation', word: 'not', reach: ['love'] }],
  }),
}

async function makeScene(makeStore: MakeStore, change = {}, more: Partial<AppOptions> = {}): Promise<Scene> {
  const web = createTestWeb(await makeStore(), {}, more)
  await addSource(web)
  const [heard] = await hear(web, [makeMention({ text: 'It keeps crashing https://pic.example/1', ...change })])
  if (!heard) throw new Error('one thread')
  web.clock.at += 1000
  return { web, agent: await web.signIn('agent', 'Ann'), ...heard }
}

/** What the composer of the page would post. */
async function composerOf({ agent, threadId }: Scene): Promise<Record<string, string>> {
  const html = await (await agent.get(`/threads/${threadId}`)).text()
  const form = /<form[^>]*id="reply-form"[\s\S]*?<\/form>/.exec(html)?.[0] ?? ''
  const fields = [...form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)]
  return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value]))
}

const outbox = async ({ web }: Scene) => {
  const { db, t } = web.store.read
  const replies = await db.select().from(t.replies)
  const jobs = await db.select().from(t.jobs).where(eq(t.jobs.kind, 'deliver'))
  const events = await db.select().from(t.events).where(eq(t.events.kind, 'reply.queued'))
  const audit = await db.select().from(t.audit).where(eq(t.audit.action, 'reply.queued'))
  return { replies, jobs, events, audit }
}

describeStores('replies', (makeStore) => {
  it('puts reply, job, event and audit in at once, and once however often Send is pressed', async () => {
    const scene = await makeScene(makeStore)
    const fields: Record<string, string> = { ...(await composerOf(scene)), text: 'Sorry! We are on it.' }
    const path = `/threads/${scene.threadId}/replies`
    const answers = await Promise.all([1, 2, 3].map(() => scene.agent.post(path, fields)))
    expect(answers.map((answer) => [answer.status, answer.headers.get('Location')])).toEqual(
      answers.map(() => [303, `/threads/${scene.threadId}`]),
    )
    expect((await scene.agent.post(path, fields, htmx)).status).toBe(200)
    const { replies, jobs, events, audit } = await outbox(scene)
    expect(replies).toEqual([expect.objectContaining({ id: fields['replyId'], state: 'queued', text: fields['text'] })])
    expect(jobs).toEqual([expect.objectContaining({ key: fields['replyId'], lane: `thread:${scene.threadSeq}` })])
    expect([events.length, audit.length]).toEqual([1, 1])
    expect(await findAuditBreak(scene.web.store.read)).toBeUndefined()
    const page = await (await scene.agent.get(`/threads/${scene.threadId}`)).text()
    expect(page).toContain('Sorry! We are on it.')
  })

  it('stops the second of two colleagues, shows what the first wrote, and keeps the text', async () => {
    const scene = await makeScene(makeStore)
    const ben = await scene.web.signIn('agent', 'Ben')
    const fields = await composerOf(scene)
    const other = await composerOf({ ...scene, agent: ben })
    scene.web.clock.at += 5000
    const path = `/threads/${scene.threadId}/replies`
    expect((await scene.agent.post(path, { ...fields, text: 'First!' })).status).toBe(303)
    const refused = await ben.post(path, { ...other, text: 'My own long answer' }, htmx)
    const html = await refused.text()
    expect(refused.status).toBe(409)
    expect(html).toContain('Ann answered while you were writing')
    expect(html).toContain('First!')
    expect(html).toMatch(/<textarea[^>]*name="text"[\s\S]*My own long answer[\s\S]*<\/textarea>/)
    expect((await outbox(scene)).replies.map((reply) => reply.text)).toEqual(['First!'])
    const retry = await composerOf({ ...scene, agent: ben })
    expect((await ben.post(path, { ...retry, text: 'My own long answer' })).status).toBe(303)
  })

  it('stops a reply when the author has written again, but not because the own one before was sent', async () => {
    const scene = await makeScene(makeStore)
    const path = `/threads/${scene.threadId}/replies`
    const first = await composerOf(scene)
    await scene.agent.post(path, { ...first, text: 'One' })
    const second = await composerOf(scene)
    const { t } = scene.web.store.read
    scene.web.clock.at += 1000
    await scene.web.store.write(async (tx) => {
      await tx.db.update(t.replies).set({ state: 'sent', updatedAt: scene.web.clock.at })
      await tx.db.update(t.threads).set({ revision: 77 })
    })
    expect((await scene.agent.post(path, { ...second, text: 'Two' })).status).toBe(303)
    const third = await composerOf(scene)
    scene.web.clock.at += 1000
    const { db } = scene.web.store.read
    const [mention] = await db.select().from(t.mentions)
    const [author] = await db.select().from(t.authors)
    await hear(scene.web, [
      makeMention({
        text: 'Forget it, it works now',
        rootId: mention?.externalId ?? '',
        author: { externalId: author?.externalId ?? '', handle: 'x' },
        createdAt: startOfTime + 500,
      }),
    ])
    const refused = await scene.agent.post(path, { ...third, text: 'Three' }, htmx)
    expect(refused.status).toBe(409)
    expect(await refused.text()).toContain('Forget it, it works now')
  })

  it('refuses what the platform would refuse, beside the text, which stays', async () => {
    const scene = await makeScene(makeStore)
    const fields = await composerOf(scene)
    const path = `/threads/${scene.threadId}/replies`
    for (const [text, reason] of [
      ['', 'Write something first'],
      ['é'.repeat(101), 'One character too many'],
    ] as const) {
      const answer = await scene.agent.post(path, { ...fields, text })
      expect(answer.status).toBe(422)
      const html = await answer.text()
      expect(html).toContain(reason)
      expect(html).toContain(text)
    }
    expect((await outbox(scene)).replies).toEqual([])
  })

  it('says why it cannot reply, and does not when told to', async () => {
    const scene = await makeScene(makeStore, { replyTo: { closed: true } })
    const html = await (await scene.agent.get(`/threads/${scene.threadId}`)).text()
    expect(html).toContain('Comments are closed.')
    expect(html).not.toContain('id="reply-form"')
    const fields = { mentionId: scene.mentionId, replyId: scene.web.newId(), revision: '1', text: 'Anyway' }
    const answer = await scene.agent.post(`/threads/${scene.threadId}/replies`, fields)
    expect([answer.status, (await outbox(scene)).replies.length]).toEqual([422, 0])
  })

  it('lets a person decide about a reply in doubt, once', async () => {
    const scene = await makeScene(makeStore)
    const fields = await composerOf(scene)
    await scene.agent.post(`/threads/${scene.threadId}/replies`, { ...fields, text: 'Hello' })
    const { db, t } = scene.web.store.read
    const put = (state: 'needs_person' | 'unknown' | 'sending' | 'queued') =>
      scene.web.store.write(async (tx) => {
        await tx.db.update(t.replies).set({ state, attemptedAt: startOfTime + 7 })
        await tx.db.delete(t.jobs).where(eq(t.jobs.kind, 'deliver'))
      })
    const decide = async (decision: string) => {
      await scene.agent.post(`/replies/${fields['replyId']}/decision`, { decision })
      const [reply] = await db.select().from(t.replies)
      return [reply?.state, (await outbox(scene)).jobs.length]
    }
    await put('sending')
    expect(await decide('cancel')).toEqual(['sending', 0])
    await put('unknown')
    expect(await decide('send_again')).toEqual(['unknown', 0])
    await put('needs_person')
    expect(await decide('send_again')).toEqual(['queued', 1])
    expect(await decide('edit')).toEqual(['cancelled', 1])
    expect((await db.select().from(t.drafts)).map((draft) => draft.text)).toEqual(['Hello'])
    await put('needs_person')
    expect(await decide('mark_sent')).toEqual(['sent', 0])
    const [reply] = await db.select().from(t.replies)
    expect([reply?.sentAt, reply?.externalId]).toEqual([startOfTime + 7, null])
    expect(await decide('cancel')).toEqual(['sent', 0])
  })
})

describeStores('threads', (makeStore) => {
  it('changes state, assignee, tags and notes, each with an event and an audit row', async () => {
    const scene = await makeScene(makeStore)
    const { agent, threadId, web } = scene
    const { db, t } = web.store.read
    await agent.post(`/threads/${threadId}/state`, { state: 'resolved' })
    await agent.post(`/threads/${threadId}/assignee`, { assignee: agent.userId })
    await agent.post(`/threads/${threadId}/tags`, { tags: 'urgent, bug' })
    await agent.post(`/threads/${threadId}/tags`, { tags: 'bug' })
    await agent.post(`/threads/${threadId}/notes`, { text: 'Ask <b>Ben</b>' })
    const [thread] = await db.select().from(t.threads)
    expect(thread).toMatchObject({ state: 'resolved', assigneeId: agent.userId, clockState: 'closed_unanswered' })
    const kinds = (await db.select().from(t.events))
      .map((event) => event.kind)
      .filter((kind) => kind !== 'mention.received')
    expect(kinds.toSorted()).toEqual(
      ['note.added', 'thread.assigned', 'thread.state', 'thread.tagged', 'thread.tagged', 'thread.untagged'].toSorted(),
    )
    expect((await db.select().from(t.audit)).length).toBe(kinds.length)
    const html = await (await agent.get(`/threads/${threadId}`)).text()
    expect(html).toContain('Ask &lt;b&gt;Ben&lt;/b&gt;')
    expect(html).toContain('Ann set it to Resolved')
    await agent.post(`/threads/${threadId}/assignee`, { assignee: '' })
    await agent.post(`/threads/${threadId}/assignee`, { assignee: 'nobody-known' })
    expect((await db.select().from(t.threads))[0]?.assigneeId).toBeNull()
  })

  it('keeps a draft on the server for its writer alone', async () => {
    const scene = await makeScene(makeStore)
    const ben = await scene.web.signIn('agent', 'Ben')
    const saved = await scene.agent.post(`/threads/${scene.threadId}/draft`, { text: 'half a thou' })
    expect(saved.status).toBe(204)
    expect(await (await scene.agent.get(`/threads/${scene.threadId}`)).text()).toContain('half a thou')
    expect(await (await ben.get(`/threads/${scene.threadId}`)).text()).not.toContain('half a thou')
  })

  it('lets a person overrule the classification for good', async () => {
    const { web, agent, mentionId } = await makeScene(makeStore)
    const path = `/mentions/${mentionId}/classification`
    await agent.post(path, { sentiment: 'negative', intents: ['bug_report', 'complaint', 'nonsense'] })
    const { db, t } = web.store.read
    const [mention] = await db.select().from(t.mentions)
    expect(mention).toMatchObject({ sentiment: 'negative', classification: { human: { sentiment: agent.userId } } })
    expect(mention?.intents?.map((one) => one.label)).toEqual(['complaint', 'bug_report'])
    expect((await db.select().from(t.threads))[0]).toMatchObject({
      sentiment: 'negative',
      intents: ['complaint', 'bug_report'],
    })
  })

  it('takes "other" off where somebody ticks another intent beside it', async () => {
    const { web, agent, mentionId } = await makeScene(makeStore)
    const intentsAfter = async (intents: string[]) => {
      await agent.post(`/mentions/${mentionId}/classification`, { sentiment: 'negative', intents })
      const [row] = await web.store.read.db.select().from(web.store.read.t.mentions)
      return row?.intents?.map(({ label }) => label)
    }
    expect(await intentsAfter(['complaint', 'other'])).toEqual(['complaint'])
    expect(await intentsAfter([])).toEqual(['other'])
  })

  it('tells reach by its formula and its fields, and says where nothing is known', async () => {
    const author = { externalId: 'big', handle: 'big', followers: 1_090_000 }
    const known = await makeScene(makeStore, { author })
    const html = await (await known.agent.get(`/threads/${known.threadId}`)).text()
    expect(html).toContain('about 153,690 people: 1,090,000 followers × 14.1%')
    const counted = await makeScene(makeStore, { author, metrics: { views: 4200 } })
    expect(await (await counted.agent.get(`/threads/${counted.threadId}`)).text()).toContain('4,200 views, as the platform') // prettier-ignore
    const unknown = await makeScene(makeStore)
    expect(await (await unknown.agent.get(`/threads/${unknown.threadId}`)).text()).toContain('gives neither views nor followers') // prettier-ignore
  })

  it('shows what speaks for a bot, and claims none without', async () => {
    const author = { externalId: 'r2', handle: 'r2', isBot: true }
    const bot = await makeScene(makeStore, { author, text: 'Daily deal #one #two https://a.example' })
    const html = await (await bot.agent.get(`/threads/${bot.threadId}`)).text()
    expect(html).toContain('Maybe a bot')
    expect(html).toContain('the account says that it is;')
    expect(html).toContain('links: 1, hashtags: 2')
    const other = await makeScene(makeStore)
    const plain = await (await other.agent.get(`/threads/${other.threadId}`)).text()
    expect(plain).not.toContain('Maybe a bot')
    expect(plain).toContain('the platform does not say; 1 mention by this account in 24 hours')
  })

  it('calls a text with both poles mixed, in the list, the thread and the search, until a person has labelled it', async () => {
    const { web, agent, threadId, mentionId } = await makeScene(makeStore)
    const { mentions, threads } = web.store.read.t
    await web.store.write(async (tx) => {
      const probabilities = { negative: 0.46, neutral: 0.13, positive: 0.41 }
      const classification = { probabilities, unsure: true }
      await tx.db.update(mentions).set({ sentiment: 'negative', confidence: 0.46, enrichedAt: 5, classification })
      await tx.db.update(threads).set({ sentiment: 'negative' })
    })
    const html = await (await agent.get(`/threads/${threadId}`)).text()
    expect(html).toContain('<strong>Mixed</strong>: 46% negative, 41% positive')
    const found = async (q: string) => (await (await agent.get(`/inbox?view=all&q=${q}`)).text()).includes(`/threads/${threadId}`) // prettier-ignore
    expect(await (await agent.get('/inbox?view=all')).text()).toContain('title="Mixed"')
    expect([await found('sentiment:mixed'), await found('sentiment:negative')]).toEqual([true, true])
    await agent.post(`/mentions/${mentionId}/classification`, { sentiment: 'negative', intents: ['complaint'] })
    expect(await (await agent.get('/inbox?view=all')).text()).not.toContain('title="Mixed"')
    expect(await found('sentiment:mixed')).toBe(false)
  })

  it('offers a viewer no correction, and refuses one', async () => {
    const { web, agent, threadId, mentionId } = await makeScene(makeStore)
    const { mentions } = web.store.read.t
    await web.store.write((tx) => tx.db.update(mentions).set({ sentiment: 'negative', confidence: 0.9, enrichedAt: 5 }))
    expect(await (await agent.get(`/threads/${threadId}`)).text()).toContain('Correct this')
    const viewer = await web.signIn('viewer', 'Vera')
    expect(await (await viewer.get(`/threads/${threadId}`)).text()).not.toContain('Correct this')
    const given = { sentiment: 'positive', intents: ['praise'] }
    expect((await viewer.post(`/mentions/${mentionId}/classification`, given)).status).toBe(403)
    expect((await web.store.read.db.select().from(mentions))[0]?.sentiment).toBe('negative')
  })

  it('offers a viewer nothing that would be refused, and says state and assignee in words', async () => {
    const { web, agent, threadId, mentionId } = await makeScene(makeStore)
    const actions = ['state', 'tags', 'notes', 'assignee'].map((what) => `/threads/${threadId}/${what}`)
    const links = [`/customers/new?mention=${mentionId}`, `/customers?link=${mentionId}`]
    const offered = async (page: Response) => {
      const html = await page.text()
      return [...actions, ...links].filter((url) => html.includes(`"${url}"`))
    }
    // The premise: whoever may triage is offered all of them.
    expect(await offered(await agent.get(`/threads/${threadId}`))).toEqual([...actions, ...links])
    const viewer = await web.signIn('viewer', 'Vera')
    expect(await offered(await viewer.get(`/threads/${threadId}`))).toEqual([])
    expect(await (await viewer.get(`/threads/${threadId}`)).text()).toMatch(/Nobody · New/)
    for (const url of actions) expect((await viewer.post(url, {})).status).toBe(403)
  })

  it('tells the words behind each intent, feeling and insult beside the reasons', async () => {
    const scene = await makeScene(makeStore, {}, { classifier: () => Promise.resolve(fakeClassifier) })
    const { mentions } = scene.web.store.read.t
    const classification = { emotion: { label: 'anger', confidence: 0.91 }, offensive: 0.12 }
    const intents = [{ label: 'bug_report' as const, confidence: 0.7 }]
    const judged = { sentiment: 'negative', confidence: 0.9, enrichedAt: 5, model: 'v1' } as const
    await scene.web.store.write((tx) => tx.db.update(mentions).set({ ...judged, intents, classification }))
    const html = await (await scene.agent.get(`/threads/${scene.threadId}`)).text()
    expect(html).toContain('Feeling: anger (91%). Insult or slur: 12% likely.')
    // Explained is what is stored: praise is not.
    expect(html).toContain('<strong>Bug report</strong>, 70%: <em')
    expect(html).not.toContain('<strong>Praise</strong>')
  })

  it('calls a judgement unsure in the list where the thread does', async () => {
    const { web, agent } = await makeScene(makeStore)
    const { mentions, threads } = web.store.read.t
    const judge = (confidence: number, unsure: boolean) =>
      web.store.write(async (tx) => {
        await tx.db
          .update(mentions)
          .set({ sentiment: 'negative', confidence, enrichedAt: 5, classification: { unsure } })
        await tx.db.update(threads).set({ sentiment: 'negative' })
      })
    await judge(0.47, false)
    expect(await (await agent.get('/inbox?view=all')).text()).toContain('title="Negative"')
    await judge(0.8, true)
    expect(await (await agent.get('/inbox?view=all')).text()).toContain('title="Negative, unsure"')
  })

  it('says why a mention was judged so, with the words for and against, and which of them is out of date', async () => {
    const { web, agent, threadId, mentionId } = await makeScene(
      makeStore,
      { text: 'I love it but it crashes' },
      {
        classifier: async () => fakeClassifier,
      },
    )
    const { t } = web.store.read
    const judged = { sentiment: 'negative', confidence: 0.84, model: 'v1', enrichedAt: 5 } as const
    await web.store.write((tx) => tx.db.update(t.mentions).set(judged))
    const page = () => agent.get(`/threads/${threadId}`).then((answer) => answer.text())
    const sentence = (html: string) =>
      (/class="judgement-body"[\s\S]*?<details/.exec(html)?.[0] ?? '')
        .replaceAll(/<[^>]*>/g, '')
        .replaceAll(/\s+/g, ' ')
    expect(sentence(await page())).toContain('Negative, 84%: crashes; despite love')
    expect(sentence(await page())).not.toContain('earlier version')
    const plain = async () => (await page()).replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ')
    expect(await plain()).toContain('Why not Neutral (24%)? For it: it; against it: crashes')
    expect(await plain()).toContain('“not” turns what follows: love.')
    const effect = { kind: 'sentiment', sentiment: 'negative' } as const
    const rules = [{ id: 'r1', version: 1, effect, words: ['crashes'] }]
    await web.store.write((tx) => tx.db.update(t.mentions).set({ classification: { layer: '3', rules } }))
    expect(sentence(await page())).toContain('By your rule for “crashes”: Negative.')
    expect(sentence(await page())).not.toContain('despite')
    await web.store.write((tx) => tx.db.update(t.mentions).set({ classification: { layer: '1' } }))
    await web.store.write((tx) => tx.db.update(t.mentions).set({ model: 'v0', sentiment: 'positive' }))
    expect(sentence(await page())).toContain('earlier version of the classifier. The present one says: Negative.')
    expect(sentence(await page())).not.toContain('crashes')
    await agent.post(`/mentions/${mentionId}/classification`, { sentiment: 'neutral', intents: ['other'] })
    expect(sentence(await page())).toMatch(/Neutral.*Corrected by Ann.*The classifier said: Positive\./)
  })

  it('shows the thread also when the classifier cannot be read', async () => {
    const broken = async () => Promise.reject(new Error('no models'))
    const { web, agent, threadId } = await makeScene(makeStore, {}, { classifier: broken })
    const { t } = web.store.read
    await web.store.write((tx) => tx.db.update(t.mentions).set({ sentiment: 'negative', confidence: 0.84 }))
    const answer = await agent.get(`/threads/${threadId}`)
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('84%')])
    expect(web.logged.map(({ message }) => message)).toContain('a judgement could not be explained')
  })

  it('links, unlinks and refuses a customer from the thread', async () => {
    const scene = await makeScene(makeStore)
    const { web, agent, mentionId, threadId } = scene
    const act = { userId: agent.userId, now: web.clock.at, ip: '', newId: web.newId }
    const customer = await web.store.write((tx) => createCustomer(tx, act, { name: 'Acme <i>Ltd</i>' }, []))
    const path = `/mentions/${mentionId}/link`
    const { db, t } = web.store.read
    await agent.post(path, { customerId: customer.id, decision: 'accept' })
    expect((await db.select().from(t.touchpoints)).map((one) => one.customerSeq)).toEqual([customer.seq])
    expect(await (await agent.get(`/threads/${threadId}`)).text()).toContain('Acme &lt;i&gt;Ltd&lt;/i&gt;')
    expect(await (await agent.get(`/customers/${customer.id}`)).text()).toContain('It keeps crashing')
    await agent.post(path, { customerId: customer.id, decision: 'unlink' })
    expect((await db.select().from(t.threads))[0]?.customerSeq).toBeNull()
    expect(await db.select().from(t.touchpoints)).toEqual([])
  })

  it('shows remote text as text, whatever it holds', async () => {
    const hostile = '<script>alert(1)</script>"><img src=x onerror=alert(1)> {{x}} \u202e\u0000'
    const web = createTestWeb(await makeStore())
    await addSource(web)
    const author = { externalId: hostile, handle: hostile, name: hostile, bio: hostile, location: hostile }
    const [heard] = await hear(web, [
      makeMention({
        text: hostile,
        title: hostile,
        author: { ...author, url: 'javascript:alert(1)' },
        url: 'javascript:alert(2)',
      }),
    ])
    const agent = await web.signIn('agent')
    for (const path of ['/inbox?view=all', `/threads/${heard?.threadId}`, `/inbox?q=${encodeURIComponent(hostile)}`]) {
      const answer = await agent.get(path)
      const html = await answer.text()
      expect(answer.status, path).toBe(200)
      expect(html, path).not.toMatch(/<script>alert|<img src=x|href="javascript:/i)
    }
  })

  it('says who speaks by the name of the source, not by an id of the platform', async () => {
    const { web, agent, threadId } = await makeScene(makeStore)
    const { t, db } = web.store.read
    const [source] = await db.select().from(t.sources)
    expect(source?.account, 'the premise').not.toBe(source?.name)
    expect(await (await agent.get(`/threads/${threadId}`)).text()).toContain(`as ${source?.name}`)
  })

  it('keeps the row of the open thread marked when it is fetched again', async () => {
    const { agent, threadId } = await makeScene(makeStore)
    expect(await (await agent.get(`/threads/${threadId}/row`)).text()).not.toContain('aria-current')
    expect(await (await agent.get(`/threads/${threadId}/row?open=1`)).text()).toContain('aria-current="true"')
  })

  it('pushes the counts and the customer with the conversation, but not the composer', async () => {
    const { agent, threadId } = await makeScene(makeStore)
    const push = async () => (await agent.get(`/threads/${threadId}/conversation?view=unanswered`, htmx)).text()
    const count = (html: string) =>
      /aria-current="page" data-label="Unanswered"><span>Unanswered<\/span><span class="count">(\d+)/.exec(html)?.[1]
    const before = await push()
    expect(count(before)).toBe('1')
    expect(before).toMatch(/id="inbox-badge">1</)
    expect(before).toContain('id="customer-card"')
    expect(before).not.toContain('id="reply-form"')
    await agent.post(`/threads/${threadId}/state`, {
      state: 'resolved',
      revision: /data-revision="(\d+)"/.exec(await (await agent.get(`/threads/${threadId}`)).text())?.[1] ?? '',
    })
    const after = await push()
    expect(count(after)).toBe('0')
    expect(after).toMatch(/id="inbox-badge" hidden/)
  })

  it('answers htmx with the pane and the row, and everybody else with the page', async () => {
    const { agent, threadId } = await makeScene(makeStore)
    const page = await (await agent.get(`/threads/${threadId}`)).text()
    const part = await (await agent.get(`/threads/${threadId}`, htmx)).text()
    expect(page).toMatch(/^<!doctype html>/)
    expect(part).not.toContain('<html')
    expect(part).toContain(`data-thread="${threadId}"`)
    const changed = await (await agent.post(`/threads/${threadId}/state`, { state: 'on_hold' }, htmx)).text()
    expect(changed).toContain(`<hx-partial hx-target="#row-${threadId}"`)
  })
})
