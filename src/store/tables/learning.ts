import type { IntentLabel, Sentiment } from '../../domain/classification.ts'
import type { LabelKind, LabelVia } from '../../domain/labels.ts'
import type { ModelFigures, ModelState, RejudgementState } from '../../domain/learning.ts'
import type { RuleEffect } from '../../domain/termRule.ts'
import type { Kit } from '../kit.ts'
import type { mentionTables } from './mentions.ts'

/** What people said about labels, what was learned from it, rules for words, and judging history again. */
export function learningTables(k: Kit, { mentions }: ReturnType<typeof mentionTables>) {
  /** Append-only. The text is the mention's own, so that what an author deletes is learned from no longer. */
  const labelLog = k.table(
    'label_log',
    {
      seq: k.seq('seq'),
      at: k.time('at').notNull(),
      mentionSeq: k
        .ref('mention_seq')
        .notNull()
        .references(() => mentions.seq, { onDelete: 'cascade' }),
      /** The text that was looked at. */
      mentionVersion: k.int('mention_version').notNull(),
      kind: k.text('kind').$type<LabelKind>().notNull(),
      sentiment: k.text('sentiment').$type<Sentiment>(),
      intents: k.json<IntentLabel[]>('intents'),
      /** What was on the screen, and who had said so: a version of the model, or null before any had judged. */
      shownSentiment: k.text('shown_sentiment').$type<Sentiment>(),
      shownIntents: k.json<IntentLabel[]>('shown_intents'),
      shownConfidence: k.real('shown_confidence'),
      shownModel: k.text('shown_model'),
      userId: k.id('user_id').notNull(),
      via: k.text('via').$type<LabelVia>().notNull(),
    },
    (t) => [k.index('label_log_mention').on(t.mentionSeq, t.seq)],
  )
  /** What another judge said of a text, kept so that copies and repeats are asked about once. */
  const opinions = k.table(
    'opinions',
    {
      /** SHA-256 over provider, instructions and text. */
      key: k.id('key').primaryKey(),
      /** Null: no usable answer came. */
      answer: k.json<{ sentiment: Sentiment; confidence: number; intents?: IntentLabel[] }>('answer'),
      askedAt: k.time('asked_at').notNull(),
    },
    (t) => [k.index('opinions_asked').on(t.askedAt)],
  )
  /** Every delta that was ever trained, taken or refused. The newest row's pins hold whatever delta is active. */
  const modelVersions = k.table(
    'model_versions',
    {
      seq: k.seq('seq'),
      id: k.id('id').notNull(),
      /** Stands on every prediction made with it. */
      name: k.text('name').notNull(),
      /** The built-in model that the delta lies over. */
      base: k.text('base').notNull(),
      /** How `delta` and `pins` are written; others are not read. */
      format: k.int('format').notNull(),
      state: k.text('state').$type<ModelState>().notNull(),
      createdAt: k.time('created_at').notNull(),
      activatedAt: k.time('activated_at'),
      /** 'system' or a user id: who made it active. */
      activatedBy: k.text('activated_by'),
      /** The log up to this entry was learned from. */
      logSeq: k.ref('log_seq').notNull(),
      figures: k.json<ModelFigures>('figures').notNull(),
      delta: k.bytes('delta'),
      pins: k.bytes('pins'),
    },
    (t) => [k.uniqueIndex('model_versions_id').on(t.id), k.index('model_versions_state').on(t.state, t.seq)],
  )
  const termRules = k.table(
    'term_rules',
    {
      seq: k.seq('seq'),
      id: k.id('id').notNull(),
      /** In the query language. */
      query: k.text('query').notNull(),
      effect: k.json<RuleEffect>('effect').notNull(),
      /** Lower comes first. */
      position: k.int('position').notNull(),
      version: k.int('version').notNull().default(1),
      isActive: k.bool('is_active').notNull().default(true),
      createdAt: k.time('created_at').notNull(),
      updatedAt: k.time('updated_at').notNull(),
    },
    (t) => [k.uniqueIndex('term_rules_id').on(t.id)],
  )
  const termRuleVersions = k.table(
    'term_rule_versions',
    {
      ruleSeq: k
        .ref('rule_seq')
        .notNull()
        .references(() => termRules.seq, { onDelete: 'cascade' }),
      version: k.int('version').notNull(),
      query: k.text('query').notNull(),
      effect: k.json<RuleEffect>('effect').notNull(),
      isActive: k.bool('is_active').notNull(),
      createdAt: k.time('created_at').notNull(),
      createdBy: k.id('created_by').notNull(),
    },
    (t) => [k.primaryKey({ columns: [t.ruleSeq, t.version] })],
  )
  /** Judging history again: one row a run, kept as a record. */
  const rejudgements = k.table(
    'rejudgements',
    {
      seq: k.seq('seq'),
      id: k.id('id').notNull(),
      state: k.text('state').$type<RejudgementState>().notNull(),
      /** Model and rules that it was asked for. */
      model: k.text('model').notNull(),
      rules: k.int('rules').notNull(),
      /** Mentions up to `uptoSeq` are looked at, newest first; `cursorSeq`: the last one that was. */
      uptoSeq: k.ref('upto_seq').notNull(),
      cursorSeq: k.ref('cursor_seq').notNull(),
      /** Mentions whose judgement is of an earlier model or of earlier rules, as counted before it began. */
      stale: k.int('stale').notNull().default(0),
      judged: k.int('judged').notNull().default(0),
      changed: k.int('changed').notNull().default(0),
      /** 'negative>neutral' -> how many. */
      moves: k.json<Record<string, number>>('moves').notNull(),
      createdAt: k.time('created_at').notNull(),
      finishedAt: k.time('finished_at'),
      /** Who asked for it; null until somebody has. */
      startedBy: k.id('started_by'),
      startedAt: k.time('started_at'),
    },
    (t) => [k.uniqueIndex('rejudgements_id').on(t.id)],
  )
  return { labelLog, opinions, modelVersions, termRules, termRuleVersions, rejudgements }
}
