import type { ListPreviewModel } from '../../../views/pages/Lists.tsx'
import type { Query } from '../../query/ast.ts'
import { evaluate } from '../../query/evaluate.ts'
import { effectiveQuery } from '../../query/exclude.ts'
import { lintQuery } from '../../query/lint.ts'
import { parseQuery } from '../../query/parse.ts'
import type { ExclusionList } from '../../store/exclusionLists.ts'
import { queriesOfLists } from '../../store/exclusionLists.ts'
import { listQueries, type ListeningQuery } from '../../store/queries.ts'
import { attachedLists } from '../../store/queryExclusions.ts'
import type { Reader } from '../../store/store.ts'
import { visitRecent, type Recent } from '../queries/recent.ts'
import { mostSamples, sampleOf } from '../queries/sample.ts'
import type { Ctx } from '../web.ts'

/** A query as it would be without the list, and the list under the query's own switches. */
interface Affected {
  row: ListeningQuery
  without: Query
  list: Query
  caught: number
  hides: number
}

/** What a list would hide of the last 30 days: of its queries' matches, of all queries' while none has it. */
export async function previewList(c: Ctx, text: string, list?: ExclusionList): Promise<ListPreviewModel> {
  const empty = { text, warnings: [], caught: 0, hides: 0, days: 30, isUsed: false, byQuery: [], samples: [] }
  if (text.trim() === '') return { ...empty, text: '' }
  const parsed = parseQuery(text)
  if (!parsed.ok) {
    const { error: message, position, suggestion } = parsed
    return { ...empty, error: { message, position, ...(suggestion === undefined ? {} : { suggestion }) } }
  }
  const web = c.get('web')
  const { affected, isUsed } = await loadAffected(web.store.read, text, list)
  let [caught, hides] = [0, 0]
  const found: Recent[] = []
  const days = await visitRecent(web, c.req.raw.signal, (recent) => {
    const matching = affected.filter((one) => evaluate(one.without, recent.prepared))
    if (matching.length === 0) return
    caught++
    const hidden = matching.filter((one) => evaluate(one.list, recent.prepared))
    for (const one of matching) one.caught++
    for (const one of hidden) one.hides++
    if (hidden.length === 0) return
    hides++
    if (found.length < mostSamples) found.push(recent)
  })
  return {
    text,
    warnings: lintQuery(parsed.query).map((warning) => warning.message),
    caught,
    hides,
    days,
    isUsed,
    byQuery: affected
      .filter((one) => isUsed || one.hides > 0)
      .map((one) => ({ id: one.row.id, name: one.row.name, caught: one.caught, hides: one.hides })),
    samples: found.map((one) => sampleOf(web, parsed.query, one)),
  }
}

async function loadAffected(read: Reader, text: string, list?: ExclusionList) {
  const users = list ? (await queriesOfLists(read)).filter((one) => one.listSeq === list.seq) : []
  const isUsed = users.length > 0
  const affected: Affected[] = []
  for (const row of await listQueries(read)) {
    if (isUsed ? users.every((one) => one.seq !== row.seq) : !row.isActive) continue
    const others = (await attachedLists(read, row.seq)).filter((one) => one.id !== list?.id)
    const without = effectiveQuery(
      row.text,
      row.settings,
      others.map((one) => one.text),
    )
    const own = parseQuery(text, row.settings)
    if (without.ok && own.ok) affected.push({ row, without: without.query, list: own.query, caught: 0, hides: 0 })
  }
  return { affected, isUsed }
}
