import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { CheckField, ErrorSummary, SelectField, TextArea, TextField } from '../forms/Field.tsx'
import { Form, PostButton } from '../forms/Form.tsx'
import { formatNumber, formatPercent } from '../format.ts'
import type { FormErrors, Option, Pager, Rating, Sentiment, TextSpan } from '../model.ts'
import { EmptyState, PageHead } from '../parts/EmptyState.tsx'
import { Icon } from '../parts/icons.tsx'
import { RatingMark, SentimentMark } from '../parts/Marks.tsx'
import { NetworkMark } from '../parts/Network.tsx'
import { Plain, RemoteText } from '../parts/RemoteText.tsx'
import { Time } from '../parts/Time.tsx'
import { UnderstandingFrame } from '../parts/UnderstandingTabs.tsx'
import { urls } from '../urls.ts'
import { QueryPreview, type QueryPreviewModel } from './Queries.tsx'

export type TopicKind = 'topic' | 'brand' | 'competitor'

export interface TopicsModel {
  days: number
  canEdit: boolean
  topics: TopicRow[]
}

export interface TopicRow {
  id: string
  name: string
  kind: TopicKind
  active: boolean
  /** Topics above it. */
  depth: number
  figures: TopicFigures
}

export interface TopicFigures {
  mentions: number
  negative: number
  /** 0…1, ends of the 95 % interval; absent without mentions. */
  interval?: { low: number; high: number } | undefined
  before: { mentions: number; negative: number }
}

const spans = [7, 30, 90] as const

export const TopicsPage: FC<{ model: TopicsModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <UnderstandingFrame tab="topics">
      <div class="section-head">
        <DaysChoice days={model.days} href={(days) => urls.topics({ days })} />
        <div class="button-row">
          <a class="button" href={urls.topicsEmerging()}>
            {t.topics.emerging.link}
          </a>
          {model.canEdit && (
            <a class="button button-primary" href={urls.topicNew()} data-label={t.topics.add}>
              <Icon name="plus" /> {t.topics.add}
            </a>
          )}
        </div>
      </div>
      {model.topics.length === 0 ? (
        <EmptyState icon="tag" title={t.topics.empty} text={t.topics.emptyText}>
          <code class="example">{t.topics.example}</code>
          {model.canEdit && (
            <a class="button button-primary" href={urls.topicNew({ query: t.topics.example })}>
              {t.topics.tryExample}
            </a>
          )}
        </EmptyState>
      ) : (
        <section class="section">
          <p class="help">{t.topics.help}</p>
          <TopicTable model={model} />
        </section>
      )}
    </UnderstandingFrame>
  )
}

export const DaysChoice: FC<{ days: number; href: (days: number) => string }> = ({ days, href }) => {
  const { t } = useView()
  return (
    <nav class="segments" aria-label={t.topics.span}>
      {spans.map((one) => (
        <a class="segment" href={href(one)} aria-current={one === days ? 'page' : undefined}>
          {t.reports.days(one)}
        </a>
      ))}
    </nav>
  )
}

