import type { IncomingAuthor, IncomingMention, MentionMedia, MentionMetrics } from '../../src/connector/contract.ts'
import type { Batch, RawMedia, RawTweet, RawUser } from './shape.ts'
import { timeOfId } from './snowflake.ts'

/** Throws when the post carries no id with a time; the caller quarantines it. */
export function toMention(post: RawTweet, batch: Batch, ownId: string): IncomingMention {
  // Every edit is a new post; the first id stays, the newest text counts.
  const firstId = post.history[0] ?? post.id
  const createdAt = timeOfId(firstId)
  if (createdAt === undefined) throw new Error(`"${firstId}" is not an id of X`)
  const editedAt = firstId === post.id ? undefined : timeOfId(post.id)
  const parentId = post.referenced.find((reference) => reference.type === 'replied_to')?.id
  const media = readMedia(post, batch.media)
  const author = toAuthor(post.authorId, batch.users)
  return {
    externalId: firstId,
    url: postUrl(author.handle, firstId),
    kind: kindOf(post, ownId),
    author,
    text: readText(post),
    ...(post.lang && post.lang !== 'und' ? { lang: post.lang } : {}),
    createdAt,
    ...(editedAt === undefined ? {} : { editedAt }),
    ...(parentId ? { parentId } : {}),
    ...(parentId && post.conversationId ? { rootId: post.conversationId } : {}),
    ...(media.length > 0 ? { media } : {}),
    metrics: readMetrics(post.metrics),
    visibility: 'public',
    ...sharesOf(post),
    ...(post.authorId === ownId ? { own: true } : {}),
    replyTo: {
      id: post.id,
      summoned: isSummoned(post, batch, ownId),
      ...(post.replySettings ? { replySettings: post.replySettings } : {}),
    },
    raw: post.raw,
  }
}

export function postUrl(username: string, id: string): string {
  return `https://x.com/${username || 'i'}/status/${id}`
}

/**
 * Since February 2026 X takes a reply only under a post whose author mentioned us, answered us or quoted us; whatever
 * search finds beyond that can only be opened.
 */
function isSummoned(post: RawTweet, batch: Batch, ownId: string): boolean {
  if (mentions(post, ownId) || post.inReplyToUserId === ownId) return true
  return post.referenced.some(({ type, id }) => type === 'quoted' && batch.referenced.get(id)?.authorId === ownId)
}

function mentions(post: RawTweet, id: string): boolean {
  return (post.entities.mentions ?? []).some((mention) => mention.id === id)
}

function kindOf(post: RawTweet, ownId: string): IncomingMention['kind'] {
  const types = post.referenced.map((reference) => reference.type)
  if (types.includes('replied_to')) return 'reply'
  if (types.includes('quoted')) return 'quote'
  return mentions(post, ownId) ? 'mention' : 'post'
}

function sharesOf(post: RawTweet): Pick<IncomingMention, 'shares'> {
  const shared = post.referenced.find(({ type }) => type === 'retweeted' || type === 'quoted')
  return shared ? { shares: { as: shared.type === 'quoted' ? 'quote' : 'repost', id: shared.id } } : {}
}

/** X escapes three characters, hides links behind t.co and adds one for each picture. */
export function readText(post: RawTweet): string {
  let text = post.text
  for (const link of post.entities.urls ?? [])
    text = text.replaceAll(link.url, link.media_key ? '' : (link.expanded_url ?? link.url))
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&').trim()
}

function toAuthor(id: string | undefined, users: Map<string, RawUser>): IncomingAuthor {
  const user = users.get(id ?? '')
  if (!user) return { externalId: id ?? 'unknown', handle: id ?? 'unknown' }
  const followers = user.public_metrics?.followers_count
  return {
    externalId: user.id,
    handle: user.username,
    ...(user.name ? { name: user.name } : {}),
    url: `https://x.com/${user.username}`,
    // The small size is 48 pixels wide.
    ...(user.profile_image_url ? { avatarUrl: user.profile_image_url.replace('_normal.', '_bigger.') } : {}),
    ...(followers === undefined ? {} : { followers }),
    ...(user.description ? { bio: user.description } : {}),
    ...(user.location ? { location: user.location } : {}),
  }
}

function readMetrics(given: Record<string, unknown>): MentionMetrics {
  const names = {
    likes: ['like_count'],
    replies: ['reply_count'],
    reposts: ['retweet_count', 'repost_count'],
    quotes: ['quote_count'],
    views: ['impression_count'],
  } as const
  const found = Object.entries(names).flatMap(([ours, theirs]) => {
    const value = theirs.map((name) => given[name]).find((one) => typeof one === 'number')
    return value === undefined ? [] : [[ours, value]]
  })
  return Object.fromEntries(found) as MentionMetrics
}

function readMedia(post: RawTweet, media: Map<string, RawMedia>): MentionMedia[] {
  return post.mediaKeys.flatMap((key) => {
    const one = media.get(key)
    const url = one?.url ?? one?.preview_image_url
    if (!one || !url) return []
    return [
      {
        type: one.type === 'video' ? ('video' as const) : ('image' as const),
        url,
        ...(one.alt_text ? { alt: one.alt_text } : {}),
      },
    ]
  })
}
