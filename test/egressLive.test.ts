import type { LookupFunction } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { ConnectorError } from '../src/domain/connectorError.ts'
import { createEgress } from '../src/egress/egress.ts'
import type { LiveRequest, OpenedSocket } from '../src/egress/live.ts'
import { createParser } from '../src/egress/socket.ts'
import { frame, startSocketServer, type ServerSocket, type SocketServerOptions } from './helpers/socketServer.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

function egress(allowPrivate: boolean | string[], lookup?: LookupFunction) {
  const made = createEgress({
    userAgent: 'Earshot test',
    allowPrivate,
    connectTimeoutMs: 200,
    ...(lookup ? { lookup } : {}),
  })
  closing.push(() => made.close())
  return made
}

async function serve(onSocket: (socket: ServerSocket) => void, more: Partial<SocketServerOptions> = {}) {
  const server = await startSocketServer({ onSocket, ...more })
  closing.push(() => server.close())
  return server
}

async function socketTo(url: string, init: LiveRequest = {}) {
  const opened = await egress(true).openSocket(url, init)
  if (!opened.ok) throw new Error(`refused with ${opened.response.status}`)
  return opened.socket
}

async function readAll(opened: Awaited<ReturnType<typeof socketTo>>) {
  const messages: (string | Uint8Array)[] = []
  const error = await (async () => {
    for await (const some of opened.messages) messages.push(...some)
  })().then(
    () => undefined,
    (failure: unknown) => failure,
  )
  return { messages, error: error as ConnectorError & { cause?: unknown } }
}

function failureOf(work: () => void): unknown {
  try {
    work()
    return undefined
  } catch (error) {
    return error
  }
}

describe('guard of streams', () => {
  it('opens nothing at a private address, however it is written, and says how to allow it', async () => {
    let hits = 0
    const server = await serve(() => hits++, { onRequest: (_request, response) => void (hits++, response.end('hit')) })
    const { port } = new URL(server.url)
    const [opened] = await Promise.all([
      egress(['127.0.0.1']).openSocket(server.url),
      egress(true).openStream(server.url),
    ])
    expect(opened.ok, 'the premise: it is there').toBe(true)
    expect(hits).toBe(2)
    const out = egress(false)
    for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]', '0', 'localhost'])
      for (const scheme of ['ws', 'http'])
        for (const open of [out.openSocket, out.openStream])
          await expect(open(`${scheme}://${host}:${port}/`), host).rejects.toMatchObject({
            kind: 'rejected',
            notSent: true,
          })
    expect(hits).toBe(2)
  })

  it('dials the address that it has checked', async () => {
    let hits = 0
    const server = await serve(() => hits++)
    let asked = 0
    const rebinding: LookupFunction = (_host, _options, done) =>
      done(null, [{ address: asked++ === 0 ? '203.0.114.1' : '127.0.0.1', family: 4 }])
    const url = `ws://rebind.example:${new URL(server.url).port}/`
    const out = egress(false, rebinding)
    await expect(out.openSocket(url, { timeoutMs: 400 })).rejects.toMatchObject({ kind: 'temporary' })
    expect(asked).toBe(1)
    await expect(out.openSocket(url)).rejects.toMatchObject({ kind: 'rejected', notSent: true })
    expect(hits).toBe(0)
  })

  it('follows no redirect: the credentials stay', async () => {
    const server = await serve(() => undefined, {
      refuse: () => ({ status: 302, headers: { location: 'http://127.0.0.1:9/' } }),
      onRequest: (_request, response) => void response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end(),
    })
    await expect(egress(true).openSocket(server.url)).rejects.toThrow('redirects')
    await expect(egress(true).openStream(server.url)).rejects.toThrow('redirects')
  })

  it('refuses credentials in the address and other schemes', async () => {
    for (const url of ['ws://user:pw@example.com/', 'file:///etc/passwd', 'no address'])
      await expect(egress(true).openSocket(url)).rejects.toMatchObject({ kind: 'rejected', notSent: true })
  })
})

