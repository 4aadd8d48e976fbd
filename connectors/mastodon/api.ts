import { z } from 'zod'
import type { Host, HostRequest } from '../../src/connector/contract.ts'
import { ConnectorError } from '../../src/connector/errors.ts'
import { failFromResponse } from '../../src/connector/responses.ts'
import type { Config } from './config.ts'

export type MastodonHost = Host<Config>

export const pageSize = 40

interface Ask {
  what: string
  init?: HostRequest
  /** Answers that are not failures here. */
  allow?: number[]
}

async function ask(
  host: MastodonHost,
  path: string,
  query: [string, string][],
  { what, init, allow }: Ask,
): Promise<Response> {
  const url = new URL(path, host.config.baseUrl)
  url.search = new URLSearchParams(query).toString()
  const { token } = host.config
  const response = await host.fetch(url, {
    ...init,
    headers: { accept: 'application/json', ...(token && { authorization: `Bearer ${token}` }), ...init?.headers },
  })
  if (response.ok || allow?.includes(response.status)) return response
  if (response.status === 401 && !token)
    throw new ConnectorError(
      'auth',
      `${url.host} shows this only to members. Add an access token to this source, or choose another server.`,
    )
  return failFromResponse(response, { what })
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unreadable(response, cause)
  }
}

function unreadable(response: Response, cause: unknown): ConnectorError {
  const host = URL.parse(response.url)?.host ?? 'The server'
  return new ConnectorError('temporary', `${host} gave an answer that cannot be read. It is asked again later.`, {
    cause,
  })
}

async function readList(response: Response): Promise<unknown[]> {
  const body = await readJson(response)
  if (!Array.isArray(body)) throw unreadable(response, new Error('not a list'))
  return body
}

/** The account of the token, unchecked: for map.ts. */
export async function readMe(host: MastodonHost): Promise<unknown> {
  return readJson(
    await ask(host, '/api/v1/accounts/verify_credentials', [], { what: 'reading the account of the token' }),
  )
}

/** One page, newest first, of what is older than `maxId`. Never uses min_id or since_id: servers disagree about them. */
export async function readNotifications(host: MastodonHost, maxId: string | undefined): Promise<unknown[]> {
  const query: [string, string][] = [
    ['types[]', 'mention'],
    ['types[]', 'quote'],
    ['include_filtered', 'true'],
    ['limit', String(pageSize)],
  ]
  return readList(
    await ask(host, '/api/v1/notifications', [...query, ...below(maxId)], { what: 'reading notifications' }),
  )
}

export async function readHashtag(host: MastodonHost, tag: string, maxId: string | undefined): Promise<unknown[]> {
  const path = `/api/v1/timelines/tag/${encodeURIComponent(tag)}`
  return readList(await ask(host, path, [['limit', String(pageSize)], ...below(maxId)], { what: `reading #${tag}` }))
}

export async function readOwnStatuses(
  host: MastodonHost,
  accountId: string,
  maxId: string | undefined,
): Promise<unknown[]> {
  const path = `/api/v1/accounts/${encodeURIComponent(accountId)}/statuses`
  const query: [string, string][] = [['limit', String(pageSize)], ['exclude_reblogs', 'true'], ...below(maxId)]
  return readList(await ask(host, path, query, { what: 'looking for the reply' }))
}

function below(maxId: string | undefined): [string, string][] {
  return maxId === undefined ? [] : [['max_id', maxId]]
}

const found = z.object({ statuses: z.array(z.unknown()) })

/** Full-text search, by relevance. Empty where the server has none. */
export async function searchStatuses(host: MastodonHost, text: string, offset: number): Promise<unknown[]> {
  const query: [string, string][] = [
    ['q', text],
    ['type', 'statuses'],
    ['limit', String(pageSize)],
    ['offset', String(offset)],
  ]
  const response = await ask(host, '/api/v2/search', query, { what: 'searching' })
  const parsed = found.safeParse(await readJson(response))
  if (!parsed.success) throw unreadable(response, parsed.error)
  return parsed.data.statuses
}

