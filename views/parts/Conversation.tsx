import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { formatLanguage, formatNumber } from '../format.ts'
import type { AuthorModel, Rating, SourceRef, TextSpan } from '../model.ts'
import { Avatar } from './Avatar.tsx'
import { Classification } from './Classification.tsx'
import type { ClassificationModel } from './Classification.tsx'
import { Icon } from './icons.tsx'
import type { IconName } from './icons.tsx'
import { RatingMark } from './Marks.tsx'
import { Matched, type MatchModel, type RejectedModel } from './Matched.tsx'
import { Origin, type OriginModel } from './Origin.tsx'
import { isWebLink, Plain, RemoteText } from './RemoteText.tsx'
import { ReplyItem } from './ReplyItem.tsx'
import type { ReplyItemModel } from './ReplyItem.tsx'
import { Time } from './Time.tsx'
import { TopicTones, type TopicTone } from './TopicTones.tsx'
import { Translation, type TranslationModel } from './Translation.tsx'

export type ThreadItem = MentionItem | ReplyItemModel | NoteItem | EventItem

export interface MentionItem {
  type: 'mention'
  id: string
  author: AuthorModel
  at: number
  editedAt?: number | undefined
  /** How many earlier versions we hold. */
  versions: number
  title?: string | undefined
  text: TextSpan[]
  lang?: string | undefined
  /** In the language of the viewer, where another model can be asked. */
  translation?: TranslationModel | undefined
  url?: string | undefined
  deleted: boolean
  rating?: Rating | undefined
  /** App version, product, place … of a review. */
  about?: string | undefined
  metrics: {
    likes?: number | undefined
    replies?: number | undefined
    reposts?: number | undefined
    views?: number | undefined
  }
  media: { type: 'image' | 'video' | 'audio' | 'link'; url: string; alt?: string | undefined }[]
  /** Why it is here at all. */
  matched: MatchModel[]
  /** The queries for which somebody called it not relevant. */
  rejected: RejectedModel[]
  /** May the viewer call it not relevant? */
  mayJudge: boolean
  /** Its button answers to the key x: the item in focus where a query caught it, else the newest that one caught. */
  hasKey: boolean
  /** What it speaks of, and how. */
  topics?: TopicTone[] | undefined
  classification?: ClassificationModel | undefined
  /** How far it reached, and whether a person means it: of the item in focus. */
  origin?: OriginModel | undefined
  /** The item that the clock and the composer are about. */
  focus: boolean
}

export interface NoteItem {
  type: 'note'
  id: string
  by: string
  at: number
  text: string
}

export interface EventItem {
  type: 'event'
  id: string
  at: number
  kind: EventKind
  by?: string | undefined
  /** The new assignee, tag, state (already named), customer … */
  value?: string | undefined
}
export type EventKind =
  | 'assigned'
  | 'unassigned'
  | 'state'
  | 'tagged'
  | 'untagged'
  | 'linked'
  | 'unlinked'
  | 'corrected'
  | 'edited'
  | 'deleted'
  | 'reopened'
  | 'external_reply'
  | 'breached'
  | 'rejected'
  | 'restored'
  | 'urgency'

/** The whole conversation, oldest first. Runs of three or more events fold. */
export const Conversation: FC<{ threadId: string; items: ThreadItem[]; source: SourceRef }> = ({
  threadId,
  items,
  source,
}) => (
  <ol class="conversation" id="conversation" data-thread={threadId}>
    {groupItems(items).map((group) =>
      Array.isArray(group) ? (
        <EventRun events={group} />
      ) : group.type === 'mention' ? (
        <Mention item={group} source={source} />
      ) : group.type === 'reply' ? (
        <ReplyItem reply={group} />
      ) : (
        <Note note={group} />
      ),
    )}
  </ol>
)

function groupItems(items: ThreadItem[]): (Exclude<ThreadItem, EventItem> | EventItem[])[] {
  const out: (Exclude<ThreadItem, EventItem> | EventItem[])[] = []
  for (const item of items) {
    const last = out.at(-1)
    if (item.type !== 'event') out.push(item)
    else if (Array.isArray(last)) last.push(item)
    else out.push([item])
  }
  return out
}

