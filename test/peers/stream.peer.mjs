// The firehose of a real server: frames, archives and records as the reference implementation writes them.
import assert from 'node:assert/strict'
import connector from '../../connectors/bluesky/index.ts'
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
}
