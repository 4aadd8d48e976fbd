import type { FC } from 'hono/jsx'
import type { SourceState } from '../../src/domain/source.ts'
import { useView } from '../context.tsx'
import { formatDuration, formatNumber } from '../format.ts'
import { ConfigFields } from '../forms/ConfigFields.tsx'
import type { ConfigField } from '../forms/ConfigFields.tsx'
import { ErrorSummary, TextField } from '../forms/Field.tsx'
import { Form } from '../forms/Form.tsx'
import type { FormErrors } from '../model.ts'
import { EmptyState, PageHead } from '../parts/EmptyState.tsx'
import { FileField } from '../parts/FileUpload.tsx'
import type { FreshnessModel } from '../parts/Freshness.tsx'
import { Icon } from '../parts/icons.tsx'
import { NetworkMark } from '../parts/Network.tsx'
import { SourceStatus } from '../parts/SourceStatus.tsx'
import { Time } from '../parts/Time.tsx'
import { urls } from '../urls.ts'

export interface SourcesModel {
  sources: SourceSummary[]
}

export interface SourceSummary {
  id: string
  name: string
  network: string
  connectorName: string
  state: SourceState
  /** Last time a poll succeeded. */
  heardAt?: number | undefined
  nextPollAt?: number | undefined
  /** One sentence: what happened. */
  error?: string | undefined
  /** What is usual, and the alarm on silence. */
  freshness?: FreshnessModel | undefined
  mentions: number
  /** Mentions per day, oldest first, for the small picture. */
  daily: number[]
}

