import { z } from 'zod'
import type { IncomingMention, LiveSocket, Page, StreamedPost, StreamHost } from '../../src/connector/contract.ts'
import { ConnectorError } from '../../src/connector/errors.ts'
import { failFromResponse } from '../../src/connector/responses.ts'
import { inBatches, type Read } from '../../src/connector/streaming.ts'
import type { PostView } from './api.ts'
import { type Config, streamAddress } from './config.ts'
import { contains, toMentions, wordsOf } from './listen.ts'
import { type NetworkEvent, type Place, readFirehose, readJetstream, StreamRefused, type Told } from './network.ts'
import { openSession } from './session.ts'

const saved = z.object({
  /** Which stream this is a place in: numbers of one server mean nothing to another. */
  address: z.string(),
  seq: z.number(),
  at: z.number(),
})

/** Servers have been seen to drop events where replay meets the present: begin a little earlier. */
const rewindMs = 10_000
/** Jetstream keeps 36 hours and silently begins later when asked for more. */
const reachMs = 35.5 * 3_600_000
/** On the whole network posts come every moment: a stream that begins this much later has forgotten what lies between. */
const suspiciousMs = 300_000
/** What was written moments ago may still be on its way. */
const settleMs = 5_000
/** Records of one connection that are kept when they cannot be read; a broken server would fill the disk. */
const mostQuarantined = 20

interface Wanted {
  event: NetworkEvent
  /** A listening query, a word or our own account is in it. */
  isOurs: boolean
}

/**
 * Listens to the whole network and keeps what concerns this workspace: our account in any part of a post, the words of
 * the source, the listening queries; and whatever happens to posts that are held.
 */
export async function* stream(host: StreamHost<Config>, cursor: unknown): AsyncGenerator<Page<unknown>> {
  const { did } = await openSession(host)
  const address = streamAddress(host.config)
  const startedAt = host.now()
  const begin = beginningOf(cursor, host.config, address, startedAt)
  const feed = await openFeed(host, address, begin.place, did)
  const page = (place: Place, from: number, to: number) => ({
    // A server whose clock is ahead of ours must not look like a gap at the next connection.
    cursor: { address, seq: place.seq, at: Math.min(place.at, host.now()) },
    covered: { from, to: Math.max(from, Math.min(to, host.now())) },
  })
  let place = begin.place ?? { seq: startedAt * 1000, at: startedAt }
  let from = begin.from
  // Where nothing is replayed there is nothing to wait for.
  if (!begin.place) yield { items: [], ...page(firstPlace(host.config, place), from, from) }
  let isFirst = true
  for await (const batch of inBatches(feed.events, host.pace)) {
    let gap: Page<unknown>['gap']
    if (isFirst && begin.place) {
      const begun = feed.began(begin.place)
      if (begun > begin.place.at) {
        gap = { from: begin.place.at, to: begun, reason: tooOld }
        from = begun
      }
    }
    isFirst = false
    place = batch.position ?? place
    const to = batch.position ? place.at : host.now() - settleMs
    const told = await toPage(host, batch.items, did)
    const next = page(place, from, to)
    yield { ...told, ...next, ...(gap ? { gap } : {}) }
    from = next.covered.to
  }
}

const tooOld = 'The stream no longer had what was missed: posts that only your queries find may be missing.'

function beginningOf(
  cursor: unknown,
  config: Config,
  address: string,
  now: number,
): { place: Place | undefined; from: number } {
  const parsed = saved.safeParse(cursor)
  // A Jetstream cursor is a time, so every Jetstream server understands it; numbers of a firehose are its own.
  const isFirehose = config.streamFrom === 'firehose'
  const fits = parsed.success && (isFirehose ? parsed.data.address === address : parsed.data.seq >= 1e15)
  if (!fits) return { place: undefined, from: now }
  const { seq, at } = parsed.data
  if (isFirehose) return seq > 0 ? { place: { seq, at }, from: at } : { place: undefined, from: now }
  return { place: { seq, at }, from: at }
}

/** A firehose that was only just opened has told no number yet. */
function firstPlace(config: Config, place: Place): Place {
  return config.streamFrom === 'firehose' ? { seq: 0, at: place.at } : place
}

