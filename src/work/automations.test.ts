import { expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import { createTestContext } from '../../test/helpers/workContext.ts'
import {
  addSource,
  addUser,
  createWorld,
  hear,
  makeMention,
  startOfTime,
  type World,
} from '../../test/helpers/workspace.ts'
import type { AutomationAction } from '../domain/automation.ts'
import { findRun, startRun, stepRun } from '../store/automationRuns.ts'
import { insertAutomation, removeAutomation, type AutomationFields } from '../store/automations.ts'
import { insertQuery } from '../store/queries.ts'
import type { Store } from '../store/store.ts'
import { assignThread, changeThreadState, setThreadTags, type Act } from '../store/threadActions.ts'
import { runAutomation } from './automations.ts'
import { enrichMentions } from './enrich.ts'

const signal = new AbortController().signal

async function world(store: Store) {
  const web: World = createWorld(store)
  await addSource(web)
  const userId = await addUser(web, 'admin')
  const context = createTestContext(web)
  const act: Act = { userId, now: startOfTime, ip: '', newId: web.newId }
  let serial = 0
  return {
    store,
    userId,
    act,
    context,
    rule: (fields: Partial<AutomationFields> & { actions: AutomationAction[] }) =>
      store.write(async (tx) => {
        const row = await insertAutomation(tx, act, {
          name: `Rule ${++serial}`,
          queryId: null,
          text: '',
          isActive: true,
          ...fields,
        })
        if (!row) throw new Error('the name is taken')
        return row
      }),
    query: (text: string) =>
      store.write((tx) =>
        insertQuery(tx, act, {
          name: text,
          kind: 'brand',
          text,
          settings: { stem: true, fold: true },
          isActive: true,
        }),
      ),
    /** Heard and judged, one thread each; answers the seqs of the mentions. */
    async hear(texts: string[]) {
      const items = texts.map((text, index) => makeMention({ text, createdAt: startOfTime - 3_600_000 + index * 1000 }))
      const heard = await hear(web, items)
      const { t, db } = store.read
      const rows = await db.select({ id: t.mentions.id, seq: t.mentions.seq }).from(t.mentions)
      const seqs = heard.map((one) => rows.find((row) => row.id === one.mentionId)?.seq ?? 0)
      await enrichMentions(context, seqs)
      // The worker would have put the job away: while one waits, history gives way to it.
      await store.write(async (tx) => void (await tx.db.delete(tx.t.jobs)))
      return seqs
    },
    async run(id: string) {
      for (let stretch = 0; stretch < 5; stretch++)
        if ((await runAutomation(context, { id }, signal)) === undefined) break
      return (await findRun(store.read, id))?.run
    },
  }
}

/** What rules can change, by text of the mention. */
async function standing({ read }: Store) {
  const { t, db } = read
  const tagged = await db.select().from(t.threadTags)
  const names = new Map((await db.select().from(t.tags)).map((tag) => [tag.id, tag.name]))
  const mentions = await db.select().from(t.mentions).orderBy(t.mentions.seq)
  const threads = new Map((await db.select().from(t.threads)).map((thread) => [thread.seq, thread]))
  const matches = await db.select().from(t.matches)
  return Object.fromEntries(
    mentions.map((mention) => {
      const thread = threads.get(mention.threadSeq)
      const tags = tagged.filter((row) => row.threadSeq === mention.threadSeq).map((row) => names.get(row.tagId))
      return [
        mention.text,
        {
          tags,
          state: thread?.state,
          assignee: thread?.assigneeId ?? null,
          urgency: mention.urgency,
          human: mention.classification?.human ?? null,
          matches: matches.filter((row) => row.mentionSeq === mention.seq).length,
        },
      ]
    }),
  )
}

describeStores('rules for mentions', (makeStore) => {
  it('change new mentions in order, say why, and leave alone what does not match', async () => {
    const { store, rule, query, hear: listen, userId } = await world(await makeStore())
    const acme = await query('acme')
    await rule({
      text: 'crash',
      actions: [
        { type: 'tag', tag: 'bug' },
        { type: 'assign', userId },
        { type: 'urgency', urgency: 'high' },
      ],
    })
    await rule({
      queryId: acme?.id ?? '',
      text: 'zoo',
      actions: [{ type: 'irrelevant' }, { type: 'state', state: 'ignored' }],
    })
    await rule({
      text: 'crash',
      actions: [
        { type: 'state', state: 'open' },
        { type: 'assign', userId: 'somebody else' },
      ],
    })
    await rule({ text: 'crash', isActive: false, actions: [{ type: 'tag', tag: 'off' }] })
    await listen(['acme crash', 'acme zoo', 'zoo without the brand'])
    const now = await standing(store)
    expect(now['acme crash']).toMatchObject({
      tags: ['bug'],
      state: 'open',
      assignee: userId,
      urgency: 'high',
      matches: 1,
    })
    expect(now['acme zoo']).toMatchObject({ tags: [], state: 'ignored', matches: 0 })
    expect(now['zoo without the brand']).toMatchObject({ tags: [], state: 'new', assignee: null })
    const { t, db } = store.read
    const events = (await db.select().from(t.events)).filter((event) => event.actor.startsWith('rule:'))
    expect(events.map((event) => [event.kind, event.data?.['rule']]).toSorted()).toEqual([
      ['classification.urgency', 'Rule 1'],
      ['match.rejected', 'Rule 2'],
      ['thread.assigned', 'Rule 1'],
      ['thread.state', 'Rule 2'],
      ['thread.state', 'Rule 3'],
      ['thread.tagged', 'Rule 1'],
    ])
    // The audit is of people: nothing of this is in it.
    const audit = (await db.select().from(t.audit)).map((row) => row.action)
    expect(audit.filter((action) => !/^(automation|query)\./.test(action))).toEqual([])
  })

  it('are counted over history before anything changes, applied when told, and taken back', async () => {
    const { store, rule, query, hear: listen, run, act } = await world(await makeStore())
    const acme = await query('acme')
    const seqs = await listen([...Array.from({ length: 52 }, (_, i) => `acme zoo ${i}`), 'acme crash', 'zoo alone'])
    const before = await standing(store)
    const actions: AutomationAction[] = [{ type: 'tag', tag: 'animals' }, { type: 'irrelevant' }]
    const sorting = await rule({ queryId: acme?.id ?? '', text: 'zoo', actions })
    const started = await store.write((tx) => startRun(tx, act, sorting))
    expect(await store.write((tx) => startRun(tx, act, sorting))).toBeUndefined()
    const id = started?.id ?? ''
    const counted = await run(id)
    expect(counted).toMatchObject({ state: 'counted', matched: 52, planned: 104, changed: 0 })
    expect(counted?.sample).toEqual(seqs.slice(0, 52).toReversed().slice(0, 20))
    expect(await standing(store)).toEqual(before)
    expect(await store.write((tx) => stepRun(tx, act, id, 'undo'))).toBe(false)
    expect(await store.write((tx) => stepRun(tx, act, id, 'apply'))).toBe(true)
    expect(await run(id)).toMatchObject({ state: 'applied', changed: 104 })
    const after = await standing(store)
    expect(after['acme zoo 7']).toMatchObject({ tags: ['animals'], matches: 0 })
    expect([after['acme crash'], after['zoo alone']]).toEqual([before['acme crash'], before['zoo alone']])
    // What a person changed since then stays.
    await store.write((tx) => setThreadTags(tx, act, 1, ['ours']))
    expect(await store.write((tx) => stepRun(tx, act, id, 'undo'))).toBe(true)
    expect(await run(id)).toMatchObject({ state: 'undone', changed: 0 })
    const undone = await standing(store)
    expect(undone['acme zoo 0']).toMatchObject({ tags: ['ours'], matches: 1 })
    expect({ ...undone, 'acme zoo 0': null }).toEqual({ ...before, 'acme zoo 0': null })
  })

  it('stop where they are told to, keep what was done, and never overrule a person', async () => {
    const { store, rule, hear: listen, run, act, userId } = await world(await makeStore())
    const seqs = await listen(['zoo one', 'zoo two', 'zoo three'])
    const other = await store.write(async (tx) => {
      const [thread] = await tx.db.select().from(tx.t.threads).limit(1)
      await assignThread(tx, act, thread?.seq ?? 0, userId)
      await changeThreadState(tx, act, thread?.seq ?? 0, { state: 'resolved' })
      return thread?.seq
    })
    const sorting = await rule({
      text: 'zoo',
      actions: [
        { type: 'assign', userId },
        { type: 'state', state: 'spam' },
        { type: 'urgency', urgency: 'high' },
      ],
    })
    const before = await standing(store)
    const started = await store.write((tx) => startRun(tx, act, sorting))
    const id = started?.id ?? ''
    expect(await run(id)).toMatchObject({ matched: seqs.length, planned: 7 })
    await store.write((tx) => stepRun(tx, act, id, 'apply'))
    await store.write((tx) => stepRun(tx, act, id, 'cancel'))
    expect(await run(id)).toMatchObject({ state: 'cancelled', changed: 0 })
    const again = await store.write((tx) => startRun(tx, act, sorting))
    await run(again?.id ?? '')
    await store.write((tx) => stepRun(tx, act, again?.id ?? '', 'apply'))
    await run(again?.id ?? '')
    const undone = again?.id ?? ''
    const states = await store.read.db.select().from(store.read.t.threads).orderBy(store.read.t.threads.seq)
    expect(states.map((thread) => thread.state)).toEqual(
      states.map((thread) => (thread.seq === other ? 'resolved' : 'spam')),
    )
    await store.write((tx) => stepRun(tx, act, undone, 'undo'))
    expect(await run(undone)).toMatchObject({ state: 'undone' })
    expect(await standing(store)).toEqual(before)
    await store.write((tx) => removeAutomation(tx, act, sorting.id))
    await listen(['zoo four'])
    expect((await standing(store))['zoo four']).toMatchObject({ state: 'new' })
  })
})