export const SourcesPage: FC<{ model: SourcesModel }> = ({ model }) => {
  const { t, locale } = useView()
  return (
    <>
      <PageHead title={t.nav.sources} lead={t.sources.lead}>
        {model.sources.length > 0 && (
          <a class="button" href={urls.sourceCoverage()}>
            {t.coverage.link}
          </a>
        )}
        <a class="button button-primary" href={urls.sourceNew()} data-label={t.sources.add}>
          <Icon name="plus" /> {t.sources.add}
        </a>
      </PageHead>
      {model.sources.length === 0 ? (
        <EmptyState icon="sources" title={t.sources.empty} text={t.sources.emptyText}>
          <a class="button button-primary" href={urls.welcome()}>
            {t.inbox.emptyNoSourceAction}
          </a>
        </EmptyState>
      ) : (
        <ul class="source-list" id="source-list">
          {model.sources.map((source) => (
            <li class="source-row">
              <NetworkMark network={source.network} />
              <div class="source-name">
                <a href={urls.source(source.id)} data-row-link>
                  {source.name}
                </a>
                <span class="muted">{source.connectorName}</span>
                {source.freshness && <SilenceLine freshness={source.freshness} />}
                {source.error && <p class="source-error">{source.error}</p>}
              </div>
              <SourceStatus state={source.state} />
              <span class="source-heard muted">
                {source.heardAt === undefined ? (
                  t.sources.never
                ) : (
                  <>
                    {t.sources.heard} <Time at={source.heardAt} long />
                  </>
                )}
              </span>
              <Sparkline values={source.daily} />
              <span class="source-count">
                <strong>{formatNumber(source.mentions, locale)}</strong>{' '}
                <span class="muted">{t.sources.mentions(source.mentions)}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

const SilenceLine: FC<{ freshness: FreshnessModel }> = ({ freshness: { usual, silentSeconds } }) => {
  const { t, locale } = useView()
  if (!usual) return null
  const every = formatDuration(usual.expectedSeconds, locale)
  if (silentSeconds === undefined)
    return (
      <span class="muted">
        {t.freshness.usual} {t.freshness.every(every)}
      </span>
    )
  return <p class="source-error">{t.freshness.silent(every, formatDuration(silentSeconds, locale))}</p>
}

/** Decorative: the number beside it says it. */
const Sparkline: FC<{ values: number[] }> = ({ values }) => {
  const top = Math.max(1, ...values)
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${values.length * 5} 20`}
      width={values.length * 5}
      height="20"
      aria-hidden="true"
      focusable="false"
    >
      {values.map((value, index) => {
        const height = value === 0 ? 1 : Math.max(2, (value / top) * 20)
        return <rect x={index * 5} y={20 - height} width="4" height={height} rx="1" />
      })}
    </svg>
  )
}

export interface SourceNewModel {
  connectors: ConnectorChoice[]
}

export interface ConnectorChoice {
  id: string
  name: string
  network: string
  kind: 'social' | 'community' | 'reviews' | 'mail' | 'crm' | 'ingest'
  summary: string
  keyless: boolean
  canReply: boolean
}

const kinds = ['social', 'community', 'reviews', 'mail', 'crm', 'ingest'] as const

export const SourceNewPage: FC<{ model: SourceNewModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <>
      <PageHead title={t.sources.add} lead={t.sources.addLead} back={{ href: urls.sources(), label: t.nav.sources }} />
      {kinds.map((kind) => {
        const choices = model.connectors.filter((one) => one.kind === kind)
        if (choices.length === 0) return null
        return (
          <section class="choice-section">
            <h2>{t.connectorKind[kind]}</h2>
            <ul class="choices">
              {choices.map((one) => (
                <li class="choice">
                  <NetworkMark network={one.network} />
                  <div>
                    <a href={urls.sourceNewFor(one.id)} data-row-link>
                      {one.name}
                    </a>
                    <p>{one.summary}</p>
                    <p class="tags">
                      {one.keyless && <span class="tag tag-good">{t.sources.keyless}</span>}
                      <span class="tag">{one.canReply ? t.sources.canReply : t.sources.readOnly}</span>
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          </section>
        )
      })}
    </>
  )
}

export interface SourceFormModel {
  /** Absent: a new source. */
  id?: string | undefined
  connector: { id: string; name: string; network: string; summary: string; docsUrl?: string | undefined }
  name: string
  fields: ConfigField[]
  /** Keys of `fields` that most people leave as they are (base address, interval). */
  advanced: string[]
  /** A first file may come with the form. */
  takesFile?: boolean | undefined
  errors?: FormErrors | undefined
}

/** POST name and the fields; the answer is the source's page, or 422 with this form. The check runs before it is saved. */
export const SourceFormPage: FC<{ model: SourceFormModel }> = ({ model }) => {
  const { t } = useView()
  const { connector, errors } = model
  const isAdvanced = (field: ConfigField) => model.advanced.includes(field.key)
  const rest = model.fields.filter(isAdvanced)
  return (
    <div class="form-page">
      <PageHead
        title={model.id ? t.sources.edit(model.name) : t.sources.connect(connector.name)}
        lead={connector.summary}
        back={
          model.id
            ? { href: urls.source(model.id), label: model.name }
            : { href: urls.sourceNew(), label: t.sources.add }
        }
      />
      <Form
        action={model.id ? urls.sourceEdit(model.id) : urls.sourceNewFor(connector.id)}
        id="source-form"
        upload={model.takesFile === true}
      >
        <ErrorSummary
          errors={errors}
          labels={Object.fromEntries(model.fields.map((field) => [field.key, field.title]))}
        />
        <ConfigFields fields={model.fields.filter((field) => !isAdvanced(field))} errors={errors} />
        <TextField
          name="name"
          label={t.sources.name}
          help={model.takesFile ? t.upload.nameHelp : t.sources.nameHelp}
          value={model.name}
          {...(model.takesFile ? { required: true } : { optional: true })}
          error={errors?.['name']}
          autocomplete="off"
        />
        {model.takesFile && <FileField />}
        {rest.length > 0 && (
          <details class="advanced" open={rest.some((field) => errors?.[field.key] !== undefined)}>
            <summary>
              <Icon name="chevronRight" /> {t.sources.advanced}
            </summary>
            <ConfigFields fields={rest} errors={errors} />
          </details>
        )}
        <div class="button-row">
          <button type="submit" class="button button-primary">
            {t.sources.checkAndSave}
          </button>
          <a class="button" href={model.id ? urls.source(model.id) : urls.sources()}>
            {t.form.cancel}
          </a>
        </div>
        {!model.takesFile && <p class="muted after-form">{t.sources.checkHelp}</p>}
      </Form>
    </div>
  )
}
