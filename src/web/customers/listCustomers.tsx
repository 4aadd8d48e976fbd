import { CustomersPage, type CustomersModel } from '../../../views/pages/Customers.tsx'
import { urls } from '../../../views/urls.ts'
import { may } from '../../domain/permissions.ts'
import {
  countAuthorsOf,
  countCustomers,
  listCustomers,
  listIdentities,
  summariseTouchpoints,
  type CustomerCursor,
} from '../../store/customers.ts'
import { findMention, loadThreadHead } from '../../store/thread.ts'
import { respond, viewOf } from '../respond.tsx'
import { viewerOf, type Ctx } from '../web.ts'

export async function showCustomers(c: Ctx): Promise<Response> {
  const { read } = c.get('web').store
  const q = (c.req.query('q') ?? '').trim().slice(0, 200)
  const link = c.req.query('link')
  const after = readCursor(c.req.query('after'))
  const { rows, next } = await listCustomers(read, q, after)
  const seqs = rows.map((row) => row.seq)
  const summaries = await summariseTouchpoints(read, seqs)
  const authors = await countAuthorsOf(read, seqs)
  const emails = (await listIdentities(read, seqs)).filter(({ kind }) => kind === 'email')
  const model: CustomersModel = {
    q,
    linking: await linkingOf(c, link),
    customers: rows.map((row) => ({
      id: row.id,
      name: row.name,
      company: row.company ?? undefined,
      email: emails.find((one) => one.customerSeq === row.seq)?.value,
      accounts: authors.get(row.seq) ?? 0,
      touchpoints: summaries.get(row.seq)?.count ?? 0,
      lastTouchpointAt: summaries.get(row.seq)?.lastAt,
    })),
    canEdit: may(viewerOf(c).user.role, 'customers'),
    total: await countCustomers(read, q),
    pager: {
      ...(after ? { prev: urls.customers({ q, link }) } : {}),
      ...(next ? { next: urls.customers({ q, link, after: `${next.seq}.${next.nameKey}` }) } : {}),
    },
  }
  const title = viewOf(c).t.nav.customers
  return respond(c, { title, section: 'customers', page: () => <CustomersPage model={model} /> })
}

async function linkingOf(c: Ctx, mentionId: string | undefined): Promise<CustomersModel['linking']> {
  const { read } = c.get('web').store
  const found = mentionId ? await findMention(read, mentionId) : undefined
  const head = found && (await loadThreadHead(read, found.threadId))
  return head && mentionId ? { mentionId, author: head.author.name ?? head.author.handle } : undefined
}

function readCursor(text: string | undefined): CustomerCursor | undefined {
  const match = /^(\d{1,15})\.(.*)$/su.exec(text ?? '')
  return match ? { seq: Number(match[1]), nameKey: match[2] ?? '' } : undefined
}
