import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { acceptOf, createParser } from '../../src/egress/socket.ts'

/** The server's half of WebSocket, for fakes: it can also break every rule (half frames, masks, giants). */
export interface ServerSocket {
  url: URL
  headers: IncomingMessage['headers']
  /** Text messages of the client, as they came. */
  received: string[]
  onMessage(listener: (text: string) => void): void
  send(message: string | Uint8Array): void
  /** Bytes as they are. */
  sendRaw(bytes: Uint8Array): void
  /** A part of the frame, then the line breaks. */
  sendHalf(message: string | Uint8Array): void
  close(code: number, reason: string): void
  cut(): void
  readonly isOpen: boolean
  /** Bytes that the client has not taken yet. */
  readonly waiting: number
}

export interface SocketServerOptions {
  onSocket(socket: ServerSocket): void
  /** Answer instead of upgrading. */
  refuse?(request: IncomingMessage): { status: number; body?: unknown; headers?: Record<string, string> } | undefined
  /** Ordinary requests. */
  onRequest?(request: IncomingMessage, response: ServerResponse): void
}

export async function startSocketServer(options: SocketServerOptions) {
  const open = new Set<Duplex>()
  const server = createServer((request, response) => {
    if (options.onRequest) options.onRequest(request, response)
    else response.writeHead(404).end()
  })
  server.on('upgrade', (request, line) => {
    line.on('error', () => undefined)
    open.add(line)
    line.on('close', () => open.delete(line))
    const refused = options.refuse?.(request)
    if (refused) return refuse(line, refused)
    line.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${acceptOf(String(request.headers['sec-websocket-key']))}\r\n\r\n`,
    )
    options.onSocket(serve(request, line))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    openLines: () => open.size,
    async close() {
      for (const line of open) line.destroy()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

export type SocketServer = Awaited<ReturnType<typeof startSocketServer>>

function refuse(
  line: Duplex,
  { status, body, headers }: { status: number; body?: unknown; headers?: Record<string, string> },
) {
  const text = JSON.stringify(body ?? {})
  const lines = Object.entries({
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`)
  line.end(`HTTP/1.1 ${status} Refused\r\n${lines.join('\r\n')}\r\n\r\n${text}`)
}

function serve(request: IncomingMessage, line: Duplex): ServerSocket {
  const received: string[] = []
  const listeners: ((text: string) => void)[] = []
  const parser = createParser({ host: 'client', maxMessageBytes: 1_000_000, masked: true })
  line.on('data', (chunk: Buffer) => {
    for (const { opcode, payload } of parser.push(chunk)) {
      if (opcode === 9) line.write(frame(10, payload))
      if (opcode !== 1) continue
      const text = payload.toString()
      received.push(text)
      for (const listener of listeners) listener(text)
    }
  })
  const write = (bytes: Uint8Array) => void (line.writable && line.write(bytes))
  const encoded = (message: string | Uint8Array) =>
    frame(typeof message === 'string' ? 1 : 2, Buffer.from(message as Uint8Array))
  return {
    url: new URL(request.url ?? '/', 'http://fake'),
    headers: request.headers,
    received,
    onMessage: (listener) => void listeners.push(listener),
    send: (message) => write(encoded(message)),
    sendRaw: write,
    sendHalf(message) {
      const whole = encoded(message)
      line.write(whole.subarray(0, Math.max(1, whole.length >> 1)), () => line.destroy())
    },
    close(code, reason) {
      const body = Buffer.alloc(2 + Buffer.byteLength(reason))
      body.writeUInt16BE(code)
      body.write(reason, 2)
      line.end(frame(8, body))
    },
    cut: () => void line.destroy(),
    get isOpen() {
      return line.writable
    },
    get waiting() {
      return line.writableLength
    },
  }
}

/** An unmasked frame, as servers send them. */
export function frame(opcode: number, payload: Uint8Array, isLast = true): Buffer {
  const head = Buffer.alloc(payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10)
  head[0] = (isLast ? 0x80 : 0) | opcode
  if (payload.length < 126) head[1] = payload.length
  else if (payload.length < 65_536) {
    head[1] = 126
    head.writeUInt16BE(payload.length, 2)
  } else {
    head[1] = 127
    head.writeBigUInt64BE(BigInt(payload.length), 2)
  }
  return Buffer.concat([head, payload])
}
