import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { formatNumber, formatPercent } from '../format.ts'
import { Form } from '../forms/Form.tsx'
import { GainLossDays, type DayChange } from '../parts/charts/GainLossDays.tsx'
import { PageHead } from '../parts/EmptyState.tsx'
import { NetworkMark } from '../parts/Network.tsx'
import { Plain, RemoteText } from '../parts/RemoteText.tsx'
import type { QuerySample } from '../parts/SampleList.tsx'
import { Time } from '../parts/Time.tsx'
import { urls } from '../urls.ts'
import { QueryProblem, type QueryPreviewModel } from './Queries.tsx'

interface Counts {
  gained: number
  lost: number
  kept: number
}

export interface DifferenceModel extends QuerySample {
  change: 'gained' | 'lost'
  /** The parts of the other query for which it does not match. */
  failed: { term: string; reason: 'missing' | 'excluded' | 'apart' }[]
}

export interface CompareModel {
  id: string
  name: string
  from: { version: number; query: string }
  /** Without a version: not saved yet. */
  to: { version?: number | undefined; query: string }
  done: boolean
  /** 0…1 of the history that is counted. */
  share: number
  /** Mentions looked at one by one. */
  read: number
  /** The full-text index chose which. */
  narrowed: boolean
  /** The address that counts on. */
  go: string
  days: DayChange[]
  recentDays: number
  recent: Counts
  total: Counts
  sources: ({ id: string; name: string } & Counts)[]
  gained: DifferenceModel[]
  lost: DifferenceModel[]
  /** What the form held, to be saved from here. */
  save?: { action: string; name: string; query: string; active: boolean; lists: string[] } | undefined
  /** Back to the form with this text. */
  edit: string
  chartTitle: string
}

/** A text that cannot be read is not compared. */
export interface CompareProblem {
  id: string
  name: string
  query: string
  error: NonNullable<QueryPreviewModel['error']>
}

export const QueryComparePage: FC<{ model: CompareModel | CompareProblem }> = ({ model }) => {
  const { t } = useView()
  return (
    <>
      <PageHead
        title={t.quality.compareTitle}
        lead={t.quality.compareLead}
        back={{ href: urls.query(model.id), label: model.name }}
      />
      {'error' in model ? (
        <QueryProblem query={model.query} error={model.error} />
      ) : (
        <>
          <dl class="compare-sides">
            <div>
              <dt>{t.quality.versionName(model.from.version)}</dt>
              <dd>
                <code dir="auto">{model.from.query}</code>
              </dd>
            </div>
            <div>
              <dt>{model.to.version === undefined ? t.quality.unsaved : t.quality.versionName(model.to.version)}</dt>
              <dd>
                <code dir="auto">{model.to.query}</code>
              </dd>
            </div>
          </dl>
          <CompareResult model={model} />
          <div class="button-row compare-actions">
            {model.save && <SaveChange save={model.save} />}
            <a class="button" href={model.edit}>
              {t.quality.backToForm}
            </a>
          </div>
        </>
      )}
    </>
  )
}

const SaveChange: FC<{ save: NonNullable<CompareModel['save']> }> = ({ save }) => {
  const { t } = useView()
  return (
    <Form action={save.action} class="inline-form">
      <input type="hidden" name="name" value={save.name} />
      <input type="hidden" name="query" value={save.query} />
      {save.active && <input type="hidden" name="active" value="1" />}
      <input type="hidden" name="listsShown" value="1" />
      {save.lists.map((list) => (
        <input type="hidden" name="lists" value={list} />
      ))}
      <button type="submit" class="button button-primary">
        {t.quality.saveChange}
      </button>
    </Form>
  )
}

