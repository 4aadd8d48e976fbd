import { z } from 'zod'
import { listQueries } from '../../store/queries.ts'
import {
  findGroup,
  insertGroup,
  listGroups,
  listMembers,
  mostMembers,
  removeGroup,
  updateGroup,
  type QueryGroup,
} from '../../store/queryGroups.ts'
import type { Reader } from '../../store/store.ts'
import { loadVoice } from '../reports/loadVoice.ts'
import { ApiProblem, notFound } from './problem.ts'
import { defineRoute, idParams, iso } from './route.ts'
import { time } from './schemas.ts'

const tag = 'Groups of queries'
const read = { tag, scopes: ['queries:read'] as const, permission: 'read' } as const
const change = { tag, scopes: ['queries:write'] as const, permission: 'queries' } as const

const groupInput = z
  .strictObject({
    name: z.string().trim().min(1).max(80).describe('Unique.'),
    queryIds: z.array(z.string().max(100)).min(1).max(mostMembers).describe('Its listening queries.'),
  })
  .meta({ id: 'QueryGroupInput', description: 'A group of queries to save.' })

const groupSchema = z
  .strictObject({
    id: z.string().describe('Identifier, stable.'),
    name: z.string().describe('Unique.'),
    queryIds: z.array(z.string()).describe('Its listening queries, by name.'),
    createdAt: time,
    updatedAt: time,
  })
  .meta({
    id: 'QueryGroup',
    description: 'Listening queries that belong together, such as a brand and its competitors.',
  })

const voiceSchema = z
  .strictObject({
    groupId: z.string().describe('The group.'),
    from: z.iso.date().describe('First day, UTC.'),
    to: z.iso.date().describe('Last day, UTC.'),
    total: z.int().describe('Sum over the members: a mention that two of them caught counts for both.'),
    shared: z.int().describe('Mentions that more than one member caught.'),
    members: z
      .array(
        z.strictObject({
          queryId: z.string().describe('The listening query.'),
          name: z.string().describe('Its name.'),
          mentions: z.int().describe('What it caught.'),
          share: z.number().nullable().describe('Of the total, 0 to 1; null where the total is 0.'),
          overlaps: z.int().describe('Of its mentions, those that another member caught too.'),
          negative: z.int().describe('Of its mentions.'),
          neutral: z.int().describe('Of its mentions.'),
          positive: z.int().describe('Of its mentions.'),
          mixed: z.int().describe('Of its mentions: both poles are strong.'),
          unsure: z.int().describe('Of its mentions: too close to call, in none of the others.'),
          netSentiment: z
            .number()
            .nullable()
            .describe(
              '100 × (positive − negative) ÷ (positive + neutral + negative), -100 to 100; mixed counts half to each pole, unsure is left out; null without any.',
            ),
          polarNetSentiment: z
            .number()
            .nullable()
            .describe('100 × (positive − negative) ÷ (positive + negative), mixed likewise; null without any.'),
        }),
      )
      .describe('By name.'),
    days: z
      .array(
        z.strictObject({
          day: z.iso.date().describe('UTC.'),
          counts: z.array(z.int()).describe('In the order of the members.'),
          covered: z.number().describe('Share of the day that was heard from every source, 0 to 1.'),
        }),
      )
      .describe('Oldest first.'),
  })
  .meta({ id: 'ShareOfVoice', description: 'How much each query of a group caught.' })

export const groupRoutes = [
  defineRoute({
    method: 'get',
    path: '/groups',
    ...read,
    summary: 'List groups of queries',
    answer: z.strictObject({ items: z.array(groupSchema).describe('By name.') }),
    async handle({ web: { store } }) {
      const rows = await listGroups(store.read)
      return { body: { items: await Promise.all(rows.map((row) => groupModel(store.read, row))) } }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/groups',
    ...change,
    summary: 'Save a group of queries',
    body: groupInput,
    answer: groupSchema,
    created: true,
    problems: [409, 422],
    async handle({ web: { store }, body, act }) {
      await requireKnown(store.read, body.queryIds)
      const row = await store.write((tx) => insertGroup(tx, act, body))
      if (!row) throw taken(body.name)
      return { status: 201, body: await groupModel(store.read, row) }
    },
  }),
  defineRoute({
    method: 'put',
    path: '/groups/{id}',
    ...change,
    summary: 'Change a group of queries',
    params: idParams,
    body: groupInput,
    answer: groupSchema,
    problems: [404, 409, 422],
    async handle({ web: { store }, params, body, act }) {
      await requireKnown(store.read, body.queryIds)
      if ((await store.write((tx) => updateGroup(tx, act, params.id, body))) === 'taken') throw taken(body.name)
      const row = await findGroup(store.read, params.id)
      if (!row) throw notFound('group')
      return { body: await groupModel(store.read, row) }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/groups/{id}/removal',
    ...change,
    summary: 'Remove a group of queries',
    description: 'Its queries stay.',
    params: idParams,
    answer: z.strictObject({ removed: z.literal(true).describe('It is gone.') }),
    problems: [404],
    async handle({ web: { store }, params, act }) {
      if (!(await store.write((tx) => removeGroup(tx, act, params.id)))) throw notFound('group')
      return { body: { removed: true as const } }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/groups/{id}/voice',
    ...read,
    summary: 'Share of voice of a group',
    params: idParams,
    query: z.strictObject({
      days: z.coerce.number().int().min(1).max(366).default(30).describe('Up to today, UTC.'),
      count: z
        .enum(['stories', 'copies'])
        .default('stories')
        .describe('stories: what repeats an earlier mention is not counted.'),
    }),
    answer: voiceSchema,
    problems: [404],
    async handle({ web, params, query }) {
      const voice = await loadVoice(web, params.id, query)
      if (!voice.group) throw notFound('group')
      return {
        body: {
          groupId: voice.group.id,
          from: voice.byDay[0]?.day ?? '',
          to: voice.byDay.at(-1)?.day ?? '',
          total: voice.total,
          shared: voice.overlap.shared,
          members: voice.members.map(({ id, share = null, net = null, polar = null, ...one }) => ({
            queryId: id,
            name: one.name,
            mentions: one.mentions,
            share,
            overlaps: one.overlaps,
            negative: one.negative,
            neutral: one.neutral,
            positive: one.positive,
            mixed: one.mixed,
            unsure: one.unsure,
            netSentiment: net,
            polarNetSentiment: polar,
          })),
          days: voice.byDay.map(({ day, counts, covered }) => ({ day, counts, covered })),
        },
      }
    },
  }),
]

async function requireKnown(reader: Reader, ids: readonly string[]): Promise<void> {
  const known = new Set((await listQueries(reader)).map((one) => one.id))
  const unknown = ids.find((id) => !known.has(id))
  if (unknown === undefined) return
  throw new ApiProblem('invalid', 'There is no query with one of these ids.', 'Take ids from GET /queries.', {
    errors: { queryIds: `There is no query ${unknown}.` },
  })
}

function taken(name: string): ApiProblem {
  return new ApiProblem('conflict', `There is a group named "${name}".`, 'Take another name.')
}

async function groupModel(reader: Reader, row: QueryGroup): Promise<z.input<typeof groupSchema>> {
  const members = (await listMembers(reader)).filter((one) => one.groupSeq === row.seq)
  const { id, name, createdAt, updatedAt } = row
  return { id, name, queryIds: members.map((one) => one.id), createdAt: iso(createdAt), updatedAt: iso(updatedAt) }
}
