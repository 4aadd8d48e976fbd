import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import type { Channel, TouchpointModel } from '../model.ts'
import { urls } from '../urls.ts'
import { Icon } from './icons.tsx'
import type { IconName } from './icons.tsx'
import { RatingMark, SentimentMark } from './Marks.tsx'
import { NetworkMark } from './Network.tsx'
import { Plain } from './RemoteText.tsx'
import { Time } from './Time.tsx'

const icons: Record<Channel, IconName> = {
  website: 'eye',
  social: 'listening',
  review: 'star',
  call: 'customers',
  email: 'send',
  chat: 'note',
  in_person: 'customers',
  event: 'clock',
  product: 'tag',
}

/** Touchpoints, newest first. */
export const Timeline: FC<{ touchpoints: TouchpointModel[]; compact?: boolean }> = ({ touchpoints, compact }) => {
  const { t } = useView()
  return (
    <ol class={`timeline${compact ? ' timeline-compact' : ''}`}>
      {touchpoints.map((one) => (
        <li class="touchpoint">
          <span class="touchpoint-mark">
            <Icon name={one.direction === 'out' && one.replyState !== undefined ? 'reply' : icons[one.channel]} />
          </span>
          <div>
            <p class="touchpoint-head">
              <strong>
                {one.direction === 'out' ? t.timeline.ours(t.channel[one.channel]) : t.channel[one.channel]}
              </strong>
              {one.source && (
                <span class="muted">
                  {!compact && <NetworkMark network={one.source.network} />} {one.source.name}
                </span>
              )}
              {one.by && <span class="muted">{t.timeline.by(one.by)}</span>}
              {one.stage && !compact && <span class="tag">{t.stage[one.stage]}</span>}
              {one.rating && <RatingMark rating={one.rating} />}
              {one.sentiment && <SentimentMark sentiment={one.sentiment} />}
              <Time at={one.at} />
            </p>
            <p class="touchpoint-text">
              {one.threadId ? (
                <a href={urls.thread(one.threadId)}>
                  <Plain text={one.text} />
                </a>
              ) : (
                <Plain text={one.text} />
              )}
            </p>
          </div>
        </li>
      ))}
    </ol>
  )
}
