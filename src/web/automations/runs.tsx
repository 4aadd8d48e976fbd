import { RunBody, RunPage, type RunModel } from '../../../views/pages/Automations.tsx'
import { urls } from '../../../views/urls.ts'
import { percentOf, type RunStep } from '../../domain/automation.ts'
import { may } from '../../domain/permissions.ts'
import { prepareDocument } from '../../query/document.ts'
import { parseQuery } from '../../query/parse.ts'
import { findRun, loadSample, startRun, stepRun, type AutomationRun } from '../../store/automationRuns.ts'
import { findAutomation } from '../../store/automations.ts'
import { documentOf } from '../../store/matchDocument.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { sampleOf } from '../queries/sample.ts'
import { goTo, respond, viewOf } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import { viewerOf, type Ctx, type Web } from '../web.ts'
import { namesOf } from './automations.tsx'
import { wordsOf } from './rule.ts'

/** Counts what a rule would change in history; nothing is changed before somebody says so on the page of the run. */
export async function countRun(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const found = await findAutomation(store.read, c.req.param('id') ?? '')
  if (!found) return c.notFound()
  const run = await store.write((tx) => startRun(tx, actOf(c), found))
  if (run) return goTo(c, urls.automationRun(run.id))
  setFlash(c, 'runBusy')
  return goTo(c, urls.automation(found.id))
}

const busy = new Set(['counting', 'applying', 'undoing'])

export async function showRun(c: Ctx): Promise<Response> {
  const web = c.get('web')
  const found = await findRun(web.store.read, c.req.param('id') ?? '')
  if (!found) return c.notFound()
  const { run, automation } = found
  const { t } = viewOf(c)
  const model: RunModel = {
    id: run.id,
    rule: { id: automation.id, name: run.rule.name },
    does: wordsOf(run.rule.actions, await namesOf(c), t),
    state: run.state,
    canEdit: may(viewerOf(c).user.role, 'queries'),
    percent: percentOf(run),
    matched: run.matched,
    planned: run.planned,
    changed: run.changed,
    at: run.createdAt,
    sample: await sampleFor(web, run),
  }
  return respond(c, {
    title: t.automation.runTitle(run.rule.name),
    section: 'queries',
    page: () => <RunPage model={model} />,
    part: () => <RunBody model={model} />,
    ...(busy.has(run.state) ? { refresh: 2 } : {}),
  })
}

async function sampleFor(web: Web, run: AutomationRun): Promise<RunModel['sample']> {
  const parsed = parseQuery(run.rule.text, { mode: 'view' })
  const rows = await loadSample(web.store.read, run.sample)
  const query = parsed.ok ? parsed.query : undefined
  return rows.toReversed().map((row) => sampleOf(web, query, { row, prepared: prepareDocument(documentOf(row)) }))
}

const steps: readonly RunStep[] = ['apply', 'cancel', 'undo']

/** POST step. */
export async function steerRun(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const id = c.req.param('id') ?? ''
  if (!(await findRun(store.read, id))) return c.notFound()
  const given = (await readForm(c)).text('step')
  const step = steps.find((one) => one === given)
  if (!step || !(await store.write((tx) => stepRun(tx, actOf(c), id, step)))) setFlash(c, 'runMoved')
  return goTo(c, urls.automationRun(id))
}
