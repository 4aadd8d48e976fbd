import { AutomationFormPage, AutomationsPage, type AutomationFormModel } from '../../../views/pages/Automations.tsx'
import { urls } from '../../../views/urls.ts'
import { automaticStates } from '../../domain/automation.ts'
import { may } from '../../domain/permissions.ts'
import { sentences } from '../../i18n/web.ts'
import { lintQuery } from '../../query/lint.ts'
import { parseQuery } from '../../query/parse.ts'
import { listRuns } from '../../store/automationRuns.ts'
import {
  findAutomation,
  insertAutomation,
  listAutomations,
  raiseAutomation,
  removeAutomation,
  updateAutomation,
  type Automation,
} from '../../store/automations.ts'
import { listQueries } from '../../store/queries.ts'
import { listAssignees, listUsers } from '../../store/users.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { goTo, respond, viewOf } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import { viewerOf, type Ctx } from '../web.ts'
import { errorsOf, fieldsOf, readRule, ruleOf, wordsOf, type RuleFields } from './rule.ts'

export async function showAutomations(c: Ctx): Promise<Response> {
  const { read } = c.get('web').store
  const { t } = viewOf(c)
  const queries = new Map((await listQueries(read)).map((one) => [one.id, one.name]))
  const people = await namesOf(c)
  const rules = (await listAutomations(read)).map((one) => ({
    id: one.id,
    name: one.name,
    active: one.isActive,
    query: one.queryId === null ? undefined : queries.get(one.queryId),
    text: one.text,
    does: wordsOf(one.actions, people, t),
    warning: warningOf(one, queries, t),
  }))
  const model = { rules, canEdit: mayEdit(c) }
  return respond(c, { title: t.automation.rules, section: 'queries', page: () => <AutomationsPage model={model} /> })
}

function warningOf(
  { queryId, text }: Automation,
  queries: ReadonlyMap<string, string>,
  t: ReturnType<typeof viewOf>['t'],
): string | undefined {
  if (queryId !== null && !queries.has(queryId)) return t.automation.lostQuery
  return text !== '' && !parseQuery(text, { mode: 'view' }).ok ? t.automation.unreadable : undefined
}

export function showNewAutomation(c: Ctx): Promise<Response> {
  const nothing = { name: '', queryId: c.req.query('query') ?? null, text: '', actions: [], isActive: true }
  return respondForm(c, fieldsOf(nothing))
}

export async function showAutomation(c: Ctx): Promise<Response> {
  const found = await findAutomation(c.get('web').store.read, c.req.param('id') ?? '')
  return found ? respondForm(c, fieldsOf(found), found) : c.notFound()
}

export async function createAutomation(c: Ctx): Promise<Response> {
  const given = readRule(await readForm(c))
  const errors = errorsOf(given, await knownTo(c))
  if (Object.keys(errors).length > 0) return respondForm(c, given, undefined, errors)
  const row = await c.get('web').store.write((tx) => insertAutomation(tx, actOf(c), ruleOf(given)))
  if (!row) return respondForm(c, given, undefined, { name: sentences.nameTaken })
  setFlash(c, 'automationSaved')
  return goTo(c, urls.automation(row.id))
}

export async function saveAutomation(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const found = await findAutomation(store.read, c.req.param('id') ?? '')
  if (!found) return c.notFound()
  const given = readRule(await readForm(c))
  const errors = errorsOf(given, await knownTo(c))
  if (Object.keys(errors).length > 0) return respondForm(c, given, found, errors)
  const outcome = await store.write((tx) => updateAutomation(tx, actOf(c), found.id, ruleOf(given)))
  if (outcome === 'gone') return c.notFound()
  if (outcome === 'taken') return respondForm(c, given, found, { name: sentences.nameTaken })
  setFlash(c, 'automationSaved')
  return goTo(c, urls.automation(found.id))
}

export async function dropAutomation(c: Ctx): Promise<Response> {
  const removed = await c.get('web').store.write((tx) => removeAutomation(tx, actOf(c), c.req.param('id') ?? ''))
  if (!removed) return c.notFound()
  setFlash(c, 'automationRemoved')
  return goTo(c, urls.automations())
}

/** One place earlier in the order. */
export async function raise(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  if (!(await findAutomation(store.read, c.req.param('id') ?? ''))) return c.notFound()
  await store.write((tx) => raiseAutomation(tx, actOf(c), c.req.param('id') ?? ''))
  return goTo(c, urls.automations())
}

function mayEdit(c: Ctx): boolean {
  return may(viewerOf(c).user.role, 'queries')
}

export async function namesOf(c: Ctx): Promise<Map<string, string>> {
  return new Map((await listUsers(c.get('web').store.read)).map((one) => [one.id, one.name]))
}

async function knownTo(c: Ctx) {
  const { read } = c.get('web').store
  return {
    queries: (await listQueries(read)).map((one) => one.id),
    people: (await listAssignees(read)).map((one) => one.id),
  }
}

async function respondForm(
  c: Ctx,
  fields: RuleFields,
  found?: Automation,
  errors?: AutomationFormModel['errors'],
): Promise<Response> {
  const { read } = c.get('web').store
  const { t } = viewOf(c)
  const parsed = fields.text === '' ? undefined : parseQuery(fields.text, { mode: 'view' })
  const runs = found ? await listRuns(read, found.seq) : []
  const model: AutomationFormModel = {
    ...fields,
    id: found?.id,
    canEdit: mayEdit(c),
    errors,
    warnings: parsed?.ok ? lintQuery(parsed.query).map((warning) => warning.message) : [],
    queries: (await listQueries(read)).map((one) => ({ value: one.id, label: one.name })),
    people: (await listAssignees(read)).map((one) => ({ value: one.id, label: one.name })),
    states: automaticStates.map((state) => ({ value: state, label: t.threadState[state] })),
    runs: runs.map(({ id, state, createdAt, planned, changed }) => ({ id, state, at: createdAt, planned, changed })),
  }
  const title = fields.name || t.automation.add
  const status = errors ? 422 : 200
  return respond(c, { title, section: 'queries', status, page: () => <AutomationFormPage model={model} /> })
}
