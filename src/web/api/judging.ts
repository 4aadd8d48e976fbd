import { z } from 'zod'
import { intentLabels, sentiments } from '../../domain/classification.ts'
import { parseQuery } from '../../query/parse.ts'
import { listLabels } from '../../store/labels.ts'
import { activateModel, findModel, listModels } from '../../store/models.ts'
import { listRejudgements, offerRejudgement, steerRejudgement } from '../../store/rejudgements.ts'
import { loadJudgingSettings, saveSetting } from '../../store/settings.ts'
import { insertTermRule, listTermRules, updateTermRule } from '../../store/termRules.ts'
import { correctClassification } from '../../store/threadActions.ts'
import { findMention } from '../../store/thread.ts'
import { badCursor } from './mentions.ts'
import { correctionModel, rejudgementModel, ruleModel, versionModel } from './models.ts'
import { ApiProblem, notFound } from './problem.ts'
import { defineRoute, idParams, pageOf, paging, readCursor, writeCursor } from './route.ts'
import { correctionSchema, modelVersionSchema, rejudgementSchema, termRuleInput, termRuleSchema } from './schemas.ts'
import { badQuery } from './threads.ts'

const tag = 'Judging'
const read = { tag, scopes: ['judging:read'] as const, permission: 'read' } as const
const change = { tag, scopes: ['judging:write'] as const, permission: 'settings' } as const

