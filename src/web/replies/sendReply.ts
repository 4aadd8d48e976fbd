import { acceptsLabels } from '../../domain/labels.ts'
import { countReply, countTightest } from '../../domain/replyLength.ts'
import type { ReplyLimit } from '../../domain/reply.ts'
import { sentences } from '../../i18n/web.ts'
import { logAcceptances } from '../../store/labels.ts'
import { loadNewestReply, queueReply } from '../../store/replies.ts'
import { loadThread, type LoadedThread } from '../../store/thread.ts'
import { saveDraft } from '../../store/threadActions.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { setFlash } from '../shell.ts'
import { mayAnswer } from '../threads/composerModel.ts'
import { idOf, respondChanged } from '../threads/showThread.tsx'
import { isHtmx, viewerOf, type Ctx } from '../web.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Checks, then hands the reply to the outbox. Whatever refuses it, the text stays: in the form and as a draft. */
export async function sendReply(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const { user } = viewerOf(c)
  const form = await readForm(c)
  const thread = await loadThread(store.read, idOf(c), user.id)
  const target = thread?.mentions.find((one) => one.mention.id === form.text('mentionId'))
  if (!thread || !target || !uuid.test(form.text('replyId'))) return c.notFound()
  const text = form.text('text')
  const refused = await whyRefused(c, thread, target, text)
  if (refused !== undefined) return keepText(c, thread, text, refused)
  const act = actOf(c)
  const outcome = await store.write(async (tx) => {
    const queued = await queueReply(tx, act, {
      id: form.text('replyId'),
      threadSeq: thread.thread.seq,
      mentionSeq: target.mention.seq,
      sourceId: thread.source.id,
      text,
      revision: Number(form.text('revision')),
    })
    // The form stands under the conversation with its labels.
    if (queued !== 'conflict' && acceptsLabels('replied')) await logAcceptances(tx, act, thread.thread.seq)
    return queued
  })
  if (outcome === 'conflict') return showConflict(c, thread, text)
  if (!isHtmx(c)) setFlash(c, 'replyQueued')
  return respondChanged(c, thread.thread.id)
}

async function whyRefused(
  c: Ctx,
  thread: LoadedThread,
  target: LoadedThread['mentions'][number],
  text: string,
): Promise<string | undefined> {
  const allowed = await mayAnswer(c.get('web'), thread.source, target.mention, target.author)
  if (!allowed.ok) return allowed.reason
  if (target.mention.deletedAt !== null) return sentences.nothingToAnswer
  return problemOf(text, allowed.limits)
}

/** As the platform counts; the browser asks the same function. */
export function problemOf(text: string, limits: readonly ReplyLimit[]): string | undefined {
  if (text.trim() === '') return sentences.emptyReply
  const tightest = countTightest(text, limits)
  if (!tightest || tightest.ok) return undefined
  const over = Math.max(...limits.map((limit) => countReply(text, limit)).map((count) => count.length - count.max))
  return over > 0 ? sentences.tooLong(over) : sentences.refused
}

async function keepText(c: Ctx, thread: LoadedThread, draft: string, error: string): Promise<Response> {
  await keepDraft(c, thread, draft)
  return respondChanged(c, thread.thread.id, { draft, errors: { text: error }, status: 422 })
}

async function showConflict(c: Ctx, thread: LoadedThread, draft: string): Promise<Response> {
  const { clock } = c.get('web')
  await keepDraft(c, thread, draft)
  const conflict = await whatChanged(c, thread.thread.id, thread.thread.seq)
  const fallback = { by: sentences.somebody, at: clock.now(), text: '' }
  return respondChanged(c, thread.thread.id, { draft, conflict: conflict ?? fallback, status: 409 })
}

/** The newest thing that somebody else said: a colleague's answer, or the author's own words. */
async function whatChanged(c: Ctx, id: string, threadSeq: number) {
  const { store } = c.get('web')
  const { user } = viewerOf(c)
  const newest = await loadNewestReply(store.read, threadSeq)
  const thread = await loadThread(store.read, id, user.id)
  const said = thread?.mentions.filter((one) => one.mention.threadSeq === threadSeq).at(-1)
  if (newest && newest.reply.userId !== user.id && newest.reply.createdAt >= (said?.mention.ingestedAt ?? 0))
    return { by: newest.userName ?? sentences.somebody, at: newest.reply.createdAt, text: newest.reply.text }
  if (!said) return undefined
  return {
    by: said.author.name ?? said.author.handle,
    at: said.mention.createdAt,
    text: said.mention.text.slice(0, 2000),
  }
}

async function keepDraft(c: Ctx, thread: LoadedThread, draft: string): Promise<void> {
  const { store, clock } = c.get('web')
  await store.write((tx) => saveDraft(tx, thread.thread.seq, viewerOf(c).user.id, draft, clock.now()))
}