interface Feed {
  events: AsyncIterable<Read<Wanted, Place>>
  /** Epoch ms from which on nothing is missing; the place itself when the stream went on from there. */
  began(place: Place): number
}

async function openFeed(
  host: StreamHost<Config>,
  address: string,
  place: Place | undefined,
  did: string,
): Promise<Feed> {
  const isFirehose = host.config.streamFrom === 'firehose'
  const asked = isFirehose ? place?.at : place && Math.max(place.at - rewindMs, host.now() - reachMs)
  let firstAt: number | undefined
  let isOutdated = false
  let reopenedAt = 0
  const note = (told: Told & { outdated?: boolean }) => {
    firstAt ??= told.place?.at
    isOutdated ||= told.outdated === true
    return told
  }
  const open = (from: Place | undefined) =>
    openSocket(host, isFirehose ? firehoseUrl(address, from) : jetstreamUrl(address, from && asked))
  const socket = await open(place)
  const read = isFirehose
    ? (message: string | Uint8Array) => note(readFirehose(bytesOf(message)))
    : (message: string | Uint8Array) => note(readJetstream(textOf(message)))
  return {
    events: readEvents(host, socket, read, did, () => {
      isOutdated = true
      reopenedAt = host.now()
      return open(undefined)
    }),
    began(from) {
      const first = firstAt ?? from.at
      if (isOutdated) return Math.max(first, reopenedAt, from.at)
      const isSuspicious = !isFirehose && asked !== undefined && first - asked > suspiciousMs && first > from.at
      return isSuspicious || (asked ?? 0) > from.at ? Math.max(first, asked ?? 0) : from.at
    },
  }
}

function jetstreamUrl(address: string, from: number | undefined): URL {
  const url = new URL('subscribe', address.endsWith('/') ? address : `${address}/`)
  url.searchParams.set('wantedCollections', 'app.bsky.feed.post')
  if (from !== undefined) url.searchParams.set('cursor', String(Math.floor(from) * 1000))
  return url
}

function firehoseUrl(address: string, from: Place | undefined): URL {
  const url = new URL('xrpc/com.atproto.sync.subscribeRepos', address.endsWith('/') ? address : `${address}/`)
  if (from !== undefined) url.searchParams.set('cursor', String(from.seq))
  return url
}

async function openSocket(host: StreamHost<Config>, url: URL): Promise<LiveSocket> {
  const opened = await host.openSocket(url, { silenceMs: 60_000 })
  if (opened.ok) return opened.socket
  return failFromResponse(opened.response, { what: 'opening the stream of Bluesky', forbidden: 'rejected' })
}

/** `reopen`: at the present, when the server does not know the place any more (it was set up anew). */
async function* readEvents(
  host: StreamHost<Config>,
  socket: LiveSocket,
  read: (message: string | Uint8Array) => Told,
  did: string,
  reopen: () => Promise<LiveSocket>,
): AsyncGenerator<Read<Wanted, Place>> {
  try {
    yield* readFrom(host, socket, read, did)
  } catch (error) {
    if (!(error instanceof StreamRefused)) throw error
    if (error.code !== 'FutureCursor')
      throw new ConnectorError('temporary', `The stream of Bluesky ended: ${error.message}.`, { cause: error })
    socket.close()
    yield* readFrom(host, await reopen(), read, did)
  }
}

async function* readFrom(
  host: StreamHost<Config>,
  socket: LiveSocket,
  read: (message: string | Uint8Array) => Told,
  did: string,
): AsyncGenerator<Read<Wanted, Place>> {
  const words = wordsOf(host.config).map((word) => word.toLowerCase())
  let quarantined = 0
  try {
    for await (const messages of socket.messages) {
      const wants = await host.filter()
      const items: Wanted[] = []
      let position: Place | undefined
      for (const message of messages) {
        try {
          const told = read(message)
          position = told.place ?? position
          for (const event of told.events) {
            const isOurs = concernsUs(event, did, words, wants)
            if (isOurs || event.type !== 'post' || !event.isNew) items.push({ event, isOurs })
          }
        } catch (error) {
          if (error instanceof StreamRefused) throw error
          if (quarantined++ < mostQuarantined) host.quarantine(shownRaw(message), error)
        }
      }
      if (position) yield { items, position }
    }
  } finally {
    socket.close()
  }
}

