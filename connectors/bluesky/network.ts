import { readCar, readCbor } from './cbor.ts'

/** What the two streams of the whole network tell, in one form. */
export type NetworkEvent =
  | { type: 'post'; uri: string; did: string; cid: string; record: unknown; isNew: boolean; raw: string }
  | { type: 'deleted'; uri: string; did: string }
  | { type: 'gone'; did: string }

/** A place in a stream: what its cursor is, and when that event was, epoch ms. */
export interface Place {
  seq: number
  at: number
}

export interface Told {
  place: Place | undefined
  events: NetworkEvent[]
}

const collection = 'app.bsky.feed.post'
/** The account is not coming back, and what it wrote may not be kept. Suspended or deactivated ones may return. */
const goneFor = new Set(['deleted', 'takendown'])

/** One message of Jetstream (the v1 form, which all of its servers speak). Throws when it is none. */
export function readJetstream(message: string): Told {
  const event = JSON.parse(message) as {
    did: string
    time_us: number
    kind: string
    commit?: { operation: string; collection: string; rkey: string; cid?: string; record?: unknown }
    account?: { active: boolean; status?: string }
  }
  if (typeof event.did !== 'string' || !Number.isSafeInteger(event.time_us))
    throw new Error('not an event of Jetstream')
  const place = { seq: event.time_us, at: Math.floor(event.time_us / 1000) }
  const { did, kind, commit, account } = event
  if (kind === 'account' && account) return { place, events: goneEvents(did, account) }
  if (kind !== 'commit' || commit?.collection !== collection) return { place, events: [] }
  const uri = `at://${did}/${collection}/${commit.rkey}`
  if (commit.operation === 'delete') return { place, events: [{ type: 'deleted', uri, did }] }
  if (typeof commit.cid !== 'string' || typeof commit.record !== 'object') throw new Error('a post without its record')
  const isNew = commit.operation === 'create'
  return { place, events: [{ type: 'post', uri, did, cid: commit.cid, record: commit.record, isNew, raw: message }] }
}

function goneEvents(did: string, account: { active?: unknown; status?: unknown }): NetworkEvent[] {
  return account.active === false && goneFor.has(String(account.status)) ? [{ type: 'gone', did }] : []
}

/** The server says that this connection is over, and why. */
export class StreamRefused extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.name = 'StreamRefused'
    this.code = code
  }
}

interface CommitBody {
  seq?: unknown
  time?: unknown
  repo?: unknown
  did?: unknown
  ops?: unknown
  blocks?: unknown
  active?: unknown
  status?: unknown
  name?: unknown
  error?: unknown
  message?: unknown
}

/**
 * One frame of com.atproto.sync.subscribeRepos. `outdated`: the server has forgotten what was asked for and begins
 * with the oldest it has. Throws StreamRefused for an error frame, anything else when it is no frame.
 */
export function readFirehose(frame: Uint8Array): Told & { outdated?: boolean } {
  const [header, rest] = readCbor(frame) as [{ op?: unknown; t?: unknown }, Uint8Array]
  const body = readCbor(rest)[0] as CommitBody
  if (header.op === -1) throw new StreamRefused(String(body.error), String(body.message ?? body.error))
  if (header.t === '#info') return { place: undefined, events: [], outdated: body.name === 'OutdatedCursor' }
  const { seq, time } = body
  const at = Date.parse(String(time))
  if (typeof seq !== 'number' || !Number.isFinite(at)) throw new Error('a frame without number or time')
  const place = { seq, at }
  if (header.t === '#account') return { place, events: goneEvents(String(body.did), body) }
  if (header.t !== '#commit' || !Array.isArray(body.ops)) return { place, events: [] }
  return { place, events: postsOf(String(body.repo), body.ops, body.blocks) }
}

function postsOf(did: string, ops: unknown[], archive: unknown): NetworkEvent[] {
  let blocks: Map<string, Uint8Array> | undefined
  return ops.flatMap((op): NetworkEvent[] => {
    const { action, path, cid } = op as { action?: unknown; path?: unknown; cid?: { $link?: unknown } | null }
    if (typeof path !== 'string' || !path.startsWith(`${collection}/`)) return []
    const uri = `at://${did}/${path}`
    if (action === 'delete') return [{ type: 'deleted', uri, did }]
    const link = String(cid?.$link)
    blocks ??= archive instanceof Uint8Array ? readCar(archive) : new Map()
    const block = blocks.get(link)
    // An archive that was too large comes without it; the poll finds such a post.
    if (!block) return []
    const record = readCbor(block, { bytes: 'json' })[0]
    return [{ type: 'post', uri, did, cid: link, record, isNew: action === 'create', raw: JSON.stringify(record) }]
  })
}
