/** What a connector hands over for one item it saw on a platform. All remote text is untrusted and plain. */
export interface IncomingMention {
  /** The platform's own id, unique inside (platform, instance). Always a string, never parsed as a number. */
  externalId: string
  /** A globally unique id where the platform has one (at:// URI, ActivityPub id): the same item seen through two instances is one mention. */
  uri?: string
  /** Where a person can open it. */
  url?: string
  kind: MentionKind
  author: IncomingAuthor
  title?: string
  /** Plain text (HTML already turned into text by the connector), at most 1 MB is kept. */
  text: string
  /** Declared by the platform, BCP 47. Detection is ours. */
  lang?: string
  /** The platform's time of writing, epoch ms. */
  createdAt: number
  editedAt?: number
  /** externalId of the item this one answers, and of the first item of its conversation (absent: it starts one). */
  parentId?: string
  rootId?: string
  media?: MentionMedia[]
  metrics?: MentionMetrics
  visibility?: 'public' | 'unlisted' | 'followers' | 'direct'
  /** Written by our own account: recognised, never a new mention. */
  own?: boolean
  /** The platform says that it is gone: the text is dropped, counts stay. */
  deleted?: boolean
  /** An edit seen in passing by a stream that carries more than ours: taken when the item is held, else ignored. */
  onlyIfKnown?: boolean
  review?: IncomingReview
  /** What `reply` needs later and nothing else knows (cid of the record, visibility to copy …). Kept with the mention as JSON. */
  replyTo?: Record<string, unknown>
  /** The item that this one passes on: word for word (repost), or under words of its own (quote). */
  shares?: SharedItem
  /** The payload as received, for quarantine, support and re-mapping. Kept apart and expired by policy. */
  raw?: unknown
}

export interface SharedItem {
  as: 'repost' | 'quote'
  /** externalId or uri of that item. */
  id: string
}

export const mentionKinds = [
  'post',
  'reply',
  'quote',
  'comment',
  'mention',
  'review',
  'dm',
  'issue',
  'article',
] as const
export type MentionKind = (typeof mentionKinds)[number]

export interface IncomingAuthor {
  /** Stable account id (numeric id, DID). Where the platform has none, the handle. */
  externalId: string
  /** As the platform writes it, without a leading @: `user@host` on Mastodon, the whole domain on Bluesky. */
  handle: string
  name?: string
  url?: string
  avatarUrl?: string
  followers?: number
  bio?: string
  location?: string
  /** Back-links that the platform itself has checked (Mastodon verified fields). */
  verifiedUrls?: string[]
  isBot?: boolean
}

export interface MentionMedia {
  type: 'image' | 'video' | 'audio' | 'link'
  url: string
  alt?: string
}

/** Only what the platform gives; absent is unknown, not 0. */
export interface MentionMetrics {
  likes?: number
  replies?: number
  reposts?: number
  quotes?: number
  views?: number
}

/** Review columns. See platforms: rating 1-5 stars, thumbs (best 1, worst 0), points. */
export interface IncomingReview {
  subject: { kind: ReviewSubjectKind; id: string; name?: string; variant?: string }
  rating?: { raw: number; best: number; worst: number; kind: 'stars' | 'thumb' | 'points' }
  version?: string
  verifiedPurchase?: boolean
  /** The business's answer as the platform shows it. */
  ownerReply?: { externalId?: string; text: string; at?: number; state: 'live' | 'pending' | 'rejected' }
  /** For linking only, never displayed raw. */
  identityHints?: { email?: string; orderRef?: string; externalUserId?: string }
}
export type ReviewSubjectKind = 'app' | 'location' | 'product' | 'business' | 'game' | 'extension' | 'page'

/** Share of the scale reached, 0…1 (works for inverted scales too); undefined when there is no rating. */
export function ratingUnit(rating: { raw: number; best: number; worst: number } | undefined): number | undefined {
  if (!rating || rating.best === rating.worst) return undefined
  const unit = (rating.raw - rating.worst) / (rating.best - rating.worst)
  return Number.isFinite(unit) ? Math.min(1, Math.max(0, unit)) : undefined
}
