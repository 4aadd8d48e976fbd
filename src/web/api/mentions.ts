import { z } from 'zod'
import { sentiments } from '../../domain/classification.ts'
import { mentionKinds } from '../../domain/mention.ts'
import { findListedMention, listMentions } from '../../store/mentionList.ts'
import { mentionModel } from './models.ts'
import { ApiProblem, notFound } from './problem.ts'
import { defineRoute, idParams, pageOf, paging, readCursor, writeCursor } from './route.ts'
import { mentionSchema } from './schemas.ts'

const tag = 'Mentions'
const scopes = ['mentions:read'] as const

export const badCursor = () =>
  new ApiProblem('bad-request', 'The cursor is none of ours.', 'Send `next` of the answer before, or none at all.')

export const mentionRoutes = [
  defineRoute({
    method: 'get',
    path: '/mentions',
    tag,
    summary: 'List mentions, newest arrival first',
    scopes,
    permission: 'read',
    query: z.strictObject({
      ...paging,
      sourceId: z.string().max(100).optional().describe('Heard by this source.'),
      platform: z.string().max(100).optional().describe('Said on this platform.'),
      kind: z.enum(mentionKinds).optional().describe('Only this kind.'),
      sentiment: z.enum(sentiments).optional().describe('Only this sentiment.'),
      lang: z.string().max(10).optional().describe('Only this language, ISO 639-1.'),
      since: z.iso.datetime().optional().describe('Said at or after this moment.'),
      until: z.iso.datetime().optional().describe('Said before this moment.'),
    }),
    answer: pageOf(mentionSchema),
    problems: [400],
    async handle({ web, query }) {
      const before = readCursor(query.cursor, z.int())
      if (before === 'bad') throw badCursor()
      const { cursor: _, limit, since, until, ...rest } = query
      const filter = {
        ...rest,
        ...(since ? { since: Date.parse(since) } : {}),
        ...(until ? { until: Date.parse(until) } : {}),
      }
      const rows = await listMentions(web.store.read, filter, limit + 1, before)
      const shown = rows.slice(0, limit)
      const last = rows.length > limit ? shown.at(-1) : undefined
      return { body: { items: shown.map(mentionModel), next: last ? writeCursor(last.mention.seq) : null } }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/mentions/{id}',
    tag,
    summary: 'Read a mention',
    scopes,
    permission: 'read',
    params: idParams,
    answer: mentionSchema,
    problems: [404],
    async handle({ web, params }) {
      const row = await findListedMention(web.store.read, params.id)
      if (!row) throw notFound('mention')
      return { body: mentionModel(row) }
    },
  }),
]
