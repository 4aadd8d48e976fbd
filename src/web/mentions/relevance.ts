import { urls } from '../../../views/urls.ts'
import { findQuery } from '../../store/queries.ts'
import { mentionSeqsOf, rejectMatches, restoreMatches } from '../../store/rejections.ts'
import { findMention, findThreadSeq } from '../../store/thread.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { pageSize } from '../../store/inbox.ts'
import { goTo } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import { idOf, respondChanged } from '../threads/showThread.tsx'
import type { Ctx } from '../web.ts'

/** POST query (an id; empty: every query that caught it), relevant=0|1. */
export async function judgeRelevance(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const form = await readForm(c)
  const found = await findMention(store.read, idOf(c))
  const query = form.text('query') === '' ? undefined : await findQuery(store.read, form.text('query'))
  if (!found || (form.text('query') !== '' && !query)) return c.notFound()
  const pairs = { mentionSeqs: [found.mention.seq], querySeq: query?.seq }
  const judge = form.text('relevant') === '1' ? restoreMatches : rejectMatches
  await store.write((tx) => judge(tx, actOf(c), pairs))
  return respondChanged(c, found.threadId)
}

/** POST thread (ids), query (an id; empty: every query), back (the parameters of the inbox). */
export async function rejectInBulk(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const form = await readForm(c)
  const back = urls.inbox(Object.fromEntries(new URLSearchParams(form.text('back'))))
  const query = form.text('query') === '' ? undefined : await findQuery(store.read, form.text('query'))
  if (form.text('query') !== '' && !query) return c.notFound()
  const threadSeqs: number[] = []
  for (const id of form.all('thread').slice(0, pageSize)) {
    const seq = await findThreadSeq(store.read, id)
    if (seq !== undefined) threadSeqs.push(seq)
  }
  const count = await store.write(async (tx) =>
    rejectMatches(tx, actOf(c), { mentionSeqs: await mentionSeqsOf(tx, threadSeqs), querySeq: query?.seq }),
  )
  setFlash(c, count > 0 ? 'rejected' : 'rejectedNone')
  return goTo(c, back)
}
