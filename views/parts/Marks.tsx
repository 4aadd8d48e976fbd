import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { formatNumber } from '../format.ts'
import type { Intent, Rating, Sentiment } from '../model.ts'
import { Icon } from './icons.tsx'

const faces: Record<Sentiment | 'mixed', string> = {
  mixed: 'M2.5 5h6v6h-6zM11 11a3 3 0 1 0 0-6',
  negative: 'M4 4h8v8H4z',
  neutral: 'M3.5 8h9',
  positive: 'M8 12.2a4.2 4.2 0 1 0 0-8.4 4.2 4.2 0 0 0 0 8.4',
}

/** Sentiment by shape (square, dash, circle, half of each) and colour; the word is there for everybody who needs it. */
export const SentimentMark: FC<{
  sentiment: Sentiment
  /** Both poles are strong: no single label says it. */
  mixed?: boolean | undefined
  unsure?: boolean | undefined
  text?: boolean
}> = ({ sentiment, mixed, unsure, text }) => {
  const { t } = useView()
  const shown = mixed ? 'mixed' : sentiment
  const label = unsure && !mixed ? t.sentiment.unsure(t.sentiment[shown]) : t.sentiment[shown]
  return (
    <span class={`sentiment sentiment-${shown}${unsure && !mixed ? ' sentiment-unsure' : ''}`} title={label}>
      <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true" focusable="false">
        <path d={faces[shown]} />
      </svg>
      <span class={text ? '' : 'sr'}>{label}</span>
    </span>
  )
}

/** Five stars as stars, thumbs as words, points as points; always with the figure in text. */
export const RatingMark: FC<{ rating: Rating }> = ({ rating }) => {
  const { t, locale } = useView()
  if (rating.kind === 'thumb') {
    const up = rating.raw === rating.best
    return <span class={`thumb ${up ? 'thumb-up' : 'thumb-down'}`}>{up ? t.rating.up : t.rating.down}</span>
  }
  const figure = t.rating.of(formatNumber(rating.raw, locale), formatNumber(rating.best, locale))
  if (rating.kind === 'points' || rating.best > 5) return <span class="points">{figure}</span>
  return (
    <span class="stars" title={figure}>
      {Array.from({ length: rating.best }, (_, index) => (
        <Icon name="star" filled={index < Math.round(rating.raw)} />
      ))}
      <span class="sr">{figure}</span>
    </span>
  )
}

/** At most `limit` of them: a row has one line for its marks. */
export const IntentTags: FC<{ intents: Intent[]; limit?: number }> = ({ intents, limit = 9 }) => {
  const { t } = useView()
  return (
    <>
      {intents
        .filter((intent) => intent !== 'other')
        .slice(0, limit)
        .map((intent) => (
          <span class={`tag tag-intent${intent === 'churn_threat' ? ' tag-warn' : ''}`}>{t.intent[intent]}</span>
        ))}
    </>
  )
}
