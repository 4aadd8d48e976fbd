import { z } from 'zod'
import type { IncomingMention, Page, StreamedPost, StreamHost } from '../../src/connector/contract.ts'
import { ConnectorError, isConnectorError } from '../../src/connector/errors.ts'
import { failFromResponse } from '../../src/connector/responses.ts'
import { inBatches, merged, serverEvents, type Read } from '../../src/connector/streaming.ts'
import { readInstance } from './api.ts'
import { type Config, hashtagsOf } from './config.ts'
import type { MapContext } from './map.ts'
import { contextOf, mapped, notified, withRoot } from './read.ts'

/** A subscription takes effect a moment after it was asked for, and posts take a moment to get there. */
const settleMs = 5_000
/** Servers ping every half minute at most. */
const silenceMs = 90_000
const mostQuarantined = 20
const what = 'opening the stream'

/** Which stream something came from, and what. */
interface Told {
  stream: 'user:notification' | 'hashtag' | 'public'
  event: string
  payload: unknown
}

interface Subscription {
  stream: Told['stream']
  tag?: string
}

interface Line {
  told: AsyncIterable<Told[]>
  /** Ms since anything came. */
  silentMs(): number
}

/**
 * Notifications and hashtags as they come, over one WebSocket, else over server-sent events. Mastodon replays nothing:
 * reading begins with the connection, and a poll reads what lies before it.
 */
export async function* stream(host: StreamHost<Config>): AsyncGenerator<Page<unknown>> {
  if (!host.config.token)
    throw new ConnectorError('rejected', 'Mastodon streams only for members: add an access token to this source.')
  const context = await contextOf(host)
  const line = await openLine(host)
  let from = host.now() + settleMs
  yield { items: [], cursor: null, covered: { from, to: from } }
  for await (const batch of inBatches(arrivals(host, line), host.pace)) {
    const items: IncomingMention[] = []
    for (const told of batch.items) items.push(...(await itemsOf(host, told, context)))
    const heard = batch.position ?? host.now() - line.silentMs()
    const covered = { from, to: Math.max(from, Math.min(heard, host.now()) - settleMs) }
    yield { items: lastOfEach(items), cursor: null, covered }
    from = covered.to
  }
  throw new ConnectorError('temporary', 'The server ended the stream.')
}

async function* arrivals(host: StreamHost<Config>, line: Line): AsyncGenerator<Read<Told, number>> {
  for await (const items of line.told) yield { items, position: host.now() }
}

/** What happened last to a post counts: a deletion after the post, an edit after it. */
function lastOfEach(items: IncomingMention[]): IncomingMention[] {
  const byId = new Map<string, IncomingMention>()
  for (const item of items) {
    const before = byId.get(item.externalId)
    byId.delete(item.externalId)
    // A post that was wanted stays wanted when its edit comes along in the same moment.
    const { onlyIfKnown: _, ...wanted } = item
    byId.set(item.externalId, before && !before.onlyIfKnown && !before.deleted ? wanted : item)
  }
  return [...byId.values()]
}

async function itemsOf(host: StreamHost<Config>, told: Told, context: MapContext): Promise<IncomingMention[]> {
  const { stream: from, event, payload } = told
  if (event === 'delete') return typeof payload === 'string' && payload !== '' ? [tombstone(payload)] : []
  if (event === 'notification') return isMention(payload) ? notified(host, payload, context) : []
  if (event !== 'update' && event !== 'status.update') return []
  // A post that mentions us belongs to its conversation, wherever it was met.
  const [item] = mapped(host, payload, context)
  if (!item) return []
  const isWanted = from !== 'public' || (await host.filter())(asStreamed(item))
  if (event === 'update') return isWanted ? (item.kind === 'mention' ? withRoot(host, payload, context) : [item]) : []
  return [isWanted ? item : { ...item, onlyIfKnown: true }]
}

function asStreamed({ text, title, lang, kind, author, url, createdAt }: IncomingMention): StreamedPost {
  return {
    text,
    kind,
    author: [author.handle, ...(author.name ? [author.name] : [])],
    createdAt,
    ...(title ? { title } : {}),
    ...(lang ? { lang } : {}),
    ...(url ? { url } : {}),
  }
}

function isMention(payload: unknown): boolean {
  const type = (payload as { type?: unknown } | null)?.type
  return type === 'mention' || type === 'quote'
}

function tombstone(externalId: string): IncomingMention {
  return { externalId, kind: 'post', author: { externalId: '', handle: '' }, text: '', createdAt: 0, deleted: true }
}

