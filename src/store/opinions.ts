import { asc, eq, gt, inArray, max } from 'drizzle-orm'
import type { IntentLabel, Sentiment } from '../domain/classification.ts'
import type { EnrichRow } from './enrich.ts'
import { noOpinionUse, loadSetting, saveSetting, type Setting } from './settings.ts'
import type { Reader, Tx } from './store.ts'

/** What a provider said of a text, kept so that copies and repeats are asked about once. */
export interface StoredOpinion {
  sentiment: Sentiment
  confidence: number
  intents?: IntentLabel[]
}

/** How far the asking has come, and what it has used today. */
export type OpinionUse = Setting<'opinionUse'>

export async function loadOpinionUse(reader: Reader): Promise<OpinionUse> {
  return (await loadSetting(reader, 'opinionUse')) ?? noOpinionUse
}

export async function saveOpinionUse(tx: Tx, use: OpinionUse, now: number): Promise<void> {
  await saveSetting(tx, 'opinionUse', use, now)
}

export async function newestMention(reader: Reader): Promise<number> {
  const { mentions } = reader.t
  const [row] = await reader.db.select({ seq: max(mentions.seq) }).from(mentions)
  return row?.seq ?? 0
}

/** The next mentions in the order of arrival, whoever judged them. */
export async function mentionsAfter(reader: Reader, seq: number, limit: number): Promise<EnrichRow[]> {
  const { mentions, authors } = reader.t
  return reader.db
    .select({ mention: mentions, author: authors })
    .from(mentions)
    .innerJoin(authors, eq(authors.seq, mentions.authorSeq))
    .where(gt(mentions.seq, seq))
    .orderBy(asc(mentions.seq))
    .limit(limit)
}

/** Known answers by key; null: the provider was asked and gave none that could be used. */
export async function loadOpinions(
  reader: Reader,
  keys: readonly string[],
): Promise<Map<string, StoredOpinion | null>> {
  if (keys.length === 0) return new Map()
  const { opinions } = reader.t
  const rows = await reader.db
    .select()
    .from(opinions)
    .where(inArray(opinions.key, [...keys]))
  return new Map(rows.map((row) => [row.key, row.answer]))
}

export async function keepOpinion(tx: Tx, key: string, answer: StoredOpinion | null, now: number): Promise<void> {
  const { opinions } = tx.t
  await tx.db.insert(opinions).values({ key, answer, askedAt: now }).onConflictDoNothing()
}

/** From now on: what came before keeps its judgement. Whoever asks finds the job waiting. */
export async function startAsking(tx: Tx, setting: Setting<'provider'>, now: number): Promise<void> {
  const { jobs } = tx.t
  const use = await loadOpinionUse(tx)
  const wasOn = (await loadSetting(tx, 'provider')) !== undefined
  await saveSetting(tx, 'provider', setting, now)
  const seq = wasOn ? use.seq : await newestMention(tx)
  await saveSetting(tx, 'opinionUse', { ...use, seq, failures: 0, error: null }, now)
  await tx.db
    .insert(jobs)
    .values({ kind: 'opinions', key: 'workspace', lane: 'opinions', payload: {}, runAt: now, createdAt: now })
    .onConflictDoUpdate({ target: [jobs.kind, jobs.key], set: { runAt: now } })
  tx.emit({ type: 'job', kind: 'opinions' })
}

/** The job finds no provider and ends. */
export async function stopAsking(tx: Tx): Promise<void> {
  const { settings } = tx.t
  await tx.db.delete(settings).where(eq(settings.key, 'provider'))
}
