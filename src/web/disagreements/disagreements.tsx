import {
  DisagreementList,
  DisagreementsPage,
  settlements,
  type DisagreementsModel,
} from '../../../views/pages/Disagreements.tsx'
import { urls } from '../../../views/urls.ts'
import { may } from '../../domain/permissions.ts'
import {
  countDisagreements,
  countSettlements,
  listDisagreements,
  settleDisagreement,
} from '../../store/disagreements.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { goTo, respond, respondPart, viewOf } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import { viewerOf, wantsPart, type Ctx } from '../web.ts'

const pageSize = 20
const countCap = 1000

export async function showDisagreements(c: Ctx): Promise<Response> {
  const model = await loadModel(c)
  const title = viewOf(c).t.understanding.tabs.disagreements
  return respond(c, { title, section: 'understanding', page: () => <DisagreementsPage model={model} /> })
}

export async function decideDisagreement(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const form = await readForm(c)
  const decision = settlements.find((one) => one === form.text('decision'))
  if (!decision) return c.notFound()
  const done = await store.write((tx) => settleDisagreement(tx, actOf(c), form.text('mention'), decision))
  if (wantsPart(c)) return respondPart(c, <DisagreementList model={await loadModel(c)} />)
  setFlash(c, done ? 'settled' : 'settledBefore')
  return goTo(c, urls.disagreements())
}

async function loadModel(c: Ctx): Promise<DisagreementsModel> {
  const { read } = c.get('web').store
  const before = /^\d{1,15}$/.test(c.req.query('before') ?? '') ? Number(c.req.query('before')) : undefined
  const rows = await listDisagreements(read, pageSize + 1, before)
  const shown = rows.slice(0, pageSize)
  const last = rows.length > pageSize ? shown.at(-1) : undefined
  const open = await countDisagreements(read, countCap + 1)
  return {
    canSettle: may(viewerOf(c).user.role, 'triage'),
    open: Math.min(open, countCap),
    more: open > countCap,
    settled: await countSettlements(read),
    reviews: shown.flatMap((row) =>
      row.sentiment
        ? [
            {
              mentionId: row.id,
              threadId: row.threadId,
              author: row.authorName ?? row.authorHandle,
              network: row.platform,
              at: row.createdAt,
              rating: row.review?.rating,
              title: row.title ?? undefined,
              text: row.text,
              lang: row.lang ?? undefined,
              sentiment: row.sentiment,
              confidence: row.confidence ?? 0,
            },
          ]
        : [],
    ),
    pager: last ? { next: urls.disagreements({ before: last.seq }) } : {},
  }
}