function subscriptionsOf(config: Config): Subscription[] {
  return [
    { stream: 'user:notification' },
    ...hashtagsOf(config.hashtags).map((tag) => ({ stream: 'hashtag' as const, tag })),
    ...(config.publicPosts ? [{ stream: 'public' as const }] : []),
  ]
}

async function openLine(host: StreamHost<Config>): Promise<Line> {
  const instance = await readInstance(host)
  const address = streamingAddress(host.config.baseUrl, instance?.streaming)
  const headers = { authorization: `Bearer ${host.config.token}` }
  const opened = await host.openSocket(new URL('/api/v1/streaming', address), { headers, silenceMs })
  if (opened.ok) {
    const { socket } = opened
    for (const one of subscriptionsOf(host.config)) socket.send(JSON.stringify({ type: 'subscribe', ...one }))
    return { told: fromSocket(host, socket.messages), silentMs: socket.silentMs }
  }
  const { status } = opened.response
  if (status === 401 || status === 403 || status === 429 || status >= 500)
    return failFromResponse(opened.response, { what, forbidden: 'rejected' })
  return openEvents(host, address, headers)
}

/** The token goes there: never in the clear when the server itself is reached by https. */
export function streamingAddress(baseUrl: string, streaming: string | undefined): string {
  const own = baseUrl
  if (!streaming || !URL.canParse(streaming)) return own
  const url = new URL(streaming.replace(/^ws/i, 'http'))
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && new URL(baseUrl).protocol === 'http:')
  return isSafe ? url.origin : own
}

async function openEvents(host: StreamHost<Config>, address: string, headers: Record<string, string>): Promise<Line> {
  let heardAt = host.now()
  const lines: AsyncIterable<Told[]>[] = []
  for (const one of subscriptionsOf(host.config)) {
    const url = new URL(`/api/v1/streaming/${paths[one.stream]}`, address)
    if (one.tag !== undefined) url.searchParams.set('tag', one.tag)
    const opened = await host.openStream(url, { headers: { ...headers, accept: 'text/event-stream' }, silenceMs })
    if (!opened.ok) return failFromResponse(opened.response, { what, forbidden: 'rejected' })
    lines.push(fromEvents(host, one.stream, opened.chunks, () => (heardAt = host.now())))
  }
  return { told: merged(lines), silentMs: () => host.now() - heardAt }
}

const paths = { 'user:notification': 'user/notification', hashtag: 'hashtag', public: 'public' }

const message = z.object({
  stream: z.array(z.string()).optional(),
  event: z.string().optional(),
  payload: z.unknown().optional(),
  error: z.string().optional(),
})

async function* fromSocket(
  host: StreamHost<Config>,
  messages: AsyncIterable<(string | Uint8Array)[]>,
): AsyncGenerator<Told[]> {
  const put = createQuarantine(host)
  for await (const some of messages)
    yield some.flatMap((text) =>
      put(text, () => {
        const { stream: streams = [], event = '', payload, error } = message.parse(JSON.parse(String(text)))
        if (error !== undefined) throw new ConnectorError('rejected', `The server refuses the stream: ${error}`)
        const name = streams[0] === 'hashtag' || streams[0] === 'public' ? streams[0] : 'user:notification'
        return [{ stream: name, event, payload: readPayload(event, payload) }]
      }),
    )
}

async function* fromEvents(
  host: StreamHost<Config>,
  name: Told['stream'],
  chunks: AsyncIterable<Uint8Array>,
  heard: () => void,
): AsyncGenerator<Told[]> {
  const put = createQuarantine(host)
  for await (const events of serverEvents(chunks)) {
    heard()
    yield events.flatMap((one) =>
      one === undefined
        ? []
        : put(one.data, () => [{ stream: name, event: one.event, payload: readPayload(one.event, one.data) }]),
    )
  }
}

/** JSON inside a string, but for deletions, which are a bare id. */
function readPayload(event: string, payload: unknown): unknown {
  const isJson = event === 'update' || event === 'status.update' || event === 'notification'
  return isJson && typeof payload === 'string' ? JSON.parse(payload) : payload
}

function createQuarantine(host: StreamHost<Config>) {
  let count = 0
  return (raw: unknown, read: () => Told[]): Told[] => {
    try {
      return read()
    } catch (error) {
      if (isConnectorError(error)) throw error
      if (count++ < mostQuarantined) host.quarantine(String(raw).slice(0, 20_000), error)
      return []
    }
  }
}
