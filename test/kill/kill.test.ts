import { eq } from 'drizzle-orm'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openStore } from '../../src/store/open.ts'
import { markSent, sendAgain } from '../../src/store/replies.ts'
import { withMaintenance } from '../../src/store/postgres.ts'
import type { Store } from '../../src/store/store.ts'
import type { FakeStats } from '../helpers/fakePlatformState.ts'
import { root } from '../helpers/root.ts'
import { buildWorker, bundle, seeded, startPlatform, startWorker } from './harness.ts'

/** Seeded points at which the process dies. CI runs the promised number, a developer's run a taste of it. */
const kills = Number(process.env['EARSHOT_KILLS'] ?? (process.env['CI'] ? 200 : 20))
const readLagSeconds = 0.3
const folder = mkdtempSync(join(tmpdir(), 'earshot-kill-'))

beforeAll(buildWorker)
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  rmSync(bundle, { force: true })
})

describe.concurrent('SIGKILL while polling and answering', () => {
  it(
    `loses no mention, no reply, and posts nothing twice on SQLite (${kills} kills)`,
    { timeout: 40 * 60_000 },
    async () => {
      const data = join(folder, 'sqlite')
      const outcome = await scenario(
        { EARSHOT_DATA: data },
        { dataFolder: data, migrationsFolder: join(root, 'data/migrations') },
        11,
      )
      expect(outcome).toEqual(unharmed)
    },
  )

  it.skipIf(inject('postgresUrl') === '')(
    `loses no mention, no reply, and posts nothing twice on PostgreSQL (${kills} kills)`,
    { timeout: 40 * 60_000 },
    async () => {
      const url = new URL(inject('postgresUrl'))
      const name = `kill_${process.pid}`
      await withMaintenance(url.href, (run) => run(`create database ${name}`))
      url.pathname = `/${name}`
      const data = join(folder, 'postgres')
      const options = { dataFolder: data, databaseUrl: url.href, migrationsFolder: join(root, 'data/migrations') }
      const outcome = await scenario({ EARSHOT_DATA: data, DATABASE_URL: url.href }, options, 12)
      expect(outcome).toEqual(unharmed)
      await withMaintenance(inject('postgresUrl'), (run) => run(`drop database ${name} with (force)`))
    },
  )
})

async function scenario(env: Record<string, string>, options: Parameters<typeof openStore>[0], seed: number) {
  const platform = await startPlatform(settingsOf(seed))
  let worker: ChildProcess | undefined
  try {
    await addSource(options, platform.url)
    const random = seeded(seed)
    for (let kill = 0; kill < kills; kill++) {
      worker = await startWorker(env)
      await platform.nextRequest()
      await new Promise((resolve) => setTimeout(resolve, random() * 400))
      worker.kill('SIGKILL')
      await once(worker, 'exit')
    }
    await platform.control({ writeFaults: {}, readFaults: {} })
    worker = await startWorker(env)
    await settled(options, platform)
    if (await decide(options, await platform.stats())) await settled(options, platform)
    worker.kill('SIGKILL')
    await once(worker, 'exit')
    return await judge(options, await platform.stats())
  } finally {
    worker?.kill('SIGKILL')
    platform.stop()
  }
}

/**
 * What a person does with replies that were cut off too often to be sent by themselves: looks at the platform and says
 * what stands there. Returns how many there were.
 */
async function decide(options: Parameters<typeof openStore>[0], stats: FakeStats): Promise<number> {
  const store = await openStore(options)
  try {
    const { db, t } = store.read
    const waiting = await db
      .select({ id: t.replies.id, parent: t.mentions.externalId })
      .from(t.replies)
      .innerJoin(t.mentions, eq(t.mentions.seq, t.replies.mentionSeq))
      .where(eq(t.replies.state, 'needs_person'))
    let n = 0
    const act = { userId: '', now: Date.now(), ip: '', newId: () => `decided-${++n}` }
    for (const { id, parent } of waiting) {
      const isThere = stats.perMention[parent] !== undefined
      await store.write((tx) => (isThere ? markSent(tx, act, id) : sendAgain(tx, act, id)))
    }
    if (waiting.length > 0) process.stderr.write(`  ${waiting.length} replies waited for a person\n`)
    return waiting.length
  } finally {
    await store.close()
  }
}

/** What a reader of the platform and of the database sees at the end. */
async function judge(options: Parameters<typeof openStore>[0], stats: FakeStats) {
  const store = await openStore(options)
  try {
    const { db, t } = store.read
    const mentions = new Set((await db.select({ id: t.mentions.externalId }).from(t.mentions)).map((row) => row.id))
    const replies = await db.select({ state: t.replies.state, actor: t.replies.actor }).from(t.replies)
    const outcome = {
      lostMentions: (stats.ids ?? []).filter((id) => !mentions.has(id)),
      duplicates: stats.duplicates,
      missingReplies: replies.length - stats.posts,
      notSent: replies.filter((reply) => reply.state !== 'sent' || reply.actor !== 'person'),
      integrity: await store.integrity(),
    }
    process.stderr.write(
      `  ${kills} kills: ${mentions.size} mentions, ${stats.posts} posts, faults ${JSON.stringify(stats.faults)}\n`,
    )
    return outcome
  } finally {
    await store.close()
  }
}

const unharmed = { lostMentions: [], duplicates: 0, missingReplies: 0, notSent: [], integrity: 'ok' }

async function addSource(options: Parameters<typeof openStore>[0], baseUrl: string): Promise<void> {
  const store = await openStore(options)
  await store.write(async (tx) => {
    await tx.db.insert(tx.t.sources).values({
      id: 'fake-source',
      connector: 'fake',
      account: 'own',
      name: 'Fake',
      config: { baseUrl, overlapMs: 5_000 },
      settings: { readLagSeconds },
      state: 'active',
      intervalSeconds: 0,
      nextPollAt: 0,
      connectedAt: 0,
      createdAt: 0,
    })
  })
  await store.close()
}

async function settled(
  options: Parameters<typeof openStore>[0],
  platform: { stats(): Promise<FakeStats> },
): Promise<void> {
  const store = await openStore(options)
  try {
    for (let tries = 0; tries < 1200; tries++) {
      if (await isSettled(store, await platform.stats())) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    const { db, t } = store.read
    throw new Error(
      `not settled: ${JSON.stringify({ jobs: await db.select().from(t.jobs), stats: await platform.stats() }).slice(0, 3000)}`,
    )
  } finally {
    await store.close()
  }
}

async function isSettled(store: Store, stats: FakeStats): Promise<boolean> {
  const { db, t } = store.read
  if (stats.visible < stats.mentions) return false
  const replies = await db.select({ state: t.replies.state }).from(t.replies)
  const mentions = await db.select({ seq: t.mentions.seq }).from(t.mentions)
  const open = (await db.select({ kind: t.jobs.kind }).from(t.jobs)).filter((job) => job.kind !== 'poll')
  return mentions.length === stats.mentions && replies.length > 0 && open.length === 0
}

function settingsOf(seed: number) {
  return {
    seed,
    mentions: kills + 40,
    everyMs: 350,
    readLagMs: readLagSeconds * 1000,
    latencyMs: 5,
    lateShare: 0.1,
    lateMs: 1500,
    duplicateShare: 0.1,
    silenceMs: 500,
    pageSize: 10,
    writeFaults: { lost: 0.1, 'error-after': 0.1, 'error-before': 0.1, 'half-body': 0.05 },
    // Each costs the source a wait of five seconds or more, which the next life has to sit out.
    readFaults: { 'error-before': 0.002, 'half-body': 0.002 },
  }
}
