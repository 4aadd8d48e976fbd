import { and, asc, desc, eq, gte, inArray, isNull, lt, max } from 'drizzle-orm'
import { runStates, stateAfterStep, type AutomationChange, type RunState, type RunStep } from '../domain/automation.ts'
import { toFts5, toTsquery, type FtsNode } from '../query/plan.ts'
import { appendAudit } from './audit.ts'
import type { Place } from './automationChanges.ts'
import type { Automation } from './automations.ts'
import type { Reader, Tx } from './store.ts'
import type { Tables } from './tables/all.ts'
import type { Act } from './threadActions.ts'

export type AutomationRun = Tables['automationRuns']['$inferSelect']

export async function findRun(reader: Reader, id: string) {
  const { automationRuns, automations } = reader.t
  const [row] = await reader.db
    .select({ run: automationRuns, automation: automations })
    .from(automationRuns)
    .innerJoin(automations, eq(automations.seq, automationRuns.automationSeq))
    .where(eq(automationRuns.id, id))
  return row
}

/** Newest first. */
export async function listRuns(reader: Reader, automationSeq: number): Promise<AutomationRun[]> {
  const { automationRuns } = reader.t
  return reader.db
    .select()
    .from(automationRuns)
    .where(eq(automationRuns.automationSeq, automationSeq))
    .orderBy(desc(automationRuns.seq))
    .limit(20)
}

const active: RunState[] = runStates.filter((state) => state.endsWith('ing'))

/** Begins to count what a rule would change in history. undefined: a run of this rule is under way. */
export async function startRun(tx: Tx, act: Act, automation: Automation): Promise<AutomationRun | undefined> {
  const { automationRuns, automations, mentions } = tx.t
  // The row of the rule is the lock: two people press at once.
  await tx.db.update(automations).set({ position: automation.position }).where(eq(automations.seq, automation.seq))
  const busy = await tx.db
    .select({ seq: automationRuns.seq })
    .from(automationRuns)
    .where(and(eq(automationRuns.automationSeq, automation.seq), inArray(automationRuns.state, active)))
  if (busy.length > 0) return undefined
  const [newest] = await tx.db.select({ seq: max(mentions.seq) }).from(mentions)
  const top = (newest?.seq ?? 0) + 1
  const { name, queryId, text, actions } = automation
  const [run] = await tx.db
    .insert(automationRuns)
    .values({
      id: act.newId(),
      automationSeq: automation.seq,
      state: 'counting',
      rule: { name, queryId, text, actions },
      topSeq: top,
      cursorSeq: top,
      sample: [],
      createdAt: act.now,
      createdBy: act.userId,
    })
    .returning()
  if (run) await queueRun(tx, run.id, act.now)
  return run
}

const stepActions = {
  apply: 'automation.apply',
  cancel: 'automation.cancel',
  undo: 'automation.undo',
} satisfies Record<RunStep, string>

/** A person's step. False: the run has moved on. */
export async function stepRun(tx: Tx, act: Act, id: string, step: RunStep): Promise<boolean> {
  const { automationRuns } = tx.t
  const [run] = await tx.db.select().from(automationRuns).where(eq(automationRuns.id, id))
  const next = run && stateAfterStep(run.state, step)
  if (!run || !next) return false
  const rewound = next === 'applying' ? { cursorSeq: run.topSeq, changed: 0 } : {}
  const ended = next === 'cancelled' ? { finishedAt: act.now } : { finishedAt: null }
  if (!(await advanceRun(tx, run, { state: next, ...rewound, ...ended }))) return false
  if (next !== 'cancelled') await queueRun(tx, id, act.now)
  const data = { rule: run.rule.name, planned: run.planned, changed: run.changed }
  const action = stepActions[step]
  await appendAudit(tx, { at: act.now, actor: act.userId, action, object: `automation_run:${id}`, data, ip: act.ip })
  return true
}

/** Writes progress while the run is in the state it was read in. False: somebody has steered it meanwhile. */
export async function advanceRun(
  tx: Tx,
  run: Pick<AutomationRun, 'seq' | 'state'>,
  change: Partial<
    Pick<AutomationRun, 'state' | 'cursorSeq' | 'matched' | 'planned' | 'changed' | 'sample' | 'finishedAt'>
  >,
): Promise<boolean> {
  const { automationRuns } = tx.t
  const rows = await tx.db
    .update(automationRuns)
    .set(change)
    .where(and(eq(automationRuns.seq, run.seq), eq(automationRuns.state, run.state)))
    .returning({ seq: automationRuns.seq })
  return rows.length > 0
}

