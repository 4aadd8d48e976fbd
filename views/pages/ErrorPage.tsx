import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { ShortcutList } from '../layout.tsx'
import { PageHead } from '../parts/EmptyState.tsx'
import { urls } from '../urls.ts'

export interface ErrorModel {
  kind: 'not-found' | 'forbidden' | 'stale-form' | 'too-large' | 'failed'
  /** Reference for the log, shown small. */
  reference?: string | undefined
}

/** What happened, what was kept, what to do. Also used as a part, inside the region that failed. */
export const ErrorPage: FC<{ model: ErrorModel }> = ({ model }) => {
  const { t } = useView()
  const text = t.failure[model.kind]
  return (
    <div class="failure" role="alert">
      <h1>{text.title}</h1>
      <p class="lead">{text.text}</p>
      <div class="button-row">
        <a class="button button-primary" href={urls.inbox()}>
          {t.failure.inbox}
        </a>
        {model.kind === 'failed' && (
          <a class="button" href={urls.status()}>
            {t.nav.status}
          </a>
        )}
      </div>
      {model.reference && <p class="muted after-form">{t.failure.reference(model.reference)}</p>}
    </div>
  )
}

export const HelpPage: FC = () => {
  const { t } = useView()
  return (
    <>
      <PageHead title={t.help.title} lead={t.help.lead} />
      <ShortcutList />
    </>
  )
}
