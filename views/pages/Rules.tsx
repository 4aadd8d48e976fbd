import type { FC } from 'hono/jsx'
import type { RuleEffect } from '../../src/domain/termRule.ts'
import { useView } from '../context.tsx'
import { CheckField, ErrorSummary, Field, SelectField, TextField } from '../forms/Field.tsx'
import { Form, PostButton } from '../forms/Form.tsx'
import { formatNumber } from '../format.ts'
import { intents as allIntents, type FormErrors } from '../model.ts'
import { EmptyState, PageHead } from '../parts/EmptyState.tsx'
import { Icon } from '../parts/icons.tsx'
import { type QuerySample, SampleList } from '../parts/SampleList.tsx'
import { Time } from '../parts/Time.tsx'
import { UnderstandingFrame } from '../parts/UnderstandingTabs.tsx'
import { urls } from '../urls.ts'

interface RuleText {
  form: 'phrase' | 'query'
  text: string
  effect: RuleEffect
  isActive: boolean
}

export interface RulesModel {
  /** In the order in which they have the word. */
  rules: (RuleText & { id: string })[]
  canEdit: boolean
}

export const RulesPage: FC<{ model: RulesModel }> = ({ model }) => {
  const { t } = useView()
  const { rules, canEdit } = model
  const add = (
    <a class="button button-primary" href={urls.ruleNew()}>
      <Icon name="plus" /> {t.rules.add}
    </a>
  )
  return (
    <UnderstandingFrame tab="rules">
      {rules.length === 0 ? (
        <EmptyState icon="tag" title={t.rules.empty} text={t.rules.emptyText}>
          {canEdit && add}
        </EmptyState>
      ) : (
        <>
          <p class="help">{t.rules.lead}</p>
          <div class="table-scroll">
            <table aria-label={t.understanding.tabs.rules} class="rules">
              <thead>
                <tr>
                  <th scope="col">{t.rules.when}</th>
                  <th scope="col">{t.rules.does}</th>
                  <th scope="col">
                    <span class="sr">{t.rules.order}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {rules.map((rule, index) => (
                  <tr>
                    <td>
                      <a href={urls.rule(rule.id)}>
                        <RuleWords rule={rule} />
                      </a>{' '}
                      {!rule.isActive && <span class="tag">{t.rules.off}</span>}
                    </td>
                    <td>
                      <EffectText effect={rule.effect} />
                    </td>
                    <td class="nowrap">
                      {canEdit && index > 0 && (
                        <PostButton
                          action={urls.rulePlace(rule.id)}
                          values={{ by: 'up' }}
                          class="button button-small"
                          label={t.rules.upLabel(rule.text)}
                        >
                          ↑
                        </PostButton>
                      )}{' '}
                      {canEdit && index < rules.length - 1 && (
                        <PostButton
                          action={urls.rulePlace(rule.id)}
                          values={{ by: 'down' }}
                          class="button button-small"
                          label={t.rules.downLabel(rule.text)}
                        >
                          ↓
                        </PostButton>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {canEdit && <p class="after-form">{add}</p>}
        </>
      )}
    </UnderstandingFrame>
  )
}

const RuleWords: FC<{ rule: Pick<RuleText, 'form' | 'text'> }> = ({ rule }) =>
  rule.form === 'phrase' ? <bdi>“{rule.text}”</bdi> : <code dir="auto">{rule.text}</code>

export const EffectText: FC<{ effect: RuleEffect }> = ({ effect }) => {
  const { t } = useView()
  if (effect.kind === 'ignore') return <>{t.rules.effects.ignore}</>
  if (effect.kind === 'sentiment') return <>{t.rules.effects[effect.sentiment]}</>
  return <>{(effect.present ? t.rules.intentOn : t.rules.intentOff)(t.intent[effect.intent])}</>
}

export interface RuleFormModel {
  /** Absent: a new rule. */
  id?: string | undefined
  canEdit: boolean
  form: 'phrase' | 'query'
  text: string
  /** 'ignore', a sentiment, or 'intent:+complaint' and 'intent:-complaint'. */
  effect: string
  active: boolean
  /** Newest first. */
  versions: (RuleText & { version: number; at: number; by?: string | undefined })[]
  errors?: FormErrors | undefined
  preview: RulePreviewModel
}

export interface RulePreviewModel {
  /** Nothing was typed yet. */
  isEmpty: boolean
  error?: string | undefined
  /** Mentions of the last `days` that the rule touches, and of these, those with another label then. */
  matches: number
  changes: number
  days: number
  samples: QuerySample[]
}

/** POST form, text, effect, active. The dry run follows the typing: GET rulePreview answers the part. */
export const RuleFormPage: FC<{ model: RuleFormModel }> = ({ model }) => {
  const { t } = useView()
  const { id, errors } = model
  return (
    <>
      <PageHead
        title={id ? t.rules.when : t.rules.add}
        lead={t.rules.formLead}
        back={{ href: urls.rules(), label: t.understanding.tabs.rules }}
      />
      <div class="split split-even">
        <div>
          <Form action={id ? urls.rule(id) : urls.ruleNew()} id="rule-form">
            <ErrorSummary errors={errors} />
            <fieldset disabled={!model.canEdit}>
              <legend class="sr">{t.rules.when}</legend>
              <div
                hx-get={urls.rulePreview()}
                hx-trigger="input delay:300ms, change"
                hx-include="#rule-form"
                hx-target="#rule-preview"
                hx-swap="outerHTML"
              >
                <TextField
                  name="text"
                  label={t.rules.text}
                  help={t.rules.textHelp}
                  value={model.text}
                  required
                  autocomplete="off"
                  error={errors?.['text']}
                />
                <SelectField
                  name="form"
                  label={t.rules.form}
                  value={model.form}
                  options={[
                    { value: 'phrase', label: t.rules.phrase },
                    { value: 'query', label: t.rules.query },
                  ]}
                />
                <EffectField value={model.effect} error={errors?.['effect']} />
              </div>
              <div class="field">
                <CheckField name="active" label={t.rules.active} checked={model.active} />
              </div>
              {model.canEdit && (
                <p class="button-row">
                  <button type="submit" class="button button-primary">
                    {t.rules.save}
                  </button>
                  <button
                    type="submit"
                    formmethod="get"
                    formaction={id ? urls.rule(id) : urls.ruleNew()}
                    class="button no-js"
                  >
                    {t.rules.tryOut}
                  </button>
                </p>
              )}
            </fieldset>
          </Form>
          {id && model.canEdit && (
            <section class="section">
              <p class="help">{t.rules.removeText}</p>
              <PostButton action={urls.ruleRemoval(id)} class="button button-danger">
                {t.rules.remove}
              </PostButton>
            </section>
          )}
        </div>
        <RulePreview model={model.preview} />
      </div>
      {model.versions.length > 0 && <Versions versions={model.versions} />}
    </>
  )
}

const EffectField: FC<{ value: string; error: string | undefined }> = ({ value, error }) => {
  const { t } = useView()
  const option = (one: string, label: string) => (
    <option value={one} selected={one === value}>
      {label}
    </option>
  )
  const labels = allIntents.filter((label) => label !== 'other')
  return (
    <Field
      name="effect"
      label={t.rules.effect}
      error={error}
      control={(aria) => (
        <select name="effect" {...aria}>
          <optgroup label={t.rules.ignoreGroup}>{option('ignore', t.rules.effects.ignore)}</optgroup>
          <optgroup label={t.rules.toneGroup}>
            {(['negative', 'neutral', 'positive'] as const).map((tone) => option(tone, t.rules.effects[tone]))}
          </optgroup>
          <optgroup label={t.rules.intentGroup}>
            {labels.map((label) => option(`intent:+${label}`, t.rules.intentOn(t.intent[label])))}
            {labels.map((label) => option(`intent:-${label}`, t.rules.intentOff(t.intent[label])))}
          </optgroup>
        </select>
      )}
    />
  )
}

export const RulePreview: FC<{ model: RulePreviewModel }> = ({ model }) => {
  const { t, locale } = useView()
  return (
    <section class="preview" id="rule-preview" aria-live="polite" aria-label={t.rules.preview}>
      <h2>{t.rules.preview}</h2>
      {model.isEmpty && <p class="help">{t.rules.previewEmpty}</p>}
      {model.error && (
        <p class="notice notice-bad">
          <Icon name="warning" /> <span>{model.error}</span>
        </p>
      )}
      {!model.isEmpty && !model.error && (
        <>
          <p>
            <strong>{t.rules.matches(formatNumber(model.matches, locale), model.matches, model.days)}</strong>
            {model.matches > 0 && `; ${t.rules.changes(formatNumber(model.changes, locale))}.`}
          </p>
          {model.matches === 0 ? <p class="help">{t.rules.nothing}</p> : <SampleList samples={model.samples} />}
        </>
      )}
    </section>
  )
}

const Versions: FC<{ versions: RuleFormModel['versions'] }> = ({ versions }) => {
  const { t } = useView()
  return (
    <section class="section">
      <h2>{t.rules.versions}</h2>
      <ul class="plain-list">
        {versions.map((one) => (
          <li>
            <strong>{t.rules.version(one.version)}</strong> <RuleWords rule={one} />: <EffectText effect={one.effect} />{' '}
            {!one.isActive && <span class="tag">{t.rules.off}</span>}{' '}
            <span class="muted">
              {one.by && `${t.timeline.by(one.by)} `}
              <Time at={one.at} long />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
