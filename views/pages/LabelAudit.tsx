import type { Child, FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { CheckField, ErrorSummary, SelectField, TextField } from '../forms/Field.tsx'
import { Form, PostButton } from '../forms/Form.tsx'
import { formatLanguage, formatMonth, formatNumber, formatPercent } from '../format.ts'
import type { FormErrors, Option, Sentiment } from '../model.ts'
import {
  AuditNumbers,
  ConfusionTable,
  CorrectedShares,
  type AuditFiguresModel,
  type SharesModel,
} from '../parts/AuditFigures.tsx'
import { EmptyState, PageHead } from '../parts/EmptyState.tsx'
import { SentimentMark } from '../parts/Marks.tsx'
import { Plain, RemoteText } from '../parts/RemoteText.tsx'
import { UnderstandingFrame } from '../parts/UnderstandingTabs.tsx'
import { urls } from '../urls.ts'

const labels = ['negative', 'neutral', 'positive'] as const

export interface AuditsModel {
  /** May draw samples and close audits. */
  canDraw: boolean
  monthly: boolean
  size: string
  /** Months without a sample; `current` is still running. */
  months: Option[]
  audits: AuditRow[]
  /** Of the last 30 days. */
  shares?: SharesModel | undefined
  errors?: FormErrors | undefined
}

export interface AuditRow {
  id: string
  /** YYYY-MM. */
  month: string
  state: 'drawing' | 'open' | 'closed'
  size: number
  /** Labels given, of two for each mention. */
  labels: number
  figures?: AuditFiguresModel | undefined
}

export const AuditsPage: FC<{ model: AuditsModel }> = ({ model }) => {
  const { t } = useView()
  const newest = model.audits.find((one) => one.figures)?.figures
  return (
    <UnderstandingFrame tab="audit">
      <p class="lead">{t.audits.lead}</p>
      <ErrorSummary errors={model.errors} />
      {newest && (
        <section class="section">
          <AuditNumbers figures={newest} />
        </section>
      )}
      <div class="split">
        <div>
          {model.audits.length === 0 ? (
            <EmptyState icon="eye" title={t.audits.empty} text={t.audits.emptyText} />
          ) : (
            <AuditTable audits={model.audits} />
          )}
          {newest && model.shares && (
            <section class="section">
              <h2>{t.audits.shares}</h2>
              <CorrectedShares model={model.shares} />
            </section>
          )}
        </div>
        {model.canDraw && <DrawForms model={model} />}
      </div>
    </UnderstandingFrame>
  )
}

const AuditTable: FC<{ audits: AuditRow[] }> = ({ audits }) => {
  const { t, locale } = useView()
  const number = (value: number) => formatNumber(value, locale)
  return (
    <section class="section">
      <h2>{t.audits.list}</h2>
      <div class="table-scroll">
        <table class="table-rows" aria-label={t.audits.list}>
          <thead>
            <tr>
              <th scope="col">{t.audits.month}</th>
              <th scope="col">{t.audits.state}</th>
              <th scope="col" class="num">
                {t.audits.accuracy}
              </th>
              <th scope="col" class="num">
                {t.audits.kappaShort}
              </th>
            </tr>
          </thead>
          <tbody>
            {audits.map((one) => (
              <tr>
                <th scope="row">
                  <a href={urls.audit(one.id)} data-row-link>
                    {formatMonth(one.month, locale)}
                  </a>
                </th>
                <td>
                  {t.audits.states[one.state]}
                  {one.state === 'open' && (
                    <span class="muted"> · {t.audits.progress(number(one.labels), number(one.size * 2))}</span>
                  )}
                </td>
                <td class="num">{one.figures ? formatPercent(one.figures.accuracy, locale) : '–'}</td>
                <td class="num">{one.figures?.agreement?.kappa?.toFixed(2) ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

const DrawForms: FC<{ model: AuditsModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <div>
      {model.months.length > 0 && (
        <section class="section">
          <h2>{t.audits.draw}</h2>
          <Form action={urls.audits()}>
            <input type="hidden" name="what" value="draw" />
            <SelectField name="month" label={t.audits.month} options={model.months} value={model.months[0]?.value} />
            <TextField
              name="size"
              label={t.audits.size}
              help={t.audits.sizeHelp}
              type="number"
              min={20}
              max={1000}
              value={model.size}
              error={model.errors?.['size']}
            />
            <button type="submit" class="button button-primary">
              {t.audits.draw}
            </button>
          </Form>
        </section>
      )}
      <section class="section">
        <h2>{t.audits.settings}</h2>
        <Form action={urls.audits()}>
          <input type="hidden" name="what" value="monthly" />
          <div class="field">
            <CheckField name="monthly" label={t.audits.monthly} checked={model.monthly} />
          </div>
          <button type="submit" class="button">
            {t.audits.save}
          </button>
        </Form>
      </section>
    </div>
  )
}

export interface AuditModel {
  id: string
  month: string
  state: 'drawing' | 'open' | 'closed'
  size: number
  population: number
  seed: number
  seats: { name?: string | undefined; done: number }[]
  /** The viewer labels; absent: looks on. */
  seated: boolean
  canTake: boolean
  /** The next one of the viewer; never with a label, an author or stars. */
  item?: AuditItemModel | undefined
  /** The viewer has labelled everything, or nothing is his to label. */
  disputes?: DisputeModel[] | undefined
  canClose: boolean
  figures?: AuditFiguresModel | undefined
}

export interface AuditItemModel {
  position: number
  title?: string | undefined
  text: string
  lang?: string | undefined
  network: string
  /** The viewer's own label, when looking back. */
  label?: Sentiment | undefined
  /** Labelled by the viewer so far. */
  done: number
  previous?: number | undefined
}

export interface DisputeModel {
  position: number
  threadId: string
  title?: string | undefined
  text: string
  lang?: string | undefined
  first: { name: string; label: Sentiment }
  second: { name: string; label: Sentiment }
  verdict?: Sentiment | undefined
}

export const AuditPage: FC<{ model: AuditModel }> = ({ model }) => {
  const { t, locale } = useView()
  const number = (value: number) => formatNumber(value, locale)
  return (
    <>
      <PageHead
        title={formatMonth(model.month, locale)}
        lead={
          model.state === 'drawing'
            ? t.audits.states.drawing
            : t.audits.drawn(number(model.size), number(model.population), String(model.seed))
        }
        back={{ href: urls.audits(), label: t.understanding.tabs.audit }}
      />
      <div id="audit-work" aria-live="polite">
        <AuditWork model={model} />
      </div>
    </>
  )
}

/** What htmx replaces after each answer. */
export const AuditWork: FC<{ model: AuditModel }> = ({ model }) => {
  const { t } = useView()
  if (model.state === 'drawing')
    return (
      <>
        <p>{t.audits.drawing}</p>
        <a class="button" href={urls.audit(model.id)}>
          {t.audits.reload}
        </a>
      </>
    )
  if (model.figures)
    return (
      <>
        <AuditNumbers figures={model.figures} />
        <section class="section">
          <h2>{t.audits.confusion}</h2>
          <ConfusionTable confusion={model.figures.confusion} />
        </section>
      </>
    )
  if (model.item) return <LabelForm model={model} item={model.item} />
  return <AfterLabelling model={model} />
}

const LabelForm: FC<{ model: AuditModel; item: AuditItemModel }> = ({ model, item }) => {
  const { t, locale } = useView()
  return (
    <section class="audit-item" aria-label={t.audits.question}>
      <p class="muted">
        {t.audits.progress(formatNumber(item.done, locale), formatNumber(model.size, locale))} ·{' '}
        {item.lang ? `${formatLanguage(item.lang, locale)} · ` : ''}
        {item.network}
      </p>
      <progress value={item.done} max={model.size} aria-label={t.audits.seats}></progress>
      <AuditText title={item.title} text={item.text} lang={item.lang} />
      <h2>{t.audits.question}</h2>
      <p class="help">
        {t.audits.keys} {t.audits.saved}
      </p>
      <Form action={urls.auditLabel(model.id)} class="answer-row" target="#audit-work">
        <input type="hidden" name="position" value={item.position} />
        <Answers name="label" chosen={item.label} keys />
      </Form>
      <p class="button-row">
        {item.previous !== undefined && (
          <a class="button" href={urls.audit(model.id, { at: item.previous })} data-key="b" aria-keyshortcuts="b">
            {t.audits.back} <kbd>b</kbd>
          </a>
        )}
        {item.label && (
          <a class="button" href={urls.audit(model.id)}>
            {t.audits.resume}
          </a>
        )}
      </p>
    </section>
  )
}

const AuditText: FC<{ title?: string | undefined; text: string; lang?: string | undefined }> = ({
  title,
  text,
  lang,
}) => (
  <blockquote class="audit-text">
    {title && (
      <p class="strong">
        <Plain text={title} />
      </p>
    )}
    <RemoteText block spans={[{ text }]} lang={lang} />
  </blockquote>
)

/** Three buttons of one name; with `keys` 1, 2 and 3 press them. */
const Answers: FC<{ name: string; chosen?: Sentiment | undefined; keys?: boolean }> = ({ name, chosen, keys }) => (
  <>
    {labels.map((label, index) => (
      <button
        type="submit"
        class={label === chosen ? 'button button-chosen' : 'button'}
        name={name}
        value={label}
        {...(keys ? { 'data-key': String(index + 1), 'aria-keyshortcuts': String(index + 1) } : {})}
      >
        <SentimentMark sentiment={label} text /> {keys && <kbd>{index + 1}</kbd>}
      </button>
    ))}
  </>
)

const AfterLabelling: FC<{ model: AuditModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <>
      <Seats model={model} />
      {model.disputes && <Disputes id={model.id} disputes={model.disputes} />}
      {model.canClose && (
        <section class="section">
          <h2>{t.audits.close}</h2>
          <p class="help">{t.audits.closeText}</p>
          <PostButton action={urls.auditClosing(model.id)} class="button button-primary">
            {t.audits.close}
          </PostButton>
        </section>
      )}
    </>
  )
}

const Seats: FC<{ model: AuditModel }> = ({ model }) => {
  const { t, locale } = useView()
  const number = (value: number) => formatNumber(value, locale)
  const isWaiting = model.seats.some((seat) => seat.done < model.size)
  return (
    <section class="section">
      <h2>{t.audits.seats}</h2>
      <ul class="seats">
        {model.seats.map((seat) => (
          <li>
            {seat.name ? <Plain class="strong" text={seat.name} /> : <span class="muted">{t.audits.seatFree}</span>}{' '}
            <span class="muted">{t.audits.progress(number(seat.done), number(model.size))}</span>
          </li>
        ))}
      </ul>
      {model.seated && (
        <p>
          {t.audits.finished} {isWaiting && t.audits.waiting}
        </p>
      )}
      {model.canTake ? (
        <>
          <p class="help">{t.audits.takeText}</p>
          <PostButton action={urls.auditSeat(model.id)} class="button button-primary">
            {t.audits.take}
          </PostButton>
        </>
      ) : (
        !model.seated && <p class="help">{t.audits.watch}</p>
      )}
    </section>
  )
}

const Disputes: FC<{ id: string; disputes: DisputeModel[] }> = ({ id, disputes }) => {
  const { t } = useView()
  if (disputes.length === 0) return null
  return (
    <section class="section">
      <h2>{t.audits.disputes}</h2>
      <p class="help">{t.audits.disputesText}</p>
      <ul class="samples">
        {disputes.map((one, index) => (
          <li>
            <AuditText title={one.title} text={one.text} lang={one.lang} />
            <p>
              {[one.first, one.second].map((said) => (
                <Side>
                  <Plain text={said.name} />: <SentimentMark sentiment={said.label} text />
                </Side>
              ))}
              {one.verdict && (
                <Side>
                  <strong>{t.audits.decided}</strong>: <SentimentMark sentiment={one.verdict} text />
                </Side>
              )}
            </p>
            <Form action={urls.auditVerdict(id)} class="answer-row" target="#audit-work">
              <input type="hidden" name="position" value={one.position} />
              <Answers
                name="label"
                chosen={one.verdict}
                keys={index === disputes.findIndex((other) => other.verdict === undefined)}
              />
              <a href={urls.thread(one.threadId)}>{t.audits.thread}</a>
            </Form>
          </li>
        ))}
      </ul>
    </section>
  )
}

const Side: FC<{ children?: Child }> = ({ children }) => <span class="side">{children}</span>
