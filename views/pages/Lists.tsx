import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { formatNumber } from '../format.ts'
import { ErrorSummary, TextArea, TextField } from '../forms/Field.tsx'
import { Form, PostButton } from '../forms/Form.tsx'
import type { FormErrors } from '../model.ts'
import { EmptyState, PageHead } from '../parts/EmptyState.tsx'
import { Icon } from '../parts/icons.tsx'
import { ListeningTabs } from '../parts/ListeningTabs.tsx'
import { VersionTable } from '../parts/QueryFacts.tsx'
import { Plain } from '../parts/RemoteText.tsx'
import { SampleList, type QuerySample } from '../parts/SampleList.tsx'
import { urls } from '../urls.ts'
import { QueryProblem, type QueryPreviewModel, type QueryVersion } from './Queries.tsx'

export interface ListsModel {
  canEdit: boolean
  lists: ListRow[]
  starters: Starter[]
}

export interface ListRow {
  id: string
  name: string
  text: string
  queries: number
  warning?: string | undefined
}

export interface Starter {
  key: string
  name: string
}

export const ListsPage: FC<{ model: ListsModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <>
      <PageHead title={t.listening.lists} lead={t.listening.listsLead}>
        {model.canEdit && (
          <a class="button button-primary" href={urls.listNew()} data-label={t.listening.addList}>
            <Icon name="plus" /> {t.listening.addList}
          </a>
        )}
      </PageHead>
      <ListeningTabs tab="lists" />
      {model.lists.length === 0 ? (
        <EmptyState icon="filter" title={t.listening.emptyLists} text={t.listening.emptyListsText}>
          {model.canEdit && <Starters starters={model.starters} />}
        </EmptyState>
      ) : (
        <ul class="query-list">
          {model.lists.map((one) => (
            <li class="query-row">
              <div>
                <a href={urls.list(one.id)} data-row-link>
                  <Plain text={one.name} />
                </a>
                <code dir="auto">{one.text}</code>
                {one.warning && (
                  <p class="source-error">
                    <Icon name="warning" /> {one.warning}
                  </p>
                )}
              </div>
              <span class="muted">{t.listening.queries(one.queries)}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

const Starters: FC<{ starters: Starter[] }> = ({ starters }) => (
  <>
    {starters.map((one) => (
      <a class="button" href={urls.listNew({ starter: one.key })}>
        {one.name}
      </a>
    ))}
  </>
)

export interface ListFormModel {
  /** Absent: a new list. */
  id?: string | undefined
  canEdit: boolean
  name: string
  text: string
  errors?: FormErrors | undefined
  /** Offered on the form of a new list. */
  starters: Starter[]
  queries: { id: string; name: string }[]
  versions: QueryVersion[]
  preview: ListPreviewModel
}

export interface ListPreviewModel {
  text: string
  error?: QueryPreviewModel['error']
  warnings: string[]
  /** Mentions of the last `days` that the queries caught, and how many of them the list hides. */
  caught: number
  hides: number
  days: number
  /** Only the queries that use it; else every query that listens. */
  isUsed: boolean
  byQuery: { id: string; name: string; caught: number; hides: number }[]
  samples: QuerySample[]
}

/** POST name, text. The preview follows the typing: GET listPreview?text=…&id=… answers the part. */
export const ListFormPage: FC<{ model: ListFormModel }> = ({ model }) => {
  const { t } = useView()
  const action = model.id ? urls.list(model.id) : urls.listNew()
  return (
    <>
      <PageHead
        title={model.id ? model.name : t.listening.addList}
        lead={t.listening.listFormLead}
        back={{ href: urls.lists(), label: t.listening.lists }}
      />
      <div class="split split-even">
        <Form action={action} id="list-form">
          <ErrorSummary errors={model.errors} />
          {model.starters.length > 0 && (
            <p class="button-row">
              <span class="muted">{t.listening.startFrom}</span> <Starters starters={model.starters} />
            </p>
          )}
          <TextField
            name="name"
            label={t.queries.name}
            help={t.listening.listNameHelp}
            value={model.name}
            required
            autocomplete="off"
            error={model.errors?.['name']}
          />
          <div
            hx-get={urls.listPreview()}
            hx-trigger="input delay:250ms"
            hx-include="#f-text, #list-id"
            hx-target="#list-preview"
            hx-swap="outerHTML"
          >
            <input type="hidden" id="list-id" name="id" value={model.id ?? ''} />
            <TextArea
              name="text"
              label={t.listening.listText}
              help={t.listening.listTextHelp}
              value={model.text}
              rows={8}
              required
              code
              error={model.errors?.['text']}
            />
          </div>
          <div class="button-row">
            {model.canEdit && (
              <button type="submit" class="button button-primary">
                {t.form.save}
              </button>
            )}
            <button type="submit" class="button no-js" formmethod="get" formaction={action} formnovalidate>
              {t.queries.preview}
            </button>
            <a class="button" href={urls.lists()}>
              {t.form.cancel}
            </a>
          </div>
        </Form>
        <ListPreview model={model.preview} />
      </div>
      {model.id && <ListFacts id={model.id} model={model} />}
    </>
  )
}

const ListFacts: FC<{ id: string; model: ListFormModel }> = ({ id, model }) => {
  const { t } = useView()
  return (
    <>
      <section class="section">
        <h2>{t.listening.usedBy}</h2>
        {model.queries.length === 0 ? (
          <p class="help">{t.listening.usedByNone}</p>
        ) : (
          <ul class="bullets">
            {model.queries.map((query) => (
              <li>
                <a href={urls.query(query.id)}>
                  <Plain text={query.name} />
                </a>
              </li>
            ))}
          </ul>
        )}
      </section>
      <VersionTable
        versions={model.versions}
        canEdit={model.canEdit}
        help={t.listening.listVersionsHelp}
        href={(version) => urls.listVersion(id, String(version))}
      />
      {model.canEdit && (
        <section class="section">
          <h2>{t.listening.removeList}</h2>
          <p class="help">{t.listening.removeListText(model.queries.length)}</p>
          <PostButton action={urls.listRemoval(id)} class="button button-danger">
            <Icon name="trash" /> {t.listening.removeList}
          </PostButton>
        </section>
      )}
    </>
  )
}

export const ListPreview: FC<{ model: ListPreviewModel }> = ({ model }) => {
  const { t, locale } = useView()
  const n = (value: number) => formatNumber(value, locale)
  return (
    <section class="preview" id="list-preview" aria-label={t.queries.preview} aria-live="polite">
      {model.error ? (
        <QueryProblem query={model.text} error={model.error} />
      ) : model.text === '' ? (
        <p class="muted preview-none">{t.listening.previewList}</p>
      ) : (
        <>
          <h2>{t.listening.wouldHideOf(n(model.hides), model.caught, n(model.caught), model.days)}</h2>
          <p class="muted">{model.isUsed ? t.listening.ofQueries : t.listening.ofAllQueries}</p>
          {model.warnings.map((warning) => (
            <p class="notice notice-warn">
              <Icon name="warning" />
              <span>{warning}</span>
            </p>
          ))}
          {model.byQuery.length > 0 && (
            <ul class="bullets">
              {model.byQuery.map((query) => (
                <li>
                  <a href={urls.query(query.id)}>
                    <Plain text={query.name} />
                  </a>
                  : {t.listening.ofFigure(n(query.hides), n(query.caught))}
                </li>
              ))}
            </ul>
          )}
          {model.samples.length === 0 ? (
            <p class="muted preview-none">{t.listening.hidesNothing}</p>
          ) : (
            <SampleList samples={model.samples} />
          )}
        </>
      )}
    </section>
  )
}
