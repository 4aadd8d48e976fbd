import type { RelevanceLabel } from '../../domain/relevance.ts'
import type { Kit } from '../kit.ts'
import type { listeningTables } from './listening.ts'
import type { mentionTables } from './mentions.ts'
import type { peopleTables } from './people.ts'

/** One stratum of a draw, as query/strata.ts names it. */
export interface DrawnPart {
  kind: 'match' | 'near' | 'not'
  change: string
  term: string
  /** Mentions in it when it was drawn. */
  population: number
}

/** How good the versions of a query are: random samples of what they match and nearly match, labelled by people. */
export function qualityTables(
  k: Kit,
  { users }: ReturnType<typeof peopleTables>,
  { mentions }: ReturnType<typeof mentionTables>,
  { queries }: ReturnType<typeof listeningTables>,
) {
  const qualityDraws = k.table(
    'quality_draws',
    {
      seq: k.seq('seq'),
      querySeq: k
        .ref('query_seq')
        .notNull()
        .references(() => queries.seq, { onDelete: 'cascade' }),
      version: k.int('version').notNull(),
      /** With the history it gives the same sample again. */
      seed: k.ref('seed').notNull(),
      parts: k.json<DrawnPart[]>('parts').notNull(),
      drawnAt: k.time('drawn_at').notNull(),
      drawnBy: k.id('drawn_by').notNull(),
    },
    (t) => [k.index('quality_draws_query').on(t.querySeq, t.version, t.seq)],
  )
  const qualitySamples = k.table(
    'quality_samples',
    {
      drawSeq: k
        .ref('draw_seq')
        .notNull()
        .references(() => qualityDraws.seq, { onDelete: 'cascade' }),
      /** Place in `parts`, and in the random order of that part. */
      part: k.int('part').notNull(),
      position: k.int('position').notNull(),
      mentionSeq: k
        .ref('mention_seq')
        .notNull()
        .references(() => mentions.seq, { onDelete: 'cascade' }),
    },
    (t) => [
      k.primaryKey({ columns: [t.drawSeq, t.part, t.position] }),
      k.index('quality_samples_mention').on(t.mentionSeq),
    ],
  )
  const qualityLabels = k.table(
    'quality_labels',
    {
      querySeq: k
        .ref('query_seq')
        .notNull()
        .references(() => queries.seq, { onDelete: 'cascade' }),
      version: k.int('version').notNull(),
      mentionSeq: k
        .ref('mention_seq')
        .notNull()
        .references(() => mentions.seq, { onDelete: 'cascade' }),
      userId: k
        .id('user_id')
        .notNull()
        .references(() => users.id),
      label: k.text('label').$type<RelevanceLabel>().notNull(),
      labelledAt: k.time('labelled_at').notNull(),
    },
    (t) => [
      k.primaryKey({ columns: [t.querySeq, t.version, t.mentionSeq, t.userId] }),
      k.index('quality_labels_mention').on(t.mentionSeq),
    ],
  )
  return { qualityDraws, qualitySamples, qualityLabels }
}
