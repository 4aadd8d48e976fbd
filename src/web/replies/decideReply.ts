import type { ReplyDecision } from '../../../views/parts/ReplyItem.tsx'
import { replyDecisions } from '../../../views/parts/ReplyItem.tsx'
import { cancelReply, findReply, markSent, sendAgain, withdrawReply } from '../../store/replies.ts'
import type { Tx } from '../../store/store.ts'
import type { Act } from '../../store/threadActions.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { setFlash } from '../shell.ts'
import { idOf, respondChanged } from '../threads/showThread.tsx'
import type { Ctx } from '../web.ts'

const actions: Record<ReplyDecision, (tx: Tx, act: Act, id: string) => Promise<boolean>> = {
  send_again: sendAgain,
  mark_sent: markSent,
  edit: withdrawReply,
  cancel: cancelReply,
}

/** A person decides about a reply in doubt. What has moved on meanwhile is shown as it is now, and nothing is done. */
export async function decideReply(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const given = (await readForm(c)).text('decision')
  const decision = replyDecisions.find((one) => one === given)
  const found = await findReply(store.read, idOf(c))
  if (!found || !decision) return c.notFound()
  const done = await store.write((tx) => actions[decision](tx, actOf(c), found.reply.id))
  if (!done) setFlash(c, 'replyMoved')
  return respondChanged(c, found.threadId)
}
