import { z } from 'zod'
import {
  automaticStates,
  percentOf,
  runStates,
  type AutomationAction,
  type AutomationRule,
} from '../../domain/automation.ts'
import { urgencies } from '../../domain/classification.ts'
import { parseQuery } from '../../query/parse.ts'
import { findRun, startRun, stepRun, type AutomationRun } from '../../store/automationRuns.ts'
import {
  findAutomation,
  insertAutomation,
  listAutomations,
  removeAutomation,
  updateAutomation,
  type Automation,
} from '../../store/automations.ts'
import { findQuery } from '../../store/queries.ts'
import type { Reader } from '../../store/store.ts'
import { findUser } from '../../store/users.ts'
import { ApiProblem, notFound } from './problem.ts'
import { defineRoute, idParams, iso } from './route.ts'
import { time } from './schemas.ts'
import { badQuery } from './threads.ts'

const tag = 'Rules'
const read = { tag, scopes: ['queries:read'] as const, permission: 'read' } as const
const change = { tag, scopes: ['queries:write'] as const, permission: 'queries' } as const

const actionSchema = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('tag').describe('Adds a tag to the thread.'),
      tag: z.string().trim().min(1).max(40).describe('Its name.'),
    }),
    z.strictObject({
      type: z.literal('assign').describe('Gives the thread to somebody, where nobody has it.'),
      userId: z.string().max(100).describe('A person of the team.'),
    }),
    z.strictObject({
      type: z.literal('state').describe('Sets the state of a thread that is open.'),
      state: z.enum(automaticStates).describe('The new state.'),
    }),
    z.strictObject({
      type: z.literal('urgency').describe('Sets the urgency, unless a person has.'),
      urgency: z.enum(urgencies).describe('The new urgency.'),
    }),
    z.strictObject({
      type: z.literal('irrelevant').describe('Takes it out of the results of the query, or of every query.'),
    }),
  ])
  .meta({ id: 'RuleAction', description: 'What a rule does. It never sends anything.' })

const fields = {
  name: z.string().trim().min(1).max(80).describe('Unique; stands as the reason beside every change.'),
  queryId: z.string().max(100).nullable().describe('Only what this listening query caught; null: any.'),
  text: z.string().trim().max(20_000).describe('In the query language with the fields of views; empty: any text.'),
  actions: z.array(actionSchema).min(1).max(10).describe('In this order.'),
  isActive: z.boolean().describe('Whether it is applied to new mentions.'),
}

const ruleInput = z.strictObject(fields).meta({ id: 'RuleInput', description: 'A rule for mentions to save.' })

const ruleSchema = z
  .strictObject({ id: z.string().describe('Identifier, stable.'), ...fields, createdAt: time, updatedAt: time })
  .meta({ id: 'Rule', description: 'What happens by itself when a mention comes in.' })

const runSchema = z
  .strictObject({
    id: z.string().describe('Identifier, stable.'),
    state: z.enum(runStates).describe('counting, counted; then applying, applied; undoing, undone; or cancelled.'),
    percent: z.int().describe('Of the history that was looked at in this state.'),
    matched: z.int().describe('Mentions that match.'),
    planned: z.int().describe('Changes that it would make at most, as counted.'),
    changed: z.int().describe('Changes that it made and that stand.'),
    createdAt: time,
    finishedAt: time.nullable(),
  })
  .meta({ id: 'RuleRun', description: 'A rule applied to history: counted first, applied when told, to be undone.' })

