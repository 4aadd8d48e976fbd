import type { FC } from 'hono/jsx'
import type { ReplyState } from '../../src/domain/reply.ts'
import { useView } from '../context.tsx'
import { formatDateTime } from '../format.ts'
import { PostButton } from '../forms/Form.tsx'
import type { TextSpan } from '../model.ts'
import { urls } from '../urls.ts'
import { Icon } from './icons.tsx'
import type { IconName } from './icons.tsx'
import { isWebLink, RemoteText } from './RemoteText.tsx'
import { ExactTime, Time } from './Time.tsx'

export interface ReplyItemModel {
  type: 'reply'
  id: string
  /** Absent: written in the platform's own app. */
  by?: string | undefined
  /** The account of ours that speaks. */
  account: string
  at: number
  text: TextSpan[]
  state: ReplyState
  url?: string | undefined
  sentAt?: number | undefined
  scheduledAt?: number | undefined
  /** What the platform said, for rejected and needs_person. */
  reason?: string | undefined
  /** When we shall look again, for unknown. */
  nextLookAt?: number | undefined
  attempts: number
  /** What this person may do about it. */
  can: ReplyDecision[]
}
export const replyDecisions = ['send_again', 'mark_sent', 'edit', 'cancel'] as const
export type ReplyDecision = (typeof replyDecisions)[number]

const marks: Record<ReplyState, IconName> = {
  draft: 'note',
  pending_approval: 'clock',
  scheduled: 'clock',
  queued: 'clock',
  sending: 'send',
  sent: 'checkCircle',
  rejected: 'crossCircle',
  unknown: 'question',
  needs_person: 'warning',
  cancelled: 'cross',
}

/** Our reply with its delivery state: what happened, what was kept, what to do. id="reply-<id>" for the live push. */
export const ReplyItem: FC<{ reply: ReplyItemModel }> = ({ reply }) => {
  const { t } = useView()
  const troubled = reply.state === 'rejected' || reply.state === 'unknown' || reply.state === 'needs_person'
  return (
    <li class={`item item-reply reply-${reply.state}`} id={`reply-${reply.id}`}>
      <span class="item-mark">
        <Icon name="reply" />
      </span>
      <article>
        <header class="item-head">
          <h3>{reply.by ?? t.reply.external}</h3>
          <span class="muted">{t.reply.as(reply.account)}</span>
          <span class="item-when">
            <Time at={reply.sentAt ?? reply.at} />
          </span>
        </header>
        <RemoteText block class="item-text" spans={reply.text} />
        <div class={`delivery${troubled ? ' delivery-bad' : ''}`} role={troubled ? 'alert' : undefined}>
          <p>
            <Icon name={marks[reply.state]} />
            <strong>{t.replyState[reply.state]}</strong>
            {reply.state === 'sent' && reply.sentAt !== undefined && <ExactTime at={reply.sentAt} />}
            {reply.url && isWebLink(reply.url) && (
              <a href={reply.url} target="_blank" rel="noopener noreferrer">
                {t.reply.open}
              </a>
            )}
          </p>
          <Explanation reply={reply} />
          {reply.can.length > 0 && (
            <div class="delivery-actions">
              {reply.can.map((decision) => (
                <PostButton
                  action={urls.replyDecision(reply.id)}
                  values={{ decision }}
                  class="button button-small"
                  target="#thread-pane"
                >
                  {t.reply.decide[decision]}
                </PostButton>
              ))}
            </div>
          )}
        </div>
      </article>
    </li>
  )
}

const Explanation: FC<{ reply: ReplyItemModel }> = ({ reply }) => {
  const view = useView()
  const { t } = view
  if (reply.state === 'rejected')
    return (
      <p>
        {reply.reason && <q dir="auto">{reply.reason}</q>} {t.reply.rejected}
      </p>
    )
  if (reply.state === 'unknown')
    return (
      <p>
        {reply.nextLookAt === undefined
          ? t.reply.unknown
          : t.reply.unknownUntil(formatDateTime(reply.nextLookAt, view))}
      </p>
    )
  if (reply.state === 'needs_person')
    return (
      <p>
        {reply.reason && <q dir="auto">{reply.reason}</q>} {t.reply.needsPerson(reply.attempts)}
      </p>
    )
  if (reply.state === 'scheduled' && reply.scheduledAt !== undefined)
    return <p>{t.reply.scheduled(formatDateTime(reply.scheduledAt, view))}</p>
  if (reply.state === 'queued') return <p>{t.reply.queued}</p>
  return null
}
