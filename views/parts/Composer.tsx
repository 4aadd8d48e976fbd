import type { FC } from 'hono/jsx'
import type { ReplyLimit } from '../../src/domain/reply.ts'
import { useView } from '../context.tsx'
import { ErrorSummary } from '../forms/Field.tsx'
import { Form } from '../forms/Form.tsx'
import type { FormErrors } from '../model.ts'
import { urls } from '../urls.ts'
import { Icon } from './icons.tsx'
import { NetworkMark, networkName } from './Network.tsx'
import { isWebLink, Plain } from './RemoteText.tsx'
import { ExactTime, Time } from './Time.tsx'

export type ComposerModel = ComposerOpen | ComposerClosed

interface ComposerOpen {
  canReply: true
  network: string
  /** The account of ours that will speak, by the name of its source: a platform's id says nothing to people. */
  account: string
  /** Whom it answers. */
  to: { mentionId: string; handle: string }
  /** uuidv7 made with the page: pressing Send twice is one reply. */
  replyId: string
  /** Every limit must hold; the tightest is shown. */
  limits: ReplyLimit[]
  /** Length of the draft under the tightest limit, for browsers without JavaScript. */
  count?: { length: number; max: number; ok: boolean } | undefined
  draft: string
  draftSavedAt?: number | undefined
  /** "about $0.01": said before it costs. */
  price?: string | undefined
  /** The platform takes one answer only (stores): sending replaces it. */
  replaces?: boolean | undefined
  errors?: FormErrors | undefined
  /** Somebody answered since the page was opened: nothing was sent, the text is kept. */
  conflict?: { by: string; at: number; text: string } | undefined
}

interface ComposerClosed {
  canReply: false
  network: string
  reason: string
  openUrl: string
}

export const Composer: FC<{ threadId: string; revision: number; composer: ComposerModel; canNote: boolean }> = ({
  threadId,
  revision,
  composer,
  canNote,
}) => {
  const { t } = useView()
  if (!composer.canReply)
    return (
      <section class="composer composer-closed" aria-label={t.composer.label}>
        <p>
          <Icon name="warning" /> {composer.reason}
        </p>
        {isWebLink(composer.openUrl) && (
          <a class="button" href={composer.openUrl} target="_blank" rel="noopener noreferrer">
            <Icon name="external" /> {t.composer.openOn(networkName(composer.network))}
          </a>
        )}
        {canNote && <NoteForm threadId={threadId} revision={revision} />}
      </section>
    )
  return (
    <section class="composer" aria-label={t.composer.label}>
      <ErrorSummary errors={composer.errors} idPrefix="reply-" />
      {composer.conflict && <Conflict conflict={composer.conflict} />}
      <ReplyForm threadId={threadId} revision={revision} composer={composer} />
      {canNote && <NoteForm threadId={threadId} revision={revision} />}
    </section>
  )
}

const ReplyForm: FC<{ threadId: string; revision: number; composer: ComposerOpen }> = ({
  threadId,
  revision,
  composer,
}) => {
  const { t } = useView()
  return (
    <Form
      action={urls.threadReplies(threadId)}
      class="reply-form"
      target="#thread-pane"
      id="reply-form"
      label={t.composer.to(composer.to.handle)}
    >
      <input type="hidden" name="revision" value={revision} />
      <input type="hidden" name="replyId" value={composer.replyId} />
      <input type="hidden" name="mentionId" value={composer.to.mentionId} />
      <label class="composer-to" htmlFor="f-reply-text">
        <NetworkMark network={composer.network} />
        <span>
          {t.composer.answer} <Plain class="strong" text={`@${composer.to.handle}`} /> {t.reply.as(composer.account)}
        </span>
      </label>
      <textarea
        id="f-reply-text"
        name="text"
        rows={3}
        required
        dir="auto"
        aria-describedby="reply-count reply-draft"
        {...(composer.errors?.['text'] ? { 'aria-invalid': 'true' } : {})}
        data-composer={threadId}
        data-draft-url={urls.threadDraft(threadId)}
        data-draft-saved={composer.draftSavedAt ?? 0}
        data-limits={JSON.stringify(composer.limits)}
        data-left={t.composer.leftTemplate}
        data-over={t.composer.overTemplate}
        data-saved={t.composer.draftSaved}
        data-kept={t.composer.draftKept}
        data-restored={t.composer.draftRestored}
      >
        {'\n'}
        {composer.draft}
      </textarea>
      <div class="composer-foot">
        <span id="reply-draft" class="muted draft-state">
          {composer.draftSavedAt !== undefined && (
            <>
              {t.composer.draftSaved} <Time at={composer.draftSavedAt} />
            </>
          )}
        </span>
        {composer.price && <span class="muted">{t.composer.price(composer.price)}</span>}
        {composer.replaces && <span class="muted">{t.composer.replaces}</span>}
        <output
          id="reply-count"
          class={`reply-count${composer.count && !composer.count.ok && composer.count.length > 0 ? ' reply-count-over' : ''}`}
          for="f-reply-text"
        >
          {composer.count && `${composer.count.length} / ${composer.count.max}`}
        </output>
        <button
          type="submit"
          class="button button-primary"
          data-action="send"
          aria-keyshortcuts="Control+Enter"
          data-label={t.composer.send}
        >
          <Icon name="send" />
          <span>{composer.replaces ? t.composer.sendReplace : t.composer.send}</span>
        </button>
      </div>
    </Form>
  )
}

const Conflict: FC<{ conflict: NonNullable<ComposerOpen['conflict']> }> = ({ conflict }) => {
  const { t } = useView()
  return (
    <div class="notice notice-warn" role="alert" tabindex={-1} data-focus>
      <Icon name="warning" />
      <div>
        <p>
          <strong>{t.composer.conflict(conflict.by)}</strong> <ExactTime at={conflict.at} />
        </p>
        <blockquote dir="auto" hx-ignore="">
          {conflict.text}
        </blockquote>
        <p>{t.composer.conflictKept}</p>
      </div>
    </div>
  )
}

const NoteForm: FC<{ threadId: string; revision: number }> = ({ threadId, revision }) => {
  const { t } = useView()
  return (
    <details class="note-box">
      <summary data-action="note" aria-keyshortcuts="n" data-label={t.composer.note}>
        <Icon name="note" /> {t.composer.note}
      </summary>
      <Form action={urls.threadNotes(threadId)} class="note-form" target="#thread-pane">
        <input type="hidden" name="revision" value={revision} />
        <label htmlFor="note-text">{t.composer.noteLabel}</label>
        <textarea id="note-text" name="text" rows={2} required dir="auto"></textarea>
        <button type="submit" class="button">
          {t.composer.noteSave}
        </button>
      </Form>
    </details>
  )
}
