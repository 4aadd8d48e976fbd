import { createHash } from 'node:crypto'
import type { SeenRequest, TapeResponse } from '../../src/connector/testkit/tapes.ts'

/**
 * A stateful fake of the calls that this connector makes, for the faults that a real server does not commit on request;
 * `test/peers` runs the same connector against the real thing. Nothing here is Bluesky's.
 */
export interface BlueskyFake {
  respond(request: SeenRequest): TapeResponse
  pageSize: number
  did: string
  handle: string
  add(author: string, text: string, more?: Partial<FakePost>): FakePost
  remove(post: FakePost): void
  /** Our own posts, oldest first. */
  posts(): { externalId: string; text: string }[]
  calls: string[]
}

export interface FakePost {
  uri: string
  cid: string
  did: string
  record: Record<string, unknown> & { text: string; createdAt: string }
  /** Epoch ms. */
  indexedAt: number
  /** Why it is in our notifications; absent: only search finds it. */
  reason?: string
  replyDisabled?: boolean
}

type Answer = { status?: number; body: unknown }
const did = 'did:plc:brand'
const collection = 'app.bsky.feed.post'

export function createBlueskyFake(clock: { now(): number }): BlueskyFake {
  const all: FakePost[] = []
  let serial = 0
  let session = 0

  const fake: BlueskyFake = {
    respond,
    pageSize: 100,
    did,
    handle: 'acme.test',
    add(author, text, more = {}) {
      serial += 1
      const indexedAt = more.indexedAt ?? clock.now()
      const uri = `at://did:plc:${author}/${collection}/3k${String(serial).padStart(11, 'a')}`
      const record = {
        $type: collection,
        text,
        createdAt: new Date(indexedAt).toISOString(),
        langs: ['en'],
        ...more.record,
      }
      const post = { uri, cid: cidOf(record), did: `did:plc:${author}`, indexedAt, ...more, record }
      all.push(post)
      return post
    },
    remove(post) {
      all.splice(all.indexOf(post), 1)
    },
    posts: () =>
      all.filter((post) => post.did === did).map((post) => ({ externalId: post.uri, text: post.record.text })),
    calls: [],
  }

  function respond(request: SeenRequest): TapeResponse {
    const name = request.path.replace('/xrpc/', '')
    fake.calls.push(name)
    return route(name, request)
  }

  function route(name: string, { headers, query, body }: SeenRequest): Answer {
    const given = body === '' ? {} : (JSON.parse(body) as Record<string, unknown>)
    const token = headers.authorization?.replace('Bearer ', '') ?? ''
    if (name === 'com.atproto.server.createSession')
      return given['password'] === 'app-password-1234'
        ? newSession()
        : failure(401, 'AuthenticationRequired', 'Invalid identifier or password')
    // One use each: the old refresh token is refused.
    if (name === 'com.atproto.server.refreshSession')
      return token === `refresh-${session}` ? newSession() : failure(400, 'ExpiredToken', 'Token has been revoked')
    // The real server answers 400 here, not 401.
    if (token !== `access-${session}`) return failure(400, 'InvalidToken', 'Token could not be verified')
    if (name === 'com.atproto.server.getSession') return { body: { did, handle: fake.handle } }
    if (name === 'app.bsky.notification.listNotifications')
      return page(query, 'notifications', (post) => post.reason !== undefined)
    if (name === 'app.bsky.feed.searchPosts')
      return page(query, 'posts', (post) => {
        const [since, until] = [query.get('since') ?? '1970-01-01', query.get('until') ?? '2100-01-01']
        const isWithin = sortAt(post) >= Date.parse(since) && sortAt(post) < Date.parse(until)
        return isWithin && post.record.text.includes(query.get('q') ?? '')
      })
    if (name === 'app.bsky.feed.getPosts')
      return {
        body: {
          posts: query
            .getAll('uris')
            .flatMap((uri) => all.filter((post) => post.uri === uri))
            .map(viewOf),
        },
      }
    if (name === 'app.bsky.actor.getProfiles') return { body: { profiles: query.getAll('actors').map(profileOf) } }
    if (name === 'com.atproto.repo.putRecord') return put(given)
    if (name === 'com.atproto.repo.getRecord')
      return read(`at://${query.get('repo')}/${query.get('collection')}/${query.get('rkey')}`)
    return failure(501, 'MethodNotImplemented', name)
  }

  function newSession(): Answer {
    session += 1
    return { body: { did, handle: fake.handle, accessJwt: `access-${session}`, refreshJwt: `refresh-${session}` } }
  }

  /** Sorted as the AppView sorts: by the earlier of the author's date and its own. */
  function page(query: URLSearchParams, key: string, isWanted: (post: FakePost) => boolean): Answer {
    const sorted = all.filter(isWanted).toSorted((a, b) => sortAt(b) - sortAt(a))
    const from = Number(query.get('cursor') ?? 0)
    const some = sorted
      .slice(from, from + fake.pageSize)
      .map((post) => ({ ...viewOf(post), ...(post.reason ? { reason: post.reason, isRead: false } : {}) }))
    const next = from + fake.pageSize < sorted.length ? { cursor: String(from + fake.pageSize) } : {}
    return { body: { [key]: some, ...next } }
  }

  function put(given: Record<string, unknown>): Answer {
    const uri = `at://${did}/${String(given['collection'])}/${String(given['rkey'])}`
    if (given['swapRecord'] === null && all.some((post) => post.uri === uri))
      return failure(400, 'InvalidSwap', 'Record was at another CID')
    const record = given['record'] as FakePost['record']
    all.push({ uri, cid: cidOf(record), did, record, indexedAt: clock.now() })
    return { body: { uri, cid: cidOf(record) } }
  }

  function read(uri: string): Answer {
    const post = all.find((one) => one.uri === uri)
    return post
      ? { body: { uri, cid: post.cid, value: post.record } }
      : failure(400, 'RecordNotFound', `Could not locate record: ${uri}`)
  }

  return fake
}

function sortAt(post: FakePost): number {
  return Math.min(Date.parse(post.record.createdAt), post.indexedAt)
}

function viewOf(post: FakePost): object {
  const { uri, cid, record, indexedAt, replyDisabled } = post
  const viewer = replyDisabled ? { viewer: { replyDisabled } } : {}
  return {
    uri,
    cid,
    author: profileOf(post.did),
    record,
    indexedAt: new Date(indexedAt).toISOString(),
    likeCount: 3,
    replyCount: 0,
    repostCount: 0,
    quoteCount: 0,
    ...viewer,
  }
}

function profileOf(of: string): object {
  const name = of.split(':').at(-1) ?? ''
  return {
    did: of,
    handle: `${name}.test`,
    displayName: name.toUpperCase(),
    followersCount: 42,
    description: `I am ${name}`,
  }
}

function cidOf(record: object): string {
  return `bafyrei${createHash('sha256').update(JSON.stringify(record)).digest('hex').slice(0, 52)}`
}

function failure(status: number, error: string, message: string): Answer {
  return { status, body: { error, message } }
}
