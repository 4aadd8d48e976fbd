import { RuleFormPage, RulePreview, RulesPage, type RuleFormModel } from '../../../views/pages/Rules.tsx'
import { urls } from '../../../views/urls.ts'
import { may } from '../../domain/permissions.ts'
import { offerRejudgement } from '../../store/rejudgements.ts'
import {
  findTermRule,
  insertTermRule,
  listRuleVersions,
  listTermRules,
  moveTermRule,
  removeTermRule,
  type RuleFields,
  type TermRule,
  updateTermRule,
} from '../../store/termRules.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { goTo, respond, respondPart, viewOf } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import { viewerOf, type Ctx } from '../web.ts'
import { effectOf, effectText, errorsOf, type GivenRule, queryOf, textOf } from './ruleForm.ts'
import { tryRule } from './tryRule.ts'

export async function showRules(c: Ctx): Promise<Response> {
  const rows = await listTermRules(c.get('web').store.read)
  const rules = rows.map(({ id, query, effect, isActive }) => ({ id, ...textOf(query), effect, isActive }))
  const canEdit = may(viewerOf(c).user.role, 'settings')
  const title = viewOf(c).t.understanding.tabs.rules
  return respond(c, { title, section: 'understanding', page: () => <RulesPage model={{ rules, canEdit }} /> })
}

/** Without JavaScript the dry run is the same form sent by GET. */
export function showNewRule(c: Ctx): Promise<Response> {
  return respondForm(c, givenBy(c) ?? { form: 'phrase', text: '', effect: 'ignore', active: true })
}

export async function showRule(c: Ctx): Promise<Response> {
  const found = await findTermRule(c.get('web').store.read, idOf(c))
  if (!found) return c.notFound()
  const stored = { ...textOf(found.query), effect: effectText(found.effect), active: found.isActive }
  return respondForm(c, givenBy(c) ?? stored, found)
}

export async function showRulePreview(c: Ctx): Promise<Response> {
  const given = givenBy(c) ?? { form: 'phrase', text: '', effect: 'ignore', active: true }
  return respondPart(c, <RulePreview model={await tryRule(c, given)} />)
}

function givenBy(c: Ctx): GivenRule | undefined {
  const { form, text, effect, active } = c.req.query()
  if (text === undefined) return undefined
  return {
    form: form === 'query' ? 'query' : 'phrase',
    text: text.trim(),
    effect: effect ?? '',
    active: active !== '',
  }
}

export function createRule(c: Ctx): Promise<Response> {
  return saveGiven(c)
}

export async function saveRule(c: Ctx): Promise<Response> {
  const found = await findTermRule(c.get('web').store.read, idOf(c))
  return found ? saveGiven(c, found) : c.notFound()
}

async function saveGiven(c: Ctx, found?: TermRule): Promise<Response> {
  const form = await readForm(c)
  const given: GivenRule = {
    form: form.text('form') === 'query' ? 'query' : 'phrase',
    text: form.text('text'),
    effect: form.text('effect'),
    active: form.text('active') !== '',
  }
  const errors = errorsOf(given)
  const effect = effectOf(given.effect)
  if (!effect || Object.keys(errors).length > 0) return respondForm(c, given, found, errors)
  const fields: RuleFields = { query: queryOf(given), effect, isActive: given.active }
  const act = actOf(c)
  const saved = await c.get('web').store.write(async (tx) => {
    const row = found ? await updateTermRule(tx, act, found.id, fields) : await insertTermRule(tx, act, fields)
    if (row) await offerRejudgement(tx, act)
    return row
  })
  if (!saved) return c.notFound()
  setFlash(c, 'ruleSaved')
  return goTo(c, urls.rules())
}

export async function placeRule(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const by = (await readForm(c)).text('by') === 'up' ? -1 : 1
  if (!(await findTermRule(store.read, idOf(c)))) return c.notFound()
  const act = actOf(c)
  await store.write(async (tx) => {
    if (await moveTermRule(tx, act, idOf(c), by)) await offerRejudgement(tx, act)
  })
  return goTo(c, urls.rules())
}

export async function dropRule(c: Ctx): Promise<Response> {
  const act = actOf(c)
  const removed = await c.get('web').store.write(async (tx) => {
    const gone = await removeTermRule(tx, act, idOf(c))
    if (gone) await offerRejudgement(tx, act)
    return gone
  })
  if (!removed) return c.notFound()
  setFlash(c, 'ruleRemoved')
  return goTo(c, urls.rules())
}

function idOf(c: Ctx): string {
  return c.req.param('id') ?? ''
}

async function respondForm(
  c: Ctx,
  given: GivenRule,
  found?: TermRule,
  errors?: Record<string, string>,
): Promise<Response> {
  const versions = found ? await listRuleVersions(c.get('web').store.read, found.seq) : []
  const model: RuleFormModel = {
    ...given,
    id: found?.id,
    canEdit: may(viewerOf(c).user.role, 'settings'),
    versions: versions.map(({ version, userName }) => ({
      version: version.version,
      ...textOf(version.query),
      effect: version.effect,
      isActive: version.isActive,
      at: version.createdAt,
      by: userName ?? undefined,
    })),
    preview: await tryRule(c, given),
    ...(errors ? { errors } : {}),
  }
  return respond(c, {
    title: viewOf(c).t.understanding.tabs.rules,
    section: 'understanding',
    status: errors ? 422 : 200,
    page: () => <RuleFormPage model={model} />,
  })
}
