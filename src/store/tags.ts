import type { Reader } from './store.ts'

/** More than anybody chooses from a list. */
const mostTags = 300

/** Names of the tags that were ever given, for the filter and for suggestions. */
export async function listTags(reader: Reader): Promise<string[]> {
  const rows = await reader.all<{ name: string }>(
    'tags',
    (db, t) => db.select({ name: t.tags.name }).from(t.tags).orderBy(t.tags.name).limit(mostTags),
    {},
  )
  return rows.map((row) => row.name)
}
