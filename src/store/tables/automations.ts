import type { AutomationAction, AutomationChange, AutomationRule, RunState } from '../../domain/automation.ts'
import type { Kit } from '../kit.ts'

/** Rules for mentions, their runs over history, and what each run changed. */
export function automationTables(k: Kit) {
  const automations = k.table(
    'automations',
    {
      seq: k.seq('seq'),
      id: k.id('id').notNull(),
      name: k.text('name').notNull(),
      /** Rules are applied in this order. */
      position: k.int('position').notNull(),
      queryId: k.id('query_id'),
      text: k.text('text').notNull(),
      actions: k.json<AutomationAction[]>('actions').notNull(),
      isActive: k.bool('is_active').notNull().default(true),
      createdAt: k.time('created_at').notNull(),
      updatedAt: k.time('updated_at').notNull(),
    },
    (t) => [k.uniqueIndex('automations_id').on(t.id), k.uniqueIndex('automations_name').on(t.name)],
  )
  const automationRuns = k.table(
    'automation_runs',
    {
      seq: k.seq('seq'),
      id: k.id('id').notNull(),
      automationSeq: k
        .ref('automation_seq')
        .notNull()
        .references(() => automations.seq, { onDelete: 'cascade' }),
      state: k.text('state').$type<RunState>().notNull(),
      /** The rule as it was: an edit does not change a run that is under way. */
      rule: k.json<AutomationRule>('rule').notNull(),
      /** Mentions below it are looked at, newest first; those from `cursorSeq` on are done. */
      topSeq: k.ref('top_seq').notNull(),
      cursorSeq: k.ref('cursor_seq').notNull(),
      matched: k.int('matched').notNull().default(0),
      /** Changes that would be made, as counted; then those that were. */
      planned: k.int('planned').notNull().default(0),
      changed: k.int('changed').notNull().default(0),
      /** The newest mentions that would change. */
      sample: k.json<number[]>('sample').notNull(),
      createdAt: k.time('created_at').notNull(),
      createdBy: k.id('created_by').notNull(),
      finishedAt: k.time('finished_at'),
    },
    (t) => [k.uniqueIndex('automation_runs_id').on(t.id), k.index('automation_runs_rule').on(t.automationSeq, t.seq)],
  )
  const automationChanges = k.table(
    'automation_changes',
    {
      seq: k.seq('seq'),
      runSeq: k
        .ref('run_seq')
        .notNull()
        .references(() => automationRuns.seq, { onDelete: 'cascade' }),
      mentionSeq: k.ref('mention_seq').notNull(),
      threadSeq: k.ref('thread_seq').notNull(),
      change: k.json<AutomationChange>('change').notNull(),
    },
    (t) => [k.index('automation_changes_run').on(t.runSeq, t.seq)],
  )
  return { automations, automationRuns, automationChanges }
}
