import type { Fake, SeenRequest, TapeResponse } from '../../src/connector/testkit/describe.ts'

/**
 * A fake of the Mastodon API that remembers, for tests; not a Mastodon server. `mastodon` behaves as Mastodon's
 * documentation says, `other` as the other servers of the API do that were run for real: opaque notification ids,
 * no list answers, no Link header, no rate headers, edits without a time, longer posts.
 */
export interface FakeOptions {
  dialect: 'mastodon' | 'other'
  now(): number
  /** A post becomes visible in lists this long after it was accepted, ms. */
  readLagMs?: number
  /** Requests in five minutes before 429 (with the reset as an ISO time). */
  limit?: number
  token: string
  /** Where its streams are, as the instance says. */
  streaming?: string
}

export interface FakePost {
  id: string
  acct: string
  text: string
  at: number
  replyTo?: string
  visibility?: string
  spoiler?: string
}

export interface FakeMastodon extends Fake {
  add(post: FakePost): void
  edit(id: string, text: string): void
  remove(id: string): void
  posts(): { externalId: string; text: string }[]
  /** What streams carry: a post, and the notification of it. */
  status(id: string): unknown
  notification(id: string): unknown
  /** Bodies of accepted posts, as they came. */
  accepted: Record<string, unknown>[]
}

const me = 'brand'

