import { randomBytes, createHash } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { ConnectorError } from '../domain/connectorError.ts'

/**
 * The client's half of WebSocket (RFC 6455), over a connection that the guarded dispatcher has upgraded. Not undici's
 * own: that one hands messages over as events and cannot stop reading, so a slow reader would grow without bound. Here
 * the reader pulls, and what it does not pull waits on the other side of the line. Offers no extensions, so a frame is
 * as large as it says.
 */
export interface Socket {
  /** Messages that arrived together, text as string, binary as bytes. Throws ConnectorError('temporary') at every end. */
  messages: AsyncIterable<(string | Uint8Array)[]>
  /** Ms since anything came, answers to our pings included. */
  silentMs(): number
  send(text: string): void
  close(): void
}

export interface SocketLimits {
  /** What the messages of failures call the other side. */
  host: string
  /** Bytes of one message. */
  maxMessageBytes: number
  /** Nothing for so long, not even an answer to our pings: the line is dead. */
  silenceMs: number
}

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const
const mostFragments = 10_000
const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

export function newSocketKey(): string {
  return randomBytes(16).toString('base64')
}

/** What the server must answer to a key. */
export function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}${magic}`).digest('base64')
}

/** `signal` ends it with its own reason. */
export function createSocket(line: Duplex, limits: SocketLimits, signal: AbortSignal): Socket {
  const stop = () => line.destroy(asError(signal.reason))
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  const pings = setInterval(() => write(line, opcodes.ping, Buffer.alloc(0)), Math.max(1000, limits.silenceMs / 3))
  pings.unref()
  const end = () => {
    clearInterval(pings)
    signal.removeEventListener('abort', stop)
    line.destroy()
  }
  // Without a listener an error between two reads would end the process; the next read throws it.
  line.on('error', () => undefined)
  line.once('close', end)
  let heardAt = performance.now()
  return {
    messages: readMessages(line, limits, signal, end, () => (heardAt = performance.now())),
    silentMs: () => performance.now() - heardAt,
    send: (text) => write(line, opcodes.text, Buffer.from(text)),
    close: () => {
      write(line, opcodes.close, Buffer.from([0x03, 0xe8]))
      end()
    },
  }
}

async function* readMessages(
  line: Duplex,
  limits: SocketLimits,
  signal: AbortSignal,
  end: () => void,
  heard: () => void,
): AsyncGenerator<(string | Uint8Array)[]> {
  const parser = createParser(limits)
  try {
    for await (const chunk of withSilence(line, limits)) {
      heard()
      const messages: (string | Uint8Array)[] = []
      for (const { opcode, payload } of parser.push(chunk)) {
        if (opcode === opcodes.ping) write(line, opcodes.pong, payload)
        else if (opcode === opcodes.close) {
          // What came before the farewell counts.
          if (messages.length > 0) yield messages
          throw closed(limits.host, payload)
        } else if (opcode === opcodes.text) messages.push(payload.toString('utf8'))
        else if (opcode === opcodes.binary) messages.push(payload)
      }
      if (messages.length > 0) yield messages
    }
    throw new ConnectorError('temporary', `${limits.host} ended the stream without a word.`)
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw error instanceof ConnectorError
      ? error
      : new ConnectorError('temporary', `${limits.host} broke off the stream.`, { cause: error })
  } finally {
    end()
  }
}

/** Counts only while somebody waits: a reader that takes its time does not make the other side silent. */
async function* withSilence(line: Duplex, { host, silenceMs }: SocketLimits): AsyncGenerator<Buffer> {
  const chunks = line[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const silent = new ConnectorError('temporary', `${host} has been silent for ${Math.round(silenceMs / 1000)} s.`)
  for (;;) {
    const timer = setTimeout(() => line.destroy(silent), silenceMs)
    const next = await chunks.next().finally(() => clearTimeout(timer))
    if (next.done) return
    yield next.value
  }
}

interface Frame {
  opcode: number
  payload: Buffer
}

/**
 * Frames from bytes in any portions; fragments come out as one message. `masked`: what clients send, for servers of
 * tests. Throws ConnectorError('temporary').
 */
export function createParser({
  host,
  maxMessageBytes,
  masked = false,
}: Pick<SocketLimits, 'host' | 'maxMessageBytes'> & { masked?: boolean }) {
  const broken = (what: string) => new ConnectorError('temporary', `${host} sent ${what} on the stream.`)
  let rest: Buffer = Buffer.alloc(0)
  let fragments: Buffer[] = []
  let fragmentsLength = 0
  let fragmentsOpcode = 0

  function join(opcode: number, isLast: boolean, payload: Buffer): Frame | undefined {
    if (opcode >= 8) {
      if (!isLast) throw broken('a broken frame')
      return { opcode, payload }
    }
    if ((opcode === opcodes.continuation) !== fragments.length > 0) throw broken('a broken frame')
    if (opcode !== opcodes.continuation) {
      if (opcode > opcodes.binary) throw broken('a broken frame')
      if (isLast) return { opcode, payload }
      fragmentsOpcode = opcode
    }
    // Empty fragments would add up without ever reaching the size limit.
    if (fragments.length >= mostFragments) throw broken('a message in too many pieces')
    fragments.push(payload)
    fragmentsLength += payload.length
    if (!isLast) return undefined
    const whole = { opcode: fragmentsOpcode, payload: Buffer.concat(fragments, fragmentsLength) }
    fragments = []
    fragmentsLength = 0
    return whole
  }

  return {
    push(chunk: Buffer): Frame[] {
      const frames: Frame[] = []
      let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      for (;;) {
        const head = readHead(bytes, masked)
        if (!head) break
        if (head.isOdd) throw broken('a broken frame')
        // Refused by what it announces, before it is held.
        if (head.length + fragmentsLength > maxMessageBytes) throw broken('a message that is too large')
        if (bytes.length < head.size + head.length) break
        const body = bytes.subarray(head.size, head.size + head.length)
        const payload = masked ? applyMask(body, bytes.subarray(head.size - 4, head.size)) : body
        const frame = join(head.opcode, head.isLast, payload)
        if (frame) frames.push(frame)
        bytes = bytes.subarray(head.size + head.length)
      }
      rest = bytes
      return frames
    },
  }
}

/** undefined: more bytes are needed. Odd: extension bits that nobody negotiated, or a mask on the wrong side. */
function readHead(bytes: Buffer, masked: boolean) {
  if (bytes.length < 2) return undefined
  const [first = 0, second = 0] = bytes
  const opcode = first & 15
  const short = second & 127
  const lengthEnd = short === 126 ? 4 : short === 127 ? 10 : 2
  const size = lengthEnd + (masked ? 4 : 0)
  if (bytes.length < size) return undefined
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short
  const isOdd =
    (first & 0x70) !== 0 || ((second & 0x80) !== 0) !== masked || (opcode >= 8 && length > 125) || opcode > 10
  return { opcode, isLast: (first & 0x80) !== 0, length, size, isOdd }
}

/** Frames of a client are masked. */
function write(line: Duplex, opcode: number, payload: Buffer): void {
  if (line.destroyed || !line.writable) return
  const mask = randomBytes(4)
  const { length } = payload
  const head =
    length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | length])
      : Buffer.from([0x80 | opcode, 0x80 | 126, length >> 8, length & 255])
  if (length > 65_535) throw new RangeError('at most 64 KB are sent in one message')
  line.write(Buffer.concat([head, mask, applyMask(payload, mask)]))
}

function applyMask(bytes: Buffer, mask: Uint8Array): Buffer {
  return Buffer.from(bytes.map((byte, at) => byte ^ (mask[at & 3] ?? 0)))
}

function closed(host: string, payload: Buffer): ConnectorError {
  const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005
  const reason = payload.subarray(2).toString('utf8').slice(0, 200)
  return new ConnectorError('temporary', `${host} closed the stream (${code}${reason === '' ? '' : `: ${reason}`}).`, {
    cause: { code, reason },
  })
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}