/** From cheap to dear: most posts of the network end at the last line. */
export function concernsUs(
  event: NetworkEvent,
  did: string,
  words: string[],
  wants: (post: StreamedPost) => boolean,
): boolean {
  if (event.type !== 'post') return false
  if (event.did === did || event.raw.includes(did)) return true
  if (words.length > 0) {
    const raw = event.raw.toLowerCase()
    if (words.some((word) => raw.includes(jsonBody(word)) && contains({ record: event.record }, word))) return true
  }
  const { text, langs } = event.record as { text?: unknown; langs?: unknown }
  if (typeof text !== 'string') return false
  const lang: unknown = Array.isArray(langs) ? langs[0] : undefined
  return wants({ text, ...(typeof lang === 'string' ? { lang } : {}), links: linksOf(event.record) })
}

function linksOf(record: unknown): string[] {
  const { facets } = record as { facets?: unknown }
  if (!Array.isArray(facets)) return []
  return facets.flatMap((facet: { features?: unknown } | null) =>
    Array.isArray(facet?.features)
      ? facet.features.flatMap((feature: { uri?: unknown } | null) =>
          typeof feature?.uri === 'string' ? [feature.uri] : [],
        )
      : [],
  )
}

function jsonBody(word: string): string {
  return JSON.stringify(word).slice(1, -1)
}

/** What happened last to a post counts; what was wanted once stays wanted. */
async function toPage(host: StreamHost<Config>, wanted: Wanted[], did: string) {
  const byUri = new Map<string, Wanted>()
  const goneAuthors: string[] = []
  for (const one of wanted) {
    if (one.event.type === 'gone') goneAuthors.push(one.event.did)
    else {
      const before = byUri.get(one.event.uri)
      byUri.delete(one.event.uri)
      byUri.set(one.event.uri, { event: one.event, isOurs: one.isOurs || before?.isOurs === true })
    }
  }
  const all = [...byUri.values()]
  const posts = all.filter(({ event }) => event.type === 'post')
  const items: IncomingMention[] = [
    ...(await toMentions(
      host,
      viewsOf(host, posts, (one) => isNewOnly(one)),
      did,
      true,
    )),
    ...(await edits(host, posts, did)),
    ...all.flatMap(({ event }) => (event.type === 'deleted' ? [tombstone(event.uri, event.did)] : [])),
  ]
  return { items, ...(goneAuthors.length > 0 ? { goneAuthors } : {}) }
}

/** An edit is taken as the stream tells it: the AppView may still show the old text. */
async function edits(host: StreamHost<Config>, posts: Wanted[], did: string): Promise<IncomingMention[]> {
  const ours = new Set(posts.flatMap(({ event, isOurs }) => (isOurs && event.type === 'post' ? [event.uri] : [])))
  const views = viewsOf(host, posts, (one) => !isNewOnly(one))
  const items = await toMentions(host, views, did, false)
  return items.map((item) => ({
    ...item,
    editedAt: host.now(),
    ...(ours.has(item.externalId) ? {} : { onlyIfKnown: true }),
  }))
}

function isNewOnly({ event }: Wanted): boolean {
  return event.type === 'post' && event.isNew
}

function viewsOf(host: StreamHost<Config>, posts: Wanted[], which: (one: Wanted) => boolean): PostView[] {
  const indexedAt = new Date(host.now()).toISOString()
  return posts.filter(which).flatMap(({ event }) => {
    if (event.type !== 'post') return []
    const { uri, cid, did, record } = event
    return [{ uri, cid, author: { did, handle: did }, record, indexedAt }]
  })
}

function tombstone(uri: string, did: string): IncomingMention {
  return {
    externalId: uri,
    uri,
    kind: 'post',
    author: { externalId: did, handle: did },
    text: '',
    createdAt: 0,
    deleted: true,
  }
}

function bytesOf(message: string | Uint8Array): Uint8Array {
  if (typeof message === 'string') throw new Error('text where a binary frame is due')
  return message
}

function textOf(message: string | Uint8Array): string {
  return typeof message === 'string' ? message : Buffer.from(message).toString('utf8')
}

function shownRaw(message: string | Uint8Array): string {
  return (typeof message === 'string' ? message : Buffer.from(message).toString('base64')).slice(0, 20_000)
}
