// The worker, the store and the outbox of the product over the real network: everything but the pages.
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../src/config.ts'
import { openRuntime } from '../../src/runtime.ts'
import { queueReply } from '../../src/store/replies.ts'
import { insertSource } from '../../src/store/sources.ts'
import { insertOwner } from '../../src/store/users.ts'
import { createLoop } from '../../src/work/loop.ts'
import { mentioning } from './network.mjs'
import { startRelay } from './relay.mjs'
import { test, waitFor } from './runner.mjs'

export async function register({ network }) {
  /** An installation of its own: data folder, worker, an owner and one Bluesky source. */
  async function openInstallation(pds) {
    const folder = join(tmpdir(), `earshot-peers-${process.pid}-${crypto.randomUUID()}`)
    const runtime = await openRuntime(
      readConfig({ EARSHOT_DATA: folder, EARSHOT_ALLOW_PRIVATE: '*', EARSHOT_LOG: 'error' }),
    )
    const { store, connections, newId } = runtime
    const brand = await network.createAccount('brand')
    const values = { identifier: brand.handle, appPassword: await network.createAppPassword(brand), baseUrl: pds }
    const { connector, host } = await connections.tryOut('bluesky', values, new AbortController().signal)
    const { account, displayName } = await connector.check(host)
    const { appPassword, ...config } = values
    const now = Date.now()
    const userId = newId()
    await store.write((tx) =>
      insertOwner(tx, { id: userId, email: 'owner@example.test', name: 'Owner', passwordHash: 'none', createdAt: now }),
    )
    const act = () => ({ userId, now: Date.now(), ip: '127.0.0.1', newId })
    const sourceId = newId()
    const secrets = connections.sealSecrets(sourceId, { appPassword })
    const source = {
      id: sourceId,
      connector: 'bluesky',
      account,
      name: displayName,
      config,
      secrets,
      settings: {},
      intervalSeconds: 1,
    }
    assert.ok(await store.write((tx) => insertSource(tx, act(), source)))
    const loop = createLoop(runtime.work, { idleMs: 100 })
    loop.start()
    const { t, db } = store.read
    const rowsOf = (table) => db.select().from(t[table])
    return {
      brand,
      rowsOf,
      async mentionOf(uri) {
        return waitFor('the mention in the store', async () =>
          (await rowsOf('mentions')).find((row) => row.externalId === uri),
        )
      },
      async answer(mention, text) {
        const thread = (await rowsOf('threads')).find((row) => row.seq === mention.threadSeq)
        const reply = {
          id: newId(),
          threadSeq: thread.seq,
          mentionSeq: mention.seq,
          sourceId,
          text,
          revision: thread.revision,
        }
        assert.equal(await store.write((tx) => queueReply(tx, act(), reply)), 'queued')
        return reply.id
      },
      replyIn(id, states) {
        return waitFor(
          `the reply in ${states}`,
          async () => (await rowsOf('replies')).find((row) => row.id === id && states.includes(row.state)),
          { limitMs: 60_000 },
        )
      },
      async close() {
        await loop.stop()
        await runtime.close()
        rmSync(folder, { recursive: true, force: true })
      },
    }
  }

  test("worker: a mention opens a clock, the reply stands in the thread and stops it at the network's time", async () => {
    const world = await openInstallation(network.pds)
    try {
      const alice = await network.createAccount('alice')
      const root = await network.post(alice, { text: 'A day without widgets' })
      const ask = await network.post(alice, {
        ...mentioning('hey ', world.brand, ', where is my order?'),
        reply: { root, parent: root },
      })
      const mention = await world.mentionOf(ask.uri)
      const id = await world.answer(mention, 'On its way, sorry!')
      const sent = await world.replyIn(id, ['sent'])
      const thread = await waitFor('the reply in the thread', async () => {
        const read = await network.readThread(alice, root.uri)
        return read.replies?.[0]?.replies?.[0]?.post && read
      })
      const seen = thread.replies[0].replies[0].post
      assert.equal(seen.uri, sent.externalId)
      assert.equal(seen.record.reply.root.uri, root.uri)
      assert.equal(seen.record.reply.parent.uri, ask.uri)
      const [row] = (await world.rowsOf('threads')).filter((one) => one.seq === mention.threadSeq)
      assert.equal(row.clockStoppedAt, sent.sentAt)
      assert.ok(Math.abs(sent.sentAt - Date.parse(seen.indexedAt)) < 5000, "the clock stopped at the network's time")
      // Our own post must not come back as news.
      await new Promise((resolve) => setTimeout(resolve, 3000))
      const incoming = (await world.rowsOf('mentions')).filter((one) => one.externalId === sent.externalId)
      assert.deepEqual(incoming, [])
    } finally {
      await world.close()
    }
  })

  test('worker: a lost answer ends in one post, found and not sent again', async () => {
    const relay = await startRelay(network.pds)
    const world = await openInstallation(relay.url)
    try {
      const alice = await network.createAccount('alice')
      const ask = await network.post(alice, mentioning('hey ', world.brand, ', still broken'))
      const mention = await world.mentionOf(ask.uri)
      relay.lose.add('com.atproto.repo.putRecord')
      const id = await world.answer(mention, 'Looking into it')
      const doubted = await world.replyIn(id, ['unknown', 'sent'])
      assert.equal(doubted.state, 'unknown', 'the premise: the answer was lost')
      const sent = await world.replyIn(id, ['sent', 'needs_person', 'rejected'])
      assert.equal(sent.state, 'sent')
      assert.equal(sent.resends, 0, 'found, not sent again')
      const posts = await network.listPosts(world.brand)
      assert.deepEqual(
        posts.map((post) => post.uri),
        [sent.externalId],
      )
    } finally {
      await world.close()
      await relay.stop()
    }
  })
}
