import { z } from 'zod'
import { recallOf } from '../../domain/proportion.ts'
import { loadDraw, tallyParts, type LoadedDraw } from '../../store/quality.ts'
import { findQuery } from '../../store/queries.ts'
import { partModels } from '../queries/quality/parts.ts'
import { ApiProblem, notFound } from './problem.ts'
import { defineRoute, idParams, iso } from './route.ts'
import { time } from './schemas.ts'

const share = (what: string) => z.number().min(0).max(1).describe(what)

const estimateSchema = z.strictObject({
  value: share('What was seen.'),
  low: share('Lower end of the 95 % interval.'),
  high: share('Upper end of the 95 % interval.'),
})

const partSchema = z.strictObject({
  kind: z.enum(['match', 'near', 'not']).describe('Matches, near misses, or what an exclusion throws away.'),
  change: z.string().describe('How the query was changed to find them.'),
  term: z.string().describe('The part of the query that was changed; empty for the whole.'),
  population: z.int().describe('Mentions of this kind in the whole history.'),
  labelled: z.int().describe('Labelled relevant or not.'),
  relevant: z.int().describe('Labelled relevant.'),
  unsure: z.int().describe('Looked at without an answer.'),
  share: estimateSchema.nullable().describe('Relevant ones; null while nothing is labelled.'),
  atMost: share('One-sided upper 95 % limit of the relevant share.'),
})

const qualitySchema = z
  .strictObject({
    version: z.int().describe('The version of the query that was sampled.'),
    drawnAt: time,
    precision: estimateSchema.nullable().describe('Relevant share of the matches; null while nothing is labelled.'),
    recall: estimateSchema
      .nullable()
      .describe('Found share of the relevant among all parts; null while a part has no label.'),
    parts: z.array(partSchema).describe('The matches first.'),
  })
  .meta({ id: 'QueryQuality', description: 'What labelled random samples say about a listening query.' })

export const qualityRoutes = [
  defineRoute({
    method: 'get',
    path: '/queries/{id}/quality',
    tag: 'Queries',
    summary: 'Read the quality of a listening query',
    description: 'Of the version in force. Samples are drawn and labelled on the pages of the query.',
    scopes: ['queries:read'],
    permission: 'read',
    params: idParams,
    answer: qualitySchema,
    problems: [404],
    async handle({ web: { store }, params }) {
      const query = await findQuery(store.read, params.id)
      if (!query) throw notFound('query')
      const loaded = await loadDraw(store.read, query.seq, query.version)
      if (!loaded)
        throw new ApiProblem(
          'not-found',
          'There are no samples of the version in force.',
          'Draw them on the page of the query.',
        )
      return { body: qualityModel(loaded) }
    },
  }),
]

function qualityModel(loaded: LoadedDraw): z.infer<typeof qualitySchema> {
  const [matches, ...others] = tallyParts(loaded)
  const recall = matches && recallOf(matches, others)
  const parts = partModels(loaded).map(({ kind, change, term, population, labelled, relevant, unsure, ...part }) => ({
    kind,
    change,
    term,
    population,
    labelled,
    relevant,
    unsure,
    share: part.share.value === undefined ? null : { ...part.share, value: part.share.value },
    atMost: part.atMost.share,
  }))
  const { version, drawnAt } = loaded.draw
  return { version, drawnAt: iso(drawnAt), precision: parts[0]?.share ?? null, recall: recall ?? null, parts }
}
