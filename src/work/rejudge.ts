import type { Judgement } from '../store/enrich.ts'
import {
  advanceRejudgement,
  findRejudgement,
  isStale,
  loadForJudging,
  loadJudges,
  type Rejudgement,
  writeJudgementsAgain,
} from '../store/rejudgements.ts'
import { hasDueJob } from '../store/jobs.ts'
import { loadJudgingSettings } from '../store/settings.ts'
import { listTermRules } from '../store/termRules.ts'
import type { WorkContext } from './context.ts'
import { judgementOf } from './examine.ts'
import { createRuleBook, type RuleBook } from './termRules.ts'

/** Mentions of one transaction. */
const slice = 50
const countSlice = 500
/** New mentions come first: while some wait this gives way for so long, ms. */
const giveWayMs = 2_000
/** Afterwards the job goes back to the list, so that its lease and its place are those of the present, ms. */
const stretchMs = 20_000
/** A run uses at most about half of a core. */
const restShare = 1

/**
 * One stretch of judging history again, or of counting what would be. Everything it knows is in its row: after a stop of
 * any kind it goes on there, and a slice that was judged twice changes nothing the second time.
 */
export async function rejudgeHistory(
  context: WorkContext,
  { id }: { id: string },
  signal: AbortSignal,
): Promise<number | undefined> {
  const until = context.now() + stretchMs
  const classifier = await context.classifier()
  const { rules } = await loadJudgingSettings(context.store.read)
  const now = { model: classifier.version, rules }
  const book = createRuleBook(rules, await listTermRules(context.store.read))
  for (;;) {
    const run = await findRejudgement(context.store.read, id)
    if (!run || (run.state !== 'counting' && run.state !== 'running')) return undefined
    signal.throwIfAborted()
    if (await hasDueJob(context.store.read, 'enrich', context.now())) return context.now() + giveWayMs
    const startedAt = context.now()
    const isMore = run.state === 'counting' ? await countOn(context, run, now) : await judgeOn(context, run, now, book)
    if (!isMore) return undefined
    if (context.now() >= until) return context.now()
    await rest((context.now() - startedAt) * restShare)
  }
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => (ms > 0 ? setTimeout(resolve, Math.min(ms, 1_000)) : setImmediate(resolve)))
}

type Judges = { model: string; rules: number }

async function countOn(context: WorkContext, run: Rejudgement, now: Judges): Promise<boolean> {
  const rows = await loadJudges(context.store.read, run.cursorSeq, run.uptoSeq, countSlice)
  const stale = run.stale + rows.filter((row) => isStale(row, now)).length
  const last = rows.at(-1)
  const isMore = last !== undefined && rows.length === countSlice
  const change = isMore
    ? { stale, cursorSeq: last.seq }
    : { stale, model: now.model, ...(stale > 0 ? ({ state: 'offered' } as const) : nothingToDo(context)) }
  return (await context.store.write((tx) => advanceRejudgement(tx, run.id, 'counting', change))) && isMore
}

function nothingToDo(context: WorkContext) {
  return { state: 'done', finishedAt: context.now() } as const
}

async function judgeOn(context: WorkContext, run: Rejudgement, now: Judges, book: RuleBook): Promise<boolean> {
  const { read, write } = context.store
  const judges = await loadJudges(read, run.cursorSeq, run.uptoSeq, slice)
  const last = judges.at(-1)
  const stale = judges.filter((row) => isStale(row, now))
  const rows = await loadForJudging(
    read,
    stale.map((row) => row.seq),
  )
  const classifier = await context.classifier()
  const batch: { row: (typeof rows)[number]; judgement: Judgement }[] = []
  for (const [index, row] of rows.entries()) {
    batch.push({ row, judgement: judgementOf(row, classifier, book) })
    if (index % 10 === 9) await new Promise((resolve) => setImmediate(resolve))
  }
  const isMore = last !== undefined && judges.length === slice
  return write(async (tx) => {
    // Whoever paused or cancelled it meanwhile has the word: nothing of this slice is written.
    if ((await findRejudgement(tx, run.id))?.state !== 'running') return false
    const moves = { ...run.moves }
    const { changed, moves: added } = await writeJudgementsAgain(tx, batch)
    for (const [key, count] of Object.entries(added)) moves[key] = (moves[key] ?? 0) + count
    const done = isMore ? {} : ({ state: 'done', finishedAt: context.now() } as const)
    const went = await advanceRejudgement(tx, run.id, 'running', {
      judged: run.judged + batch.length,
      changed: run.changed + changed,
      moves,
      model: now.model,
      ...(last ? { cursorSeq: last.seq } : {}),
      ...done,
    })
    if (went && !isMore) tx.emit({ type: 'judging' })
    return went && isMore
  })
}
