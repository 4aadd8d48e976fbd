import type { Sentiment } from '../../domain/classification.ts'
import type { Kit } from '../kit.ts'
import type { MatchSpan, QuerySettings } from './listening.ts'
import type { mentionTables } from './mentions.ts'

/** topic: a matter; brand and competitor: a name, of which comparisons speak too. */
export const topicKinds = ['topic', 'brand', 'competitor'] as const
export type TopicKind = (typeof topicKinds)[number]

/** A walk through the stored mentions, newest first: what the topic would catch, or catches from now on. */
export interface TopicWalk {
  mode: 'count' | 'apply'
  /** The version of the rule that is tried. */
  version: number
  startedAt: number
  /** Mentions below this arrival number are still to be read; absent: all. */
  beforeSeq?: number
  scanned: number
  matched: number
  finishedAt?: number
}

/** What mentions are about, as rules in the query language, and the tone of what is said of it. */
export function topicTables(k: Kit, { mentions }: ReturnType<typeof mentionTables>) {
  const topics = k.table(
    'topics',
    {
      seq: k.seq('seq'),
      id: k.id('id').notNull(),
      name: k.text('name').notNull(),
      kind: k.text('kind').$type<TopicKind>().notNull().default('topic'),
      text: k.text('text').notNull(),
      settings: k.json<QuerySettings>('settings').notNull(),
      /** The topic above it; its own figures do not include those below. */
      parentSeq: k.ref('parent_seq'),
      version: k.int('version').notNull().default(1),
      isActive: k.bool('is_active').notNull().default(true),
      walk: k.json<TopicWalk>('walk'),
      createdAt: k.time('created_at').notNull(),
      updatedAt: k.time('updated_at').notNull(),
    },
    (t) => [k.uniqueIndex('topics_id').on(t.id), k.uniqueIndex('topics_name').on(t.name)],
  )
  const topicMatches = k.table(
    'topic_matches',
    {
      topicSeq: k
        .ref('topic_seq')
        .notNull()
        .references(() => topics.seq, { onDelete: 'cascade' }),
      mentionSeq: k
        .ref('mention_seq')
        .notNull()
        .references(() => mentions.seq, { onDelete: 'cascade' }),
      version: k.int('version').notNull(),
      /** Day of the mention (UTC) and tone of its clauses: what it is counted under in the roll-up. */
      day: k.int('day').notNull(),
      sentiment: k.text('sentiment').$type<Sentiment>().notNull(),
      /** Null where a comparison decided. */
      confidence: k.real('confidence'),
      spans: k.json<MatchSpan[]>('spans').notNull(),
    },
    (t) => [
      k.primaryKey({ columns: [t.mentionSeq, t.topicSeq] }),
      k.index('topic_matches_topic').on(t.topicSeq, t.mentionSeq),
    ],
  )
  const topicRollup = k.table(
    'topic_rollup',
    {
      topicSeq: k
        .ref('topic_seq')
        .notNull()
        .references(() => topics.seq, { onDelete: 'cascade' }),
      day: k.int('day').notNull(),
      sentiment: k.text('sentiment').$type<Sentiment>().notNull(),
      count: k.int('count').notNull(),
    },
    (t) => [k.primaryKey({ columns: [t.topicSeq, t.day, t.sentiment] })],
  )
  return { topics, topicMatches, topicRollup }
}
