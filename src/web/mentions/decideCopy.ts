import { decideCopy } from '../../store/copies.ts'
import { findMention } from '../../store/thread.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { idOf, respondChanged } from '../threads/showThread.tsx'
import type { Ctx } from '../web.ts'

/** decision=deny: it repeats nothing, and is never folded again; confirm: it does after all. */
export async function decideMentionCopy(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const decision = (await readForm(c)).text('decision')
  const found = await findMention(store.read, idOf(c))
  if (!found || (decision !== 'deny' && decision !== 'confirm')) return c.notFound()
  await store.write((tx) => decideCopy(tx, actOf(c), found.mention.seq, decision === 'confirm'))
  return respondChanged(c, found.threadId)
}
