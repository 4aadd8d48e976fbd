/** One reply on its way to a platform. The union is used everywhere: outbox, API, screens. */
export const replyStates = [
  'draft',
  'pending_approval',
  'scheduled',
  'queued',
  'sending',
  'sent',
  'rejected',
  'unknown',
  'needs_person',
  'cancelled',
] as const
export type ReplyState = (typeof replyStates)[number]

const transitions: Record<ReplyState, readonly ReplyState[]> = {
  draft: ['pending_approval', 'scheduled', 'queued', 'cancelled'],
  pending_approval: ['draft', 'scheduled', 'queued', 'cancelled'],
  scheduled: ['draft', 'queued', 'cancelled', 'needs_person'],
  queued: ['sending', 'draft', 'cancelled', 'rejected', 'needs_person'],
  sending: ['sent', 'rejected', 'unknown', 'queued'],
  unknown: ['sent', 'sending', 'needs_person'],
  needs_person: ['sent', 'queued', 'cancelled'],
  rejected: ['draft', 'queued', 'cancelled'],
  sent: [],
  cancelled: ['draft'],
}

/** True when a reply in `from` may become `to`; the store asks in the same statement that writes. */
export function canBecome(from: ReplyState, to: ReplyState): boolean {
  return transitions[from].includes(to)
}

/** The states from which a reply may become `to`: the compare of every compare-and-set. */
export function statesBefore(to: ReplyState): ReplyState[] {
  return replyStates.filter((from) => canBecome(from, to))
}

/** Neither settled nor put aside: somebody, or the platform, still has to act. */
export const replyStatesOnTheWay = [
  'pending_approval',
  'scheduled',
  'queued',
  'sending',
  'unknown',
  'needs_person',
] as const satisfies ReplyState[]

/** How often a reply of unknown outcome is looked for and sent again before a person must decide. */
export const maxVerifiedResends = 5

export interface ReplyLimit {
  unit: 'graphemes' | 'x-weighted' | 'utf8-bytes' | 'chars'
  max: number
  /** Every URL counts as this many (Mastodon: characters_reserved_per_url). */
  urlLength?: number
}
