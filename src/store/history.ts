import { and, asc, desc, eq, gte, isNull, lt, sql } from 'drizzle-orm'
import type { Query } from '../query/ast.ts'
import { planAny, toFts5, toTsquery, type FtsNode } from '../query/plan.ts'
import type { Reader } from './store.ts'

/**
 * A walk over everything stored, newest arrival first, in slices so short that ingest and requests go on beside it.
 * What arrives or changes after the start is not part of it.
 */
export interface Walk {
  /** Seqs of the walk: from `bottom` (inclusive) to `top` (exclusive); those from `before` on are done. */
  readonly top: number
  readonly bottom: number
  before: number
  /** Candidates by the full-text index; null: every mention is looked at. */
  readonly fts: FtsNode | null
  /** Arrived or edited and not yet in the index: looked at first, whatever the index says. */
  waiting: number[]
  readonly isWaiting: ReadonlySet<number>
  /** Mentions in a slice, and seqs that one reading of the index spans. */
  rows: number
  span: number
}

export type HistoryRow = Awaited<ReturnType<typeof rowsAmong>>[number]

/** Aim of one slice, ms. Up to twice as long happens before it is shortened. */
const sliceMs = 8
const fewestRows = 25
const mostRows = 1_000
const firstSpan = 10_000
const widestSpan = 2_000_000
/** Every reading of the index costs something whatever it spans: never more of them than this by shortening. */
const mostReadings = 128
/** With more on their way into the index, it is no help. */
const mostWaiting = 20_000

/** A walk that passes every stored mention which one of the queries matches. `newest`: only so many of the newest. */
export async function startWalk(reader: Reader, queries: readonly Query[], newest?: number): Promise<Walk> {
  const { mentions } = reader.t
  // Two steps into the index: both ends asked for at once would be a scan.
  const ends = (order: typeof asc) =>
    reader.db.select({ seq: mentions.seq }).from(mentions).orderBy(order(mentions.seq)).limit(1)
  const [first] = await ends(asc)
  const [last] = await ends(desc)
  const top = (last?.seq ?? 0) + 1
  const oldest = first?.seq ?? top
  const bottom = newest === undefined ? oldest : await seqOfNewest(reader, newest, oldest)
  const waiting = await waitingForIndex(reader)
  const fts = waiting.length > mostWaiting ? null : planAny(queries)
  const early = fts === null ? [] : waiting.filter((seq) => seq >= bottom && seq < top)
  return {
    top,
    bottom,
    before: top,
    fts,
    waiting: early,
    isWaiting: new Set(early),
    rows: 100,
    span: reader.d.readsBlock ? firstSpan : Number.POSITIVE_INFINITY,
  }
}

export function isDone(walk: Walk): boolean {
  return walk.waiting.length === 0 && walk.before <= walk.bottom
}

/** 0…1 of the history that is behind. */
export function shareRead(walk: Walk): number {
  if (isDone(walk)) return 1
  return (walk.top - walk.before) / Math.max(1, walk.top - walk.bottom)
}

/**
 * Goes on with a walk until it is done or `enough` says so, which is asked after each slice. `take` is given the rows
 * in order; it must be quick, and not wait.
 */
