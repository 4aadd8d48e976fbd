import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { request as httpsRequest } from 'node:https'
import { gzipSync, brotliCompressSync, deflateSync, zstdCompressSync, createGzip } from 'node:zlib'
import { TwitterApi } from 'twitter-api-v2'
import { afterEach, describe, expect, it } from 'vitest'
import { ConnectorError } from '../src/domain/connectorError.ts'
import { addressMatches, kindOfAddress } from '../src/egress/address.ts'
import { failureOf } from '../src/egress/failures.ts'
import { goesDirect } from '../src/egress/proxy.ts'
import { createEgress, type EgressOptions } from '../src/egress/egress.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

describe('address', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.1.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.168.1.1',
    '198.18.0.1',
    '203.0.113.9',
    '224.0.0.1',
    '239.255.255.250',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::127.0.0.1',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    'fec0::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:c0a8:0101',
    '64:ff9b::127.0.0.1',
    '64:ff9b::a00:1',
    '64:ff9b:1::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    '100::1',
    '5f00::1',
  ])('refuses %s', (address) => {
    expect(kindOfAddress(address)).toBe('private')
  })
  it.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808'])(
    'allows %s',
    (address) => {
      expect(kindOfAddress(address)).toBe('public')
    },
  )
  it.each(['169.254.169.254', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', 'fd00:ec2::254', '100.100.100.200'])(
    'knows the metadata service %s',
    (address) => {
      expect(kindOfAddress(address)).toBe('metadata')
    },
  )
  it('matches networks and never across families', () => {
    expect(addressMatches('10.1.2.3', '10.0.0.0/8')).toBe(true)
    expect(addressMatches('11.1.2.3', '10.0.0.0/8')).toBe(false)
    expect(addressMatches('::1', '0.0.0.0/0')).toBe(false)
    expect(addressMatches('10.1.2.3', 'intranet')).toBe(false)
  })
})

describe('egress guard', () => {
  it('reaches the canary when allowed: the premise of every refusal below', async () => {
    const canary = await serve((_request, response) => response.end('hit'))
    const answer = await egress({ allowPrivate: ['127.0.0.1'] }).fetch(canary.url)
    expect(await answer.text()).toBe('hit')
    expect(canary.hits()).toBe(1)
  })

  it('reaches no private address in whatever way it is written', async () => {
    const canary = await serve((_request, response) => response.end('hit'))
    const { port } = new URL(canary.url)
    const out = egress({ allowPrivate: false })
    const hosts = [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0x7f.0.0.1',
      '0177.0.0.1',
      '017700000001',
      '127.0.0.1.',
      '①②⑦.0.0.1',
      '0',
      '0.0.0.0',
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::127.0.0.1]',
      '[64:ff9b::127.0.0.1]',
      'localhost',
      'LOCALHOST',
      '%6cocalhost',
    ]
    for (const host of hosts) {
      const failure = await failed(out.fetch(`http://${host}:${port}/`))
      expect(failure, host).toMatchObject({ kind: 'rejected', notSent: true })
      expect(failure.message).toContain('EARSHOT_ALLOW_PRIVATE')
    }
    // Whether this one is a name at all depends on the machine.
    await failed(out.fetch(`http://localhost.:${port}/`))
    expect(canary.hits()).toBe(0)
  })

  it('dials the address it checked, even when the name server changes its mind', async () => {
    const canary = await serve((_request, response) => response.end('hit'))
    const { port } = new URL(canary.url)
    let asked = 0
    const rebinding: LookupFunction = (_host, _options, done) =>
      done(null, [{ address: asked++ === 0 ? '203.0.114.1' : '127.0.0.1', family: 4 }])
    const out = egress({ allowPrivate: false, lookup: rebinding, connectTimeoutMs: 200 })
    await failed(out.fetch(`http://rebind.example:${port}/`, { timeoutMs: 400 }))
    expect(asked).toBe(1)
    expect(await failed(out.fetch(`http://rebind.example:${port}/`))).toMatchObject({ kind: 'rejected', notSent: true })
    expect(canary.hits()).toBe(0)
  })

  it('uses the public address of a name that also has a private one', async () => {
    const seen: string[] = []
    const mixed: LookupFunction = (host, _options, done) => {
      seen.push(host)
      done(null, [
        { address: '127.0.0.1', family: 4 },
        { address: '203.0.114.1', family: 4 },
      ])
    }
    const canary = await serve((_request, response) => response.end('hit'))
    await failed(
      egress({ allowPrivate: false, lookup: mixed, connectTimeoutMs: 200 }).fetch(
        `http://mixed.example:${new URL(canary.url).port}/`,
        { timeoutMs: 400 },
      ),
    )
    expect(seen).toEqual(['mixed.example'])
    expect(canary.hits()).toBe(0)
  })

  it('refuses the metadata service even where private addresses are allowed', async () => {
    expect(await failed(egress({ allowPrivate: true }).fetch('http://169.254.169.254/latest/'))).toMatchObject({
      kind: 'rejected',
    })
  })

  it('allows a listed name only', async () => {
    const canary = await serve((_request, response) => response.end('hit'))
    const { port } = new URL(canary.url)
    const lookup: LookupFunction = (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }])
    const out = egress({ allowPrivate: [`intranet.example:${port}`], lookup })
    expect((await out.fetch(`http://intranet.example:${port}/`)).status).toBe(200)
    expect((await failed(out.fetch(`http://other.example:${port}/`))).message).toContain(
      'other.example leads to the private address 127.0.0.1',
    )
    expect(canary.hits()).toBe(1)
  })

  it.each([
    'ftp://example.com/',
    'file:///etc/passwd',
    'data:text/plain,x',
    'gopher://example.com/',
    'http://user:pw@example.com/',
    'not a url',
  ])('refuses %s', async (url) => {
    expect(await failed(egress({ allowPrivate: true }).fetch(url))).toMatchObject({ kind: 'rejected', notSent: true })
  })
})

