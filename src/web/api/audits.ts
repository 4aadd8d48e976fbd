import { z } from 'zod'
import { sentiments } from '../../domain/classification.ts'
import { listAudits, loadAuditItems } from '../../store/audits.ts'
import { dayMs } from '../../store/clocks.ts'
import { loadVolume } from '../../store/reports.ts'
import { figuresOf, loadShares } from '../audits/figures.ts'
import { labelCountsOf } from '../reports/figures.ts'
import { defineRoute, iso } from './route.ts'

const tag = 'Audits'
const ends = z.strictObject({
  low: z.number().describe('Lower end of the 95 % interval.'),
  high: z.number().describe('Upper end of the 95 % interval.'),
})

const auditSchema = z
  .strictObject({
    id: z.string().describe('Id of the audit.'),
    month: z.string().describe('YYYY-MM, UTC.'),
    state: z.enum(['drawing', 'open', 'closed']).describe('open: being labelled.'),
    seed: z.int().describe('Of the draw.'),
    size: z.int().describe('Mentions in the sample.'),
    population: z.int().nullable().describe('Mentions it was drawn from; null until it is.'),
    createdAt: z.iso.datetime().describe('When it was asked for.'),
    closedAt: z.iso.datetime().nullable().describe('When it ended.'),
    figures: z
      .strictObject({
        n: z.int().describe('Audited mentions.'),
        accuracy: z.number().describe('Share of labels that are right, 0 to 1.'),
        accuracyInterval: ends,
        macroF1: z.number().describe('Mean F1 of the three labels, 0 to 1.'),
        macroF1Interval: ends,
        kappa: z.number().nullable().describe('Cohen’s kappa of the two people; null where one labelled alone.'),
        kappaInterval: ends.nullable().describe('Of kappa.'),
        confusion: z
          .array(z.array(z.int()))
          .describe('Rows: what people found; columns: what the label said; negative, neutral, positive.'),
      })
      .nullable()
      .describe('Only of closed audits: labelling is blind.'),
  })
  .meta({ id: 'Audit', description: 'A random sample of a month that two people labelled without seeing the labels.' })

const shareSchema = z
  .strictObject({
    sentiment: z.enum(sentiments).describe('Which label.'),
    measured: z.number().describe('Its share among the labels, 0 to 1.'),
    corrected: z.number().nullable().describe('The share that the audits make of it; null below `least`.'),
    interval: ends.nullable().describe('Of the corrected share.'),
  })
  .meta({ id: 'SentimentShare', description: 'The share of one sentiment, as labelled and as corrected by audits.' })

export const auditRoutes = [
  defineRoute({
    method: 'get',
    path: '/audits',
    tag,
    summary: 'List audits of the labels, newest month first',
    scopes: ['mentions:read'],
    permission: 'read',
    answer: z.strictObject({ items: z.array(auditSchema).describe('At most 60.') }),
    async handle({ web }) {
      const { read } = web.store
      const items: z.input<typeof auditSchema>[] = []
      for (const audit of await listAudits(read)) {
        const { id, month, state, seed, size, population } = audit
        const figures = state === 'closed' ? figuresOf(await loadAuditItems(read, audit), seed) : undefined
        items.push({
          id,
          month,
          state,
          seed,
          size,
          population,
          createdAt: iso(audit.createdAt),
          closedAt: iso(audit.closedAt),
          figures: figures
            ? {
                n: figures.n,
                accuracy: figures.accuracy,
                accuracyInterval: figures.accuracyInterval,
                macroF1: figures.macroF1,
                macroF1Interval: figures.macroF1Interval,
                kappa: figures.agreement?.kappa ?? null,
                kappaInterval: figures.agreement?.interval ?? null,
                confusion: figures.confusion,
              }
            : null,
        })
      }
      return { body: { items } }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/sentiment-shares',
    tag,
    summary: 'Shares of the sentiments, as labelled and corrected for the errors that audits found',
    scopes: ['mentions:read'],
    permission: 'read',
    query: z.strictObject({
      days: z.coerce.number().int().min(1).max(365).default(30).describe('Length of the span, which ends today (UTC).'),
    }),
    answer: z.strictObject({
      mentions: z
        .int()
        .describe('Labelled mentions in the span, unsure and mixed ones by their label; copies count once.'),
      audited: z.int().describe('Audited mentions that the correction rests on.'),
      least: z.int().describe('Fewer audited mentions are too few.'),
      months: z.array(z.string()).describe('Of the audits, YYYY-MM.'),
      items: z.array(shareSchema).describe('Negative, neutral, positive.'),
    }),
    async handle({ web, query: { days } }) {
      const { read } = web.store
      const now = web.clock.now()
      const toDay = Math.floor(now / dayMs)
      const rows = await loadVolume(read, { fromDay: toDay - days + 1, toDay, querySeq: 0 })
      const counts = labelCountsOf(rows.map((row) => ({ ...row, count: row.count - row.copies })))
      const mentions = counts.negative + counts.neutral + counts.positive
      const { audited, least, months, shares } = await loadShares(read, counts, now)
      const items = sentiments.map((sentiment) => ({
        sentiment,
        measured: mentions === 0 ? 0 : counts[sentiment] / mentions,
        corrected: shares?.[sentiment].corrected ?? null,
        interval: shares?.[sentiment].interval ?? null,
      }))
      return { body: { mentions, audited, least, months, items } }
    },
  }),
]
