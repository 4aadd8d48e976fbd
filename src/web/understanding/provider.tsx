import { ProviderPage, providerKinds, type ProviderModel } from '../../../views/pages/Provider.tsx'
import { formatPercent } from '../../../views/format.ts'
import { urls } from '../../../views/urls.ts'
import { may } from '../../domain/permissions.ts'
import { providerSchema, type ProviderSetting } from '../../domain/provider.ts'
import { ProviderError } from '../../provider/provider.ts'
import { appendAudit } from '../../store/audit.ts'
import { loadOpinionUse, startAsking, stopAsking } from '../../store/opinions.ts'
import { loadSetting } from '../../store/settings.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { goTo, respond, viewOf } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import { viewerOf, type Ctx } from '../web.ts'

const fields = ['kind', 'baseUrl', 'model', 'folder', 'threshold', 'dailyTexts', 'timeoutSeconds'] as const
const defaults: Record<string, string> = { kind: 'off', threshold: '0.6', dailyTexts: '500', timeoutSeconds: '20' }
const sample = 'The new update is lovely, but since yesterday it crashes whenever I open my orders.'

export async function showProvider(c: Ctx): Promise<Response> {
  const saved = await loadSetting(c.get('web').store.read, 'provider')
  const given = Object.fromEntries(Object.entries(saved ?? {}).map(([name, value]) => [name, String(value)]))
  return respondProvider(c, { given: { ...defaults, ...given } })
}

export async function saveProvider(c: Ctx): Promise<Response> {
  const { store, providers } = c.get('web')
  const form = await readForm(c)
  const given = Object.fromEntries(fields.map((name) => [name, form.text(name)]))
  const act = actOf(c)
  if (given['kind'] === 'off') {
    await store.write(async (tx) => {
      await stopAsking(tx)
      await appendAudit(tx, auditOf(act, { kind: 'off' }))
    })
    setFlash(c, 'providerSaved')
    return goTo(c, urls.provider())
  }
  const parsed = providerSchema.safeParse(given)
  if (!parsed.success) return respondProvider(c, { given, errors: errorsOf(c, parsed.error.issues) })
  const key = form.text('apiKey') || undefined
  if (form.text('do') === 'try') return tryProvider(c, given, parsed.data, key)
  const before = await loadSetting(store.read, 'provider')
  const sealedKey = key ? providers.seal(key) : keptKey(before, parsed.data)
  await store.write(async (tx) => {
    await startAsking(tx, { ...parsed.data, ...(sealedKey ? { sealedKey } : {}) }, act.now)
    const { kind, threshold, dailyTexts } = parsed.data
    await appendAudit(tx, auditOf(act, { kind, threshold, dailyTexts }))
  })
  setFlash(c, 'providerSaved')
  return goTo(c, urls.provider())
}

/** A stored key belongs to the server it was given for: it is never sent to another address. */
function keptKey(before: (ProviderSetting & { sealedKey?: string | undefined }) | undefined, now: ProviderSetting) {
  if (!before || before.kind === 'onnx' || now.kind === 'onnx') return undefined
  return new URL(before.baseUrl).origin === new URL(now.baseUrl).origin ? before.sealedKey : undefined
}

function auditOf(act: ReturnType<typeof actOf>, data: Record<string, unknown>) {
  return { at: act.now, actor: act.userId, action: 'settings.provider', object: 'settings', data, ip: act.ip }
}

async function tryProvider(
  c: Ctx,
  given: Record<string, string>,
  setting: ProviderSetting,
  key: string | undefined,
): Promise<Response> {
  const { store, providers, clock } = c.get('web')
  const sealedKey = key ? undefined : keptKey(await loadSetting(store.read, 'provider'), setting)
  const startedAt = clock.now()
  try {
    const provider = await providers.open(setting, key ?? (sealedKey && providers.unseal(sealedKey)))
    const opinion = await provider.judge(sample, c.req.raw.signal)
    await provider.close?.()
    const { locale } = viewOf(c)
    const seconds = ((clock.now() - startedAt) / 1000).toFixed(1)
    const trial = {
      label: opinion?.sentiment,
      confidence: opinion ? formatPercent(opinion.confidence, locale) : '',
      seconds,
    }
    return await respondProvider(c, { given, trial })
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    return respondProvider(c, { given, errors: { [setting.kind === 'onnx' ? 'folder' : 'baseUrl']: error.message } })
  }
}

const ranges: Record<string, [string, string]> = {
  threshold: ['0', '1'],
  dailyTexts: ['1', '1,000,000'],
  timeoutSeconds: ['1', '120'],
}

function errorsOf(c: Ctx, issues: readonly { path: PropertyKey[] }[]): Record<string, string> {
  const { t } = viewOf(c)
  return Object.fromEntries(
    issues.map(({ path }) => {
      const name = String(path[0] ?? 'kind')
      const range = ranges[name]
      if (range) return [name, t.provider.number(...range)]
      return [name, name === 'baseUrl' ? t.provider.address : t.provider.needed]
    }),
  )
}

async function respondProvider(c: Ctx, model: Pick<ProviderModel, 'given' | 'errors' | 'trial'>): Promise<Response> {
  const { store } = c.get('web')
  const [saved, use] = await Promise.all([loadSetting(store.read, 'provider'), loadOpinionUse(store.read)])
  const kind = providerKinds.find((one) => one === model.given['kind']) ?? 'off'
  return respond(c, {
    title: viewOf(c).t.understanding.tabs.provider,
    section: 'understanding',
    status: model.errors ? 422 : 200,
    page: () => (
      <ProviderPage
        model={{
          ...model,
          given: { ...model.given, kind },
          hasKey: saved?.sealedKey !== undefined,
          canEdit: may(viewerOf(c).user.role, 'settings'),
          today: use,
          error: (saved && use.error) ?? undefined,
        }}
      />
    ),
  })
}