describe('egress redirects', () => {
  it('checks every hop', async () => {
    const canary = await serve((_request, response) => response.end('hit'))
    const front = await serve((request, response) => {
      const target = request.url === '/literal' ? canary.url : canary.url.replace('127.0.0.1', 'inside.example')
      response.writeHead(302, { location: target }).end()
    })
    const base = front.url.replace('127.0.0.1', 'public.example')
    const out = egress({ allowPrivate: ['public.example'], lookup: loopback })
    for (const path of ['literal', 'name'])
      expect(await failed(out.fetch(base + path)), path).toMatchObject({ kind: 'temporary', notSent: false })
    expect(front.hits()).toBe(2)
    expect(canary.hits()).toBe(0)
    await egress({ allowPrivate: ['public.example', '127.0.0.1'], lookup: loopback }).fetch(`${base}literal`)
    expect(canary.hits()).toBe(1)
  })

  it('follows five and no more', async () => {
    const front = await serve((request, response) => {
      const left = Number(request.url?.slice(1))
      if (left > 0) response.writeHead(302, { location: `/${left - 1}` }).end()
      else response.end('there')
    })
    const out = egress({ allowPrivate: true })
    const answer = await out.fetch(`${front.url}5`)
    expect(await answer.text()).toBe('there')
    expect(answer.url).toBe(`${front.url}0`)
    expect((await failed(out.fetch(`${front.url}6`))).message).toContain('redirects in circles')
  })

  it('takes no credentials to another origin', async () => {
    const seen: IncomingMessage['headers'][] = []
    const target = await serve((request, response) => {
      seen.push(request.headers)
      response.end()
    })
    const front = await serve((request, response) =>
      response
        .writeHead(request.url === '/same' ? 302 : 307, { location: request.url === '/same' ? '/away' : target.url })
        .end(),
    )
    await egress({ allowPrivate: true }).fetch(`${front.url}same`, {
      headers: { Authorization: 'Bearer secret', Cookie: 'a=b', 'X-Api-Key': 'k', Accept: 'text/html' },
    })
    expect(seen).toHaveLength(1)
    expect(JSON.stringify(seen)).not.toMatch(/secret|a=b|x-api-key/i)
    expect(seen[0]?.accept).toBe('text/html')
  })

  it('turns a POST into a GET on 302 and keeps it on 307, but not to another host', async () => {
    const seen: string[] = []
    const away = await serve((_request, response) => response.end())
    const front = await serve((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers['content-type'] ?? '-'}`)
      if (request.url === '/302') response.writeHead(302, { location: '/done' }).end()
      else if (request.url === '/307') response.writeHead(307, { location: '/done' }).end()
      else if (request.url === '/away') response.writeHead(307, { location: away.url }).end()
      else response.end()
    })
    const post = (path: string) =>
      egress({ allowPrivate: true }).fetch(`${front.url}${path}`, {
        method: 'POST',
        body: 'x',
        headers: { 'content-type': 'text/plain' },
      })
    await post('302')
    await post('307')
    expect(seen).toEqual(['POST /302 text/plain', 'GET /done -', 'POST /307 text/plain', 'POST /done text/plain'])
    expect(await failed(post('away'))).toMatchObject({ kind: 'temporary', notSent: false })
    expect(away.hits()).toBe(0)
  })

  it('hands out the redirect itself when asked', async () => {
    const front = await serve((_request, response) => response.writeHead(302, { location: '/x' }).end())
    expect(
      (await egress({ allowPrivate: true }).fetch(front.url, { redirect: 'manual' })).headers.get('location'),
    ).toBe('/x')
  })
})

describe('egress limits', () => {
  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['identity', (text: string) => Buffer.from(text)],
  ] as const)('reads %s', async (coding, pack) => {
    const front = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': coding }).end(pack('grüße')),
    )
    const answer = await egress({ allowPrivate: true }).fetch(front.url)
    expect(await answer.text()).toBe('grüße')
    expect(answer.headers.get('content-encoding')).toBeNull()
  })

  it('stops a bomb of 300 MB at the cap without holding it in memory', async () => {
    const front = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      const gzip = createGzip()
      gzip.on('error', () => {})
      gzip.pipe(response)
      response.on('close', () => gzip.destroy())
      const block = Buffer.alloc(1_000_000)
      let left = 300
      const more = () => {
        while (left-- > 0) if (!gzip.write(block)) return void gzip.once('drain', more)
        gzip.end()
      }
      more()
    })
    const before = process.memoryUsage().rss
    const failure = await failed(egress({ allowPrivate: true }).fetch(front.url))
    expect(failure).toMatchObject({ kind: 'temporary' })
    expect(failure.message).toContain('larger than 5 MB')
    // Server and client share this process; the expanded bomb would be 300 MB.
    expect(process.memoryUsage().rss - before).toBeLessThan(120_000_000)
  })

  it('refuses a chain of codings and unknown ones', async () => {
    const front = await serve((request, response) =>
      response.writeHead(200, { 'content-encoding': request.url === '/chain' ? 'gzip, gzip, gzip' : 'lzma' }).end('x'),
    )
    expect((await failed(egress({ allowPrivate: true }).fetch(`${front.url}chain`))).message).toContain('3 times over')
    expect((await failed(egress({ allowPrivate: true }).fetch(front.url))).message).toContain('"lzma"')
  })

  it('names half bodies, damaged packing, slow answers and resets, and calls their outcome unknown', async () => {
    const front = await serve((request, response) => {
      if (request.url === '/half')
        response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy())
      else if (request.url === '/packed')
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(1000)).subarray(0, 15))
      else if (request.url === '/rubbish') response.writeHead(200, { 'content-encoding': 'gzip' }).end('rubbish')
      else if (request.url === '/reset') request.socket.destroy()
      else if (request.url === '/drip') response.writeHead(200).write('a')
    })
    for (const path of ['half', 'packed', 'rubbish', 'reset', 'drip', 'silent']) {
      const failure = await failed(
        egress({ allowPrivate: true }).fetch(`${front.url}${path}`, { timeoutMs: 300, method: 'POST', body: 'x' }),
      )
      expect(failure, path).toMatchObject({ kind: 'temporary', notSent: false })
      expect(failure.message, path).toContain('127.0.0.1')
    }
  })

  it('says that nothing was sent when the connection was refused or the name is unknown', async () => {
    const front = await serve(() => {})
    const { url } = front
    await front.close()
    expect(await failed(egress({ allowPrivate: true }).fetch(url, { method: 'POST', body: 'x' }))).toMatchObject({
      kind: 'temporary',
      notSent: true,
    })
    const unknown: LookupFunction = (_host, _options, done) =>
      done(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), [])
    const failure = await failed(egress({ allowPrivate: true, lookup: unknown }).fetch('http://nobody.example/'))
    expect(failure).toMatchObject({
      kind: 'temporary',
      notSent: true,
      message: 'nobody.example is not a known host name.',
    })
  })

  it('throws the reason of the caller when the caller stops', async () => {
    const front = await serve(() => {})
    const stop = new AbortController()
    const running = egress({ allowPrivate: true }).fetch(front.url, { signal: stop.signal })
    stop.abort(new Error('shutting down'))
    await expect(running).rejects.toThrow('shutting down')
  })
})

describe('egress behind a proxy', () => {
  it('sends requests through it and still refuses private targets', async () => {
    const seen: string[] = []
    const proxy = createServer((request, response) => {
      seen.push(request.url ?? '')
      response.end('from the proxy')
    })
    const { url } = await listen(proxy)
    const lookup: LookupFunction = (host, _options, done) =>
      host === 'public.example'
        ? done(Object.assign(new Error('no dns here'), { code: 'ENOTFOUND' }), [])
        : done(null, [{ address: '10.0.0.1', family: 4 }])
    const out = egress({ allowPrivate: false, lookup, proxyFromEnv: { HTTP_PROXY: url, NO_PROXY: 'direct.example' } })
    expect(await (await out.fetch('http://public.example/path')).text()).toBe('from the proxy')
    expect(await failed(out.fetch('http://inside.example/'))).toMatchObject({ kind: 'rejected' })
    expect(await failed(out.fetch('http://127.0.0.1/'))).toMatchObject({ kind: 'rejected' })
    expect(await failed(out.fetch('http://direct.example/'))).toMatchObject({ kind: 'rejected' })
    expect(seen).toEqual(['http://public.example/path'])
  })

  it('opens a tunnel for https', async () => {
    const tunnels: string[] = []
    const proxy = createServer()
    proxy.on('connect', (request, socket) => {
      tunnels.push(request.url ?? '')
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    })
    const { url } = await listen(proxy)
    const nowhere: LookupFunction = (_host, _options, done) =>
      done(Object.assign(new Error('no dns here'), { code: 'ENOTFOUND' }), [])
    const out = egress({ allowPrivate: false, lookup: nowhere, proxyFromEnv: { HTTPS_PROXY: url } })
    expect(await failed(out.fetch('https://public.example/'))).toMatchObject({ kind: 'temporary' })
    expect(tunnels).toEqual(['public.example:443'])
  })
})

describe('NO_PROXY', () => {
  it.each([
    ['*', 'a.example', true],
    ['a.example', 'a.example', true],
    ['a.example', 'sub.a.example', true],
    ['.a.example, b.example', 'B.example.', true],
    ['*.a.example', 'sub.a.example', true],
    ['a.example', 'nota.example', false],
    ['a.example:80', 'a.example', false],
    ['a.example:443', 'a.example', true],
    ['', 'a.example', false],
  ])('%s and %s: direct is %s', (noProxy, host, direct) => {
    expect(goesDirect(host, 443, { noProxy, httpProxy: '', httpsProxy: 'http://proxy' })).toBe(direct)
  })
})

describe('agent behind a proxy', () => {
  it('opens a tunnel through it and still refuses private targets', async () => {
    const tunnels: string[] = []
    const proxy = createServer()
    proxy.on('connect', (request, socket) => {
      tunnels.push(request.url ?? '')
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    })
    const { url } = await listen(proxy)
    const lookup: LookupFunction = (host, _options, done) =>
      done(null, [{ address: host === 'public.example' ? '203.0.114.1' : '10.0.0.1', family: 4 }])
    const env = { HTTPS_PROXY: url, NO_PROXY: '.direct.example:443' }
    const agent = egress({ allowPrivate: false, lookup, proxyFromEnv: env }).agent()
    await expect(get('https://public.example/', agent)).rejects.toThrow('tunnel')
    for (const host of ['10.0.0.1', 'inside.example', 'a.direct.example'])
      await expect(get(`https://${host}/`, agent), host).rejects.toMatchObject({ kind: 'rejected' })
    expect(tunnels).toEqual(['public.example:443'])
  })
})

describe('agent under twitter-api-v2', () => {
  const client = (agent: ReturnType<ReturnType<typeof createEgress>['agent']>) =>
    new TwitterApi('bearer-token', { httpAgent: agent }).v2

  it('reaches the test double, and its failures come out as ours', async () => {
    const seen: string[] = []
    const front = await serve((request, response) => {
      seen.push(`${request.headers.host}${request.url}`)
      if (request.url?.includes('/2')) response.setHeader('content-type', 'application/json')
      if (request.url?.endsWith('silent')) return
      response.end('{"data":{"id":"1","text":"hi"}}')
    })
    const out = egress({ allowPrivate: ['127.0.0.1'] })
    const answer = await client(out.agent({ baseUrl: front.url })).get('tweets/1')
    expect(answer).toEqual({ data: { id: '1', text: 'hi' } })
    expect(seen).toEqual(['api.x.com/2/tweets/1'])
    const url = new URL('https://api.x.com/')
    const silent = await thrown(client(out.agent({ baseUrl: front.url, timeoutMs: 200 })).get('silent'))
    expect(failureOf(silent, url)).toMatchObject({ kind: 'temporary', notSent: false })
    const refused = await thrown(client(egress({ allowPrivate: false }).agent({ baseUrl: front.url })).get('tweets/1'))
    expect(failureOf(refused, url)).toMatchObject({ kind: 'rejected', notSent: true })
    const limited = async () => {
      throw new ConnectorError('rate_limited', 'wait', { retryAt: 5 })
    }
    const waiting = await thrown(client(out.agent({ baseUrl: front.url, beforeConnect: limited })).get('tweets/1'))
    expect(failureOf(waiting, url)).toMatchObject({ kind: 'rate_limited', retryAt: 5 })
  })
})

describe('agent', () => {
  it('sends a client that insists on https to the plain address of baseUrl', async () => {
    const front = await serve((request, response) => response.end(`${request.headers.host}${request.url}`))
    const agent = egress({ allowPrivate: ['127.0.0.1'] }).agent({ baseUrl: front.url })
    expect(await get('https://api.x.com/2/tweets', agent)).toBe('api.x.com/2/tweets')
  })

  it('refuses private addresses, also as the plain address', async () => {
    const canary = await serve((_request, response) => response.end('hit'))
    const out = egress({ allowPrivate: false, lookup: loopback })
    await expect(get('https://127.0.0.1:1/', out.agent())).rejects.toMatchObject({ kind: 'rejected', notSent: true })
    await expect(get('https://rebind.example:1/', out.agent())).rejects.toMatchObject({
      kind: 'rejected',
      notSent: true,
    })
    await expect(get('https://api.x.com/', out.agent({ baseUrl: canary.url }))).rejects.toMatchObject({
      kind: 'rejected',
    })
    expect(canary.hits()).toBe(0)
  })

  it('asks for a token before each request', async () => {
    const front = await serve((_request, response) => response.end('x'))
    let asked = 0
    const agent = egress({ allowPrivate: true }).agent({
      baseUrl: front.url,
      beforeConnect: async () => {
        if (++asked > 2) throw new ConnectorError('rate_limited', 'wait', { retryAt: 1 })
      },
    })
    await get('https://api.x.com/1', agent)
    await get('https://api.x.com/2', agent)
    await expect(get('https://api.x.com/3', agent)).rejects.toMatchObject({ kind: 'rate_limited' })
    expect(front.hits()).toBe(2)
  })
})

const loopback: LookupFunction = (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }])

function egress(options: Partial<EgressOptions> & Pick<EgressOptions, 'allowPrivate'>) {
  const made = createEgress({ userAgent: 'Earshot test', ...options })
  closing.unshift(() => made.close())
  return made
}

async function thrown(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'it succeeded',
    (error: unknown) => error,
  )
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
  return { ...(await listen(server)), hits: () => hits }
}

async function listen(server: Server) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  closing.push(close)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close }
}

function get(url: string, agent: ReturnType<ReturnType<typeof createEgress>['agent']>): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(url, { agent }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve(text))
    })
    request.on('error', reject)
    request.end()
  })
}
