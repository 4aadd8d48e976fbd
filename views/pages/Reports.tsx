import type { FC, PropsWithChildren } from 'hono/jsx'
import { useView } from '../context.tsx'
import { formatDuration, formatNumber, formatPercent } from '../format.ts'
import type { Option } from '../model.ts'
import { Histogram } from '../parts/charts/Histogram.tsx'
import type { Bucket } from '../parts/charts/Histogram.tsx'
import { CorrectedShares, type SharesModel } from '../parts/AuditFigures.tsx'
import { LineDays } from '../parts/charts/LineDays.tsx'
import type { DaySpan } from '../parts/charts/LineDays.tsx'
import { StackedDays } from '../parts/charts/StackedDays.tsx'
import type { DayCounts } from '../parts/charts/StackedDays.tsx'
import { EmptyState, PageHead } from '../parts/EmptyState.tsx'
import { ReportTabs } from '../parts/ReportTabs.tsx'
import { Icon } from '../parts/icons.tsx'
import { NetworkMark } from '../parts/Network.tsx'
import { urls, type Params } from '../urls.ts'

export interface ReportsModel {
  /** Chosen span in days. */
  days: number
  source?: string | undefined
  /** stories: what repeats an earlier mention is not counted again. */
  count: 'stories' | 'copies'
  /** How many copies were left out. */
  copiesLeft: number
  /** First and last day, YYYY-MM-DD: the links of the table by source keep to them. */
  from: string
  to: string
  sources: Option[]
  figures: {
    mentions: Figure
    /** 0…1. */
    negative: Figure
    /** -100…100. */
    net: Figure & { polar?: number | undefined; unsureShare?: number | undefined; unsureHref: string }
    /** 0…1 of the people who wrote. */
    answered: Figure
    /** Seconds. */
    firstResponseMedian: Figure
    firstResponseP90: Figure
    /** 0…1 of due threads answered in time. */
    answeredInTime: Figure
  }
  volume: DayCounts[]
  /** Sentiment corrected by the audits; absent where one source is looked at, which they do not speak for. */
  shares?: SharesModel | undefined
  firstResponse: DaySpan[]
  targetSeconds?: number | undefined
  distribution: Bucket[]
  /** 0…1 of the span that was heard from every source. */
  covered: number
  bySource: SourceFigures[]
  /** Sources with holes in this span. */
  incomplete: string[]
}

export interface Figure {
  value?: number | undefined
  /** The span before. */
  before?: number | undefined
  n: number
  href: string
}

export interface SourceFigures {
  id: string
  name: string
  network: string
  mentions: number
  negative: number
  answered: number
  unanswered: number
  /** Seconds. */
  median?: number | undefined
  p90?: number | undefined
  /** 0…1. */
  covered: number
}

const spans = [7, 30, 90] as const

export const ReportsPage: FC<{ model: ReportsModel }> = ({ model }) => {
  const { t, locale } = useView()
  const empty = model.figures.mentions.n === 0
  return (
    <>
      <PageHead title={t.nav.reports} lead={t.reports.lead}>
        <Choices model={model} />
      </PageHead>
      <ReportTabs tab="overview" />
      {model.incomplete.length > 0 && (
        <p class="notice notice-warn">
          <Icon name="warning" />
          <span>
            {t.reports.incomplete(model.incomplete.join(', '))} <a href={urls.sourceCoverage()}>{t.coverage.link}</a>
          </span>
        </p>
      )}
      {model.copiesLeft > 0 && (
        <p class="muted copies-left">
          {t.copies.left(formatNumber(model.copiesLeft, locale), model.copiesLeft)}{' '}
          <a href={urls.reports({ days: model.days, source: model.source, count: 'copies' })}>{t.copies.countCopies}</a>
        </p>
      )}
      {empty ? (
        <EmptyState icon="reports" title={t.reports.empty} text={t.reports.emptyText}>
          <a class="button" href={urls.sources()}>
            {t.inbox.emptyYetAction}
          </a>
        </EmptyState>
      ) : (
        <>
          <Figures model={model} />
          <section class="section">
            <h2>{t.reports.volume}</h2>
            <p class="help">{t.reports.toneHelp}</p>
            <StackedDays days={model.volume} title={t.reports.volume} />
          </section>
          {model.shares && (
            <section class="section">
              <h2>{t.audits.shares}</h2>
              <CorrectedShares model={model.shares} />
            </section>
          )}
          <div class="split split-even">
            <section class="section">
              <h2>{t.reports.firstResponse}</h2>
              <p class="help">{t.reports.firstResponseHelp}</p>
              <LineDays
                days={model.firstResponse}
                title={t.reports.firstResponse}
                targetSeconds={model.targetSeconds}
              />
            </section>
            <section class="section">
              <h2>{t.reports.distribution}</h2>
              <p class="help">{t.reports.distributionHelp}</p>
              {model.covered < 0.99 && (
                <p class="legend-row">
                  <i class="swatch swatch-hatch"></i> {t.chart.coverageShort(formatPercent(model.covered, locale))}
                </p>
              )}
              <Histogram
                buckets={model.distribution}
                title={t.reports.distribution}
                columns={[t.reports.wait, t.reports.answers]}
              />
            </section>
          </div>
          <BySource model={model} />
        </>
      )}
    </>
  )
}

/** In the address only where it is not the usual. */
function countOf({ count }: ReportsModel): 'copies' | undefined {
  return count === 'copies' ? count : undefined
}

