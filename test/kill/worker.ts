// The killed process: the product's own worker over the fake platform, and a "person" who answers every new thread.
import { and, eq, isNull } from 'drizzle-orm'
import { readConfig } from '../../src/config.ts'
import { openRuntime, type Runtime } from '../../src/runtime.ts'
import { scheduleDelivery } from '../../src/store/outbox.ts'
import { releaseAllLeases } from '../../src/store/jobs.ts'
import { createLoop } from '../../src/work/loop.ts'
import { createFakeConnector } from '../helpers/fakeConnector.ts'

const streams = process.env['EARSHOT_KILL_STREAM'] === '1'
const connector = createFakeConnector({
  interval: { default: 0, min: 0 },
  ...(streams ? { stream: { byDefault: true, summary: '' } } : {}),
})
const runtime = await openRuntime(readConfig(process.env))
const { registry } = runtime
const withFake = { ...registry, get: async (id: string) => (id === 'fake' ? connector : registry.get(id)) }
runtime.registry = withFake
const { createConnections } = await import('../../src/connections.ts')
const { createSecretBox } = await import('../../src/connector/secrets.ts')
const connections = createConnections({
  ...runtime,
  registry: withFake,
  secrets: createSecretBox([runtime.secret]),
  // Saved soon, so that each life gets something done.
  pace: { most: 5, withinMs: 20, idleMs: 100 },
})
const work = {
  ...runtime.work,
  connect: connections.connect,
  manifest: (id: string) => (id === 'fake' ? connector.manifest : runtime.work.manifest(id)),
}

if (!runtime.config.DATABASE_URL) await releaseAllLeases(runtime.store)
const loop = createLoop(work, { leaseMs: streams ? 600 : 1500, idleMs: 50 })
loop.start()
process.stdout.write('ready\n')
/** What pressing Send does: the reply, its delivery and nothing else, in one transaction. */
async function answerNewThreads({ store, newId, clock }: Runtime): Promise<void> {
  await store.write(async (tx) => {
    const { threads, replies } = tx.t
    const rows = await tx.db
      .select({ seq: threads.seq, mentionSeq: threads.lastMentionSeq, sourceId: threads.sourceId })
      .from(threads)
      .leftJoin(replies, eq(replies.threadSeq, threads.seq))
      .where(and(isNull(replies.id)))
      .limit(5)
    for (const row of rows) {
      if (row.mentionSeq === null) continue
      const id = newId()
      const now = clock.now()
      const common = {
        threadSeq: row.seq,
        mentionSeq: row.mentionSeq,
        sourceId: row.sourceId,
        createdAt: now,
        updatedAt: now,
      }
      await tx.db
        .insert(replies)
        .values({ id, ...common, actor: 'person', text: `Thank you, answer to thread ${row.seq}.`, state: 'queued' })
      await scheduleDelivery(tx, { id, threadSeq: row.seq }, now, now)
    }
  })
}

// One after the other: a person presses Send once.
for (;;) {
  await answerNewThreads(runtime).catch((error: unknown) => process.stderr.write(`${String(error)}\n`))
  await new Promise((resolve) => setTimeout(resolve, 30))
}
