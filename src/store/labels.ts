import { and, desc, eq, inArray, isNotNull, isNull, max, notExists, notInArray, sql } from 'drizzle-orm'
import type { IntentLabel, Sentiment } from '../domain/classification.ts'
import { mostAccepted, type LabelKind, type LabelVia } from '../domain/labels.ts'
import type { Reader, Tx } from './store.ts'
import type { Tables } from './tables/all.ts'
import type { Act } from './threadActions.ts'

type Mention = Tables['mentions']['$inferSelect']

/** Appends what a person said of a mention's labels to the log; `before`: the mention as it was shown. */
export async function logCorrection(
  tx: Tx,
  act: Act,
  before: Mention,
  given: { sentiment: Sentiment; intents?: readonly IntentLabel[] },
  via: LabelVia,
): Promise<void> {
  // Somebody who was asked for the tone alone, and found the one that stands, has corrected nothing.
  const kind = given.intents === undefined && given.sentiment === before.sentiment ? 'accepted' : 'corrected'
  const intents = given.intents ? [...given.intents] : null
  await tx.insert('label', 'labelLog', [{ ...shownOf(before, act, via), kind, sentiment: given.sentiment, intents }])
  await queueLearning(tx, act.now + waitMs)
}

/** More corrections follow the first one: they are learned together. */
const waitMs = 60_000

/** At most one waits. `asked`: a person did, so it trains whatever the settings say. */
export async function queueLearning(tx: Tx, runAt: number, asked = false): Promise<void> {
  const { jobs } = tx.t
  await tx.db
    .insert(jobs)
    .values({
      kind: 'learn',
      key: asked ? 'asked' : 'workspace',
      lane: 'learn',
      payload: { asked },
      runAt,
      createdAt: runAt,
    })
    .onConflictDoNothing()
  if (asked) tx.emit({ type: 'job', kind: 'learn' })
}

/**
 * Records that a person saw the labels of a thread's newest mentions and left them (domain/labels.ts says when). Once a
 * mention and text; what a person has labelled is accepted by nobody.
 */
export async function logAcceptances(tx: Tx, act: Act, threadSeq: number): Promise<number> {
  const { mentions, labelLog } = tx.t
  const known = tx.db
    .select({ one: sql`1` })
    .from(labelLog)
    .where(and(eq(labelLog.mentionSeq, mentions.seq), eq(labelLog.mentionVersion, mentions.version)))
  const rows = await tx.db
    .select()
    .from(mentions)
    .where(
      and(
        eq(mentions.threadSeq, threadSeq),
        eq(mentions.isOwn, false),
        isNotNull(mentions.sentiment),
        isNotNull(mentions.enrichedAt),
        isNull(mentions.deletedAt),
        notExists(known),
      ),
    )
    .orderBy(desc(mentions.createdAt))
    .limit(mostAccepted)
  const seen = rows.filter((row) => !row.classification?.human?.sentiment)
  await tx.insert(
    'label',
    'labelLog',
    seen.toReversed().map((row) => ({
      ...shownOf(row, act, 'thread'),
      kind: 'accepted',
      sentiment: row.sentiment,
      intents: row.intents?.map((one) => one.label) ?? null,
    })),
  )
  return seen.length
}

function shownOf(mention: Mention, act: Act, via: LabelVia) {
  return {
    at: act.now,
    mentionSeq: mention.seq,
    mentionVersion: mention.version,
    shownSentiment: mention.sentiment,
    shownIntents: mention.intents?.map((one) => one.label) ?? null,
    shownConfidence: mention.confidence,
    shownModel: mention.model,
    userId: act.userId,
    via,
  }
}

/** Entries of the log by kind. */
export async function countLabels(reader: Reader): Promise<Record<LabelKind, number>> {
  const { labelLog } = reader.t
  const rows = await reader.db
    .select({ kind: labelLog.kind, n: sql<number>`count(*)`.mapWith(Number) })
    .from(labelLog)
    .groupBy(labelLog.kind)
  const of = (kind: LabelKind) => rows.find((row) => row.kind === kind)?.n ?? 0
  return { corrected: of('corrected'), accepted: of('accepted') }
}

/** The newest entry; 0 where there is none. */
export async function newestLabel(reader: Reader): Promise<number> {
  const { labelLog } = reader.t
  const [row] = await reader.db.select({ seq: max(labelLog.seq) }).from(labelLog)
  return row?.seq ?? 0
}

/** What a person holds of one mention, in force now. */
export interface HeldLabel {
  /** Of the first entry about the mention: the place in the log, which later entries do not change. */
  firstSeq: number
  /** Of the last entry. */
  at: number
  accepted: boolean
  sentiment: Sentiment | null
  intents: IntentLabel[] | null
  mention: Pick<Mention, 'title' | 'text' | 'kind' | 'langDeclared' | 'ratingUnit'>
}

/**
 * The log as it can be learned from: a line for each mention, the last word about it in the place of the first; those
 * whose text was edited or deleted since are left out, and platforms in `without`. The newest `limit` mentions.
 */
export async function loadLabels(reader: Reader, limit: number, without: readonly string[] = []): Promise<HeldLabel[]> {
  const { labelLog: log, mentions } = reader.t
  const about = reader.db
    .select({
      mentionSeq: log.mentionSeq,
      first: sql<number>`min(${log.seq})`.as('first'),
      last: sql<number>`max(${log.seq})`.as('last'),
    })
    .from(log)
    .groupBy(log.mentionSeq)
    .as('about')
  const rows = await reader.db
    .select({
      firstSeq: sql<number>`${about.first}`.mapWith(Number),
      at: log.at,
      kind: log.kind,
      sentiment: log.sentiment,
      intents: log.intents,
      mention: {
        title: mentions.title,
        text: mentions.text,
        kind: mentions.kind,
        langDeclared: mentions.langDeclared,
        ratingUnit: mentions.ratingUnit,
      },
    })
    .from(about)
    .innerJoin(log, eq(log.seq, about.last))
    .innerJoin(mentions, and(eq(mentions.seq, log.mentionSeq), eq(mentions.version, log.mentionVersion)))
    .where(
      and(isNull(mentions.deletedAt), without.length > 0 ? notInArray(mentions.platform, [...without]) : undefined),
    )
    .orderBy(desc(about.first))
    .limit(limit)
  return rows.toReversed().map(({ kind, ...row }) => ({ ...row, accepted: kind === 'accepted' }))
}

/** Newest first, with the mention each entry is about. `before`: only older ones than this seq. */
export async function listLabels(
  reader: Reader,
  { before = Number.MAX_SAFE_INTEGER, limit, kinds }: { before?: number; limit: number; kinds: readonly LabelKind[] },
) {
  const { labelLog, mentions, threads } = reader.t
  return reader.db
    .select({ entry: labelLog, mentionId: mentions.id, text: mentions.text, threadId: threads.id })
    .from(labelLog)
    .innerJoin(mentions, eq(mentions.seq, labelLog.mentionSeq))
    .innerJoin(threads, eq(threads.seq, mentions.threadSeq))
    .where(and(sql`${labelLog.seq} < ${before}`, inArray(labelLog.kind, [...kinds])))
    .orderBy(desc(labelLog.seq))
    .limit(limit)
}
