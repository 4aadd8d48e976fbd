import { z } from 'zod'
import { isConnectorError } from '../../connector/errors.ts'
import { parseConfigFields } from '../../connector/form.ts'
import { streamState } from '../../domain/stream.ts'
import { dayMs } from '../../store/clocks.ts'
import {
  findSource,
  insertSource,
  listCoverage,
  listSources,
  pauseSource,
  resumeSource,
  runSourceNow,
  setStreaming,
} from '../../store/sources.ts'
import type { Tx } from '../../store/store.ts'
import { streamRow } from '../../store/streams.ts'
import type { Act } from '../../store/threadActions.ts'
import type { Web } from '../web.ts'
import { coverageDays, coverageModel } from '../sources/coverageModel.ts'
import { coverageBody, sourceModel } from './models.ts'
import { ApiProblem, notFound } from './problem.ts'
import { defineRoute, idParams } from './route.ts'
import { coverageSchema, sourceInput, sourceSchema, streamSchema } from './schemas.ts'

const tag = 'Sources'
const read = { tag, scopes: ['sources:read'] as const, permission: 'read' } as const
const write = { tag, scopes: ['sources:write'] as const, permission: 'sources' } as const

type Change = (tx: Tx, act: Act, id: string) => Promise<boolean>

/** An action that is safe to repeat: the answer is the source as it is now. */
const action = (verb: string, summary: string, change: Change) =>
  defineRoute({
    method: 'post',
    path: `/sources/{id}/${verb}`,
    ...write,
    summary,
    params: idParams,
    answer: sourceSchema,
    problems: [404],
    async handle({ web: { store }, params, act }) {
      if (!(await findSource(store.read, params.id))) throw notFound('source')
      await store.write((tx) => change(tx, act, params.id))
      const source = await findSource(store.read, params.id)
      if (!source) throw notFound('source')
      return { body: sourceModel(source) }
    },
  })

export const sourceRoutes = [
  defineRoute({
    method: 'get',
    path: '/sources',
    ...read,
    summary: 'List sources and their health',
    answer: z.strictObject({ items: z.array(sourceSchema).describe('By name.') }),
    handle: async ({ web }) => ({ body: { items: (await listSources(web.store.read)).map(sourceModel) } }),
  }),
  defineRoute({
    method: 'get',
    path: '/sources/{id}',
    ...read,
    summary: 'Read a source',
    params: idParams,
    answer: sourceSchema,
    problems: [404],
    async handle({ web, params }) {
      const source = await findSource(web.store.read, params.id)
      if (!source) throw notFound('source')
      return { body: sourceModel(source) }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/sources/{id}/coverage',
    ...read,
    summary: 'What was really read of the last 30 days, and why not the rest',
    params: idParams,
    answer: coverageSchema,
    problems: [404],
    async handle({ web, params }) {
      const source = await findSource(web.store.read, params.id)
      if (!source) throw notFound('source')
      const to = web.clock.now()
      const from = to - coverageDays * dayMs
      const rows = await listCoverage(web.store.read, [source.id], from)
      return { body: coverageBody(coverageModel(source, web.registry.manifest(source.connector), rows, from, to)) }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/sources',
    ...write,
    summary: 'Connect a source',
    description: 'The settings are checked with the platform before anything is saved. Secrets never come back.',
    body: sourceInput,
    answer: sourceSchema,
    created: true,
    problems: [409, 422],
    async handle({ web, body, act }) {
      const { connector: id } = body
      if (!web.registry.has(id))
        throw invalid('There is no such connector.', { connector: 'There is no such connector.' })
      const connector = await web.registry.get(id)
      const parsed = parseConfigFields(connector.config, body.config)
      if (!parsed.ok) throw invalid('Some settings cannot be used.', parsed.errors)
      const { config, secrets } = parsed
      const account = await check(web, id, { ...config, ...secrets })
      const sourceId = act.newId()
      const sealed = Object.keys(secrets).length > 0 ? await web.seal(secrets, sourceId) : null
      const row = await web.store.write((tx) =>
        insertSource(tx, act, {
          id: sourceId,
          connector: id,
          account: account.account,
          name: account.displayName,
          config,
          secrets: sealed,
          settings: {},
          intervalSeconds: connector.manifest.interval.default,
        }),
      )
      if (!row)
        throw new ApiProblem(
          'conflict',
          'This account is connected already. Nothing was changed.',
          'See the list of sources.',
        )
      return { status: 201, body: sourceModel(row) }
    },
  }),
  action('run', 'Read a source as soon as possible', runSourceNow),
  action('pause', 'Pause a source', pauseSource),
  action('resume', 'Read a source again', resumeSource),
  defineRoute({
    method: 'get',
    path: '/sources/{id}/stream',
    ...read,
    summary: 'How the stream of a source stands',
    params: idParams,
    answer: streamSchema,
    problems: [404],
    handle: async ({ web, params }) => ({ body: await readStream(web, params.id) }),
  }),
  defineRoute({
    method: 'post',
    path: '/sources/{id}/stream',
    ...write,
    summary: 'Switch the stream of a source on or off',
    params: idParams,
    body: z.strictObject({ isOn: z.boolean().describe('What it should be.') }),
    answer: streamSchema,
    problems: [404, 422],
    async handle({ web, params, body, act }) {
      await readStream(web, params.id)
      await web.store.write((tx) => setStreaming(tx, act, params.id, body.isOn))
      return { body: await readStream(web, params.id) }
    },
  }),
]

async function readStream({ store, registry }: Web, id: string) {
  const source = await findSource(store.read, id)
  const offer = source && registry.manifest(source.connector)?.stream
  if (!source || !offer) throw notFound('stream of this source')
  const { isOn, mode, reason, since } = streamState(offer, source, await streamRow(store.read, id))
  return { isOn, mode, reason: reason ?? null, since: since === undefined ? null : new Date(since).toISOString() }
}

async function check(web: Web, id: string, values: Record<string, unknown>) {
  try {
    const connector = await web.registry.get(id)
    return await connector.check(await web.hostFor(id, values))
  } catch (error) {
    if (!isConnectorError(error)) throw error
    throw invalid(`The platform did not accept this: ${error.message}`, {})
  }
}

function invalid(detail: string, errors: Record<string, string>): ApiProblem {
  return new ApiProblem('invalid', `${detail} Nothing was saved.`, 'Correct the settings.', { errors })
}
