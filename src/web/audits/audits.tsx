import { AuditsPage, type AuditRow, type AuditsModel } from '../../../views/pages/LabelAudit.tsx'
import { formatMonth } from '../../../views/format.ts'
import { urls } from '../../../views/urls.ts'
import { monthOf, spanOfMonth } from '../../domain/labelAudit.ts'
import { may } from '../../domain/permissions.ts'
import { createAudit, listAudits, loadAuditItems, type Audit } from '../../store/audits.ts'
import { dayMs } from '../../store/clocks.ts'
import { loadVolume } from '../../store/reports.ts'
import { loadSetting, saveSetting } from '../../store/settings.ts'
import type { Reader } from '../../store/store.ts'
import { actOf } from '../act.ts'
import { readForm, type Posted } from '../forms.ts'
import { labelCountsOf } from '../reports/figures.ts'
import { goTo, respond, viewOf } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import { viewerOf, type Ctx } from '../web.ts'
import { figuresOf, loadShares } from './figures.ts'

const defaultSize = 100
const leastSize = 20
const mostSize = 1000
const monthsBack = 3
const shareDays = 30

export function showAudits(c: Ctx): Promise<Response> {
  return respondAudits(c)
}

export async function changeAudits(c: Ctx): Promise<Response> {
  const form = await readForm(c)
  return form.text('what') === 'monthly' ? saveMonthly(c, form.text('monthly') !== '') : drawSample(c, form)
}

async function drawSample(c: Ctx, form: Posted): Promise<Response> {
  const { store } = c.get('web')
  const { t, locale } = viewOf(c)
  const month = choices(c, locale, []).find((one) => one.value === form.text('month'))?.value
  const given = form.text('size')
  const size = /^\d{1,4}$/.test(given) ? Number(given) : 0
  if (size < leastSize || size > mostSize) return respondAudits(c, { size: given, errors: { size: t.audits.badSize } })
  if (!month) return respondAudits(c, { size: given, errors: { month: t.audits.month } })
  const act = actOf(c)
  // Anybody may repeat the draw: the seed need not be secret, only chosen before the mentions are looked at.
  const seed = act.now % 2 ** 31
  const row = await store.write((tx) => createAudit(tx, act, { month, size, seed }))
  setFlash(c, row ? 'auditDrawn' : 'auditTaken')
  return goTo(c, row ? urls.audit(row.id) : urls.audits())
}

async function saveMonthly(c: Ctx, monthly: boolean): Promise<Response> {
  const { store, clock } = c.get('web')
  const before = await loadSetting(store.read, 'labelAudit')
  const value = { monthly, size: before?.size ?? defaultSize }
  await store.write((tx) => saveSetting(tx, 'labelAudit', value, clock.now()))
  setFlash(c, 'auditSettings')
  return goTo(c, urls.audits())
}

async function respondAudits(c: Ctx, more: Partial<AuditsModel> = {}): Promise<Response> {
  const { store, clock } = c.get('web')
  const { t, locale } = viewOf(c)
  const rows = await listAudits(store.read)
  const setting = await loadSetting(store.read, 'labelAudit')
  const toDay = Math.floor(clock.now() / dayMs)
  const volume = await loadVolume(store.read, { fromDay: toDay - shareDays + 1, toDay, querySeq: 0 })
  const counts = labelCountsOf(volume.map((row) => ({ ...row, count: row.count - row.copies })))
  const model: AuditsModel = {
    canDraw: may(viewerOf(c).user.role, 'settings'),
    monthly: setting?.monthly ?? false,
    size: String(setting?.size ?? defaultSize),
    months: choices(
      c,
      locale,
      rows.map((row) => row.month),
    ),
    audits: await rowsOf(store.read, rows),
    shares: await loadShares(store.read, counts, clock.now()),
    ...more,
  }
  const title = t.understanding.tabs.audit
  const status = more.errors ? 422 : 200
  return respond(c, { title, section: 'understanding', status, page: () => <AuditsPage model={model} /> })
}

/** The last months, the one that has just ended first; the running one as far as it has come. */
function choices(c: Ctx, locale: string, taken: readonly string[]): { value: string; label: string }[] {
  const current = monthOf(c.get('web').clock.now())
  const ended: string[] = []
  for (let month = current; ended.length < monthsBack; ended.push(month)) month = monthOf(spanOfMonth(month).from - 1)
  return [...ended.slice(0, 1), current, ...ended.slice(1)]
    .filter((month) => !taken.includes(month))
    .map((month) => {
      const name = formatMonth(month, locale)
      return { value: month, label: month === current ? viewOf(c).t.audits.soFar(name) : name }
    })
}

async function rowsOf(reader: Reader, rows: readonly Audit[]): Promise<AuditRow[]> {
  const found: AuditRow[] = []
  for (const audit of rows) {
    const items = audit.state === 'drawing' ? [] : await loadAuditItems(reader, audit)
    const given = items.flatMap(({ labelA, labelB }) => [labelA, labelB]).filter((label) => label !== null)
    const figures = audit.state === 'closed' ? figuresOf(items, audit.seed) : undefined
    const { id, month, state, size } = audit
    found.push({ id, month, state, size, labels: given.length, figures })
  }
  return found
}
