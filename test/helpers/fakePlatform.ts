import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { createFakeState, type FakeState } from './fakePlatformState.ts'

/** What goes wrong with one request. The `-after` faults and `lost` strike when the write is already done. */
export const fakeFaults = [
  /** Done, then the connection is cut without an answer. */
  'lost',
  /** Done, then 500. */
  'error-after',
  /** Done, then silence. */
  'timeout-after',
  /** Not done, 500. */
  'error-before',
  /** Not done, silence. */
  'timeout-before',
  /** Not done, 429 with Retry-After. */
  'rate-limited',
  /** Done, then half an answer. */
  'half-body',
] as const
export type FakeFault = (typeof fakeFaults)[number]
/** Shares of requests, 0…1, each fault for itself. */
export type FakeFaults = Partial<Record<FakeFault, number>>

/** What goes wrong with one line of the stream. */
export const fakeStreamFaults = ['half', 'twice', 'junk', 'slow', 'swap'] as const
export type FakeStreamFault = (typeof fakeStreamFaults)[number]

export interface FakeOptions {
  seed: number
  /** 0: a free one. */
  port: number
  /** How many mentions there will ever be. */
  mentions: number
  /** How many of them are there from the beginning, in the past. */
  history: number
  /** Time between two mentions, ms. */
  everyMs: number
  /** Share of mentions that show up `lateMs` after their time, below newer ones. */
  lateShare: number
  lateMs: number
  /** Share of list entries that come twice. */
  duplicateShare: number
  pageSize: number
  /** A new post is in no list for this long. */
  readLagMs: number
  latencyMs: number
  /** How long a silent request is held before it is cut, ms. */
  silenceMs: number
  retryAfterSeconds: number
  /** True: a repeated Idempotency-Key answers with the first post. Most platforms do not. */
  honourKeys: boolean
  readFaults: FakeFaults
  writeFaults: FakeFaults
  /** Faults for the coming writes, before chance has a say: `none` lets one through. */
  nextWrites: (FakeFault | 'none')[]
  /** Shares of lines of the stream. */
  streamFaults: Partial<Record<FakeStreamFault, number>>
  /** How many lines back the stream can begin; further back it answers 410. */
  streamWindow: number
}

export const fakeDefaults: FakeOptions = {
  seed: 1,
  port: 0,
  mentions: 100,
  history: 0,
  everyMs: 20,
  lateShare: 0,
  lateMs: 500,
  duplicateShare: 0,
  pageSize: 20,
  readLagMs: 0,
  latencyMs: 0,
  silenceMs: 60_000,
  retryAfterSeconds: 1,
  honourKeys: false,
  readFaults: {},
  writeFaults: {},
  nextWrites: [],
  streamFaults: {},
  streamWindow: 1000,
}

export interface FakePlatform {
  url: string
  state: FakeState
  close(): Promise<void>
}

/**
 * A platform with memory on loopback HTTP. `GET /mentions?before=&limit=` newest first, `POST /replies`,
 * `GET /replies?parent=`, `GET /me`, `GET /stream?after=` (lines of JSON, from a number on or from now); `GET /control` counts, `POST /control` changes options while it runs.
 */
