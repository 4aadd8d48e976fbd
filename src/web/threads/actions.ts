import { acceptsLabels } from '../../domain/labels.ts'
import { threadStates } from '../../domain/thread.ts'
import { logAcceptances } from '../../store/labels.ts'
import { findThreadSeq } from '../../store/thread.ts'
import { addNote, assignThread, changeThreadState, saveDraft, setThreadTags } from '../../store/threadActions.ts'
import { findUser } from '../../store/users.ts'
import { actOf } from '../act.ts'
import { readForm, type Posted } from '../forms.ts'
import { setFlash } from '../shell.ts'
import { isHtmx, viewerOf, type Ctx } from '../web.ts'
import { idOf, respondChanged } from './showThread.tsx'

/** The small actions of a thread have one shape: find it, read the form, write, show the pane. */
async function onThread(c: Ctx, action: (threadSeq: number, form: Posted) => Promise<void>): Promise<Response> {
  const seq = await findThreadSeq(c.get('web').store.read, idOf(c))
  if (seq === undefined) return c.notFound()
  await action(seq, await readForm(c))
  return respondChanged(c, idOf(c))
}

const longestSnoozeMs = 366 * 86_400_000

export function changeState(c: Ctx): Promise<Response> {
  const { store, clock } = c.get('web')
  return onThread(c, async (seq, form) => {
    const state = threadStates.find((one) => one === form.text('state'))
    // `new` is where threads begin; nobody puts them back there.
    if (!state || state === 'new') return
    const snoozedUntil = state === 'snoozed' ? snoozeOf(form.text('until'), clock.now()) : undefined
    const reason = form.text('reason').slice(0, 300) || undefined
    const act = actOf(c)
    const changed = await store.write(async (tx) => {
      const moved = await changeThreadState(tx, act, seq, { state, reason, snoozedUntil })
      // The buttons stand over the conversation with its labels.
      if (moved && acceptsLabels(state)) await logAcceptances(tx, act, seq)
      return moved
    })
    if (!changed && !isHtmx(c)) setFlash(c, 'threadMoved')
  })
}

/** Minutes from now, or a time; a day where nothing usable is given. */
function snoozeOf(until: string, now: number): number {
  const at = /^\d{1,6}$/.test(until) ? now + Number(until) * 60_000 : Date.parse(until)
  return at > now && at < now + longestSnoozeMs ? at : now + 86_400_000
}

export function changeAssignee(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  return onThread(c, async (seq, form) => {
    const given = form.text('assignee')
    const wanted = given === 'me' ? viewerOf(c).user.id : given
    const user = wanted === '' ? undefined : await findUser(store.read, wanted)
    if (wanted !== '' && (!user || user.disabledAt !== null)) return
    await store.write((tx) => assignThread(tx, actOf(c), seq, user?.id ?? null))
  })
}

export function changeTags(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  return onThread(c, async (seq, form) => {
    const names = form.all('tags').flatMap((text) => text.split(','))
    await store.write((tx) =>
      setThreadTags(
        tx,
        actOf(c),
        seq,
        names.map((name) => name.trim().slice(0, 40)),
      ),
    )
  })
}

export function writeNote(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  return onThread(c, async (seq, form) => {
    const text = form.text('text').slice(0, 20_000)
    if (text !== '') await store.write((tx) => addNote(tx, actOf(c), seq, text))
  })
}

/** Saved while one types; answers nothing to show. */
export async function writeDraft(c: Ctx): Promise<Response> {
  const { store, clock } = c.get('web')
  const seq = await findThreadSeq(store.read, idOf(c))
  if (seq === undefined) return c.notFound()
  const text = (await readForm(c)).raw('text').slice(0, 100_000)
  await store.write((tx) => saveDraft(tx, seq, viewerOf(c).user.id, text, clock.now()))
  return c.body(null, 204)
}
