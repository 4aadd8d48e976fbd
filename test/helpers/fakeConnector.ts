import { z } from 'zod'
import type {
  Connector,
  Host,
  Manifest,
  OutgoingReply,
  Page,
  SentReply,
  StreamHost,
} from '../../src/connector/contract.ts'
import { defineConnector } from '../../src/connector/define.ts'
import { ConnectorError } from '../../src/connector/errors.ts'
import { failFromResponse } from '../../src/connector/responses.ts'
import { inBatches, linesOf, type Read } from '../../src/connector/streaming.ts'
import type { IncomingMention } from '../../src/domain/mention.ts'
import { normaliseText } from './fakePlatformState.ts'

const configSchema = z.object({
  baseUrl: z.url().meta({ title: 'Address', help: 'Where the fake platform listens.' }),
  overlapMs: z.number().int().min(0).default(60_000).meta({
    title: 'Overlap',
    help: 'How far behind the newest item a poll reads again, in ms. More than the platform’s late items are late.',
  }),
})
export type FakeConfig = z.infer<typeof configSchema>

const cursorSchema = z.object({
  /** Everything up to this moment of platform time has been walked once, epoch ms; 0: nothing yet. */
  high: z.number(),
})
export type FakeCursor = z.infer<typeof cursorSchema>

const mentionSchema = z.object({
  id: z.string(),
  text: z.string(),
  author: z.object({ id: z.string(), handle: z.string(), name: z.string() }),
  createdAt: z.number(),
  parentId: z.string().optional(),
})
const pageSchema = z.object({ items: z.array(z.unknown()), next: z.string().optional(), now: z.number() })
const postSchema = z.object({ id: z.string(), parentId: z.string(), text: z.string(), at: z.number() })

export const fakeManifest: Manifest = {
  id: 'fake',
  name: 'Fake platform',
  homepage: 'https://fake.invalid/',
  kind: 'social',
  quality: 'bronze',
  summary: 'A platform with memory and faults, for tests.',
  keyless: true,
  limits: [{ requests: 10_000, perSeconds: 1, scope: 'account' }],
  interval: { default: 1, min: 1 },
  reply: { limits: [{ unit: 'graphemes', max: 300 }], readLagSeconds: 1 },
  policy: { identityLink: 'allowed', exportable: true },
}

/** The connector for fakePlatform.ts, with another manifest where a test needs one (read lag, limits). */
export function createFakeConnector(change: Partial<Manifest> = {}): Connector<FakeConfig, FakeCursor> {
  return defineConnector<FakeConfig, FakeCursor>({
    manifest: { ...fakeManifest, ...change },
    config: configSchema,
    cursor: cursorSchema,
    start: { high: 0 },
    async check(host) {
      const me = z.object({ id: z.string(), name: z.string() }).parse(await getJson(host, '/me', 'reading the account'))
      return { account: me.id, displayName: me.name }
    },
    poll,
    ...(change.stream ? { stream } : {}),
    canReply: () => ({ ok: true }),
    reply,
    findReply,
  })
}

export const fakeConnector = createFakeConnector()

/** Newest first: the mark moves only when the walk has reached known ground, so that a crash on the way loses nothing. */
async function* poll(host: Host<FakeConfig>, cursor: FakeCursor): AsyncIterable<Page<FakeCursor>> {
  const until = cursor.high - host.config.overlapMs
  let before: string | undefined
  let startedAt: number | undefined
  for (;;) {
    const query = before === undefined ? '' : `?before=${encodeURIComponent(before)}`
    const page = parsePage(await getJson(host, `/mentions${query}`, 'reading mentions'))
    startedAt ??= page.now
    const items = toMentions(host, page.items)
    const isOver = page.next === undefined || items.some((item) => item.createdAt < until)
    if (isOver) {
      yield { items, cursor: { high: startedAt }, covered: { from: cursor.high, to: startedAt }, done: true }
      return
    }
    yield { items, cursor, done: false }
    before = page.next
  }
}

const lineSchema = z.object({ seq: z.number(), at: z.number(), item: mentionSchema })
const placeSchema = z.object({ seq: z.number(), at: z.number() })
/** Lines may come in another order than their numbers: begin a little earlier. */
const rewind = 5
/** A line that was written moments ago may still be on its way. */
const settleMs = 100

