import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { openStore } from '../../src/store/open.ts'
import { withMaintenance } from '../../src/store/postgres.ts'
import { streamRow } from '../../src/store/streams.ts'
import type { FakeStats } from '../helpers/fakePlatformState.ts'
import { root } from '../helpers/root.ts'
import { buildWorker, bundle, seeded, startPlatform, startWorker } from './harness.ts'

/** A developer's run takes few; CI more, but not so many that they cost minutes. */
const kills = Math.min(60, Number(process.env['EARSHOT_KILLS'] ?? (process.env['CI'] ? 60 : 20)))
const sourceId = 'fake-source'
const folder = mkdtempSync(join(tmpdir(), 'earshot-kill-streams-'))

type Options = Parameters<typeof openStore>[0]

beforeAll(buildWorker)
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  rmSync(bundle, { force: true })
})

// Leases of the dead have to run out on PostgreSQL, which makes its lives long: CI's share.
const usesPostgres = inject('postgresUrl') !== '' && Boolean(process.env['CI'])

it(
  `SIGKILL while streaming, polling and answering: nothing lost, nothing twice, a ledger that never claims too much (${kills} kills, ${usesPostgres ? 'PostgreSQL' : 'SQLite'})`,
  { timeout: 20 * 60_000 },
  async () => {
    const { harm, seen } = await (usesPostgres ? onPostgres() : onSqlite())
    process.stderr.write(`  ${JSON.stringify(seen)}\n`)
    expect(harm).toEqual({ lost: [], untrue: [], duplicates: 0, integrity: 'ok' })
    expect(seen.streams, 'the premise: it did stream').toBeGreaterThan(kills / 2)
  },
)

const dataFolder = join(folder, 'data')
const migrationsFolder = join(root, 'data/migrations')

function onSqlite() {
  return scenario({ EARSHOT_DATA: dataFolder }, { dataFolder, migrationsFolder })
}

async function onPostgres() {
  const url = new URL(inject('postgresUrl'))
  const name = `kill_streams_${process.pid}`
  await withMaintenance(url.href, (run) => run(`create database ${name}`))
  url.pathname = `/${name}`
  const env = { EARSHOT_DATA: dataFolder, DATABASE_URL: url.href }
  const outcome = await scenario(env, { dataFolder, databaseUrl: url.href, migrationsFolder })
  await withMaintenance(inject('postgresUrl'), (run) => run(`drop database ${name} with (force)`))
  return outcome
}

async function scenario(env: Record<string, string>, options: Options) {
  const seed = 21
  const platform = await startPlatform({
    seed,
    // As many as it takes: there is always something to hear until the killing ends.
    mentions: 1_000_000,
    everyMs: 200,
    readLagMs: 300,
    latencyMs: 2,
    lateShare: 0.1,
    lateMs: 1000,
    silenceMs: 500,
    pageSize: 10,
    writeFaults: { lost: 0.1, 'error-after': 0.1 },
    readFaults: { 'error-before': 0.02 },
    streamFaults: { half: 0.03, twice: 0.1, junk: 0.03, slow: 0.02, swap: 0.1 },
    // Some lives begin so late that the stream has forgotten their place.
    streamWindow: 12,
  })
  let worker: ChildProcess | undefined
  const untrue: string[] = []
  try {
    await addSource(options, platform.url)
    const random = seeded(seed)
    for (let kill = 0; kill < kills; kill++) {
      worker = await startWorker({ ...env, EARSHOT_KILL_STREAM: '1' })
      // Dying at any moment is half of it; the other half dies with the stream open.
      if (kill % 2 === 0) await platform.nextRequest()
      else await platform.nextStream()
      await new Promise((resolve) => setTimeout(resolve, random() * 400))
      worker.kill('SIGKILL')
      await once(worker, 'exit')
      untrue.push(...(await untrueClaims(options, await platform.stats())))
      // At times nobody listens for longer than the stream remembers.
      if (kill % 9 === 8) await new Promise((resolve) => setTimeout(resolve, 2000))
    }
    const { visible } = await platform.stats()
    await platform.control({ writeFaults: {}, readFaults: {}, streamFaults: {}, mentions: visible + 15 })
    worker = await startWorker({ ...env, EARSHOT_KILL_STREAM: '1' })
    await settled(options, platform)
    worker.kill('SIGKILL')
    await once(worker, 'exit')
    const stats = await platform.stats()
    untrue.push(...(await untrueClaims(options, stats)))
    return await outcomeOf(options, stats, untrue)
  } finally {
    worker?.kill('SIGKILL')
    platform.stop()
  }
}

