import { and, asc, desc, eq } from 'drizzle-orm'
import { tallyOf, type RelevanceLabel, type SampleTally } from '../domain/relevance.ts'
import type { Reader, Tx } from './store.ts'
import type { Tables } from './tables/all.ts'
import type { DrawnPart } from './tables/quality.ts'
import type { Act } from './threadActions.ts'

export type Draw = Tables['qualityDraws']['$inferSelect']

export interface SampleItem {
  part: number
  position: number
  mentionSeq: number
  mentionId: string
  /** The newest label, whoever gave it. */
  label?: RelevanceLabel | undefined
  /** The author or the platform took it away: nobody can judge it. */
  isGone: boolean
}

export interface LoadedDraw {
  draw: Draw
  /** By part, each in its random order. */
  items: SampleItem[]
}

/** A sample of each part, in random order (domain/randomSample). */
export async function insertDraw(
  tx: Tx,
  act: Act,
  fields: { querySeq: number; version: number; seed: number; parts: DrawnPart[] },
  samples: readonly (readonly number[])[],
): Promise<void> {
  const values = { ...fields, drawnAt: act.now, drawnBy: act.userId }
  const [draw] = await tx.db.insert(tx.t.qualityDraws).values(values).returning({ seq: tx.t.qualityDraws.seq })
  if (!draw) return
  const rows = samples.flatMap((sample, part) =>
    sample.map((mentionSeq, position) => ({ drawSeq: draw.seq, part, position, mentionSeq })),
  )
  await tx.insert('quality sample', 'qualitySamples', rows)
}

/** The newest draw of a version with its labels. */
export async function loadDraw(reader: Reader, querySeq: number, version: number): Promise<LoadedDraw | undefined> {
  const { qualityDraws, qualitySamples, mentions } = reader.t
  const [draw] = await reader.db
    .select()
    .from(qualityDraws)
    .where(and(eq(qualityDraws.querySeq, querySeq), eq(qualityDraws.version, version)))
    .orderBy(desc(qualityDraws.seq))
    .limit(1)
  if (!draw) return undefined
  const rows = await reader.db
    .select({
      part: qualitySamples.part,
      position: qualitySamples.position,
      mentionSeq: qualitySamples.mentionSeq,
      mentionId: mentions.id,
      deletedAt: mentions.deletedAt,
    })
    .from(qualitySamples)
    .innerJoin(mentions, eq(mentions.seq, qualitySamples.mentionSeq))
    .where(eq(qualitySamples.drawSeq, draw.seq))
    .orderBy(asc(qualitySamples.part), asc(qualitySamples.position))
  const labels = await labelsOf(reader, querySeq, version)
  const items = rows.map(({ deletedAt, ...row }) => ({
    ...row,
    label: labels.get(row.mentionSeq),
    isGone: deletedAt !== null,
  }))
  return { draw, items }
}

async function labelsOf(reader: Reader, querySeq: number, version: number): Promise<Map<number, RelevanceLabel>> {
  const { qualityLabels } = reader.t
  const rows = await reader.db
    .select({ mentionSeq: qualityLabels.mentionSeq, label: qualityLabels.label })
    .from(qualityLabels)
    .where(and(eq(qualityLabels.querySeq, querySeq), eq(qualityLabels.version, version)))
    .orderBy(asc(qualityLabels.labelledAt))
  // The newest comes last, so that it wins in the map.
  return new Map(rows.map((row) => [row.mentionSeq, row.label]))
}

/** Versions of a query that were drawn from, newest first. */
export async function drawnVersions(reader: Reader, querySeq: number): Promise<number[]> {
  const { qualityDraws } = reader.t
  const rows = await reader.db
    .selectDistinct({ version: qualityDraws.version })
    .from(qualityDraws)
    .where(eq(qualityDraws.querySeq, querySeq))
    .orderBy(desc(qualityDraws.version))
    .limit(20)
  return rows.map((row) => row.version)
}

/** What the labels of each part come to. */
export function tallyParts({ draw, items }: LoadedDraw): SampleTally[] {
  return draw.parts.map(({ population }, part) => {
    const sample = items.filter((item) => item.part === part)
    // A label outlives the text that it judged.
    return tallyOf(
      sample.map((item) => item.label ?? (item.isGone ? 'gone' : undefined)),
      population,
    )
  })
}

export interface LabelKey {
  querySeq: number
  version: number
  mentionSeq: number
}

/** Somebody's label of a mention; a second one takes the place of his first. */
export async function writeRelevance(tx: Tx, act: Act, key: LabelKey, label: RelevanceLabel): Promise<void> {
  const { qualityLabels: t } = tx.t
  const values = { ...key, userId: act.userId, label, labelledAt: act.now }
  await tx.db
    .insert(t)
    .values(values)
    .onConflictDoUpdate({
      target: [t.querySeq, t.version, t.mentionSeq, t.userId],
      set: { label, labelledAt: act.now },
    })
}

/** Takes back the last label that somebody gave among some mentions; undefined where there is none. */
export async function undoRelevance(
  tx: Tx,
  act: Act,
  { querySeq, version }: Omit<LabelKey, 'mentionSeq'>,
  among: ReadonlySet<number>,
): Promise<number | undefined> {
  const { qualityLabels: t } = tx.t
  const own = and(eq(t.querySeq, querySeq), eq(t.version, version), eq(t.userId, act.userId))
  const rows = await tx.db
    .select({ mentionSeq: t.mentionSeq })
    .from(t)
    .where(own)
    .orderBy(desc(t.labelledAt), desc(t.mentionSeq))
  const last = rows.find((row) => among.has(row.mentionSeq))
  if (last) await tx.db.delete(t).where(and(own, eq(t.mentionSeq, last.mentionSeq)))
  return last?.mentionSeq
}
