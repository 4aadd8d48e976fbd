import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { Form } from '../forms/Form.tsx'
import type { ClockModel, Option, SourceRef, ThreadState } from '../model.ts'
import { urls } from '../urls.ts'
import { ClockDetails } from './Clock.tsx'
import { Composer } from './Composer.tsx'
import type { ComposerModel } from './Composer.tsx'
import { Conversation } from './Conversation.tsx'
import type { ThreadItem } from './Conversation.tsx'
import { CustomerPanel } from './CustomerPanel.tsx'
import type { CustomerPanelModel } from './CustomerPanel.tsx'
import { Icon } from './icons.tsx'
import { NetworkMark } from './Network.tsx'
import { isWebLink, Plain } from './RemoteText.tsx'
import { StoryNote } from './StoryNote.tsx'
import type { StoryModel } from './StoryNote.tsx'
import type { TagSuggestion } from './TagSuggestions.tsx'
import { Snooze, ThreadTags } from './ThreadTags.tsx'

export interface ThreadModel {
  id: string
  /** Compare-and-set: sent back with every change. */
  revision: number
  /** Author of the first item, or the title of the conversation. */
  title: string
  source: SourceRef
  /** Where a person can open it on the platform. */
  url?: string | undefined
  state: ThreadState
  assignee?: string | undefined
  assignees: Option[]
  tags: string[]
  /** Given somewhere before: suggestions. */
  /** By what was taught; they wait for a decision. */
  suggestedTags?: TagSuggestion[] | undefined
  knownTags?: string[] | undefined
  snoozedUntil?: number | undefined
  clock?: ClockModel | undefined
  items: ThreadItem[]
  composer: ComposerModel
  customer: CustomerPanelModel
  /** What says the same elsewhere. */
  story?: StoryModel | undefined
  /** A colleague who has it open. */
  viewers: string[]
  /** State, assignee, tags and notes may be changed; otherwise they are only read. */
  canTriage: boolean
}

/** Replaced as a whole after a POST; #conversation alone is morphed by the live push, so that typing is not disturbed. */
export const ThreadPane: FC<{ thread: ThreadModel; back: string }> = ({ thread, back }) => {
  const { t } = useView()
  return (
    <div class="thread" data-thread={thread.id} data-revision={thread.revision}>
      <div class="thread-main">
        <ThreadHead thread={thread} back={back} />
        {thread.story && <StoryNote threadId={thread.id} story={thread.story} />}
        <section class="thread-scroll" id="thread-scroll" aria-label={t.thread.conversation}>
          <Conversation threadId={thread.id} items={thread.items} source={thread.source} />
        </section>
        <Composer
          threadId={thread.id}
          revision={thread.revision}
          composer={thread.composer}
          canNote={thread.canTriage}
        />
      </div>
      <aside class="card-pane" aria-label={t.customer.card}>
        <CustomerPanel panel={thread.customer} />
      </aside>
    </div>
  )
}

const ThreadHead: FC<{ thread: ThreadModel; back: string }> = ({ thread, back }) => {
  const { t } = useView()
  return (
    <header class="thread-head">
      <a class="icon-button thread-back" href={back} aria-label={t.thread.back}>
        <Icon name="back" />
      </a>
      <div class="thread-title">
        <h2 id="thread-title" tabindex={-1}>
          <Plain text={thread.title} />
        </h2>
        <p>
          <NetworkMark network={thread.source.network} /> {thread.source.name}
          {thread.viewers.length > 0 && (
            <span class="viewers">
              <Icon name="eye" /> {t.thread.viewers(thread.viewers.join(', '))}
            </span>
          )}
        </p>
        <ThreadTags thread={thread} />
      </div>
      <div class="thread-actions">
        <ThreadClock clock={thread.clock} />
        {thread.canTriage ? (
          <>
            <AssigneeForm thread={thread} />
            <StateForm thread={thread} />
          </>
        ) : (
          <p class="muted">
            {thread.assignees.find((one) => one.value === thread.assignee)?.label ?? t.thread.nobody}
            {` · ${t.threadState[thread.state]}`}
          </p>
        )}
        {thread.url && isWebLink(thread.url) && (
          <a
            class="icon-button"
            href={thread.url}
            target="_blank"
            rel="noopener noreferrer"
            aria-label={t.thread.openThere}
            title={t.thread.openThere}
          >
            <Icon name="external" />
          </a>
        )}
      </div>
    </header>
  )
}

/** A place of its own: the live push brings it with the conversation, because an answer stops it. */
export const ThreadClock: FC<{ clock: ClockModel | undefined }> = ({ clock }) => (
  <div id="thread-clock">{clock && <ClockDetails clock={clock} />}</div>
)

const AssigneeForm: FC<{ thread: ThreadModel }> = ({ thread }) => {
  const { t } = useView()
  return (
    <Form action={urls.threadAssignee(thread.id)} class="select-form" target="#thread-pane">
      <input type="hidden" name="revision" value={thread.revision} />
      <label class="sr" htmlFor="assignee">
        {t.thread.assignee}
      </label>
      <select id="assignee" name="assignee" data-submit>
        <option value="">{t.thread.nobody}</option>
        {thread.assignees.map((option) => (
          <option value={option.value} selected={option.value === thread.assignee}>
            {option.label}
          </option>
        ))}
      </select>
      <button type="submit" class="button no-js">
        {t.form.set}
      </button>
    </Form>
  )
}

const choosable = ['open', 'waiting_customer', 'on_hold', 'ignored', 'spam'] as const

const StateForm: FC<{ thread: ThreadModel }> = ({ thread }) => {
  const { t } = useView()
  const resolved = thread.state === 'resolved'
  return (
    <>
      <Form action={urls.threadState(thread.id)} class="select-form" target="#thread-pane">
        <input type="hidden" name="revision" value={thread.revision} />
        <label class="sr" htmlFor="thread-state">
          {t.thread.state}
        </label>
        <select id="thread-state" name="state" data-submit>
          {!choosable.includes(thread.state as (typeof choosable)[number]) && (
            <option value={thread.state} selected>
              {t.threadState[thread.state]}
            </option>
          )}
          {choosable.map((state) => (
            <option value={state} selected={state === thread.state}>
              {t.threadState[state]}
            </option>
          ))}
        </select>
        <button type="submit" class="button no-js">
          {t.form.set}
        </button>
      </Form>
      <Snooze thread={thread} />
      <Form action={urls.threadState(thread.id)} class="inline-form" target="#thread-pane">
        <input type="hidden" name="revision" value={thread.revision} />
        <button
          type="submit"
          name="state"
          value={resolved ? 'open' : 'resolved'}
          class="button"
          data-action="resolve"
          aria-keyshortcuts="e"
          data-label={resolved ? t.thread.reopen : t.thread.resolve}
        >
          <Icon name={resolved ? 'refresh' : 'check'} />
          <span>{resolved ? t.thread.reopen : t.thread.resolve}</span>
        </button>
      </Form>
    </>
  )
}