/** The counts so far; asks for the rest by itself until all is counted. */
export const CompareResult: FC<{ model: CompareModel }> = ({ model }) => {
  const { t, locale } = useView()
  const n = (value: number) => formatNumber(value, locale)
  const poll = model.done
    ? {}
    : { 'hx-get': model.go, 'hx-trigger': 'every 300ms', 'hx-sync': 'drop', 'hx-swap': 'outerMorph' }
  const { recent, total } = model
  const rows = (day: string, change: 'gained' | 'lost') =>
    urls.inbox({ view: 'all', q: change === 'gained' ? model.to.query : model.from.query, from: day, to: day })
  return (
    <section id="compare-result" {...poll}>
      <p class="compare-sentence" aria-live="polite">
        {t.quality.changeOf(n(recent.gained), n(recent.lost), model.recentDays)}
      </p>
      <p class="muted">{t.quality.wholeHistory(n(total.gained), n(total.lost), n(total.kept))}</p>
      <CompareProgress model={model} />
      {total.gained + total.lost > 0 && (
        <>
          <h2>{model.chartTitle}</h2>
          <GainLossDays days={model.days} title={model.chartTitle} href={rows} hasTable={model.done} />
          <BySource sources={model.sources} />
        </>
      )}
      <div class="split split-even">
        <Differences title={t.quality.gained} count={total.gained} list={model.gained} version={model.from.version} />
        <Differences title={t.quality.lost} count={total.lost} list={model.lost} version={model.to.version} />
      </div>
    </section>
  )
}

const CompareProgress: FC<{ model: CompareModel }> = ({ model }) => {
  const { t, locale } = useView()
  if (model.done) return <p class="help">{t.quality.counted(formatNumber(model.read, locale), model.narrowed)}</p>
  const share = formatPercent(model.share, locale)
  return (
    <p class="compare-progress">
      <progress max="1" value={model.share.toFixed(3)} aria-label={t.quality.countedSoFar(share)} />
      <span>{t.quality.countedSoFar(share)}</span>
      <a class="button button-small no-js" href={model.go}>
        {t.quality.goOn}
      </a>
    </p>
  )
}

const BySource: FC<{ sources: CompareModel['sources'] }> = ({ sources }) => {
  const { t, locale } = useView()
  return (
    <div class="table-scroll compare-sources">
      <table aria-label={t.quality.perSource}>
        <thead>
          <tr>
            <th scope="col">{t.filter.source}</th>
            {[t.quality.gained, t.quality.lost, t.quality.kept].map((name) => (
              <th scope="col" class="num">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sources.map((source) => (
            <tr>
              <th scope="row">
                <a href={urls.source(source.id)}>
                  <Plain text={source.name} />
                </a>
              </th>
              <td class="num">{formatNumber(source.gained, locale)}</td>
              <td class="num">{formatNumber(source.lost, locale)}</td>
              <td class="num">{formatNumber(source.kept, locale)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** `version`: the query that does not match them. */
const Differences: FC<{ title: string; count: number; list: DifferenceModel[]; version?: number | undefined }> = ({
  title,
  count,
  list,
  version,
}) => {
  const { t, locale } = useView()
  const other = version === undefined ? t.quality.unsaved : t.quality.versionName(version)
  return (
    <section class="section">
      <h2>
        {title} <span class="muted">{formatNumber(count, locale)}</span>
      </h2>
      {count > list.length && <p class="help">{t.quality.newestOf(list.length)}</p>}
      {list.length === 0 && <p class="muted">{t.quality.noneSoFar}</p>}
      <ul class="samples">
        {list.map((one) => (
          <li>
            <p>
              <NetworkMark network={one.source.network} labelled />{' '}
              <a href={urls.thread(one.threadId)}>
                <Plain class="strong" text={one.author.name || one.author.handle} />
              </a>{' '}
              <Time at={one.at} />
            </p>
            <RemoteText block spans={one.excerpt} />
            {one.failed.length > 0 && (
              <p class="muted">
                {other}:{' '}
                {one.failed.map(({ term, reason }, index) => (
                  <>
                    {index > 0 && ', '}
                    {t.quality.reason[reason]} <code dir="auto">{term}</code>
                  </>
                ))}
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
