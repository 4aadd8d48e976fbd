import type { TagReport } from '../../domain/tagReport.ts'
import type { Kit } from '../kit.ts'
import type { mentionTables } from './mentions.ts'
import type { peopleTables } from './people.ts'

/** off: trained, asked for nothing. suggest: a person decides. set: tags by itself from the threshold on. */
export const tagModes = ['off', 'suggest', 'set'] as const
export type TagMode = (typeof tagModes)[number]

/** Tags that a workspace has taught: versions of what was learned, and what it proposes. */
export function tagModelTables(
  k: Kit,
  { users }: ReturnType<typeof peopleTables>,
  { tags, threads }: ReturnType<typeof mentionTables>,
) {
  const tagModels = k.table('tag_models', {
    tagId: k
      .id('tag_id')
      .primaryKey()
      .references(() => tags.id, { onDelete: 'cascade' }),
    mode: k.text('mode').$type<TagMode>().notNull().default('off'),
    /** 0…1: from here on it suggests, or sets. */
    threshold: k.real('threshold').notNull(),
    /** The version in force; null before the first is. */
    version: k.int('version'),
    /** Why the last training gave nothing; null: it did. */
    problem: k.text('problem').$type<'few'>(),
    updatedAt: k.time('updated_at').notNull(),
  })
  const tagModelVersions = k.table(
    'tag_model_versions',
    {
      tagId: k
        .id('tag_id')
        .notNull()
        .references(() => tags.id, { onDelete: 'cascade' }),
      version: k.int('version').notNull(),
      /** As classify/tagTrainer writes it: counts of word stems, no texts. */
      model: k.text('model').notNull(),
      report: k.json<TagReport>('report').notNull(),
      createdAt: k.time('created_at').notNull(),
      createdBy: k.id('created_by').references(() => users.id),
    },
    (t) => [k.primaryKey({ columns: [t.tagId, t.version] })],
  )
  const tagSuggestions = k.table(
    'tag_suggestions',
    {
      tagId: k
        .id('tag_id')
        .notNull()
        .references(() => tags.id, { onDelete: 'cascade' }),
      threadSeq: k
        .ref('thread_seq')
        .notNull()
        .references(() => threads.seq, { onDelete: 'cascade' }),
      version: k.int('version').notNull(),
      score: k.real('score').notNull(),
      /** Word stems that spoke for it, strongest first. */
      because: k.json<string[]>('because').notNull(),
      state: k.text('state').$type<'open' | 'accepted' | 'rejected' | 'set'>().notNull(),
      createdAt: k.time('created_at').notNull(),
      decidedAt: k.time('decided_at'),
      decidedBy: k.id('decided_by').references(() => users.id),
    },
    (t) => [
      k.primaryKey({ columns: [t.threadSeq, t.tagId] }),
      k.index('tag_suggestions_state').on(t.tagId, t.state, t.threadSeq),
    ],
  )
  return { tagModels, tagModelVersions, tagSuggestions }
}
