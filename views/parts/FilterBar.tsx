import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import type { Intent, Sentiment, ThreadState } from '../model.ts'
import { intents, threadStates } from '../model.ts'
import type { InboxModel } from '../pages/Inbox.tsx'
import { urls } from '../urls.ts'
import { Icon } from './icons.tsx'
import { SaveView } from './SaveView.tsx'

/** The address of an inbox: all optional, all shareable. A type, not an interface, so that it is usable as Params. */
export type InboxFilters = {
  view?: string | undefined
  q?: string | undefined
  state?: ThreadState | undefined
  /** A user id, `me` or `none`. */
  assignee?: string | undefined
  source?: string | undefined
  sentiment?: Sentiment | undefined
  /** As what reports count it. */
  tone?: (typeof counted)[number] | undefined
  intent?: Intent | undefined
  lang?: string | undefined
  tag?: string | undefined
  /** Name of a topic. */
  topic?: string | undefined
  replied?: 'yes' | 'no' | undefined
  /** Caught by this listening query, or by one of this group: ids. */
  query?: string | undefined
  group?: string | undefined
  /** Stars at most: 1, 2, 3 …; or `none`. */
  rating?: string | undefined
  /** A day or span from a chart: YYYY-MM-DD. */
  from?: string | undefined
  to?: string | undefined
  /** Absent: copies stand under their original. */
  copies?: 'each' | undefined
  /** A thread: it and its copies, nothing else. */
  story?: string | undefined
  sort?: 'newest' | 'oldest' | 'deadline' | undefined
  /** Rows have boxes to tick. */
  select?: '1' | undefined
  /** Keyset cursors. */
  before?: string | undefined
  after?: string | undefined
}

/** sure: all but unsure. */
const counted = ['negative', 'neutral', 'positive', 'mixed', 'unsure', 'sure'] as const

const filterKeys = [
  'state',
  'assignee',
  'source',
  'sentiment',
  'tone',
  'intent',
  'lang',
  'tag',
  'topic',
  'replied',
  'query',
  'group',
  'rating',
  'from',
  'to',
  'copies',
  'story',
] as const

