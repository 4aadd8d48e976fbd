import {
  describeConnector,
  type Fake,
  loadTapes,
  respondFrom,
  type SeenRequest,
} from '../../src/connector/testkit/describe.ts'
import connector from './index.ts'

const tapes = loadTapes(new URL('./tapes/', import.meta.url))

describeConnector({
  connector,
  config: (baseUrl) => ({ baseUrl, token: 'planted-secret-token' }),
  tapes,
  fake: createFake,
  account: 'acct-1',
  items: 3,
  records: (body) => (body as { posts?: unknown[] } | undefined)?.posts,
  textKeys: ['text', 'name'],
  reply: {
    text: 'Yes, we do! 🇲🇹 <b>"quoted" & plain</b>',
    target: {
      externalId: '1',
      kind: 'post',
      authorHandle: 'ada',
      authorExternalId: 'u1',
      data: {},
      createdAt: Date.parse('2026-10-30T08:00:00Z'),
    },
  },
})

/** The tapes for reading, and a memory for replies: one post per idempotency key, like the real platform. */
function createFake(): Fake {
  const read = respondFrom(tapes)
  const byKey = new Map<string, { externalId: string; text: string }>()
  const write = ({ headers, body }: SeenRequest) => {
    const key = String(headers['idempotency-key'])
    const post = byKey.get(key) ?? {
      externalId: `r${byKey.size + 1}`,
      text: (JSON.parse(body) as { text: string }).text,
    }
    byKey.set(key, post)
    return { status: 201, body: { id: post.externalId, created_at: '2026-11-01T12:00:05Z' } }
  }
  return {
    respond: (request) => (request.method === 'POST' ? write(request) : read(request)),
    posts: () => [...byKey.values()],
  }
}
