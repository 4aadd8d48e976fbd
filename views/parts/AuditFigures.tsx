import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { formatMonth, formatNumber, formatPercent } from '../format.ts'
import type { Sentiment } from '../model.ts'
import { urls } from '../urls.ts'
import { SentimentMark } from './Marks.tsx'

interface Ends {
  low: number
  high: number
}

/** Shares 0…1. */
export interface AuditFiguresModel {
  n: number
  accuracy: number
  accuracyInterval: Ends
  macroF1: number
  macroF1Interval: Ends
  /** Rows: what people found; columns: what the label said; negative, neutral, positive. */
  confusion: number[][]
  agreement?: { n: number; kappa: number | undefined; interval: Ends | undefined } | undefined
}

export interface SharesModel {
  audited: number
  /** Fewer are too few. */
  least: number
  /** YYYY-MM of the audits. */
  months: string[]
  shares?: Record<Sentiment, { measured: number; corrected: number; interval: Ends }> | undefined
}

const labels = ['negative', 'neutral', 'positive'] as const

export const AuditNumbers: FC<{ figures: AuditFiguresModel }> = ({ figures }) => {
  const { t, locale } = useView()
  const percent = (share: number) => formatPercent(share, locale)
  const interval = ({ low, high }: Ends) => t.audits.interval(percent(low), percent(high))
  const kappa = figures.agreement?.kappa
  const ends = figures.agreement?.interval
  return (
    <dl class="figures figures-few">
      <div>
        <dt>{t.audits.accuracy}</dt>
        <dd>
          <span class="figure">{percent(figures.accuracy)}</span>
          <span class="muted">
            {interval(figures.accuracyInterval)} · {t.audits.n(formatNumber(figures.n, locale))}
          </span>
        </dd>
      </div>
      <div>
        <dt>{t.audits.f1}</dt>
        <dd>
          <span class="figure">{percent(figures.macroF1)}</span>
          <span class="muted">{interval(figures.macroF1Interval)}</span>
        </dd>
      </div>
      <div>
        <dt>{t.audits.kappa}</dt>
        <dd>
          <span class="figure">{kappa === undefined ? '–' : kappa.toFixed(2)}</span>
          <span class="muted">
            {figures.agreement
              ? `${ends ? `${t.audits.interval(ends.low.toFixed(2), ends.high.toFixed(2))} · ` : ''}${t.audits.n(
                  formatNumber(figures.agreement.n, locale),
                )}`
              : t.audits.noKappa}
          </span>
        </dd>
      </div>
    </dl>
  )
}

export const ConfusionTable: FC<{ confusion: number[][] }> = ({ confusion }) => {
  const { t, locale } = useView()
  return (
    // A table without links scrolls sideways on phones: the keyboard must reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section class="table-scroll" aria-label={t.audits.confusion} tabindex={0}>
      <table class="table-rows table-narrow" aria-label={t.audits.confusion}>
        <thead>
          <tr>
            <th scope="col">{t.audits.found}</th>
            {labels.map((label) => (
              <th scope="col" class="num">
                {t.audits.said} <SentimentMark sentiment={label} text />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((label, row) => (
            <tr>
              <th scope="row">
                <SentimentMark sentiment={label} text />
              </th>
              {labels.map((_, column) => (
                <td class={row === column ? 'num strong' : 'num'}>
                  {formatNumber(confusion[row]?.[column] ?? 0, locale)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** "Measured 31 % negative; corrected 27 % ± 4", and the three shares as a table; or why there is no correction. */
export const CorrectedShares: FC<{ model: SharesModel }> = ({ model }) => {
  const { t, locale } = useView()
  const percent = (share: number) => formatPercent(share, locale)
  if (!model.shares)
    return (
      <p class="muted">
        {t.audits.notAudited(formatNumber(model.least, locale))} <a href={urls.audits()}>{t.audits.toAudit}</a>
      </p>
    )
  const { negative } = model.shares
  const half = Math.round(((negative.interval.high - negative.interval.low) / 2) * 100)
  const months = model.months.map((month) => formatMonth(month, locale)).join(', ')
  return (
    <>
      <p>
        <strong>
          {t.audits.sentence(
            t.sentiment.negative.toLowerCase(),
            percent(negative.measured),
            percent(negative.corrected),
            formatNumber(half, locale),
          )}
        </strong>
      </p>
      {/* A table without links scrolls sideways on phones: the keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section class="table-scroll" aria-label={t.audits.shares} tabindex={0}>
        <table class="table-rows table-narrow" aria-label={t.audits.shares}>
          <thead>
            <tr>
              <th scope="col">{t.filter.sentiment}</th>
              {[t.audits.measured, t.audits.corrected, t.audits.between].map((name) => (
                <th scope="col" class="num">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {labels.map((label) => {
              const share = model.shares?.[label]
              return (
                share && (
                  <tr>
                    <th scope="row">
                      <SentimentMark sentiment={label} text />
                    </th>
                    <td class="num">{percent(share.measured)}</td>
                    <td class="num strong">{percent(share.corrected)}</td>
                    <td class="num">{t.audits.interval(percent(share.interval.low), percent(share.interval.high))}</td>
                  </tr>
                )
              )
            })}
          </tbody>
        </table>
      </section>
      <p class="help">
        {t.audits.sharesHelp(formatNumber(model.audited, locale), months)}{' '}
        <a href={urls.audits()}>{t.audits.toAudit}</a>
      </p>
    </>
  )
}
