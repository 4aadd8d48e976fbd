import { WorkspacePage } from '../../../views/pages/Settings.tsx'
import { urls } from '../../../views/urls.ts'
import { may } from '../../domain/permissions.ts'
import { sentences } from '../../i18n/web.ts'
import { appendAudit } from '../../store/audit.ts'
import { loadWorkspace, saveSetting, settingSchemas } from '../../store/settings.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { goTo, respond, viewOf } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import { viewerOf, type Ctx } from '../web.ts'

export async function showWorkspace(c: Ctx): Promise<Response> {
  const { name, targetMinutes, closeAfterDays, personalData } = await loadWorkspace(c.get('web').store.read)
  const times = { targetMinutes: shown(targetMinutes), closeAfterDays: shown(closeAfterDays) }
  return respondWorkspace(c, { name, ...times, personalData })
}

const shown = (value: number | null): string => (value === null ? '' : String(value))
const typed = (text: string): number | null => (text === '' ? null : Number(text))

export async function saveWorkspace(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const form = await readForm(c)
  const given = {
    name: form.text('name'),
    targetMinutes: form.text('targetMinutes'),
    closeAfterDays: form.text('closeAfterDays'),
    personalData: form.text('personalData'),
  }
  const before = await loadWorkspace(store.read)
  const parsed = settingSchemas.workspace.safeParse({
    ...before,
    name: given.name,
    targetMinutes: typed(given.targetMinutes),
    closeAfterDays: typed(given.closeAfterDays),
    ...(given.personalData === '' ? {} : { personalData: given.personalData }),
  })
  if (!parsed.success) {
    const errors = parsed.error.issues.map((issue) => errorOf(String(issue.path[0] ?? '')))
    return respondWorkspace(c, given, Object.fromEntries(errors))
  }
  const { now, ip, userId } = actOf(c)
  await store.write(async (tx) => {
    await saveSetting(tx, 'workspace', parsed.data, now)
    const { targetMinutes, closeAfterDays, personalData } = parsed.data
    const data = { targetMinutes, closeAfterDays, personalData }
    await appendAudit(tx, { at: now, actor: userId, action: 'settings.workspace', object: 'settings', data, ip })
  })
  setFlash(c, 'workspaceSaved')
  return goTo(c, urls.settingsWorkspace())
}

const limits: Record<string, number> = { targetMinutes: 43_200, closeAfterDays: 365 }

function errorOf(field: string): [string, string] {
  const most = limits[field]
  return [field, most === undefined ? sentences.needed : sentences.wholeNumber(most)]
}

function respondWorkspace(
  c: Ctx,
  given: { name: string; targetMinutes: string; closeAfterDays: string; personalData: string },
  errors?: Record<string, string>,
): Promise<Response> {
  const canEdit = may(viewerOf(c).user.role, 'settings')
  const model = { ...given, canEdit, version: c.get('web').config.version, ...(errors ? { errors } : {}) }
  const status = errors ? 422 : 200
  return respond(c, {
    title: viewOf(c).t.nav.settings,
    section: 'settings',
    status,
    page: () => <WorkspacePage model={model} />,
  })
}
