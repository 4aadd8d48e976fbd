import { CustomerPage, type CustomerModel, type TouchpointForm } from '../../../views/pages/Customer.tsx'
import { urls } from '../../../views/urls.ts'
import { may } from '../../domain/permissions.ts'
import { channels, directions, stages, type Channel } from '../../domain/touchpoint.ts'
import { sentences } from '../../i18n/web.ts'
import {
  addTouchpoint,
  findCustomer,
  listIdentities,
  listLinkedAuthors,
  listTouchpoints,
  summariseTouchpoints,
  type Customer,
  type TouchpointCursor,
} from '../../store/customers.ts'
import { newestMentionIds } from '../../store/thread.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { goTo, respond } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import { evidenceModel, touchpointModel } from '../threads/customerPanel.ts'
import { viewerOf, type Ctx } from '../web.ts'
import { timeInZone } from './timeInZone.ts'

const perPage = 40
const emptyForm: TouchpointForm = { channel: 'call', direction: 'in', stage: 'use', text: '', at: '' }

export async function showCustomer(c: Ctx): Promise<Response> {
  const customer = await findCustomer(c.get('web').store.read, c.req.param('id') ?? '')
  return customer ? respondCustomer(c, customer, emptyForm) : c.notFound()
}

/** A call, a meeting, a visit: written down by hand. */
export async function writeTouchpoint(c: Ctx): Promise<Response> {
  const { store, clock } = c.get('web')
  const customer = await findCustomer(store.read, c.req.param('id') ?? '')
  if (!customer) return c.notFound()
  const form = await readForm(c)
  const given: TouchpointForm = {
    channel: channels.find((one) => one === form.text('channel')) ?? 'call',
    direction: directions.find((one) => one === form.text('direction')) ?? 'in',
    stage: stages.find((one) => one === form.text('stage')) ?? 'use',
    text: form.text('text').slice(0, 2000),
    at: form.text('at'),
  }
  const at = given.at === '' ? clock.now() : timeInZone(given.at, viewerOf(c).user.timeZone)
  const errors: Record<string, string> = {}
  if (given.text === '') errors['text'] = sentences.needText
  if (at === undefined) errors['at'] = sentences.badTime
  if (at === undefined || given.text === '') return respondCustomer(c, customer, { ...given, errors })
  const { channel, direction, stage, text: summary } = given
  await store.write((tx) =>
    addTouchpoint(tx, actOf(c), customer.seq, { channel, direction, stage, summary, occurredAt: at }),
  )
  setFlash(c, 'touchpointAdded')
  return goTo(c, urls.customer(customer.id))
}

async function respondCustomer(c: Ctx, customer: Customer, form: TouchpointForm): Promise<Response> {
  const { read } = c.get('web').store
  const channel = channels.find((one) => one === c.req.query('channel'))
  const before = readCursor(c.req.query('before'))
  const rows = await listTouchpoints(read, customer.seq, perPage + 1, before, channel)
  const shown = rows.slice(0, perPage)
  const last = shown.at(-1)?.touchpoint
  const identities = await listIdentities(read, [customer.seq])
  const valuesOf = (kind: string) => identities.filter((one) => one.kind === kind).map((one) => one.value)
  const model: CustomerModel = {
    id: customer.id,
    name: customer.name,
    canEdit: may(viewerOf(c).user.role, 'customers'),
    company: customer.company ?? undefined,
    emails: valuesOf('email'),
    domains: valuesOf('domain'),
    tags: customer.tier ? [customer.tier] : [],
    notes: customer.notes ?? undefined,
    since: customer.createdAt,
    accounts: await accountsOf(c, customer),
    touchpoints: shown.map(touchpointModel),
    total: (await summariseTouchpoints(read, [customer.seq])).get(customer.seq)?.count ?? 0,
    pager: pagerOf(
      customer.id,
      channel,
      before,
      rows.length > perPage && last ? `${last.occurredAt}.${last.seq}` : undefined,
    ),
    channel,
    form,
  }
  const status = form.errors ? 422 : 200
  return respond(c, { title: customer.name, section: 'customers', status, page: () => <CustomerPage model={model} /> })
}

async function accountsOf(c: Ctx, customer: Customer): Promise<CustomerModel['accounts']> {
  const { read } = c.get('web').store
  const authors = await listLinkedAuthors(read, customer.seq)
  const newest = await newestMentionIds(
    read,
    authors.map(({ author }) => author.seq),
  )
  return authors.map(({ author, link, userName }) => ({
    mentionId: newest.get(author.seq) ?? '',
    network: author.platform,
    handle: author.handle,
    url: author.url ?? undefined,
    evidence: (link?.evidence ?? []).map(evidenceModel),
    by: userName ?? undefined,
  }))
}

function pagerOf(
  id: string,
  channel: Channel | undefined,
  before: TouchpointCursor | undefined,
  next: string | undefined,
) {
  return {
    ...(before ? { prev: urls.customer(id, { channel }) } : {}),
    ...(next ? { next: urls.customer(id, { channel, before: next }) } : {}),
  }
}

function readCursor(text: string | undefined): TouchpointCursor | undefined {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(text ?? '')
  return match ? { at: Number(match[1]), seq: Number(match[2]) } : undefined
}
