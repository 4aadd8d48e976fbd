import demo, { demoSources } from '../connectors/demo/index.ts'
import { demoCustomers } from '../connectors/demo/customers.ts'
import { demoQueries } from '../connectors/demo/queries.ts'
import { demoTeam } from '../connectors/demo/team.ts'
import { demoTopics } from '../connectors/demo/topics.ts'
import { demoTouchpoints, type DemoTouchpoint } from '../connectors/demo/touchpoints.ts'
import { monthOf } from './domain/labelAudit.ts'
import type { Channel, Stage } from './domain/touchpoint.ts'
import { createAudit } from './store/audits.ts'
import { importCustomers, type NewIdentity } from './store/customers.ts'
import { insertQuery } from './store/queries.ts'
import { saveSetting, defaultWorkspace } from './store/settings.ts'
import { insertSource } from './store/sources.ts'
import type { Store, Tx } from './store/store.ts'
import type { Act } from './store/threadActions.ts'
import { insertGroup } from './store/queryGroups.ts'
import { insertTopic } from './store/topics.ts'
import { insertUser } from './store/users.ts'

/** The world shows this much of its past at the first poll; its clocks and reports cover it. */
const historyMs = 30 * 86_400_000
const seed = 7
/** By then the first poll has brought the history, and it is judged. */
const historyReadMs = 60_000

/**
 * Puts the demo world into an installation: four places to listen to, queries, customers with their earlier
 * touchpoints, colleagues. Doing it twice adds nothing.
 */
export async function createDemoWorld(store: Store, act: Act): Promise<void> {
  await store.write(async (tx) => {
    // As old as the history: it is matched as it comes in.
    const then = { ...act, now: act.now - historyMs }
    await addQueries(tx, then)
    await addTopics(tx, then)
    await addCustomers(tx, act)
    await addTeam(tx, act)
    await saveSetting(tx, 'workspace', { ...defaultWorkspace, name: 'Tamsel (demo)', closeAfterDays: 2 }, act.now)
    await addSources(tx, act)
    await addAudit(tx, act)
    tx.emit({ type: 'queries' })
  })
}

async function addQueries(tx: Tx, act: Act): Promise<void> {
  const compared: string[] = []
  for (const { name, query } of demoQueries(seed)) {
    const kind = name === 'Competitor' ? 'competitor' : name === 'Brand' ? 'brand' : 'topic'
    const row = await insertQuery(tx, act, {
      name,
      kind,
      text: query,
      settings: { stem: true, fold: true },
      isActive: true,
    })
    if (row && kind !== 'topic') compared.push(row.id)
  }
  if (compared.length > 0) await insertGroup(tx, act, { name: 'Us and them', queryIds: compared })
}

async function addTopics(tx: Tx, act: Act): Promise<void> {
  const known = new Map<string, number>()
  for (const { name, kind, query, below } of demoTopics(seed)) {
    const parentSeq = below === undefined ? null : (known.get(below) ?? null)
    const settings = { stem: true, fold: true }
    const row = await insertTopic(tx, act, { name, kind, text: query, settings, parentSeq, isActive: true })
    if (row) known.set(name, row.seq)
  }
}

/** The month that most of the history is of, drawn when the history is here. */
async function addAudit(tx: Tx, act: Act): Promise<void> {
  const month = monthOf(act.now - historyMs / 2)
  await createAudit(tx, act, { month, size: 100, seed }, act.now + historyReadMs)
}

async function addSources(tx: Tx, act: Act): Promise<void> {
  for (const { name, config } of demoSources(seed)) {
    const parsed = demo.config.parse(config)
    const source = await insertSource(tx, act, {
      id: act.newId(),
      connector: demo.manifest.id,
      account: `${parsed.channel}-${parsed.seed}`,
      name,
      config: parsed,
      secrets: null,
      settings: { readLagSeconds: 1 },
      intervalSeconds: demo.manifest.interval.default,
    })
    if (source) await startInThePast(tx, source.id, act.now - historyMs)
  }
}

/** The company of the demo world has listened for a month: its history has clocks. */
async function startInThePast(tx: Tx, id: string, connectedAt: number): Promise<void> {
  const { eq } = await import('drizzle-orm')
  await tx.db.update(tx.t.sources).set({ connectedAt }).where(eq(tx.t.sources.id, id))
}

async function addCustomers(tx: Tx, act: Act): Promise<void> {
  const customers = demoCustomers(seed)
  await importCustomers(
    tx,
    act,
    customers.map((customer) => ({
      name: customer.name,
      company: customer.company ?? null,
      tier: customer.tier,
      location: customer.city,
      externalRef: `demo-${customer.key}`,
      notes: null,
      preferredChannel: null,
      identities: [
        { kind: 'email', platform: '', value: customer.email },
        ...customer.domains.map((value): NewIdentity => ({ kind: 'domain', platform: '', value })),
        ...customer.accounts.flatMap(({ platform, handle, externalId }): NewIdentity[] => [
          { kind: 'handle', platform, value: handle },
          ...(externalId ? [{ kind: 'account' as const, platform, value: externalId }] : []),
        ]),
      ],
    })),
  )
  const { customers: table } = tx.t
  const stored = await tx.db.select({ seq: table.seq, ref: table.externalRef }).from(table)
  const seqOf = new Map(stored.map((row) => [row.ref, row.seq]))
  await tx.insert(
    'demo touchpoint',
    'touchpoints',
    demoTouchpoints(seed, act.now).flatMap((touchpoint) => {
      const customerSeq = seqOf.get(`demo-${touchpoint.customerKey}`)
      return customerSeq === undefined ? [] : [touchpointRow(touchpoint, customerSeq, act)]
    }),
    (insert) => insert.onConflictDoNothing(),
  )
}

const channelOf: Record<DemoTouchpoint['channel'], Channel> = {
  call: 'call',
  email: 'email',
  web: 'website',
  in_person: 'in_person',
  order: 'website',
}
const stageOf: Record<DemoTouchpoint['channel'], Stage> = {
  call: 'after_sales',
  email: 'use',
  web: 'consideration',
  in_person: 'awareness',
  order: 'purchase',
}

function touchpointRow(touchpoint: DemoTouchpoint, customerSeq: number, act: Act) {
  return {
    id: act.newId(),
    customerSeq,
    channel: channelOf[touchpoint.channel],
    direction: touchpoint.direction,
    stage: stageOf[touchpoint.channel],
    occurredAt: touchpoint.at,
    summary: `${touchpoint.title}. ${touchpoint.text}`,
    externalKey: `demo:${touchpoint.externalId}`,
    createdAt: act.now,
  }
}

async function addTeam(tx: Tx, act: Act): Promise<void> {
  for (const colleague of demoTeam(seed)) {
    if (colleague.role === 'owner') continue
    const role = colleague.role === 'manager' ? 'admin' : 'agent'
    await insertUser(tx, {
      id: act.newId(),
      email: colleague.email,
      name: colleague.name,
      passwordHash: null,
      role,
      createdAt: act.now,
    })
  }
}