const Choices: FC<{ model: ReportsModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <>
      <nav class="segments" aria-label={t.reports.span}>
        {spans.map((days) => (
          <a
            class="segment"
            href={urls.reports({ days, source: model.source, count: countOf(model) })}
            aria-current={days === model.days ? 'page' : undefined}
          >
            {t.reports.days(days)}
          </a>
        ))}
      </nav>
      <nav class="segments" aria-label={t.copies.countLabel}>
        {([undefined, 'copies'] as const).map((count) => (
          <a
            class="segment"
            href={urls.reports({ days: model.days, source: model.source, count })}
            aria-current={count === countOf(model) ? 'page' : undefined}
          >
            {count ? t.copies.countCopies : t.copies.countStories}
          </a>
        ))}
      </nav>
      <form method="get" action={urls.reports()} class="select-form">
        <input type="hidden" name="days" value={model.days} />
        {countOf(model) && <input type="hidden" name="count" value="copies" />}
        <label class="sr" htmlFor="report-source">
          {t.filter.source}
        </label>
        <select id="report-source" name="source" data-submit>
          <option value="">{t.reports.allSources}</option>
          {model.sources.map((option) => (
            <option value={option.value} selected={option.value === model.source}>
              {option.label}
            </option>
          ))}
        </select>
        <button type="submit" class="button no-js">
          {t.filter.apply}
        </button>
      </form>
    </>
  )
}

const Figures: FC<{ model: ReportsModel }> = ({ model }) => {
  const { t, locale } = useView()
  const { figures } = model
  const number = (value: number) => formatNumber(value, locale)
  const percent = (value: number) => formatPercent(value, locale)
  const span = (value: number) => formatDuration(value, locale)
  return (
    <dl class="figures">
      <FigureCell name={t.reports.mentions} figure={figures.mentions} format={number} />
      <FigureCell name={t.reports.negative} figure={figures.negative} format={percent} />
      <FigureCell name={t.reports.net} figure={figures.net} format={(value) => number(Math.round(value))}>
        {figures.net.polar !== undefined && (
          <span class="muted">{t.reports.polar(number(Math.round(figures.net.polar)))}</span>
        )}
        {figures.net.unsureShare !== undefined && (
          <a class="muted" href={figures.net.unsureHref}>
            {t.reports.unsureLeft(percent(figures.net.unsureShare))}
          </a>
        )}
      </FigureCell>
      <FigureCell name={t.reports.answered} figure={figures.answered} format={percent} />
      <FigureCell name={t.reports.median} figure={figures.firstResponseMedian} format={span} />
      <FigureCell name={t.reports.p90} figure={figures.firstResponseP90} format={span} />
      <FigureCell name={t.reports.inTime} figure={figures.answeredInTime} format={percent} />
    </dl>
  )
}

/** The figure is a link to its rows; n stands under it, and what it was in the span before. */
const FigureCell: FC<PropsWithChildren<{ name: string; figure: Figure; format: (value: number) => string }>> = ({
  name,
  figure,
  format,
  children,
}) => {
  const { t, locale } = useView()
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <a class="figure" href={figure.href}>
          {figure.value === undefined ? '–' : format(figure.value)}
        </a>
        <span class="muted">
          {t.reports.n(formatNumber(figure.n, locale))}
          {figure.before !== undefined && ` · ${t.reports.before(format(figure.before))}`}
        </span>
        {children}
      </dd>
    </div>
  )
}

const BySource: FC<{ model: ReportsModel }> = ({ model }) => {
  const { t, locale } = useView()
  const n = (value: number) => formatNumber(value, locale)
  const rows = (one: SourceFigures, more: Params = {}) =>
    urls.inbox({ view: 'all', source: one.id, from: model.from, to: model.to, ...more })
  return (
    <section class="section">
      <h2 id="by-source">{t.reports.bySource}</h2>
      <div class="table-scroll">
        <table aria-labelledby="by-source" class="table-rows">
          <thead>
            <tr>
              <th scope="col">{t.filter.source}</th>
              {[
                t.reports.mentions,
                t.reports.negative,
                t.reports.answered,
                t.reports.unanswered,
                t.reports.median,
                t.reports.p90,
              ].map((name) => (
                <th scope="col" class="num">
                  {name}
                </th>
              ))}
              <th scope="col">{t.chart.heard}</th>
            </tr>
          </thead>
          <tbody>
            {model.bySource.map((one) => (
              <tr>
                <th scope="row">
                  <NetworkMark network={one.network} labelled /> <a href={urls.source(one.id)}>{one.name}</a>
                </th>
                <td class="num">
                  <a href={rows(one)}>{n(one.mentions)}</a>
                </td>
                <td class="num">
                  <a href={rows(one, { tone: 'negative' })}>{n(one.negative)}</a>
                </td>
                <td class="num">
                  <a href={rows(one, { replied: 'yes' })}>{n(one.answered)}</a>
                </td>
                <td class="num">
                  <a href={rows(one, { replied: 'no' })}>{n(one.unanswered)}</a>
                </td>
                {[one.median, one.p90].map((seconds) => (
                  <td class="num">
                    {seconds === undefined ? (
                      '–'
                    ) : (
                      <a href={rows(one, { replied: 'yes' })}>{formatDuration(seconds, locale)}</a>
                    )}
                  </td>
                ))}
                <td>{one.covered < 0.99 ? t.chart.partly(Math.round(one.covered * 100)) : t.chart.fully}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
