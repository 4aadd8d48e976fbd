import { and, asc, desc, eq, max, sql } from 'drizzle-orm'
import type { RuleEffect } from '../domain/termRule.ts'
import { appendAudit } from './audit.ts'
import { loadJudgingSettings, saveSetting } from './settings.ts'
import type { Reader, Tx } from './store.ts'
import type { Tables } from './tables/all.ts'
import type { Act } from './threadActions.ts'

export type TermRule = Tables['termRules']['$inferSelect']

export interface RuleFields {
  /** In the query language, known to be readable. */
  query: string
  effect: RuleEffect
  isActive: boolean
}

/** In the order in which they have the word. */
export async function listTermRules(reader: Reader): Promise<TermRule[]> {
  const { termRules } = reader.t
  return reader.db.select().from(termRules).orderBy(asc(termRules.position), asc(termRules.seq))
}

export async function findTermRule(reader: Reader, id: string): Promise<TermRule | undefined> {
  const { termRules } = reader.t
  const [row] = await reader.db.select().from(termRules).where(eq(termRules.id, id))
  return row
}

/** Newest first, with who made each. */
export async function listRuleVersions(reader: Reader, ruleSeq: number) {
  const { termRuleVersions: versions, users } = reader.t
  return reader.db
    .select({ version: versions, userName: users.name })
    .from(versions)
    .leftJoin(users, eq(users.id, versions.createdBy))
    .where(eq(versions.ruleSeq, ruleSeq))
    .orderBy(desc(versions.version))
    .limit(50)
}

export async function insertTermRule(tx: Tx, act: Act, fields: RuleFields): Promise<TermRule> {
  const { termRules } = tx.t
  const [last] = await tx.db.select({ position: max(termRules.position) }).from(termRules)
  const [row] = await tx.db
    .insert(termRules)
    .values({
      ...fields,
      id: act.newId(),
      position: (last?.position ?? 0) + 1,
      createdAt: act.now,
      updatedAt: act.now,
    })
    .returning()
  if (!row) throw new Error('the rule was not written')
  await keepVersion(tx, act, row)
  await changed(tx, act, 'rule.create', row)
  return row
}

/** Every change is a version of its own. undefined: there is no such rule. */
export async function updateTermRule(tx: Tx, act: Act, id: string, fields: RuleFields): Promise<TermRule | undefined> {
  const { termRules } = tx.t
  const [row] = await tx.db
    .update(termRules)
    .set({ ...fields, version: sql`${termRules.version} + 1`, updatedAt: act.now })
    .where(eq(termRules.id, id))
    .returning()
  if (!row) return undefined
  await keepVersion(tx, act, row)
  await changed(tx, act, 'rule.update', row)
  return row
}

/** Changes places with the neighbour above (-1) or below (1). */
export async function moveTermRule(tx: Tx, act: Act, id: string, by: -1 | 1): Promise<boolean> {
  const { termRules } = tx.t
  const rules = await listTermRules(tx)
  const at = rules.findIndex((rule) => rule.id === id)
  const [rule, other] = [rules[at], rules[at + by]]
  if (!rule || !other) return false
  const order = rules.map((one) => one.id)
  order.splice(at, 1)
  order.splice(at + by, 0, id)
  for (const [index, one] of order.entries())
    await tx.db
      .update(termRules)
      .set({ position: index + 1 })
      .where(and(eq(termRules.id, one), sql`${termRules.position} <> ${index + 1}`))
  await changed(tx, act, 'rule.update', rule)
  return true
}

export async function removeTermRule(tx: Tx, act: Act, id: string): Promise<boolean> {
  const { termRules } = tx.t
  const [row] = await tx.db.delete(termRules).where(eq(termRules.id, id)).returning()
  if (!row) return false
  await changed(tx, act, 'rule.remove', row)
  return true
}

async function keepVersion(tx: Tx, act: Act, { seq, version, query, effect, isActive }: TermRule): Promise<void> {
  await tx.db
    .insert(tx.t.termRuleVersions)
    .values({ ruleSeq: seq, version, query, effect, isActive, createdAt: act.now, createdBy: act.userId })
}

/** The revision of all rules rises: judgements say by which they were made. */
async function changed(tx: Tx, act: Act, action: string, rule: TermRule): Promise<void> {
  const settings = await loadJudgingSettings(tx)
  await saveSetting(tx, 'judging', { ...settings, rules: settings.rules + 1 }, act.now)
  const data = { query: rule.query, effect: rule.effect, version: rule.version, isActive: rule.isActive }
  await appendAudit(tx, { at: act.now, actor: act.userId, action, object: `rule:${rule.id}`, data, ip: act.ip })
  tx.emit({ type: 'judging' })
}
