import { describe, expect, it } from 'vitest'
import type { Host } from '../../src/connector/contract.ts'
import {
  describeConnector,
  kitStart,
  loadTapes,
  respondFrom,
  type KitOptions,
  type Responder,
  type SeenRequest,
  type TapeResponse,
} from '../../src/connector/testkit/describe.ts'
import { openWorld } from '../../src/connector/testkit/world.ts'
import type { Config, Cursor } from './config.ts'
import rss from './index.ts'

const tapes = loadTapes(new URL('./tapes/', import.meta.url))
const kit: KitOptions<Config, Cursor> = {
  connector: rss,
  config: (baseUrl) => ({ url: `${baseUrl}/feed`, words: '' }),
  tapes,
  items: 12,
  records: (body) => (typeof body === 'object' && body !== null ? (body as { items?: unknown[] }).items : undefined),
  textKeys: ['title', 'content_html', 'name'],
  findsLate: true,
}

describeConnector(kit)

describe('rss', () => {
  it('names the feed as the account', async () => {
    await within({}, async ({ host }) => {
      expect(await rss.check(host)).toEqual({
        account: host.config.url,
        displayName: 'Blog of Ann and Bob',
        url: 'https://blog.example/',
      })
    })
  })

  it('sends the validators and takes 304 for "nothing new, all read"', async () => {
    const seen: SeenRequest[] = []
    const respond = (request: SeenRequest) => {
      seen.push(request)
      return request.headers['if-none-match'] === '"v1"' ? { status: 304 } : respondFrom(tapes)(request)
    }
    await within({ respond }, async ({ host, clock }) => {
      const [first] = await poll(host)
      clock.set(kitStart + 900_000)
      const [second] = await poll(host, first?.cursor)
      expect(second).toMatchObject({ items: [], covered: { from: kitStart, to: kitStart + 900_000 } })
      expect(second?.cursor.etag).toBe('"v1"')
      expect(seen).toHaveLength(2)
    })
  })

  it('keeps a permanent redirect, follows a passing one each time', async () => {
    for (const [status, kept] of [
      [301, true],
      [302, false],
    ] as const) {
      const respond = (request: SeenRequest) =>
        request.path === '/feed'
          ? { status, headers: { location: '/new' } }
          : respondFrom(tapes)({ ...request, path: '/feed' })
      await within({ respond }, async ({ host }) => {
        const [page] = await poll(host)
        expect(page?.items).toHaveLength(12)
        expect(page?.cursor.movedTo).toBe(kept ? new URL('/new', host.config.url).href : undefined)
      })
    }
  })

  it('ends with 410, and gives up a circle of redirects', async () => {
    await within({ respond: () => ({ status: 410 }) }, async ({ host }) => {
      await expect(poll(host)).rejects.toMatchObject({ kind: 'gone' })
    })
    await within({ respond: () => ({ status: 302, headers: { location: '/feed' } }) }, async ({ host }) => {
      await expect(poll(host)).rejects.toMatchObject({
        kind: 'temporary',
        message: expect.stringContaining('redirects'),
      })
    })
  })

  it('yields a changed entry again and an unchanged one not', async () => {
    let text = 'one'
    const respond = () =>
      feed(
        `<item><guid>1</guid><title>a</title><description>${text}</description></item><item><guid>2</guid><title>b</title></item>`,
      )
    await within({ respond }, async ({ host, clock }) => {
      const [first] = await poll(host)
      text = 'two'
      clock.set(kitStart + 900_000)
      const [second] = await poll(host, first?.cursor)
      expect(first?.items).toHaveLength(2)
      // An entry without a date keeps the time of its first sight.
      expect(second?.items).toMatchObject([{ title: 'a', text: 'two', createdAt: kitStart }])
    })
  })

  it('reports a feed that was replaced between two readings', async () => {
    let id = 1
    const respond = () => feed(`<item><guid>${id}</guid><title>x</title></item>`)
    await within({ respond }, async ({ host, clock }) => {
      const [first] = await poll(host)
      id = 50
      clock.set(kitStart + 900_000)
      const [second] = await poll(host, first?.cursor)
      expect(second?.gap).toMatchObject({ from: kitStart, to: kitStart + 900_000 })
      expect(second?.covered).toBeUndefined()
    })
  })

  it('waits as long as the publisher asks (ttl, max-age), at most a day', async () => {
    let requests = 0
    const respond = () => {
      requests++
      return {
        ...feed('<ttl>120</ttl><item><guid>1</guid><title>x</title></item>'),
        headers: { 'cache-control': 'public, max-age=60' },
      }
    }
    await within({ respond }, async ({ host, clock }) => {
      const [first] = await poll(host)
      clock.set(kitStart + 119 * 60_000)
      expect(await poll(host, first?.cursor)).toMatchObject([{ items: [] }])
      expect(requests).toBe(1)
      clock.set(kitStart + 121 * 60_000)
      await poll(host, first?.cursor)
      expect(requests).toBe(2)
    })
  })

  it('keeps only entries with the words, and starts afresh when the address changes', async () => {
    const respond = () =>
      feed('<item><guid>1</guid><title>Acme!</title></item><item><guid>2</guid><title>else</title></item>')
    await within({ respond, words: 'acme' }, async ({ host }) => {
      const [page] = await poll(host)
      expect(page?.items.map(({ title }) => title)).toEqual(['Acme!'])
      const other = { ...host, config: { ...host.config, url: `${host.config.url}?other` } }
      expect((await poll(other, page?.cursor))[0]?.items).toHaveLength(1)
    })
  })

  it('sets broken entries aside and keeps the rest', async () => {
    const respond = () => ({
      body: '<rss version="2.0"><channel><item><guid>1</guid><title>good</title></item><item><guid>2</guid><title>cut of',
    })
    await within({ respond }, async ({ host, quarantined }) => {
      const [page] = await poll(host)
      expect(page?.items).toHaveLength(1)
      expect(page?.warnings).toHaveLength(1)
      expect(quarantined).toHaveLength(1)
    })
  })
})

function feed(inner: string): TapeResponse {
  return { body: `<rss version="2.0"><channel>${inner}</channel></rss>` }
}

async function poll(host: Host<Config>, from: Cursor = rss.start) {
  const pages = []
  for await (const page of rss.poll(host, from)) pages.push(page)
  return pages
}

async function within(
  { respond = respondFrom(tapes), words = '' }: { respond?: Responder; words?: string },
  work: (world: Awaited<ReturnType<typeof openWorld<Config, Cursor>>>) => Promise<void>,
): Promise<void> {
  const config = (baseUrl: string) => ({ url: `${baseUrl}/feed`, words })
  const world = await openWorld({
    ...kit,
    config,
    fake: () => ({ respond }),
  })
  try {
    await work(world)
  } finally {
    await world.close()
  }
}
