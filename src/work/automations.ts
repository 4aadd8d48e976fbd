import { planChanges, type AutomationChange, type AutomationRule } from '../domain/automation.ts'
import type { Query } from '../query/ast.ts'
import { prepareDocument } from '../query/document.ts'
import { evaluate } from '../query/evaluate.ts'
import { parseQuery } from '../query/parse.ts'
import { planSearch } from '../query/plan.ts'
import { loadTargets, makeChange, undoChange, type FoundTarget, type Place } from '../store/automationChanges.ts'
import {
  advanceRun,
  findRun,
  keepChanges,
  nextSeqs,
  takeChanges,
  type AutomationRun,
  type Narrowing,
} from '../store/automationRuns.ts'
import { listAutomations, seqsOfQueries, type Automation } from '../store/automations.ts'
import { hasDueJob } from '../store/jobs.ts'
import type { Reader, Store, Tx } from '../store/store.ts'
import type { Act } from '../store/threadActions.ts'
import type { WorkContext } from './context.ts'

/** A rule ready to be asked. */
interface Compiled {
  id: string
  rule: AutomationRule
  /** Undefined: any text. */
  query: Query | undefined
  /** Undefined: caught or not. */
  querySeq: number | undefined
}

interface Followed {
  isStale: boolean
  rules: Compiled[]
}

const followed = new WeakMap<Store, Followed>()

/** The rules that are on, compiled once and again after an edit. */
function follow(store: Store): Followed {
  const known = followed.get(store)
  if (known) return known
  const now: Followed = { isStale: true, rules: [] }
  store.onCommit((notices) => {
    if (notices.some((notice) => notice.type === 'queries')) now.isStale = true
  })
  followed.set(store, now)
  return now
}

async function compile(reader: Reader, automations: readonly Pick<Automation, 'id' | keyof AutomationRule>[]) {
  const seqs = await seqsOfQueries(
    reader,
    automations.flatMap((one) => (one.queryId === null ? [] : [one.queryId])),
  )
  return automations.flatMap(({ id, ...rule }): Compiled[] => {
    const parsed = rule.text === '' ? undefined : parseQuery(rule.text, { mode: 'view' })
    const querySeq = rule.queryId === null ? undefined : seqs.get(rule.queryId)
    // Without its query, or with a text that cannot be read any more, a rule does nothing.
    if ((parsed && !parsed.ok) || (rule.queryId !== null && querySeq === undefined)) return []
    return [{ id, rule, query: parsed?.query, querySeq }]
  })
}

/** Applies the rules to mentions that were just judged, in the same transaction. Nothing at all without rules. */
export async function applyToNew(
  store: Store,
  tx: Tx,
  mentionSeqs: number[],
  stamp: { now: number; newId(): string },
): Promise<void> {
  const now = follow(store)
  if (now.isStale) {
    now.isStale = false
    now.rules = await compile(
      tx,
      (await listAutomations(tx)).filter((one) => one.isActive),
    )
  }
  if (now.rules.length === 0 || mentionSeqs.length === 0) return
  for (const found of await loadTargets(tx, mentionSeqs)) {
    const prepared = prepareDocument(found.document)
    const caughtBy = new Set(found.target.querySeqs)
    for (const compiled of now.rules) {
      if (compiled.querySeq !== undefined && !caughtBy.has(compiled.querySeq)) continue
      if (compiled.query && !evaluate(compiled.query, prepared)) continue
      for (const change of planChanges(found.target, compiled.rule.actions, compiled.querySeq))
        await makeChange(tx, actOf(compiled, stamp), placeOf(found), change)
    }
  }
}

function actOf({ id, rule }: Compiled, { now, newId }: { now: number; newId(): string }): Act {
  return { userId: `rule:${id}`, now, newId, ip: '', rule: { id, name: rule.name } }
}

function placeOf({ target }: FoundTarget): Place {
  return { mentionSeq: target.mentionSeq, threadSeq: target.thread.seq }
}

/** Mentions of one transaction. */
const slice = 50
const sampleSize = 20
/** New mentions come first: while some wait this gives way for so long, ms. */
const giveWayMs = 2_000
/** Afterwards the job goes back to the list, ms. */
const stretchMs = 20_000

/**
 * One stretch of a run over history: counting, applying or taking back. Everything it knows is in its row, and its
 * cursor moves in the transaction of the changes: after a stop of any kind it goes on there and does nothing twice.
 */