export async function advance(
  reader: Reader,
  walk: Walk,
  take: (rows: HistoryRow[]) => void,
  enough: () => boolean,
): Promise<void> {
  while (!isDone(walk)) {
    const started = performance.now()
    const rows = await readSlice(reader, walk)
    const taking = performance.now()
    take(rows)
    pace(walk, performance.now() - (reader.d.readsBlock ? started : taking))
    if (enough()) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function pace(walk: Walk, took: number): void {
  const factor = took > sliceMs ? 0.6 : took < sliceMs / 2 ? 1.5 : 1
  walk.rows = Math.round(Math.min(mostRows, Math.max(fewestRows, walk.rows * factor)))
  if (!Number.isFinite(walk.span)) return
  const shortest = Math.max(1_000, (walk.top - walk.bottom) / mostReadings)
  walk.span = Math.round(Math.min(widestSpan, Math.max(shortest, walk.span * factor)))
}

async function readSlice(reader: Reader, walk: Walk): Promise<HistoryRow[]> {
  if (walk.waiting.length > 0) return rowsOf(reader, walk.waiting.splice(0, walk.rows))
  if (walk.fts === null) {
    const rows = await reader.all<HistoryRow>('history', (db, t) => rowsBetween(db, t), {
      from: walk.bottom,
      before: walk.before,
      rows: walk.rows,
    })
    walk.before = rows.length < walk.rows ? walk.bottom : (rows.at(-1)?.mention.seq ?? walk.bottom)
    return rows
  }
  const from = Math.max(walk.bottom, walk.before - walk.span)
  const expression = reader.d.name === 'sqlite' ? toFts5(walk.fts) : toTsquery(walk.fts)
  const hits = await reader.rows<{ seq: number | string }>(
    reader.d.searchBetween(expression, from, walk.before, walk.rows),
  )
  const seqs = hits.map((hit) => Number(hit.seq))
  walk.before = seqs.length < walk.rows ? from : (seqs.at(-1) ?? from)
  return rowsOf(
    reader,
    seqs.filter((seq) => !walk.isWaiting.has(seq)),
  )
}

/** Stored mentions by their seqs, newest first; deleted ones are absent. */
export async function rowsOf(reader: Reader, seqs: number[]): Promise<HistoryRow[]> {
  if (seqs.length === 0) return []
  return reader.all<HistoryRow>('history among', (db, t) => rowsAmong(db, t, reader.d), { seqs })
}

function rowsAmong(db: Reader['db'], t: Reader['t'], d: Reader['d']) {
  return select(db, t)
    .where(and(d.among(t.mentions.seq, 'seqs'), isNull(t.mentions.deletedAt)))
    .orderBy(desc(t.mentions.seq))
}

function rowsBetween(db: Reader['db'], t: Reader['t']) {
  const { mentions } = t
  return select(db, t)
    .where(
      and(
        gte(mentions.seq, sql.placeholder('from')),
        lt(mentions.seq, sql.placeholder('before')),
        isNull(mentions.deletedAt),
      ),
    )
    .orderBy(desc(mentions.seq))
    .limit(sql.placeholder('rows'))
}

/** Only what a match and a sample of it need: a mention has three times as many columns. */
function select(db: Reader['db'], { mentions, authors, threads }: Reader['t']) {
  const { seq, id, platform, kind, title, text, lang, langDeclared, url, createdAt, ratingUnit, metrics, media } =
    mentions
  return db
    .select({
      mention: { seq, id, platform, kind, title, text, lang, langDeclared, url, createdAt, ratingUnit, metrics, media },
      author: {
        handle: authors.handle,
        name: authors.name,
        followers: authors.followers,
        avatarUrl: authors.avatarUrl,
      },
      thread: { id: threads.id, sourceId: threads.sourceId },
    })
    .from(mentions)
    .innerJoin(authors, eq(authors.seq, mentions.authorSeq))
    .innerJoin(threads, eq(threads.seq, mentions.threadSeq))
}

async function seqOfNewest(reader: Reader, newest: number, bottom: number): Promise<number> {
  const { mentions } = reader.t
  const [row] = await reader.db
    .select({ seq: mentions.seq })
    .from(mentions)
    .orderBy(desc(mentions.seq))
    .limit(1)
    .offset(Math.max(0, newest - 1))
  return row?.seq ?? bottom
}

/** Newest first: what the open jobs of enrichment have still to put into the index. */
async function waitingForIndex(reader: Reader): Promise<number[]> {
  const { jobs } = reader.t
  const rows = await reader.db.select({ payload: jobs.payload }).from(jobs).where(eq(jobs.kind, 'enrich'))
  const seqs = rows.flatMap(({ payload }) => (payload as { seqs?: number[] } | null)?.seqs ?? [])
  return [...new Set(seqs)].sort((a, b) => b - a)
}
