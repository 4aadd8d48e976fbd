import { urls } from '../../../views/urls.ts'
import { sentences } from '../../i18n/web.ts'
import { appendAudit } from '../../store/audit.ts'
import { queueLearning } from '../../store/labels.ts'
import { activateModel } from '../../store/models.ts'
import { offerRejudgement } from '../../store/rejudgements.ts'
import { loadJudgingSettings, saveSetting } from '../../store/settings.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { goTo } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import type { Ctx } from '../web.ts'
import { respondLearning } from './showLearning.tsx'

const [least, most] = [34, 95]

export async function saveJudging(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const form = await readForm(c)
  const learns = form.text('learns') !== ''
  const unsurePercent = form.text('unsurePercent')
  const percent = /^\d{1,3}$/.test(unsurePercent) ? Number(unsurePercent) : 0
  if (percent < least || percent > most)
    return respondLearning(c, {
      settings: { learns, unsurePercent },
      errors: { unsurePercent: sentences.percent(least, most) },
    })
  const act = actOf(c)
  await store.write(async (tx) => {
    const before = await loadJudgingSettings(tx)
    const after = { ...before, learns, unsureBelow: percent / 100 }
    await saveSetting(tx, 'judging', after, act.now)
    const data = { learns, unsureBelow: after.unsureBelow }
    await appendAudit(tx, {
      at: act.now,
      actor: act.userId,
      action: 'settings.judging',
      object: 'settings',
      data,
      ip: act.ip,
    })
    tx.emit({ type: 'judging' })
  })
  setFlash(c, 'judgingSaved')
  return goTo(c, urls.understanding())
}

export async function startTraining(c: Ctx): Promise<Response> {
  const act = actOf(c)
  await c.get('web').store.write(async (tx) => {
    await queueLearning(tx, act.now, true)
    await appendAudit(tx, { at: act.now, actor: act.userId, action: 'model.train', object: 'model', ip: act.ip })
  })
  setFlash(c, 'learningAsked')
  return goTo(c, urls.understanding())
}

/** Whoever goes back has a reason: nothing new is taken until learning is switched on again. */
export async function activateVersion(c: Ctx): Promise<Response> {
  const id = c.req.param('id') ?? ''
  const act = actOf(c)
  const done = await c.get('web').store.write(async (tx) => {
    if (!(await activateModel(tx, act, id === 'built-in' ? undefined : id))) return false
    await saveSetting(tx, 'judging', { ...(await loadJudgingSettings(tx)), learns: false }, act.now)
    await offerRejudgement(tx, act)
    return true
  })
  setFlash(c, done ? 'modelActivated' : 'modelGone')
  return goTo(c, urls.understanding())
}
