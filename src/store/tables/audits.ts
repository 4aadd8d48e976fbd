import type { Sentiment } from '../../domain/classification.ts'
import type { Kit } from '../kit.ts'
import type { mentionTables } from './mentions.ts'
import type { peopleTables } from './people.ts'

/** What a person found where stars and text of a review disagree. */
export const settlements = ['stars', 'text', 'mixed'] as const
export type Settlement = (typeof settlements)[number]

/** How good the labels are on one's own mentions: random samples that two people label without seeing anything. */
export function auditTables(
  k: Kit,
  { users }: ReturnType<typeof peopleTables>,
  { mentions }: ReturnType<typeof mentionTables>,
) {
  const audits = k.table(
    'audits',
    {
      seq: k.seq('seq'),
      id: k.id('id').notNull(),
      /** YYYY-MM, UTC. */
      month: k.text('month').notNull(),
      /** Of the draw: anybody can repeat it. */
      seed: k.int('seed').notNull(),
      size: k.int('size').notNull(),
      /** Mentions of the month that the sample was drawn from; null until it is. */
      population: k.int('population'),
      state: k.text('state').$type<'drawing' | 'open' | 'closed'>().notNull(),
      /** The two people, seats taken in the order of coming. */
      raterA: k.id('rater_a').references(() => users.id),
      raterB: k.id('rater_b').references(() => users.id),
      createdAt: k.time('created_at').notNull(),
      closedAt: k.time('closed_at'),
    },
    (t) => [k.uniqueIndex('audits_id').on(t.id), k.uniqueIndex('audits_month').on(t.month)],
  )
  const auditItems = k.table(
    'audit_items',
    {
      auditSeq: k
        .ref('audit_seq')
        .notNull()
        .references(() => audits.seq, { onDelete: 'cascade' }),
      /** Order of the draw. More than `size` are drawn, to stand in for what is edited or deleted meanwhile. */
      position: k.int('position').notNull(),
      mentionSeq: k
        .ref('mention_seq')
        .notNull()
        .references(() => mentions.seq, { onDelete: 'cascade' }),
      mentionVersion: k.int('mention_version').notNull(),
      /** The label that reports counted when the sample was drawn. */
      said: k.text('said').$type<Sentiment>().notNull(),
      labelA: k.text('label_a').$type<Sentiment>(),
      labelB: k.text('label_b').$type<Sentiment>(),
      /** Where the two differ: what was decided in the end. */
      verdict: k.text('verdict').$type<Sentiment>(),
      verdictBy: k.id('verdict_by').references(() => users.id),
    },
    (t) => [k.primaryKey({ columns: [t.auditSeq, t.position] }), k.index('audit_items_mention').on(t.mentionSeq)],
  )
  const ratingSettlements = k.table('rating_settlements', {
    mentionSeq: k
      .ref('mention_seq')
      .primaryKey()
      .references(() => mentions.seq, { onDelete: 'cascade' }),
    decision: k.text('decision').$type<Settlement>().notNull(),
    userId: k
      .id('user_id')
      .notNull()
      .references(() => users.id),
    decidedAt: k.time('decided_at').notNull(),
  })
  return { audits, auditItems, ratingSettlements }
}
