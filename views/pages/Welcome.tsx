import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { formatNumber } from '../format.ts'
import { ConfigFields } from '../forms/ConfigFields.tsx'
import type { ConfigField } from '../forms/ConfigFields.tsx'
import { CheckField, ErrorSummary, TextField } from '../forms/Field.tsx'
import { Form } from '../forms/Form.tsx'
import type { FormErrors } from '../model.ts'
import { Icon } from '../parts/icons.tsx'
import { NetworkMark, networkName } from '../parts/Network.tsx'
import { urls } from '../urls.ts'

export interface WelcomeModel {
  word: string
  /** False once there is a source: the demo world is no longer offered. */
  offersDemo: boolean
  errors?: FormErrors | undefined
}

/** GET word → the offered sources; or POST the demo world. Stands in PlainLayout. */
export const WelcomePage: FC<{ model: WelcomeModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <div class="panel">
      <Steps at={1} />
      <h1>{t.welcome.title}</h1>
      <p class="lead">{t.welcome.lead}</p>
      <form method="get" action={urls.welcomeSources()}>
        <ErrorSummary errors={model.errors} />
        <TextField
          name="word"
          label={t.welcome.word}
          help={t.welcome.wordHelp}
          value={model.word}
          required
          autofocus
          autocomplete="off"
          error={model.errors?.['word']}
        />
        <button type="submit" class="button button-primary button-large">
          {t.welcome.next}
        </button>
      </form>
      {model.offersDemo && (
        <div class="panel-other">
          <h2>{t.welcome.demo}</h2>
          <p>{t.welcome.demoText}</p>
          <Form action={urls.welcomeDemo()}>
            <button type="submit" class="button">
              <Icon name="eye" /> {t.welcome.demoAction}
            </button>
          </Form>
        </div>
      )}
    </div>
  )
}

export interface WelcomeSourcesModel {
  word: string
  offers: OfferedSource[]
  errors?: FormErrors | undefined
}

export interface OfferedSource {
  /** Value of the check box `offer`; its fields are named `<key>.<field>`. */
  key: string
  connector: string
  network: string
  name: string
  why: string
  checked: boolean
  /** What a person must still fill in; empty: ready. */
  fields: ConfigField[]
}

/** POST word, offer[], and the fields of what is chosen. */
export const WelcomeSourcesPage: FC<{ model: WelcomeSourcesModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <div class="panel panel-wide">
      <Steps at={2} />
      <h1>{t.welcome.sources(model.word)}</h1>
      <p class="lead">{t.welcome.sourcesLead}</p>
      <Form action={urls.welcomeSources()}>
        <ErrorSummary errors={model.errors} idPrefix="offer-" />
        <input type="hidden" name="word" value={model.word} />
        <fieldset class="offers">
          <legend class="sr">{t.welcome.sourcesLegend}</legend>
          {model.offers.map((offer) => (
            <div class="offer">
              <CheckField
                name="offer"
                value={offer.key}
                checked={offer.checked}
                label={
                  <>
                    <NetworkMark network={offer.network} /> <strong>{offer.name}</strong>
                  </>
                }
                help={offer.why}
              />
              {offer.fields.length > 0 && (
                <div class="offer-fields">
                  <ConfigFields
                    fields={offer.fields.map((field) => ({
                      ...field,
                      key: `${offer.key}.${field.key}`,
                      required: false,
                    }))}
                    errors={model.errors}
                    idPrefix="offer-"
                  />
                </div>
              )}
            </div>
          ))}
        </fieldset>
        <div class="button-row">
          <button type="submit" class="button button-primary button-large">
            {t.welcome.start}
          </button>
          <a class="button button-large" href={urls.welcome()}>
            {t.welcome.back}
          </a>
        </div>
        <p class="muted after-form">{t.welcome.more}</p>
      </Form>
    </div>
  )
}

export interface ProgressModel {
  sources: ProgressSource[]
  mentions: number
  classified: number
  /** Everything has been read once. */
  done: boolean
}

export interface ProgressSource {
  id: string
  name: string
  network: string
  state: 'waiting' | 'reading' | 'done' | 'failed'
  mentions: number
  /** What happened and what to do. */
  error?: string | undefined
}

/** The inbox fills while one watches: polled by htmx, or reloaded without JavaScript (Document refresh). */
export const ProgressPage: FC<{ model: ProgressModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <div class="panel panel-wide">
      <Steps at={3} />
      <h1>{model.done ? t.welcome.ready : t.welcome.reading}</h1>
      <p class="lead">{t.welcome.readingLead}</p>
      <Progress model={model} />
      <a class="button button-primary button-large" href={urls.inbox()}>
        {t.welcome.open}
      </a>
    </div>
  )
}

/** The part that GET welcomeProgress answers to htmx. */
export const Progress: FC<{ model: ProgressModel }> = ({ model }) => {
  const { t, locale } = useView()
  const poll = model.done ? {} : { 'hx-get': urls.welcomeProgress(), 'hx-trigger': 'every 1s', 'hx-swap': 'outerMorph' }
  return (
    <section id="progress" aria-label={t.welcome.progress} {...poll}>
      <p class="big-figure" aria-live="polite">
        <strong>{formatNumber(model.mentions, locale)}</strong> {t.welcome.mentions(model.mentions)}
        <span class="muted">{t.welcome.classified(formatNumber(model.classified, locale))}</span>
      </p>
      <ul class="progress-list">
        {model.sources.map((one) => (
          <li class={`progress-${one.state}`}>
            <NetworkMark network={one.network} />
            <div>
              <strong>{one.name}</strong> <span class="muted">{networkName(one.network)}</span>
              {one.error && (
                <p class="error">
                  <Icon name="warning" />
                  <span>
                    {one.error} <a href={urls.source(one.id)}>{t.welcome.fix}</a>
                  </span>
                </p>
              )}
            </div>
            <span class="progress-state">
              {one.state === 'done' && <Icon name="check" />}
              {t.progress[one.state]}
            </span>
            <span class="num">{formatNumber(one.mentions, locale)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

const Steps: FC<{ at: 1 | 2 | 3 }> = ({ at }) => {
  const { t } = useView()
  return (
    <ol class="steps" aria-label={t.welcome.steps(at)}>
      {[1, 2, 3].map((step) => (
        <li class={step <= at ? 'step-done' : ''} aria-current={step === at ? 'step' : undefined}>
          <span class="sr">{step}</span>
        </li>
      ))}
    </ol>
  )
}
