import { prepareDocument, type PreparedDocument } from '../../query/document.ts'
import { dayMs } from '../../store/clocks.ts'
import { documentOf } from '../../store/matchDocument.ts'
import { listRecentForMatching } from '../../store/queries.ts'
import type { Web } from '../web.ts'

/** The newest mentions are tried; more would make typing wait. */
const tried = 2000
/** Read and tried in one go before waiting requests get their turn. */
const slice = 50
const mostDays = 30

export type RecentRow = Awaited<ReturnType<typeof listRecentForMatching>>[number]
export interface Recent {
  row: Pick<RecentRow, 'mention' | 'author' | 'threadId'>
  prepared: PreparedDocument
}

/**
 * Visits the newest mentions of the last 30 days, newest arrival first. Answers how many days they speak for: fewer
 * where there are too many to try them all. Ends early when the signal is given.
 */
export async function visitRecent(web: Web, signal: AbortSignal, visit: (recent: Recent) => void): Promise<number> {
  const now = web.clock.now()
  let seen = 0
  let oldest = now
  let before: number | undefined
  // Somebody who types on has hung up: the rest is not worth the time.
  while (seen < tried && !signal.aborted) {
    const rows = await listRecentForMatching(web.store.read, slice, before)
    for (const row of rows) {
      oldest = Math.min(oldest, row.mention.createdAt)
      if (row.mention.createdAt >= now - mostDays * dayMs) visit({ row, prepared: prepareDocument(documentOf(row)) })
    }
    seen += rows.length
    before = rows.at(-1)?.mention.seq
    if (rows.length < slice) break
    await new Promise((resolve) => setImmediate(resolve))
  }
  return seen < tried ? mostDays : daysSince(oldest, now)
}

/** As many days as the tried ones reach back: the figure must not speak for those that were not. */
function daysSince(oldest: number, now: number): number {
  return Math.min(mostDays, Math.max(1, Math.floor((now - oldest) / dayMs)))
}
