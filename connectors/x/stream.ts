import { z } from 'zod'
import type { IncomingMention, Page, StreamHost } from '../../src/connector/contract.ts'
import { ConnectorError, isConnectorError } from '../../src/connector/errors.ts'
import { failFromResponse } from '../../src/connector/responses.ts'
import { inBatches, linesOf, type Read } from '../../src/connector/streaming.ts'
import { fields, ownAccount } from './api.ts'
import type { Config } from './config.ts'
import { queriesFor, toMentions } from './listen.ts'
import { readBatch } from './shape.ts'

/** A rule takes effect, and a post gets there, a moment later. */
const settleMs = 10_000
/** X sends a blank line every 20 seconds. */
const silenceMs = 50_000
const mostQuarantined = 20
const rulesPath = '/2/tweets/search/stream/rules'

const saved = z.object({ at: z.number() })

/**
 * The filtered stream: rules for mentions of the account and for the words, and what matches them as it is written. It
 * replays only where the plan allows `backfill_minutes`; otherwise reading begins with the connection, and a poll reads
 * what lies before it. Order is not kept and posts may come twice.
 */
export async function* stream(host: StreamHost<Config>, cursor: unknown): AsyncGenerator<Page<unknown>> {
  if (!host.config.appBearer)
    throw new ConnectorError('rejected', 'X streams only with an app bearer token: add it to this source.')
  const me = await ownAccount(host)
  const tag = `earshot:${me.username}`
  await syncRules(host, tag, rulesFor(host.config, me.username))
  const minutes = host.config.backfillMinutes
  const last = saved.safeParse(cursor)
  const askedAt = host.now()
  const replays = minutes > 0 && last.success && askedAt - last.data.at < minutes * 60_000
  const chunks = await openStream(host, replays ? minutes : 0)
  let from = replays ? last.data.at : host.now() + settleMs
  const place = (at: number) => ({ at: Math.min(at, host.now()) })
  yield { items: [], cursor: place(from), covered: { from, to: from } }
  let heardAt = host.now()
  const lines = readLines(host, chunks, tag, me.id, () => (heardAt = host.now()))
  for await (const batch of inBatches(lines, host.pace)) {
    const covered = { from, to: Math.max(from, heardAt - settleMs) }
    yield { items: batch.items, cursor: place(covered.to), covered }
    from = covered.to
  }
  throw new ConnectorError('temporary', 'X ended the stream.')
}

/** At most 1,024 characters each; the search's own queries are shorter. */
export function rulesFor({ words }: Pick<Config, 'words'>, username: string): string[] {
  return [`@${username} -from:${username} -is:retweet`, ...queriesFor(words, username)]
}

const rules = z.object({
  data: z.array(z.object({ id: z.string(), value: z.string(), tag: z.string().optional() })).optional(),
})
const added = z.object({
  errors: z
    .array(z.looseObject({ title: z.string().optional(), detail: z.string().optional(), type: z.string().optional() }))
    .optional(),
  meta: z.looseObject({ summary: z.looseObject({ not_created: z.number().optional() }).optional() }).optional(),
})

/** Ours are known by their tag; rules that somebody else keeps in the same app are left alone. */
async function syncRules(host: StreamHost<Config>, tag: string, wanted: string[]): Promise<void> {
  const known = rules.parse(await callRules(host, undefined)).data ?? []
  const ours = known.filter((rule) => rule.tag === tag)
  const odd = ours.filter((rule) => !wanted.includes(rule.value)).map(({ id }) => id)
  const missing = wanted.filter((value) => !ours.some((rule) => rule.value === value))
  if (odd.length > 0) await callRules(host, { delete: { ids: odd } })
  if (missing.length === 0) return
  const answer = added.parse(await callRules(host, { add: missing.map((value) => ({ value, tag })) }))
  const refused = (answer.errors ?? []).filter((error) => error.title !== 'DuplicateRule')
  if (refused.length === 0) return
  const why = refused.map((error) => error.detail ?? error.title ?? 'no reason given').join('; ')
  throw new ConnectorError(
    'rejected',
    `X did not take the rules for the stream (${why.slice(0, 300)}). Use fewer words, or a plan with more rules.`,
  )
}

async function callRules(host: StreamHost<Config>, body: object | undefined): Promise<unknown> {
  const response = await host.fetch(new URL(rulesPath, host.config.baseUrl), {
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    headers: {
      ...authorised(host),
      accept: 'application/json',
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    redirect: 'manual',
  })
  if (!response.ok)
    return failFromResponse(response, { what: 'setting the rules of the stream', forbidden: 'rejected' })
  return response.json()
}

function authorised(host: StreamHost<Config>): Record<string, string> {
  return { authorization: `Bearer ${host.config.appBearer}` }
}

async function openStream(host: StreamHost<Config>, minutes: number): Promise<AsyncIterable<Uint8Array>> {
  const url = new URL('/2/tweets/search/stream', host.config.baseUrl)
  for (const [name, value] of Object.entries(fields(host.config))) url.searchParams.set(name, String(value))
  if (minutes > 0) url.searchParams.set('backfill_minutes', String(minutes))
  const opened = await host.openStream(url, { headers: authorised(host), silenceMs })
  if (opened.ok) return opened.chunks
  return failFromResponse(opened.response, { what: 'opening the stream of X', forbidden: 'rejected' })
}

const line = z.looseObject({
  data: z.looseObject({}).optional(),
  matching_rules: z.array(z.looseObject({ tag: z.string().optional() })).optional(),
  errors: z
    .array(
      z.looseObject({
        title: z.string().optional(),
        detail: z.string().optional(),
        disconnect_type: z.string().optional(),
        type: z.string().optional(),
      }),
    )
    .optional(),
})

async function* readLines(
  host: StreamHost<Config>,
  chunks: AsyncIterable<Uint8Array>,
  tag: string,
  ownId: string,
  heard: () => void,
): AsyncGenerator<Read<IncomingMention, number>> {
  let quarantined = 0
  for await (const texts of linesOf(chunks, 5_000_000)) {
    heard()
    const items: IncomingMention[] = []
    for (const text of texts) {
      if (text.trim() === '') continue
      try {
        items.push(...mentionsOf(host, text, tag, ownId))
      } catch (error) {
        if (isConnectorError(error)) throw error
        if (quarantined++ < mostQuarantined) host.quarantine(text.slice(0, 20_000), error)
      }
    }
    if (items.length > 0) yield { items, position: host.now() }
  }
}

function mentionsOf(host: StreamHost<Config>, text: string, tag: string, ownId: string): IncomingMention[] {
  const { data, matching_rules: matched, errors, ...rest } = line.parse(JSON.parse(text))
  const reason = errors?.find((error) => error.disconnect_type !== undefined || /disconnect/i.test(error.title ?? ''))
  if (reason)
    throw new ConnectorError(
      'temporary',
      `X ended the stream: ${reason.detail ?? reason.disconnect_type ?? 'no reason'}`,
    )
  // What only the rules of somebody else in the same app have matched is not ours.
  if (!data || (matched && !matched.some((rule) => rule.tag === tag))) return []
  return toMentions(host, readBatch({ ...rest, data: [data], ...(errors ? { errors } : {}) }, host.quarantine), ownId)
}
