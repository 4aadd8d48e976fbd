import type { Dispatcher } from 'undici'
import type { Readable } from 'node:stream'
import { ConnectorError } from '../domain/connectorError.ts'
import { readDecoded } from './decode.ts'
import type { Way } from './egress.ts'
import { failureOf } from './failures.ts'
import { firstHop, toHeaders, toResponse, type Hop } from './hop.ts'
import { checkBehindProxy } from './proxy.ts'
import { acceptOf, createSocket, newSocketKey, type Socket } from './socket.ts'

export interface LiveRequest {
  headers?: Record<string, string>
  /** Until the server has answered, default 20 s. */
  timeoutMs?: number
  /** Nothing for so long: the line is dead. Default 60 s. */
  silenceMs?: number
  /** WebSocket only: bytes of one message, default 5 MB. */
  maxMessageBytes?: number
  /** Ends it at any time, with its own reason. */
  signal?: AbortSignal
}

/** What the server refused is a Response with its words (at most 64 KB). */
export type OpenedStream =
  | { ok: true; headers: Headers; chunks: AsyncIterable<Uint8Array> }
  | { ok: false; response: Response }
export type OpenedSocket = { ok: true; socket: Socket } | { ok: false; response: Response }

const mostWords = 65_536
const never = new AbortController().signal

export async function openStream(address: string | URL, init: LiveRequest, way: Way): Promise<OpenedStream> {
  const hop = liveHop(address, init, way)
  const { silenceMs = 60_000, signal = never } = init
  return whileOpening(hop.url, init, async (opening) => {
    const { dispatcher, request } = await ready(hop, way)
    const answer = await request(hop.url, {
      method: 'GET',
      headers: { ...hop.headers, 'accept-encoding': 'identity' },
      dispatcher,
      bodyTimeout: silenceMs,
      signal: opening,
    })
    // An end that comes while nobody reads would end the process; whoever reads later still sees it.
    answer.body.on('error', () => undefined)
    const headers = toHeaders(answer.headers)
    if (answer.statusCode !== 200)
      return { ok: false, response: await refusal(answer.statusCode, headers, answer.body, hop.url) }
    const coding = headers.get('content-encoding') ?? 'identity'
    if (coding !== 'identity') {
      answer.body.destroy()
      throw new ConnectorError(
        'temporary',
        `${hop.url.host} sends its stream packed (${coding}), which is not understood.`,
      )
    }
    return { ok: true, headers, chunks: readChunks(answer.body, hop.url, signal) }
  })
}

async function* readChunks(body: Readable, url: URL, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const stop = () => body.destroy(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)))
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) yield chunk
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw failureOf(error, url)
  } finally {
    signal.removeEventListener('abort', stop)
    body.destroy()
  }
}

export async function openSocket(address: string | URL, init: LiveRequest, way: Way): Promise<OpenedSocket> {
  const hop = liveHop(address, init, way)
  const { silenceMs = 60_000, maxMessageBytes = 5_000_000, signal = never } = init
  const key = newSocketKey()
  return whileOpening(hop.url, init, async (opening) => {
    const { dispatcher } = await ready(hop, way)
    const answer = await upgrade(dispatcher, hop, key, opening)
    if (!('line' in answer)) return { ok: false, response: answer }
    if (answer.accept !== acceptOf(key)) {
      answer.line.destroy()
      throw new ConnectorError('temporary', `${hop.url.host} does not speak WebSocket at this address.`)
    }
    return { ok: true, socket: createSocket(answer.line, { host: hop.url.host, silenceMs, maxMessageBytes }, signal) }
  })
}

interface Upgraded {
  line: Parameters<NonNullable<Dispatcher.DispatchHandler['onRequestUpgrade']>>[3]
  accept: string | undefined
}

function upgrade(dispatcher: Dispatcher, hop: Hop, key: string, signal: AbortSignal): Promise<Upgraded | Response> {
  return new Promise((resolve, reject) => {
    const words: Buffer[] = []
    let size = 0
    let status = 0
    let headers = new Headers()
    const abortWith = (controller: Dispatcher.DispatchController) => () =>
      controller.abort(new Error('not wanted any more'))
    dispatcher.dispatch(
      {
        origin: hop.url.origin,
        path: hop.url.pathname + hop.url.search,
        method: 'GET',
        upgrade: 'websocket',
        headers: { ...hop.headers, 'sec-websocket-key': key, 'sec-websocket-version': '13' },
      },
      {
        onRequestStart: (controller) => {
          if (signal.aborted) return controller.abort(new Error('not wanted any more'))
          signal.addEventListener('abort', abortWith(controller), { once: true })
        },
        onRequestUpgrade: (_controller, code, raw, line) => {
          if (code !== 101) {
            line.destroy()
            return reject(new ConnectorError('temporary', `${hop.url.host} answered with status ${code}.`))
          }
          resolve({ line, accept: toHeaders(raw).get('sec-websocket-accept') ?? undefined })
        },
        onResponseStart: (_controller, code, raw) => {
          status = code
          headers = toHeaders(raw)
        },
        onResponseData: (controller, chunk) => {
          size += chunk.length
          if (size > mostWords) controller.abort(new Error('too many words'))
          else words.push(chunk)
        },
        onResponseEnd: () => {
          if (status >= 300 && status < 400) return reject(redirected(hop.url))
          resolve(toResponse(status, headers, Buffer.concat(words), hop.url))
        },
        onResponseError: (_controller, error) => reject(error),
      },
    )
  })
}

function liveHop(address: string | URL, init: LiveRequest, way: Way): Hop {
  const url = String(address).replace(/^ws(s?):/i, 'http$1:')
  const hop = firstHop(url, init.headers ? { headers: init.headers } : {}, way.userAgent)
  const { 'accept-encoding': _, ...headers } = hop.headers
  return { ...hop, headers }
}

async function ready(hop: Hop, way: Way) {
  way.guard.checkUrl(hop.url)
  if (way.proxied) await checkBehindProxy(hop.url.hostname, way.guard)
  return way.wire()
}

/** The time limit holds until the server has answered; from then on silence is what counts. */
async function whileOpening<Opened>(
  url: URL,
  { signal, timeoutMs = 20_000 }: LiveRequest,
  open: (signal: AbortSignal) => Promise<Opened>,
): Promise<Opened> {
  signal?.throwIfAborted()
  const opening = new AbortController()
  let isLate = false
  const late = setTimeout(() => {
    isLate = true
    opening.abort(new Error('late'))
  }, timeoutMs)
  const stop = () => opening.abort(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    return await open(opening.signal)
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    if (isLate)
      throw new ConnectorError('temporary', `${url.host} did not open the stream within ${timeoutMs / 1000} s.`, {
        cause: error,
      })
    throw failureOf(error, url)
  } finally {
    clearTimeout(late)
    signal?.removeEventListener('abort', stop)
  }
}

async function refusal(status: number, headers: Headers, body: Readable, url: URL): Promise<Response> {
  if (status >= 300 && status < 400) {
    body.destroy()
    throw redirected(url)
  }
  return toResponse(status, headers, await readDecoded(body, headers.get('content-encoding') ?? '', mostWords), url)
}

/** Credentials go with the request, and a stream has one address: the right one belongs into the settings. */
function redirected(url: URL): ConnectorError {
  return new ConnectorError('temporary', `${url.host} redirects the stream elsewhere, which is not followed.`)
}