export const judgingRoutes = [
  defineRoute({
    method: 'get',
    path: '/corrections',
    ...read,
    summary: 'List what people said about labels, newest first',
    description: 'The append-only log that the classifier learns from: corrections, and labels that were accepted.',
    query: z.strictObject({
      ...paging,
      kind: z.enum(['corrected', 'accepted']).optional().describe('Only this kind.'),
    }),
    answer: pageOf(correctionSchema),
    problems: [400],
    async handle({ web, query }) {
      const before = readCursor(query.cursor, z.int())
      if (before === 'bad') throw badCursor()
      const kinds = query.kind ? [query.kind] : (['corrected', 'accepted'] as const)
      const rows = await listLabels(web.store.read, {
        limit: query.limit + 1,
        kinds,
        ...(before === undefined ? {} : { before }),
      })
      const shown = rows.slice(0, query.limit)
      const last = rows.length > query.limit ? shown.at(-1) : undefined
      return { body: { items: shown.map(correctionModel), next: last ? writeCursor(last.entry.seq) : null } }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/corrections',
    tag,
    scopes: ['judging:write'],
    permission: 'triage',
    summary: 'Say what the labels of mentions are',
    description: 'They count at once and for ever: no model and no rule writes over them. What is left out stays.',
    body: z
      .strictObject({
        corrections: z
          .array(
            z.strictObject({
              mentionId: z.string().max(100).describe('Of which mention.'),
              sentiment: z.enum(sentiments).optional().describe('Its tone.'),
              intents: z.array(z.enum(intentLabels)).min(1).optional().describe('All that the author wants.'),
            }),
          )
          .min(1)
          .max(100)
          .describe('One line a mention.'),
      })
      .meta({ id: 'CorrectionsInput', description: 'Labels of a person.' }),
    answer: z.strictObject({
      saved: z.int().describe('Mentions with these labels now.'),
      errors: z
        .array(
          z.strictObject({
            index: z.int().describe('Place in the list, from 0.'),
            error: z.string().describe('What is wrong.'),
          }),
        )
        .describe('What could not be used; the rest is saved.'),
    }),
    problems: [422],
    async handle({ web: { store }, body, act }) {
      const errors: { index: number; error: string }[] = []
      for (const [index, one] of body.corrections.entries()) {
        const found = await findMention(store.read, one.mentionId)
        const sentiment = one.sentiment ?? found?.mention.sentiment
        const intents = one.intents ?? found?.mention.intents?.map(({ label }) => label) ?? []
        const error = !found
          ? 'There is no such mention.'
          : !one.sentiment && !one.intents
            ? 'Give a sentiment, intents, or both.'
            : !sentiment
              ? 'It is not judged yet: give its sentiment.'
              : undefined
        if (error !== undefined || !found || !sentiment) errors.push({ index, error: error ?? '' })
        else await store.write((tx) => correctClassification(tx, act, found.mention.seq, { sentiment, intents }, 'api'))
      }
      return { body: { saved: body.corrections.length - errors.length, errors } }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/term-rules',
    ...read,
    summary: 'List the rules for words, in their order',
    answer: z.strictObject({ items: z.array(termRuleSchema).describe('The first that matches has the word.') }),
    handle: async ({ web }) => ({ body: { items: (await listTermRules(web.store.read)).map(ruleModel) } }),
  }),
  defineRoute({
    method: 'post',
    path: '/term-rules',
    ...change,
    summary: 'Make a rule for words',
    description: 'It comes last in the order and counts for what is judged from now on.',
    body: termRuleInput,
    answer: termRuleSchema,
    created: true,
    problems: [422],
    async handle({ web, body, act }) {
      checkQuery(body.query)
      const row = await web.store.write(async (tx) => {
        const made = await insertTermRule(tx, act, body)
        await offerRejudgement(tx, act)
        return made
      })
      return { status: 201, body: ruleModel(row) }
    },
  }),
  defineRoute({
    method: 'put',
    path: '/term-rules/{id}',
    ...change,
    summary: 'Change a rule for words',
    description: 'Every change is a version of its own. `isActive: false` switches it off.',
    params: idParams,
    body: termRuleInput,
    answer: termRuleSchema,
    problems: [404, 422],
    async handle({ web, params, body, act }) {
      checkQuery(body.query)
      const row = await web.store.write(async (tx) => {
        const changed = await updateTermRule(tx, act, params.id, body)
        if (changed) await offerRejudgement(tx, act)
        return changed
      })
      if (!row) throw notFound('rule')
      return { body: ruleModel(row) }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/model-versions',
    ...read,
    summary: 'List what the classifier learned, newest first',
    answer: z.strictObject({ items: z.array(modelVersionSchema).describe('At most 100.') }),
    handle: async ({ web }) => ({ body: { items: (await listModels(web.store.read, 100)).map(versionModel) } }),
  }),
  defineRoute({
    method: 'put',
    path: '/active-model',
    ...change,
    summary: 'Let another version judge',
    description: 'Learning by itself is switched off then, so that the next correction does not overtake the choice.',
    body: z
      .strictObject({ id: z.string().max(100).nullable().describe('A version; null: the built-in model alone.') })
      .meta({ id: 'ActiveModelInput', description: 'Who is to judge.' }),
    answer: z.strictObject({ id: z.string().nullable().describe('Who judges now.') }),
    problems: [404, 409, 422],
    async handle({ web: { store }, body: { id }, act }) {
      if (id !== null && !(await findModel(store.read, id))) throw notFound('version')
      const done = await store.write(async (tx) => {
        if (!(await activateModel(tx, act, id ?? undefined))) return false
        await saveSetting(tx, 'judging', { ...(await loadJudgingSettings(tx)), learns: false }, act.now)
        await offerRejudgement(tx, act)
        return true
      })
      if (!done)
        throw new ApiProblem('conflict', 'It was refused or is too old to go back to.', 'Take a version with `usable`.')
      return { body: { id } }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/rejudgements',
    ...read,
    summary: 'List what was or can be judged again, newest first',
    answer: z.strictObject({ items: z.array(rejudgementSchema).describe('At most 20.') }),
    handle: async ({ web }) => ({
      body: { items: (await listRejudgements(web.store.read, 20)).map(rejudgementModel) },
    }),
  }),
  defineRoute({
    method: 'put',
    path: '/rejudgements/{id}',
    ...change,
    summary: 'Judge history again, pause, go on or stop',
    params: idParams,
    body: z
      .strictObject({ state: z.enum(['running', 'paused', 'cancelled']).describe('What it should be.') })
      .meta({ id: 'RejudgementInput', description: 'How judging again goes on.' }),
    answer: z.strictObject({ state: z.enum(['running', 'paused', 'cancelled']).describe('What it is now.') }),
    problems: [404, 409, 422],
    async handle({ web: { store }, params, body, act }) {
      const known = (await listRejudgements(store.read, 100)).some((one) => one.id === params.id)
      if (!known) throw notFound('rejudgement')
      if (!(await store.write((tx) => steerRejudgement(tx, act, params.id, body.state))))
        throw new ApiProblem('conflict', 'It has moved on.', 'Read its state again.')
      return { body: { state: body.state } }
    },
  }),
]

function checkQuery(text: string): void {
  const parsed = parseQuery(text)
  if (!parsed.ok) throw badQuery(parsed)
}
