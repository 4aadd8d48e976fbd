import { z } from 'zod'
import { parseQuery } from '../../query/parse.ts'
import { insertQuery, listQueries } from '../../store/queries.ts'
import { queryModel } from './models.ts'
import { ApiProblem } from './problem.ts'
import { defineRoute } from './route.ts'
import { queryInput, querySchema } from './schemas.ts'
import { badQuery } from './threads.ts'

export const queryRoutes = [
  defineRoute({
    method: 'get',
    path: '/queries',
    tag: 'Queries',
    summary: 'List listening queries',
    scopes: ['queries:read'],
    permission: 'read',
    answer: z.strictObject({ items: z.array(querySchema).describe('By name.') }),
    handle: async ({ web }) => ({ body: { items: (await listQueries(web.store.read)).map(queryModel) } }),
  }),
  defineRoute({
    method: 'post',
    path: '/queries',
    tag: 'Queries',
    summary: 'Save a listening query',
    scopes: ['queries:write'],
    permission: 'queries',
    body: queryInput,
    answer: querySchema,
    created: true,
    problems: [409, 422],
    async handle({ web, body: { stem, fold, ...fields }, act }) {
      const parsed = parseQuery(fields.text, { stem, fold })
      if (!parsed.ok) throw badQuery(parsed)
      const row = await web.store.write((tx) => insertQuery(tx, act, { ...fields, settings: { stem, fold } }))
      if (!row) throw new ApiProblem('conflict', `There is a query named "${fields.name}".`, 'Take another name.')
      return { status: 201, body: queryModel(row) }
    },
  }),
]
