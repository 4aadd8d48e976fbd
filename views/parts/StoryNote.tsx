import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { PostButton } from '../forms/Form.tsx'
import { urls } from '../urls.ts'
import { Icon } from './icons.tsx'
import { NetworkMark } from './Network.tsx'
import { Plain } from './RemoteText.tsx'
import { Time } from './Time.tsx'

/** How a thread stands to others that say the same. */
export interface StoryModel {
  /** Its newest mention repeats one of this thread. */
  original?: StoryLink | undefined
  /** A person said that it does not. */
  denied?: StoryLink | undefined
  quotes?: StoryLink | undefined
  /** Id of the mention that `original` and `denied` are about. */
  mentionId: string
  /** Oldest first, not more than fit. */
  copies: StoryLink[]
  copyCount: number
  canDecide: boolean
}

export interface StoryLink {
  threadId: string
  author: string
  network: string
  source: string
  createdAt: number
}

export const StoryNote: FC<{ threadId: string; story: StoryModel }> = ({ threadId, story }) => {
  const { t } = useView()
  const { original, denied, quotes, copies, copyCount } = story
  if (!original && !denied && !quotes && copyCount === 0) return null
  return (
    <div class="story">
      {quotes && <Told text={t.copies.quotes} link={quotes} />}
      {original && (
        <Told text={t.copies.isCopy} link={original}>
          {story.canDecide && <Decide story={story} decision="deny" label={t.copies.deny} />}
        </Told>
      )}
      {denied && (
        <Told text={t.copies.denied} link={denied}>
          {story.canDecide && <Decide story={story} decision="confirm" label={t.copies.confirm} />}
        </Told>
      )}
      {copyCount > 0 && (
        <details class="story-copies">
          <summary>
            <Icon name="chevronRight" /> {t.copies.title(copyCount)}
          </summary>
          <p class="help">{t.copies.help}</p>
          <ul class="plain-list">
            {copies.map((one) => (
              <li>
                <StoryAnchor link={one} /> <Time at={one.createdAt} />
              </li>
            ))}
          </ul>
          <p>
            {copyCount > copies.length && <>{t.copies.more(copyCount - copies.length)} · </>}
            <a href={urls.inbox({ view: 'all', story: threadId })}>{t.copies.all}</a>
          </p>
        </details>
      )}
    </div>
  )
}

const Told: FC<{ text: string; link: StoryLink; children?: unknown }> = ({ text, link, children }) => (
  <div class="story-line">
    <span>
      {text} <StoryAnchor link={link} />
    </span>
    {children}
  </div>
)

const StoryAnchor: FC<{ link: StoryLink }> = ({ link }) => {
  const { t } = useView()
  return (
    <>
      <NetworkMark network={link.network} />{' '}
      <a href={urls.thread(link.threadId)}>
        <Plain text={link.author} />
      </a>{' '}
      <span class="muted">{t.copies.on(link.source)}</span>
    </>
  )
}

const Decide: FC<{ story: StoryModel; decision: 'deny' | 'confirm'; label: string }> = ({ story, decision, label }) => (
  <PostButton action={urls.mentionCopy(story.mentionId)} values={{ decision }} class="button button-small">
    {label}
  </PostButton>
)
