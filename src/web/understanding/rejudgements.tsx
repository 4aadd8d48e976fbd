import { RejudgementBox, type RejudgementModel } from '../../../views/parts/Rejudgement.tsx'
import { urls } from '../../../views/urls.ts'
import { sentiments } from '../../domain/classification.ts'
import { may } from '../../domain/permissions.ts'
import { findRejudgement, listRejudgements, type Rejudgement, steerRejudgement } from '../../store/rejudgements.ts'
import type { Reader } from '../../store/store.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { goTo, respondPart } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import { viewerOf, type Ctx } from '../web.ts'

/** The newest one that says something; undefined where there is nothing to judge again. */
export async function loadRejudgement(read: Reader): Promise<RejudgementModel | undefined> {
  const [newest] = await listRejudgements(read, 1)
  return newest && modelOf(newest)
}

export async function showRejudgement(c: Ctx): Promise<Response> {
  const found = await findRejudgement(c.get('web').store.read, c.req.param('id') ?? '')
  const model = found && modelOf(found)
  if (!model) return c.notFound()
  return respondPart(c, <RejudgementBox model={model} canEdit={may(viewerOf(c).user.role, 'settings')} />)
}

export async function steerRejudging(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const id = c.req.param('id') ?? ''
  const given = (await readForm(c)).text('state')
  const state = (['running', 'paused', 'cancelled'] as const).find((one) => one === given)
  if (!state || !(await findRejudgement(store.read, id))) return c.notFound()
  const done = await store.write((tx) => steerRejudgement(tx, actOf(c), id, state))
  if (!done) setFlash(c, 'rejudgementMoved')
  return goTo(c, urls.understanding())
}

function modelOf({ id, state, stale, judged, changed, moves, startedAt }: Rejudgement): RejudgementModel | undefined {
  if (state === 'superseded') return undefined
  // Offered and left, or nothing was to be done: nothing to speak of.
  if ((state === 'cancelled' || state === 'done') && startedAt === null) return undefined
  const isSentiment = (text: string | undefined) => sentiments.find((one) => one === text)
  return {
    id,
    state,
    stale,
    judged,
    changed,
    moves: Object.entries(moves)
      .flatMap(([key, count]) => {
        const [from, to] = key.split('>').map(isSentiment)
        return from && to ? [{ from, to, count }] : []
      })
      .toSorted((a, b) => b.count - a.count),
  }
}
