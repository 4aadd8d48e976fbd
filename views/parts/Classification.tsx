import type { FC } from 'hono/jsx'
import type { Emotion } from '../../src/domain/classification.ts'
import type { RuleEffect } from '../../src/domain/termRule.ts'
import { useView } from '../context.tsx'
import type { View } from '../context.tsx'
import { formatPercent } from '../format.ts'
import { CheckField } from '../forms/Field.tsx'
import { Form } from '../forms/Form.tsx'
import type { Intent, Sentiment } from '../model.ts'
import { intents as allIntents } from '../model.ts'
import { urls } from '../urls.ts'
import { Icon } from './icons.tsx'
import { IntentTags, SentimentMark } from './Marks.tsx'
import { Time } from './Time.tsx'

export interface ClassificationModel {
  sentiment: Sentiment
  /** Calibrated, 0…1. */
  confidence: number
  unsure: boolean
  /** Both poles are strong: how likely each is. */
  mixed?: { negative: number; positive: number } | undefined
  intents: { label: Intent; confidence: number }[]
  urgency: 'low' | 'normal' | 'high'
  /** What spoke for the label (above zero) and against it, strongest first; absent: nobody was asked. */
  because?: { feature: string; weight: number }[] | undefined
  /** Another judge that was asked because the built-in one was unsure. */
  askedModel?: string | undefined
  /** A classifier before the present one judged; `now`: what the present one says where it differs. */
  earlierModel?: { now?: Sentiment | undefined } | undefined
  /** The runner-up, and the words that speak for it (above zero) and against it. */
  instead?: { label: Sentiment; probability: number; because: { feature: string; weight: number }[] } | undefined
  /** What the author wants, with the words that decided. */
  wishes?: { label: Intent; confidence: number; because: string[] }[] | undefined
  modifiers?: { kind: 'negation' | 'booster' | 'softener'; word: string; reach: string[] }[] | undefined
  /** Rules of the team that had a part in it; `ruled`: one of them decided the sentiment. */
  rules?: { id: string; effect: RuleEffect; words: string[] }[] | undefined
  ruled?: boolean | undefined
  /** A person has labelled a text of the very same words. */
  sameWords?: boolean | undefined
  /** Corrections of this workspace had a part in it. */
  learned?: boolean | undefined
  /** Probabilities beside the tone; absent: not judged in this language. */
  emotion?: { label: Emotion; confidence: number } | undefined
  offensive?: number | undefined
  /** May the viewer label it? */
  canCorrect: boolean
  /** The version that judged. */
  model?: string | undefined
  /** The stars say otherwise. */
  disagreesWithRating: boolean
  corrected?: { by: string; at: number; was?: Sentiment | undefined } | undefined
}

/** The judgement as a sentence with its reason, and the form that corrects it in one step. */
export const Classification: FC<{ mentionId: string; model: ClassificationModel }> = ({ mentionId, model }) => {
  const view = useView()
  const { t } = view
  return (
    <div class="judgement">
      <Icon name="sparkle" />
      <div class="judgement-body">
        <p>
          <SentimentMark sentiment={model.sentiment} mixed={model.mixed !== undefined} />{' '}
          <Sentence model={model} view={view} /> <IntentTags intents={model.intents.map((one) => one.label)} />
          {model.urgency === 'high' && <span class="tag tag-warn">{t.classification.urgent}</span>}
        </p>
        {model.disagreesWithRating && <p class="muted">{t.classification.disagrees}</p>}
        {model.corrected && (
          <p class="muted">
            {t.classification.corrected(model.corrected.by)} <Time at={model.corrected.at} long />
            {model.corrected.was && `. ${t.classification.was(t.sentiment[model.corrected.was])}`}
          </p>
        )}
        {model.askedModel && <p class="muted">{t.classification.asked(model.askedModel)}</p>}
        {model.earlierModel && (
          <p class="muted">
            {t.classification.earlier}
            {model.earlierModel.now && ` ${t.classification.now(t.sentiment[model.earlierModel.now])}`}
          </p>
        )}
        {model.rules?.map((rule) => (
          <p class="muted">
            <Icon name="tag" />{' '}
            <a href={urls.rule(rule.id)}>
              <RuleSentence rule={rule} />
            </a>
          </p>
        ))}
        {model.sameWords && <p class="muted">{t.classification.sameWords}</p>}
        {model.instead && <Why model={model} instead={model.instead} />}
        {model.canCorrect && (
          <details class="correct">
            <summary>{t.classification.correct}</summary>
            <CorrectionForm mentionId={mentionId} model={model} />
          </details>
        )}
      </div>
    </div>
  )
}

/** "Negative, 84 %: keeps crashing, refund". */
const Sentence: FC<{ model: ClassificationModel; view: View }> = ({ model, view }) => {
  const { t, locale } = view
  const name = t.sentiment[model.sentiment]
  if (model.corrected || model.ruled) return <strong>{name}</strong>
  if (model.mixed) {
    const { negative, positive } = model.mixed
    return (
      <span>
        <strong>{t.sentiment.mixed}</strong>:{' '}
        {t.classification.poles(formatPercent(negative, locale), formatPercent(positive, locale))}
      </span>
    )
  }
  return (
    <span>
      <strong>{name}</strong>, {formatPercent(model.confidence, locale)}
      {model.unsure ? ` (${t.classification.unsure})` : ''}
      {model.because && <Reasons because={model.because} />}
    </span>
  )
}

