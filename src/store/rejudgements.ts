import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, lte, max, sql } from 'drizzle-orm'
import { countedTone, type CountedTone } from '../domain/classification.ts'
import type { RejudgementState } from '../domain/learning.ts'
import { appendAudit } from './audit.ts'
import type { EnrichRow, Judgement } from './enrich.ts'
import { moveTones, type MovedTone } from './moveTones.ts'
import { loadJudgingSettings } from './settings.ts'
import type { Reader, Tx } from './store.ts'
import type { Tables } from './tables/all.ts'
import type { Act } from './threadActions.ts'

export type Rejudgement = Tables['rejudgements']['$inferSelect']

const open: RejudgementState[] = ['counting', 'offered', 'running', 'paused']

export async function findRejudgement(reader: Reader, id: string): Promise<Rejudgement | undefined> {
  const { rejudgements } = reader.t
  const [row] = await reader.db.select().from(rejudgements).where(eq(rejudgements.id, id))
  return row
}

/** Newest first. */
export async function listRejudgements(reader: Reader, limit: number): Promise<Rejudgement[]> {
  const { rejudgements } = reader.t
  return reader.db.select().from(rejudgements).orderBy(desc(rejudgements.seq)).limit(limit)
}

/**
 * Model or rules have changed: a job counts in the background how much was judged before. What was offered or under way
 * for an earlier change is superseded, because this one takes it in. Answers the id.
 */
export async function offerRejudgement(tx: Tx, stamp: { now: number; newId(): string }): Promise<string> {
  const { rejudgements, mentions } = tx.t
  await tx.db
    .update(rejudgements)
    .set({ state: 'superseded', finishedAt: stamp.now })
    .where(inArray(rejudgements.state, open))
  const [newest] = await tx.db.select({ seq: max(mentions.seq) }).from(mentions)
  const { rules } = await loadJudgingSettings(tx)
  const id = stamp.newId()
  await tx.db.insert(rejudgements).values({
    id,
    rules,
    state: 'counting',
    model: '',
    uptoSeq: newest?.seq ?? 0,
    cursorSeq: 0,
    moves: {},
    createdAt: stamp.now,
  })
  // Later than the notice of the change reaches every process: who counts must judge by the new version.
  await queueRun(tx, id, stamp.now + noticeMs)
  return id
}

const noticeMs = 2_000

/** A job of its own each time: the one before may be about to end. One lane: they never run side by side. */
async function queueRun(tx: Tx, id: string, runAt: number): Promise<void> {
  await tx.db
    .insert(tx.t.jobs)
    .values({ kind: 'rejudge', key: `${id} ${runAt}`, lane: 'rejudge', payload: { id }, runAt, createdAt: runAt })
    .onConflictDoNothing()
  tx.emit({ type: 'job', kind: 'rejudge' })
}

/** start, pause, resume and cancel, as far as the present state allows. False: it does not. */
export async function steerRejudgement(
  tx: Tx,
  act: Act,
  id: string,
  wanted: 'running' | 'paused' | 'cancelled',
): Promise<boolean> {
  const { rejudgements } = tx.t
  const from: Record<typeof wanted, RejudgementState[]> = {
    running: ['offered', 'paused'],
    paused: ['running'],
    cancelled: ['offered', 'running', 'paused'],
  }
  const before = await findRejudgement(tx, id)
  const begins = before?.state === 'offered' && wanted === 'running'
  const [row] = await tx.db
    .update(rejudgements)
    .set({
      state: wanted,
      ...(begins ? { cursorSeq: 0, startedBy: act.userId, startedAt: act.now } : {}),
      ...(wanted === 'cancelled' ? { finishedAt: act.now } : {}),
    })
    .where(and(eq(rejudgements.id, id), inArray(rejudgements.state, from[wanted])))
    .returning()
  if (!row) return false
  if (wanted === 'running') await queueRun(tx, id, act.now)
  const action = wanted === 'running' && begins ? 'rejudgement.start' : 'rejudgement.stop'
  const data = { state: wanted, stale: row.stale, judged: row.judged, changed: row.changed }
  await appendAudit(tx, { at: act.now, actor: act.userId, action, object: `rejudgement:${id}`, data, ip: act.ip })
  return true
}

/** Progress of a run that is still in this state; false: somebody has steered it meanwhile. */
export async function advanceRejudgement(
  tx: Tx,
  id: string,
  state: RejudgementState,
  change: Partial<
    Pick<Rejudgement, 'state' | 'cursorSeq' | 'stale' | 'judged' | 'changed' | 'moves' | 'model' | 'finishedAt'>
  >,
): Promise<boolean> {
  const { rejudgements } = tx.t
  const rows = await tx.db
    .update(rejudgements)
    .set(change)
    .where(and(eq(rejudgements.id, id), eq(rejudgements.state, state)))
    .returning({ seq: rejudgements.seq })
  return rows.length > 0
}

