import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bytesOf, type Fault } from './faults.ts'
import type { Responder, SeenRequest, TapeResponse } from './tapes.ts'

export interface TapeServer {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  url: string
  requests: SeenRequest[]
  /** Requests that nothing answered: `GET /path?query`. */
  missing: string[]
  close(): Promise<void>
}

export interface TapeServerOptions {
  respond: Responder
  /** The virtual clock. */
  now(): number
  /** What goes wrong at the request with this number (0 is the first). */
  faultAt?(index: number): Fault | undefined
  /** Changes proper answers on their way out (duplicates, other orders, strange records). */
  change?(answer: TapeResponse): TapeResponse
}

/** A platform over loopback HTTP. */
export async function openTapeServer(options: TapeServerOptions): Promise<TapeServer> {
  const requests: SeenRequest[] = []
  const missing: string[] = []
  const server = createServer(async (incoming, response) => {
    const request = await readRequest(incoming, options.now())
    const index = requests.push(request) - 1
    const proper = async () => {
      const answer = await options.respond(request)
      if (!answer) missing.push(`${request.method} ${request.path}?${request.query}`)
      return answer ?? { status: 404, body: { error: 'no tape' } }
    }
    const fault = options.faultAt?.(index)
    if (fault) await fault.play(response, proper, options.now())
    else send(response, (options.change ?? asItIs)(await proper()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    missing,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function readRequest(incoming: IncomingMessage, at: number): Promise<SeenRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const url = new URL(incoming.url ?? '/', 'http://tape')
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString(),
    at,
  }
}

function send(response: ServerResponse, answer: TapeResponse): void {
  const type = typeof answer.body === 'string' ? 'text/plain; charset=utf-8' : 'application/json'
  response.writeHead(answer.status ?? 200, { 'content-type': type, ...answer.headers })
  response.end(bytesOf(answer))
}

function asItIs(answer: TapeResponse): TapeResponse {
  return answer
}
