import { and, desc, eq, inArray, isNotNull, notInArray, sql } from 'drizzle-orm'
import type { ModelFigures, ModelState } from '../domain/learning.ts'
import { appendAudit } from './audit.ts'
import type { Reader, Tx } from './store.ts'
import type { Act } from './threadActions.ts'

/** Raised whenever a stored delta or its pins take another shape: what older ones wrote is not read. */
export const modelFormat = 1
/** Older ones keep their figures and lose their weights. */
const keptDeltas = 20

const listed = ({ modelVersions: m }: Reader['t']) => ({
  seq: m.seq,
  id: m.id,
  name: m.name,
  base: m.base,
  format: m.format,
  state: m.state,
  createdAt: m.createdAt,
  activatedAt: m.activatedAt,
  activatedBy: m.activatedBy,
  logSeq: m.logSeq,
  figures: m.figures,
  hasDelta: sql<number>`case when ${m.delta} is null then 0 else 1 end`.mapWith(Number),
})

/** Newest first, without their weights. */
export function listModels(reader: Reader, limit: number) {
  const { modelVersions } = reader.t
  return reader.db.select(listed(reader.t)).from(modelVersions).orderBy(desc(modelVersions.seq)).limit(limit)
}
export type ModelVersion = Awaited<ReturnType<typeof listModels>>[number]

export async function findModel(reader: Reader, id: string): Promise<ModelVersion | undefined> {
  const { modelVersions } = reader.t
  const [row] = await reader.db.select(listed(reader.t)).from(modelVersions).where(eq(modelVersions.id, id))
  return row
}

export async function findActiveModel(reader: Reader): Promise<ModelVersion | undefined> {
  const { modelVersions } = reader.t
  const [row] = await reader.db
    .select(listed(reader.t))
    .from(modelVersions)
    .where(eq(modelVersions.state, 'active'))
    .orderBy(desc(modelVersions.seq))
    .limit(1)
  return row
}

/** What tells that another version judges now, or that the pins are newer: two numbers, cheap to ask for often. */
export async function loadModelRevision(reader: Reader): Promise<string> {
  const rows = await reader.all<{ newest: number | null; active: number | null }>(
    'model revision',
    (db, { modelVersions: m }) =>
      db
        .select({
          newest: sql<number | null>`max(${m.seq})`,
          active: sql<number | null>`max(case when ${m.state} = 'active' then ${m.seq} end)`,
        })
        .from(m),
  )
  const [row] = rows
  return `${row?.newest ?? 0}:${row?.active ?? 0}`
}

export interface LoadedModel {
  name: string
  base: string
  figures: ModelFigures
  delta: Uint8Array | null
}

/** The active version with its weights, and the newest pins whatever became of their delta. */
export async function loadJudging(
  reader: Reader,
): Promise<{ active: LoadedModel | undefined; pins: Uint8Array | undefined }> {
  const { modelVersions: m } = reader.t
  const [active] = await reader.db
    .select({ name: m.name, base: m.base, figures: m.figures, delta: m.delta })
    .from(m)
    .where(and(eq(m.state, 'active'), eq(m.format, modelFormat)))
    .orderBy(desc(m.seq))
    .limit(1)
  const [newest] = await reader.db
    .select({ pins: m.pins })
    .from(m)
    .where(and(isNotNull(m.pins), eq(m.format, modelFormat)))
    .orderBy(desc(m.seq))
    .limit(1)
  return { active, pins: newest?.pins ?? undefined }
}

export interface TrainedVersion {
  name: string
  base: string
  accepted: boolean
  logSeq: number
  figures: ModelFigures
  delta: Uint8Array
  pins: Uint8Array
}

/** Stores a trained version; an accepted one judges from now on. Answers its id. */
export async function saveTrained(
  tx: Tx,
  trained: TrainedVersion,
  stamp: { now: number; newId(): string },
): Promise<string> {
  const { modelVersions: m } = tx.t
  const id = stamp.newId()
  const { name, base, accepted, logSeq, figures, delta, pins } = trained
  if (accepted) await tx.db.update(m).set({ state: 'retired' }).where(eq(m.state, 'active'))
  // Only the newest pins are ever read.
  await tx.db.update(m).set({ pins: null }).where(isNotNull(m.pins))
  const state: ModelState = accepted ? 'active' : 'refused'
  const activated = accepted ? { activatedAt: stamp.now, activatedBy: 'system' } : {}
  await tx.db.insert(m).values({
    id,
    name,
    base,
    logSeq,
    figures,
    pins,
    state,
    format: modelFormat,
    createdAt: stamp.now,
    delta: accepted ? delta : null,
    ...activated,
  })
  const kept = tx.db
    .select({ seq: m.seq })
    .from(m)
    .where(inArray(m.state, ['active', 'retired']))
    .orderBy(desc(m.seq))
    .limit(keptDeltas)
  const keptSeqs = (await kept).map((row) => row.seq)
  await tx.db
    .update(m)
    .set({ delta: null })
    .where(and(eq(m.state, 'retired'), isNotNull(m.delta), notInArray(m.seq, keptSeqs)))
  tx.emit({ type: 'judging' })
  return id
}

/** Another version judges from now on; undefined: the built-in model alone. False: it cannot be gone back to. */
export async function activateModel(tx: Tx, act: Act, id: string | undefined): Promise<boolean> {
  const { modelVersions: m } = tx.t
  const model = id === undefined ? undefined : await findModel(tx, id)
  if (id !== undefined && (!model || model.state === 'refused' || !model.hasDelta || model.format !== modelFormat))
    return false
  await tx.db.update(m).set({ state: 'retired' }).where(eq(m.state, 'active'))
  if (id !== undefined)
    await tx.db.update(m).set({ state: 'active', activatedAt: act.now, activatedBy: act.userId }).where(eq(m.id, id))
  await appendAudit(tx, {
    at: act.now,
    actor: act.userId,
    action: 'model.activate',
    object: id === undefined ? 'model:built-in' : `model:${id}`,
    data: { name: model?.name ?? null },
    ip: act.ip,
  })
  tx.emit({ type: 'judging' })
  return true
}
