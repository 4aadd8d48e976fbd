import type { IncomingMention } from '../../src/connector/contract.ts'
import { cleanText } from '../../src/connector/plainText.ts'
import type { RawReview } from './entries.ts'

/** One review. Throws when it lacks its id, a time or a rating from 1 to 5. */
export function toMention(raw: RawReview, appId: string, storefront: string): IncomingMention {
  const id = raw.id?.trim() ?? ''
  if (!/^\d+$/.test(id)) throw new Error(`The review has no usable id: ${JSON.stringify(raw.id)}`)
  const createdAt = Date.parse(raw.updated ?? '')
  if (!Number.isFinite(createdAt)) throw new Error(`Review ${id} has no usable time: ${JSON.stringify(raw.updated)}`)
  const stars = Number(raw.rating)
  if (!Number.isInteger(stars) || stars < 1 || stars > 5)
    throw new Error(`Review ${id} has no usable rating: ${JSON.stringify(raw.rating)}`)
  const name = cleanText(raw.authorName ?? '').trim()
  const account = /\/id(\d+)/.exec(raw.authorUri ?? '')?.[1]
  const title = cleanText(raw.title ?? '').trim()
  const votes = Number(raw.voteCount)
  return {
    externalId: id,
    url: `https://apps.apple.com/${storefront}/app/id${appId}?see-all=reviews`,
    kind: 'review',
    author: {
      externalId: account ?? (name || `review-${id}`),
      handle: name || 'anonymous',
      ...(name && { name }),
    },
    ...(title && { title }),
    text: cleanText(raw.content ?? '').trim(),
    // The feed knows one time only; an edited review keeps its id and gets a new one.
    createdAt,
    ...(raw.voteCount && Number.isFinite(votes) && { metrics: { likes: votes } }),
    visibility: 'public',
    review: {
      subject: { kind: 'app', id: appId, variant: storefront },
      rating: { raw: stars, best: 5, worst: 1, kind: 'stars' },
      ...(raw.version?.trim() && { version: raw.version.trim() }),
    },
    replyTo: { appId, storefront },
    raw,
  }
}
