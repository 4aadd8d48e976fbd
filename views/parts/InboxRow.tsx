import type { FC } from 'hono/jsx'
import type { ReplyState } from '../../src/domain/reply.ts'
import { useView } from '../context.tsx'
import { keepOnFailure } from '../forms/Form.tsx'
import type { AuthorModel, ClockModel, Intent, Rating, Sentiment, SourceRef, TextSpan, ThreadState } from '../model.ts'
import type { Params } from '../urls.ts'
import { urls } from '../urls.ts'
import { Clock } from './Clock.tsx'
import { Icon } from './icons.tsx'
import { IntentTags, RatingMark, SentimentMark } from './Marks.tsx'
import { NetworkMark, networkName } from './Network.tsx'
import { Plain, RemoteText } from './RemoteText.tsx'
import { Time } from './Time.tsx'

/** One thread in the list: by the item of it that waits, or its newest. */
export interface InboxRowModel {
  threadId: string
  author: AuthorModel
  source: SourceRef
  title?: string | undefined
  excerpt: TextSpan[]
  lang?: string | undefined
  state: ThreadState
  unread: boolean
  createdAt: number
  /** False while enrichment has not reached it. */
  classified: boolean
  sentiment?: Sentiment | undefined
  unsure?: boolean | undefined
  mixed?: boolean | undefined
  intents: Intent[]
  rating?: Rating | undefined
  tags: string[]
  assignee?: { name: string; me: boolean } | undefined
  customer?: string | undefined
  clock?: ClockModel | undefined
  /** State of our newest reply, shown when a person must act or it is under way. */
  replyState?: ReplyState | undefined
  items: number
  /** Threads that say the same and stand under this one. */
  copies?: number | undefined
  deleted?: boolean | undefined
}

/** Used by the page, the answer to a POST and the live push: id="row-<threadId>". */
export const InboxRow: FC<{ row: InboxRowModel; current?: boolean; params: Params }> = ({ row, current, params }) => {
  const { t } = useView()
  const href = urls.thread(row.threadId, params)
  return (
    <li class={`row${row.unread ? ' row-unread' : ''}`} id={`row-${row.threadId}`} data-thread={row.threadId} data-row>
      <div class="row-line">
        <span class="row-who">
          {params['select'] === '1' && (
            <input
              type="checkbox"
              class="row-select"
              name="thread"
              value={row.threadId}
              form="bulk-form"
              aria-label={t.listening.selectRow(row.author.name || row.author.handle)}
            />
          )}
          <NetworkMark network={row.source.network} labelled />
          <a
            class="row-link"
            href={href}
            hx-get={href}
            hx-target="#thread-pane"
            hx-push-url="true"
            {...keepOnFailure}
            aria-current={current ? 'true' : undefined}
            aria-describedby={`row-${row.threadId}-text`}
          >
            {row.unread && <span class="sr">{t.inbox.unread} </span>}
            <Plain text={row.author.name || row.author.handle} />
          </a>
          <Plain class="row-handle" text={row.source.network === 'rss' ? row.author.handle : `@${row.author.handle}`} />
          {row.customer !== undefined && (
            <span class="row-customer" title={t.inbox.customer(row.customer)}>
              <Icon name="link" />
              <span class="sr">{t.inbox.customer(row.customer)}</span>
            </span>
          )}
          {row.items > 1 && (
            <span class="count" title={t.inbox.items(row.items)}>
              {row.items}
            </span>
          )}
        </span>
        <Time at={row.createdAt} class="row-age" />
      </div>
      <p class="row-text" id={`row-${row.threadId}-text`}>
        {row.deleted ? (
          <em>{t.thread.deleted}</em>
        ) : (
          <>
            {row.title && (
              <strong>
                <Plain text={row.title} />{' '}
              </strong>
            )}
            <RemoteText spans={row.excerpt} lang={row.lang} />
          </>
        )}
      </p>
      <div class="row-line row-meta">
        <span class="row-marks">
          {row.rating && <RatingMark rating={row.rating} />}
          {row.classified && row.sentiment ? (
            <SentimentMark sentiment={row.sentiment} mixed={row.mixed} unsure={row.unsure} text={!row.rating} />
          ) : (
            <span class="muted">{t.inbox.unclassified}</span>
          )}
          <IntentTags intents={row.intents} limit={row.tags.length > 0 ? 1 : 2} />
          {row.tags.slice(0, 2).map((tag) => (
            <Plain class="tag tag-own" text={tag} />
          ))}
          {row.tags.length > 2 && (
            <span class="muted" title={row.tags.slice(2).join(', ')}>
              +{row.tags.length - 2}
            </span>
          )}
        </span>
        <span class="row-end">
          <Copies row={row} params={params} />
          <ReplyFlag state={row.replyState} />
          {row.assignee && <span class="assignee">{row.assignee.me ? t.inbox.you : row.assignee.name}</span>}
          {row.clock ? <Clock clock={row.clock} /> : <span class="muted">{t.threadState[row.state]}</span>}
        </span>
      </div>
      <span class="sr">{networkName(row.source.network)}</span>
    </li>
  )
}

/** Leads to all of them: each can be answered by itself. */
const Copies: FC<{ row: InboxRowModel; params: Params }> = ({ row, params }) => {
  const { t } = useView()
  if (!row.copies || params['story']) return null
  const href = urls.inbox({ view: 'all', story: row.threadId })
  return (
    <a class="row-copies" href={href} title={t.copies.show(row.copies)}>
      {t.copies.count(row.copies)}
    </a>
  )
}

const ReplyFlag: FC<{ state: ReplyState | undefined }> = ({ state }) => {
  const { t } = useView()
  if (!state || state === 'sent' || state === 'cancelled') return null
  const bad = state === 'rejected' || state === 'needs_person' || state === 'unknown'
  return (
    <span class={`flag${bad ? ' flag-bad' : ''}`}>
      {bad && <Icon name="warning" />}
      {t.replyState[state]}
    </span>
  )
}
