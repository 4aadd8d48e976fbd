import type { FC } from 'hono/jsx'
import type { RunState } from '../../src/domain/automation.ts'
import { useView } from '../context.tsx'
import { formatNumber } from '../format.ts'
import { CheckField, ErrorSummary, SelectField, TextArea, TextField } from '../forms/Field.tsx'
import { Form, PostButton } from '../forms/Form.tsx'
import type { FormErrors, Option } from '../model.ts'
import { EmptyState, PageHead } from '../parts/EmptyState.tsx'
import { Icon } from '../parts/icons.tsx'
import { ListeningTabs } from '../parts/ListeningTabs.tsx'
import { Plain } from '../parts/RemoteText.tsx'
import { SampleList, type QuerySample } from '../parts/SampleList.tsx'
import { Time } from '../parts/Time.tsx'
import { urls } from '../urls.ts'

export interface AutomationsModel {
  canEdit: boolean
  rules: AutomationRow[]
}

export interface AutomationRow {
  id: string
  name: string
  active: boolean
  /** Name of its listening query. */
  query?: string | undefined
  text: string
  /** What it does, in words. */
  does: string[]
  warning?: string | undefined
}

export const AutomationsPage: FC<{ model: AutomationsModel }> = ({ model }) => {
  const { t } = useView()
  const add = model.canEdit && (
    <a class="button button-primary" href={urls.automationNew()} data-label={t.automation.add}>
      <Icon name="plus" /> {t.automation.add}
    </a>
  )
  return (
    <>
      <PageHead title={t.automation.rules} lead={t.automation.lead}>
        {model.rules.length > 0 && add}
      </PageHead>
      <ListeningTabs tab="rules" />
      {model.rules.length === 0 ? (
        <EmptyState icon="sparkle" title={t.automation.empty} text={t.automation.emptyText}>
          {add}
        </EmptyState>
      ) : (
        <ol class="query-list">
          {model.rules.map((one, index) => (
            <li class={one.active ? 'query-row' : 'query-row query-off'}>
              <div>
                <a href={urls.automation(one.id)} data-row-link>
                  <Plain text={one.name} />
                </a>
                {!one.active && <span class="tag">{t.automation.off}</span>}
                {one.query && (
                  <p class="muted">
                    {t.automation.caughtBy} <Plain text={one.query} />
                  </p>
                )}
                {one.text !== '' && <code dir="auto">{one.text}</code>}
                <p>
                  <Plain text={one.does.join(', ')} />
                </p>
                {one.warning && (
                  <p class="source-error">
                    <Icon name="warning" /> {one.warning}
                  </p>
                )}
              </div>
              {model.canEdit && index > 0 && (
                <PostButton
                  action={urls.automationRise(one.id)}
                  class="button button-small"
                  label={t.automation.riseLabel(one.name)}
                >
                  {t.automation.rise}
                </PostButton>
              )}
            </li>
          ))}
        </ol>
      )}
    </>
  )
}

export interface AutomationFormModel {
  /** Absent: a new rule. */
  id?: string | undefined
  canEdit: boolean
  name: string
  active: boolean
  /** Id of its listening query, '' for none. */
  query: string
  text: string
  tag: string
  assign: string
  state: string
  urgency: string
  irrelevant: boolean
  errors?: FormErrors | undefined
  warnings: string[]
  queries: Option[]
  people: Option[]
  states: Option[]
  runs: RunRow[]
}

export interface RunRow {
  id: string
  state: RunState
  at: number
  planned: number
  changed: number
}

/** POST name, query, text, tag, assign, state, urgency, irrelevant, active. */
export const AutomationFormPage: FC<{ model: AutomationFormModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <>
      <PageHead
        title={model.id ? model.name : t.automation.add}
        back={{ href: urls.automations(), label: t.automation.rules }}
      />
      <Form action={model.id ? urls.automation(model.id) : urls.automationNew()} class="form-page">
        <ErrorSummary errors={model.errors} />
        <TextField
          name="name"
          label={t.queries.name}
          help={t.automation.nameHelp}
          value={model.name}
          required
          autocomplete="off"
          error={model.errors?.['name']}
        />
        <Condition model={model} />
        <Actions model={model} />
        <div class="field">
          <CheckField name="active" label={t.automation.active} help={t.automation.activeHelp} checked={model.active} />
        </div>
        <div class="button-row">
          {model.canEdit && (
            <button type="submit" class="button button-primary">
              {t.form.save}
            </button>
          )}
          <a class="button" href={urls.automations()}>
            {t.form.cancel}
          </a>
        </div>
      </Form>
      {model.id && <History id={model.id} model={model} />}
      {model.id && model.canEdit && (
        <section class="section">
          <h2>{t.automation.remove}</h2>
          <p class="help">{t.automation.removeText}</p>
          <PostButton action={urls.automationRemoval(model.id)} class="button button-danger">
            <Icon name="trash" /> {t.automation.remove}
          </PostButton>
        </section>
      )}
    </>
  )
}

const Condition: FC<{ model: AutomationFormModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <fieldset class="field">
      <legend>{t.automation.when}</legend>
      <SelectField
        name="query"
        label={t.automation.caughtBy}
        help={t.automation.caughtByHelp}
        value={model.query}
        options={model.queries}
        blank={t.automation.anyQuery}
        error={model.errors?.['query']}
      />
      <TextArea
        name="text"
        label={t.automation.matches}
        help={t.automation.matchesHelp}
        value={model.text}
        rows={3}
        code
        optional
        error={model.errors?.['text']}
      />
      {model.warnings.map((warning) => (
        <p class="notice notice-warn">
          <Icon name="warning" />
          <span>{warning}</span>
        </p>
      ))}
    </fieldset>
  )
}

