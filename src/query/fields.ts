export type FieldKind = 'text' | 'scope' | 'token' | 'number' | 'date' | 'url' | 'enum'

export interface FieldRule {
  kind: FieldKind
  help: string
  example: string
  /** Only these values, for `enum`. */
  values?: readonly string[]
  /** Only in inbox search, saved views and rules: known after classification or from the inbox. */
  viewOnly?: true
  /** A star may end the value. */
  star?: true
}

export const TYPE_VALUES = ['post', 'comment', 'review', 'dm', 'issue', 'article'] as const
const INTENTS = [
  'question',
  'complaint',
  'praise',
  'bug_report',
  'feature_request',
  'purchase_intent',
  'churn_threat',
  'spam_promo',
  'other',
] as const
const IS_VALUES = [
  'reply',
  'repost',
  'quote',
  'copy',
  'read',
  'unread',
  'open',
  'closed',
  'answered',
  'unanswered',
  'assigned',
  'unassigned',
  'overdue',
  'snoozed',
  'spam',
  'unsure',
  'edited',
  'deleted',
  'mine',
] as const
const HAS_VALUES = ['link', 'media', 'title', 'rating', 'reply', 'note', 'customer', 'draft'] as const

/** Every field of the language: the parser, the suggestions and the reference page read this table. */
export const FIELDS: Readonly<Record<string, FieldRule>> = {
  title: { kind: 'scope', help: 'next leaf or group in the title only', example: 'title:refund' },
  body: { kind: 'scope', help: 'next leaf or group in the text only', example: 'body:"next day"' },
  author: { kind: 'text', star: true, help: 'whole handle or name', example: 'author:"Ada Example"' },
  author_followers: { kind: 'number', help: 'followers of the author', example: 'author_followers>=1000' },
  lang: { kind: 'text', help: 'language; en also matches en-GB', example: 'lang:en' },
  country: { kind: 'text', help: 'country, where the source gives it', example: 'country:de' },
  source: { kind: 'text', help: 'source or platform', example: 'source:reddit' },
  site: { kind: 'url', help: 'host and path prefix of the mention', example: 'site:reddit.com/r/acme' },
  links: { kind: 'url', help: 'a link in the mention: host and path prefix', example: 'links:acme.example/pricing' },
  type: { kind: 'enum', values: TYPE_VALUES, help: 'kind of item', example: 'type:review' },
  tag: { kind: 'token', help: 'same as #word', example: 'tag:acme' },
  mentions: { kind: 'token', help: 'same as @word', example: 'mentions:acme' },
  rating: { kind: 'number', help: 'stars of a review', example: 'rating<=2' },
  likes: { kind: 'number', help: 'likes', example: 'likes>=10' },
  replies: { kind: 'number', help: 'replies', example: 'replies:0' },
  reach: { kind: 'number', help: 'reach as the source gives it', example: 'reach>=5000' },
  date: { kind: 'date', help: 'day of the mention, UTC', example: 'date:2026-01-01..2026-01-31' },
  after: { kind: 'date', help: 'on or after a day, UTC', example: 'after:2026-01-01' },
  before: { kind: 'date', help: 'before a day, UTC', example: 'before:2026-02-01' },
  sentiment: {
    kind: 'enum',
    values: ['negative', 'neutral', 'positive', 'mixed'],
    viewOnly: true,
    help: 'sentiment as classified',
    example: 'sentiment:negative',
  },
  intent: { kind: 'enum', values: INTENTS, viewOnly: true, help: 'intent as classified', example: 'intent:question' },
  topic: { kind: 'text', star: true, viewOnly: true, help: 'topic', example: 'topic:billing' },
  urgency: {
    kind: 'enum',
    values: ['low', 'normal', 'high'],
    viewOnly: true,
    help: 'urgency as classified',
    example: 'urgency:high',
  },
  is: { kind: 'enum', values: IS_VALUES, viewOnly: true, help: 'state of the item', example: 'is:unread' },
  has: { kind: 'enum', values: HAS_VALUES, viewOnly: true, help: 'what the item carries', example: 'has:link' },
  assignee: { kind: 'text', star: true, viewOnly: true, help: 'person in charge', example: 'assignee:ada' },
  state: { kind: 'text', viewOnly: true, help: 'state in the inbox', example: 'state:open' },
  customer: { kind: 'text', star: true, viewOnly: true, help: 'linked customer', example: 'customer:"Acme Ltd"' },
  tier: { kind: 'text', viewOnly: true, help: 'tier of the linked customer', example: 'tier:gold' },
}

export const EXACT_FORMS = ['case', 'raw', 'regex'] as const

/** The known name nearest to a mistyped one, or undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const wanted = word.toLowerCase()
  let best: string | undefined
  let bestCost = Math.max(1, Math.floor(wanted.length / 3)) + 1
  for (const candidate of known) {
    if (wanted.length >= 3 && candidate.startsWith(wanted)) return candidate
    if (Math.abs(candidate.length - wanted.length) >= bestCost && !wanted.startsWith(candidate)) continue
    const cost = wanted.startsWith(candidate) && candidate.length > 2 ? 1 : editDistance(wanted, candidate)
    if (cost < bestCost) {
      bestCost = cost
      best = candidate
    }
  }
  return best
}

/** Edits between two short words, a swap of neighbours counting as one. Words over 40 letters are never near. */
function editDistance(a: string, b: string): number {
  if (a.length > 40 || b.length > 40) return 99
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const change = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row[j] = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, change)
      if (swap) row[j] = Math.min(row[j] ?? 0, (before[j - 2] ?? 0) + 1)
    }
    before = above
    above = row
  }
  return above[b.length] ?? 0
}