export const automationRoutes = [
  defineRoute({
    method: 'get',
    path: '/rules',
    ...read,
    summary: 'List rules in their order',
    answer: z.strictObject({ items: z.array(ruleSchema).describe('First applied first.') }),
    handle: async ({ web: { store } }) => ({
      body: { items: (await listAutomations(store.read)).map(ruleModel) },
    }),
  }),
  defineRoute({
    method: 'post',
    path: '/rules',
    ...change,
    summary: 'Save a rule',
    description: 'It comes last in the order and applies to new mentions from now on.',
    body: ruleInput,
    answer: ruleSchema,
    created: true,
    problems: [409, 422],
    async handle({ web: { store }, body, act }) {
      await requireUsable(store.read, body)
      const row = await store.write((tx) => insertAutomation(tx, act, body))
      if (!row) throw taken(body.name)
      return { status: 201, body: ruleModel(row) }
    },
  }),
  defineRoute({
    method: 'put',
    path: '/rules/{id}',
    ...change,
    summary: 'Change a rule',
    params: idParams,
    body: ruleInput,
    answer: ruleSchema,
    problems: [404, 409, 422],
    async handle({ web: { store }, params, body, act }) {
      await requireUsable(store.read, body)
      if ((await store.write((tx) => updateAutomation(tx, act, params.id, body))) === 'taken') throw taken(body.name)
      return { body: ruleModel(await ruleOf(store.read, params.id)) }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/rules/{id}/removal',
    ...change,
    summary: 'Remove a rule',
    description: 'What it changed stays.',
    params: idParams,
    answer: z.strictObject({ removed: z.literal(true).describe('It is gone.') }),
    problems: [404],
    async handle({ web: { store }, params, act }) {
      if (!(await store.write((tx) => removeAutomation(tx, act, params.id)))) throw notFound('rule')
      return { body: { removed: true as const } }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/rules/{id}/runs',
    ...change,
    summary: 'Count what a rule would change in history',
    description: 'In the background, and nothing is changed: read the run until it is counted, then send apply.',
    params: idParams,
    answer: runSchema,
    created: true,
    problems: [404, 409],
    async handle({ web: { store }, params, act }) {
      const rule = await ruleOf(store.read, params.id)
      const run = await store.write((tx) => startRun(tx, act, rule))
      if (!run) throw new ApiProblem('conflict', 'A run of this rule is under way.', 'Wait for it, or cancel it.')
      return { status: 201, body: runModel(run) }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/rule-runs/{id}',
    ...read,
    summary: 'Read how far a run is',
    params: idParams,
    answer: runSchema,
    problems: [404],
    handle: async ({ web: { store }, params }) => ({ body: runModel(await runOf(store.read, params.id)) }),
  }),
  defineRoute({
    method: 'post',
    path: '/rule-runs/{id}/steps',
    ...change,
    summary: 'Apply, cancel or undo a run',
    description: 'undo takes back what still is as the rule left it; what people changed since stays.',
    params: idParams,
    body: z.strictObject({
      step: z
        .enum(['apply', 'cancel', 'undo'])
        .describe('apply: what is counted; cancel: what is under way; undo: what is applied or was cancelled.'),
    }),
    answer: runSchema,
    problems: [404, 409],
    async handle({ web: { store }, params, body, act }) {
      await runOf(store.read, params.id)
      if (!(await store.write((tx) => stepRun(tx, act, params.id, body.step))))
        throw new ApiProblem('conflict', 'The run is in another state.', 'Read it, then decide.')
      return { body: runModel(await runOf(store.read, params.id)) }
    },
  }),
]

async function requireUsable(reader: Reader, { queryId, text, actions }: AutomationRule): Promise<void> {
  const parsed = text === '' ? undefined : parseQuery(text, { mode: 'view' })
  if (parsed && !parsed.ok) throw badQuery(parsed)
  const errors: Record<string, string> = {}
  if (queryId === null && text === '') errors['text'] = 'A rule needs queryId, text, or both.'
  if (queryId !== null && !(await findQuery(reader, queryId))) errors['queryId'] = 'There is no query with this id.'
  for (const action of actions)
    if (await isNobody(reader, action)) errors['actions'] = 'Nobody of the team has this id.'
  if (Object.keys(errors).length > 0)
    throw new ApiProblem('invalid', 'This rule cannot be used. Nothing was stored.', 'See `errors`.', { errors })
}

async function isNobody(reader: Reader, action: AutomationAction): Promise<boolean> {
  if (action.type !== 'assign') return false
  const user = await findUser(reader, action.userId)
  return !user || user.disabledAt !== null
}

function taken(name: string): ApiProblem {
  return new ApiProblem('conflict', `There is a rule named "${name}".`, 'Take another name.')
}

async function ruleOf(reader: Reader, id: string): Promise<Automation> {
  const row = await findAutomation(reader, id)
  if (!row) throw notFound('rule')
  return row
}

async function runOf(reader: Reader, id: string): Promise<AutomationRun> {
  const found = await findRun(reader, id)
  if (!found) throw notFound('run')
  return found.run
}

function ruleModel(row: Automation): z.input<typeof ruleSchema> {
  const { id, name, queryId, text, actions, isActive, createdAt, updatedAt } = row
  return { id, name, queryId, text, actions, isActive, createdAt: iso(createdAt), updatedAt: iso(updatedAt) }
}

function runModel(run: AutomationRun): z.input<typeof runSchema> {
  const { id, state, matched, planned, changed, createdAt, finishedAt } = run
  const percent = percentOf(run)
  return { id, state, percent, matched, planned, changed, createdAt: iso(createdAt), finishedAt: iso(finishedAt) }
}
