import { intentLabels, sentiments } from '../../domain/classification.ts'
import { findMention } from '../../store/thread.ts'
import { correctClassification } from '../../store/threadActions.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { idOf, respondChanged } from '../threads/showThread.tsx'
import type { Ctx } from '../web.ts'

/** A person's label for a mention. */
export async function correctMention(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const form = await readForm(c)
  const found = await findMention(store.read, idOf(c))
  const sentiment = sentiments.find((one) => one === (form.text('sentiment') || found?.mention.sentiment))
  if (!found || !sentiment) return c.notFound()
  const chosen = form.all('intents')
  const intents = intentLabels.filter((label) => chosen.includes(label))
  await store.write((tx) => correctClassification(tx, actOf(c), found.mention.seq, { sentiment, intents }))
  return respondChanged(c, found.threadId)
}
