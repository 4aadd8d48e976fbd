import { ReportsPage } from '../../../views/pages/Reports.tsx'
import { respond, viewOf } from '../respond.tsx'
import type { Ctx } from '../web.ts'
import { loadReport } from './loadReport.ts'

const spans = [7, 30, 90]

export async function showReports(c: Ctx): Promise<Response> {
  const days = spans.find((span) => String(span) === c.req.query('days')) ?? 30
  const model = await loadReport(
    c.get('web'),
    days,
    c.req.query('source'),
    viewOf(c).locale,
    c.req.query('count') === 'copies' ? 'copies' : 'stories',
  )
  return respond(c, { title: viewOf(c).t.nav.reports, section: 'reports', page: () => <ReportsPage model={model} /> })
}