/**
 * Mentions that the ledger says were read and that are not there. An interval that ends at T claims what had turned up
 * by T; what turned up later belongs to the next.
 */
async function untrueClaims(options: Options, stats: FakeStats): Promise<string[]> {
  const store = await openStore(options)
  try {
    const { db, t } = store.read
    const held = new Set((await db.select({ id: t.mentions.externalId }).from(t.mentions)).map((row) => row.id))
    const read = (await db.select().from(t.coverage)).filter((row) => row.kind === 'read')
    return Object.entries(stats.times ?? {}).flatMap(([id, { createdAt, visibleAt }]) => {
      const claim = read.find((row) => row.fromAt <= createdAt && visibleAt <= row.toAt)
      return claim && !held.has(id) ? [`${id} ${visibleAt - claim.fromAt} of ${claim.toAt - claim.fromAt}`] : []
    })
  } finally {
    await store.close()
  }
}

async function outcomeOf(options: Options, stats: FakeStats, untrue: string[]) {
  const store = await openStore(options)
  try {
    const { db, t } = store.read
    const rows = await db
      .select({ id: t.mentions.externalId, createdAt: t.mentions.createdAt, ingestedAt: t.mentions.ingestedAt })
      .from(t.mentions)
    const held = new Set(rows.map((row) => row.id))
    return {
      harm: {
        lost: (stats.ids ?? []).filter((id) => !held.has(id)),
        untrue,
        duplicates: stats.duplicates + rows.length - held.size,
        integrity: await store.integrity(),
      },
      seen: {
        mentions: rows.length,
        streams: stats.streams,
        reads: stats.requests.read,
        soonSeen: rows.filter((row) => row.ingestedAt - row.createdAt < 400).length,
        posts: stats.posts,
        mode: (await streamRow(store.read, sourceId))?.mode,
      },
    }
  } finally {
    await store.close()
  }
}

async function addSource(options: Options, baseUrl: string): Promise<void> {
  const store = await openStore(options)
  await store.write(async (tx) => {
    await tx.db.insert(tx.t.sources).values({
      id: sourceId,
      connector: 'fake',
      account: 'own',
      name: 'Fake',
      config: { baseUrl, overlapMs: 5_000 },
      settings: { readLagSeconds: 0.3 },
      state: 'active',
      intervalSeconds: 3,
      nextPollAt: 0,
      connectedAt: 0,
      createdAt: 0,
    })
  })
  await store.close()
}

/** Every mention is there, and the stream is what listens. */
async function settled(options: Options, platform: { stats(): Promise<FakeStats> }): Promise<void> {
  const store = await openStore(options)
  try {
    for (let tries = 0; tries < 600; tries++) {
      const stats = await platform.stats()
      const { db, t } = store.read
      const held = await db.select({ seq: t.mentions.seq }).from(t.mentions)
      const mode = (await streamRow(store.read, sourceId))?.mode
      if (stats.visible === stats.mentions && held.length === stats.mentions && mode === 'streaming') return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    const { db, t } = store.read
    const held = await db.select({ seq: t.mentions.seq }).from(t.mentions)
    throw new Error(
      `not settled: ${JSON.stringify({ held: held.length, stream: await streamRow(store.read, sourceId) })}`,
    )
  } finally {
    await store.close()
  }
}