export async function runAutomation(
  context: WorkContext,
  { id }: { id: string },
  signal: AbortSignal,
): Promise<number | undefined> {
  const until = context.now() + stretchMs
  for (;;) {
    const found = await findRun(context.store.read, id)
    if (!found) return undefined
    signal.throwIfAborted()
    if (await hasDueJob(context.store.read, 'enrich', context.now())) return context.now() + giveWayMs
    const isMore = await goOn(context, found.run, found.automation.id)
    if (!isMore) return undefined
    if (context.now() >= until) return context.now()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function goOn(context: WorkContext, run: AutomationRun, automationId: string): Promise<boolean> {
  if (run.state === 'undoing') return undoSome(context, run, automationId)
  if (run.state !== 'counting' && run.state !== 'applying') return false
  const { store } = context
  const [compiled] = await compile(store.read, [{ id: automationId, ...run.rule }])
  if (!compiled) return finish(context, run)
  const { seqs, cursor } = await nextSeqs(store.read, narrowingOf(compiled), run.cursorSeq, slice)
  return run.state === 'counting'
    ? countSome(context, run, compiled, seqs, cursor)
    : store.write((tx) => applySome(tx, context, run, compiled, seqs, cursor))
}

function narrowingOf({ query, querySeq }: Compiled): Narrowing {
  return { querySeq, fts: query ? planSearch(query).fts : null }
}

function finish({ store, now }: WorkContext, run: AutomationRun): Promise<boolean> {
  const state = run.state === 'counting' ? 'counted' : 'applied'
  return store.write(async (tx) => {
    await advanceRun(tx, run, { state, cursorSeq: 0, finishedAt: now() })
    return false
  })
}

/** What the rule would change among these mentions, without changing it. */
async function planSome(reader: Reader, compiled: Compiled, seqs: number[]) {
  const matching = (await loadTargets(reader, seqs)).filter(
    ({ target, document }) =>
      (compiled.querySeq === undefined || target.querySeqs.includes(compiled.querySeq)) &&
      (!compiled.query || evaluate(compiled.query, prepareDocument(document))),
  )
  const changes: (Place & { change: AutomationChange })[] = []
  for (const found of matching)
    for (const change of planChanges(found.target, compiled.rule.actions, compiled.querySeq))
      changes.push({ ...placeOf(found), change })
  return { matched: matching.length, changes }
}

function nextState(cursor: number, done: 'counted' | 'applied', now: number) {
  return cursor > 0 ? {} : { state: done, finishedAt: now }
}

async function countSome(
  { store, now }: WorkContext,
  run: AutomationRun,
  compiled: Compiled,
  seqs: number[],
  cursor: number,
): Promise<boolean> {
  const { matched, changes } = await planSome(store.read, compiled, seqs)
  const changing = [...new Set(changes.map((one) => one.mentionSeq))].toSorted((a, b) => b - a)
  const progress = {
    cursorSeq: cursor,
    matched: run.matched + matched,
    planned: run.planned + changes.length,
    sample: [...run.sample, ...changing].slice(0, sampleSize),
    ...nextState(cursor, 'counted', now()),
  }
  return (await store.write((tx) => advanceRun(tx, run, progress))) && cursor > 0
}

async function applySome(
  tx: Tx,
  { now, newId }: WorkContext,
  run: AutomationRun,
  compiled: Compiled,
  seqs: number[],
  cursor: number,
): Promise<boolean> {
  const { changes } = await planSome(tx, compiled, seqs)
  const progress = {
    cursorSeq: cursor,
    changed: run.changed + changes.length,
    ...nextState(cursor, 'applied', now()),
  }
  if (!(await advanceRun(tx, run, progress))) return false
  for (const { change, ...place } of changes)
    await makeChange(tx, actOf(compiled, { now: now(), newId }), place, change)
  await keepChanges(tx, run.seq, changes)
  return cursor > 0
}

async function undoSome({ store, now, newId }: WorkContext, run: AutomationRun, id: string): Promise<boolean> {
  const act = actOf({ id, rule: run.rule, query: undefined, querySeq: undefined }, { now: now(), newId })
  return store.write(async (tx) => {
    const taken = await takeChanges(tx, run.seq, slice)
    const isMore = taken.length === slice
    const changed = Math.max(0, run.changed - taken.length)
    const ended = isMore ? {} : { state: 'undone' as const, finishedAt: now() }
    if (!(await advanceRun(tx, run, { changed, ...ended }))) throw new Error('the run was steered while it was undone')
    for (const { change, mentionSeq, threadSeq } of taken) await undoChange(tx, act, { mentionSeq, threadSeq }, change)
    return isMore
  })
}
