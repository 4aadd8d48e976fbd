import type { ServerResponse } from 'node:http'
import { startSocketServer, type ServerSocket } from './socketServer.ts'

/**
 * A fake of Mastodon's streaming server, for tests; not Mastodon's. Replays nothing, like the real one: what is told
 * while nobody is connected is lost. Breaks frames in the middle, repeats, sends junk, refuses WebSocket or everything.
 */
export interface FakeStreamingOptions {
  token: string
  /** Only server-sent events are offered. */
  onlyEvents?: boolean
  /** Answers to every opening instead of a stream. */
  refusal?: { status: number; body?: unknown }
}

type Stream = { stream: string; tag?: string }

export async function startFakeStreaming(options: FakeStreamingOptions) {
  const sockets = new Map<ServerSocket, Stream[]>()
  const events = new Map<ServerResponse, Stream>()

  const server = await startSocketServer({
    onSocket(socket) {
      if (socket.headers.authorization !== `Bearer ${options.token}`)
        return socket.send(JSON.stringify({ error: 'Invalid access token' }))
      const streams: Stream[] = []
      sockets.set(socket, streams)
      socket.onMessage((text) => {
        const { type, ...stream } = JSON.parse(text) as Stream & { type: string }
        if (type === 'subscribe') streams.push(stream)
      })
    },
    refuse: () => options.refusal ?? (options.onlyEvents ? { status: 404, body: { error: 'Not Found' } } : undefined),
    onRequest(request, response) {
      const url = new URL(request.url ?? '/', 'http://fake')
      const name = url.pathname.replace('/api/v1/streaming/', '').replace('user/notification', 'user:notification')
      if (options.refusal) return void response.writeHead(options.refusal.status).end('{}')
      if (request.headers.authorization !== `Bearer ${options.token}`) return void response.writeHead(401).end('{}')
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':)\n\n')
      const tag = url.searchParams.get('tag')
      events.set(response, { stream: name, ...(tag === null ? {} : { tag }) })
      response.on('close', () => events.delete(response))
    },
  })

  const wants = (has: Stream, wanted: Stream) => has.stream === wanted.stream && has.tag === wanted.tag
  const open = () => [...sockets].filter(([socket]) => socket.isOpen)

  return {
    url: server.url,
    options,
    /** How many lines listen to a stream. */
    listeners: (wanted: Stream) =>
      open().filter(([, streams]) => streams.some((one) => wants(one, wanted))).length +
      [...events.values()].filter((one) => wants(one, wanted)).length,
    /** `payload` goes out as Mastodon sends it: JSON inside a string, a bare id for deletions. */
    tell(wanted: Stream, event: string, payload: unknown, times = 1): void {
      const body = typeof payload === 'string' ? payload : JSON.stringify(payload)
      for (let at = 0; at < times; at++) {
        const message = { stream: [wanted.stream, ...(wanted.tag ? [wanted.tag] : [])], event, payload: body }
        for (const [socket, streams] of open())
          if (streams.some((one) => wants(one, wanted))) socket.send(JSON.stringify(message))
        for (const [response, one] of events)
          if (wants(one, wanted)) response.write(`event: ${event}\ndata: ${body}\n\n`)
      }
    },
    junk(): void {
      for (const [socket] of open()) socket.send('{"event":"update","payload":"{')
      for (const response of events.keys()) response.write('event: update\ndata: {"id":\n\n: thump\n\n')
    },
    /** Breaks every line, in the middle of something. */
    cut(): void {
      for (const [socket] of open()) socket.sendHalf('{"event":"update","payload":"never complete"}')
      for (const response of events.keys()) response.write('event: update\ndata: {"id":', () => response.destroy())
      sockets.clear()
    },
    close: server.close,
  }
}

export type FakeStreaming = Awaited<ReturnType<typeof startFakeStreaming>>