describe('a socket', () => {
  it('hands over text, bytes and fragments, sends, and says why the server closed', async () => {
    const server = await serve((socket) => {
      expect(socket.headers.authorization).toBe('Bearer t')
      socket.onMessage((text) => {
        socket.send(`echo ${text}`)
        socket.send(new Uint8Array([1, 2]))
        socket.sendRaw(frame(1, Buffer.from('in two '), false))
        socket.sendRaw(frame(9, Buffer.from('ping')))
        socket.sendRaw(frame(0, Buffer.from('pieces ü')))
        socket.close(1008, 'ConsumerTooSlow')
      })
    })
    const socket = await socketTo(server.url.replace('http', 'ws'), { headers: { authorization: 'Bearer t' } })
    socket.send('x'.repeat(300))
    const { messages, error } = await readAll(socket)
    expect(messages.map((one) => (typeof one === 'string' ? one : [...one]))).toEqual([
      `echo ${'x'.repeat(300)}`,
      [1, 2],
      'in two pieces ü',
    ])
    expect(error).toMatchObject({ kind: 'temporary', cause: { code: 1008, reason: 'ConsumerTooSlow' } })
  })

  it('keeps what came before a frame that breaks off', async () => {
    const server = await serve((socket) => {
      socket.send('whole')
      socket.sendHalf('never complete')
    })
    const { messages, error } = await readAll(await socketTo(server.url))
    expect(messages).toEqual(['whole'])
    expect(error).toMatchObject({ kind: 'temporary' })
  })

  it.each([
    ['a giant by its announcement alone', Buffer.from([0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0])],
    ['fragments that add up', Buffer.concat([frame(1, Buffer.alloc(600), false), frame(0, Buffer.alloc(600), false)])],
    ['a masked frame', Buffer.from([0x81, 0x80, 1, 2, 3, 4])],
    ['packing that nobody asked for', Buffer.from([0xc1, 0])],
    ['a continuation of nothing', frame(0, Buffer.from('x'))],
    ['a broken control frame', Buffer.from([0x09, 0])],
  ])('refuses %s', async (_what, bytes) => {
    const server = await serve((socket) => socket.sendRaw(bytes))
    const { messages, error } = await readAll(await socketTo(server.url, { maxMessageBytes: 1000 }))
    expect(messages).toEqual([])
    expect(error).toMatchObject({ kind: 'temporary' })
  })

  it('notices silence, but lives on pongs alone', async () => {
    const pongs = await serve(() => undefined)
    const alive = await socketTo(pongs.url, { silenceMs: 1500 })
    const outcome = await Promise.race([readAll(alive), new Promise((resolve) => setTimeout(resolve, 1800, 'alive'))])
    expect(outcome).toBe('alive')
    alive.close()
    const { error } = await readAll(await socketTo(pongs.url, { silenceMs: 300 }))
    expect(error.message).toContain('silent')
  })

  it('stops reading while nobody reads: what is not taken waits at the server', async () => {
    let theirs: ServerSocket | undefined
    const server = await serve((socket) => void (theirs = socket))
    const socket = await socketTo(server.url, { silenceMs: 200 })
    const total = 400
    const body = 'x'.repeat(100_000)
    const before = process.memoryUsage().rss
    for (let at = 0; at < total; at++) theirs?.send(`${at} ${body}`)
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(theirs?.waiting).toBeGreaterThan(20_000_000)
    let seen = 0
    for await (const messages of socket.messages) {
      for (const message of messages) expect(Number.parseInt(String(message), 10)).toBe(seen++)
      if (seen === total) break
    }
    expect(seen).toBe(total)
    // 40 MB of it are the server's own, which shares this process.
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000)
  })

  it('ends with the reason of whoever stops it, before and after it is open', async () => {
    const server = await serve(() => undefined)
    const stop = new AbortController()
    const socket = await socketTo(server.url, { signal: stop.signal })
    const reading = readAll(socket)
    stop.abort(new Error('shutting down'))
    expect((await reading).error.message).toBe('shutting down')
    await expect(egress(true).openSocket(server.url, { signal: stop.signal })).rejects.toThrow('shutting down')
  })

  it('hands out a refusal with its words, and gives up on a server that says nothing', async () => {
    const refusing = await serve(() => undefined, {
      refuse: () => ({ status: 400, body: { error: 'CursorTooOld' }, headers: { 'retry-after': '7' } }),
    })
    const opened: OpenedSocket = await egress(true).openSocket(refusing.url)
    if (opened.ok) throw new Error('it was opened')
    expect(opened.response.status).toBe(400)
    expect(opened.response.headers.get('retry-after')).toBe('7')
    expect(await opened.response.json()).toEqual({ error: 'CursorTooOld' })
    const plain = await serve(() => undefined, { onRequest: () => undefined })
    await expect(egress(true).openStream(plain.url, { timeoutMs: 200 })).rejects.toThrow('did not open the stream')
  })

  it('is read the same in whatever portions the bytes come', () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 })
    fc.assert(
      fc.property(messages, fc.infiniteStream(fc.integer({ min: 1, max: 200 })), (sent, portions) => {
        const bytes = Buffer.concat(sent.map((one) => frame(2, one)))
        const parser = createParser({ host: 'h', maxMessageBytes: 1000 })
        const got: number[][] = []
        for (let at = 0; at < bytes.length;) {
          const size = portions.next().value as number
          got.push(...parser.push(bytes.subarray(at, at + size)).map(({ payload }) => [...payload]))
          at += size
        }
        expect(got).toEqual(sent.map((one) => [...one]))
      }),
      { numRuns: 100 },
    )
  })

  it('survives any bytes: messages or a named failure, nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }), (chunks) => {
        const parser = createParser({ host: 'h', maxMessageBytes: 1000 })
        const failure = failureOf(() => chunks.forEach((chunk) => parser.push(Buffer.from(chunk))))
        expect(failure === undefined || failure instanceof ConnectorError).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})

describe('an answer without an end', () => {
  it('is read as it comes, and its break is named', async () => {
    const server = await serve(() => undefined, {
      onRequest: (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('one')
        setTimeout(() => response.write('two', () => setTimeout(() => response.destroy(), 30)), 30)
      },
    })
    const opened = await egress(true).openStream(server.url)
    if (!opened.ok) throw new Error('refused')
    const chunks: string[] = []
    const reading = (async () => {
      for await (const chunk of opened.chunks) chunks.push(Buffer.from(chunk).toString())
    })()
    await expect(reading).rejects.toMatchObject({ kind: 'temporary' })
    expect(chunks).toEqual(['one', 'two'])
  })

  it('notices silence and refuses packing', async () => {
    const server = await serve(() => undefined, {
      onRequest: (request, response) =>
        void response.writeHead(200, request.url === '/gz' ? { 'content-encoding': 'gzip' } : {}).write('a'),
    })
    const opened = await egress(true).openStream(server.url, { silenceMs: 1100 })
    if (!opened.ok) throw new Error('refused')
    const reading = (async () => {
      for await (const _ of opened.chunks);
    })()
    await expect(reading).rejects.toMatchObject({ kind: 'temporary' })
    await expect(egress(true).openStream(`${server.url}/gz`)).rejects.toThrow('packed')
  })
})
