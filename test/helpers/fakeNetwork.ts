import { createHash } from 'node:crypto'
import { cidText } from '../../connectors/bluesky/cbor.ts'
import { startSocketServer, type ServerSocket } from './socketServer.ts'

/**
 * A fake of the two streams of the AT Protocol, for tests; neither Jetstream nor a relay. One log of what happened,
 * served as Jetstream (`/subscribe`, times as cursors) and as firehose (numbers as cursors). As nasty as the real ones
 * have been seen to be, at chosen places: cuts in the middle of a frame, says "too slow", repeats, swaps neighbours,
 * sends junk, forgets what is old.
 */
export interface NetworkOp {
  kind: 'create' | 'update' | 'delete' | 'gone' | 'other'
  did: string
  rkey: string
  text: string
  /** Epoch ms. */
  at: number
}

export type NetworkFault = 'half' | 'slow' | 'twice' | 'swap' | 'junk' | 'cut'

export interface FakeNetworkOptions {
  /** What goes wrong after how many sent events, counted over all connections; each happens once. */
  faults?: Map<number, NetworkFault>
  /** Epoch ms: what is older is forgotten. */
  oldest?: number
  /** Answers to the next openings instead of a stream. */
  refusals?: { status: number; body?: unknown; headers?: Record<string, string> }[]
}

export async function startFakeNetwork(options: FakeNetworkOptions = {}) {
  const log: NetworkOp[] = []
  const live = new Map<ServerSocket, (op: NetworkOp, index: number) => void>()
  const cursors: (string | null)[] = []
  let sent = 0

  function tell(socket: ServerSocket, op: NetworkOp, index: number): void {
    if (!socket.isOpen) return
    const isFirehose = socket.url.pathname.includes('subscribeRepos')
    const message = isFirehose ? firehoseFrame(op, index + 1) : jetstreamMessage(op)
    const fault = options.faults?.get(sent++)
    if (fault === 'half') return socket.sendHalf(message)
    if (fault === 'cut') return socket.cut()
    if (fault === 'slow') return socket.close(1008, 'ConsumerTooSlow')
    if (fault === 'junk') socket.send(isFirehose ? new Uint8Array([0xff, 1, 2]) : '{"did":')
    socket.send(message)
    if (fault === 'twice') socket.send(message)
  }

  function serve(socket: ServerSocket): void {
    const cursor = socket.url.searchParams.get('cursor')
    cursors.push(cursor)
    const isFirehose = socket.url.pathname.includes('subscribeRepos')
    const oldest = options.oldest ?? 0
    if (isFirehose && Number(cursor) > log.length) {
      socket.send(errorFrame('FutureCursor'))
      return socket.close(1008, 'FutureCursor')
    }
    const from = (op: NetworkOp, index: number) =>
      cursor !== null && op.at >= oldest && (isFirehose ? index + 1 > Number(cursor) : op.at * 1000 >= Number(cursor))
    if (isFirehose && cursor !== null && log.some((op, index) => index + 1 > Number(cursor) && op.at < oldest))
      socket.send(infoFrame('OutdatedCursor'))
    const replay = log.map((op, index) => [op, index] as const).filter(([op, index]) => from(op, index))
    const at = replay.findIndex(([op], index) => {
      const next = replay[index + 1]?.[0]
      return options.faults?.get(sent + index) === 'swap' && next !== undefined && next.did !== op.did
    })
    if (at >= 0 && !isFirehose) replay.splice(at, 2, ...replay.slice(at, at + 2).reverse())
    for (const [op, index] of replay) tell(socket, op, index)
    live.set(socket, (op, index) => tell(socket, op, index))
  }

  const server = await startSocketServer({
    onSocket: serve,
    refuse: () => options.refusals?.shift(),
  })
  return {
    url: server.url,
    log,
    /** Cursors that were asked with, in order. */
    cursors,
    options,
    add(...ops: NetworkOp[]): void {
      for (const op of ops) {
        log.push(op)
        for (const [socket, listener] of live) if (socket.isOpen) listener(op, log.length - 1)
      }
    },
    connections: () => [...live.keys()].filter(({ isOpen }) => isOpen).length,
    close: server.close,
  }
}

export type FakeNetwork = Awaited<ReturnType<typeof startFakeNetwork>>

export function uriOf({ did, rkey }: Pick<NetworkOp, 'did' | 'rkey'>): string {
  return `at://${did}/app.bsky.feed.post/${rkey}`
}

