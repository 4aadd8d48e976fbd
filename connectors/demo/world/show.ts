import type { IncomingMention, IncomingReview, MentionMetrics } from '../../../src/connector/contract.ts'
import { videoTitles } from '../texts/video.ts'
import { itemUrl } from './channel.ts'
import { asAuthor, ownAuthor } from './people.ts'
import { around, dice, hash32, pick } from './random.ts'
import type { WorldItem } from './thread.ts'

/**
 * An item as the platform shows it at a moment. The feed keeps quiet changes to itself; a recheck sees all of them.
 */
export function showItem(seed: number, item: WorldItem, at: number, through: 'feed' | 'recheck'): IncomingMention {
  const { channel } = item.root
  const author = item.author ? asAuthor(seed, channel, item.author) : ownAuthor(channel)
  const sees = (change: { at: number; quiet: boolean } | undefined) =>
    change !== undefined && change.at <= at && (through === 'recheck' || !change.quiet)
  const isDeleted = sees(item.deletion)
  const edit = sees(item.edit) ? item.edit : undefined
  return {
    externalId: item.id,
    url: itemUrl(channel, item.id, author.handle),
    kind: item.kind,
    author,
    ...titleOf(item, isDeleted),
    text: isDeleted ? '' : (edit?.text ?? item.text),
    ...declaredLanguage(seed, item),
    createdAt: item.at,
    ...(edit ? { editedAt: edit.at } : {}),
    ...(item.parentId ? { parentId: item.parentId, rootId: item.root.id } : {}),
    ...(channel === 'reviews'
      ? { review: reviewOf(seed, item, at) }
      : { metrics: metricsOf(seed, item), visibility: 'public' }),
    ...(item.author ? {} : { own: true }),
    ...(isDeleted ? { deleted: true } : {}),
    replyTo: { channel, lang: item.lang },
  }
}

function titleOf(item: WorldItem, isDeleted: boolean): { title?: string } {
  if (isDeleted) return {}
  if (item.root.channel === 'video') return { title: pick(videoTitles, hash32(item.root.id) / 4294967296) }
  return item.title ? { title: item.title } : {}
}

/** Only some platforms declare a language, and not every time: detection has work to do. */
function declaredLanguage(seed: number, item: WorldItem): { lang?: string } {
  const declares = item.root.channel === 'social' && hash32(seed, 'lang', item.id) % 3 === 0
  return declares || item.root.channel === 'reviews' ? { lang: item.lang } : {}
}

function metricsOf(seed: number, item: WorldItem): MentionMetrics {
  const roll = dice(seed, 'metrics', item.id)
  const likes = Math.max(0, around(item.parentId ? 1 : 5, roll, 1.5) - 1)
  const base = { likes, replies: Math.floor(likes * roll() * 0.2) }
  if (item.root.channel === 'social')
    return { ...base, reposts: Math.floor(likes * roll() * 0.3), views: 20 + Math.floor(likes * (8 + roll() * 30)) }
  return base
}

function reviewOf(seed: number, item: WorldItem, at: number): IncomingReview {
  const roll = dice(seed, 'review', item.id)
  const isApp = item.root.line.topic === 'app'
  const answer = item.ownerReply && item.ownerReply.at <= at ? item.ownerReply : undefined
  const isOrder = !isApp && roll() < 0.6
  const email = item.author?.email
  const machine =
    roll() < 0.6
      ? { kind: 'product' as const, id: 'tamsel-solo', name: 'Tamsel Solo' }
      : { kind: 'product' as const, id: 'tamsel-duo', name: 'Tamsel Duo' }
  return {
    subject: isApp ? { kind: 'app', id: 'tamsel-app', name: 'Tamsel app' } : machine,
    rating: { raw: item.root.line.stars ?? 3, best: 5, worst: 1, kind: 'stars' },
    ...(isApp ? { version: pick(['4.2', '4.2.1', '4.3', '4.3.2'], roll()) } : { verifiedPurchase: isOrder }),
    ...(answer
      ? { ownerReply: { externalId: `${item.id}-a`, text: answer.text, at: answer.at, state: 'live' as const } }
      : {}),
    ...(isOrder
      ? { identityHints: { orderRef: `TM-${48_000 + Math.floor(roll() * 4000)}`, ...(email ? { email } : {}) } }
      : {}),
  }
}
