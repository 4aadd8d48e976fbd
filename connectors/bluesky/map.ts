import { z } from 'zod'
import type { IncomingAuthor, IncomingMention, MentionMedia } from '../../src/connector/contract.ts'
import type { PostView, Profile } from './api.ts'

const reference = z.object({ uri: z.string(), cid: z.string() })

const postRecord = z.looseObject({
  text: z.string().default(''),
  createdAt: z.string(),
  langs: z.array(z.string()).optional(),
  reply: z.object({ root: reference, parent: reference }).optional(),
  facets: z.array(z.looseObject({ features: z.array(z.looseObject({})) })).optional(),
  embed: z.looseObject({}).optional(),
})
export type PostRecord = z.infer<typeof postRecord>

/** Throws when the record is not a post that Earshot can show; the caller quarantines it. */
export function toMention(post: PostView, ownDid: string, profile: Profile | undefined): IncomingMention {
  const record = postRecord.parse(post.record)
  const createdAt = readTime(record.createdAt, post.indexedAt)
  const lang = record.langs?.[0]
  const media = readMedia(post.embed)
  const quotes = quotedUri(record)
  return {
    externalId: post.uri,
    uri: post.uri,
    url: postUrl(post.uri),
    kind: kindOf(record, ownDid),
    author: toAuthor(post.author, profile),
    text: record.text,
    ...(lang ? { lang } : {}),
    createdAt,
    ...(record.reply ? { parentId: record.reply.parent.uri, rootId: record.reply.root.uri } : {}),
    ...(media.length > 0 ? { media } : {}),
    metrics: readMetrics(post),
    visibility: 'public',
    ...(quotes ? { shares: { as: 'quote', id: quotes } } : {}),
    ...(post.author.did === ownDid ? { own: true } : {}),
    replyTo: {
      uri: post.uri,
      cid: post.cid,
      ...(record.reply ? { rootUri: record.reply.root.uri, rootCid: record.reply.root.cid } : {}),
      ...(record.langs ? { langs: record.langs.slice(0, 3) } : {}),
      ...(post.viewer?.replyDisabled ? { replyDisabled: true } : {}),
    },
    raw: post,
  }
}

/** `https://bsky.app/profile/{did}/post/{rkey}`: the DID, because handles change. */
export function postUrl(uri: string): string {
  const [, , did = '', , key = ''] = uri.split('/')
  return `https://bsky.app/profile/${did}/post/${key}`
}

/** Min of what the author claims and when the server saw it, as Bluesky itself sorts: nobody posts in the future. */
function readTime(createdAt: string, indexedAt: string): number {
  const times = [Date.parse(createdAt), Date.parse(indexedAt)].filter((time) => Number.isFinite(time))
  if (times.length === 0) throw new Error('post without a readable date')
  return Math.min(...times)
}

/** From the record alone, so that a post found by search and by notification is of one kind. */
function kindOf(record: PostRecord, ownDid: string): IncomingMention['kind'] {
  if (mentions(record, ownDid)) return 'mention'
  if (record.reply) return 'reply'
  return quotedUri(record) ? 'quote' : 'post'
}

function mentions(record: PostRecord, did: string): boolean {
  return (record.facets ?? []).some((facet) => facet.features.some((feature) => feature['did'] === did))
}

const quoted = z.union([
  z.looseObject({ record: z.object({ uri: z.string() }) }).transform((embed) => embed.record.uri),
  z
    .looseObject({ record: z.object({ record: z.object({ uri: z.string() }) }) })
    .transform((embed) => embed.record.record.uri),
])

function quotedUri(record: PostRecord): string | undefined {
  const parsed = quoted.safeParse(record.embed)
  return parsed.success ? parsed.data : undefined
}

function toAuthor(author: PostView['author'], profile: Profile | undefined): IncomingAuthor {
  const name = profile?.displayName ?? author.displayName
  const avatarUrl = profile?.avatar ?? author.avatar
  return {
    externalId: author.did,
    // A stream tells no handles.
    handle: author.handle === author.did ? (profile?.handle ?? author.did) : author.handle,
    ...(name ? { name } : {}),
    url: `https://bsky.app/profile/${author.did}`,
    ...(avatarUrl ? { avatarUrl } : {}),
    ...(profile?.followersCount === undefined ? {} : { followers: profile.followersCount }),
    ...(profile?.description ? { bio: profile.description } : {}),
    ...(author.labels?.some((label) => label.val === 'bot') ? { isBot: true } : {}),
  }
}

function readMetrics(post: PostView): NonNullable<IncomingMention['metrics']> {
  return {
    ...(post.likeCount === undefined ? {} : { likes: post.likeCount }),
    ...(post.replyCount === undefined ? {} : { replies: post.replyCount }),
    ...(post.repostCount === undefined ? {} : { reposts: post.repostCount }),
    ...(post.quoteCount === undefined ? {} : { quotes: post.quoteCount }),
  }
}

const embedView = z.looseObject({
  images: z.array(z.looseObject({ fullsize: z.string(), alt: z.string().optional() })).optional(),
  external: z.looseObject({ uri: z.string(), title: z.string().optional() }).optional(),
  playlist: z.string().optional(),
  alt: z.string().optional(),
  media: z.unknown().optional(),
})

function readMedia(embed: unknown): MentionMedia[] {
  const parsed = embedView.safeParse(embed)
  if (!parsed.success) return []
  const { images = [], external, playlist, alt, media } = parsed.data
  return [
    ...images.map((image) => ({
      type: 'image' as const,
      url: image.fullsize,
      ...(image.alt ? { alt: image.alt } : {}),
    })),
    ...(external
      ? [{ type: 'link' as const, url: external.uri, ...(external.title ? { alt: external.title } : {}) }]
      : []),
    ...(playlist ? [{ type: 'video' as const, url: playlist, ...(alt ? { alt } : {}) }] : []),
    // A quote with media of its own carries them one level down.
    ...(media === undefined ? [] : readMedia(media)),
  ]
}
