import type { InboxModel } from '../../../views/pages/Inbox.tsx'
import { parseQuery } from '../../query/parse.ts'
import type { InboxFilter } from '../../store/inbox.ts'
import { searchThreads } from '../../store/search.ts'
import type { Reader } from '../../store/store.ts'

interface Searched {
  filter: InboxFilter
  error?: NonNullable<InboxModel['queryError']>
}

/** Newest mentions looked through for one search; older ones are found by narrowing it. */
const mostHits = 2000

/** Narrows the filter to what a query of the search box finds; one that cannot be read shows everything and says why. */
export async function searchInbox(reader: Reader, filter: InboxFilter, text: string | undefined): Promise<Searched> {
  if (!text) return { filter }
  const parsed = parseQuery(text, { mode: 'view' })
  if (!parsed.ok) {
    const { error: message, position, suggestion } = parsed
    return { filter, error: { message, position, ...(suggestion === undefined ? {} : { suggestion }) } }
  }
  const found = new Set(await searchThreads(reader, parsed.query, mostHits))
  const only = filter.only ? filter.only.filter((seq) => found.has(seq)) : [...found]
  return { filter: { ...filter, only } }
}
