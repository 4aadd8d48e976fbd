import { z } from 'zod'
import type {
  CanReply,
  Change,
  Host,
  OutgoingReply,
  RecheckId,
  ReplyTarget,
  SentReply,
} from '../../src/connector/contract.ts'
import { ConnectorError } from '../../src/connector/errors.ts'
import { ask, askPlain, getPosts, type PostView } from './api.ts'
import type { Config } from './config.ts'
import { findFacets } from './facets.ts'
import { postUrl } from './map.ts'
import { openSession } from './session.ts'
import { readTidTime, recordKeyOf } from './tid.ts'
import { explain, XrpcError } from './xrpc.ts'

const postCollection = 'app.bsky.feed.post'
const reference = z.object({ uri: z.string(), cid: z.string() })
const threadPart = z.looseObject({ reply: z.looseObject({ root: reference, parent: reference }).optional() })
const written = reference.extend({ commit: z.looseObject({ rev: z.string() }).optional() })
const kept = z.object({
  uri: z.string(),
  cid: z.string().optional(),
  value: threadPart.extend({ createdAt: z.string().optional() }),
})

export function canReply(target: ReplyTarget): CanReply {
  if (target.data['replyDisabled'] !== true) return { ok: true }
  const openUrl = target.url ?? postUrl(target.externalId)
  return { ok: false, reason: 'The author has limited who can reply to this post.', openUrl }
}

/**
 * The record key comes from the reply, and `swapRecord: null` lets the server write it only where nothing stands: a
 * repeat meets its own post and answers with it.
 */
export async function reply(host: Host<Config>, outgoing: OutgoingReply): Promise<SentReply> {
  const { did } = await openSession(host)
  const parent = await findParent(host, outgoing)
  if ('sent' in parent) return parent.sent
  const body = {
    repo: did,
    collection: postCollection,
    rkey: recordKeyOf(outgoing.createdAt, outgoing.idempotencyKey),
    record: await buildRecord(host, outgoing, parent.post),
    swapRecord: null,
  }
  try {
    const { uri, commit } = await ask(host, 'com.atproto.repo.putRecord', written, { body })
    const sentAt = (commit && readTidTime(commit.rev)) ?? host.now()
    return { externalId: uri, uri, url: postUrl(uri), sentAt }
  } catch (error) {
    if (!(error instanceof XrpcError)) throw error
    const found = error.error === 'InvalidSwap' ? await findReply(host, outgoing) : null
    if (found) return found
    throw explain(error)
  }
}

/** Exact and without an index to wait for: the account's own repository, by the key of this reply. */
export async function findReply(host: Host<Config>, outgoing: OutgoingReply): Promise<SentReply | null> {
  const { did } = await openSession(host)
  const rkey = recordKeyOf(outgoing.createdAt, outgoing.idempotencyKey)
  try {
    const query = { repo: did, collection: postCollection, rkey }
    const { uri } = await ask(host, 'com.atproto.repo.getRecord', kept, { query })
    return { externalId: uri, uri, url: postUrl(uri), sentAt: await readAcceptance(host, uri, outgoing) }
  } catch (error) {
    if (error instanceof XrpcError && (error.error === 'RecordNotFound' || error.status === 404)) return null
    throw error instanceof XrpcError ? explain(error) : error
  }
}

/** When the network saw it; the record itself only knows when the person pressed Send. */
async function readAcceptance(host: Host<Config>, uri: string, outgoing: OutgoingReply): Promise<number> {
  const views = await getPosts(host, [uri]).catch(() => new Map<string, PostView>())
  const indexedAt = Date.parse(views.get(uri)?.indexedAt ?? '')
  return Number.isFinite(indexedAt) ? indexedAt : (outgoing.attemptedAt ?? outgoing.createdAt)
}

/** The server accepts an answer to a post that is gone, and nobody would ever see it. */
async function findParent(
  host: Host<Config>,
  outgoing: OutgoingReply,
): Promise<{ post: PostView } | { sent: SentReply }> {
  const uri = outgoing.target.externalId
  const post = (await getPosts(host, [uri])).get(uri)
  if (post && post.viewer?.replyDisabled !== true) return { post }
  const sent = await findReply(host, outgoing)
  if (sent) return { sent }
  const reason = post
    ? 'the author has limited who can reply to it'
    : 'it was deleted, or its author is no longer visible to this account'
  throw new ConnectorError('rejected', `The post cannot be answered: ${reason}. Nothing was sent.`)
}

async function buildRecord(host: Host<Config>, outgoing: OutgoingReply, parent: PostView): Promise<object> {
  const parentRef = { uri: parent.uri, cid: parent.cid }
  const root = threadPart.safeParse(parent.record).data?.reply?.root ?? parentRef
  const langs = z.array(z.string()).safeParse(outgoing.target.data['langs'])
  const facets = await findFacets(outgoing.text, (handle) => resolveHandle(host, handle))
  return {
    $type: postCollection,
    text: outgoing.text,
    ...(facets.length > 0 ? { facets } : {}),
    ...(langs.success && langs.data.length > 0 ? { langs: langs.data.slice(0, 3) } : {}),
    createdAt: new Date(outgoing.createdAt).toISOString(),
    reply: { root, parent: parentRef },
  }
}

async function resolveHandle(host: Host<Config>, handle: string): Promise<string | undefined> {
  try {
    return (await ask(host, 'com.atproto.identity.resolveHandle', z.object({ did: z.string() }), { query: { handle } }))
      .did
  } catch (error) {
    if (!(error instanceof XrpcError)) throw error
    const failure = explain(error, { notSent: true })
    if (failure.kind === 'rejected') return undefined
    throw failure
  }
}

/** Bluesky has no edits. What is missing is asked for twice, because a server in trouble must not delete a history. */
export async function recheck(host: Host<Config>, ids: RecheckId[]): Promise<Change[]> {
  const uris = ids.map((id) => id.externalId)
  const present = await getPosts(host, uris)
  const missing = uris.filter((uri) => !present.has(uri))
  if (missing.length === 0) return []
  const again = await getPosts(host, missing)
  return missing.filter((uri) => !again.has(uri)).map((externalId) => ({ externalId, type: 'deleted' }))
}

export async function like(host: Host<Config>, target: ReplyTarget): Promise<void> {
  const { did } = await openSession(host)
  const post = (await getPosts(host, [target.externalId])).get(target.externalId)
  if (!post) throw new ConnectorError('rejected', 'The post cannot be liked: it was deleted.')
  if (post.viewer?.like) return
  const subject = { uri: post.uri, cid: post.cid }
  const record = { $type: 'app.bsky.feed.like', subject, createdAt: new Date(host.now()).toISOString() }
  const body = { repo: did, collection: 'app.bsky.feed.like', record }
  await askPlain(host, 'com.atproto.repo.createRecord', written, { body })
}
