import { automaticStates, type AutomationAction, type AutomationRule } from '../../domain/automation.ts'
import { urgencies } from '../../domain/classification.ts'
import { automation } from '../../i18n/automation.ts'
import { sentences } from '../../i18n/web.ts'
import type { Catalogue } from '../../i18n/en.ts'
import { parseQuery } from '../../query/parse.ts'
import type { Posted } from '../forms.ts'

/** The fields of the form as text: one action of each kind, in this order. */
export interface RuleFields {
  name: string
  query: string
  text: string
  tag: string
  assign: string
  state: string
  urgency: string
  irrelevant: boolean
  active: boolean
}

export function readRule(form: Posted): RuleFields {
  return {
    name: form.text('name').slice(0, 80),
    query: form.text('query'),
    text: form.text('text'),
    tag: form.text('tag').slice(0, 40),
    assign: form.text('assign'),
    state: form.text('state'),
    urgency: form.text('urgency'),
    irrelevant: form.text('irrelevant') !== '',
    active: form.text('active') !== '',
  }
}

/** Empty fields do nothing; values that are none of the choices are left out. */
export function ruleOf(fields: RuleFields): AutomationRule & { isActive: boolean } {
  const state = automaticStates.find((one) => one === fields.state)
  const urgency = urgencies.find((one) => one === fields.urgency)
  const actions: AutomationAction[] = [
    ...(fields.tag ? [{ type: 'tag' as const, tag: fields.tag }] : []),
    ...(fields.assign ? [{ type: 'assign' as const, userId: fields.assign }] : []),
    ...(urgency ? [{ type: 'urgency' as const, urgency }] : []),
    ...(state ? [{ type: 'state' as const, state }] : []),
    ...(fields.irrelevant ? [{ type: 'irrelevant' as const }] : []),
  ]
  return { name: fields.name, queryId: fields.query || null, text: fields.text, actions, isActive: fields.active }
}

export function fieldsOf(rule: AutomationRule & { isActive: boolean }): RuleFields {
  const fields: RuleFields = {
    name: rule.name,
    query: rule.queryId ?? '',
    text: rule.text,
    tag: '',
    assign: '',
    state: '',
    urgency: '',
    irrelevant: false,
    active: rule.isActive,
  }
  for (const action of rule.actions) {
    if (action.type === 'tag') fields.tag = action.tag
    else if (action.type === 'assign') fields.assign = action.userId
    else if (action.type === 'state') fields.state = action.state
    else if (action.type === 'urgency') fields.urgency = action.urgency
    else fields.irrelevant = true
  }
  return fields
}

/** Sentences by field. `knows`: ids of listening queries and of people who may be given work. */
export function errorsOf(
  fields: RuleFields,
  knows: { queries: readonly string[]; people: readonly string[] },
): Record<string, string> {
  const errors: Record<string, string> = {}
  if (fields.name === '') errors['name'] = sentences.needed
  if (fields.query === '' && fields.text === '') errors['text'] = automation.noCondition
  if (fields.query !== '' && !knows.queries.includes(fields.query)) errors['query'] = automation.lostQuery
  const parsed = fields.text === '' ? undefined : parseQuery(fields.text, { mode: 'view' })
  if (parsed && !parsed.ok) errors['text'] = parsed.error
  if (fields.assign !== '' && !knows.people.includes(fields.assign)) errors['assign'] = sentences.needed
  if (ruleOf(fields).actions.length === 0) errors['tag'] = automation.noAction
  return errors
}

/** What the actions do, in words. `people`: names by id. */
export function wordsOf(
  actions: readonly AutomationAction[],
  people: ReadonlyMap<string, string>,
  t: Catalogue,
): string[] {
  return actions.map((action) => {
    switch (action.type) {
      case 'tag':
        return t.automation.doesTag(action.tag)
      case 'assign':
        return t.automation.doesAssign(people.get(action.userId) ?? sentences.somebody)
      case 'state':
        return t.automation.doesState(t.threadState[action.state])
      case 'urgency':
        return t.automation.doesUrgency(t.automation.urgencies[action.urgency])
      case 'irrelevant':
        return t.automation.doesIrrelevant
    }
  })
}
