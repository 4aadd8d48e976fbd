import { z } from 'zod'
import type { IncomingMention } from '../../src/connector/contract.ts'
import { cleanText } from '../../src/connector/plainText.ts'
import { plainFromBbcode } from './bbcode.ts'
import { languageOf } from './languages.ts'

const seconds = z.coerce.number().int().nonnegative()
const review = z.object({
  recommendationid: z.string().min(1),
  author: z.object({
    steamid: z.string().min(1),
    personaname: z.string().nullish(),
    profile_url: z.string().nullish(),
    avatar: z.string().nullish(),
  }),
  language: z.string().optional(),
  review: z.string(),
  timestamp_created: seconds.pipe(z.number().positive()),
  timestamp_updated: seconds.optional(),
  voted_up: z.boolean(),
  votes_up: z.coerce.number().optional(),
  comment_count: z.coerce.number().optional(),
  steam_purchase: z.boolean().optional(),
  developer_response: z.string().nullish(),
  timestamp_dev_responded: seconds.nullish(),
})

/** One review. Throws when it lacks its id, its author, its time or its thumb. */
export function toMention(raw: unknown, appId: string): IncomingMention {
  const found = review.parse(raw)
  const { author } = found
  const page = `https://steamcommunity.com/profiles/${encodeURIComponent(author.steamid)}/recommended/${appId}/`
  const lang = languageOf(found.language)
  const updated = found.timestamp_updated ?? 0
  const name = cleanText(author.personaname ?? '').trim()
  return {
    externalId: found.recommendationid,
    url: page,
    kind: 'review',
    author: {
      externalId: author.steamid,
      handle: author.steamid,
      ...(name && { name }),
      url: `https://steamcommunity.com/profiles/${encodeURIComponent(author.steamid)}`,
      ...(isWeb(author.avatar) && { avatarUrl: author.avatar }),
    },
    text: plainFromBbcode(found.review),
    ...(lang && { lang }),
    createdAt: found.timestamp_created * 1000,
    ...(updated > found.timestamp_created && { editedAt: updated * 1000 }),
    metrics: {
      ...(found.votes_up !== undefined && { likes: found.votes_up }),
      ...(found.comment_count !== undefined && { replies: found.comment_count }),
    },
    visibility: 'public',
    review: {
      subject: { kind: 'game', id: appId },
      rating: { raw: found.voted_up ? 1 : 0, best: 1, worst: 0, kind: 'thumb' },
      ...(found.steam_purchase !== undefined && { verifiedPurchase: found.steam_purchase }),
      ...(found.developer_response && {
        ownerReply: {
          text: plainFromBbcode(found.developer_response),
          ...(found.timestamp_dev_responded && { at: found.timestamp_dev_responded * 1000 }),
          state: 'live' as const,
        },
      }),
    },
    raw,
  }
}

function isWeb(url: string | null | undefined): url is string {
  return typeof url === 'string' && /^https?:\/\//.test(url) && URL.canParse(url)
}
