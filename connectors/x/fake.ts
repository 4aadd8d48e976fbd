import type { SeenRequest, TapeResponse } from '../../src/connector/testkit/tapes.ts'
import { idAt } from './snowflake.ts'

/**
 * A stateful fake of the parts of X's API that this connector uses; nothing here is X's. It is as unkind as the real
 * one is said to be: late indexing, short pages with a next token, deletions as status 200 with `errors`, no `data` in
 * an empty list, no `meta.newest_id`, names of fields that change, identical text refused without an id, refresh tokens good for one use. One file beyond the usual length, because every rule reads
 * the same few lists.
 */
export interface XFake {
  me: FakeUser
  respond(request: SeenRequest): TapeResponse
  /** Posts show in lists only after this time. */
  indexLagMs: number
  /** Posts on a page, at most. */
  pageSize: number
  names: 'tweet' | 'post'
  /** Answers until a 429. */
  remaining: number
  refreshToken: string
  addUser(user: { username: string; name?: string; followers?: number }): FakeUser
  post(author: FakeUser, text: string, more?: Partial<Pick<FakePost, 'replyTo' | 'quotes' | 'long' | 'at'>>): FakePost
  edit(post: FakePost, text: string): FakePost
  remove(post: FakePost): void
  /** Our own posts that are still there, oldest first. */
  posts(): { externalId: string; text: string }[]
}

export interface FakeUser {
  id: string
  username: string
  name: string
  followers: number
}

export interface FakePost {
  id: string
  author: FakeUser
  text: string
  at: number
  replyTo?: FakePost | undefined
  quotes?: FakePost | undefined
  long?: string | undefined
  history: string[]
  isDeleted: boolean
}

type Answer = { status: number; body: unknown }

