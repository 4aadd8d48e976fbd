import { z } from 'zod'
import { parseQuery } from '../../query/parse.ts'
import {
  findExclusionList,
  insertExclusionList,
  listExclusionLists,
  listListVersions,
  queriesOfLists,
  removeExclusionList,
  updateExclusionList,
  type ExclusionList,
} from '../../store/exclusionLists.ts'
import { findQuery, updateQuery } from '../../store/queries.ts'
import type { Reader } from '../../store/store.ts'
import { queryModel } from './models.ts'
import { ApiProblem, notFound } from './problem.ts'
import { defineRoute, idParams, iso } from './route.ts'
import { querySchema, time } from './schemas.ts'
import { badQuery } from './threads.ts'

const tag = 'Exclusion lists'
const read = { tag, scopes: ['queries:read'] as const, permission: 'read' } as const
const change = { tag, scopes: ['queries:write'] as const, permission: 'queries' } as const

const listInput = z
  .strictObject({
    name: z.string().trim().min(1).max(80).describe('Unique.'),
    text: z.string().trim().min(1).max(50_000).describe('What to leave out, in the query language.'),
  })
  .meta({ id: 'ExclusionListInput', description: 'An exclusion list to save.' })

const listSchema = z
  .strictObject({
    id: z.string().describe('Identifier, stable.'),
    name: z.string().describe('Unique.'),
    text: z.string().describe('What queries with this list leave out, in the query language.'),
    version: z.int().describe('Rises with every change of the text.'),
    queryIds: z.array(z.string()).describe('The listening queries that it is attached to.'),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'ExclusionList', description: 'Query text that listening queries share to leave out what it matches.' })

const versionSchema = z.strictObject({
  version: z.int().describe('The number that versions of queries refer to.'),
  text: z.string().describe('The text of this version.'),
  createdAt: time,
})

export const listRoutes = [
  defineRoute({
    method: 'get',
    path: '/lists',
    ...read,
    summary: 'List exclusion lists',
    answer: z.strictObject({ items: z.array(listSchema).describe('By name.') }),
    async handle({ web: { store } }) {
      const rows = await listExclusionLists(store.read)
      return { body: { items: await Promise.all(rows.map((row) => listModel(store.read, row))) } }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/lists',
    ...change,
    summary: 'Save an exclusion list',
    body: listInput,
    answer: listSchema,
    created: true,
    problems: [409, 422],
    async handle({ web: { store }, body, act }) {
      requireReadable(body.text)
      const row = await store.write((tx) => insertExclusionList(tx, act, body))
      if (!row) throw taken(body.name)
      return { status: 201, body: await listModel(store.read, row) }
    },
  }),
  defineRoute({
    method: 'put',
    path: '/lists/{id}',
    ...change,
    summary: 'Change an exclusion list',
    description: 'A changed text is a new version of the list and of every query that it is attached to.',
    params: idParams,
    body: listInput,
    answer: listSchema,
    problems: [404, 409, 422],
    async handle({ web: { store }, params, body, act }) {
      requireReadable(body.text)
      const outcome = await store.write((tx) => updateExclusionList(tx, act, params.id, body))
      if (outcome === 'taken') throw taken(body.name)
      return { body: await listModel(store.read, await listOf(store.read, params.id)) }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/lists/{id}/versions',
    ...read,
    summary: 'List the versions of an exclusion list',
    description: 'To go back, save the text of an earlier version: it becomes the newest one.',
    params: idParams,
    answer: z.strictObject({ items: z.array(versionSchema).describe('Newest first, at most 50.') }),
    problems: [404],
    async handle({ web: { store }, params }) {
      await listOf(store.read, params.id)
      const rows = await listListVersions(store.read, params.id)
      const items = rows.map(({ version: { version, text, createdAt } }) => ({
        version,
        text,
        createdAt: iso(createdAt),
      }))
      return { body: { items } }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/lists/{id}/removal',
    ...change,
    summary: 'Remove an exclusion list',
    description: 'Its queries catch again what it left out, from now on.',
    params: idParams,
    answer: z.strictObject({ removed: z.literal(true).describe('It is gone.') }),
    problems: [404],
    async handle({ web: { store }, params, act }) {
      if (!(await store.write((tx) => removeExclusionList(tx, act, params.id)))) throw notFound('list')
      return { body: { removed: true as const } }
    },
  }),
  defineRoute({
    method: 'put',
    path: '/queries/{id}/lists',
    ...change,
    summary: 'Choose the exclusion lists of a query',
    description: 'The query matches `(query) NOT (list)` for each of them; a changed choice is a new version.',
    params: idParams,
    body: z.strictObject({ listIds: z.array(z.string().max(100)).max(100).describe('All of them.') }),
    answer: querySchema,
    problems: [404, 422],
    async handle({ web: { store }, params, body, act }) {
      const known = new Set((await listExclusionLists(store.read)).map((one) => one.id))
      const unknown = body.listIds.find((id) => !known.has(id))
      if (unknown !== undefined)
        throw new ApiProblem('invalid', 'There is no list with one of these ids.', 'Take ids from GET /lists.', {
          errors: { listIds: `There is no list ${unknown}.` },
        })
      const query = await findQuery(store.read, params.id)
      if (!query) throw notFound('query')
      await store.write((tx) => updateQuery(tx, act, query.id, { ...fieldsOf(query), lists: body.listIds }))
      return { body: queryModel((await findQuery(store.read, params.id)) ?? query) }
    },
  }),
]

function fieldsOf({ name, kind, text, settings, isActive }: NonNullable<Awaited<ReturnType<typeof findQuery>>>) {
  return { name, kind, text, settings, isActive }
}

function requireReadable(text: string): void {
  const parsed = parseQuery(text)
  if (!parsed.ok) throw badQuery(parsed)
}

function taken(name: string): ApiProblem {
  return new ApiProblem('conflict', `There is a list named "${name}".`, 'Take another name.')
}

async function listOf(reader: Reader, id: string): Promise<ExclusionList> {
  const row = await findExclusionList(reader, id)
  if (!row) throw notFound('list')
  return row
}

async function listModel(reader: Reader, row: ExclusionList): Promise<z.input<typeof listSchema>> {
  const { seq, id, name, text, version, createdAt, updatedAt } = row
  const queryIds = (await queriesOfLists(reader)).filter((one) => one.listSeq === seq).map((one) => one.id)
  return { id, name, text, version, queryIds, createdAt: iso(createdAt), updatedAt: iso(updatedAt) }
}
