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
  const { name, targetMinutes } = await loadWorkspace(c.get('web').store.read)
  return respondWorkspace(c, { name, targetMinutes: targetMinutes ?? 0 })
}

export async function saveWorkspace(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const form = await readForm(c)
  const given = { name: form.text('name'), targetMinutes: Number(form.text('targetMinutes')) }
  const before = await loadWorkspace(store.read)
  const parsed = settingSchemas.workspace.safeParse({ ...before, ...given })
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => [String(issue.path[0] ?? ''), issue.message])
    return respondWorkspace(c, given, Object.fromEntries(fields.map(([key, text]) => [key, text || sentences.needed])))
  }
  const { now, ip, userId } = actOf(c)
  await store.write(async (tx) => {
    await saveSetting(tx, 'workspace', parsed.data, now)
    const data = { targetMinutes: parsed.data.targetMinutes }
    await appendAudit(tx, { at: now, actor: userId, action: 'settings.workspace', object: 'settings', data, ip })
  })
  setFlash(c, 'workspaceSaved')
  return goTo(c, urls.settingsWorkspace())
}

function respondWorkspace(
  c: Ctx,
  given: { name: string; targetMinutes: number },
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
