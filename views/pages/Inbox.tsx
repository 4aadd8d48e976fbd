import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { CheckField } from '../forms/Field.tsx'
import { Form } from '../forms/Form.tsx'
import { formatNumber } from '../format.ts'
import { intents as allIntents, type Option, type Pager as PagerModel } from '../model.ts'
import { EmptyState } from '../parts/EmptyState.tsx'
import { FilterBar } from '../parts/FilterBar.tsx'
import type { InboxFilters } from '../parts/FilterBar.tsx'
import { Icon } from '../parts/icons.tsx'
import { InboxRow } from '../parts/InboxRow.tsx'
import type { InboxRowModel } from '../parts/InboxRow.tsx'
import { Pager } from '../parts/Pager.tsx'
import { urls } from '../urls.ts'
import { ThreadPane } from '../parts/ThreadPane.tsx'
import type { ThreadModel } from '../parts/ThreadPane.tsx'

export interface InboxModel {
  views: SavedView[]
  filters: InboxFilters
  options: {
    assignees: Option[]
    sources: Option[]
    languages: Option[]
    tags?: Option[] | undefined
    queries?: Option[] | undefined
    groups?: Option[] | undefined
    topics?: Option[] | undefined
  }
  /** May the viewer call matches not relevant? */
  mayJudge?: boolean | undefined
  /** The query of the search box could not be read. `position` is a UTF-16 offset. */
  queryError?: { message: string; position: number; suggestion?: string | undefined } | undefined
  rows: InboxRowModel[]
  /** Threads that match; `exact: false` shows "1,000+". */
  total: { count: number; exact: boolean }
  pager: PagerModel
  /** Why there are no rows. */
  empty: 'no-source' | 'nothing-yet' | 'no-match' | 'done'
  /** Some sources were not heard in the time shown. */
  incomplete?: { sources: string[] } | undefined
  thread?: ThreadModel | undefined
}

export interface SavedView {
  id: string
  /** Built-in names come from the catalogue by id. */
  name?: string | undefined
  builtIn?: keyof typeof builtInViews | undefined
  count: number
  /** Counts threads past or near their deadline: shown in red when above zero. */
  urgent?: boolean | undefined
}
export const builtInViews = {
  risk: 1,
  unanswered: 1,
  mine: 1,
  unassigned: 1,
  reviews: 1,
  attention: 1,
  open: 1,
  all: 1,
  resolved: 1,
} as const

/** views | list | thread | customer card; narrower screens fold from both ends. */
export const InboxPage: FC<{ model: InboxModel }> = ({ model }) => (
  <div class={`inbox${model.thread ? ' inbox-open' : ''}`}>
    <Title />
    <ViewList model={model} />
    <InboxList model={model} />
    <section id="thread-pane" class="thread-pane">
      {model.thread ? <ThreadPane thread={model.thread} back={urls.inbox({ ...model.filters })} /> : <NothingOpen />}
    </section>
  </div>
)

const Title: FC = () => {
  const { t } = useView()
  return <h1 class="sr">{t.nav.inbox}</h1>
}

const ViewList: FC<{ model: InboxModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <nav class="views" aria-label={t.inbox.views}>
      <p class="views-title" aria-hidden="true">
        {t.inbox.views}
      </p>
      <ViewItems views={model.views} current={model.filters.view} />
    </nav>
  )
}

/** The views with their counts; also pushed when the open thread changes. */
export const ViewItems: FC<{ views: SavedView[]; current: string | undefined }> = ({ views, current }) => {
  const { t, locale } = useView()
  return (
    <ul id="view-list">
      {views.map((view) => (
        <li>
          <a
            href={urls.inbox({ view: view.id })}
            aria-current={view.id === current ? 'page' : undefined}
            data-label={viewName(view, t)}
          >
            <span>{viewName(view, t)}</span>
            <span class={`count${view.urgent && view.count > 0 ? ' count-bad' : ''}`}>
              {formatNumber(view.count, locale)}
            </span>
          </a>
        </li>
      ))}
    </ul>
  )
}

function viewName(view: SavedView, t: ReturnType<typeof useView>['t']): string {
  return view.builtIn ? t.view[view.builtIn] : (view.name ?? view.id)
}

/** The list region: filters, the bar of new items, rows, pages. */
export const InboxList: FC<{ model: InboxModel }> = ({ model }) => {
  const { t, locale } = useView()
  const current = model.views.find((view) => view.id === model.filters.view)
  const count = formatNumber(model.total.count, locale)
  return (
    <section class="list" id="inbox-list" aria-labelledby="list-title" data-view={model.filters.view ?? ''}>
      <header class="list-head">
        <h2 id="list-title">{current ? viewName(current, t) : t.inbox.results}</h2>
        <span class="muted">{t.inbox.total(model.total.exact ? count : `${count}+`, model.total.count)}</span>
      </header>
      <FilterBar model={model} />
      {model.queryError && <QueryErrorBox model={model} />}
      {model.incomplete && (
        <p class="notice notice-warn">
          <Icon name="warning" />
          <span>{t.inbox.incomplete(model.incomplete.sources.join(', '))}</span>{' '}
          <a href={urls.sources()}>{t.inbox.incompleteLink}</a>
        </p>
      )}
      <NewBar href={urls.inbox({ ...model.filters, after: undefined, before: undefined })} />
      <SelectBar model={model} />
      {model.rows.length > 0 ? (
        <ul class="rows" id="rows">
          {model.rows.map((row) => (
            <InboxRow row={row} params={{ ...model.filters }} current={model.thread?.id === row.threadId} />
          ))}
        </ul>
      ) : (
        <InboxEmpty model={model} />
      )}
      <Pager pager={model.pager} label={t.inbox.pages} />
    </section>
  )
}

