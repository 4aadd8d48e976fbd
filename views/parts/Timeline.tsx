import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import type { TouchpointKind, TouchpointModel } from '../model.ts'
import { urls } from '../urls.ts'
import { Icon } from './icons.tsx'
import type { IconName } from './icons.tsx'
import { RatingMark, SentimentMark } from './Marks.tsx'
import { NetworkMark } from './Network.tsx'
import { Plain } from './RemoteText.tsx'
import { Time } from './Time.tsx'

const icons: Record<TouchpointKind, IconName> = {
  mention: 'listening',
  review: 'star',
  reply: 'reply',
  note: 'note',
  email: 'send',
  call: 'customers',
  chat: 'note',
  meeting: 'customers',
  purchase: 'tag',
  visit: 'eye',
  event: 'clock',
}

/** Touchpoints, newest first. */
export const Timeline: FC<{ touchpoints: TouchpointModel[]; compact?: boolean }> = ({ touchpoints, compact }) => {
  const { t } = useView()
  return (
    <ol class={`timeline${compact ? ' timeline-compact' : ''}`}>
      {touchpoints.map((one) => (
        <li class="touchpoint">
          <span class="touchpoint-mark">
            <Icon name={icons[one.kind]} />
          </span>
          <div>
            <p class="touchpoint-head">
              <strong>{t.touchpoint[one.kind]}</strong>
              {one.source && (
                <span class="muted">
                  {!compact && <NetworkMark network={one.source.network} />} {one.source.name}
                </span>
              )}
              {one.by && <span class="muted">{t.timeline.by(one.by)}</span>}
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
