import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { formatNumber, formatPercent } from '../format.ts'
import { Form } from '../forms/Form.tsx'
import type { AuthorModel, SourceRef, TextSpan } from '../model.ts'
import { Avatar } from '../parts/Avatar.tsx'
import { IntervalBar } from '../parts/charts/IntervalBar.tsx'
import { EmptyState, PageHead } from '../parts/EmptyState.tsx'
import { NetworkMark } from '../parts/Network.tsx'
import { Plain, RemoteText } from '../parts/RemoteText.tsx'
import { Time } from '../parts/Time.tsx'
import { urls } from '../urls.ts'
import { PartName, sentenceOf, type PartModel } from './QueryQuality.tsx'

export interface LabelModel {
  id: string
  name: string
  version: number
  query: string
  /** match, near, not, or the number of one part. */
  of: string
  kind: PartModel['kind']
  parts: PartModel[]
  /** Labelled, and to be labelled, of this sample. */
  done: number
  all: number
  margin: number
  /** Labels until the share is known to ± the margin; only for matches. */
  needed?: number | undefined
  /** Absent: everything is labelled. */
  card?:
    | {
        mentionId: string
        threadId: string
        author: AuthorModel
        source: SourceRef
        at: number
        title?: TextSpan[] | undefined
        text: TextSpan[]
        lang?: string | undefined
      }
    | undefined
  /** What the mention on the card belongs to. */
  part?: PartModel | undefined
}

export const QueryLabelPage: FC<{ model: LabelModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <>
      <PageHead
        title={t.quality.question(model.name)}
        lead={t.quality.questionHelp}
        back={{ href: urls.queryQuality(model.id), label: t.quality.title(model.name) }}
      />
      <LabelPanel model={model} />
    </>
  )
}

/** One mention and three keys: POST queryLabels answers this part with the next mention. */
export const LabelPanel: FC<{ model: LabelModel }> = ({ model }) => {
  const { t, locale } = useView()
  const { card, part } = model
  return (
    <section id="labelling" class="labelling">
      <div class="label-progress">
        <progress max={Math.max(1, model.all)} value={model.done} aria-label={t.quality.labelProgress} />
        <span aria-live="polite">
          {t.quality.doneOf(formatNumber(model.done, locale), formatNumber(model.all, locale))}
        </span>
      </div>
      {card ? (
        <article class="label-card">
          <header>
            <Avatar name={card.author.name} src={card.author.avatarUrl} />
            <p>
              <NetworkMark network={card.source.network} labelled /> <Plain class="strong" text={card.author.name} />{' '}
              <Plain class="muted" text={card.author.handle} /> <Time at={card.at} />
            </p>
            <a href={urls.thread(card.threadId)} class="label-open">
              {t.quality.open}
            </a>
          </header>
          {card.title && <RemoteText block class="label-title" spans={card.title} lang={card.lang} />}
          <RemoteText block class="label-text" spans={card.text} lang={card.lang} />
          {part && part.kind !== 'match' && (
            <p class="muted">
              {part.kind === 'near' ? t.quality.becauseNear : t.quality.becauseNot} <PartName part={part} />
            </p>
          )}
        </article>
      ) : (
        <EmptyState icon="check" title={t.quality.allLabelled} text={t.quality.allLabelledText}>
          <a class="button button-primary" href={urls.queryQuality(model.id)}>
            {t.quality.backToQuality}
          </a>
        </EmptyState>
      )}
      <LabelForm model={model} />
      <LabelResult model={model} />
    </section>
  )
}

const choices = [
  ['yes', 'y'],
  ['no', 'n'],
  ['unsure', 'u'],
] as const

const LabelForm: FC<{ model: LabelModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <Form action={urls.queryLabels(model.id)} class="label-form" target="#labelling" swap="outerMorph">
      <input type="hidden" name="mention" value={model.card?.mentionId ?? ''} />
      <input type="hidden" name="version" value={model.version} />
      <input type="hidden" name="of" value={model.of} />
      {model.card &&
        choices.map(([label, key]) => (
          <button
            type="submit"
            name="label"
            value={label}
            class={`button label-${label}`}
            data-key={key}
            aria-keyshortcuts={key}
          >
            {t.quality.answer[label]} <kbd aria-hidden="true">{key.toUpperCase()}</kbd>
          </button>
        ))}
      {model.done > 0 && (
        <button
          type="submit"
          name="undo"
          value="1"
          class="button button-quiet"
          data-key="Backspace"
          aria-keyshortcuts="Backspace"
        >
          {t.quality.undo} <kbd aria-hidden="true">⌫</kbd>
        </button>
      )}
    </Form>
  )
}

const LabelResult: FC<{ model: LabelModel }> = ({ model }) => {
  const { t, locale } = useView()
  const [first] = model.parts
  if (!first || model.parts.length !== 1) return null
  const margin = formatPercent(model.margin, locale)
  return (
    <div class="label-result">
      {first.labelled > 0 && <IntervalBar {...first.share} />}
      <p>{sentenceOf(first, t, locale)}</p>
      {model.needed !== undefined && (
        <p class="muted">
          {model.needed === 0 ? t.quality.enough(margin) : t.quality.needed(Math.min(model.needed, first.left), margin)}
        </p>
      )}
      {first.kind === 'not' && first.labelled > 0 && (
        <p class="muted">
          {t.quality.lostSentence(
            formatNumber(Math.floor(first.atMost.count), locale),
            formatNumber(first.population, locale),
          )}
        </p>
      )}
    </div>
  )
}
