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
import { listOwnPosts, ownAccount, post, readPosts } from './api.ts'
import type { Config } from './config.ts'
import { isDuplicate } from './failures.ts'
import { toMentions } from './listen.ts'
import { postUrl, readText } from './map.ts'
import { manifest } from './manifest.ts'
import type { RawTweet } from './shape.ts'
import { idAt, isNewer, timeOfId } from './snowflake.ts'

export function canReply(target: ReplyTarget): CanReply {
  if (target.data['summoned'] === true)
    return { ok: true, ...(manifest.reply?.price ? { price: manifest.reply.price } : {}) }
  return {
    ok: false,
    reason:
      'X only takes replies through its interface where the author has mentioned, answered or quoted your account.',
    openUrl: target.url ?? postUrl(target.authorHandle, target.externalId),
  }
}

const created = z.object({ data: z.object({ id: z.string() }) })

export async function reply(host: Host<Config>, outgoing: OutgoingReply): Promise<SentReply> {
  const me = await ownAccount(host)
  const body = {
    text: outgoing.text,
    reply: { in_reply_to_tweet_id: parentIds(outgoing)[0] ?? outgoing.target.externalId },
  }
  try {
    const parsed = created.safeParse(await post(host, 'tweets', body))
    if (!parsed.success)
      throw new ConnectorError('temporary', 'X answered the reply in an unknown form.', { cause: parsed.error })
    return sentReply(parsed.data.data.id, me.username, host.now())
  } catch (error) {
    if (isDuplicate(error)) return settleDuplicate(host, outgoing, error)
    throw error
  }
}

/** X refuses the same text twice, and does not say where the first one is. On a second attempt it is probably ours. */
async function settleDuplicate(host: Host<Config>, outgoing: OutgoingReply, refused: unknown): Promise<SentReply> {
  const found = await findReply(host, outgoing)
  if (found) return found
  if (outgoing.attemptedAt === undefined) throw refused
  throw new ConnectorError('temporary', 'X says that this text is already posted, but does not show it yet.', {
    cause: refused,
  })
}

const skewMs = 120_000
const maxPages = 5

/** X takes no key: our own timeline is read since the attempt, and the reply known by what it answers and by its text. */
export async function findReply(host: Host<Config>, outgoing: OutgoingReply): Promise<SentReply | null> {
  const me = await ownAccount(host)
  const sinceId = idAt((outgoing.attemptedAt ?? outgoing.createdAt) - skewMs)
  let pageToken: string | undefined
  for (let count = 0; count < maxPages; count++) {
    const batch = await listOwnPosts(host, me.id, { sinceId, ...(pageToken ? { pageToken } : {}) })
    const found = batch.posts.find((own) => isThisReply(own, outgoing))
    if (found) return sentReply(found.history[0] ?? found.id, me.username, host.now())
    if (batch.nextToken === undefined) return null
    pageToken = batch.nextToken
  }
  return null
}

function isThisReply(own: RawTweet, outgoing: OutgoingReply): boolean {
  const answers = own.referenced.find((reference) => reference.type === 'replied_to')?.id
  return (
    answers !== undefined &&
    parentIds(outgoing).includes(answers) &&
    normalise(readText(own)) === normalise(outgoing.text)
  )
}

/** The newest version of the parent first, then the id that it had when it was written. */
function parentIds({ target }: OutgoingReply): string[] {
  const newest = target.data['id']
  return typeof newest === 'string' ? [newest, target.externalId] : [target.externalId]
}

/** X puts the names of those who are answered in front, and rewrites links. */
function normalise(text: string): string {
  return text
    .normalize('NFC')
    .replace(/^(?:@\w+\s+)+/, '')
    .replace(/(?:https?:\/\/)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:\/\S*)?/gi, (link) =>
      link
        .replace(/^https?:\/\//i, '')
        .replace(/\/$/, '')
        .toLowerCase(),
    )
    .replace(/\s+/g, ' ')
    .trim()
}

/** The id carries the platform's own time of acceptance. */
function sentReply(id: string, username: string, now: number): SentReply {
  return { externalId: id, url: postUrl(username, id), sentAt: timeOfId(id) ?? now }
}

/** A deleted post comes as status 200 with an entry in `errors`; one that is in neither list stays as it is. */
export async function recheck(host: Host<Config>, ids: RecheckId[]): Promise<Change[]> {
  if (ids.length === 0) return []
  const me = await ownAccount(host)
  const asked = ids.map((id) => id.externalId).filter((id) => timeOfId(id) !== undefined)
  const batch = await readPosts(host, asked)
  const gone = batch.missing.filter((id) => asked.includes(id))
  const deleted = gone.map((externalId): Change => ({ externalId, type: 'deleted' }))
  // A version asked for by its old id answers with the old text; the newest is the last of its history.
  const newest = batch.posts.flatMap((one) =>
    one.history.length > 1 ? [one.history.reduce((a, b) => (isNewer(b, a) ? b : a))] : [],
  )
  if (newest.length === 0) return deleted
  const edited = toMentions(host, await readPosts(host, newest), me.id)
  return [...deleted, ...edited.map((item): Change => ({ externalId: item.externalId, type: 'edited', item }))]
}
