import { AuditPage, AuditWork, type AuditItemModel, type AuditModel } from '../../../views/pages/LabelAudit.tsx'
import { formatMonth } from '../../../views/format.ts'
import { urls } from '../../../views/urls.ts'
import { sentiments, type Sentiment } from '../../domain/classification.ts'
import { isDisputed, labelBy, truthOf, type Seat } from '../../domain/labelAudit.ts'
import { may } from '../../domain/permissions.ts'
import {
  closeAudit,
  findAudit,
  labelItem,
  loadAuditItems,
  seatOf,
  settleItem,
  takeSeat,
  type Audit,
  type AuditItemRow,
} from '../../store/audits.ts'
import { listUsers } from '../../store/users.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { goTo, respond, respondPart, viewOf } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import { idOf } from '../threads/showThread.tsx'
import { viewerOf, wantsPart, type Ctx } from '../web.ts'
import { figuresOf } from './figures.ts'

export async function showAudit(c: Ctx): Promise<Response> {
  const audit = await findAudit(c.get('web').store.read, idOf(c))
  if (!audit) return c.notFound()
  const model = await auditModel(c, audit)
  const title = formatMonth(audit.month, viewOf(c).locale)
  return respond(c, { title, section: 'understanding', page: () => <AuditPage model={model} /> })
}

export async function sitDown(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const audit = await findAudit(store.read, idOf(c))
  if (!audit) return c.notFound()
  const seat = await store.write((tx) => takeSeat(tx, audit, viewerOf(c).user.id))
  if (!seat) setFlash(c, 'auditFull')
  return goTo(c, urls.audit(audit.id))
}

/** One answer of a person in a seat. */
export async function labelOne(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const given = await readAnswer(c)
  const audit = await findAudit(store.read, idOf(c))
  const seat = seatOf(audit, viewerOf(c).user.id)
  if (!audit || !seat || !given || audit.state !== 'open') return moved(c, audit)
  const done = await store.write((tx) => labelItem(tx, audit, seat, given.position, given.label))
  return done ? respondWork(c, audit) : moved(c, audit)
}

/** A difference is settled, by anybody who has nothing left to label himself. */
export async function settleOne(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const given = await readAnswer(c)
  const audit = await findAudit(store.read, idOf(c))
  const { id: userId } = viewerOf(c).user
  if (!audit || !given || audit.state !== 'open') return moved(c, audit)
  const seat = seatOf(audit, userId)
  const items = await loadAuditItems(store.read, audit)
  if (seat && nextOf(items, seat)) return moved(c, audit)
  const done = await store.write((tx) => settleItem(tx, audit, given.position, given.label, userId))
  return done ? respondWork(c, audit) : moved(c, audit)
}

export async function finishAudit(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const audit = await findAudit(store.read, idOf(c))
  if (!audit) return c.notFound()
  const outcome = await store.write((tx) => closeAudit(tx, actOf(c), audit))
  setFlash(c, outcome === 'closed' ? 'auditClosed' : 'auditUnfinished')
  return goTo(c, urls.audit(audit.id))
}

function moved(c: Ctx, audit: Audit | undefined): Response | Promise<Response> {
  if (!audit) return c.notFound()
  setFlash(c, 'auditMoved')
  return goTo(c, urls.audit(audit.id))
}

async function respondWork(c: Ctx, audit: Audit): Promise<Response> {
  if (!wantsPart(c)) return goTo(c, urls.audit(audit.id))
  const model = await auditModel(c, audit)
  return respondPart(c, <AuditWork model={model} />)
}

async function readAnswer(c: Ctx): Promise<{ position: number; label: Sentiment } | undefined> {
  const form = await readForm(c)
  const label = sentiments.find((one) => one === form.text('label'))
  return label && /^\d{1,6}$/.test(form.text('position'))
    ? { position: Number(form.text('position')), label }
    : undefined
}

async function auditModel(c: Ctx, audit: Audit): Promise<AuditModel> {
  const { store } = c.get('web')
  const { user } = viewerOf(c)
  const seat = seatOf(audit, user.id)
  const items = audit.state === 'drawing' ? [] : await loadAuditItems(store.read, audit)
  const item = audit.state === 'open' && seat ? itemFor(items, seat, c.req.query('at')) : undefined
  const names = new Map((await listUsers(store.read)).map((one) => [one.id, one.name]))
  const nameOf = (id: string | null) => (id === null ? undefined : (names.get(id) ?? id))
  const isOpen = audit.state === 'open'
  const isFree = audit.raterA === null || audit.raterB === null
  return {
    id: audit.id,
    month: audit.month,
    state: audit.state,
    size: isOpen ? items.length : audit.size,
    population: audit.population ?? 0,
    seed: audit.seed,
    seats: (['A', 'B'] as const).map((one) => ({
      name: nameOf(one === 'A' ? audit.raterA : audit.raterB),
      done: items.filter((row) => labelBy(row, one) !== null).length,
    })),
    seated: seat !== undefined,
    canTake: isOpen && seat === undefined && isFree && may(user.role, 'triage'),
    item,
    // Who has labels to give must not see those of others.
    ...(isOpen && !item && may(user.role, 'triage') ? { disputes: disputesOf(items, audit, nameOf) } : {}),
    canClose:
      isOpen &&
      !item &&
      items.length > 0 &&
      may(user.role, 'settings') &&
      items.every((row) => truthOf(row) !== undefined),
    figures: audit.state === 'closed' ? figuresOf(items, audit.seed) : undefined,
  }
}

function nextOf(items: readonly AuditItemRow[], seat: Seat): AuditItemRow | undefined {
  return items.find((row) => labelBy(row, seat) === null)
}

/** The one asked for if it is the viewer's, else the next without a label. */
function itemFor(items: readonly AuditItemRow[], seat: Seat, at: string | undefined): AuditItemModel | undefined {
  const asked = at === undefined ? undefined : items.find((row) => String(row.position) === at && row.verdict === null)
  const item = asked ?? nextOf(items, seat)
  if (!item) return undefined
  const index = items.indexOf(item)
  const previous = items.slice(0, index).findLast((row) => row.verdict === null)
  return {
    position: item.position,
    title: item.title ?? undefined,
    text: item.text,
    lang: item.lang ?? undefined,
    network: item.platform,
    label: labelBy(item, seat) ?? undefined,
    done: items.filter((row) => labelBy(row, seat) !== null).length,
    previous: previous?.position,
  }
}

function disputesOf(
  items: readonly AuditItemRow[],
  audit: Audit,
  nameOf: (id: string | null) => string | undefined,
): NonNullable<AuditModel['disputes']> {
  return items.filter(isDisputed).flatMap((row) => {
    const { labelA, labelB } = row
    if (labelA === null || labelB === null) return []
    return [
      {
        position: row.position,
        threadId: row.threadId,
        title: row.title ?? undefined,
        text: row.text,
        lang: row.lang ?? undefined,
        first: { name: nameOf(audit.raterA) ?? '', label: labelA },
        second: { name: nameOf(audit.raterB) ?? '', label: labelB },
        verdict: row.verdict ?? undefined,
      },
    ]
  })
}
