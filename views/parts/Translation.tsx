import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { PostButton } from '../forms/Form.tsx'
import { urls } from '../urls.ts'
import { Plain, RemoteText } from './RemoteText.tsx'

export interface TranslationModel {
  /** Absent: nobody asked for it yet. */
  text?: string | undefined
  /** The model that made it. */
  by?: string | undefined
  /** Why there is none. */
  problem?: string | undefined
  /** Of the translation. */
  lang: string
  canAsk: boolean
}

/** Under a text in another language: its translation, or the button that asks for it. */
export const Translation: FC<{ mentionId: string; model: TranslationModel }> = ({ mentionId, model }) => {
  const { t } = useView()
  if (model.text !== undefined)
    return (
      <div class="translation">
        <RemoteText block class="item-text" spans={[{ text: model.text }]} lang={model.lang} />
        <p class="muted small">
          {t.thread.translation.by} <Plain text={model.by ?? ''} />
        </p>
      </div>
    )
  return (
    <div class="translation">
      {model.problem !== undefined && <p class="field-error">{model.problem}</p>}
      {model.canAsk && (
        <PostButton action={urls.translation(mentionId)} class="button button-small" target="#thread-pane">
          {t.thread.translation.ask}
        </PostButton>
      )}
    </div>
  )
}
