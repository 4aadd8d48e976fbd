import type { Kit } from '../kit.ts'
import type { listeningTables, MatchSpan } from './listening.ts'
import type { mentionTables } from './mentions.ts'

/** What sorts the catch of the queries: exclusion lists, groups of queries, and what people called not relevant. */
export function sortingTables(
  k: Kit,
  { mentions }: ReturnType<typeof mentionTables>,
  { queries }: ReturnType<typeof listeningTables>,
) {
  /** Query text that queries share: what it matches, they leave out. */
  const exclusionLists = k.table(
    'exclusion_lists',
    {
      seq: k.seq('seq'),
      id: k.id('id').notNull(),
      name: k.text('name').notNull(),
      text: k.text('text').notNull(),
      version: k.int('version').notNull().default(1),
      createdAt: k.time('created_at').notNull(),
      updatedAt: k.time('updated_at').notNull(),
    },
    (t) => [k.uniqueIndex('exclusion_lists_id').on(t.id), k.uniqueIndex('exclusion_lists_name').on(t.name)],
  )
  /** Outlive their list: versions of queries refer to them. */
  const exclusionListVersions = k.table(
    'exclusion_list_versions',
    {
      listId: k.id('list_id').notNull(),
      version: k.int('version').notNull(),
      text: k.text('text').notNull(),
      createdAt: k.time('created_at').notNull(),
      createdBy: k.id('created_by'),
    },
    (t) => [k.primaryKey({ columns: [t.listId, t.version] })],
  )
  const queryExclusions = k.table(
    'query_exclusions',
    {
      querySeq: k
        .ref('query_seq')
        .notNull()
        .references(() => queries.seq, { onDelete: 'cascade' }),
      listSeq: k
        .ref('list_seq')
        .notNull()
        .references(() => exclusionLists.seq, { onDelete: 'cascade' }),
    },
    (t) => [k.primaryKey({ columns: [t.querySeq, t.listSeq] }), k.index('query_exclusions_list').on(t.listSeq)],
  )
  /** A match that somebody called not relevant: taken out of `matches` with all that is needed to put it back. */
  const rejections = k.table(
    'rejections',
    {
      mentionSeq: k
        .ref('mention_seq')
        .notNull()
        .references(() => mentions.seq, { onDelete: 'cascade' }),
      querySeq: k
        .ref('query_seq')
        .notNull()
        .references(() => queries.seq, { onDelete: 'cascade' }),
      version: k.int('version').notNull(),
      spans: k.json<MatchSpan[]>('spans').notNull(),
      rejectedAt: k.time('rejected_at').notNull(),
      /** A user id, or `rule:<id>`. */
      rejectedBy: k.id('rejected_by').notNull(),
    },
    (t) => [
      k.primaryKey({ columns: [t.mentionSeq, t.querySeq] }),
      k.index('rejections_query').on(t.querySeq, t.mentionSeq),
    ],
  )
  const queryGroups = k.table(
    'query_groups',
    {
      seq: k.seq('seq'),
      id: k.id('id').notNull(),
      name: k.text('name').notNull(),
      createdAt: k.time('created_at').notNull(),
      updatedAt: k.time('updated_at').notNull(),
    },
    (t) => [k.uniqueIndex('query_groups_id').on(t.id), k.uniqueIndex('query_groups_name').on(t.name)],
  )
  const queryGroupMembers = k.table(
    'query_group_members',
    {
      groupSeq: k
        .ref('group_seq')
        .notNull()
        .references(() => queryGroups.seq, { onDelete: 'cascade' }),
      querySeq: k
        .ref('query_seq')
        .notNull()
        .references(() => queries.seq, { onDelete: 'cascade' }),
    },
    (t) => [k.primaryKey({ columns: [t.groupSeq, t.querySeq] }), k.index('query_group_members_query').on(t.querySeq)],
  )
  return { exclusionLists, exclusionListVersions, queryExclusions, rejections, queryGroups, queryGroupMembers }
}
