import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { TextField } from '../forms/Field.tsx'
import { Form } from '../forms/Form.tsx'
import { urls } from '../urls.ts'
import { Icon } from './icons.tsx'
import { Plain } from './RemoteText.tsx'
import { TagSuggestions } from './TagSuggestions.tsx'
import type { ThreadModel } from './ThreadPane.tsx'
import { ExactTime } from './Time.tsx'

/** The tags as links to their threads, and for those who may the form that changes the whole set. */
export const ThreadTags: FC<{ thread: ThreadModel }> = ({ thread }) => (
  <div class="thread-tags">
    {thread.tags.map((tag) => (
      <a class="tag" href={urls.inbox({ view: 'all', tag })}>
        <Plain text={tag} />
      </a>
    ))}
    <TagSuggestions threadId={thread.id} suggestions={thread.suggestedTags ?? []} />
    {thread.canTriage && <TagBox thread={thread} />}
  </div>
)

const TagBox: FC<{ thread: ThreadModel }> = ({ thread }) => {
  const { t } = useView()
  const known = (thread.knownTags ?? []).filter((tag) => !thread.tags.includes(tag)).slice(0, 8)
  return (
    <details class="menu" data-menu id="tag-box">
      <summary class="quiet-summary" aria-keyshortcuts="t" data-action="tags" data-label={t.thread.editTags}>
        <Icon name="tag" /> {thread.tags.length === 0 ? t.thread.addTags : t.thread.editTags}
      </summary>
      <div class="menu-panel">
        <Form action={urls.threadTags(thread.id)} target="#thread-pane">
          <TextField
            name="tags"
            label={t.thread.tags}
            help={t.thread.tagsHelp}
            value={thread.tags.join(', ')}
            autocomplete="off"
          />
          {known.length > 0 && (
            <fieldset class="tag-choices">
              <legend class="help">{t.thread.knownTags}</legend>
              {known.map((tag) => (
                <label class="tag-choice">
                  <input type="checkbox" name="tags" value={tag} />
                  <Plain text={tag} />
                </label>
              ))}
            </fieldset>
          )}
          <button type="submit" class="button">
            {t.thread.saveTags}
          </button>
        </Form>
      </div>
    </details>
  )
}

const hour = 60
const spans = [1 * hour, 4 * hour, 24 * hour, 72 * hour, 168 * hour] as const

/** Away until then; whoever writes in between brings it back. */
export const Snooze: FC<{ thread: ThreadModel }> = ({ thread }) => {
  const { t } = useView()
  return (
    <details class="menu" data-menu id="snooze-box">
      <summary
        class="icon-button"
        aria-keyshortcuts="z"
        aria-label={t.thread.snooze}
        title={t.thread.snooze}
        data-action="snooze"
        data-label={t.thread.snooze}
      >
        <Icon name="moon" />
      </summary>
      <div class="menu-panel">
        <p class="menu-text">
          {thread.snoozedUntil === undefined ? (
            t.thread.snoozeText
          ) : (
            <>
              {t.thread.snoozedUntil} <ExactTime at={thread.snoozedUntil} />
            </>
          )}
        </p>
        <Form action={urls.threadState(thread.id)} target="#thread-pane">
          <input type="hidden" name="state" value="snoozed" />
          {spans.map((minutes, index) => (
            <button type="submit" class="menu-item" name="until" value={minutes}>
              {t.thread.snoozeFor[index]}
            </button>
          ))}
        </Form>
      </div>
    </details>
  )
}
