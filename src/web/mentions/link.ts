import { findCustomer } from '../../store/customers.ts'
import { decideLink } from '../../store/links.ts'
import { findMention, loadThreadHead } from '../../store/thread.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { respondError } from '../respond.tsx'
import { idOf, respondChanged } from '../threads/showThread.tsx'
import type { Ctx } from '../web.ts'

const decisions = ['accept', 'reject', 'unlink'] as const

/** The author of a mention is this customer, is not, or is no longer. */
export async function linkMention(c: Ctx): Promise<Response> {
  const { store, registry } = c.get('web')
  const form = await readForm(c)
  const decision = decisions.find((one) => one === form.text('decision'))
  const found = await findMention(store.read, idOf(c))
  const customer = await findCustomer(store.read, form.text('customerId'))
  if (!found || !customer || !decision) return c.notFound()
  const head = await loadThreadHead(store.read, found.threadId)
  const manifest = head && registry.manifest(head.source.connector)
  if (decision === 'accept' && manifest?.policy.identityLink === 'forbidden') return respondError(c, 'forbidden', 422)
  const { authorSeq, threadSeq } = found.mention
  await store.write((tx) => decideLink(tx, actOf(c), { authorSeq, customerSeq: customer.seq, decision, threadSeq }))
  return respondChanged(c, found.threadId)
}