/** A job of its own each time: the one before may be about to end. One lane: runs never go side by side. */
async function queueRun(tx: Tx, id: string, now: number): Promise<void> {
  await tx.db
    .insert(tx.t.jobs)
    .values({
      kind: 'automation',
      key: `${id} ${now}`,
      lane: 'automation',
      payload: { id },
      runAt: now,
      createdAt: now,
    })
    .onConflictDoNothing()
  tx.emit({ type: 'job', kind: 'automation' })
}

/** What narrows the mentions that a rule can match. */
export interface Narrowing {
  querySeq?: number | undefined
  fts: FtsNode | null
}

/** Seqs that one reading of the full-text index spans: it holds up the process where the database is in it. */
const ftsSpan = 20_000

/** The next mentions to look at, newest first, and from where to go on; 0: that was all. */
export async function nextSeqs(
  reader: Reader,
  { querySeq, fts }: Narrowing,
  before: number,
  limit: number,
): Promise<{ seqs: number[]; cursor: number }> {
  const { mentions, matches } = reader.t
  if (querySeq === undefined && fts !== null) {
    const from = Math.max(0, before - ftsSpan)
    const expression = reader.d.name === 'sqlite' ? toFts5(fts) : toTsquery(fts)
    const hits = await reader.rows<{ seq: number | string }>(reader.d.searchBetween(expression, from, before, limit))
    const seqs = hits.map((hit) => Number(hit.seq))
    return { seqs, cursor: seqs.length < limit ? from : (seqs.at(-1) ?? from) }
  }
  const rows =
    querySeq === undefined
      ? await reader.db
          .select({ seq: mentions.seq })
          .from(mentions)
          .where(and(lt(mentions.seq, before), isNull(mentions.deletedAt)))
          .orderBy(desc(mentions.seq))
          .limit(limit)
      : await reader.db
          .select({ seq: matches.mentionSeq })
          .from(matches)
          .where(and(eq(matches.querySeq, querySeq), lt(matches.mentionSeq, before)))
          .orderBy(desc(matches.mentionSeq))
          .limit(limit)
  const seqs = rows.map((row) => row.seq)
  return { seqs, cursor: seqs.length < limit ? 0 : (seqs.at(-1) ?? 0) }
}

/** Remembers a change for undoing the run. */
export async function keepChanges(
  tx: Tx,
  runSeq: number,
  changes: readonly (Place & { change: AutomationChange })[],
): Promise<void> {
  if (changes.length === 0) return
  const { automationChanges } = tx.t
  await tx.db.insert(automationChanges).values(changes.map((one) => ({ ...one, runSeq })))
}

/** The newest changes of a run, taken out of the record: the caller takes them back in the same transaction. */
export async function takeChanges(tx: Tx, runSeq: number, limit: number) {
  const { automationChanges } = tx.t
  const rows = await tx.db
    .select()
    .from(automationChanges)
    .where(eq(automationChanges.runSeq, runSeq))
    .orderBy(desc(automationChanges.seq))
    .limit(limit)
  const last = rows.at(-1)
  if (last)
    await tx.db
      .delete(automationChanges)
      .where(and(eq(automationChanges.runSeq, runSeq), gte(automationChanges.seq, last.seq)))
  return rows
}

/** Mentions of a sample, in its order, with what a list of them shows. */
export async function loadSample(reader: Reader, seqs: readonly number[]) {
  if (seqs.length === 0) return []
  const { mentions, authors, threads } = reader.t
  return reader.db
    .select({ mention: mentions, author: authors, threadId: threads.id })
    .from(mentions)
    .innerJoin(authors, eq(authors.seq, mentions.authorSeq))
    .innerJoin(threads, eq(threads.seq, mentions.threadSeq))
    .where(and(inArray(mentions.seq, [...seqs]), isNull(mentions.deletedAt)))
    .orderBy(asc(mentions.seq))
}
