import { z } from 'zod'
import type { Host } from '../../src/connector/contract.ts'
import type { Config } from './config.ts'
import { openSession, renewSession, type Session } from './session.ts'
import { call, explain, isSpentToken, readBody, type XrpcCall, XrpcError } from './xrpc.ts'

export const postView = z.looseObject({
  uri: z.string(),
  cid: z.string(),
  author: z.looseObject({
    did: z.string(),
    handle: z.string(),
    displayName: z.string().optional(),
    avatar: z.string().optional(),
    labels: z.array(z.looseObject({ val: z.string() })).optional(),
  }),
  record: z.unknown(),
  embed: z.unknown().optional(),
  indexedAt: z.string(),
  likeCount: z.number().optional(),
  replyCount: z.number().optional(),
  repostCount: z.number().optional(),
  quoteCount: z.number().optional(),
  viewer: z.looseObject({ like: z.string().optional(), replyDisabled: z.boolean().optional() }).optional(),
})
export type PostView = z.infer<typeof postView>

const notification = postView.extend({ reason: z.string() })
export type Notification = z.infer<typeof notification>

const profile = z.looseObject({
  did: z.string(),
  handle: z.string(),
  displayName: z.string().optional(),
  description: z.string().optional(),
  avatar: z.string().optional(),
  followersCount: z.number().optional(),
})
export type Profile = z.infer<typeof profile>

/** One authenticated call; a spent access token is renewed once. `token` is for calls that bring their own. */
export async function ask<Shape extends z.ZodType>(
  host: Host<Config>,
  nsid: string,
  shape: Shape,
  options: Pick<XrpcCall, 'query' | 'body'>,
): Promise<z.infer<Shape>> {
  const session = await openSession(host)
  try {
    return await readBody(await callAs(host, session, nsid, options), shape)
  } catch (error) {
    if (!isSpentToken(error)) throw error
  }
  return readBody(await callAs(host, await renewSession(host, session), nsid, options), shape)
}

/** `ask` for callers that need no error's name. */
export async function askPlain<Shape extends z.ZodType>(
  host: Host<Config>,
  nsid: string,
  shape: Shape,
  options: Pick<XrpcCall, 'query' | 'body'>,
  notSent = false,
): Promise<z.infer<Shape>> {
  try {
    return await ask(host, nsid, shape, options)
  } catch (error) {
    throw error instanceof XrpcError ? explain(error, { notSent }) : error
  }
}

function callAs(host: Host<Config>, session: Session, nsid: string, options: XrpcCall): Promise<Response> {
  const proxy = nsid.startsWith('app.bsky.') && host.config.appView ? { proxy: host.config.appView } : {}
  return call(host, session.pds, nsid, { ...options, token: session.accessJwt, ...proxy })
}

const list = z.object({ cursor: z.string().optional() })

/**
 * Without `reasons`: the server would filter after paging and send empty pages, on which nothing says how old they are.
 */
export function listNotifications(host: Host<Config>, page: string | undefined) {
  const shape = list.extend({ notifications: z.array(z.unknown()) })
  return askPlain(host, 'app.bsky.notification.listNotifications', shape, { query: { limit: 100, cursor: page } })
}

export function searchPosts(
  host: Host<Config>,
  q: string,
  since: number | undefined,
  page: string | undefined,
  until?: number,
) {
  const shape = list.extend({ posts: z.array(z.unknown()) })
  const from = since === undefined ? undefined : new Date(since).toISOString()
  const to = until === undefined ? undefined : new Date(until).toISOString()
  const query = { q, sort: 'latest', limit: 100, since: from, until: to, cursor: page }
  return askPlain(host, 'app.bsky.feed.searchPosts', shape, { query })
}

/** Posts by URI. One that is deleted, or not visible to this account, is missing in the answer. */
export async function getPosts(host: Host<Config>, uris: readonly string[]): Promise<Map<string, PostView>> {
  const found = new Map<string, PostView>()
  const shape = z.object({ posts: z.array(z.unknown()) })
  for (const some of inGroups(uris)) {
    const { posts } = await askPlain(host, 'app.bsky.feed.getPosts', shape, { query: { uris: some } }, true)
    for (const raw of posts) {
      const parsed = postView.safeParse(raw)
      if (parsed.success) found.set(parsed.data.uri, parsed.data)
    }
  }
  return found
}

export async function getProfiles(host: Host<Config>, dids: readonly string[]): Promise<Map<string, Profile>> {
  const found = new Map<string, Profile>()
  const shape = z.object({ profiles: z.array(z.unknown()) })
  for (const some of inGroups(dids)) {
    const { profiles } = await askPlain(host, 'app.bsky.actor.getProfiles', shape, { query: { actors: some } })
    for (const raw of profiles) {
      const parsed = profile.safeParse(raw)
      if (parsed.success) found.set(parsed.data.did, parsed.data)
    }
  }
  return found
}

/** Both lists take 25 at a time. */
function inGroups(ids: readonly string[]): string[][] {
  const all = [...new Set(ids)]
  return Array.from({ length: Math.ceil(all.length / 25) }, (_, at) => all.slice(at * 25, at * 25 + 25))
}

export function readNotification(raw: unknown): Notification {
  return notification.parse(raw)
}

export function readPost(raw: unknown): PostView {
  return postView.parse(raw)
}