export function createFakeMastodon(options: FakeOptions): FakeMastodon {
  const posts: (FakePost & { visibleAt: number; editedAt?: number })[] = []
  const byKey = new Map<string, FakePost>()
  const accepted: Record<string, unknown>[] = []
  let counted: number[] = []

  const visible = () => posts.filter(({ visibleAt }) => visibleAt <= options.now()).toSorted((a, b) => b.at - a.at)
  const find = (id: string) => posts.find((post) => post.id === id)
  const status = (post: FakePost & { editedAt?: number }) => toStatus(post, options.dialect, find(post.replyTo ?? ''))

  function answer(request: SeenRequest): TapeResponse | undefined {
    const { method, path, query } = request
    const single = /^\/api\/v1\/statuses\/([^/]+)(\/context|\/favourite)?$/.exec(path)
    if (path === '/api/v2/instance')
      return options.dialect === 'mastodon' ? { body: instanceWith(options.streaming) } : notFound
    if (path === '/api/v1/instance') return { body: { uri: 'social.example', max_toot_chars: 10_000 } }
    if (path === '/api/v1/timelines/tag/acme')
      return page(
        request,
        visible()
          .filter(({ text }) => /#acme\b/i.test(text))
          .map((post) => ({ id: post.id, body: status(post) })),
      )
    if (request.headers.authorization !== `Bearer ${options.token}` && path !== '/api/v1/statuses' && !single)
      return { status: 401, body: { error: 'The access token is invalid' } }
    if (path === '/api/v1/accounts/verify_credentials') return { body: account(me) }
    if (path === '/api/v1/notifications')
      return page(
        request,
        visible()
          .filter(isMention)
          .map((post) => ({
            id: notificationId(post),
            body: notificationOf(post),
          })),
      )
    if (path === `/api/v1/accounts/id-${me}/statuses`)
      return page(
        request,
        visible()
          .filter(({ acct }) => acct === me)
          .map((post) => ({ id: post.id, body: status(post) })),
      )
    if (path === '/api/v2/search') {
      const from = Number(query.get('offset') ?? 0)
      const hits = visible().filter(({ text }) => text.toLowerCase().includes((query.get('q') ?? '').toLowerCase()))
      return { body: { statuses: hits.slice(from, from + 40).map(status), accounts: [], hashtags: [] } }
    }
    if (path === '/api/v1/statuses' && method === 'POST') return publish(request)
    if (path === '/api/v1/statuses') {
      if (options.dialect === 'other') return notFound
      return {
        body: query
          .getAll('id[]')
          .flatMap((id) => find(id) ?? [])
          .map(status),
      }
    }
    if (!single) return undefined
    const post = find(decodeURIComponent(single[1] ?? ''))
    if (!post) return notFound
    if (single[2] === '/context') return { body: { ancestors: ancestors(post).map(status), descendants: [] } }
    if (method === 'DELETE') posts.splice(posts.indexOf(post), 1)
    return { body: status(post) }
  }

  function publish(request: SeenRequest): TapeResponse {
    if (request.headers.authorization !== `Bearer ${options.token}`) return { status: 401, body: { error: 'invalid' } }
    const body = JSON.parse(request.body) as {
      status: string
      in_reply_to_id?: string
      visibility?: string
      spoiler_text?: string
    }
    const key = String(request.headers['idempotency-key'] ?? '')
    const known = byKey.get(key)
    if (known) return { body: status(known) }
    if (body.in_reply_to_id && !find(body.in_reply_to_id))
      return { status: 404, body: { error: 'The post you are trying to reply to does not appear to exist' } }
    if ([...body.status].length > 500 && options.dialect === 'mastodon')
      return { status: 422, body: { error: 'Validation failed: Text character limit of 500 exceeded' } }
    const at = options.now()
    const post = {
      id: `own-${posts.length}-${at}`,
      acct: me,
      text: body.status,
      at,
      visibleAt: at + (options.readLagMs ?? 0),
      ...(body.in_reply_to_id && { replyTo: body.in_reply_to_id }),
      ...(body.visibility && { visibility: body.visibility }),
      ...(body.spoiler_text && { spoiler: body.spoiler_text }),
    }
    posts.push(post)
    accepted.push(body)
    byKey.set(key, post)
    return { body: status(post) }
  }

  function ancestors(post: FakePost): FakePost[] {
    const parent = find(post.replyTo ?? '')
    return parent ? [...ancestors(parent), parent] : []
  }

  function page({ query }: SeenRequest, all: { id: string; body: unknown }[]): TapeResponse {
    const limit = Number(query.get('limit') ?? 20)
    const maxId = query.get('max_id')
    const from = maxId === null ? 0 : all.findIndex(({ id }) => id === maxId) + 1
    // A max_id that has been deleted still has its place: nothing of it is left to compare with here, so the end.
    if (maxId !== null && from === 0) return { body: [] }
    const bodies = all.slice(from, from + limit).map(({ body }) => body)
    return {
      body: bodies,
      ...(options.dialect === 'mastodon' && { headers: { link: '<https://social.example/next>; rel="next"' } }),
    }
  }

  function notificationOf(post: FakePost): unknown {
    return { id: notificationId(post), type: 'mention', created_at: iso(post.at), status: status(post) }
  }

  function notificationId(post: FakePost): string {
    return options.dialect === 'other' ? `${iso(post.at)}/mention/${post.id}` : `n${post.id}`
  }

  return {
    respond(request) {
      counted = counted.filter((at) => at > options.now() - 300_000)
      if (options.limit !== undefined && counted.length >= options.limit) {
        const reset = iso((counted[0] ?? options.now()) + 300_000)
        return {
          status: 429,
          headers: {
            'x-ratelimit-limit': String(options.limit),
            'x-ratelimit-remaining': '0',
            'x-ratelimit-reset': reset,
          },
          body: { error: 'Too many requests' },
        }
      }
      counted.push(options.now())
      return answer(request)
    },
    add: (post) => void posts.push({ ...post, visibleAt: post.at }),
    edit(id, text) {
      const post = find(id)
      if (post) Object.assign(post, { text, ...(options.dialect === 'mastodon' && { editedAt: options.now() }) })
    },
    remove: (id) =>
      void posts.splice(
        posts.findIndex((post) => post.id === id),
        1,
      ),
    posts: () => posts.filter(({ acct }) => acct === me).map(({ id, text }) => ({ externalId: id, text })),
    accepted,
    status: (id) => status(mustFind(id)),
    notification: (id) => notificationOf(mustFind(id)),
  }

  function mustFind(id: string) {
    const post = find(id)
    if (!post) throw new Error(`there is no post ${id}`)
    return post
  }
}

function instanceWith(streaming: string | undefined) {
  if (streaming === undefined) return instance
  return { ...instance, configuration: { ...instance.configuration, urls: { streaming } } }
}

const notFound: TapeResponse = { status: 404, body: { error: 'Record not found' } }
const instance = {
  domain: 'social.example',
  configuration: { statuses: { max_characters: 700, characters_reserved_per_url: 23 } },
}

function isMention(post: FakePost): boolean {
  return post.acct !== me && new RegExp(`@${me}\\b`).test(post.text)
}

function account(acct: string) {
  return {
    id: `id-${acct}`,
    acct,
    display_name: `The ${acct}`,
    url: `https://social.example/@${acct}`,
    avatar: 'https://social.example/a.png',
    note: `<p>Bio of ${acct}</p>`,
    followers_count: 7,
    bot: false,
    fields: [
      {
        name: 'web',
        value: '<a href="https://ann.example" rel="me">ann.example</a>',
        verified_at: '2026-01-01T00:00:00Z',
      },
    ],
  }
}

function toStatus(
  post: FakePost & { editedAt?: number },
  dialect: FakeOptions['dialect'],
  parent: FakePost | undefined,
) {
  const escaped = post.text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  // Mentions are shown without their host, as the servers do.
  const html = escaped.replace(
    /@([\w-]+)@[\w.-]+/g,
    '<span class="h-card"><a href="https://social.example/@$1">@<span>$1</span></a></span>',
  )
  return {
    id: post.id,
    uri: `https://social.example/users/${post.acct}/statuses/${post.id}`,
    url: `https://social.example/@${post.acct}/${post.id}`,
    created_at: iso(post.at),
    edited_at: post.editedAt === undefined ? null : iso(post.editedAt),
    account: account(post.acct),
    content: `<p>${html.replaceAll('\n', '<br>')}</p>`,
    spoiler_text: post.spoiler ?? '',
    visibility: post.visibility ?? 'public',
    language: dialect === 'mastodon' ? 'en' : null,
    in_reply_to_id: post.replyTo ?? null,
    in_reply_to_account_id: parent ? `id-${parent.acct}` : null,
    mentions: /@brand\b/.test(post.text) ? [{ id: `id-${me}`, acct: me }] : [],
    media_attachments: [],
    favourites_count: 1,
    replies_count: 0,
    reblogs_count: 0,
  }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
