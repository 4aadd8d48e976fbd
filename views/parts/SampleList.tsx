import type { FC } from 'hono/jsx'
import type { AuthorModel, SourceRef, TextSpan } from '../model.ts'
import { urls } from '../urls.ts'
import { NetworkMark } from './Network.tsx'
import { Plain, RemoteText } from './RemoteText.tsx'
import { Time } from './Time.tsx'

/** A mention that a query matches, with the words that do. */
export interface QuerySample {
  threadId: string
  author: AuthorModel
  source: SourceRef
  at: number
  excerpt: TextSpan[]
  /** Why it stands out, in a few words. */
  note?: string | undefined
}

export const SampleList: FC<{ samples: QuerySample[] }> = ({ samples }) => (
  <ul class="samples">
    {samples.map((sample) => (
      <li>
        <p>
          <NetworkMark network={sample.source.network} labelled />{' '}
          <a href={urls.thread(sample.threadId)}>
            <Plain class="strong" text={sample.author.name || sample.author.handle} />
          </a>{' '}
          <Time at={sample.at} /> {sample.note && <span class="tag">{sample.note}</span>}
        </p>
        <RemoteText block spans={sample.excerpt} />
      </li>
    ))}
  </ul>
)
