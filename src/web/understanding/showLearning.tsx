import { LearningPage, type LearningModel } from '../../../views/pages/Learning.tsx'
import { leastLabels } from '../../classify/calibrate.ts'
import { leastCorrections } from '../../domain/learning.ts'
import { may } from '../../domain/permissions.ts'
import { sentences } from '../../i18n/web.ts'
import { countLabels, listLabels } from '../../store/labels.ts'
import { listModels, modelFormat, type ModelVersion } from '../../store/models.ts'
import { loadJudgingSettings } from '../../store/settings.ts'
import { listUsers } from '../../store/users.ts'
import { excerptOf } from '../queries/excerpt.ts'
import { respond, viewOf } from '../respond.tsx'
import { viewerOf, type Ctx } from '../web.ts'
import { loadRejudgement } from './rejudgements.tsx'

const shownVersions = 20
const shownEntries = 10

/** What was learned from the team so far, who judges, and how well. */
export function showLearning(c: Ctx): Promise<Response> {
  return respondLearning(c)
}

export async function respondLearning(c: Ctx, given?: Pick<LearningModel, 'settings' | 'errors'>): Promise<Response> {
  const { read } = c.get('web').store
  const { corrected, accepted } = await countLabels(read)
  const settings = await loadJudgingSettings(read)
  const versions = await listModels(read, shownVersions)
  const rejudgement = await loadRejudgement(read)
  const model: LearningModel = {
    corrections: corrected,
    acceptances: accepted,
    judge: await judgeOf(c, versions),
    newest: versions[0]?.figures,
    leastCorrections,
    leastLabels,
    versions: versions.map(versionLine),
    entries: await logLines(c),
    rejudgement,
    settings: { learns: settings.learns, unsurePercent: String(Math.round(settings.unsureBelow * 100)) },
    canEdit: may(viewerOf(c).user.role, 'settings'),
    ...given,
  }
  const busy = rejudgement?.state === 'running' || rejudgement?.state === 'counting'
  return respond(c, {
    title: viewOf(c).t.nav.understanding,
    section: 'understanding',
    status: given?.errors ? 422 : 200,
    ...(busy ? { refresh: 5 } : {}),
    page: () => <LearningPage model={model} />,
  })
}

/** Without a classifier to ask, the version is taken as fit. */
async function judgeOf(c: Ctx, versions: readonly ModelVersion[]): Promise<LearningModel['judge']> {
  const active = versions.find((one) => one.state === 'active')
  if (!active) return undefined
  const now = await c.get('web').classifier?.()
  return {
    name: active.name,
    since: active.activatedAt ?? active.createdAt,
    outdated: now !== undefined && now.version !== active.name,
  }
}

function versionLine(one: ModelVersion): LearningModel['versions'][number] {
  const { corrections, acceptances, champion, base, challenger, reason } = one.figures
  return {
    id: one.id,
    name: one.name,
    at: one.createdAt,
    corrections,
    acceptances,
    before: champion ?? base,
    after: challenger,
    reason,
    state: one.state,
    usable: one.hasDelta === 1 && one.format === modelFormat,
  }
}

async function logLines(c: Ctx): Promise<LearningModel['entries']> {
  const { read } = c.get('web').store
  const names = new Map((await listUsers(read)).map((user) => [user.id, user.name]))
  const rows = await listLabels(read, { limit: shownEntries, kinds: ['corrected'] })
  return rows.map(({ entry, text, threadId }) => ({
    at: entry.at,
    by: names.get(entry.userId) ?? sentences.colleague,
    threadId,
    excerpt: excerptOf(text, []),
    was: entry.shownSentiment ?? undefined,
    is: entry.sentiment ?? undefined,
    model: entry.shownModel ?? undefined,
  }))
}
