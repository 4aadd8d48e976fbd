// The Bluesky connector against a real network: nothing is recorded, nothing is faked but the people.
import assert from 'node:assert/strict'
import connector from '../../connectors/bluesky/index.ts'
import { createHost, readAll } from './host.mjs'
import { mentioning } from './network.mjs'
import { test, waitFor } from './runner.mjs'

export async function register({ network }) {
  /** A brand with a source, and two people. */
  async function cast() {
    const brand = await network.createAccount('brand')
    const alice = await network.createAccount('alice')
    const bob = await network.createAccount('bob')
    const appPassword = await network.createAppPassword(brand)
    const config = { identifier: brand.handle, appPassword, baseUrl: network.pds }
    return { brand, alice, bob, config, host: createHost(connector, config) }
  }

  const poll = (host, cursor = connector.start) => readAll(connector.poll(host, connector.cursor.parse(cursor)))
  const pollFor = (host, uri) =>
    waitFor('the mention in a poll', async () => {
      const run = await poll(host)
      return run.items.some((item) => item.externalId === uri) ? run : undefined
    })
  const targetOf = (item) => ({
    externalId: item.externalId,
    uri: item.uri,
    url: item.url,
    kind: item.kind,
    ...(item.parentId && { parentId: item.parentId, rootId: item.rootId }),
    authorHandle: item.author.handle,
    authorExternalId: item.author.externalId,
    // Through JSON, as the store keeps it.
    data: JSON.parse(JSON.stringify(item.replyTo)),
    createdAt: item.createdAt,
  })
  const outgoing = (item, text) => ({
    idempotencyKey: crypto.randomUUID(),
    text,
    target: targetOf(item),
    createdAt: Date.now(),
  })

  test('bluesky: check names the account', async () => {
    const { brand, host } = await cast()
    const checked = await connector.check(host)
    assert.equal(checked.account, brand.did)
    assert.equal(checked.displayName, `@${brand.handle}`)
  })

  test('bluesky: a mention arrives, is answered in its thread, once, and is seen to be deleted', async () => {
    const { brand, alice, bob, host } = await cast()
    const root = await network.post(alice, { text: 'My order from the widget people never arrived' })
    const reply = { root, parent: root }
    const ask = await network.post(bob, { ...mentioning('Ünïcödé 😀 hey ', brand, ', mine neither!'), reply })

    const { items, cursor } = await pollFor(host, ask.uri)
    assert.equal(items.length, 1)
    const [mention] = items
    assert.equal(mention.kind, 'mention')
    assert.equal(mention.author.handle, bob.handle)
    assert.equal(mention.author.followers, 0)
    assert.equal(mention.parentId, root.uri)
    assert.equal(mention.rootId, root.uri)
    assert.match(mention.text, /^Ünïcödé 😀 hey @brand/)
    assert.deepEqual((await poll(host, cursor)).items, [], 'a second poll brings nothing twice')

    const answer = outgoing(
      mention,
      `Sorry 😢 @${bob.handle}! See https://example.com/hilfe?x=ü (today). #widget @nobody.test`,
    )
    assert.equal(await connector.findReply(host, answer), null)
    const before = Date.now()
    const sent = await connector.reply(host, answer)
    assert.ok(Math.abs(sent.sentAt - before) < 5000, 'sentAt is the time of the commit')

    const repeated = await connector.reply(host, answer)
    assert.equal(repeated.externalId, sent.externalId)
    const posts = await network.listPosts(brand)
    assert.equal(posts.length, 1, 'the same reply twice is one post')
    const found = await connector.findReply(host, answer)
    assert.equal(found.externalId, sent.externalId)

    const thread = await waitFor('the reply in the thread', async () => {
      const read = await network.readThread(alice, root.uri)
      return read.replies?.[0]?.replies?.[0] && read
    })
    const seen = thread.replies[0].replies[0].post
    assert.equal(seen.uri, sent.externalId)
    assert.equal(seen.author.did, brand.did)
    assert.equal(seen.record.reply.root.uri, root.uri)
    assert.equal(seen.record.reply.parent.uri, ask.uri)
    const bytes = Buffer.from(seen.record.text)
    const marked = seen.record.facets.map(({ index, features: [feature] }) => [
      bytes.subarray(index.byteStart, index.byteEnd).toString(),
      feature.did ?? feature.uri ?? feature.tag,
    ])
    assert.deepEqual(marked, [
      [`@${bob.handle}`, bob.did],
      ['https://example.com/hilfe?x=ü', 'https://example.com/hilfe?x=ü'],
      ['#widget', 'widget'],
    ])

    assert.deepEqual(await connector.recheck(host, [{ externalId: ask.uri }, { externalId: root.uri }]), [])
    await connector.act.like(host, targetOf(mention))
    await waitFor('the like', async () => (await network.readThread(alice, ask.uri)).post.likeCount === 1)
    await network.remove(bob, ask.uri)
    const changes = await waitFor('the deletion', async () => {
      const answered = await connector.recheck(host, [{ externalId: ask.uri }, { externalId: root.uri }])
      return answered.length > 0 && answered
    })
    assert.deepEqual(changes, [{ externalId: ask.uri, type: 'deleted' }])
    await assert.rejects(connector.reply(host, outgoing(mention, 'too late')), { kind: 'rejected' })
    assert.equal((await network.listPosts(brand)).length, 1, 'nothing was posted under a deleted post')
  })

  test('bluesky: replies to us, quotes of us and our own answers are told apart', async () => {
    const { brand, alice, bob, host } = await cast()
    const ours = await network.post(brand, { text: 'Widgets are back' })
    // The AppView indexes accounts side by side: of a reply indexed in the same moment as its parent it tells nobody.
    await waitFor('our post', () => network.readThread(alice, ours.uri).catch(() => undefined))
    const reply = await network.post(alice, { text: 'finally', reply: { root: ours, parent: ours } })
    const quote = await network.post(bob, { text: 'look', embed: { $type: 'app.bsky.embed.record', record: ours } })
    await pollFor(host, reply.uri)
    const { items } = await pollFor(host, quote.uri)
    const kinds = Object.fromEntries(items.map((item) => [item.externalId, item.kind]))
    assert.deepEqual(kinds, { [reply.uri]: 'reply', [quote.uri]: 'quote' })
  })

  test('bluesky: an interrupted walk goes on where it stopped and loses nothing', async () => {
    const { brand, alice, config, host } = await cast()
    const uris = []
    for (let at = 0; at < 7; at++)
      uris.push((await network.post(alice, mentioning(`number ${at} `, brand, ' please'))).uri)
    await waitFor('all mentions', async () => (await poll(host)).items.length === 7)
    // The server's pages cut to three, so that a walk has several.
    const change = (url) => {
      if (url.pathname.endsWith('listNotifications')) url.searchParams.set('limit', '3')
      return url
    }
    const small = createHost(connector, config, { change })
    const first = connector.poll(small, connector.start)
    const { value: page } = await first.next()
    await first.return()
    assert.equal(page.items.length, 3)
    assert.equal(page.done, false)
    const rest = await poll(small, JSON.parse(JSON.stringify(page.cursor)))
    const got = [...page.items, ...rest.items].map((item) => item.externalId)
    assert.deepEqual(new Set(got), new Set(uris))
    assert.equal(got.length, 7, 'nothing twice')
    const late = await network.post(alice, mentioning('number 8 ', brand, ''))
    await waitFor('the late one', async () =>
      (await poll(small, rest.cursor)).items.some((item) => item.externalId === late.uri),
    )
  })

  test('bluesky: words are searched for, and what the server adds is left out', async () => {
    const { alice, config } = await cast()
    const word = `acmewidget${Date.now().toString(36)}`
    const found = await network.post(alice, { text: `unrelated praise: I love ${word}, thanks` })
    const host = createHost(connector, { ...config, words: `${word}, nothing-like-it` })
    const { items } = await pollFor(host, found.uri)
    assert.deepEqual(
      items.map((item) => [item.externalId, item.kind]),
      [[found.uri, 'post']],
    )
    const query = { text: word }
    const searched = await readAll(connector.search(host, query, connector.start))
    assert.equal(searched.items[0].externalId, found.uri)
    assert.deepEqual((await readAll(connector.search(host, query, searched.cursor))).items, [])
    const later = await readAll(connector.search(host, { ...query, since: Date.now() + 60_000 }, connector.start))
    assert.deepEqual(later.items, [], 'since holds although the server ignores it')
  })

  test('bluesky: one sign-in serves many polls; a spent token is renewed once', async () => {
    const { host } = await cast()
    await poll(host)
    await poll(host)
    const signIns = () => host.calls.filter((call) => call === 'com.atproto.server.createSession').length
    assert.equal(signIns(), 1)
    await host.session.update(async (session) => ({ ...session, accessJwt: 'junk' }))
    await Promise.all([connector.check(host), connector.check(host)])
    assert.equal(host.calls.filter((call) => call === 'com.atproto.server.refreshSession').length, 1)
    assert.equal(signIns(), 1)
    // Both tokens gone: signing in again is all that is left.
    await host.session.update(async (session) => ({ ...session, accessJwt: 'junk', refreshJwt: 'junk' }))
    await connector.check(host)
    assert.equal(signIns(), 2)
  })

  test('bluesky: a wrong password asks the person, a revoked one too', async () => {
    const { brand, config } = await cast()
    const wrong = createHost(connector, { ...config, appPassword: 'aaaa-bbbb-cccc-dddd' })
    await assert.rejects(connector.check(wrong), (error) => error.kind === 'auth' && /app password/.test(error.message))
    const host = createHost(connector, config)
    await connector.check(host)
    await network.call('com.atproto.server.revokeAppPassword', { token: brand.token, body: { name: 'earshot' } })
    await host.session.update(async (session) => ({ ...session, accessJwt: 'junk' }))
    await assert.rejects(connector.check(host), { kind: 'auth' })
  })

  test('bluesky: a text that is too long is refused, not cut', async () => {
    const { brand, alice, host } = await cast()
    const ask = await network.post(alice, mentioning('hi ', brand, ''))
    const { items } = await pollFor(host, ask.uri)
    await assert.rejects(connector.reply(host, outgoing(items[0], 'x'.repeat(301))), { kind: 'rejected' })
    assert.equal((await network.listPosts(brand)).length, 0)
    // 300 family emoji are 300 graphemes and 7,500 bytes.
    await assert.rejects(connector.reply(host, outgoing(items[0], '👨‍👩‍👧‍👦'.repeat(300))), { kind: 'rejected' })
    await connector.reply(host, outgoing(items[0], '👨‍👩‍👧‍👦'.repeat(120)))
    assert.equal((await network.listPosts(brand)).length, 1)
  })
}