export function createXFake(clock: { now(): number }): XFake {
  const users: FakeUser[] = []
  const posts: FakePost[] = []
  const accessTokens = new Set(['Bearer app-bearer'])
  let serial = 0
  const me = { id: '999', username: 'acme', name: 'Acme Widgets', followers: 12 }
  users.push(me)

  const fake: XFake = {
    me,
    respond,
    indexLagMs: 0,
    pageSize: 100,
    names: 'tweet',
    remaining: Number.POSITIVE_INFINITY,
    refreshToken: 'refresh-0',
    addUser({ username, name = username, followers = 0 }) {
      const user = { id: String(1000 + users.length), username, name, followers }
      users.push(user)
      return user
    },
    post(author, text, more = {}) {
      const at = more.at ?? clock.now()
      const id = String(BigInt(idAt(at)) + BigInt((serial += 1)))
      const post = { ...more, id, author, text, at, history: [id], isDeleted: false }
      posts.push(post)
      return post
    },
    edit(post, text) {
      const version = fake.post(post.author, text, { replyTo: post.replyTo, quotes: post.quotes })
      const history = [...post.history, version.id]
      for (const one of posts) if (history.includes(one.id)) one.history = history
      return version
    },
    remove(post) {
      for (const one of posts) if (post.history.includes(one.id)) one.isDeleted = true
    },
    posts: () =>
      posts.filter((post) => post.author === me && !post.isDeleted).map(({ id, text }) => ({ externalId: id, text })),
  }

  function respond(request: SeenRequest): TapeResponse {
    const answer = route(request)
    return {
      ...answer,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'x-rate-limit-limit': '300',
        // A lie on a 429 too: only the reset counts.
        'x-rate-limit-remaining': '1',
        'x-rate-limit-reset': String(Math.floor(clock.now() / 1000) + 600),
      },
    }
  }

  function route({ method, path, query, headers, body }: SeenRequest): Answer {
    if (path === '/2/oauth2/token') return renew(new URLSearchParams(body))
    const authorization = headers.authorization ?? ''
    if (!authorization.startsWith('OAuth ') && !accessTokens.has(authorization))
      return { status: 401, body: { title: 'Unauthorized', detail: 'Unauthorized' } }
    if (fake.remaining <= 0) return { status: 429, body: { title: 'Too Many Requests', detail: 'Too Many Requests' } }
    fake.remaining -= 1
    if (method === 'POST' && path === '/2/tweets')
      return create(authorization, JSON.parse(body) as { text: string; reply?: { in_reply_to_tweet_id: string } })
    if (path === '/2/users/me') return { status: 200, body: { data: userBody(me) } }
    const wanted = users.find((user) => path === `/2/users/by/username/${user.username}`)
    if (wanted) return { status: 200, body: { data: userBody(wanted) } }
    const unknown = [...query.keys()].find(
      (key) => /^(tweet|post)\.fields$/.test(key) && key !== `${fake.names}.fields`,
    )
    if (unknown)
      return {
        status: 400,
        body: {
          title: 'Invalid Request',
          errors: [{ message: `The query parameter [${unknown}] is not one of the known ones` }],
        },
      }
    if (path === '/2/tweets') return lookUp(query.get('ids')?.split(',') ?? [])
    if (path === '/2/tweets/search/recent') return search(query)
    const list = /^\/2\/users\/(\d+)\/(mentions|tweets)$/.exec(path)
    if (!list) return { status: 404, body: { title: 'Not Found', detail: path } }
    return page(
      query,
      list[2] === 'mentions'
        ? (post) => mentionsOf(post).includes(me) && post.author !== me
        : (post) => post.author.id === list[1],
    )
  }

  function renew(form: URLSearchParams): Answer {
    if (form.get('refresh_token') !== fake.refreshToken)
      return {
        status: 400,
        body: { error: 'invalid_request', error_description: 'Value passed for the token was invalid.' },
      }
    serial += 1
    fake.refreshToken = `refresh-${serial}`
    accessTokens.add(`Bearer access-${serial}`)
    return {
      status: 200,
      body: {
        token_type: 'bearer',
        expires_in: 7200,
        access_token: `access-${serial}`,
        refresh_token: fake.refreshToken,
      },
    }
  }

  function create(
    authorization: string,
    { text, reply }: { text: string; reply?: { in_reply_to_tweet_id: string } },
  ): Answer {
    if (authorization === 'Bearer app-bearer')
      return {
        status: 403,
        body: {
          title: 'Unsupported Authentication',
          detail: 'Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.',
        },
      }
    const parent = posts.find((post) => post.id === reply?.in_reply_to_tweet_id)
    if (reply && (!parent || parent.isDeleted))
      return forbidden('You attempted to reply to a Tweet that is deleted or not visible to you.')
    const isSummoned = parent && (mentionsOf(parent).includes(me) || parent.quotes?.author === me)
    if (parent && !isSummoned)
      return forbidden(
        'Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you are replying to.',
      )
    if (posts.some((post) => post.author === me && !post.isDeleted && post.text === text))
      return forbidden('You are not allowed to create a Tweet with duplicate content.')
    const made = fake.post(me, text, { replyTo: parent })
    return { status: 201, body: { data: { id: made.id, text, edit_history_tweet_ids: [made.id] } } }
  }

  function lookUp(ids: string[]): Answer {
    const found = ids.flatMap((id) => posts.find((post) => post.id === id && !post.isDeleted) ?? [])
    const errors = ids
      .filter((id) => !found.some((post) => post.id === id))
      .map((id) => ({
        value: id,
        resource_id: id,
        detail: `Could not find tweet with ids: [${id}].`,
        title: 'Not Found Error',
        resource_type: 'tweet',
        parameter: 'ids',
        type: 'https://api.twitter.com/2/problems/resource-not-found',
      }))
    return { status: 200, body: { ...listBody(found), ...(errors.length > 0 ? { errors } : {}) } }
  }

  function search(given: URLSearchParams): Answer {
    const query = given.get('query') ?? ''
    const since = given.get('since_id')
    if (query.length > 512) return { status: 400, body: { title: 'Invalid Request', detail: 'query too long' } }
    if (since && BigInt(since) < BigInt(idAt(clock.now() - 7 * 86_400_000)))
      return {
        status: 400,
        body: { title: 'Invalid Request', detail: "'since_id' must be a tweet id created after [7 days ago]" },
      }
    const words = [...query.matchAll(/"([^"]+)"/g)].map((match) => (match[1] ?? '').toLowerCase())
    const not = /-from:(\w+)/.exec(query)?.[1]
    return page(
      given,
      (post) => post.author.username !== not && words.some((word) => post.text.toLowerCase().includes(word)),
    )
  }

  function page(query: URLSearchParams, isWanted: (post: FakePost) => boolean): Answer {
    const since = BigInt(query.get('since_id') ?? 0)
    const from = Date.parse(query.get('start_time') ?? '1970-01-01T00:00:00Z')
    const to = Date.parse(query.get('end_time') ?? '2100-01-01T00:00:00Z')
    const token = query.get('pagination_token') ?? query.get('next_token')
    if (token?.startsWith('expired'))
      return { status: 400, body: { title: 'Invalid Request', detail: 'The pagination token is invalid.' } }
    const all = posts
      .filter((post) => isWanted(post) && !post.isDeleted && BigInt(post.id) > since && post.at >= from && post.at < to)
      .filter((post) => post.at + fake.indexLagMs <= clock.now() && post.history.at(-1) === post.id)
      .toSorted((a, b) => (BigInt(a.id) > BigInt(b.id) ? -1 : 1))
      .filter((post) => !token || BigInt(post.id) < BigInt(token.slice(2)))
    const some = all.slice(0, fake.pageSize)
    const last = some.at(-1)
    const more = all.length > some.length && last ? { next_token: `t-${last.id}` } : {}
    return { status: 200, body: { ...listBody(some), meta: { result_count: some.length, ...more } } }
  }

  function listBody(some: FakePost[]): object {
    if (some.length === 0) return {}
    const quoted = some.flatMap((post) => post.quotes ?? [])
    const authors = [...new Set(some.map((post) => post.author))]
    return {
      data: some.map(postBody),
      includes: {
        users: authors.map(userBody),
        ...(quoted.length > 0 ? { [`${fake.names}s`]: quoted.map(postBody) } : {}),
      },
    }
  }

  function postBody(post: FakePost): object {
    const { names } = fake
    const references = [
      ...(post.replyTo ? [{ type: 'replied_to', id: post.replyTo.id }] : []),
      ...(post.quotes ? [{ type: 'quoted', id: post.quotes.id }] : []),
    ]
    return {
      id: post.id,
      text: escape(answeredNames(post) + post.text),
      author_id: post.author.id,
      conversation_id: rootOf(post).id,
      created_at: new Date(post.at).toISOString(),
      lang: 'en',
      [`edit_history_${names}_ids`]: post.history,
      entities: {
        mentions: mentionsOf(post).map((user) => ({ start: 0, end: 1, username: user.username, id: user.id })),
      },
      public_metrics: {
        like_count: 1,
        reply_count: 0,
        quote_count: 0,
        [names === 'tweet' ? 'retweet_count' : 'repost_count']: 2,
      },
      ...(post.replyTo ? { in_reply_to_user_id: post.replyTo.author.id } : {}),
      ...(references.length > 0 ? { [`referenced_${names}s`]: references } : {}),
      ...(post.long ? { [`note_${names}`]: { text: escape(post.long) } } : {}),
    }
  }

  function answeredNames(post: FakePost): string {
    const name = post.replyTo?.author.username
    return name && !post.text.includes(`@${name}`) ? `@${name} ` : ''
  }

  function mentionsOf(post: FakePost): FakeUser[] {
    const text = answeredNames(post) + post.text + (post.long ?? '')
    return users.filter((user) => new RegExp(`@${user.username}\\b`, 'i').test(text))
  }

  return fake
}

function rootOf(post: FakePost): FakePost {
  return post.replyTo ? rootOf(post.replyTo) : post
}

function userBody({ id, username, name, followers }: FakeUser): object {
  return {
    id,
    username,
    name,
    profile_image_url: `https://pbs.example/${id}_normal.jpg`,
    public_metrics: { followers_count: followers },
  }
}

function forbidden(detail: string): Answer {
  return { status: 403, body: { title: 'Forbidden', status: 403, detail, type: 'about:blank' } }
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
