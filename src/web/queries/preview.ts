import type { QueryMeaning, QueryPreviewModel } from '../../../views/pages/Queries.tsx'
import type { Query } from '../../query/ast.ts'
import { evaluate } from '../../query/evaluate.ts'
import { explainQuery, type Explanation } from '../../query/explain.ts'
import { formatQuery } from '../../query/format.ts'
import { lintQuery } from '../../query/lint.ts'
import { parseQuery } from '../../query/parse.ts'
import { listExclusionLists } from '../../store/exclusionLists.ts'
import type { QuerySettings } from '../../store/tables/listening.ts'
import type { Ctx, Web } from '../web.ts'
import { reachOf } from './reach.ts'
import { visitRecent, type Recent } from './recent.ts'
import { mostSamples, sampleOf } from './sample.ts'

const mostDays = 30

export const defaultSettings: QuerySettings = { stem: true, fold: true }

/**
 * What the query means and would have caught among what is here, or where it cannot be read. `lists`: ids of the
 * exclusion lists that are chosen beside it.
 */
export async function previewQuery(
  c: Ctx,
  text: string,
  settings = defaultSettings,
  lists: readonly string[] = [],
): Promise<QueryPreviewModel> {
  const empty: QueryPreviewModel = {
    query: text,
    warnings: [],
    matches: 0,
    days: mostDays,
    samples: [],
    lists: [],
    reach: [],
  }
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
    ...(await tryQuery(web, query, settings, lists, c.req.raw.signal)),
  }
}

interface Tried {
  matches: number
  days: number
  samples: QueryPreviewModel['samples']
  lists: QueryPreviewModel['lists']
}

/** A list beside a query: read under the query's own switches. Undefined query: the list cannot be read. */
interface ChoosableList {
  id: string
  name: string
  query: Query | undefined
  isOn: boolean
  found: Recent[]
  hides: number
}

/** The matches that the chosen lists leave over; for each list what it would hide by itself. */
async function tryQuery(
  web: Web,
  query: Query,
  settings: QuerySettings,
  chosen: readonly string[],
  signal: AbortSignal,
): Promise<Tried> {
  const lists: ChoosableList[] = (await listExclusionLists(web.store.read)).map(({ id, name, text }) => {
    const parsed = parseQuery(text, settings)
    return { id, name, query: parsed.ok ? parsed.query : undefined, isOn: chosen.includes(id), found: [], hides: 0 }
  })
  const found: Recent[] = []
  let matches = 0
  const days = await visitRecent(web, signal, (recent) => {
    if (!evaluate(query, recent.prepared)) return
    const hiding = lists.filter((list) => list.query && evaluate(list.query, recent.prepared))
    for (const list of hiding) {
      list.hides++
      if (list.found.length < mostSamples) list.found.push(recent)
    }
    if (hiding.some((list) => list.isOn)) return
    matches++
    if (found.length < mostSamples) found.push(recent)
  })
  return {
    matches,
    days,
    samples: found.map((one) => sampleOf(web, query, one)),
    lists: lists.map(({ id, name, query: list, isOn, found: hidden, hides }) => ({
      id,
      name,
      isOn,
      hides,
      samples: list ? hidden.map((one) => sampleOf(web, list, one)) : [],
    })),
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
