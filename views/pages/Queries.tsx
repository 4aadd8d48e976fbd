import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { formatNumber } from '../format.ts'
import { CheckField, ErrorSummary, TextArea, TextField } from '../forms/Field.tsx'
import { Form, PostButton } from '../forms/Form.tsx'
import type { AuthorModel, FormErrors, SourceRef, TextSpan } from '../model.ts'
import { EmptyState, PageHead } from '../parts/EmptyState.tsx'
import { Icon } from '../parts/icons.tsx'
import { NetworkMark } from '../parts/Network.tsx'
import { MeaningTree, ReachList, VersionTable } from '../parts/QueryFacts.tsx'
import { Plain, RemoteText } from '../parts/RemoteText.tsx'
import { Time } from '../parts/Time.tsx'
import { urls } from '../urls.ts'

export interface QueriesModel {
  canEdit: boolean
  queries: QueryRow[]
}

export interface QueryRow {
  id: string
  name: string
  query: string
  active: boolean
  /** Matches in the last 7 days, and before. */
  week: number
  total: number
  lastAt?: number | undefined
  /** A warning of the linter worth a look. */
  warning?: string | undefined
}

export const QueriesPage: FC<{ model: QueriesModel }> = ({ model }) => {
  const { t, locale } = useView()
  return (
    <>
      <PageHead title={t.nav.queries} lead={t.queries.lead}>
        {model.canEdit && (
          <a class="button button-primary" href={urls.queryNew()} data-label={t.queries.add}>
            <Icon name="plus" /> {t.queries.add}
          </a>
        )}
      </PageHead>
      {model.queries.length === 0 ? (
        <EmptyState icon="listening" title={t.queries.empty} text={t.queries.emptyText}>
          <code class="example">{t.queries.example}</code>
          {model.canEdit && (
            <a class="button button-primary" href={urls.queryNew({ query: t.queries.example })}>
              {t.queries.tryExample}
            </a>
          )}
        </EmptyState>
      ) : (
        <ul class="query-list">
          {model.queries.map((one) => (
            <li class={one.active ? 'query-row' : 'query-row query-off'}>
              <div>
                <a href={urls.query(one.id)} data-row-link>
                  {one.name}
                </a>
                {!one.active && <span class="tag">{t.queries.off}</span>}
                <code dir="auto">{one.query}</code>
                {one.warning && (
                  <p class="source-error">
                    <Icon name="warning" /> {one.warning}
                  </p>
                )}
              </div>
              <a class="query-count" href={urls.inbox({ view: 'all', q: one.query })}>
                <strong>{formatNumber(one.week, locale)}</strong> {t.queries.week}
              </a>
              <span class="muted">{t.queries.total(formatNumber(one.total, locale))}</span>
              <span class="muted">{one.lastAt === undefined ? t.queries.never : <Time at={one.lastAt} long />}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

export interface QueryFormModel {
  /** Absent: a new query. */
  id?: string | undefined
  /** False: may look, not change. */
  canEdit: boolean
  /** Newest first; the first is the one in force. */
  versions: QueryVersion[]
  name: string
  query: string
  active: boolean
  errors?: FormErrors | undefined
  preview: QueryPreviewModel
}

export interface QueryPreviewModel {
  query: string
  /** `position` in UTF-16 units from the start. */
  error?: { message: string; position: number; suggestion?: string | undefined } | undefined
  warnings: string[]
  /** In canonical spelling, where it is written otherwise. */
  formatted?: string | undefined
  /** What it means, in words. */
  explanation?: QueryMeaning | undefined
  /** Matches in what is stored, of the last `days`. */
  matches: number
  days: number
  samples: { threadId: string; author: AuthorModel; source: SourceRef; at: number; excerpt: TextSpan[] }[]
  /** Connected platforms with a search of their own. */
  reach: QueryReach[]
}

export interface QueryVersion {
  version: number
  query: string
  at: number
  by?: string | undefined
}

export interface QueryMeaning {
  /** The part as it is written; '' where the parts below say it. */
  term: string
  means: string
  children: QueryMeaning[]
  /** Parts below that are not listed. */
  more: number
}

export interface QueryReach {
  network: string
  /** What the platform's own search is asked; none: it cannot be asked. */
  searches: string[]
  moreSearches: number
  /** Brought by the platform and sorted out here. */
  filtered: { term: string; reason: string }[]
  /** Matches that the platform will not bring. */
  risks: { term: string; reason: string }[]
  /** US dollars. */
  costPerPoll?: number | undefined
}

/** POST name, query, active. The preview follows the typing: GET queryPreview?query=… answers the part. */
export const QueryFormPage: FC<{ model: QueryFormModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <>
      <PageHead
        title={model.id ? model.name : t.queries.add}
        lead={t.queries.formLead}
        back={{ href: urls.queries(), label: t.nav.queries }}
      />
      <div class="split split-even">
        <Form action={model.id ? urls.query(model.id) : urls.queryNew()} id="query-form">
          <ErrorSummary errors={model.errors} />
          <TextField
            name="name"
            label={t.queries.name}
            help={t.queries.nameHelp}
            value={model.name}
            required
            autocomplete="off"
            error={model.errors?.['name']}
          />
          <div
            hx-get={urls.queryPreview()}
            hx-trigger="input delay:250ms"
            hx-include="#f-query"
            hx-target="#query-preview"
            hx-swap="outerHTML"
          >
            <TextArea
              name="query"
              label={t.queries.query}
              help={<QueryHelp />}
              value={model.query}
              rows={5}
              required
              code
              error={model.errors?.['query']}
            />
          </div>
          <div class="field">
            <CheckField name="active" label={t.queries.active} help={t.queries.activeHelp} checked={model.active} />
          </div>
          <div class="button-row">
            {model.canEdit && (
              <button type="submit" class="button button-primary">
                {t.form.save}
              </button>
            )}
            <button
              type="submit"
              class="button no-js"
              formmethod="get"
              formaction={model.id ? urls.query(model.id) : urls.queryNew()}
              formnovalidate
            >
              {t.queries.preview}
            </button>
            <a class="button" href={urls.queries()}>
              {t.form.cancel}
            </a>
          </div>
        </Form>
        <QueryPreview model={model.preview} />
      </div>
      {model.id && <VersionTable id={model.id} versions={model.versions} canEdit={model.canEdit} />}
      {model.id && model.canEdit && (
        <section class="section">
          <h2>{t.queries.remove}</h2>
          <p class="help">{t.queries.removeText}</p>
          <PostButton action={urls.queryRemoval(model.id)} class="button button-danger">
            <Icon name="trash" /> {t.queries.remove}
          </PostButton>
        </section>
      )}
    </>
  )
}

const QueryHelp: FC = () => {
  const { t } = useView()
  return (
    <>
      {t.queries.queryHelp} <code>AND</code> <code>OR</code> <code>NOT</code> <code>"…"</code> <code>( )</code>
    </>
  )
}

export const QueryPreview: FC<{ model: QueryPreviewModel }> = ({ model }) => {
  const { t, locale } = useView()
  return (
    <section class="preview" id="query-preview" aria-label={t.queries.preview} aria-live="polite">
      {model.error ? (
        <div class="notice notice-bad">
          <Icon name="warning" />
          <div>
            <p>{model.error.message}</p>
            <pre class="caret-line">{caretLines(model.query, model.error.position)}</pre>
            {model.error.suggestion && (
              <p>
                {t.queries.suggestion} <code>{model.error.suggestion}</code>
              </p>
            )}
          </div>
        </div>
      ) : (
        <>
          <h2>
            {model.query === ''
              ? t.queries.preview
              : t.queries.matches(formatNumber(model.matches, locale), model.matches, model.days)}
          </h2>
          {model.warnings.map((warning) => (
            <p class="notice notice-warn">
              <Icon name="warning" />
              <span>{warning}</span>
            </p>
          ))}
          {model.samples.length === 0 && (
            <p class="muted preview-none">{model.query === '' ? t.queries.previewEmpty : t.queries.previewNone}</p>
          )}
          <ul class="samples">
            {model.samples.map((sample) => (
              <li>
                <p>
                  <NetworkMark network={sample.source.network} labelled />{' '}
                  <a href={urls.thread(sample.threadId)}>
                    <Plain class="strong" text={sample.author.name || sample.author.handle} />
                  </a>{' '}
                  <Time at={sample.at} />
                </p>
                <RemoteText block spans={sample.excerpt} />
              </li>
            ))}
          </ul>
          <PreviewFacts model={model} />
        </>
      )}
    </section>
  )
}

const PreviewFacts: FC<{ model: QueryPreviewModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <>
      {model.formatted !== undefined && (
        <p>
          {t.queries.formatted} <code dir="auto">{model.formatted}</code>
        </p>
      )}
      {model.explanation && (
        <details>
          <summary>{t.queries.meaning}</summary>
          <MeaningTree meaning={model.explanation} />
        </details>
      )}
      {model.reach.length > 0 && (
        <details>
          <summary>{t.queries.reach}</summary>
          <ReachList reach={model.reach} />
        </details>
      )}
    </>
  )
}

/** The line with the error and a caret under it; the query may have several lines. */
function caretLines(query: string, position: number): string {
  const start = query.lastIndexOf('\n', Math.max(0, position - 1)) + 1
  const end = query.indexOf('\n', position)
  const line = query.slice(start, end === -1 ? undefined : end)
  return `${line}\n${' '.repeat(Math.max(0, position - start))}^`
}
