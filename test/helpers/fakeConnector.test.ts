import { describeConnector, type Fake, type SeenRequest } from '../../src/connector/testkit/describe.ts'
import { fakeConnector } from './fakeConnector.ts'
import { fakeDefaults } from './fakePlatform.ts'
import { createFakeState } from './fakePlatformState.ts'

describeConnector({
  connector: fakeConnector,
  config: (baseUrl) => ({ baseUrl, overlapMs: 600_000 }),
  fake: createFake,
  account: 'own',
  items: 45,
  records: (body) => (body as { items?: unknown[] } | undefined)?.items,
  textKeys: ['text', 'name'],
  findsLate: true,
  reply: {
    text: 'It does hum, yes. 🙂 <b>Sorry</b>',
    target: {
      externalId: 'm1000002',
      kind: 'mention',
      authorHandle: 'p',
      authorExternalId: 'a',
      data: {},
      createdAt: 0,
    },
  },
})

/** The memory of the fake platform without its HTTP server: the kit brings its own. */
function createFake(clock: { now(): number }): Fake {
  const state = createFakeState({ ...fakeDefaults, mentions: 45, history: 45, everyMs: 1000, readLagMs: 500 }, () =>
    clock.now(),
  )
  const respond = ({ method, path, query, body }: SeenRequest) => {
    if (path === '/me') return { body: { id: 'own', name: 'Tamsel' } }
    if (path === '/mentions') return { body: state.list(query.get('before') ?? undefined, 20) }
    if (path !== '/replies') return undefined
    if (method === 'GET') return { body: { items: state.visiblePosts(query.get('parent') ?? '') } }
    const { parentId, text } = JSON.parse(body) as { parentId: string; text: string }
    return { status: 201, body: state.post(parentId, text, undefined) }
  }
  return { respond, posts: () => state.allPosts().map(({ id, text }) => ({ externalId: id, text })) }
}
