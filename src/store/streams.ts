import { and, eq, gt, inArray, isNull, lte, ne, sql } from 'drizzle-orm'
import { polledStates } from '../domain/source.ts'
import { modeWhileConnected, type StreamMode } from '../domain/stream.ts'
import type { IngestSource } from './ingest.ts'
import type { Reader, Tx } from './store.ts'
import type { Tables } from './tables/all.ts'

export type StreamRow = Tables['sourceStreams']['$inferSelect']

export async function streamRow(r: Reader, sourceId: string): Promise<StreamRow | undefined> {
  const { sourceStreams } = r.t
  const [row] = await r.db.select().from(sourceStreams).where(eq(sourceStreams.sourceId, sourceId))
  return row
}

/** Sources that are listened to and have no job for a stream, with what decides whether they should. */
export async function sourcesWithoutStream(r: Reader) {
  const { sources, jobs } = r.t
  return r.db
    .select({ id: sources.id, connector: sources.connector, settings: sources.settings })
    .from(sources)
    .leftJoin(jobs, and(eq(jobs.kind, 'stream'), eq(jobs.key, sources.id)))
    .where(and(inArray(sources.state, [...polledStates]), isNull(jobs.seq)))
}

/** Puts the job of a stream on the list, once. A stream that waits for its next try goes at once with `hurry`. */
export async function scheduleStream(tx: Tx, sourceId: string, now: number, hurry = false): Promise<void> {
  const { jobs } = tx.t
  const job = {
    kind: 'stream',
    key: sourceId,
    lane: `stream:${sourceId}`,
    payload: { sourceId },
    runAt: now,
    createdAt: now,
  }
  await tx.insert('stream job', 'jobs', [job], (insert) => insert.onConflictDoNothing())
  if (hurry)
    await tx.db
      .update(jobs)
      .set({ runAt: now })
      .where(and(eq(jobs.kind, 'stream'), eq(jobs.key, sourceId)))
  tx.emit({ type: 'job', kind: 'stream' })
}

/** Takes the stream over; a run that still holds it finds out with its next page. Mode and position stay. */
export async function takeStream(tx: Tx, sourceId: string, owner: string, now: number): Promise<StreamRow> {
  const { sourceStreams } = tx.t
  const [row] = await tx.db
    .insert(sourceStreams)
    .values({ sourceId, owner, mode: 'connecting', modeAt: now })
    .onConflictDoUpdate({
      target: sourceStreams.sourceId,
      set: {
        owner,
        mode: sql`case when ${sourceStreams.mode} = 'off' then 'connecting' else ${sourceStreams.mode} end`,
      },
    })
    .returning()
  if (!row) throw new Error('the stream could not be taken over')
  return row
}

/**
 * After a connection: `waitsForPollTo` is set when something lies between what was read last and where this stream
 * begins, and the source is polled at once. False: another run has taken over.
 */
export async function noteConnected(
  tx: Tx,
  {
    sourceId,
    owner,
    waitsForPollTo,
    now,
  }: { sourceId: string; owner: string; waitsForPollTo: number | null; now: number },
): Promise<boolean> {
  const { sourceStreams } = tx.t
  const rows = await tx.db
    .update(sourceStreams)
    .set({ mode: 'catching_up', modeAt: now, waitsForPollTo, reason: null })
    .where(and(eq(sourceStreams.sourceId, sourceId), eq(sourceStreams.owner, owner)))
    .returning({ id: sourceStreams.sourceId })
  if (rows.length === 0) return false
  if (waitsForPollTo !== null) await pollNow(tx, sourceId, now)
  tx.emit({ type: 'source', sourceId })
  return true
}

/** The position after a page, in the page's own transaction. Answers the mode; undefined: another run has taken over. */
export async function saveStreamPosition(
  tx: Tx,
  page: { sourceId: string; owner: string; cursor: unknown; readTo: number | undefined; now: number },
): Promise<StreamMode | undefined> {
  const { sourceStreams } = tx.t
  const mine = and(eq(sourceStreams.sourceId, page.sourceId), eq(sourceStreams.owner, page.owner))
  const [row] = await tx.db
    .update(sourceStreams)
    .set({ cursor: page.cursor ?? null, ...(page.readTo === undefined ? {} : { readTo: page.readTo }) })
    .where(mine)
    .returning()
  if (!row) return undefined
  const mode = modeWhileConnected(row, page.now)
  if (mode === row.mode) return mode
  await tx.db.update(sourceStreams).set({ mode, modeAt: page.now }).where(mine)
  tx.emit({ type: 'source', sourceId: page.sourceId })
  return mode
}

