import { urls } from '../../../views/urls.ts'
import { intentLabels, sentiments } from '../../domain/classification.ts'
import { loadNewestMentions } from '../../store/thread.ts'
import { correctClassification } from '../../store/threadActions.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { pageSize } from '../../store/inbox.ts'
import { goTo } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import type { Ctx } from '../web.ts'

/**
 * POST thread (ids), sentiment ('': stays), intents (none: stay), back (the parameters of the inbox). The label is given
 * to the mention that the row shows: the newest of the thread.
 */
export async function labelInBulk(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const form = await readForm(c)
  const back = urls.inbox(Object.fromEntries(new URLSearchParams(form.text('back'))))
  const tone = sentiments.find((one) => one === form.text('sentiment'))
  const chosen = intentLabels.filter((label) => form.all('intents').includes(label))
  const act = actOf(c)
  const saved = await store.write(async (tx) => {
    let count = 0
    if (!tone && chosen.length === 0) return count
    for (const mention of await loadNewestMentions(tx, form.all('thread').slice(0, pageSize))) {
      const sentiment = tone ?? mention.sentiment
      if (!sentiment) continue
      const intents = chosen.length > 0 ? chosen : (mention.intents ?? []).map((one) => one.label)
      await correctClassification(tx, act, mention.seq, { sentiment, intents }, 'inbox')
      count++
    }
    return count
  })
  setFlash(c, saved > 0 ? 'labelled' : 'labelledNone')
  return goTo(c, back)
}
