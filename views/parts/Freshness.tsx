import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { formatDuration, formatNumber } from '../format.ts'
import { Icon } from './icons.tsx'
import { Time } from './Time.tsx'

export interface FreshnessModel {
  /** Absent: too little is known. */
  usual?:
    | {
        expectedSeconds: number
        newestAt: number
        alarmAt: number
        lagP50?: number | undefined
        lagP95?: number | undefined
        items: number
        hours: number
      }
    | undefined
  /** The alarm: how long there has been nothing, seconds. */
  silentSeconds?: number | undefined
  /** Of the second readings of the last day; absent where there are none. */
  foundLate?: number | undefined
}

export const SilenceAlarm: FC<{ freshness: FreshnessModel }> = ({ freshness: { usual, silentSeconds } }) => {
  const { t, locale } = useView()
  if (silentSeconds === undefined || !usual) return null
  return (
    <div class="trouble trouble-wait" role="alert">
      <Icon name="warning" />
      <div>
        <h2>{t.freshness.silentTitle}</h2>
        <p>
          {t.freshness.silent(formatDuration(usual.expectedSeconds, locale), formatDuration(silentSeconds, locale))}
        </p>
        <p class="muted">{t.freshness.silentHelp}</p>
      </div>
    </div>
  )
}

export const Freshness: FC<{ freshness: FreshnessModel }> = ({ freshness }) => {
  const { t, locale } = useView()
  const { usual } = freshness
  const span = (seconds: number) => formatDuration(seconds, locale)
  return (
    <section class="section">
      <h2>{t.freshness.title}</h2>
      {usual ? (
        <>
          <dl class="stats">
            <div>
              <dt>{t.freshness.usual}</dt>
              <dd>{t.freshness.every(span(usual.expectedSeconds))}</dd>
            </div>
            <div>
              <dt>{t.freshness.newest}</dt>
              <dd>
                <Time at={usual.newestAt} long />
              </dd>
            </div>
            {usual.lagP50 !== undefined && usual.lagP95 !== undefined && (
              <div>
                <dt>{t.freshness.lag}</dt>
                <dd>{t.freshness.lagText(span(usual.lagP50), span(usual.lagP95))}</dd>
              </div>
            )}
            <div>
              <dt>{t.freshness.alarm}</dt>
              <dd>
                <Time at={usual.alarmAt} long />
              </dd>
            </div>
            {freshness.foundLate !== undefined && (
              <div>
                <dt>{t.freshness.foundLate}</dt>
                <dd>{t.freshness.foundLateText(formatNumber(freshness.foundLate, locale))}</dd>
              </div>
            )}
          </dl>
          <p class="help">
            {t.freshness.learned(formatNumber(usual.items, locale), formatNumber(Math.round(usual.hours / 24), locale))}{' '}
            {t.freshness.falseAlarms}
          </p>
        </>
      ) : (
        <p class="help">{t.freshness.tooLittle}</p>
      )}
    </section>
  )
}