const RuleSentence: FC<{ rule: { effect: RuleEffect; words: string[] } }> = ({ rule: { effect, words } }) => {
  const { t } = useView()
  const said = words.map((word) => `“${word}”`).join(', ')
  if (effect.kind === 'ignore') return <bdi>{t.classification.rules.ignore(said)}</bdi>
  if (effect.kind === 'sentiment')
    return <bdi>{t.classification.rules.sentiment(said, t.sentiment[effect.sentiment])}</bdi>
  return <bdi>{t.classification.rules[effect.present ? 'present' : 'absent'](said, t.intent[effect.intent])}</bdi>
}

/** "Why not neutral (24 %)? for it: fine; against it: crashes", what turns and strengthens, and who judged. */
const Why: FC<{ model: ClassificationModel; instead: NonNullable<ClassificationModel['instead']> }> = (props) => {
  const { t, locale } = useView()
  const { model, instead } = props
  const speaking = instead.because.filter((one) => one.weight > 0).slice(0, 4)
  const against = instead.because.filter((one) => one.weight < 0).slice(0, 4)
  return (
    <details class="correct">
      <summary>{t.classification.why}</summary>
      <p>
        <strong>
          {t.classification.whyNot(t.sentiment[instead.label], formatPercent(instead.probability, locale))}
        </strong>{' '}
        {speaking.length === 0 ? (
          t.classification.whyNotNone
        ) : (
          <>
            {t.classification.whyNotFor}: <Words of={speaking} />
          </>
        )}
        {against.length > 0 && (
          <>
            ; {t.classification.whyNotAgainst}: <Words of={against} />
          </>
        )}
      </p>
      {model.modifiers && model.modifiers.length > 0 && (
        <ul class="plain-list">
          {model.modifiers.map((one) => (
            <li dir="auto" hx-ignore="">
              {one.kind === 'negation' && t.classification.turned(`“${one.word}”`, one.reach.join(' '))}
              {one.kind === 'booster' && t.classification.boosted(`“${one.word}”`, `“${one.reach.join(' ')}”`)}
              {one.kind === 'softener' && t.classification.softened(`“${one.word}”`, `“${one.reach.join(' ')}”`)}
            </li>
          ))}
        </ul>
      )}
      {model.wishes?.map((one) => (
        <p>
          <strong>{t.intent[one.label]}</strong>, {formatPercent(one.confidence, locale)}:{' '}
          {one.because.length === 0 ? (
            t.classification.together
          ) : (
            <Words of={one.because.map((feature) => ({ feature }))} />
          )}
        </p>
      ))}
      {model.emotion && (
        <p>
          {t.classification.emotion(
            t.classification.emotions[model.emotion.label],
            formatPercent(model.emotion.confidence, locale),
          )}{' '}
          {model.offensive !== undefined && t.classification.offensive(formatPercent(model.offensive, locale))}
        </p>
      )}
      <p class="muted">
        {model.learned && `${t.classification.learned} `}
        {model.model && t.classification.judgedBy(model.model)}
      </p>
    </details>
  )
}

/** ": crashing, refund; despite love". */
const Reasons: FC<{ because: { feature: string; weight: number }[] }> = ({ because }) => {
  const { t } = useView()
  const speaking = because.filter((one) => one.weight > 0).slice(0, 4)
  const against = because.filter((one) => one.weight < 0).slice(0, 2)
  if (speaking.length === 0) return <>: {t.classification.together}</>
  return (
    <>
      : <Words of={speaking} />
      {against.length > 0 && (
        <>
          ; {t.classification.despite} <Words of={against} />
        </>
      )}
    </>
  )
}

const Words: FC<{ of: { feature: string }[] }> = ({ of: words }) => (
  <>
    {words.map((one, index) => (
      <>
        {index > 0 && ', '}
        <em dir="auto" hx-ignore="">
          {one.feature}
        </em>
      </>
    ))}
  </>
)

const CorrectionForm: FC<{ mentionId: string; model: ClassificationModel }> = ({ mentionId, model }) => {
  const { t } = useView()
  const chosen = new Set(model.intents.map((one) => one.label))
  return (
    <Form action={urls.classification(mentionId)} class="correction" target="#thread-pane">
      <fieldset>
        <legend>{t.classification.sentiment}</legend>
        <div class="segments">
          {(['negative', 'neutral', 'positive'] as const).map((value) => (
            <label class="segment">
              <input type="radio" name="sentiment" value={value} checked={value === model.sentiment} />
              <span>
                <SentimentMark sentiment={value} text />
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend>{t.classification.intents}</legend>
        <div class="check-grid">
          {allIntents.map((intent) => (
            <CheckField
              name="intents"
              value={intent}
              label={t.intent[intent]}
              checked={chosen.has(intent)}
              idPrefix={`${mentionId}-`}
            />
          ))}
        </div>
      </fieldset>
      <p class="help">{t.classification.help}</p>
      <button type="submit" class="button">
        {t.classification.save}
      </button>
    </Form>
  )
}
