import type { IncomingMention, Page } from '../../src/connector/contract.ts'
import type { MastodonHost } from './api.ts'
import type { Cursor, Stream } from './config.ts'

/** A first run reads seven days, at most 200 posts of each stream. */
const firstWindow = 7 * 86_400_000
const firstPages = 5
/** Pages of one stream in one run; beyond it a gap is reported. */
const maxPages = 50
/** Ids that are remembered of the newest pages: enough that some are left when posts are deleted. */
const remembered = 80

export interface StreamPage {
  /** All records with an id, bad ones included. */
  entries: { id: string; at: number }[]
  items: IncomingMention[]
}

/**
 * Reads one stream: newest page first, then down with max_id until an id of the last run is met, one page further as
 * overlap (posts arrive late by federation and take their place by age), or an empty page. What is known is replaced
 * only at the end, so a run that breaks off is taken up where it was. Ids are compared for equality only.
 */
export async function* walk(
  host: MastodonHost,
  cursor: Cursor,
  name: string,
  read: (maxId: string | undefined) => Promise<StreamPage>,
): AsyncGenerator<Page<Cursor>> {
  const last = cursor.streams[name] ?? { known: [] }
  const known = new Set(last.known)
  let run = last.run ?? newRun(host.now())
  for (;;) {
    const page = await read(run.maxId)
    const bottom = oldestOf(page)
    const met = page.entries.some(({ id }) => known.has(id))
    // An answer that ends where we asked from comes from a server that ignores max_id.
    const ended = bottom === undefined || bottom === run.maxId || run.met
    const oldestAt = Math.min(run.oldestAt, ...page.items.map(({ createdAt }) => createdAt))
    const pages = run.pages + 1
    const isFirst = known.size === 0
    const enough = isFirst && (pages >= firstPages || oldestAt < run.startedAt - firstWindow)
    const capped = !ended && !enough && pages >= maxPages
    const top = pages <= 2 ? [...run.top, ...page.entries.map(({ id }) => id)].slice(0, remembered) : run.top
    run = { ...run, top, pages, met: run.met || met, oldestAt, ...(bottom !== undefined && { maxId: bottom }) }
    if (ended || enough || capped) {
      yield finish(cursor, name, last, run, page.items, capped)
      return
    }
    yield { items: page.items, cursor: withStream(cursor, name, { ...last, run }), done: false }
  }
}

/** By time, not by place: should the order be odd, the next page overlaps instead of leaving something out. */
function oldestOf({ entries }: StreamPage): string | undefined {
  return entries.reduce<StreamPage['entries'][number] | undefined>(
    (oldest, entry) => (oldest === undefined || entry.at <= oldest.at ? entry : oldest),
    undefined,
  )?.id
}

type Run = NonNullable<Stream['run']>

function newRun(now: number): Run {
  return { top: [], pages: 0, startedAt: now, oldestAt: now, met: false }
}

function finish(
  cursor: Cursor,
  name: string,
  last: Stream,
  run: Run,
  items: IncomingMention[],
  capped: boolean,
): Page<Cursor> {
  // A stream that is empty for once must not make us forget where we were.
  const known = run.top.length > 0 ? run.top : last.known
  const from = last.readAt !== undefined && !capped ? last.readAt : run.oldestAt
  const missed = capped && last.readAt !== undefined && last.readAt < run.oldestAt
  return {
    items,
    cursor: withStream(cursor, name, { known, readAt: run.startedAt }),
    covered: { from, to: run.startedAt },
    ...(missed && {
      gap: {
        from: last.readAt ?? 0,
        to: run.oldestAt,
        reason: `More than ${maxPages} pages of ${name} since the last poll.`,
      },
    }),
  }
}

function withStream(cursor: Cursor, name: string, stream: Stream): Cursor {
  return { ...cursor, streams: { ...cursor.streams, [name]: stream } }
}
