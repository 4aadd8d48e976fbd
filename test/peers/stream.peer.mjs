// The firehose of a real server, read by the connector and then by the whole worker: frames, archives and records as the reference implementation writes them.
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import connector from '../../connectors/bluesky/index.ts'
import { readConfig } from '../../src/config.ts'
import { openRuntime } from '../../src/runtime.ts'
import { insertQuery } from '../../src/store/queries.ts'
import { insertSource, pauseSource, resumeSource, setStreaming } from '../../src/store/sources.ts'
import { streamRow } from '../../src/store/streams.ts'
import { insertOwner } from '../../src/store/users.ts'
import { createLoop } from '../../src/work/loop.ts'
import { createHost } from './host.mjs'
import { mentioning } from './network.mjs'
import { test, waitFor } from './runner.mjs'

export async function register({ network }) {
  async function cast() {
    const brand = await network.createAccount('brand')
    const alice = await network.createAccount('alice')
    const appPassword = await network.createAppPassword(brand)
    const word = `widget${Date.now().toString(36)}`
    const config = {
      identifier: brand.handle,
      appPassword,
      baseUrl: network.pds,
      words: word,
      streamFrom: 'firehose',
      streamUrl: network.pds.replace('http', 'ws'),
    }
    return { brand, alice, word, config }
  }

  /** Follows the stream in the background, as the worker does, until it is stopped. */
  function follow(config, cursor) {
    const stop = new AbortController()
    const host = createHost(connector, config, {
      signal: stop.signal,
      pace: { most: 20, withinMs: 20, idleMs: 200 },
      filter: (post) => post.text.includes('queried'),
    })
    const seen = { items: [], pages: [], host, cursor, error: undefined }
    const running = (async () => {
      for await (const page of connector.stream(host, cursor)) {
        seen.pages.push(page)
        seen.items.push(...page.items)
        seen.cursor = JSON.parse(JSON.stringify(page.cursor))
      }
    })().catch((error) => (seen.error = error))
    seen.stop = async () => {
      stop.abort(new Error('stopped by the test'))
      await running
    }
    return seen
  }

  const itemOf = (seen, uri) =>
    waitFor('the item in the stream', () => seen.items.find((item) => item.externalId === uri))

  test('firehose: mentions, words and queries arrive from a real server, the rest does not', async () => {
    const { brand, alice, word, config } = await cast()
    const seen = follow(config)
    await waitFor('the connection', () => seen.pages.length > 0)
    const mention = await network.post(alice, mentioning('Ünïcödé 😀 hey ', brand, ', where is my order?'))
    const praise = await network.post(alice, { text: `I love ${word}` })
    await network.post(alice, { text: 'lunch' })
    const ask = await network.post(alice, { text: 'this is queried', reply: { root: mention, parent: mention } })
    await itemOf(seen, ask.uri)
    const [first] = seen.items.filter((item) => item.externalId === mention.uri)
    assert.equal(first.kind, 'mention')
    assert.match(first.text, /^Ünïcödé 😀 hey @brand/)
    assert.equal(first.author.handle, alice.handle, 'the profile was asked for')
    assert.equal(first.replyTo.cid, mention.cid, 'the CID is the one of the server')
    assert.deepEqual(
      seen.items.map((item) => item.externalId),
      [mention.uri, praise.uri, ask.uri],
    )
    const [last] = seen.items.slice(-1)
    assert.equal(last.parentId, mention.uri)
    assert.deepEqual(seen.host.quarantined, [])
    await seen.stop()
    assert.match(seen.error.message, /stopped by the test/)
  })

  test('firehose: what happened while nobody listened is replayed, deletions included', async () => {
    const { brand, alice, config } = await cast()
    const before = follow(config)
    await waitFor('the connection', () => before.pages.length > 0)
    const first = await network.post(alice, mentioning('one ', brand, ''))
    await itemOf(before, first.uri)
    await before.stop()
    const missed = await network.post(alice, mentioning('two ', brand, ''))
    await network.remove(alice, first.uri)
    const after = follow(config, before.cursor)
    await itemOf(after, missed.uri)
    const gone = await itemOf(after, first.uri)
    assert.equal(gone.deleted, true)
    const readTo = before.pages.at(-1).covered.to
    assert.ok(after.pages[0].covered.from <= readTo, 'it goes on where it was: nothing is missing')
    assert.equal(
      after.pages.find((page) => page.gap),
      undefined,
    )
    await after.stop()
  })

  test('firehose: a number from another life of the server begins at the present, and says so', async () => {
    const { brand, alice, config } = await cast()
    const past = Date.now() - 60_000
    const seen = follow(config, { address: config.streamUrl, seq: 99_999_999, at: past })
    await waitFor('the connection', () => seen.pages.length > 0)
    assert.ok(seen.pages[0].covered.from > past)
    assert.equal(seen.pages[0].gap.from, past)
    const mention = await network.post(alice, mentioning('hello ', brand, ''))
    await itemOf(seen, mention.uri)
    await seen.stop()
  })

  test('worker: a source that streams hears within seconds what mentions it and what queries want, and goes on after a pause', async () => {
    const folder = join(tmpdir(), `earshot-stream-${process.pid}`)
    const runtime = await openRuntime(
      readConfig({ EARSHOT_DATA: folder, EARSHOT_ALLOW_PRIVATE: '*', EARSHOT_LOG: 'error' }),
    )
    const { store, connections, newId } = runtime
    const loop = createLoop(runtime.work, { idleMs: 100 })
    try {
      const { brand, alice, config: values } = await cast()
      const { appPassword, ...config } = { ...values, words: '' }
      const userId = newId()
      const owner = {
        id: userId,
        email: 'owner@example.test',
        name: 'Owner',
        passwordHash: 'none',
        createdAt: Date.now(),
      }
      await store.write((tx) => insertOwner(tx, owner))
      const act = () => ({ userId, now: Date.now(), ip: '127.0.0.1', newId })
      const id = newId()
      const secrets = connections.sealSecrets(id, { appPassword })
      // Polled once an hour: what arrives sooner came by the stream.
      const source = {
        id,
        connector: 'bluesky',
        account: brand.did,
        name: 'Brand',
        config,
        secrets,
        settings: {},
        intervalSeconds: 3600,
      }
      assert.ok(await store.write((tx) => insertSource(tx, act(), source)))
      await store.write((tx) => setStreaming(tx, act(), id, true))
      const word = `gizmo${Date.now().toString(36)}`
      const query = { name: 'Gizmos', kind: 'brand', text: `${word} -lunch`, settings: {}, isActive: true }
      await store.write((tx) => insertQuery(tx, act(), query))
      loop.start()
      const modeIs = (mode) => waitFor(mode, async () => (await streamRow(store.read, id))?.mode === mode)
      const { t, db } = store.read
      const held = (post) =>
        waitFor('the mention in the store', async () =>
          (await db.select().from(t.mentions)).find((row) => row.externalId === post.uri),
        )
      await modeIs('streaming')
      const mention = await network.post(alice, mentioning('hey ', brand, ', hello?'))
      const found = await network.post(alice, { text: `my ${word} broke` })
      const other = await network.post(alice, { text: `${word} for lunch` })
      const last = await network.post(alice, mentioning('still there, ', brand, '?'))
      const rows = [await held(mention), await held(found), await held(last)]
      for (const row of rows) assert.ok(row.ingestedAt - row.createdAt < 10_000, 'within seconds')
      assert.ok((await db.select().from(t.mentions)).every((row) => row.externalId !== other.uri))
      await waitFor('the match', async () =>
        (await db.select().from(t.matches)).some((row) => row.mentionSeq === rows[1].seq),
      )
      await store.write((tx) => pauseSource(tx, act(), id))
      await modeIs('off')
      const meanwhile = await network.post(alice, { text: `another ${word}` })
      await store.write((tx) => resumeSource(tx, act(), id))
      await held(meanwhile)
      await modeIs('streaming')
      await network.remove(alice, found.uri)
      await waitFor('the tombstone', async () =>
        (await db.select().from(t.mentions)).some((row) => row.externalId === found.uri && row.deletedAt !== null),
      )
      assert.deepEqual(await db.select().from(t.quarantine), [])
    } finally {
      const before = performance.now()
      await loop.stop()
      assert.ok(performance.now() - before < 4000, 'a stream does not hold up the end')
      await runtime.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })
}
