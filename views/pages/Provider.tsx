import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { formatNumber } from '../format.ts'
import { ErrorSummary, SelectField, TextField } from '../forms/Field.tsx'
import { Form } from '../forms/Form.tsx'
import type { FormErrors, Sentiment } from '../model.ts'
import { Time } from '../parts/Time.tsx'
import { UnderstandingFrame } from '../parts/UnderstandingTabs.tsx'
import { urls } from '../urls.ts'

export const providerKinds = ['off', 'ollama', 'openai', 'onnx'] as const

export interface ProviderModel {
  /** As typed or stored, by field. */
  given: Record<string, string>
  hasKey: boolean
  canEdit: boolean
  errors?: FormErrors | undefined
  /** Of "Try it". */
  trial?: { label?: Sentiment | undefined; confidence: string; seconds: string } | undefined
  today: { asked: number; known: number; changed: number }
  error?: { message: string; at: number } | undefined
}

/** Fields of every kind are shown at once, each with its kind: the form works without a script. */
export const ProviderPage: FC<{ model: ProviderModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <UnderstandingFrame tab="provider">
      {model.error && (
        <div class="notice notice-warn">
          <p>
            {t.provider.failed(model.error.message)} <Time at={model.error.at} />
          </p>
          <p>{t.provider.failedText}</p>
        </div>
      )}
      {model.trial && <Trial trial={model.trial} />}
      <ProviderForm model={model} />
      {model.given['kind'] !== 'off' && <Today today={model.today} />}
    </UnderstandingFrame>
  )
}

const Trial: FC<{ trial: NonNullable<ProviderModel['trial']> }> = ({ trial }) => {
  const { t } = useView()
  const said = trial.label && t.provider.tried(t.sentiment[trial.label], trial.confidence, trial.seconds)
  return <output class={said ? 'notice notice-good' : 'notice notice-warn'}>{said ?? t.provider.unusable}</output>
}

const ProviderForm: FC<{ model: ProviderModel }> = ({ model: { given, errors, canEdit, hasKey } }) => {
  const { t } = useView()
  const text = (name: 'baseUrl' | 'model' | 'folder', help: string) => (
    <TextField name={name} label={t.provider[name]} help={help} value={given[name]} error={errors?.[name]} optional />
  )
  const number = (name: 'threshold' | 'dailyTexts' | 'timeoutSeconds', help?: string) => (
    <TextField
      name={name}
      label={t.provider[name]}
      {...(help ? { help } : {})}
      value={given[name]}
      error={errors?.[name]}
    />
  )
  return (
    <Form action={urls.provider()} class="form-page">
      <p class="lead form-lead">{t.provider.lead}</p>
      <ErrorSummary errors={errors} />
      <fieldset disabled={!canEdit}>
        <legend class="sr">{t.understanding.tabs.provider}</legend>
        <SelectField
          name="kind"
          label={t.provider.kind}
          value={given['kind'] ?? 'off'}
          options={providerKinds.map((kind) => ({ value: kind, label: t.provider.kinds[kind] }))}
          help={t.provider.outside}
        />
        <fieldset>
          <legend>{t.provider.server}</legend>
          {text('baseUrl', t.provider.baseUrlHelp)}
          {text('model', t.provider.modelHelp)}
          <TextField
            name="apiKey"
            type="password"
            autocomplete="off"
            label={t.provider.apiKey}
            help={hasKey ? t.provider.apiKeyKept : t.provider.apiKeyHelp}
            optional
          />
        </fieldset>
        <fieldset>
          <legend>{t.provider.file}</legend>
          {text('folder', t.provider.folderHelp)}
        </fieldset>
        <fieldset>
          <legend>{t.provider.howMuch}</legend>
          {number('threshold', t.provider.thresholdHelp)}
          {number('dailyTexts', t.provider.dailyTextsHelp)}
          {number('timeoutSeconds')}
        </fieldset>
        {canEdit && (
          <div class="button-row">
            <button type="submit" class="button button-primary" name="do" value="save">
              {t.provider.save}
            </button>
            <button type="submit" class="button" name="do" value="try" title={t.provider.tryHelp}>
              {t.provider.try}
            </button>
          </div>
        )}
      </fieldset>
    </Form>
  )
}

const Today: FC<{ today: ProviderModel['today'] }> = ({ today }) => {
  const { t, locale } = useView()
  return (
    <section class="section">
      <h2>{t.provider.today}</h2>
      <dl class="figures figures-few">
        {(['asked', 'known', 'changed'] as const).map((name) => (
          <div>
            <dt>{t.provider[name]}</dt>
            <dd>
              <span class="figure">{formatNumber(today[name], locale)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