const TopicTable: FC<{ model: TopicsModel }> = ({ model: { topics, days } }) => {
  const { t, locale } = useView()
  return (
    <div class="table-scroll">
      <table class="table-rows" aria-label={t.topics.caption}>
        <thead>
          <tr>
            <th scope="col">{t.topics.name}</th>
            <th scope="col" class="num">
              {t.topics.mentions}
            </th>
            <th scope="col" class="num">
              {t.topics.negative}
            </th>
            <th scope="col" class="num">
              {t.topics.change}
            </th>
          </tr>
        </thead>
        <tbody>
          {topics.map((one) => (
            <tr>
              <th scope="row" class={one.depth > 0 ? 'topic-below' : undefined}>
                <a href={urls.topic(one.id, { days })} data-row-link>
                  <Plain text={one.name} />
                </a>{' '}
                {one.kind !== 'topic' && <span class="tag">{t.topics.kinds[one.kind]}</span>}{' '}
                {!one.active && <span class="tag">{t.topics.off}</span>}
              </th>
              <td class="num">
                <a href={urls.topic(one.id, { days })}>{formatNumber(one.figures.mentions, locale)}</a>
              </td>
              <td class="num">
                <NegativeShare id={one.id} days={days} figures={one.figures} />
              </td>
              <td class="num muted">
                <Before figures={one.figures} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const NegativeShare: FC<{ id: string; days: number; figures: TopicFigures }> = ({ id, days, figures }) => {
  const { t, locale } = useView()
  const percent = (share: number) => formatPercent(share, locale)
  if (!figures.interval) return <>–</>
  return (
    <>
      <a href={urls.topic(id, { days, sentiment: 'negative' })}>{percent(figures.negative / figures.mentions)}</a>
      <br />
      <span class="muted small">
        {t.topics.interval(percent(figures.interval.low), percent(figures.interval.high))}
      </span>
    </>
  )
}

const Before: FC<{ figures: TopicFigures }> = ({ figures: { before } }) => {
  const { t, locale } = useView()
  if (before.mentions === 0) return <>{t.topics.none}</>
  const share = formatPercent(before.negative / before.mentions, locale)
  return <>{t.topics.before(formatNumber(before.mentions, locale), share)}</>
}

export interface TopicModel {
  id: string
  name: string
  kind: TopicKind
  rule: string
  days: number
  sentiment?: Sentiment | undefined
  canEdit: boolean
  figures: TopicFigures
  mentions: TopicMention[]
  pager: Pager
  walk?: WalkModel | undefined
}

export interface TopicMention {
  threadId: string
  network: string
  author: string
  at: number
  rating?: Rating | undefined
  excerpt: TextSpan[]
  /** Of what is said of the topic, and of the whole text. */
  sentiment: Sentiment
  whole?: Sentiment | undefined
  compared: boolean
}

export interface WalkModel {
  mode: 'count' | 'apply'
  scanned: number
  matched: number
  finishedAt?: number | undefined
  /** The rule has changed since. */
  outdated: boolean
}

/** What one topic found: its figures, its mentions, and the history. */
export const TopicPage: FC<{ model: TopicModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <>
      <PageHead
        title={model.name}
        lead={t.topics.kinds[model.kind]}
        back={{ href: urls.topics({ days: model.days }), label: t.understanding.tabs.topics }}
      >
        <DaysChoice days={model.days} href={(days) => urls.topic(model.id, { days, sentiment: model.sentiment })} />
        <a class="button" href={urls.topicsEmerging({ topic: model.id })}>
          {t.topics.emerging.link}
        </a>
        <a class="button" href={urls.topicEdit(model.id)}>
          {t.topics.edit}
        </a>
      </PageHead>
      <TopicNumbers model={model} />
      <div class="split">
        <section class="section">
          <nav class="segments" aria-label={t.topics.filter}>
            {([undefined, 'negative', 'neutral', 'positive'] as const).map((sentiment) => (
              <a
                class="segment"
                href={urls.topic(model.id, { days: model.days, sentiment })}
                aria-current={sentiment === model.sentiment ? 'page' : undefined}
              >
                {sentiment ? t.sentiment[sentiment] : t.topics.all}
              </a>
            ))}
          </nav>
          {model.mentions.length === 0 && <p class="muted">{t.topics.noMentions}</p>}
          <ul class="samples">
            {model.mentions.map((one) => (
              <TopicMentionRow mention={one} />
            ))}
          </ul>
          {model.pager.next && (
            <p>
              <a class="button" href={model.pager.next} rel="next">
                {t.topics.more}
              </a>
            </p>
          )}
        </section>
        <div>
          <section class="section">
            <h2>{t.topics.rule}</h2>
            <p>
              <code dir="auto">{model.rule}</code>
            </p>
          </section>
          <Walk model={model} />
        </div>
      </div>
    </>
  )
}

const TopicNumbers: FC<{ model: TopicModel }> = ({ model: { figures, id, days } }) => {
  const { t, locale } = useView()
  return (
    <dl class="figures figures-few">
      <div>
        <dt>{t.topics.mentions}</dt>
        <dd>
          <a class="figure" href={urls.topic(id, { days })}>
            {formatNumber(figures.mentions, locale)}
          </a>
          <span class="muted">
            {t.topics.change}: <Before figures={figures} />
          </span>
        </dd>
      </div>
      <div>
        <dt>{t.topics.negative}</dt>
        <dd>
          <a class="figure" href={urls.topic(id, { days, sentiment: 'negative' })}>
            {figures.interval ? formatPercent(figures.negative / figures.mentions, locale) : '–'}
          </a>
          {figures.interval && (
            <span class="muted">
              {t.topics.interval(
                formatPercent(figures.interval.low, locale),
                formatPercent(figures.interval.high, locale),
              )}
              {' · '}
              {t.reports.n(formatNumber(figures.mentions, locale))}
            </span>
          )}
        </dd>
      </div>
    </dl>
  )
}

const TopicMentionRow: FC<{ mention: TopicMention }> = ({ mention }) => {
  const { t } = useView()
  return (
    <li>
      <p>
        <SentimentMark sentiment={mention.sentiment} text />{' '}
        {mention.compared && <span class="muted">({t.topics.comparison}) </span>}
        <NetworkMark network={mention.network} labelled />{' '}
        <a href={urls.thread(mention.threadId)} data-row-link>
          <Plain class="strong" text={mention.author} />
        </a>{' '}
        {mention.rating && <RatingMark rating={mention.rating} />} <Time at={mention.at} />{' '}
        {mention.whole && mention.whole !== mention.sentiment && (
          <span class="muted">{t.topics.whole(t.sentiment[mention.whole])}</span>
        )}
      </p>
      <RemoteText block spans={mention.excerpt} />
    </li>
  )
}

const Walk: FC<{ model: TopicModel }> = ({ model: { id, walk, canEdit } }) => {
  const { t } = useView()
  const isBusy = walk !== undefined && walk.finishedAt === undefined
  return (
    <section class="section">
      <h2>{t.topics.history}</h2>
      <p class="help">{t.topics.historyText}</p>
      {walk && <WalkState walk={walk} />}
      {isBusy ? (
        <p>
          <a class="button" href={urls.topic(id)}>
            {t.topics.reload}
          </a>
        </p>
      ) : (
        canEdit && (
          <div class="button-row">
            <PostButton action={urls.topicWalk(id)} values={{ mode: 'count' }}>
              {t.topics.count}
            </PostButton>
            <PostButton action={urls.topicWalk(id)} values={{ mode: 'apply' }}>
              {t.topics.apply}
            </PostButton>
          </div>
        )
      )}
    </section>
  )
}

const WalkState: FC<{ walk: WalkModel }> = ({ walk }) => {
  const { t, locale } = useView()
  const [matched, scanned] = [formatNumber(walk.matched, locale), formatNumber(walk.scanned, locale)]
  const text =
    walk.finishedAt === undefined
      ? t.topics[walk.mode === 'count' ? 'counting' : 'applying'](scanned)
      : walk.mode === 'count'
        ? t.topics.counted(matched, scanned, walk.matched)
        : t.topics.applied(matched, scanned)
  return (
    <p>
      {text} {walk.outdated && t.topics.oldRule} {walk.finishedAt !== undefined && <Time at={walk.finishedAt} long />}
    </p>
  )
}

export interface TopicFormModel {
  /** Absent: a new topic. */
  id?: string | undefined
  canEdit: boolean
  name: string
  kind: TopicKind
  query: string
  parent: string
  parents: Option[]
  active: boolean
  errors?: FormErrors | undefined
  preview: QueryPreviewModel
}

/** POST name, kind, query, parent, active. The preview follows the typing. */
export const TopicFormPage: FC<{ model: TopicFormModel }> = ({ model }) => {
  const { t } = useView()
  const back = model.id ? urls.topic(model.id) : urls.topics()
  const action = model.id ? urls.topicEdit(model.id) : urls.topicNew()
  return (
    <>
      <PageHead
        title={model.id ? model.name : t.topics.add}
        lead={t.topics.formLead}
        back={{ href: back, label: t.understanding.tabs.topics }}
      />
      <div class="split split-even">
        <Form action={action} id="topic-form">
          <ErrorSummary errors={model.errors} />
          <TextField
            name="name"
            label={t.topics.nameLabel}
            help={t.topics.nameHelp}
            value={model.name}
            required
            autocomplete="off"
            error={model.errors?.['name']}
          />
          <SelectField
            name="kind"
            label={t.topics.kindLabel}
            help={t.topics.kindHelp}
            value={model.kind}
            options={(['topic', 'brand', 'competitor'] as const).map((value) => ({
              value,
              label: t.topics.kinds[value],
            }))}
          />
          <div
            hx-get={urls.topicPreview()}
            hx-trigger="input delay:250ms"
            hx-include="#f-query"
            hx-target="#query-preview"
            hx-swap="outerHTML"
          >
            <TextArea
              name="query"
              label={t.topics.rule}
              help={
                <>
                  {t.topics.ruleHelp} <code>AND</code> <code>OR</code> <code>NOT</code> <code>word*</code>{' '}
                  <code>"…"</code> <code>( )</code>
                </>
              }
              value={model.query}
              rows={4}
              required
              code
              error={model.errors?.['query']}
            />
          </div>
          {model.parents.length > 0 && (
            <SelectField
              name="parent"
              label={t.topics.parent}
              help={t.topics.parentHelp}
              value={model.parent}
              options={model.parents}
              blank={t.topics.noParent}
            />
          )}
          <div class="field">
            <CheckField name="active" label={t.topics.active} checked={model.active} />
          </div>
          <div class="button-row">
            {model.canEdit && (
              <button type="submit" class="button button-primary">
                {t.topics.save}
              </button>
            )}
            <button type="submit" class="button no-js" formmethod="get" formaction={action} formnovalidate>
              {t.queries.preview}
            </button>
            <a class="button" href={back}>
              {t.form.cancel}
            </a>
          </div>
        </Form>
        <QueryPreview model={model.preview} />
      </div>
      {model.id && model.canEdit && (
        <section class="section">
          <h2>{t.topics.remove}</h2>
          <p class="help">{t.topics.removeText}</p>
          <PostButton action={urls.topicRemoval(model.id)} class="button button-danger">
            <Icon name="trash" /> {t.topics.remove}
          </PostButton>
        </section>
      )}
    </>
  )
}