export async function startFakePlatform(options: Partial<FakeOptions> = {}): Promise<FakePlatform> {
  const state = createFakeState({ ...fakeDefaults, ...options }, () => Date.now())
  const server = createServer((request, response) => {
    answer(state, request, response).catch((error: unknown) => {
      if (!response.headersSent) send(response, 500, { error: String(error) })
      else response.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(state.options.port, '127.0.0.1', resolve))
  // listen() on a TCP port always has an AddressInfo.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    state,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(state: FakeState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://fake.invalid')
  const body = await readBody(request)
  if (url.pathname === '/control') return control(state, request.method ?? 'GET', url, body, response)
  if (url.pathname === '/stream') return stream(state, url, response)
  const isWrite = request.method === 'POST'
  const fault = state.drawFault(isWrite ? 'write' : 'read')
  if (state.options.latencyMs > 0) await wait(state.options.latencyMs)
  if (fault === 'timeout-before') return stayQuiet(state, response)
  if (fault === 'error-before') return send(response, 500, { error: 'internal error' })
  if (fault === 'rate-limited') {
    response.setHeader('retry-after', String(state.options.retryAfterSeconds))
    return send(response, 429, { error: 'slow down' })
  }
  const [status, result] = isWrite ? write(state, url, request, body) : read(state, url)
  if (fault === 'lost') return void request.socket.destroy()
  if (fault === 'timeout-after') return stayQuiet(state, response)
  if (fault === 'error-after') return send(response, 500, { error: 'internal error' })
  send(response, status, result, fault === 'half-body')
}

type Answer = [status: number, body: unknown]

function read(state: FakeState, url: URL): Answer {
  if (url.pathname === '/me') return [200, { id: 'own', handle: 'tamsel', name: 'Tamsel' }]
  if (url.pathname === '/mentions') {
    const limit = Number(url.searchParams.get('limit') ?? state.options.pageSize)
    return [200, state.list(url.searchParams.get('before') ?? undefined, Math.min(limit, state.options.pageSize))]
  }
  if (url.pathname === '/replies') return [200, { items: state.visiblePosts(url.searchParams.get('parent') ?? '') }]
  return [404, { error: 'not found' }]
}

function write(state: FakeState, url: URL, request: IncomingMessage, body: string): Answer {
  if (url.pathname !== '/replies') return [404, { error: 'not found' }]
  const { parentId, text } = JSON.parse(body) as { parentId?: unknown; text?: unknown }
  if (typeof parentId !== 'string' || typeof text !== 'string' || text === '')
    return [422, { error: 'parentId and text are required' }]
  if (!state.hasMention(parentId)) return [404, { error: 'the post has gone' }]
  const key = request.headers['idempotency-key']
  return [201, state.post(parentId, text, typeof key === 'string' ? key : undefined)]
}

/** Lines `{ seq, at, item }`, an empty one as keep-alive. Ends with `{ error }` when it says that the reader is too slow. */
async function stream(state: FakeState, url: URL, response: ServerResponse): Promise<void> {
  const connection = state.openStream()
  const asked = url.searchParams.get('after')
  let next = asked === null ? state.streamed().length : Number(asked)
  if (next > state.streamed().length || next < state.streamed().length - state.options.streamWindow)
    return send(response, 410, { error: 'expired' })
  response.writeHead(200, { 'content-type': 'application/x-ndjson' }).write('\n')
  while (!response.destroyed) {
    const lines = state.streamed().slice(next)
    const faults = lines.map((_, index) => state.streamFault(connection, next + index))
    for (let index = 0; index + 1 < lines.length; index++)
      if (faults[index] === 'swap') lines.splice(index, 2, ...lines.slice(index, index + 2).reverse())
    for (const [index, line] of lines.entries()) {
      const text = `${JSON.stringify(line)}\n`
      const fault = faults[index]
      if (fault === 'half') return void response.write(text.slice(0, text.length / 2), () => response.destroy())
      if (fault === 'slow') return void response.end('{"error":"too slow"}\n')
      if (fault === 'junk') response.write('{"seq":\n')
      response.write(fault === 'twice' ? text + text : text)
    }
    next += lines.length
    if (lines.length === 0) response.write('\n')
    await wait(20)
  }
}

function control(state: FakeState, method: string, url: URL, body: string, response: ServerResponse): void {
  if (method === 'POST') state.configure(JSON.parse(body) as Partial<FakeOptions>)
  send(response, 200, state.stats(url.searchParams.has('ids')))
}

function send(response: ServerResponse, status: number, body: unknown, half = false): void {
  const text = JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  if (!half) return void response.end(text)
  response.write(text.slice(0, text.length / 2), () => response.destroy())
}

function stayQuiet(state: FakeState, response: ServerResponse): void {
  const timer = setTimeout(() => response.destroy(), state.options.silenceMs)
  response.once('close', () => clearTimeout(timer))
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** `--read-lag-ms 400 --write-faults '{"lost":0.2}'`: every option, values as JSON. Throws on an unknown name. */
export function parseFakeArgs(args: readonly string[]): Partial<FakeOptions> {
  const names = Object.keys(fakeDefaults)
  const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  const { values } = parseArgs({
    args: [...args],
    options: Object.fromEntries(names.map((name) => [kebab(name), { type: 'string' as const }])),
  })
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = values[kebab(name)]
      return value === undefined ? [] : [[name, JSON.parse(value) as unknown]]
    }),
  )
}

// In a process of its own, so that it lives on while the worker beside it is killed.
if (import.meta.main) {
  const platform = await startFakePlatform(parseFakeArgs(process.argv.slice(2)))
  process.stdout.write(`${JSON.stringify({ ready: true, url: platform.url, pid: process.pid })}\n`)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void platform.close())
}
