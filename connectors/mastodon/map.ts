import { z } from 'zod'
import type { IncomingAuthor, IncomingMention, MentionMedia } from '../../src/connector/contract.ts'
import { cleanText, plainText } from '../../src/connector/plainText.ts'

export interface MapContext {
  /** Domain of accounts that come without one. */
  domain: string
  /** Id of our own account on this server. */
  meId?: string | undefined
  /** Found in our notifications. */
  notified: boolean
  /** The source has a token: replies are possible. */
  connected: boolean
}

const account = z.object({
  id: z.string().min(1),
  acct: z.string().min(1),
  display_name: z.string().nullish(),
  url: z.string().nullish(),
  avatar: z.string().nullish(),
  note: z.string().nullish(),
  followers_count: z.number().nullish(),
  bot: z.boolean().nullish(),
  fields: z.array(z.object({ value: z.string(), verified_at: z.string().nullish() })).nullish(),
})
export type Account = z.infer<typeof account>

const status = z.object({
  id: z.string().min(1),
  uri: z.string().nullish(),
  url: z.string().nullish(),
  created_at: z.string(),
  edited_at: z.string().nullish(),
  account,
  content: z.string(),
  spoiler_text: z.string().nullish(),
  visibility: z.string().nullish(),
  language: z.string().nullish(),
  in_reply_to_id: z.string().nullish(),
  in_reply_to_account_id: z.string().nullish(),
  quote: z.unknown().optional(),
  mentions: z.array(z.object({ id: z.string(), acct: z.string() })).nullish(),
  media_attachments: z
    .array(
      z.object({
        type: z.string().nullish(),
        url: z.string().nullish(),
        remote_url: z.string().nullish(),
        description: z.string().nullish(),
      }),
    )
    .nullish(),
  favourites_count: z.number().nullish(),
  replies_count: z.number().nullish(),
  reblogs_count: z.number().nullish(),
})
export type Status = z.infer<typeof status>

export function parseStatus(raw: unknown): Status {
  return status.parse(raw)
}

export function parseAccount(raw: unknown): Account {
  return account.parse(raw)
}

const notification = z.object({ id: z.string().min(1), type: z.string(), status: z.unknown() })

/** The id is opaque: some servers write times and slashes into it. */
export function parseNotification(raw: unknown): z.infer<typeof notification> {
  return notification.parse(raw)
}

/** Throws when the post lacks id, author or time. */
export function toMention(raw: unknown, context: MapContext): IncomingMention {
  const post = status.parse(raw)
  const createdAt = Date.parse(post.created_at)
  if (!Number.isFinite(createdAt)) throw new Error(`The post has no usable time: ${post.created_at}`)
  const editedAt = Date.parse(post.edited_at ?? '')
  const handle = fullHandle(post.account.acct, context.domain)
  const title = cleanText(post.spoiler_text ?? '').trim()
  const media = mediaOf(post)
  const visibility = visibilities[post.visibility ?? '']
  return {
    externalId: post.id,
    ...(post.uri && { uri: post.uri }),
    ...(webUrl(post.url ?? post.uri) && { url: webUrl(post.url ?? post.uri) ?? '' }),
    kind: kindOf(post, context),
    author: authorOf(post.account, handle),
    ...(title && { title }),
    text: plainText(post.content),
    ...(post.language && { lang: post.language }),
    createdAt,
    ...(Number.isFinite(editedAt) && { editedAt }),
    ...(post.in_reply_to_id && { parentId: post.in_reply_to_id, rootId: post.in_reply_to_id }),
    ...(media.length > 0 && { media }),
    metrics: {
      ...(typeof post.favourites_count === 'number' && { likes: post.favourites_count }),
      ...(typeof post.replies_count === 'number' && { replies: post.replies_count }),
      ...(typeof post.reblogs_count === 'number' && { reposts: post.reblogs_count }),
    },
    ...(visibility && { visibility }),
    ...sharesOf(post),
    ...(context.meId === post.account.id && { own: true }),
    replyTo: {
      visibility: post.visibility ?? 'public',
      ...(title && { spoiler: title }),
      ...(post.language && { language: post.language }),
      connected: context.connected,
    },
    raw,
  }
}

const visibilities: Record<string, NonNullable<IncomingMention['visibility']>> = {
  public: 'public',
  unlisted: 'unlisted',
  private: 'followers',
  direct: 'direct',
}

function kindOf(post: Status, { notified, meId }: MapContext): IncomingMention['kind'] {
  if (notified && post.quote) return 'quote'
  if (meId !== undefined && post.in_reply_to_account_id === meId) return 'reply'
  if (notified || post.mentions?.some(({ id }) => id === meId)) return 'mention'
  return post.in_reply_to_id ? 'reply' : 'post'
}

const quoted = z.object({ quoted_status: z.object({ id: z.string() }) })

/** Servers that do not show the quoted post leave it out. */
function sharesOf(post: Status): Pick<IncomingMention, 'shares'> {
  const parsed = quoted.safeParse(post.quote)
  return parsed.success ? { shares: { as: 'quote', id: parsed.data.quoted_status.id } } : {}
}

/** Local accounts come without their domain. */
export function fullHandle(acct: string, domain: string): string {
  return acct.includes('@') ? acct : `${acct}@${domain}`
}

/** Ids of accounts are local to a server; the full handle is the same person everywhere. */
function authorOf(found: Account, handle: string): IncomingAuthor {
  const bio = plainText(found.note ?? '')
  const verifiedUrls = (found.fields ?? []).flatMap((field) => (field.verified_at ? linksIn(field.value) : []))
  const name = cleanText(found.display_name ?? '').trim()
  const url = webUrl(found.url)
  const avatarUrl = webUrl(found.avatar)
  return {
    externalId: handle.toLowerCase(),
    handle,
    ...(name && { name }),
    ...(url && { url }),
    ...(avatarUrl && { avatarUrl }),
    ...(typeof found.followers_count === 'number' && { followers: found.followers_count }),
    ...(bio && { bio }),
    ...(verifiedUrls.length > 0 && { verifiedUrls }),
    ...(found.bot && { isBot: true }),
  }
}

function linksIn(html: string): string[] {
  const href = /\bhref="(https?:\/\/[^"\s]+)"/.exec(html)?.[1] ?? webUrl(plainText(html))
  return href ? [href.replaceAll('&amp;', '&')] : []
}

function mediaOf(post: Status): MentionMedia[] {
  return (post.media_attachments ?? []).flatMap((item) => {
    const url = webUrl(item.url ?? item.remote_url)
    const type = item.type === 'image' || item.type === 'video' || item.type === 'audio' ? item.type : 'link'
    return url
      ? [
          {
            type: item.type === 'gifv' ? ('video' as const) : type,
            url,
            ...(item.description && { alt: item.description }),
          },
        ]
      : []
  })
}

function webUrl(url: string | null | undefined): string | undefined {
  return url && /^https?:\/\//i.test(url) && URL.canParse(url) ? url : undefined
}
