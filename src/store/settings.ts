import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { providerSchema } from '../domain/provider.ts'
import { maskPersonalData } from '../text/personalData.ts'
import type { Reader, Tx } from './store.ts'

/** Settings of the whole installation, one row a key. */
export const settingSchemas = {
  workspace: z.object({
    name: z.string().trim().min(1).max(80),
    /** First-response target, minutes; null: clocks run without a deadline. */
    targetMinutes: z.number().int().min(1).max(43_200).nullable(),
    timeZone: z.string().max(64),
    /** Threads without a new item for so many days are resolved by themselves; null: never. */
    closeAfterDays: z.number().int().min(1).max(365).nullable().default(null),
    /** E-mail addresses, telephone and account numbers in what others write: kept, or replaced by their kind. */
    personalData: z.enum(['keep', 'mask_exports', 'mask_all']).default('keep'),
  }),
  judging: z.object({
    /** Whether corrections lead to new versions by themselves. */
    learns: z.boolean().default(true),
    /** Judgements less sure than this are shown as unsure, 0…1. */
    unsureBelow: z.number().min(0.34).max(0.95).default(0.45),
    /** Rises with every change of the rules for words: stands on the judgements made with them. */
    rules: z.number().int().default(0),
  }),
  /** Absent: no other judge is asked, and nothing leaves the installation for judging. */
  provider: providerSchema.and(z.object({ sealedKey: z.string().optional() })),
  opinionUse: z.object({
    /** Mentions up to this one were looked at. */
    seq: z.number(),
    /** UTC day of the counts, days since 1970. */
    day: z.number(),
    asked: z.number(),
    /** Answered from what was asked before. */
    known: z.number(),
    /** Judgements that the answers changed. */
    changed: z.number(),
    failures: z.number(),
    error: z.object({ message: z.string(), at: z.number() }).nullable(),
  }),
  /** Random samples that two people label. */
  labelAudit: z.object({
    /** Drawn by itself when a month has ended. */
    monthly: z.boolean(),
    size: z.number().int().min(20).max(1000),
  }),
  /** Set once the first visit has finished. */
  welcomed: z.object({ at: z.number() }),
} as const

type Schemas = typeof settingSchemas
export type SettingKey = keyof Schemas
export type Setting<K extends SettingKey> = z.infer<Schemas[K]>

export const defaultWorkspace: Setting<'workspace'> = {
  name: '',
  targetMinutes: 240,
  timeZone: 'UTC',
  closeAfterDays: null,
  personalData: 'keep',
}

export const noOpinionUse: Setting<'opinionUse'> = {
  seq: 0,
  day: 0,
  asked: 0,
  known: 0,
  changed: 0,
  failures: 0,
  error: null,
}

/** Null: no deadline. */
export function targetMsOf({ targetMinutes }: Pick<Setting<'workspace'>, 'targetMinutes'>): number | null {
  return targetMinutes === null ? null : targetMinutes * 60_000
}

/** What of the workspace's settings every way of storing mentions follows. */
export function storingRules(workspace: Setting<'workspace'>) {
  return {
    targetMs: targetMsOf(workspace),
    ...(workspace.personalData === 'mask_all' ? { mask: maskPersonalData } : {}),
  }
}

/** Threads without a new item since then are resolved by themselves, epoch ms; undefined: none are. */
export function idleBefore({ closeAfterDays }: Setting<'workspace'>, now: number): number | undefined {
  return closeAfterDays === null ? undefined : now - closeAfterDays * 86_400_000
}

/** A value that no longer fits its schema counts as absent. */
export async function loadSetting<K extends SettingKey>(reader: Reader, key: K): Promise<Setting<K> | undefined> {
  const rows = await reader.all<{ value: unknown }>(
    `setting.${key}`,
    (db, t) => db.select({ value: t.settings.value }).from(t.settings).where(eq(t.settings.key, key)),
    {},
  )
  const parsed = settingSchemas[key].safeParse(rows[0]?.value)
  return parsed.success ? (parsed.data as Setting<K>) : undefined // the key names the schema
}

/** Of a text that leaves this place, in an export or to another model. */
export function maskFor({ personalData }: Setting<'workspace'>): (text: string) => string {
  return personalData === 'keep' ? (text) => text : maskPersonalData
}

export async function loadWorkspace(reader: Reader): Promise<Setting<'workspace'>> {
  return (await loadSetting(reader, 'workspace')) ?? defaultWorkspace
}

export const defaultJudging: Setting<'judging'> = { learns: true, unsureBelow: 0.45, rules: 0 }

export async function loadJudgingSettings(reader: Reader): Promise<Setting<'judging'>> {
  return (await loadSetting(reader, 'judging')) ?? defaultJudging
}

export async function saveSetting<K extends SettingKey>(tx: Tx, key: K, value: Setting<K>, now: number): Promise<void> {
  const { t, db } = tx
  await db
    .insert(t.settings)
    .values({ key, value, updatedAt: now })
    .onConflictDoUpdate({ target: t.settings.key, set: { value, updatedAt: now } })
}
