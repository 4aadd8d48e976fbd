import type { QueryMeaning, QueryPreviewModel } from '../../../views/pages/Queries.tsx'
import type { Query } from '../../query/ast.ts'
import { prepareDocument, type PreparedDocument } from '../../query/document.ts'
import { evaluate } from '../../query/evaluate.ts'
import { explainQuery, type Explanation } from '../../query/explain.ts'
import { formatQuery } from '../../query/format.ts'
import { lintQuery } from '../../query/lint.ts'
import { parseQuery } from '../../query/parse.ts'
import { traceMatch } from '../../query/trace.ts'
import { dayMs } from '../../store/clocks.ts'
import { documentOf } from '../../store/matchDocument.ts'
import { listRecentForMatching } from '../../store/queries.ts'
import type { QuerySettings } from '../../store/tables/listening.ts'
import { avatarUrl } from '../avatar.ts'
import type { Ctx, Web } from '../web.ts'
import { excerptOf } from './excerpt.ts'
import { reachOf } from './reach.ts'

/** The newest mentions are tried; more would make typing wait. */
const tried = 2000
/** Read and tried in one go before waiting requests get their turn. */
const slice = 50
const shown = 8
const mostDays = 30

export const defaultSettings: QuerySettings = { stem: true, fold: true }

/** What the query means and would have caught among what is here, or where it cannot be read. */
export async function previewQuery(c: Ctx, text: string, settings = defaultSettings): Promise<QueryPreviewModel> {
  const empty: QueryPreviewModel = { query: text, warnings: [], matches: 0, days: mostDays, samples: [], reach: [] }
  if (text.trim() === '') return empty
  const parsed = parseQuery(text, settings)
  if (!parsed.ok) {
    const { error: message, position, suggestion } = parsed
    return { ...empty, error: { message, position, ...(suggestion === undefined ? {} : { suggestion }) } }
  }
  const { query } = parsed
  const web = c.get('web')
  const formatted = formatQuery(query)
  return {
    ...empty,
    warnings: lintQuery(query).map((warning) => warning.message),
    formatted: formatted === text ? undefined : formatted,
    explanation: meaningOf(explainQuery(query), { left: mostParts }),
    reach: await reachOf(web, query),
    ...(await tryQuery(web, query, c.req.raw.signal)),
  }
}

type Row = Awaited<ReturnType<typeof listRecentForMatching>>[number]
type Found = { row: Row; prepared: PreparedDocument }

async function tryQuery(
  web: Web,
  query: Query,
  signal: AbortSignal,
): Promise<Pick<QueryPreviewModel, 'matches' | 'days' | 'samples'>> {
  const now = web.clock.now()
  const found: Found[] = []
  let matches = 0
  let seen = 0
  let oldest = now
  let before: number | undefined
  // Somebody who types on has hung up: the rest is not worth the time.
  while (seen < tried && !signal.aborted) {
    const rows = await listRecentForMatching(web.store.read, slice, before)
    for (const row of rows) {
      oldest = Math.min(oldest, row.mention.createdAt)
      if (row.mention.createdAt < now - mostDays * dayMs) continue
      const prepared = prepareDocument(documentOf(row))
      if (!evaluate(query, prepared)) continue
      matches++
      if (found.length < shown) found.push({ row, prepared })
    }
    seen += rows.length
    before = rows.at(-1)?.mention.seq
    if (rows.length < slice) break
    await new Promise((resolve) => setImmediate(resolve))
  }
  const days = seen < tried ? mostDays : daysSince(oldest, now)
  return { matches, days, samples: found.map((one) => sampleOf(web, query, one)) }
}

/** As many days as the tried ones reach back: the figure must not speak for those that were not. */
function daysSince(oldest: number, now: number): number {
  return Math.min(mostDays, Math.max(1, Math.floor((now - oldest) / dayMs)))
}

function sampleOf(web: Web, query: Query, { row, prepared }: Found): QueryPreviewModel['samples'][number] {
  const { mention, author, threadId } = row
  const spans = traceMatch(query, prepared) ?? []
  const field = spans.some((span) => span.field === 'text') || !mention.title ? 'text' : (spans[0]?.field ?? 'text')
  const marks = spans.filter((span) => span.field === field)
  return {
    threadId,
    author: {
      name: author.name ?? author.handle,
      handle: author.handle,
      avatarUrl: avatarUrl(web, author.avatarUrl),
    },
    source: { id: mention.platform, name: mention.platform, network: mention.platform },
    at: mention.createdAt,
    excerpt: excerptOf(field === 'title' ? (mention.title ?? '') : mention.text, marks),
  }
}

/** A query of thousands of words is not read as a tree by anybody. */
const mostParts = 60

function meaningOf(line: Explanation, budget: { left: number }): QueryMeaning {
  budget.left--
  const children: QueryMeaning[] = []
  for (const child of line.children ?? []) {
    if (budget.left <= 0) break
    children.push(meaningOf(child, budget))
  }
  const more = (line.children?.length ?? 0) - children.length
  return { term: line.children ? '' : line.term, means: line.means, children, more }
}
