import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { formatDay, formatNumber, formatPercent } from '../format.ts'
import { PageHead } from '../parts/EmptyState.tsx'
import { Plain } from '../parts/RemoteText.tsx'
import { urls } from '../urls.ts'
import { DaysChoice } from './Topics.tsx'

export interface EmergingModel {
  days: number
  /** Only what speaks of it. */
  topic?: { id: string; name: string } | undefined
  canEdit: boolean
  /** Mentions compared, the oldest of the first ones, and those before it. */
  now: number
  since: number
  before: number
  /** Absent: too few to compare. */
  terms?: EmergingTerm[] | undefined
}

interface EmergingTerm {
  /** In the query language. */
  text: string
  now: number
  before: number
  authors: number
  negative: number
}

/** What is said more than before, each leading to its mentions and to a topic of its own. */
export const EmergingPage: FC<{ model: EmergingModel }> = ({ model }) => {
  const view = useView()
  const { t, locale } = view
  const words = t.topics.emerging
  const { topic, terms, days } = model
  const [now, before] = [formatNumber(model.now, locale), formatNumber(model.before, locale)]
  const back = topic
    ? { href: urls.topic(topic.id), label: topic.name }
    : { href: urls.topics(), label: t.understanding.tabs.topics }
  return (
    <>
      <PageHead
        title={words.title}
        lead={topic ? `${words.ofTopic(topic.name)}. ${words.lead}` : words.lead}
        back={back}
      >
        <DaysChoice days={days} href={(value) => urls.topicsEmerging({ days: value, topic: topic?.id })} />
      </PageHead>
      <section class="section">
        {!terms ? (
          <p class="help">{words.few(now, before)}</p>
        ) : (
          <>
            <p class="help">{words.compared(now, formatDay(model.since, view), before)}</p>
            {terms.length === 0 ? <p>{words.none}</p> : <Terms model={model} terms={terms} />}
          </>
        )}
      </section>
    </>
  )
}

const Terms: FC<{ model: EmergingModel; terms: EmergingTerm[] }> = ({ model, terms }) => {
  const { t, locale } = useView()
  const words = t.topics.emerging
  const figure = (count: number, of: number) =>
    words.share(formatNumber(count, locale), formatPercent(count / Math.max(1, of), locale))
  return (
    <div class="table-scroll">
      <table class="table-rows" aria-label={words.title}>
        <thead>
          <tr>
            <th scope="col">{words.term}</th>
            <th scope="col" class="num">
              {words.now}
            </th>
            <th scope="col" class="num">
              {words.before}
            </th>
            <th scope="col" class="num">
              {words.accounts}
            </th>
            <th scope="col" class="num">
              {words.negative}
            </th>
            {model.canEdit && (
              <th scope="col">
                <span class="sr">{words.make}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {terms.map((one) => (
            <tr>
              <th scope="row">
                <a href={urls.inbox({ view: 'all', q: one.text })} data-row-link>
                  <Plain text={one.text.replaceAll('"', '')} />
                </a>
              </th>
              <td class="num nowrap">{figure(one.now, model.now)}</td>
              <td class="num nowrap muted">{figure(one.before, model.before)}</td>
              <td class="num">{formatNumber(one.authors, locale)}</td>
              <td class="num nowrap">{figure(one.negative, one.now)}</td>
              {model.canEdit && (
                <td>
                  <a
                    class="button button-small"
                    href={urls.topicNew({ name: one.text.replaceAll('"', ''), query: one.text })}
                    aria-label={words.makeLabel(one.text)}
                  >
                    {words.make}
                  </a>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
