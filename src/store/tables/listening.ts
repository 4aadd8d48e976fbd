import type { Kit } from '../kit.ts'
import type { mentionTables } from './mentions.ts'

export interface QuerySettings {
  stem: boolean
  fold: boolean
}

/** One leaf that made the match: UTF-16 offsets into the field. */
export interface MatchSpan {
  field: 'title' | 'text'
  start: number
  end: number
  term: string
}

/** An exclusion list as it stood when a version of a query was made. */
export interface ListVersion {
  id: string
  name: string
  version: number
}

/** Listening queries, their immutable versions, and what they caught. */
export function listeningTables(k: Kit, { mentions }: ReturnType<typeof mentionTables>) {
  const queries = k.table(
    'queries',
    {
      seq: k.seq('seq'),
      id: k.id('id').notNull(),
      name: k.text('name').notNull(),
      kind: k.text('kind').$type<'brand' | 'competitor' | 'topic'>().notNull().default('brand'),
      text: k.text('text').notNull(),
      settings: k.json<QuerySettings>('settings').notNull(),
      version: k.int('version').notNull().default(1),
      isActive: k.bool('is_active').notNull().default(true),
      createdAt: k.time('created_at').notNull(),
      updatedAt: k.time('updated_at').notNull(),
    },
    (t) => [k.uniqueIndex('queries_id').on(t.id), k.uniqueIndex('queries_name').on(t.name)],
  )
  const queryVersions = k.table(
    'query_versions',
    {
      querySeq: k
        .ref('query_seq')
        .notNull()
        .references(() => queries.seq, { onDelete: 'cascade' }),
      version: k.int('version').notNull(),
      text: k.text('text').notNull(),
      settings: k.json<QuerySettings>('settings').notNull(),
      /** The exclusion lists in force: a match knows by its version of the query what was left out. Null: none. */
      lists: k.json<ListVersion[]>('lists'),
      createdAt: k.time('created_at').notNull(),
      createdBy: k.id('created_by'),
    },
    (t) => [k.primaryKey({ columns: [t.querySeq, t.version] })],
  )
  const matches = k.table(
    'matches',
    {
      querySeq: k
        .ref('query_seq')
        .notNull()
        .references(() => queries.seq, { onDelete: 'cascade' }),
      mentionSeq: k
        .ref('mention_seq')
        .notNull()
        .references(() => mentions.seq, { onDelete: 'cascade' }),
      /** The version of the query that caught it. */
      version: k.int('version').notNull(),
      spans: k.json<MatchSpan[]>('spans').notNull(),
    },
    (t) => [
      k.primaryKey({ columns: [t.mentionSeq, t.querySeq] }),
      k.index('matches_query').on(t.querySeq, t.mentionSeq),
    ],
  )
  return { queries, queryVersions, matches }
}
