import { type ITwitterApiClientPlugin, TwitterApi, type TwitterApiv2 } from 'twitter-api-v2'
import { z } from 'zod'
import type { Host } from '../../src/connector/contract.ts'
import { ConnectorError } from '../../src/connector/errors.ts'
import { type Config, defaultBaseUrl, hasFourKeys, hasOAuth2 } from './config.ts'
import { explain, isUnauthorised } from './failures.ts'
import { accessToken, readMe, renewToken, type Me } from './session.ts'
import { type Batch, type RawTweet, readBatch } from './shape.ts'

type Query = Record<string, string | number | undefined>
type Purpose = 'account' | 'search'

/** Bodies of single calls: pages are driven by hand, because the client's paginator ends silently when `remaining` is 0. */
async function get(host: Host<Config>, path: string, query: Query, purpose: Purpose = 'account'): Promise<unknown> {
  return withClient(host, purpose, async (v2) => {
    const answer = await v2.get<unknown>(path, withoutAbsent(query), { fullResponse: true })
    return answer.data
  })
}

export async function post(host: Host<Config>, path: string, body: Record<string, unknown>): Promise<unknown> {
  if (!hasFourKeys(host.config) && !hasOAuth2(host.config))
    throw new ConnectorError('rejected', 'This source can only read. Add the four keys, or OAuth 2, to reply on X.', {
      notSent: true,
    })
  return withClient(host, 'account', async (v2) => {
    const answer = await v2.post<unknown>(path, body, { fullResponse: true })
    return answer.data
  })
}

async function withClient<Value>(
  host: Host<Config>,
  purpose: Purpose,
  act: (v2: TwitterApiv2) => Promise<Value>,
): Promise<Value> {
  host.signal.throwIfAborted()
  const byOAuth2 =
    hasOAuth2(host.config) && !hasFourKeys(host.config) && !(purpose === 'search' && host.config.appBearer)
  if (!byOAuth2) return attempt(host, act, ownTokens(host.config, purpose))
  const token = await accessToken(host)
  try {
    return await act(clientFor(host, token))
  } catch (error) {
    if (!isUnauthorised(error)) throw explain(error, host.now())
  }
  return attempt(host, act, await renewToken(host, token))
}

async function attempt<Value>(
  host: Host<Config>,
  act: (v2: TwitterApiv2) => Promise<Value>,
  tokens: Tokens,
): Promise<Value> {
  try {
    return await act(clientFor(host, tokens))
  } catch (error) {
    throw explain(error, host.now())
  }
}

type Tokens = string | { appKey: string; appSecret: string; accessToken: string; accessSecret: string }

/** Search costs the same either way, and the app's own allowance is the larger one. */
function ownTokens(config: Config, purpose: Purpose): Tokens {
  if (config.appBearer && (purpose === 'search' || !hasFourKeys(config))) return config.appBearer
  const { apiKey, apiSecret, accessToken: token, accessSecret } = config
  return { appKey: apiKey, appSecret: apiSecret, accessToken: token, accessSecret }
}

function clientFor(host: Host<Config>, tokens: Tokens): TwitterApiv2 {
  const settings = { httpAgent: host.agent, plugins: gatewayPlugins(host.config.baseUrl) }
  const client = typeof tokens === 'string' ? new TwitterApi(tokens, settings) : new TwitterApi(tokens, settings)
  return client.v2
}

/** A plain-http address is reached by the agent, under the real URLs; an https gateway by its own name. */
function gatewayPlugins(baseUrl: string): ITwitterApiClientPlugin[] {
  if (!baseUrl.startsWith('https:') || baseUrl === defaultBaseUrl) return []
  return [
    {
      onBeforeRequestConfig({ params }) {
        const { pathname, search } = new URL(params.url)
        params.url = new URL(pathname + search, baseUrl).href
      },
    },
  ]
}

const user = z.object({ data: z.object({ id: z.string(), username: z.string(), name: z.string().default('') }) })

export async function loadMe(host: Host<Config>): Promise<Me> {
  const onlyBearer = !hasFourKeys(host.config) && !hasOAuth2(host.config)
  const username = host.config.username.replace(/^@/, '')
  const path = onlyBearer ? `users/by/username/${encodeURIComponent(username)}` : 'users/me'
  const parsed = user.safeParse(await get(host, path, {}))
  if (!parsed.success)
    throw new ConnectorError('auth', `X knows no account “${username}” that these keys can read.`, {
      cause: parsed.error,
    })
  return parsed.data.data
}

export function ownAccount(host: Host<Config>): Promise<Me> {
  return readMe(host, () => loadMe(host))
}

export interface Range {
  sinceId?: string
  /** Epoch ms. */
  since?: number
  until?: number
  pageToken?: string
}

export async function listMentions(host: Host<Config>, id: string, range: Range): Promise<Batch> {
  const query = { max_results: 100, ...rangeQuery(range), pagination_token: range.pageToken, ...fields(host.config) }
  return readBatch(await get(host, `users/${id}/mentions`, query), host.quarantine)
}

export async function searchRecent(host: Host<Config>, text: string, range: Range): Promise<Batch> {
  const query = {
    query: text,
    max_results: 100,
    sort_order: 'recency',
    ...rangeQuery(range),
    next_token: range.pageToken,
    ...fields(host.config),
  }
  return readBatch(await get(host, 'tweets/search/recent', query, 'search'), host.quarantine)
}

export async function listOwnPosts(host: Host<Config>, id: string, range: Range): Promise<Batch> {
  const query = { max_results: 100, ...rangeQuery(range), pagination_token: range.pageToken, ...fields(host.config) }
  return readBatch(await get(host, `users/${id}/tweets`, query), host.quarantine)
}

/** Posts by id, at most 100; what is gone is listed in `missing`. */
export async function readPosts(host: Host<Config>, ids: readonly string[]): Promise<Batch> {
  return readBatch(await get(host, 'tweets', { ids: ids.join(','), ...fields(host.config) }), host.quarantine)
}

function rangeQuery({ sinceId, since, until }: Range): Query {
  if (sinceId !== undefined) return { since_id: sinceId }
  // Seconds only: X refuses fractions of them.
  const second = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`
  return {
    ...(since === undefined ? {} : { start_time: second(since) }),
    ...(until === undefined ? {} : { end_time: second(until) }),
  }
}

export function fields({ fieldNames }: Pick<Config, 'fieldNames'>): Query {
  const renamed = (name: string) => (fieldNames === 'tweet' ? name : name.replaceAll('tweet', 'post'))
  return {
    [`${fieldNames}.fields`]: renamed(
      'author_id,conversation_id,created_at,edit_history_tweet_ids,entities,in_reply_to_user_id,lang,note_tweet,public_metrics,referenced_tweets,reply_settings,attachments',
    ),
    expansions: renamed('author_id,referenced_tweets.id,attachments.media_keys'),
    'user.fields': 'description,location,name,profile_image_url,public_metrics,url,username,verified',
    'media.fields': 'alt_text,preview_image_url,type,url',
  }
}

function withoutAbsent(query: Query): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )
}

export type { Batch, RawTweet }
