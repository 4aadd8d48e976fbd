import { createHmac } from 'node:crypto'
import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import template from '../../../connectors/_template/index.ts'
import type { Connector, IncomingMention, Page } from '../contract.ts'
import { ConnectorError } from '../errors.ts'
import { replyChecks } from './replyChecks.ts'
import { accountChecks, shapeChecks, webhookChecks } from './otherChecks.ts'
import { readChecks } from './readChecks.ts'
import { loadTapes, respondFrom } from './tapes.ts'
import type { Fake, KitOptions } from './world.ts'

/**
 * The suite itself is under test: a connector with one known defect must fail the check that is there for it. (The
 * faultless template passes all of them in connectors/_template.)
 */
type Template = typeof template
type Config = Parameters<Template['check']>[0]['config']
type Cursor = Template['start']
type Kit = KitOptions<Config, Cursor>

const tapes = loadTapes(new URL('../../../connectors/_template/tapes/', import.meta.url))

describe('the contract suite notices', () => {
  const poll = template.poll.bind(template)

  it('a time in seconds', async () => {
    const kit = broken({
      poll: (host, cursor) =>
        mapPages(poll(host, cursor), (page) => ({
          ...page,
          items: page.items.map((item) => ({ ...item, createdAt: item.createdAt / 1000 })),
        })),
    })
    await expect(readChecks['finds items, each complete'](kit, 'poll')).rejects.toThrow('epoch ms')
  })

  it('a cursor that runs ahead of its items', async () => {
    const kit = broken({
      poll: (host, cursor) => mapPages(poll(host, cursor), (page) => ({ ...page, cursor: { after: '3' } })),
    })
    await expect(readChecks['finds the same from any page on'](kit, 'poll')).rejects.toThrow('stopped after page 1')
  })

  it('ids that change from run to run', async () => {
    const kit = broken({
      start: { after: null },
      poll: (host) =>
        mapPages(poll(host, { after: null }), (page) => ({
          ...page,
          items: page.items.map((item) => ({ ...item, externalId: host.newId() })),
        })),
    })
    await expect(readChecks['finds nothing new in a second run'](kit, 'poll')).rejects.toThrow('to deeply equal')
  })

  it('failures that are swallowed and moved past', async () => {
    const kit = broken({
      async *poll(host, cursor) {
        try {
          yield* poll(host, cursor)
        } catch {
          yield { items: [], cursor: { after: '3' }, done: true }
        }
      },
    })
    await expect(readChecks['survives every fault at every request'](kit, 'poll')).rejects.toThrow('the run must fail')
  })

  it('an error without the brand', async () => {
    const kit = broken({
      async *poll(host, cursor) {
        const response = await host.fetch(new URL('/api/posts', host.config.baseUrl))
        yield { items: ((await response.json()) as { posts: [] }).posts.slice(0, 0), cursor }
      },
    })
    await expect(readChecks['survives every fault at every request'](kit, 'poll')).rejects.toThrow(
      'a ConnectorError was expected',
    )
  })

  it('a rate limit without the time to come back', async () => {
    const kit = broken({
      poll: (host, cursor) =>
        mapErrors(poll(host, cursor), (error) =>
          error.kind === 'rate_limited' ? new ConnectorError('rate_limited', error.message) : error,
        ),
    })
    await expect(readChecks['survives every fault at every request'](kit, 'poll')).rejects.toThrow('retryAt')
  })

  it('a secret in an error message', async () => {
    const kit = broken({
      poll: (host, cursor) =>
        mapErrors(
          poll(host, cursor),
          (error) =>
            new ConnectorError(
              error.kind,
              `${error.message} ${host.config.token}`,
              error.retryAt === undefined ? {} : { retryAt: error.retryAt },
            ),
        ),
    })
    await expect(readChecks['survives every fault at every request'](kit, 'poll')).rejects.toThrow('a secret in')
  })

  it('requests that go round the host', async () => {
    const kit = broken({
      async *poll(host, cursor) {
        for (let i = 0; i < 5; i++) await goRound(new URL('/api/posts', host.config.baseUrl))
        yield { items: [], cursor }
      },
    })
    await expect(readChecks['stays within its limit in any window'](kit, 'poll')).rejects.toThrow(
      'to be less than or equal to 3',
    )
  })

  it('one bad record that spoils the page', async () => {
    const kit = broken({ poll: (host, cursor) => mapQuarantine(host, (own) => poll(own, cursor)) })
    await expect(readChecks['bears repeated, reordered, spoilt and hostile records'](kit, 'poll')).rejects.toThrow(
      'broken records',
    )
  })

  it('an item that is missed for ever because it came late', async () => {
    const kit = { ...broken({}), findsLate: true }
    await expect(readChecks['finds an item that appears late'](kit, 'poll')).rejects.toThrow('to deeply equal')
  })

  it('a key that changes with every attempt', async () => {
    const kit = broken({ reply: async (host, reply) => sendOnce(host, { ...reply, idempotencyKey: host.newId() }) })
    await expect(replyChecks['makes one post of a reply sent twice with one key'](kit)).rejects.toThrow('to be')
    await expect(replyChecks['has one post after an answer was lost'](kit)).rejects.toThrow('to be')
  })

  it('a lost answer that is called not sent', async () => {
    const kit = broken({
      reply: (host, reply) =>
        sendOnce(host, reply).catch((error: ConnectorError) => {
          throw new ConnectorError(error.kind, error.message, { notSent: true })
        }),
    })
    await expect(replyChecks['has one post after an answer was lost'](kit)).rejects.toThrow('the outcome is unknown')
  })

  it('a changed text', async () => {
    const kit = broken({
      reply: (host, reply) => sendOnce(host, { ...reply, text: reply.text.replaceAll('&', '&amp;') }),
    })
    await expect(replyChecks['sends a reply and learns its id and time'](kit)).rejects.toThrow('to deeply equal')
  })

  it('credentials that are not proved', async () => {
    const kit = broken({ check: async () => ({ account: 'acct-2', displayName: 'x' }) })
    await expect(accountChecks['proves the account'](kit)).rejects.toThrow('to be')
  })

  it('a reply that the manifest does not mention, and a secret on a tape', async () => {
    const { reply: _, ...manifest } = template.manifest
    await expect(shapeChecks['has a complete manifest'](broken({ manifest }))).rejects.toThrow('manifest.reply')
    const leaking = { ...broken({}), tapes: [{ request: { path: '/?t=planted-secret-token' }, response: {} }] }
    await expect(shapeChecks['has no secret on its tapes'](leaking)).rejects.toThrow('to be false')
  })
})

