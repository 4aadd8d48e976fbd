import type { InboxRowModel } from '../../../views/parts/InboxRow.tsx'
import { isMixed } from '../../domain/classification.ts'
import type { ReplyState } from '../../domain/reply.ts'
import type { InboxRow } from '../../store/inbox.ts'
import { avatarUrl } from '../avatar.ts'
import { clockModel } from '../clockModel.ts'
import { spansOf } from '../spans.ts'
import type { Web } from '../web.ts'

/** Only these say something in a list. */
const telling = new Set<ReplyState>([
  'scheduled',
  'pending_approval',
  'queued',
  'sending',
  'unknown',
  'needs_person',
  'rejected',
])

export function rowModel(web: Web, row: InboxRow, viewerId: string): InboxRowModel {
  const excerpt = (row.excerpt ?? '').replaceAll(/\s+/g, ' ')
  return {
    threadId: row.id,
    author: {
      name: row.authorName ?? row.authorHandle,
      handle: row.authorHandle,
      avatarUrl: avatarUrl(web, row.avatarUrl),
      isBot: row.isBot ?? undefined,
    },
    source: { id: row.sourceId, name: row.sourceName, network: row.platform },
    title: row.title ?? undefined,
    excerpt: spansOf(excerpt, marksIn(excerpt, row.terms)),
    lang: row.lang ?? undefined,
    state: row.state,
    unread: row.state === 'new',
    createdAt: row.createdAt ?? row.lastInboundAt,
    classified: row.enrichedAt !== null,
    sentiment: row.sentiment ?? undefined,
    unsure: row.classification?.unsure ?? false,
    mixed: isMixed(row.classification),
    intents: (row.intents ?? []) as InboxRowModel['intents'], // written from the same list of labels
    rating: row.review?.rating,
    tags: row.tags,
    assignee: row.assigneeId === null ? undefined : { name: row.assigneeName ?? '', me: row.assigneeId === viewerId },
    customer: row.customerName ?? undefined,
    clock: clockModel(row, web.clock.now()),
    replyState: row.replyState && telling.has(row.replyState) ? row.replyState : undefined,
    items: row.mentionCount,
    copies: row.copies,
    deleted: row.deletedAt !== null,
  }
}

/** Where the matched words stand in the excerpt: its white space differs from the text's, so offsets do not fit. */
function marksIn(excerpt: string, terms: readonly string[]): { start: number; end: number }[] {
  const lower = excerpt.toLowerCase()
  if (lower.length !== excerpt.length) return []
  return terms.slice(0, 20).flatMap((term) => {
    const start = term === '' ? -1 : lower.indexOf(term.toLowerCase())
    return start < 0 ? [] : [{ start, end: start + term.length }]
  })
}
