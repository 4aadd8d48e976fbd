import { z } from 'zod'
import { sentiments } from '../../domain/classification.ts'
import { parseMention } from '../../connector/mentionSchema.ts'
import { mentionKinds, type IncomingMention } from '../../domain/mention.ts'
import { decideCopy } from '../../store/copies.ts'
import { ingestPage } from '../../store/ingest.ts'
import { findListedMention, listMentions } from '../../store/mentionList.ts'
import { loadWorkspace, storingRules } from '../../store/settings.ts'
import { findSourceByAccount, insertSource, type Source } from '../../store/sources.ts'
import type { Act } from '../../store/threadActions.ts'
import type { Web } from '../web.ts'
import { mentionModel } from './models.ts'
import { findQuery } from '../../store/queries.ts'
import { rejectMatches, restoreMatches } from '../../store/rejections.ts'
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
    method: 'post',
    path: '/mentions/{id}/relevance',
    tag,
    summary: 'Call a match not relevant, or relevant after all',
    description:
      'A match that is not relevant leaves the results and counts of its query; calling it relevant undoes that.',
    scopes: ['threads:write'],
    permission: 'triage',
    params: idParams,
    body: z.strictObject({
      relevant: z.boolean().describe('false takes the match out, true puts it back.'),
      queryId: z
        .string()
        .max(100)
        .optional()
        .describe('Of this listening query; absent: of every query that caught it.'),
    }),
    answer: z.strictObject({ changed: z.int().describe('Matches that were taken out or put back.') }),
    problems: [404],
    async handle({ web: { store }, params, body, act }) {
      const found = await findListedMention(store.read, params.id)
      if (!found) throw notFound('mention')
      const query = body.queryId === undefined ? undefined : await findQuery(store.read, body.queryId)
      if (body.queryId !== undefined && !query) throw notFound('query')
      const judge = body.relevant ? restoreMatches : rejectMatches
      const pairs = { mentionSeqs: [found.mention.seq], querySeq: query?.seq }
      return { body: { changed: await store.write((tx) => judge(tx, act, pairs)) } }
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
  defineRoute({
    method: 'post',
    path: '/mentions/{id}/copy',
    tag,
    summary: 'Say whether a mention repeats another',
    description:
      'Where it was found to be a copy, or was said before to be none. What a person says is never written over.',
    scopes: ['threads:write'],
    permission: 'triage',
    params: idParams,
    body: z
      .strictObject({ isCopy: z.boolean().describe('false: it repeats nothing; true: it does after all.') })
      .meta({ id: 'CopyDecision', description: 'A decision about a copy.' }),
    answer: mentionSchema,
    problems: [404, 409],
    async handle({ web: { store }, params, body, act }) {
      const found = await findListedMention(store.read, params.id)
      if (!found) throw notFound('mention')
      const changed = await store.write((tx) => decideCopy(tx, act, found.mention.seq, body.isCopy))
      if (!changed)
        throw new ApiProblem('conflict', 'There is nothing to decide. Nothing was changed.', 'Read the mention again.')
      const row = await findListedMention(store.read, params.id)
      if (!row) throw notFound('mention')
      return { body: mentionModel(row) }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/mentions',
    tag,
    summary: 'Send mentions in',
    description:
      'In the written form that `earshot import mentions` and the webhook take. What cannot be read is listed and the rest ' +
      'is stored; the same mention again changes nothing. They belong to a source of the kind `file`, made when needed.',
    scopes: ['ingest:write'],
    permission: 'sources',
    body: z
      .strictObject({
        source: z.string().trim().min(1).max(200).default('API').describe('Name of the source that they belong to.'),
        mentions: z
          .array(z.record(z.string(), z.unknown()))
          .min(1)
          .max(500)
          .describe('`externalId`, `text`, `createdAt`, `author`, `url`, `kind`, `title`, `lang`, `review` …'),
      })
      .meta({ id: 'MentionsInput', description: 'Mentions from elsewhere.' }),
    answer: z.strictObject({
      added: z.int().describe('New ones.'),
      changed: z.int().describe('Known ones whose text or rating is another now.'),
      known: z.int().describe('Known ones.'),
      errors: z
        .array(
          z.strictObject({
            index: z.int().describe('Place in the list, from 0.'),
            error: z.string().describe('What is wrong.'),
          }),
        )
        .describe('What could not be read.'),
    }),
    problems: [409, 422],
    async handle({ web, body, act }) {
      const items: IncomingMention[] = []
      const errors: { index: number; error: string }[] = []
      for (const [index, record] of body.mentions.entries())
        try {
          items.push(parseMention(record))
        } catch (error) {
          errors.push({ index, error: error instanceof Error ? error.message : String(error) })
        }
      const { added, changed } = await ingest(web, act, await fileSource(web, act, body.source), items)
      const known = items.length - added.length - changed.length
      return { body: { added: added.length, changed: changed.length, known, errors } }
    },
  }),
]

async function fileSource(web: Web, act: Act, name: string): Promise<Source> {
  const account = name.toLowerCase()
  const manifest = web.registry.manifest('file')
  const source = {
    id: act.newId(),
    connector: 'file',
    account,
    name,
    config: { name },
    secrets: null,
    settings: {},
    intervalSeconds: manifest?.interval.default ?? 86_400,
  }
  const found = await findSourceByAccount(web.store.read, 'file', account)
  const row = found ?? (await web.store.write((tx) => insertSource(tx, act, source)))
  // Another request was faster.
  const made = row ?? (await findSourceByAccount(web.store.read, 'file', account))
  if (!made) throw new Error('source was not stored')
  if (made.state === 'paused')
    throw new ApiProblem('conflict', 'This source is paused. Nothing was stored.', 'Resume it first.')
  return made
}

async function ingest(web: Web, act: Act, source: Source, items: IncomingMention[]) {
  const rules = storingRules(await loadWorkspace(web.store.read))
  const context = { now: act.now, newId: act.newId, ...rules }
  const { id, connectedAt, settings } = source
  const platform = web.registry.manifest('file')?.platform ?? 'file'
  return web.store.write((tx) =>
    ingestPage(tx, { id, platform, instance: '', connectedAt, settings }, { items }, context),
  )
}
