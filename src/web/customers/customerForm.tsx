import { CustomerFormPage, type CustomerFormModel } from '../../../views/pages/Customers.tsx'
import { urls } from '../../../views/urls.ts'
import { sentences } from '../../i18n/web.ts'
import {
  createCustomer,
  findCustomer,
  listIdentities,
  updateCustomer,
  type Identity,
  type NewIdentity,
} from '../../store/customers.ts'
import { decideLink } from '../../store/links.ts'
import { findMention, loadThreadHead } from '../../store/thread.ts'
import { isEmail } from '../account/fields.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { goTo, respond, respondError, viewOf } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import type { Ctx } from '../web.ts'

const blank = { name: '', company: '', emails: '', domains: '', accounts: '', notes: '' }

/** From scratch, or from the author of a mention: then what the profile says stands in the form already. */
export async function showNewCustomer(c: Ctx): Promise<Response> {
  const mentionId = c.req.query('mention')
  if (!mentionId) return respondForm(c, blank)
  const found = await findMention(c.get('web').store.read, mentionId)
  const head = found && (await loadThreadHead(c.get('web').store.read, found.threadId))
  if (!head) return c.notFound()
  const { author } = head
  const accounts = `${author.platform} ${author.handle}`
  return respondForm(c, { ...blank, mentionId, name: author.name ?? author.handle, accounts })
}

export async function createFromForm(c: Ctx): Promise<Response> {
  const { store, registry } = c.get('web')
  const given = await readFields(c)
  const { identities, errors } = check(given)
  if (Object.keys(errors).length > 0) return respondForm(c, { ...given, errors })
  const found = given.mentionId ? await findMention(store.read, given.mentionId) : undefined
  const head = found && (await loadThreadHead(store.read, found.threadId))
  if (head && registry.manifest(head.source.connector)?.policy.identityLink === 'forbidden')
    return respondError(c, 'forbidden', 422)
  const customer = await store.write(async (tx) => {
    const created = await createCustomer(tx, actOf(c), fieldsOf(given), identities)
    if (found) {
      const { authorSeq, threadSeq } = found.mention
      await decideLink(tx, actOf(c), { authorSeq, customerSeq: created.seq, decision: 'accept', threadSeq })
    }
    return created
  })
  setFlash(c, found ? 'customerLinked' : 'customerSaved')
  return goTo(c, found ? urls.thread(found.threadId) : urls.customer(customer.id))
}

export async function showEditCustomer(c: Ctx): Promise<Response> {
  const { read } = c.get('web').store
  const customer = await findCustomer(read, c.req.param('id') ?? '')
  if (!customer) return c.notFound()
  const identities = await listIdentities(read, [customer.seq])
  return respondForm(c, {
    id: customer.id,
    name: customer.name,
    company: customer.company ?? '',
    emails: lines(identities, 'email'),
    domains: lines(identities, 'domain'),
    accounts: lines(identities, 'handle'),
    notes: customer.notes ?? '',
  })
}

export async function saveCustomer(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const customer = await findCustomer(store.read, c.req.param('id') ?? '')
  if (!customer) return c.notFound()
  const given = { ...(await readFields(c)), id: customer.id }
  const { identities, errors } = check(given)
  if (Object.keys(errors).length > 0) return respondForm(c, { ...given, errors })
  // The form has no field for these kinds: they stay.
  const others = (await listIdentities(store.read, [customer.seq])).filter(
    ({ kind }) => kind === 'phone' || kind === 'account',
  )
  await store.write((tx) => updateCustomer(tx, actOf(c), customer.id, fieldsOf(given), [...identities, ...others]))
  setFlash(c, 'customerSaved')
  return goTo(c, urls.customer(customer.id))
}

async function readFields(c: Ctx): Promise<CustomerFormModel> {
  const form = await readForm(c)
  const mentionId = form.text('mentionId')
  return {
    ...(mentionId ? { mentionId } : {}),
    name: form.text('name').slice(0, 200),
    company: form.text('company').slice(0, 200),
    emails: form.text('emails'),
    domains: form.text('domains'),
    accounts: form.text('accounts'),
    notes: form.text('notes').slice(0, 20_000),
  }
}

function check(given: CustomerFormModel): { identities: NewIdentity[]; errors: Record<string, string> } {
  const errors: Record<string, string> = {}
  if (given.name === '') errors['name'] = sentences.needed
  const emails = given.emails.split(/[\s,;]+/).filter(Boolean)
  const wrong = emails.find((email) => !isEmail(email))
  if (wrong) errors['emails'] = sentences.badEmail(wrong)
  const accounts = given.accounts
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  const incomplete = accounts.find((line) => !/^\S+\s+\S+$/.test(line))
  if (incomplete) errors['accounts'] = sentences.badAccount(incomplete)
  const identities: NewIdentity[] = [
    ...emails.map((value) => ({ kind: 'email' as const, platform: '', value })),
    ...given.domains
      .split(/[\s,;]+/)
      .filter(Boolean)
      .map((value) => ({ kind: 'domain' as const, platform: '', value })),
    ...accounts.map((line) => {
      const [platform = '', value = ''] = line.split(/\s+/)
      return { kind: 'handle' as const, platform: platform.toLowerCase(), value }
    }),
  ]
  return { identities, errors }
}

function fieldsOf(given: CustomerFormModel) {
  return { name: given.name, company: given.company || null, notes: given.notes || null }
}

function lines(identities: readonly Identity[], kind: Identity['kind']): string {
  const found = identities.filter((one) => one.kind === kind)
  return found.map(({ platform, value }) => (kind === 'handle' ? `${platform} ${value}` : value)).join('\n')
}

function respondForm(c: Ctx, model: CustomerFormModel): Promise<Response> {
  const status = model.errors ? 422 : 200
  const title = model.name || viewOf(c).t.customer.create
  return respond(c, { title, section: 'customers', status, page: () => <CustomerFormPage model={model} /> })
}
