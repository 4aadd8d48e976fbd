import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { formatNumber } from '../format.ts'
import { CheckField, ErrorSummary, TextArea, TextField } from '../forms/Field.tsx'
import { Form, PostButton } from '../forms/Form.tsx'
import type { FormErrors } from '../model.ts'
import { EmptyState, PageHead } from '../parts/EmptyState.tsx'
import { Icon } from '../parts/icons.tsx'
import { ListeningTabs } from '../parts/ListeningTabs.tsx'
import { MeaningTree, ReachList, VersionTable } from '../parts/QueryFacts.tsx'
import { Plain } from '../parts/RemoteText.tsx'
import { SampleList, type QuerySample } from '../parts/SampleList.tsx'
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
      <ListeningTabs tab="queries" />
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
              <a class="query-count" href={urls.inbox({ view: 'all', query: one.id })}>
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
  /** Exclusion lists to choose from. */
  lists: { id: string; name: string; isOn: boolean }[]
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
  samples: QuerySample[]
  /** Every exclusion list, with what it would hide of the matches of the query alone. */
  lists: ListEffect[]
  /** Connected platforms with a search of their own. */
  reach: QueryReach[]
}

export interface ListEffect {
  id: string
  name: string
  isOn: boolean
  hides: number
  samples: QuerySample[]
}

export interface QueryVersion {
  version: number
  query: string
  /** The exclusion lists in force, each with its version. */
  lists?: string[] | undefined
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
      >
        {model.id && (
          <a class="button" href={urls.queryQuality(model.id)}>
            <Icon name="check" /> {t.quality.show}
          </a>
        )}
      </PageHead>
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
            hx-include="#f-query, #query-lists input"
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
          <ListChoice lists={model.lists} />
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
            {model.id && (
              <button
                type="submit"
                class="button"
                formmethod="get"
                formaction={urls.queryCompare(model.id)}
                formnovalidate
              >
                {t.quality.compare}
              </button>
            )}
            <a class="button" href={urls.queries()}>
              {t.form.cancel}
            </a>
          </div>
        </Form>
        <QueryPreview model={model.preview} />
      </div>
      {model.id && (
        <p class="section">
          <a href={urls.queryRelevance(model.id)}>{t.listening.relevanceLink}</a>
        </p>
      )}
      {model.id && (
        <VersionTable
          versions={model.versions}
          canEdit={model.canEdit}
          help={t.queries.versionsHelp}
          href={(version) => urls.queryVersion(model.id ?? '', String(version))}
          compareHref={(version) => urls.queryCompare(model.id ?? '', { from: version })}
        />
      )}
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

/** `listsShown` tells a form without any list ticked from one that knew of none. */
const ListChoice: FC<{ lists: QueryFormModel['lists'] }> = ({ lists }) => {
  const { t } = useView()
  return (
    <fieldset
      class="field"
      id="query-lists"
      hx-get={urls.queryPreview()}
      hx-trigger="change"
      hx-include="#f-query, #query-lists input"
      hx-target="#query-preview"
      hx-swap="outerHTML"
    >
      <legend>{t.listening.leaveOut}</legend>
      <p class="help">
        {t.listening.leaveOutHelp} <a href={urls.lists()}>{t.listening.lists}</a>
      </p>
      <input type="hidden" name="listsShown" value="1" />
      {lists.map((list) => (
        <CheckField name="lists" value={list.id} label={<Plain text={list.name} />} checked={list.isOn} />
      ))}
    </fieldset>
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
        <QueryProblem query={model.query} error={model.error} />
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
          <SampleList samples={model.samples} />
          <ListEffects model={model} />
          <PreviewFacts model={model} />
        </>
      )}
    </section>
  )
}

/** Where a query cannot be read: the line, a caret under the place, and what to write instead. */
export const QueryProblem: FC<{ query: string; error: NonNullable<QueryPreviewModel['error']> }> = ({
  query,
  error,
}) => {
  const { t } = useView()
  return (
    <div class="notice notice-bad">
      <Icon name="warning" />
      <div>
        <p>{error.message}</p>
        <pre class="caret-line">{caretLines(query, error.position)}</pre>
        {error.suggestion && (
          <p>
            {t.queries.suggestion} <code>{error.suggestion}</code>
          </p>
        )}
      </div>
    </div>
  )
}

/** "Would hide n": before a list is attached, and while it is. */
const ListEffects: FC<{ model: QueryPreviewModel }> = ({ model }) => {
  const { t, locale } = useView()
  const lists = model.lists.filter((list) => list.isOn || list.hides > 0)
  return (
    <>
      {lists.map((list) => (
        <details>
          <summary>
            {(list.isOn ? t.listening.hides : t.listening.wouldHide)(
              list.name,
              formatNumber(list.hides, locale),
              model.days,
            )}
          </summary>
          {list.samples.length === 0 ? (
            <p class="muted">{t.listening.hidesNothing}</p>
          ) : (
            <SampleList samples={list.samples} />
          )}
        </details>
      ))}
    </>
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