async function* stream(host: StreamHost<FakeConfig>, cursor: unknown): AsyncIterable<Page<unknown>> {
  const saved = placeSchema.safeParse(cursor)
  let place = saved.success ? saved.data : undefined
  let opened = await openLines(host, place && Math.max(0, place.seq - rewind))
  if (!opened.ok && opened.response.status === 410) {
    place = undefined
    opened = await openLines(host, undefined)
  }
  if (!opened.ok) return failFromResponse(opened.response, { what: 'opening the stream' })
  let from = place?.at ?? host.now()
  yield { items: [], cursor: place ?? null, covered: { from, to: from } }
  for await (const { items, position } of inBatches(readLines(host, opened.chunks), host.pace)) {
    place = position && (!place || position.seq > place.seq) ? position : place
    const heard = position ? Math.min(place?.at ?? from, host.now()) : host.now()
    const to = Math.max(from, heard - settleMs)
    yield { items, cursor: place ?? null, covered: { from, to } }
    from = to
  }
}

function openLines(host: StreamHost<FakeConfig>, after: number | undefined) {
  const url = new URL('/stream', host.config.baseUrl)
  if (after !== undefined) url.searchParams.set('after', String(after))
  return host.openStream(url)
}

async function* readLines(
  host: StreamHost<FakeConfig>,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Read<IncomingMention, z.infer<typeof placeSchema>>> {
  for await (const lines of linesOf(chunks)) {
    const items: IncomingMention[] = []
    let position: z.infer<typeof placeSchema> | undefined
    for (const line of lines) {
      if (line === '') continue
      if (line.startsWith('{"error"')) throw new ConnectorError('temporary', `The fake platform says: ${line}`)
      try {
        const { seq, at, item } = lineSchema.parse(JSON.parse(line))
        items.push(toMention(item))
        if (position === undefined || seq > position.seq) position = { seq, at }
      } catch (error) {
        host.quarantine(line, error)
      }
    }
    if (position) yield { items, position }
  }
}

function parsePage(body: unknown): z.infer<typeof pageSchema> {
  const page = pageSchema.safeParse(body)
  if (!page.success)
    throw new ConnectorError('temporary', 'The fake platform answered with something that is no list.', {
      cause: page.error,
    })
  return page.data
}

function toMentions(host: Host<FakeConfig>, records: readonly unknown[]): IncomingMention[] {
  const items = new Map<string, IncomingMention>()
  for (const record of records) {
    const parsed = mentionSchema.safeParse(record)
    if (parsed.success) items.set(parsed.data.id, toMention(parsed.data))
    else host.quarantine(record, parsed.error)
  }
  return [...items.values()]
}

function toMention({ id, text, author, createdAt, parentId }: z.infer<typeof mentionSchema>): IncomingMention {
  return {
    externalId: id,
    url: `https://fake.invalid/${id}`,
    kind: parentId === undefined ? 'mention' : 'reply',
    author: { externalId: author.id, handle: author.handle, name: author.name },
    text,
    createdAt,
    ...(parentId === undefined ? {} : { parentId, rootId: parentId }),
    ...(author.id === 'own' ? { own: true } : {}),
  }
}

async function reply(host: Host<FakeConfig>, outgoing: OutgoingReply): Promise<SentReply> {
  const response = await host.fetch(new URL('/replies', host.config.baseUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': outgoing.idempotencyKey },
    body: JSON.stringify({ parentId: outgoing.target.externalId, text: outgoing.text }),
  })
  if (!response.ok) return failFromResponse(response, { what: 'posting the reply' })
  return toSent(await readJson(response))
}

/** The platform takes no key: the same text under the same parent, not older than the attempt, is this reply. */
async function findReply(host: Host<FakeConfig>, outgoing: OutgoingReply): Promise<SentReply | null> {
  const path = `/replies?parent=${encodeURIComponent(outgoing.target.externalId)}`
  const body = z.object({ items: z.array(postSchema) }).safeParse(await getJson(host, path, 'looking for the reply'))
  const since = (outgoing.attemptedAt ?? outgoing.createdAt) - clockSkewMs
  // An unreadable answer is not "not there": the reply would be sent again.
  if (!body.success) throw new ConnectorError('temporary', 'The list of replies is unreadable.', { cause: body.error })
  const found = body.data.items.find(
    (post) => post.at >= since && normaliseText(post.text) === normaliseText(outgoing.text),
  )
  return found ? toSent(found) : null
}

const clockSkewMs = 300_000

function toSent(body: unknown): SentReply {
  const post = postSchema.safeParse(body)
  if (!post.success)
    throw new ConnectorError('temporary', 'The fake platform answered the reply with something unreadable.', {
      cause: post.error,
    })
  return { externalId: post.data.id, url: `https://fake.invalid/${post.data.id}`, sentAt: post.data.at }
}

async function getJson(host: Host<FakeConfig>, path: string, what: string): Promise<unknown> {
  const response = await host.fetch(new URL(path, host.config.baseUrl))
  if (!response.ok) return failFromResponse(response, { what })
  return readJson(response)
}

/** An answer that breaks off in the middle is a passing problem, and for a write one of unknown outcome. */
async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (cause) {
    throw new ConnectorError('temporary', 'The answer of the fake platform broke off.', { cause })
  }
}
