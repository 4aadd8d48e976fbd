import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createEgress } from '../egress/egress.ts'
import type { Connector } from './contract.ts'
import { defineConnector } from './define.ts'
import { ConnectorError } from './errors.ts'
import { createHost, type HostOptions } from './host.ts'
import { createMemoryRateStore } from './rateStore.ts'
import { failFromResponse, rateSignalsOf } from './responses.ts'
import { createMemorySessionStore } from './sessionStore.ts'

const start = 1_800_000_000_000
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

describe('host', () => {
  it('waits for a token that comes soon and refuses with the time when it comes late', async () => {
    const server = await serve((_request, response) => response.end('x'))
    const { host, clock } = setUp({ limits: [{ requests: 2, perSeconds: 1, scope: 'account' }] })
    for (let i = 0; i < 5; i++) await host.fetch(server.url)
    expect(clock.now() - start).toBeGreaterThanOrEqual(2_000)
    const slow = setUp({ limits: [{ requests: 1, perSeconds: 60, scope: 'account' }] })
    await slow.host.fetch(server.url)
    expect(await failed(slow.host.fetch(server.url))).toMatchObject({
      kind: 'rate_limited',
      retryAt: start + 60_001,
      notSent: true,
    })
    expect(server.hits()).toBe(6)
  })

  it('shares a connector-wide limit between sources and keeps account limits apart', async () => {
    const server = await serve((_request, response) => response.end('x'))
    const rateStore = createMemoryRateStore()
    const shared = [{ requests: 1, perSeconds: 60, scope: 'connector' as const }]
    await setUp({ limits: shared, rateStore, sourceId: 'a' }).host.fetch(server.url)
    expect(await failed(setUp({ limits: shared, rateStore, sourceId: 'b' }).host.fetch(server.url))).toMatchObject({
      kind: 'rate_limited',
    })
    const own = [{ requests: 1, perSeconds: 60, scope: 'account' as const }]
    const fresh = createMemoryRateStore()
    await setUp({ limits: own, rateStore: fresh, sourceId: 'a' }).host.fetch(server.url)
    expect((await setUp({ limits: own, rateStore: fresh, sourceId: 'b' }).host.fetch(server.url)).status).toBe(200)
  })

  it('obeys the limits of the source before those of the manifest', async () => {
    const server = await serve((_request, response) => response.end('x'))
    const { host } = setUp({
      limits: [{ requests: 1, perSeconds: 60, scope: 'account' }],
      own: [{ requests: 3, perSeconds: 60, scope: 'account' }],
    })
    for (let i = 0; i < 3; i++) await host.fetch(server.url)
    expect(await failed(host.fetch(server.url))).toMatchObject({ kind: 'rate_limited' })
  })

  it('sends nothing more after a 429 until the time the platform gave', async () => {
    const server = await serve((_request, response) => response.writeHead(429, { 'retry-after': '120' }).end())
    const { host } = setUp()
    const response = await host.fetch(server.url)
    expect(rateSignalsOf(response)).toEqual({ retryAt: start + 120_000 })
    expect(await failed(failFromResponse(response, { what: 'reading' }))).toMatchObject({
      kind: 'rate_limited',
      retryAt: start + 120_000,
    })
    expect(await failed(host.fetch(server.url))).toMatchObject({ kind: 'rate_limited', retryAt: start + 120_000 })
    expect(server.hits()).toBe(1)
  })

  it('reads the wait out of a body and stops when the answer says that none remain', async () => {
    const server = await serve((request, response) =>
      request.url === '/body'
        ? response.writeHead(429, { 'content-type': 'application/json' }).end('{"retry_after": 9.5}')
        : response.writeHead(200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '30' }).end(),
    )
    expect(rateSignalsOf(await setUp().host.fetch(`${server.url}body`)).retryAt).toBe(start + 9_500)
    const { host } = setUp()
    await host.fetch(server.url)
    expect(await failed(host.fetch(server.url))).toMatchObject({ kind: 'rate_limited', retryAt: start + 30_000 })
  })

  it('waits longer after each unexplained 429', async () => {
    const server = await serve((_request, response) => response.writeHead(429).end())
    expect(rateSignalsOf(await setUp({ failures: 2 }).host.fetch(server.url)).retryAt).toBe(start + 240_000)
  })

  it('keeps secrets out of the log and of quarantine', async () => {
    const { host, lines, quarantined } = setUp()
    host.log.warn('token s3cr3t-t0ken refused', {
      url: `https://x.example/?t=${encodeURIComponent('s3cr3t-t0ken')}`,
      deep: [{ basic: Buffer.from('s3cr3t-t0ken').toString('base64') }],
    })
    host.quarantine({ text: 'with s3cr3t-t0ken' }, new Error('s3cr3t-t0ken'))
    expect(lines).toHaveLength(1)
    expect(quarantined).toHaveLength(1)
    expect(JSON.stringify([lines, quarantined])).not.toContain('s3cr3t')
    expect(JSON.stringify([lines, quarantined])).not.toContain(Buffer.from('s3cr3t-t0ken').toString('base64'))
  })

  it('names the fields of a config that does not fit', () => {
    const thrown = catchError(() => setUp({ config: { baseUrl: 'nonsense', token: 'x' } }))
    expect(thrown).toMatchObject({ kind: 'rejected' })
    expect(String(thrown)).toContain('baseUrl')
  })

  it('serialises changes of the session of a source', async () => {
    const { host } = setUp()
    const seen: unknown[] = []
    await Promise.all(
      [1, 2, 3].map((step) =>
        host.session.update(async (current) => {
          seen.push(current)
          await Promise.resolve()
          return step
        }),
      ),
    )
    expect(seen).toEqual([undefined, 1, 2])
    expect(await host.session.get()).toBe(3)
  })

  it('stops a request when the run is stopped', async () => {
    const server = await serve(() => {})
    const stop = new AbortController()
    const { host } = setUp({ signal: stop.signal })
    const running = host.fetch(server.url)
    stop.abort(new Error('stopping'))
    await expect(running).rejects.toThrow('stopping')
  })
})