/** Which model and rules judged the next mentions after `cursor`; those that a person labelled are left out. */
export async function loadJudges(reader: Reader, cursor: number, uptoSeq: number, limit: number) {
  const { mentions: m } = reader.t
  return reader.db
    .select({ seq: m.seq, model: m.model, classification: m.classification })
    .from(m)
    .where(and(gt(m.seq, cursor), lte(m.seq, uptoSeq)))
    .orderBy(asc(m.seq))
    .limit(limit)
}
export type Judge = Awaited<ReturnType<typeof loadJudges>>[number]

/** The layer of another judge that was asked: its answer is kept when the built-in model changes. */
export const askedLayer = '4'

/** Judged by another model or other rules than these, and neither by a person nor by another judge. */
export function isStale({ model, classification }: Judge, now: { model: string; rules: number }): boolean {
  if (model === null || classification?.human?.sentiment || classification?.layer === askedLayer) return false
  return model !== now.model || (classification?.rulesRevision ?? 0) !== now.rules
}

export async function loadForJudging(reader: Reader, seqs: readonly number[]): Promise<EnrichRow[]> {
  const { mentions, authors } = reader.t
  if (seqs.length === 0) return []
  return reader.db
    .select({ mention: mentions, author: authors })
    .from(mentions)
    .innerJoin(authors, eq(authors.seq, mentions.authorSeq))
    .where(and(inArray(mentions.seq, [...seqs]), isNotNull(mentions.enrichedAt), isNull(mentions.deletedAt)))
    .orderBy(mentions.seq)
}

export interface Moved {
  changed: number
  moves: Record<string, number>
}

/**
 * Writes judgements over earlier ones: what a person labelled or an author changed meanwhile is left alone, the threads
 * and the roll-ups follow what moved. Matches, links and the index stay: only predictions are made again.
 */
export async function writeJudgementsAgain(
  tx: Tx,
  batch: readonly { row: EnrichRow; judgement: Judgement }[],
): Promise<Moved> {
  const moves: Record<string, number> = {}
  let changed = 0
  const moved: MovedTone[] = []
  for (const { row, judgement } of batch) {
    const { mention } = row
    const counted = await writeAgain(tx, mention, judgement)
    if (counted === undefined) continue
    // The same label may be a fact now, or none any more.
    moved.push({ mention, from: counted, to: countedTone(judgement.sentiment, judgement.details) })
    if (!differs(mention, judgement)) continue
    changed++
    const from = mention.sentiment
    if (from && from !== judgement.sentiment) {
      const key = `${from}>${judgement.sentiment}`
      moves[key] = (moves[key] ?? 0) + 1
    }
    await writeThreadAgain(tx, mention, judgement)
  }
  await moveTones(tx, moved)
  return { changed, moves }
}

function differs(mention: EnrichRow['mention'], judgement: Judgement): boolean {
  const labels = (intents: { label: string }[] | null) =>
    (intents ?? [])
      .map((one) => one.label)
      .toSorted()
      .join()
  return mention.sentiment !== judgement.sentiment || labels(mention.intents) !== labels(judgement.intents)
}

/** As what the mention was counted until now; undefined: it is left as it is. */
async function writeAgain(
  tx: Tx,
  before: EnrichRow['mention'],
  judgement: Judgement,
): Promise<CountedTone | undefined> {
  const { mentions: m } = tx.t
  const [now] = await tx.db.select({ classification: m.classification }).from(m).where(eq(m.seq, before.seq))
  if (!now || now.classification?.human) return undefined
  const notCopyOf = now.classification?.notCopyOf
  const standing = notCopyOf === undefined ? {} : { notCopyOf }
  const { sentiment, confidence, intents, urgency, model, score, details } = judgement
  const rows = await tx.db
    .update(m)
    .set({
      sentiment,
      confidence,
      intents,
      urgency,
      model,
      sentimentScore: score,
      classification: { ...details, ...standing },
    })
    .where(
      and(
        eq(m.seq, before.seq),
        eq(m.version, before.version),
        isNotNull(m.enrichedAt),
        isNull(m.deletedAt),
        sql`${m.sentiment} is not distinct from ${before.sentiment}`,
      ),
    )
    .returning({ seq: m.seq })
  return rows.length > 0 ? countedTone(before.sentiment, now.classification) : undefined
}

/** The thread shows its newest mention's labels. */
async function writeThreadAgain(tx: Tx, mention: EnrichRow['mention'], judgement: Judgement): Promise<void> {
  const { threads } = tx.t
  await tx.db
    .update(threads)
    .set({
      sentiment: judgement.sentiment,
      intents: judgement.intents.map((intent) => intent.label),
      urgency: judgement.urgency,
    })
    .where(and(eq(threads.seq, mention.threadSeq), eq(threads.lastMentionSeq, mention.seq)))
}