/** Undefined: the server does not show it (deleted, or not to us). */
export async function readStatus(host: MastodonHost, id: string): Promise<unknown> {
  const path = `/api/v1/statuses/${encodeURIComponent(id)}`
  const response = await ask(host, path, [], { what: 'reading a post', allow: [404, 410] })
  if (response.ok) return readJson(response)
  await response.body?.cancel()
  return undefined
}

/** The posts among `ids` that the server shows; undefined where it cannot answer for many at once. */
export async function readStatuses(host: MastodonHost, ids: string[]): Promise<unknown[] | undefined> {
  const query = ids.map((id): [string, string] => ['id[]', id])
  const response = await ask(host, '/api/v1/statuses', query, { what: 'reading posts', allow: [400, 404, 405, 422] })
  if (response.ok) return readList(response)
  await response.body?.cancel()
  return undefined
}

const context = z.object({ ancestors: z.array(z.object({ id: z.string() })) })

/** Id of the first post of the conversation that the server knows; undefined when it cannot tell. */
export async function readRootId(host: MastodonHost, id: string): Promise<string | undefined> {
  const path = `/api/v1/statuses/${encodeURIComponent(id)}/context`
  const response = await ask(host, path, [], { what: 'reading a conversation', allow: [404, 410] })
  if (!response.ok) {
    await response.body?.cancel()
    return undefined
  }
  const parsed = context.safeParse(await readJson(response))
  return parsed.success ? parsed.data.ancestors[0]?.id : undefined
}

export interface NewStatus {
  status: string
  in_reply_to_id: string
  visibility?: string
  spoiler_text?: string
  language?: string
}

export async function postStatus(host: MastodonHost, status: NewStatus, idempotencyKey: string): Promise<unknown> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
    body: JSON.stringify(status),
  }
  const response = await ask(host, '/api/v1/statuses', [], { what: 'sending the reply', init })
  return readJson(response)
}

export async function favourite(host: MastodonHost, id: string): Promise<void> {
  const path = `/api/v1/statuses/${encodeURIComponent(id)}/favourite`
  await (await ask(host, path, [], { what: 'marking the post as favourite', init: { method: 'POST' } })).body?.cancel()
}

export async function deleteStatus(host: MastodonHost, id: string): Promise<void> {
  const path = `/api/v1/statuses/${encodeURIComponent(id)}`
  const init = { method: 'DELETE' }
  await (await ask(host, path, [], { what: 'deleting the post', init, allow: [404, 410] })).body?.cancel()
}

const instance = z.object({
  domain: z.string().optional(),
  uri: z.string().optional(),
  max_toot_chars: z.number().optional(),
  configuration: z
    .object({
      urls: z.object({ streaming: z.string().nullish() }).optional(),
      statuses: z
        .object({ max_characters: z.number().optional(), characters_reserved_per_url: z.number().optional() })
        .optional(),
    })
    .optional(),
})
export interface Instance {
  /** Domain of the server's own accounts. */
  domain?: string
  maxCharacters?: number
  charactersPerUrl?: number
  /** Address of its streams. */
  streaming?: string
}

/** What the server says about itself; undefined when it says nothing (some do only once an account exists). */
export async function readInstance(host: MastodonHost): Promise<Instance | undefined> {
  for (const path of ['/api/v2/instance', '/api/v1/instance']) {
    const response = await ask(host, path, [], { what: 'reading the rules of the server', allow: [404, 410, 501] })
    if (!response.ok) {
      await response.body?.cancel()
      continue
    }
    const parsed = instance.safeParse(await readJson(response))
    if (!parsed.success) continue
    const { domain, uri, configuration, max_toot_chars } = parsed.data
    const name = domain ?? uri?.replace(/^https?:\/\//, '').replace(/\/.*$/, '')
    const max = configuration?.statuses?.max_characters ?? max_toot_chars
    const perUrl = configuration?.statuses?.characters_reserved_per_url
    return {
      ...(name && { domain: name }),
      ...(max !== undefined && { maxCharacters: max }),
      ...(perUrl !== undefined && { charactersPerUrl: perUrl }),
      ...(configuration?.urls?.streaming && { streaming: configuration.urls.streaming }),
    }
  }
  return undefined
}