export function recordOf(op: NetworkOp): Record<string, unknown> {
  const mentioned = /did:plc:\w+/.exec(op.text)?.[0]
  const facet = {
    $type: 'app.bsky.richtext.facet',
    features: [{ $type: 'app.bsky.richtext.facet#mention', did: mentioned }],
  }
  return {
    $type: 'app.bsky.feed.post',
    text: op.text,
    createdAt: new Date(op.at).toISOString(),
    langs: ['en'],
    ...(mentioned ? { facets: [facet] } : {}),
  }
}

export function jetstreamMessage(op: NetworkOp): string {
  const base = { did: op.did, time_us: op.at * 1000 }
  if (op.kind === 'gone')
    return JSON.stringify({ ...base, kind: 'account', account: { active: false, did: op.did, status: 'deleted' } })
  if (op.kind === 'other') return JSON.stringify({ ...base, kind: 'identity', identity: { did: op.did } })
  const commit = { rev: '3l', operation: op.kind, collection: 'app.bsky.feed.post', rkey: op.rkey }
  const record = { ...commit, record: recordOf(op), cid: cidText(cidOf(encodeCbor(recordOf(op)))) }
  return JSON.stringify({ ...base, kind: 'commit', commit: op.kind === 'delete' ? commit : record })
}

export function firehoseFrame(op: NetworkOp, seq: number): Uint8Array {
  const time = new Date(op.at).toISOString()
  if (op.kind === 'gone')
    return join({ op: 1, t: '#account' }, { seq, time, did: op.did, active: false, status: 'deleted' })
  if (op.kind === 'other') return join({ op: 1, t: '#identity' }, { seq, time, did: op.did })
  const record = encodeCbor(recordOf(op))
  const cid = cidOf(record)
  const isDelete = op.kind === 'delete'
  const change = { action: op.kind, path: `app.bsky.feed.post/${op.rkey}`, cid: isDelete ? null : new Link(cid) }
  const blocks = archive(isDelete ? [] : [[cid, record]])
  return join({ op: 1, t: '#commit' }, { seq, time, repo: op.did, rev: '3l', tooBig: false, ops: [change], blocks })
}

const errorFrame = (error: string) => join({ op: -1 }, { error, message: error })
const infoFrame = (name: string) => join({ op: 1, t: '#info' }, { name })

function join(header: unknown, body: unknown): Uint8Array {
  return Buffer.concat([encodeCbor(header), encodeCbor(body)])
}

/** Bytes of a CID, to be written as a link. */
export class Link {
  readonly bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}

export function cidOf(block: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([1, 0x71, 0x12, 0x20]), createHash('sha256').update(block).digest()])
}

export function archive(blocks: [cid: Uint8Array, data: Uint8Array][]): Uint8Array {
  const header = encodeCbor({ version: 1, roots: [] })
  const parts = blocks.map(([cid, data]) => Buffer.concat([varint(cid.length + data.length), cid, data]))
  return Buffer.concat([varint(header.length), header, ...parts])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest & 127) | 128)
  return Buffer.from([...bytes, rest])
}

/** DAG-CBOR as the reference implementation writes it, enough for frames and posts. */
export function encodeCbor(value: unknown): Buffer {
  if (value === null || value === undefined) return Buffer.from([0xf6])
  if (typeof value === 'boolean') return Buffer.from([value ? 0xf5 : 0xf4])
  if (typeof value === 'number') return encodeNumber(value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Link)
    return Buffer.concat([head(6, 42), encodeCbor(Buffer.concat([Buffer.from([0]), value.bytes]))])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(encodeCbor)])
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return Buffer.concat([
    head(5, entries.length),
    ...entries.flatMap(([key, inner]) => [encodeCbor(key), encodeCbor(inner)]),
  ])
}

function encodeNumber(value: number): Buffer {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return value >= 0 ? head(0, value) : head(1, -1 - value)
  const bytes = Buffer.alloc(9, 0xfb)
  bytes.writeDoubleBE(value, 1)
  return bytes
}

function head(major: number, count: number): Buffer {
  if (count < 24) return Buffer.from([(major << 5) | count])
  const size = count < 256 ? 1 : count < 65_536 ? 2 : count < 2 ** 32 ? 4 : 8
  const bytes = Buffer.alloc(1 + size)
  bytes[0] = (major << 5) | { 1: 24, 2: 25, 4: 26, 8: 27 }[size]
  if (size === 8) bytes.writeBigUInt64BE(BigInt(count), 1)
  else bytes.writeUIntBE(count, 1, size)
  return bytes
}
