import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import type { Sentiment } from '../model.ts'
import { urls } from '../urls.ts'
import { Icon } from './icons.tsx'
import { SentimentMark } from './Marks.tsx'
import { Plain } from './RemoteText.tsx'

export interface TopicTone {
  id: string
  name: string
  sentiment: Sentiment
}

/** "battery: negative · Tamsel: positive": what is said of each, whatever the whole text says. */
export const TopicTones: FC<{ topics: readonly TopicTone[] }> = ({ topics }) => {
  const { t } = useView()
  if (topics.length === 0) return null
  return (
    <p class="why-line">
      <Icon name="tag" />
      <span class="topic-tones">
        {t.topics.matched}
        {topics.map((topic) => (
          <a class="topic-tone" href={urls.topic(topic.id)}>
            <SentimentMark sentiment={topic.sentiment} /> <Plain text={topic.name} />: {t.topics.tones[topic.sentiment]}
          </a>
        ))}
      </span>
    </p>
  )
}
