import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { Form } from '../forms/Form.tsx'
import { formatNumber, formatPercent } from '../format.ts'
import type { Pager, Rating, Sentiment } from '../model.ts'
import { EmptyState } from '../parts/EmptyState.tsx'
import { RatingMark, SentimentMark } from '../parts/Marks.tsx'
import { NetworkMark } from '../parts/Network.tsx'
import { Plain, RemoteText } from '../parts/RemoteText.tsx'
import { Time } from '../parts/Time.tsx'
import { UnderstandingFrame } from '../parts/UnderstandingTabs.tsx'
import { urls } from '../urls.ts'

export const settlements = ['stars', 'text', 'mixed'] as const

export interface DisagreementsModel {
  canSettle: boolean
  open: number
  /** There are more than `open`. */
  more: boolean
  settled: Record<(typeof settlements)[number], number>
  reviews: DisagreementModel[]
  pager: Pager
}

export interface DisagreementModel {
  mentionId: string
  threadId: string
  author: string
  network: string
  at: number
  rating?: Rating | undefined
  title?: string | undefined
  text: string
  lang?: string | undefined
  sentiment: Sentiment
  /** 0…1. */
  confidence: number
}

export const DisagreementsPage: FC<{ model: DisagreementsModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <UnderstandingFrame tab="disagreements">
      <p class="lead">{t.disagreements.lead}</p>
      <div id="disagreements" aria-live="polite">
        <DisagreementList model={model} />
      </div>
    </UnderstandingFrame>
  )
}

/** What htmx replaces after each decision. */
export const DisagreementList: FC<{ model: DisagreementsModel }> = ({ model }) => {
  const { t, locale } = useView()
  const number = (value: number) => formatNumber(value, locale)
  const settled = settlements.filter((one) => model.settled[one] > 0)
  return (
    <>
      {settled.length > 0 && (
        <p class="muted">
          {t.disagreements.settled}:{' '}
          {settled.map((one) => `${t.disagreements.decisions[one]} ${number(model.settled[one])}`).join(' · ')}
        </p>
      )}
      {model.reviews.length === 0 ? (
        <EmptyState icon="star" title={t.disagreements.empty} text={t.disagreements.emptyText} />
      ) : (
        <section class="section">
          <h2>
            {model.more
              ? t.disagreements.leftMore(number(model.open))
              : t.disagreements.left(number(model.open), model.open)}
          </h2>
          {model.canSettle && (
            <p class="help">
              {t.disagreements.mixedHelp} {t.disagreements.keys}
            </p>
          )}
          <ul class="samples">
            {model.reviews.map((review, index) => (
              <Disagreement review={review} canSettle={model.canSettle} keys={index === 0} />
            ))}
          </ul>
          {model.pager.next && (
            <p>
              <a class="button" href={model.pager.next} rel="next">
                {t.disagreements.more}
              </a>
            </p>
          )}
        </section>
      )}
    </>
  )
}

const Disagreement: FC<{ review: DisagreementModel; canSettle: boolean; keys: boolean }> = ({
  review,
  canSettle,
  keys,
}) => {
  const { t, locale } = useView()
  return (
    <li>
      <p>
        {review.rating && <RatingMark rating={review.rating} />} <NetworkMark network={review.network} labelled />{' '}
        <a href={urls.thread(review.threadId)} data-row-link>
          <Plain class="strong" text={review.author} />
        </a>{' '}
        <Time at={review.at} />
      </p>
      {review.title && (
        <p class="strong">
          <Plain text={review.title} />
        </p>
      )}
      <RemoteText block spans={[{ text: review.text }]} lang={review.lang} />
      <p class="muted">
        <SentimentMark sentiment={review.sentiment} />{' '}
        {t.disagreements.text(t.sentiment[review.sentiment].toLowerCase(), formatPercent(review.confidence, locale))}
      </p>
      {canSettle && (
        <Form
          action={urls.disagreements()}
          class="answer-row"
          target="#disagreements"
          label={`${t.disagreements.question} ${review.author}`}
        >
          <input type="hidden" name="mention" value={review.mentionId} />
          {settlements.map((one, at) => (
            <button
              type="submit"
              class="button"
              name="decision"
              value={one}
              {...(keys ? { 'data-key': String(at + 1), 'aria-keyshortcuts': String(at + 1) } : {})}
            >
              {t.disagreements.decisions[one]} {keys && <kbd>{at + 1}</kbd>}
            </button>
          ))}
        </Form>
      )}
    </li>
  )
}