describe('failFromResponse', () => {
  it.each([
    [401, {}, 'auth'],
    [403, {}, 'auth'],
    [403, { forbidden: 'rejected' }, 'rejected'],
    [404, {}, 'rejected'],
    [410, { missing: 'gone' }, 'gone'],
    [422, {}, 'rejected'],
    [429, {}, 'rate_limited'],
    [408, {}, 'temporary'],
    [500, {}, 'temporary'],
    [503, {}, 'temporary'],
  ] as const)('%i with %o is %s', async (status, options, kind) => {
    const response = new Response('{"error":"because","error_description":"the words"}', { status })
    const failure = await failed(failFromResponse(response, { what: 'reading posts', ...options }))
    expect(failure).toMatchObject({ kind, notSent: kind === 'rate_limited' })
    expect(failure.message).toMatch(/^Reading posts failed: .*the words/)
  })

  it('shows no markup of an error page and no long texts', async () => {
    const page = await failed(failFromResponse(new Response('<h1>502</h1>', { status: 502 }), { what: 'it' }))
    expect(page.message).not.toContain('<')
    const long = await failed(
      failFromResponse(new Response(JSON.stringify({ message: 'x'.repeat(10_000) }), { status: 400 }), { what: 'it' }),
    )
    expect(long.message.length).toBeLessThan(320)
  })
})

interface SetUp {
  limits?: Connector['manifest']['limits']
  own?: Connector['manifest']['limits']
  rateStore?: HostOptions<unknown>['rateStore']
  sourceId?: string
  config?: unknown
  failures?: number
  signal?: AbortSignal
}

function setUp(options: SetUp = {}) {
  let now = start
  const lines: unknown[] = []
  const quarantined: unknown[] = []
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms
    },
  }
  const egress = createEgress({ allowPrivate: true, userAgent: 'Earshot test' })
  closing.push(() => egress.close())
  const host = createHost({
    connector: exampleConnector(options.limits ?? []),
    source: {
      id: options.sourceId ?? 'source-1',
      config: options.config ?? { baseUrl: 'https://platform.example', token: 's3cr3t-t0ken' },
      ...(options.own ? { limits: options.own } : {}),
    },
    egress,
    rateStore: options.rateStore ?? createMemoryRateStore(),
    sessionStore: createMemorySessionStore(),
    clock,
    log: { info: (...line) => lines.push(line), warn: (...line) => lines.push(line) },
    newId: () => 'id',
    signal: options.signal ?? new AbortController().signal,
    onQuarantine: (record) => quarantined.push(record),
    ...(options.failures === undefined ? {} : { failures: options.failures }),
  })
  return { host, clock, lines, quarantined }
}

function exampleConnector(limits: Connector['manifest']['limits']) {
  return defineConnector({
    manifest: {
      id: 'example',
      name: 'Example',
      homepage: 'https://platform.example',
      kind: 'social',
      quality: 'bronze',
      summary: 'For tests.',
      keyless: false,
      limits,
      interval: { default: 60, min: 10 },
      policy: { identityLink: 'allowed', exportable: true },
    },
    config: z.object({ baseUrl: z.url(), token: z.string().meta({ title: 'Token', help: 'A token.', secret: true }) }),
    cursor: z.object({}),
    start: {},
    check: async () => ({ account: 'a', displayName: 'A' }),
    async *poll() {},
  })
}

function catchError(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

async function failed(work: Promise<unknown>): Promise<ConnectorError> {
  const outcome = await work.then(
    () => 'it succeeded',
    (error: unknown) => error,
  )
  if (!(outcome instanceof ConnectorError)) throw new Error(`expected a ConnectorError, got ${String(outcome)}`)
  return outcome
}

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => unknown) {
  let hits = 0
  const server = createServer((request, response) => {
    hits++
    handler(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  )
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, hits: () => hits }
}