/** A GET form: every filtered list has an address. Closed it shows what is set; each can be taken away by itself. */
export const FilterBar: FC<{ model: Pick<InboxModel, 'filters' | 'options' | 'views'> }> = ({ model }) => {
  const { t } = useView()
  const { filters, options } = model
  const active = filterKeys.filter((key) => filters[key] !== undefined && filters[key] !== '')
  const same = { before: undefined, after: undefined }
  return (
    <div class="filters">
      <details class="filter-box">
        <summary>
          <Icon name="filter" /> {t.filter.title}
          {active.length > 0 && <span class="count">{active.length}</span>}
        </summary>
        <form method="get" action={urls.inbox()} class="filter-form">
          {filters.view && <input type="hidden" name="view" value={filters.view} />}
          {filters.q && <input type="hidden" name="q" value={filters.q} />}
          <Choice
            name="state"
            value={filters.state}
            options={threadStates.map((v) => ({ value: v, label: t.threadState[v] }))}
          />
          <Choice
            name="assignee"
            value={filters.assignee}
            options={[
              { value: 'me', label: t.filter.me },
              { value: 'none', label: t.filter.nobody },
              ...options.assignees,
            ]}
          />
          <Choice name="source" value={filters.source} options={options.sources} />
          <Choice
            name="sentiment"
            value={filters.sentiment}
            options={(['negative', 'neutral', 'positive'] as const).map((v) => ({ value: v, label: t.sentiment[v] }))}
          />
          <Choice name="tone" value={filters.tone} options={counted.map((v) => ({ value: v, label: t.tone[v] }))} />
          <Choice
            name="intent"
            value={filters.intent}
            options={intents.map((v) => ({ value: v, label: t.intent[v] }))}
          />
          <Choice name="lang" value={filters.lang} options={options.languages} />
          {options.tags && <Choice name="tag" value={filters.tag} options={options.tags} />}
          {options.topics && options.topics.length > 0 && (
            <Choice name="topic" value={filters.topic} options={options.topics} />
          )}
          <Choice
            name="replied"
            value={filters.replied}
            options={[
              { value: 'no', label: t.filter.repliedNo },
              { value: 'yes', label: t.filter.repliedYes },
            ]}
          />
          {options.queries && <Choice name="query" value={filters.query} options={options.queries} />}
          {options.groups && <Choice name="group" value={filters.group} options={options.groups} />}
          <Choice
            name="rating"
            value={filters.rating}
            options={[1, 2, 3, 4, 5].map((stars) => ({ value: String(stars), label: t.filter.atMost(stars) }))}
          />
          <Choice
            name="copies"
            value={filters.copies}
            options={[{ value: 'each', label: t.copies.each }]}
            any={t.copies.folded}
          />
          <Choice
            name="sort"
            value={filters.sort}
            options={[
              { value: 'deadline', label: t.filter.sortDeadline },
              { value: 'newest', label: t.filter.sortNewest },
              { value: 'oldest', label: t.filter.sortOldest },
            ]}
          />
          <div class="filter-actions">
            <button type="submit" class="button button-primary">
              {t.filter.apply}
            </button>
            <a class="button" href={urls.inbox({ view: filters.view, q: filters.q })}>
              {t.filter.clear}
            </a>
          </div>
        </form>
      </details>
      {filters.q && (
        <a class="chip" href={urls.inbox({ ...filters, ...same, q: undefined })}>
          <code>{filters.q}</code>
          <Icon name="cross" />
          <span class="sr">{t.filter.remove}</span>
        </a>
      )}
      {active.map((key) => (
        <a class="chip" href={urls.inbox({ ...filters, ...same, [key]: undefined })}>
          {t.filter[key]}: {nameOf(key, model, t)}
          <Icon name="cross" />
          <span class="sr">{t.filter.remove}</span>
        </a>
      ))}
      <SaveView model={model} narrowed={active.length > 0 || Boolean(filters.q) || Boolean(filters.sort)} />
    </div>
  )
}

type Choosable = Exclude<(typeof filterKeys)[number], 'from' | 'to' | 'story'> | 'sort'

const Choice: FC<{
  name: Choosable
  value: string | undefined
  options: { value: string; label: string }[]
  any?: string
}> = (props) => {
  const { t } = useView()
  return (
    <div class="field field-small">
      <label htmlFor={`filter-${props.name}`}>{t.filter[props.name]}</label>
      <select id={`filter-${props.name}`} name={props.name}>
        <option value="">{props.any ?? t.filter.any}</option>
        {props.options.map((option) => (
          <option value={option.value} selected={option.value === props.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  )
}

function nameOf(
  key: (typeof filterKeys)[number],
  { filters, options }: Pick<InboxModel, 'filters' | 'options'>,
  t: ReturnType<typeof useView>['t'],
): string {
  const value = filters[key] ?? ''
  const listed = (list: { value: string; label: string }[]) => list.find((one) => one.value === value)?.label ?? value
  if (key === 'state' && filters.state) return t.threadState[filters.state]
  if (key === 'sentiment' && filters.sentiment) return t.sentiment[filters.sentiment]
  if (key === 'tone' && filters.tone) return t.tone[filters.tone]
  if (key === 'intent' && filters.intent) return t.intent[filters.intent]
  if (key === 'assignee')
    return value === 'me' ? t.filter.me : value === 'none' ? t.filter.nobody : listed(options.assignees)
  if (key === 'source') return listed(options.sources)
  if (key === 'query') return listed(options.queries ?? [])
  if (key === 'group') return listed(options.groups ?? [])
  if (key === 'lang') return listed(options.languages)
  if (key === 'replied') return value === 'yes' ? t.filter.repliedYes : t.filter.repliedNo
  if (key === 'copies') return t.copies.each
  if (key === 'story') return t.copies.story
  if (key === 'rating') return t.filter.atMost(Number(value))
  return value
}
