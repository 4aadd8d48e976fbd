import { effectiveQuery } from '../query/exclude.ts'
import type { ParseResult } from '../query/parse.ts'
import { findListVersion, listExclusionLists } from './exclusionLists.ts'
import { findQueryVersion } from './queries.ts'
import type { Reader } from './store.ts'
import type { QuerySettings } from './tables/listening.ts'

/** What a version matched: its text without what its exclusion lists held then. Undefined: there is no such version. */
export async function queryOfVersion(
  reader: Reader,
  querySeq: number,
  version: number,
): Promise<ParseResult | undefined> {
  const row = await findQueryVersion(reader, querySeq, version)
  if (!row) return undefined
  const texts: string[] = []
  for (const list of row.lists ?? []) {
    const kept = await findListVersion(reader, list.id, list.version)
    if (kept) texts.push(kept.text)
  }
  return effectiveQuery(row.text, row.settings, texts)
}

/** What a text would match with these lists as they are now. */
export async function queryWithLists(
  reader: Reader,
  text: string,
  settings: QuerySettings,
  lists: readonly string[],
): Promise<ParseResult> {
  const chosen = (await listExclusionLists(reader)).filter(({ id }) => lists.includes(id))
  return effectiveQuery(
    text,
    settings,
    chosen.map((list) => list.text),
  )
}