/** A link that gives every row a box; then the form that the boxes belong to. */
const SelectBar: FC<{ model: InboxModel }> = ({ model }) => {
  const { t } = useView()
  const { select, ...filters } = model.filters
  if (!model.mayJudge || model.rows.length === 0) return null
  if (!select)
    return (
      <p class="select-bar">
        <a class="quiet-button" href={urls.inbox({ ...filters, select: '1' })} data-label={t.listening.select}>
          <Icon name="check" /> {t.listening.select}
        </a>
      </p>
    )
  return (
    <Form action={urls.inboxRelevance()} id="bulk-form" class="select-bar">
      <input type="hidden" name="back" value={urls.inbox(model.filters).split('?')[1] ?? ''} />
      <label htmlFor="bulk-query">{t.listening.selectQuery}</label>
      <select id="bulk-query" name="query">
        <option value="">{t.listening.everyQuery}</option>
        {(model.options.queries ?? []).map((option) => (
          <option value={option.value} selected={option.value === filters.query}>
            {option.label}
          </option>
        ))}
      </select>
      <button type="submit" class="button">
        {t.listening.notRelevant}
      </button>
      <BulkLabels />
      <a class="button button-quiet" href={urls.inbox(filters)}>
        {t.listening.selectDone}
      </a>
    </Form>
  )
}

/** The same labels for every chosen thread; what is not chosen stays. */
const BulkLabels: FC = () => {
  const { t } = useView()
  return (
    <details class="bulk-labels">
      <summary class="button">{t.learning.bulk}</summary>
      <div>
        <label htmlFor="bulk-sentiment">{t.classification.sentiment}</label>
        <select id="bulk-sentiment" name="sentiment">
          <option value="">{t.learning.bulkKeep}</option>
          {(['negative', 'neutral', 'positive'] as const).map((value) => (
            <option value={value}>{t.sentiment[value]}</option>
          ))}
        </select>
        <fieldset>
          <legend>{t.learning.bulkIntents}</legend>
          <div class="check-grid">
            {allIntents.map((intent) => (
              <CheckField name="intents" value={intent} label={t.intent[intent]} idPrefix="bulk-" />
            ))}
          </div>
        </fieldset>
        <button type="submit" class="button button-primary" formaction={urls.inboxLabels()}>
          {t.learning.bulkSave}
        </button>
      </div>
    </details>
  )
}

/** Filled by the script from the stream: nothing moves under the hand. */
export const NewBar: FC<{ href: string }> = ({ href }) => {
  const { t } = useView()
  return (
    <a
      class="new-bar"
      id="new-bar"
      href={href}
      hidden
      data-one={t.inbox.newItems(1)}
      data-many={t.inbox.newItems(99).replace('99', '{n}')}
      data-stale={t.inbox.stale}
    >
      {t.inbox.newItems(0)}
    </a>
  )
}

const QueryErrorBox: FC<{ model: InboxModel }> = ({ model }) => {
  const { t } = useView()
  const error = model.queryError
  if (!error) return null
  const query = model.filters.q ?? ''
  return (
    <div class="notice notice-bad" role="alert">
      <Icon name="warning" />
      <div>
        <p>{t.search.problem(error.message)}</p>
        <pre class="caret-line">{`${query}\n${' '.repeat(error.position)}^`}</pre>
        {error.suggestion && (
          <p>
            <a href={urls.inbox({ ...model.filters, q: error.suggestion })}>{t.search.suggestion(error.suggestion)}</a>
          </p>
        )}
      </div>
    </div>
  )
}

const InboxEmpty: FC<{ model: InboxModel }> = ({ model }) => {
  const { t } = useView()
  if (model.empty === 'no-source')
    return (
      <EmptyState icon="sources" title={t.inbox.emptyNoSource} text={t.inbox.emptyNoSourceText}>
        <a class="button button-primary" href={urls.welcome()}>
          {t.inbox.emptyNoSourceAction}
        </a>
        <a class="button" href={urls.sourceNew()}>
          {t.sources.add}
        </a>
      </EmptyState>
    )
  if (model.empty === 'nothing-yet')
    return (
      <EmptyState icon="listening" title={t.inbox.emptyYet} text={t.inbox.emptyYetText}>
        <a class="button" href={urls.sources()}>
          {t.inbox.emptyYetAction}
        </a>
      </EmptyState>
    )
  if (model.empty === 'done')
    return <EmptyState icon="checkCircle" title={t.inbox.emptyDone} text={t.inbox.emptyDoneText} />
  return (
    <EmptyState icon="search" title={t.inbox.emptyMatch} text={t.inbox.emptyMatchText}>
      <a class="button" href={urls.inbox({ view: model.filters.view })}>
        {t.filter.clear}
      </a>
    </EmptyState>
  )
}

const NothingOpen: FC = () => {
  const { t } = useView()
  return (
    <div class="thread-none">
      <EmptyState icon="inbox" title={t.thread.none} text={t.thread.noneText}>
        <p class="keys">
          <kbd>j</kbd> <kbd>k</kbd> {t.thread.noneMove} <kbd>Enter</kbd> {t.thread.noneOpen} <kbd>r</kbd>{' '}
          {t.thread.noneReply}
        </p>
      </EmptyState>
    </div>
  )
}
