import type { FC } from 'hono/jsx'
import type { Reach } from '../../src/domain/reach.ts'
import type { Signs, Suspicion } from '../../src/domain/suspicion.ts'
import { useView } from '../context.tsx'
import { formatDuration, formatNumber, formatPercent } from '../format.ts'
import { Icon } from './icons.tsx'

export interface OriginModel {
  /** As people call it. */
  network: string
  /** Absent: the platform gives nothing to tell it from. */
  reach?: Reach | undefined
  signs: Omit<Signs, 'intents'>
  suspicions: Suspicion[]
}

/** How far it reached and by which figures; what speaks for advertising, a bot or a campaign, in the open. */
export const Origin: FC<{ model: OriginModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <div class="why-line">
      <Icon name="listening" />
      <div class="judgement-body">
        {model.suspicions.length > 0 && (
          <p>
            {model.suspicions.map((one) => (
              <>
                <span class="tag tag-warn">{t.origin.suspicions[one]}</span>{' '}
              </>
            ))}
          </p>
        )}
        <details class="correct">
          <summary>{t.origin.summary}</summary>
          <dl class="facts">
            <div>
              <dt>{t.origin.reach}</dt>
              <dd>
                <ReachFact model={model} />
              </dd>
            </div>
            <SignFacts signs={model.signs} />
          </dl>
          <p class="help">{t.origin.help}</p>
        </details>
      </div>
    </div>
  )
}

const ReachFact: FC<{ model: OriginModel }> = ({ model: { reach, network } }) => {
  const { t, locale } = useView()
  const number = (value: number) => formatNumber(value, locale)
  if (!reach) return <>{t.origin.unknown(network)}</>
  if (reach.from === 'views') return <>{t.origin.views(number(reach.people))}</>
  return (
    <>
      {t.origin.estimate(number(reach.people))}:{' '}
      {t.origin.formula(number(reach.followers), percentOf(reach.share, locale))}
      <br />
      <span class="muted small">{t.origin.formulaHelp}</span>
    </>
  )
}

/** Shares between 6 and 15 % are told with one decimal where they have one. */
function percentOf(share: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(share)
}

const SignFacts: FC<{ signs: OriginModel['signs'] }> = ({ signs }) => {
  const { t, locale } = useView()
  const { spam, isBot, links, hashtags, echoes, echoSpanMs, dayCount } = signs
  const number = (value: number) => formatNumber(value, locale)
  const span = echoSpanMs >= 1000 ? formatDuration(echoSpanMs / 1000, locale, 1) : ''
  return (
    <>
      <div>
        <dt>{t.origin.promotion}</dt>
        <dd>
          {spam === undefined ? t.origin.notAsked : t.origin.likelihood(formatPercent(spam, locale))};{' '}
          {t.origin.marks(number(links), number(hashtags))}
        </dd>
      </div>
      <div>
        <dt>{t.origin.bot}</dt>
        <dd>
          {isBot === undefined ? t.origin.botUnknown : isBot ? t.origin.botYes : t.origin.botNo};{' '}
          {t.origin.day(number(dayCount), dayCount)}
        </dd>
      </div>
      <div>
        <dt>{t.origin.campaign}</dt>
        <dd>{echoes === 0 ? t.origin.echoesNone : t.origin.echoes(number(echoes), echoes, span)}</dd>
      </div>
    </>
  )
}
