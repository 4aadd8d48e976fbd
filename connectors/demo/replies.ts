import { z } from 'zod'
import type { Host, OutgoingReply, SentReply } from '../../src/connector/contract.ts'
import { ConnectorError } from '../../src/connector/errors.ts'
import type { IncomingMention } from '../../src/connector/contract.ts'
import type { Config } from './config.ts'
import { type Channel, channelFacts, channelOf, itemUrl } from './world/channel.ts'
import { minuteMs } from './world/clock.ts'
import type { WorldEvent } from './world/events.ts'
import { ownAuthor } from './world/people.ts'
import { dice, hash32 } from './world/random.ts'
import { rootOf } from './world/roots.ts'
import { fillSlots } from './world/slots.ts'
import { followUp, tellThread } from './world/thread.ts'

const postSchema = z.object({
  key: z.string(),
  id: z.string(),
  text: z.string(),
  at: z.number(),
  parentId: z.string(),
  rootId: z.string(),
  lang: z.string(),
  author: z.object({ externalId: z.string(), handle: z.string() }),
})
/** One reply that the world has taken. */
export type Post = z.infer<typeof postSchema>

/** The part of the world that people change. `dropped` counts the oldest posts that were forgotten. */
const wallSchema = z.object({ posts: z.array(postSchema), dropped: z.number() })
type Wall = z.infer<typeof wallSchema>

const keptPosts = 2000

function readWall(state: unknown): Wall {
  const parsed = wallSchema.safeParse(state)
  return parsed.success ? parsed.data : { posts: [], dropped: 0 }
}

export async function loadWall(host: Host<Config>): Promise<Wall> {
  return readWall(await host.session.get())
}

/** Takes a reply once; the same key again answers with the first post. */
export async function post(host: Host<Config>, reply: OutgoingReply): Promise<SentReply> {
  const channel = host.config.channel
  checkText(channel, reply.text)
  checkParent(host, reply)
  let sent: Post | undefined
  await host.session.update((state) => {
    const wall = readWall(state)
    sent = wall.posts.find((known) => known.key === reply.idempotencyKey)
    if (sent) return Promise.resolve(wall)
    checkFirst(channel, wall, reply)
    sent = toPost(host, reply)
    const posts = [...wall.posts, sent]
    const tooMany = Math.max(0, posts.length - keptPosts)
    return Promise.resolve({ posts: posts.slice(tooMany), dropped: wall.dropped + tooMany })
  })
  if (!sent) throw new Error('The session kept nothing of the reply')
  return toSent(channel, sent)
}

export async function findPost(host: Host<Config>, reply: OutgoingReply): Promise<SentReply | null> {
  const found = (await loadWall(host)).posts.find((known) => known.key === reply.idempotencyKey)
  return found ? toSent(host.config.channel, found) : null
}

/** Our own posts after the first `seen`, as the feed shows them. */
export function postsAfter(wall: Wall, seen: number): Post[] {
  return wall.posts.slice(Math.max(0, seen - wall.dropped))
}

export function showPost(channel: Channel, own: Post): IncomingMention {
  return {
    externalId: own.id,
    url: itemUrl(channel, own.id, channelFacts[channel].own.handle),
    kind: channel === 'social' ? 'reply' : 'comment',
    author: ownAuthor(channel),
    text: own.text,
    createdAt: own.at,
    parentId: own.parentId,
    rootId: own.rootId,
    own: true,
  }
}

/** What customers say to our posts: from the reply's key alone, so that every run tells the same. */
export function customerAnswers(channel: Channel, seed: number, posts: readonly Post[]): WorldEvent[] {
  return channel === 'reviews' ? [] : posts.flatMap((own) => customerAnswer(channel, seed, own))
}

function customerAnswer(channel: Channel, seed: number, own: Post): WorldEvent[] {
  const roll = dice('customer answer', own.key)
  const line = followUp(own.lang, labelsOf(seed, own.parentId), roll)
  if (!line || roll() > 0.6) return []
  const at = Math.floor(own.at + (1.5 + roll() * 4) * minuteMs)
  const id = `${channelFacts[channel].letter}x-${hash32('answer', own.key).toString(36)}`
  const item: IncomingMention = {
    externalId: id,
    url: itemUrl(channel, id, own.author.handle),
    kind: channel === 'social' ? 'reply' : 'comment',
    author: own.author,
    text: fillSlots(line.text, own.key),
    createdAt: at,
    parentId: own.id,
    rootId: own.rootId,
    visibility: 'public',
    replyTo: { channel, lang: own.lang },
  }
  return [{ at, key: id, rootId: own.rootId, nudge: false, replaces: false, item }]
}

function labelsOf(seed: number, externalId: string) {
  return itemOf(seed, externalId)?.labels
}

/** The item of the world with this id; undefined for our own posts and for answers to them. */
export function itemOf(seed: number, externalId: string) {
  const root = rootOf(seed, externalId)
  return root && tellThread(seed, root, Number.POSITIVE_INFINITY).find((item) => item.id === externalId)
}

function toPost(host: Host<Config>, reply: OutgoingReply): Post {
  const { target } = reply
  const lang = target.data['lang']
  return {
    key: reply.idempotencyKey,
    id: `${channelFacts[host.config.channel].letter}o-${hash32('post', reply.idempotencyKey).toString(36)}${hash32(reply.idempotencyKey).toString(36)}`,
    text: reply.text,
    at: host.now(),
    parentId: target.externalId,
    rootId: target.rootId ?? target.externalId,
    lang: typeof lang === 'string' ? lang : 'en',
    author: { externalId: target.authorExternalId, handle: target.authorHandle },
  }
}

function toSent(channel: Channel, own: Post): SentReply {
  return {
    externalId: own.id,
    url: itemUrl(channel, own.id, channelFacts[channel].own.handle),
    sentAt: own.at,
    state: 'live',
  }
}

function checkText(channel: Channel, text: string): void {
  if (channel === 'video')
    throw new ConnectorError(
      'rejected',
      'Comments on Demo Video can only be answered in the studio. Open the comment there; your text is kept.',
    )
  if (text.trim() === '') throw new ConnectorError('rejected', 'The reply is empty. Write something and send it again.')
  const limit = channelFacts[channel].limits[0]
  const length = limit?.unit === 'graphemes' ? [...new Intl.Segmenter().segment(text)].length : text.length
  if (limit && length > limit.max) {
    throw new ConnectorError(
      'rejected',
      `${channelFacts[channel].name} takes ${limit.max} characters and this reply has ${length}. Shorten it and send it again.`,
    )
  }
}

function checkParent(host: Host<Config>, reply: OutgoingReply): void {
  const { externalId } = reply.target
  if (channelOf(externalId) !== host.config.channel) {
    throw new ConnectorError(
      'rejected',
      `${channelFacts[host.config.channel].name} does not know the item that this reply answers.`,
    )
  }
  const deletion = itemOf(host.config.seed, externalId)?.deletion
  if (deletion && deletion.at <= host.now()) {
    throw new ConnectorError(
      'rejected',
      'The author has deleted what this reply answers. Nothing was posted; your text is kept.',
    )
  }
}

/** A review takes one answer of the business. */
function checkFirst(channel: Channel, wall: Wall, reply: OutgoingReply): void {
  if (channel !== 'reviews') return
  if (wall.posts.some((own) => own.parentId === reply.target.externalId)) {
    throw new ConnectorError('rejected', 'This review already has your answer, and a review takes only one.')
  }
}