const Mention: FC<{ item: MentionItem; source: SourceRef }> = ({ item, source }) => {
  const { t, locale } = useView()
  const handle = source.network === 'rss' ? item.author.handle : `@${item.author.handle}`
  return (
    <li class={`item item-mention${item.focus ? ' item-focus' : ''}`} id={`mention-${item.id}`}>
      <Avatar name={item.author.name || item.author.handle} src={item.author.avatarUrl} />
      <article aria-labelledby={`mention-${item.id}-by`}>
        <header class="item-head">
          <h3 id={`mention-${item.id}-by`}>
            <Plain text={item.author.name || item.author.handle} />
          </h3>
          <Plain class="muted" text={handle} />
          {item.author.isBot && <span class="tag">{t.thread.bot}</span>}
          {item.rating && <RatingMark rating={item.rating} />}
          <span class="item-when">
            {item.editedAt !== undefined && <span title={t.thread.versions(item.versions)}>{t.thread.edited} </span>}
            {item.url && isWebLink(item.url) ? (
              <a href={item.url} target="_blank" rel="noopener noreferrer nofollow ugc">
                <Time at={item.at} />
                <span class="sr"> {t.thread.openThere}</span>
              </a>
            ) : (
              <Time at={item.at} />
            )}
          </span>
        </header>
        {item.about && (
          <p class="muted">
            <Plain text={item.about} />
          </p>
        )}
        {item.deleted ? (
          <p class="item-gone">
            <Icon name="trash" /> {t.thread.deletedText}
          </p>
        ) : (
          <>
            {item.title && (
              <p class="item-title">
                <Plain text={item.title} />
              </p>
            )}
            <RemoteText block class="item-text" spans={item.text} lang={item.lang} />
            {item.translation && <Translation mentionId={item.id} model={item.translation} />}
          </>
        )}
        <MediaList media={item.media} />
        <p class="item-meta">
          {item.lang && <span>{formatLanguage(item.lang, locale)}</span>}
          {(['likes', 'replies', 'reposts', 'views'] as const).map((key) =>
            item.metrics[key] ? (
              <span>{t.metric[key](formatNumber(item.metrics[key], locale), item.metrics[key])}</span>
            ) : null,
          )}
        </p>
        {(item.matched.length > 0 || item.rejected.length > 0 || item.classification || item.origin) && (
          <div class="why">
            <Matched {...item} mentionId={item.id} />
            <TopicTones topics={item.topics ?? []} />
            {item.classification && <Classification mentionId={item.id} model={item.classification} />}
            {item.origin && <Origin model={item.origin} />}
          </div>
        )}
      </article>
    </li>
  )
}

const MediaList: FC<{ media: MentionItem['media'] }> = ({ media }) => {
  const { t } = useView()
  const shown = media.filter((one) => isWebLink(one.url))
  if (shown.length === 0) return null
  return (
    <ul class="media">
      {shown.map((one) => (
        <li>
          <a href={one.url} target="_blank" rel="noopener noreferrer nofollow ugc">
            <Icon name="external" /> {t.media[one.type]}
            {one.alt && (
              <>
                : <Plain text={one.alt} />
              </>
            )}
          </a>
        </li>
      ))}
    </ul>
  )
}

const Note: FC<{ note: NoteItem }> = ({ note }) => {
  const { t } = useView()
  return (
    <li class="item item-note" id={`note-${note.id}`}>
      <span class="item-mark">
        <Icon name="note" />
      </span>
      <article>
        <header class="item-head">
          <h3>{t.thread.noteBy(note.by)}</h3>
          <span class="item-when">
            <Time at={note.at} />
          </span>
        </header>
        <p class="item-text" dir="auto" hx-ignore="">
          {note.text}
        </p>
      </article>
    </li>
  )
}

const eventIcons: Partial<Record<EventKind, IconName>> = {
  assigned: 'user',
  unassigned: 'user',
  tagged: 'tag',
  untagged: 'tag',
  linked: 'link',
  unlinked: 'link',
  corrected: 'sparkle',
  breached: 'warning',
  rejected: 'cross',
  restored: 'refresh',
  urgency: 'sparkle',
  deleted: 'trash',
}

const EventRun: FC<{ events: EventItem[] }> = ({ events }) => {
  const { t } = useView()
  if (events.length < 3)
    return (
      <>
        {events.map((event) => (
          <li class="event">
            <EventLine event={event} />
          </li>
        ))}
      </>
    )
  return (
    <li class="event event-run">
      <details>
        <summary>{t.event.folded(events.length)}</summary>
        <ul>
          {events.map((event) => (
            <li class="event">
              <EventLine event={event} />
            </li>
          ))}
        </ul>
      </details>
    </li>
  )
}

const EventLine: FC<{ event: EventItem }> = ({ event }) => {
  const { t } = useView()
  return (
    <>
      <Icon name={eventIcons[event.kind] ?? 'dots'} />
      <span>{t.event[event.kind](event.by ?? t.event.machine, event.value ?? '')}</span>
      <Time at={event.at} />
    </>
  )
}