const Actions: FC<{ model: AutomationFormModel }> = ({ model }) => {
  const { t } = useView()
  const urgencies = (['low', 'normal', 'high'] as const).map((value) => ({
    value,
    label: t.automation.urgencies[value],
  }))
  return (
    <fieldset class="field">
      <legend>{t.automation.actions}</legend>
      <TextField
        name="tag"
        label={t.automation.tag}
        value={model.tag}
        optional
        autocomplete="off"
        error={model.errors?.['tag']}
      />
      <SelectField
        name="assign"
        label={t.automation.assign}
        help={t.automation.assignHelp}
        value={model.assign}
        options={model.people}
        blank={t.automation.nobody}
      />
      <SelectField
        name="state"
        label={t.automation.state}
        help={t.automation.stateHelp}
        value={model.state}
        options={model.states}
        blank={t.automation.keepState}
      />
      <SelectField
        name="urgency"
        label={t.automation.urgency}
        help={t.automation.urgencyHelp}
        value={model.urgency}
        options={urgencies}
        blank={t.automation.keepUrgency}
      />
      <CheckField
        name="irrelevant"
        label={t.automation.irrelevant}
        help={t.automation.irrelevantHelp}
        checked={model.irrelevant}
      />
    </fieldset>
  )
}

const History: FC<{ id: string; model: AutomationFormModel }> = ({ id, model }) => {
  const { t, locale } = useView()
  return (
    <section class="section">
      <h2>{t.automation.history}</h2>
      <p class="help">{t.automation.historyText}</p>
      {model.canEdit && (
        <PostButton action={urls.automationRuns(id)} class="button">
          <Icon name="search" /> {t.automation.count}
        </PostButton>
      )}
      {model.runs.length > 0 && (
        <>
          <h3>{t.automation.runs}</h3>
          <ul class="bullets">
            {model.runs.map((run) => (
              <li>
                <a href={urls.automationRun(run.id)}>{t.automation.runState[run.state]}</a> <Time at={run.at} long />{' '}
                <span class="muted">{run.changed > 0 && t.automation.stands(formatNumber(run.changed, locale))}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

export interface RunModel {
  id: string
  rule: { id: string; name: string }
  does: string[]
  state: RunState
  canEdit: boolean
  /** 0…100 of the history; of no meaning while it is taken back. */
  percent: number
  matched: number
  planned: number
  changed: number
  at: number
  sample: QuerySample[]
}

const busy: readonly RunState[] = ['counting', 'applying', 'undoing']

/** POST step=apply|cancel|undo. While it is under way the page asks again, with the script or without. */
export const RunPage: FC<{ model: RunModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <>
      <PageHead
        title={t.automation.runTitle(model.rule.name)}
        lead={model.does.join(', ')}
        back={{ href: urls.automation(model.rule.id), label: model.rule.name }}
      />
      <RunBody model={model} />
    </>
  )
}

export const RunBody: FC<{ model: RunModel }> = ({ model }) => {
  const { t, locale } = useView()
  const n = (value: number) => formatNumber(value, locale)
  const { state } = model
  const counts = state === 'counting' || state === 'counted'
  const poll = busy.includes(state)
    ? { 'hx-get': urls.automationRun(model.id), 'hx-trigger': 'every 2s', 'hx-swap': 'outerMorph' }
    : {}
  return (
    <div id="run-body" {...poll}>
      <section class="section">
        <h2 aria-live="polite">{t.automation.runState[state]}</h2>
        {(state === 'counting' || state === 'applying') && (
          <p>
            <progress max={100} value={model.percent} aria-label={t.automation.runState[state]} />{' '}
            {t.automation.progress(model.percent)}
          </p>
        )}
        <p>{t.automation.planned(n(model.matched), model.matched, n(model.planned))}</p>
        {!counts && <p>{(state === 'applying' ? t.automation.changed : t.automation.stands)(n(model.changed))}</p>}
        {model.canEdit && <Steps model={model} />}
      </section>
      {counts && (
        <section class="section">
          <h2>{t.automation.sample}</h2>
          {model.sample.length === 0 ? (
            <p class="muted">{t.automation.sampleNone}</p>
          ) : (
            <SampleList samples={model.sample} />
          )}
        </section>
      )}
    </div>
  )
}

const Steps: FC<{ model: RunModel }> = ({ model: { id, state, planned, changed } }) => {
  const { t } = useView()
  const action = urls.automationRun(id)
  return (
    <div class="button-row">
      {state === 'counted' && planned > 0 && (
        <PostButton action={action} values={{ step: 'apply' }} class="button button-primary">
          {t.automation.apply}
        </PostButton>
      )}
      {(state === 'counting' || state === 'applying') && (
        <PostButton action={action} values={{ step: 'cancel' }}>
          {t.automation.cancel}
        </PostButton>
      )}
      {(state === 'applied' || state === 'cancelled') && changed > 0 && (
        <>
          <PostButton action={action} values={{ step: 'undo' }}>
            <Icon name="refresh" /> {t.automation.undo}
          </PostButton>
          <span class="muted">{t.automation.undoText}</span>
        </>
      )}
    </div>
  )
}