/** The connection is over. Falling back to polling asks at once: the stream's last moments may be missing. */
export async function noteStreamEnd(
  tx: Tx,
  end: { sourceId: string; owner: string; mode: StreamMode; failures: number; reason: string | null; now: number },
): Promise<void> {
  const { sourceStreams } = tx.t
  const [before] = await tx.db
    .select({ mode: sourceStreams.mode })
    .from(sourceStreams)
    .where(and(eq(sourceStreams.sourceId, end.sourceId), eq(sourceStreams.owner, end.owner)))
  if (!before) return
  const { mode, failures, reason } = end
  await tx.db
    .update(sourceStreams)
    .set({ mode, failures, reason, ...(mode === before.mode ? {} : { modeAt: end.now }) })
    .where(eq(sourceStreams.sourceId, end.sourceId))
  if (mode === 'polling' && before.mode !== 'polling') await pollNow(tx, end.sourceId, end.now)
  tx.emit({ type: 'source', sourceId: end.sourceId })
}

/** Switched off, paused or gone. Where it stood is kept: a stream that is switched on again may go on from there. */
export async function noteStreamOff(tx: Tx, sourceId: string, owner: string, now: number): Promise<void> {
  const { sourceStreams } = tx.t
  const rows = await tx.db
    .update(sourceStreams)
    .set({ owner, mode: 'off', modeAt: now, reason: null, failures: 0 })
    .where(and(eq(sourceStreams.sourceId, sourceId), ne(sourceStreams.mode, 'off')))
    .returning({ id: sourceStreams.sourceId })
  if (rows.length === 0) return
  await pollNow(tx, sourceId, now)
  tx.emit({ type: 'source', sourceId })
}

/**
 * A poll has read up to `readTo`: what the stream waited for may be complete with that. A poll that was under way when
 * the stream connected ends too early, and the one that was asked for then went under in it: another one follows.
 */
export async function noteReadByPoll(tx: Tx, sourceId: string, readTo: number, now: number): Promise<void> {
  const { sourceStreams, sources } = tx.t
  await tx.db
    .update(sourceStreams)
    .set({ waitsForPollTo: null })
    .where(and(eq(sourceStreams.sourceId, sourceId), lte(sourceStreams.waitsForPollTo, readTo)))
  const [waiting] = await tx.db
    .select({ until: sourceStreams.waitsForPollTo })
    .from(sourceStreams)
    .where(and(eq(sourceStreams.sourceId, sourceId), gt(sourceStreams.waitsForPollTo, readTo)))
  if (!waiting) return
  // Not at once: the job of this poll is still on the list.
  const nextPollAt = Math.max(now, waiting.until ?? now) + 1000
  await tx.db
    .update(sources)
    .set({ nextPollAt })
    .where(and(eq(sources.id, sourceId), gt(sources.nextPollAt, nextPollAt)))
}

/** Ids of what is held of these authors: all of it goes when the platform has taken their accounts down. */
export async function itemsOfAuthors(
  r: Reader,
  source: Pick<IngestSource, 'platform' | 'instance'>,
  authorIds: string[],
): Promise<string[]> {
  if (authorIds.length === 0) return []
  const { authors, mentions } = r.t
  const rows = await r.db
    .select({ id: mentions.externalId })
    .from(mentions)
    .innerJoin(authors, eq(authors.seq, mentions.authorSeq))
    .where(
      and(
        eq(authors.platform, source.platform),
        eq(authors.instance, source.instance),
        inArray(authors.externalId, authorIds),
        isNull(mentions.deletedAt),
      ),
    )
  return rows.map(({ id }) => id)
}

async function pollNow(tx: Tx, sourceId: string, now: number): Promise<void> {
  const { sources } = tx.t
  await tx.db
    .update(sources)
    .set({ nextPollAt: now })
    .where(and(eq(sources.id, sourceId), inArray(sources.state, [...polledStates])))
}