describe('the webhook checks', () => {
  const sign = (body: Uint8Array) => createHmac('sha256', 'planted-secret-token').update(body).digest('hex')
  const receive =
    (verifies: boolean): NonNullable<Connector<Config, Cursor>['webhook']> =>
    async (_host, { headers, body }) => {
      if (verifies && headers.get('x-signature') !== sign(body))
        throw new ConnectorError('auth', 'The signature is wrong.')
      return { items: [item], cursor: { after: null } }
    }
  const kit = (verifies: boolean): Kit => ({
    ...broken({ webhook: receive(verifies) }),
    webhook: () => {
      const body = Buffer.from('{"id":"1"}')
      return {
        method: 'POST',
        url: new URL('http://here/hooks/1'),
        headers: new Headers({ 'x-signature': sign(body) }),
        body,
      }
    },
  })

  it('pass for a connector that verifies', async () => {
    await webhookChecks['takes a genuine delivery, and the same again'](kit(true))
    await webhookChecks['refuses a damaged or unsigned delivery'](kit(true))
  })

  it('fail for one that believes everything', async () => {
    await webhookChecks['takes a genuine delivery, and the same again'](kit(false))
    await expect(webhookChecks['refuses a damaged or unsigned delivery'](kit(false))).rejects.toThrow('it succeeded')
  })
})

const item: IncomingMention = {
  externalId: '1',
  kind: 'post',
  text: 'x',
  createdAt: 1_790_000_000_000,
  author: { externalId: 'u', handle: 'u' },
}

function broken(defect: Partial<Connector<Config, Cursor>>): Kit {
  return {
    connector: { ...template, ...defect },
    config: (baseUrl) => ({ baseUrl, token: 'planted-secret-token' }),
    tapes,
    fake: createFake,
    account: 'acct-1',
    items: 3,
    records: (body) => (body as { posts?: unknown[] } | undefined)?.posts,
    textKeys: ['text'],
    reply: {
      text: 'Yes & "no"',
      target: { externalId: '1', kind: 'post', authorHandle: 'ada', authorExternalId: 'u1', data: {}, createdAt: 1 },
    },
  }
}

function createFake(): Fake {
  const read = respondFrom(tapes)
  const posts = new Map<string, { externalId: string; text: string }>()
  return {
    posts: () => [...posts.values()],
    respond(seen) {
      if (seen.method !== 'POST') return read(seen)
      const key = String(seen.headers['idempotency-key'])
      const { text } = JSON.parse(seen.body) as { text: string }
      const post = posts.get(key) ?? { externalId: `r${posts.size}`, text }
      posts.set(key, post)
      return { status: 201, body: { id: post.externalId, created_at: '2026-11-01T12:00:05Z' } }
    },
  }
}

function sendOnce(host: Parameters<Template['check']>[0], reply: Parameters<NonNullable<Template['reply']>>[1]) {
  if (!template.reply) throw new Error('the template replies')
  return template.reply(host, reply)
}

async function* mapPages(pages: AsyncIterable<Page<Cursor>>, change: (page: Page<Cursor>) => Page<Cursor>) {
  for await (const page of pages) yield change(page)
}

async function* mapErrors(pages: AsyncIterable<Page<Cursor>>, change: (error: ConnectorError) => ConnectorError) {
  try {
    yield* pages
  } catch (error) {
    throw change(error as ConnectorError)
  }
}

/** A connector that knows no quarantine: the first bad record ends the page. */
function mapQuarantine<H extends { quarantine(raw: unknown, error: unknown): void }>(
  host: H,
  open: (host: H) => AsyncIterable<Page<Cursor>>,
) {
  return open({
    ...host,
    quarantine: () => {
      throw new Error('broken records')
    },
  })
}

function goRound(url: URL): Promise<void> {
  return new Promise((resolve, reject) => {
    request(url, (response) => response.resume().on('end', resolve))
      .on('error', reject)
      .end()
  })
}
