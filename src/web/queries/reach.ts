import type { QueryReach } from '../../../views/pages/Queries.tsx'
import type { Query } from '../../query/ast.ts'
import { CAPABILITIES, pushDown } from '../../query/pushdown.ts'
import { listSources } from '../../store/sources.ts'
import type { Web } from '../web.ts'

const mostSearches = 5
const mostNotes = 8

/** What each connected platform with a search of its own can be asked, and what it will not bring. */
export async function reachOf(web: Web, query: Query): Promise<QueryReach[]> {
  const sources = await listSources(web.store.read)
  const platforms = new Set(
    sources.map((source) => web.registry.manifest(source.connector)?.platform ?? source.connector),
  )
  return [...platforms].toSorted().flatMap((platform): QueryReach[] => {
    const can = Object.hasOwn(CAPABILITIES, platform) ? CAPABILITIES[platform] : undefined
    if (!can) return []
    const { searches, postFiltered, recallRisk, costPerPoll } = pushDown(query, can)
    return [
      {
        network: platform,
        searches: searches.slice(0, mostSearches),
        moreSearches: Math.max(0, searches.length - mostSearches),
        filtered: postFiltered.slice(0, mostNotes),
        risks: recallRisk.slice(0, mostNotes),
        costPerPoll,
      },
    ]
  })
}
