import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import { countedTone } from '../domain/classification.ts'
import { dayMs } from './clocks.ts'
import type { Reader, Tx } from './store.ts'
import { recordAct, type Act } from './threadActions.ts'
import { addToRollup, firstSources, writeRollup, type Rollup } from './volumeRollup.ts'

/** Which matches: of these mentions, of one query or of all that caught them. */
export interface Pairs {
  mentionSeqs: readonly number[]
  querySeq?: number | undefined
}

/**
 * Takes matches out of the results and counts of their queries, to be put back by `restoreMatches`. Answers how many;
 * what is rejected already, or was never caught, is passed over.
 */
export async function rejectMatches(tx: Tx, act: Act, { mentionSeqs, querySeq }: Pairs): Promise<number> {
  if (mentionSeqs.length === 0) return 0
  const { matches, rejections } = tx.t
  const taken = await tx.db
    .delete(matches)
    .where(
      and(
        inArray(matches.mentionSeq, [...mentionSeqs]),
        querySeq === undefined ? undefined : eq(matches.querySeq, querySeq),
      ),
    )
    .returning()
  if (taken.length === 0) return 0
  const by = { rejectedAt: act.now, rejectedBy: act.userId }
  await tx.db.insert(rejections).values(taken.map((match) => ({ ...match, ...by })))
  await tell(tx, act, taken, 'match.rejected', -1)
  return taken.length
}

/** Puts rejected matches back as they were. Answers how many. */
export async function restoreMatches(tx: Tx, act: Act, { mentionSeqs, querySeq }: Pairs): Promise<number> {
  if (mentionSeqs.length === 0) return 0
  const { matches, rejections } = tx.t
  const taken = await tx.db
    .delete(rejections)
    .where(
      and(
        inArray(rejections.mentionSeq, [...mentionSeqs]),
        querySeq === undefined ? undefined : eq(rejections.querySeq, querySeq),
      ),
    )
    .returning()
  if (taken.length === 0) return 0
  const back = await tx.db
    .insert(matches)
    .values(
      taken.map(({ mentionSeq, querySeq: query, version, spans }) => ({ mentionSeq, querySeq: query, version, spans })),
    )
    .onConflictDoNothing()
    .returning()
  await tell(tx, act, back, 'match.restored', 1)
  return back.length
}

interface Pair {
  mentionSeq: number
  querySeq: number
}

/** The counts follow, and each thread's log says what happened. */
async function tell(
  tx: Tx,
  act: Act,
  pairs: readonly Pair[],
  kind: 'match.rejected' | 'match.restored',
  step: 1 | -1,
): Promise<void> {
  const { mentions, queries } = tx.t
  const seqs = [...new Set(pairs.map((pair) => pair.mentionSeq))]
  const rows = await tx.db
    .select({
      seq: mentions.seq,
      threadSeq: mentions.threadSeq,
      createdAt: mentions.createdAt,
      sentiment: mentions.sentiment,
      classification: mentions.classification,
      copyOf: mentions.copyOf,
    })
    .from(mentions)
    .where(inArray(mentions.seq, seqs))
  const names = await tx.db
    .select({ seq: queries.seq, id: queries.id, name: queries.name })
    .from(queries)
    .where(inArray(queries.seq, [...new Set(pairs.map((pair) => pair.querySeq))]))
  const sources = await firstSources(tx, seqs)
  const rollup: Rollup = new Map()
  for (const { mentionSeq, querySeq } of pairs) {
    const mention = rows.find((row) => row.seq === mentionSeq)
    const query = names.find((row) => row.seq === querySeq)
    if (!mention || !query) continue
    const day = Math.floor(mention.createdAt / dayMs)
    const tone = countedTone(mention.sentiment, mention.classification)
    const key = [querySeq, day, sources.get(mentionSeq) ?? '', tone] as const
    addToRollup(rollup, [...key], step, mention.copyOf === null ? 0 : step)
    const data = { query: query.name, queryId: query.id }
    await recordAct(tx, act, { threadSeq: mention.threadSeq, mentionSeq, kind, data, reason: 'state' })
  }
  await writeRollup(tx, rollup)
}

