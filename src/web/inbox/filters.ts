import { intentLabels, sentiments } from '../../domain/classification.ts'
import { threadStates } from '../../domain/thread.ts'
import type { InboxFilters } from '../../../views/parts/FilterBar.tsx'
import { toneFilters } from '../../store/toneFilter.ts'
import { builtInFilter, type InboxCursor, type InboxFilter } from '../../store/inbox.ts'

/** What the address says, unknown values left out: an old bookmark shows more, never an error. */
export function readFilters(query: Record<string, string | undefined>): InboxFilters {
  const text = (key: string) => query[key]?.trim().slice(0, 500) || undefined
  return {
    view: text('view'),
    q: text('q'),
    state: oneOf(threadStates, query['state']),
    assignee: text('assignee'),
    source: text('source'),
    sentiment: oneOf(sentiments, query['sentiment']),
    tone: oneOf(toneFilters, query['tone']),
    intent: oneOf(intentLabels, query['intent']),
    lang: text('lang'),
    tag: text('tag'),
    query: text('query'),
    group: text('group'),
    select: oneOf(['1'] as const, query['select']),
    topic: text('topic'),
    replied: oneOf(['yes', 'no'] as const, query['replied']),
    rating: oneOf(['1', '2', '3', '4', '5', 'none'] as const, query['rating']),
    from: dayOf(query['from']),
    to: dayOf(query['to']),
    copies: oneOf(['each'] as const, query['copies']),
    story: text('story'),
    sort: oneOf(['newest', 'oldest', 'deadline'] as const, query['sort']),
    before: text('before'),
    after: text('after'),
  }
}

/** The view narrowed by the rest of the address. */
export function filterOf(filters: InboxFilters, base: InboxFilter, me: string): InboxFilter {
  const filter: InboxFilter = { ...base }
  if (filters.state) filter.states = [filters.state]
  if (filters.assignee)
    filter.assigneeId = filters.assignee === 'none' ? null : filters.assignee === 'me' ? me : filters.assignee
  if (filters.source) filter.sourceId = filters.source
  if (filters.sentiment) filter.sentiment = filters.sentiment
  if (filters.tone) filter.tone = filters.tone
  if (filters.intent) filter.intent = filters.intent
  if (filters.lang) filter.lang = filters.lang
  if (filters.tag) filter.tag = filters.tag
  if (filters.query) filter.queryId = filters.query
  if (filters.group) filter.groupId = filters.group
  if (filters.topic) filter.topic = filters.topic
  if (filters.replied) filter.replied = filters.replied === 'yes'
  if (filters.rating === 'none') filter.unrated = true
  else if (filters.rating) filter.maxRating = (Number(filters.rating) - 1) / 4 + 1e-9
  if (filters.from) filter.from = Date.parse(`${filters.from}T00:00:00Z`)
  if (filters.to) filter.to = Date.parse(`${filters.to}T00:00:00Z`) + 86_400_000
  if (filters.sort) filter.sort = filters.sort
  if (filters.copies !== 'each' && !filters.story) filter.fold = true
  else delete filter.fold
  return filter
}

/** `time.seq`, as it stands in before= (further down) and after= (back up). */
export function readCursor(filters: InboxFilters): InboxCursor | undefined {
  const [text, side] = filters.before ? [filters.before, 'next' as const] : [filters.after ?? '', 'prev' as const]
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(text)
  return match ? { at: Number(match[1]), seq: Number(match[2]), side } : undefined
}

export function writeCursor(cursor: InboxCursor): { before?: string; after?: string } {
  const text = `${cursor.at}.${cursor.seq}`
  return cursor.side === 'next' ? { before: text } : { after: text }
}

/** The views beside the list, in their order. */
export const listedViews = [
  'risk',
  'unanswered',
  'mine',
  'unassigned',
  'reviews',
  'attention',
  'open',
  'all',
  'resolved',
] as const

/** Where a person who names no view begins: the first of these that holds anything, else the last. */
export const firstViews = ['risk', 'unanswered', 'open'] as const

const quarterHourMs = 15 * 60_000

/** A quarter of the target left, or a quarter of an hour: what is due by then is at risk (as the clock in a row says). */
export function riskUntil(now: number, targetMs: number | null): number {
  return now + Math.max(quarterHourMs, (targetMs ?? 0) / 4)
}

/** The filter of a saved view, kept as its address. */
export function savedFilter(saved: Record<string, string>, me: string, riskyUntil: number): InboxFilter {
  const filters = readFilters(saved)
  return filterOf(filters, builtInFilter(filters.view ?? 'all', me, riskyUntil) ?? {}, me)
}

function oneOf<T extends string>(values: readonly T[], value: string | undefined): T | undefined {
  return values.find((one) => one === value)
}

function dayOf(value: string | undefined): string | undefined {
  return value && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined
}