/** The mentions of threads, for an action on whole threads. */
export async function mentionSeqsOf(reader: Reader, threadSeqs: readonly number[]): Promise<number[]> {
  if (threadSeqs.length === 0) return []
  const { mentions } = reader.t
  const rows = await reader.db
    .select({ seq: mentions.seq })
    .from(mentions)
    .where(inArray(mentions.threadSeq, [...threadSeqs]))
  return rows.map((row) => row.seq)
}

export type JudgedMatch = Awaited<ReturnType<typeof listRejected>>[number]

/** What people called not relevant for a query: newest mentions first. */
export async function listRejected(reader: Reader, querySeq: number, limit: number) {
  const { rejections, mentions, authors, threads, users, automations } = reader.t
  return reader.db
    .select({
      mention: mentions,
      author: authors,
      thread: threads,
      rejectedAt: rejections.rejectedAt,
      rejectedBy: rejections.rejectedBy,
      userName: users.name,
      ruleName: automations.name,
    })
    .from(rejections)
    .innerJoin(mentions, eq(mentions.seq, rejections.mentionSeq))
    .innerJoin(authors, eq(authors.seq, mentions.authorSeq))
    .innerJoin(threads, eq(threads.seq, mentions.threadSeq))
    .leftJoin(users, eq(users.id, rejections.rejectedBy))
    .leftJoin(automations, eq(sql`'rule:' || ${automations.id}`, rejections.rejectedBy))
    .where(eq(rejections.querySeq, querySeq))
    .orderBy(desc(rejections.mentionSeq))
    .limit(limit)
}

/** What people said in samples of what the query matches, caught or found in the history: newest mentions first. */
export async function listLabelled(reader: Reader, querySeq: number, label: 'yes' | 'no', limit: number) {
  const { qualityLabels: labels, qualityDraws: draws, qualitySamples: samples, mentions, authors, threads } = reader.t
  const rows = await reader.db
    .select({ mention: mentions, author: authors, thread: threads })
    .from(labels)
    .innerJoin(draws, and(eq(draws.querySeq, labels.querySeq), eq(draws.version, labels.version)))
    // The first part are the matches; the others are near misses and exclusions.
    .innerJoin(
      samples,
      and(eq(samples.drawSeq, draws.seq), eq(samples.part, 0), eq(samples.mentionSeq, labels.mentionSeq)),
    )
    .innerJoin(mentions, eq(mentions.seq, labels.mentionSeq))
    .innerJoin(authors, eq(authors.seq, mentions.authorSeq))
    .innerJoin(threads, eq(threads.seq, mentions.threadSeq))
    .where(and(eq(labels.querySeq, querySeq), eq(labels.label, label)))
    .orderBy(desc(mentions.seq))
    .limit(limit)
  return [...new Map(rows.map((row) => [row.mention.seq, row])).values()]
}

/** What a query caught and nobody rejected: newest mentions first. */
export async function listKept(reader: Reader, querySeq: number, limit: number) {
  const { matches, mentions, authors, threads } = reader.t
  return reader.db
    .select({ mention: mentions, author: authors, thread: threads })
    .from(matches)
    .innerJoin(mentions, eq(mentions.seq, matches.mentionSeq))
    .innerJoin(authors, eq(authors.seq, mentions.authorSeq))
    .innerJoin(threads, eq(threads.seq, mentions.threadSeq))
    .where(eq(matches.querySeq, querySeq))
    .orderBy(desc(matches.mentionSeq))
    .limit(limit)
}

/** Rejections of some mentions, for their threads. */
export async function rejectionsOf(reader: Reader, mentionSeqs: readonly number[]) {
  if (mentionSeqs.length === 0) return []
  const { rejections, queries, users, automations } = reader.t
  return reader.db
    .select({
      mentionSeq: rejections.mentionSeq,
      queryId: queries.id,
      queryName: queries.name,
      rejectedBy: rejections.rejectedBy,
      userName: users.name,
      ruleName: automations.name,
    })
    .from(rejections)
    .innerJoin(queries, eq(queries.seq, rejections.querySeq))
    .leftJoin(users, eq(users.id, rejections.rejectedBy))
    .leftJoin(automations, eq(sql`'rule:' || ${automations.id}`, rejections.rejectedBy))
    .where(inArray(rejections.mentionSeq, [...mentionSeqs]))
    .orderBy(queries.name)
}
