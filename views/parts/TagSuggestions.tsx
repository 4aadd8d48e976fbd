import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { PostButton } from '../forms/Form.tsx'
import { formatPercent } from '../format.ts'
import { urls } from '../urls.ts'
import { Icon } from './icons.tsx'
import { Plain } from './RemoteText.tsx'

export interface TagSuggestion {
  id: string
  name: string
  /** 0…1. */
  score: number
  /** Stems that spoke for it. */
  because: string[]
}

/** What taught tags propose for a thread, each to be taken or refused with one press. */
export const TagSuggestions: FC<{ threadId: string; suggestions: readonly TagSuggestion[] }> = ({
  threadId,
  suggestions,
}) => {
  const { t, locale } = useView()
  const decide = (id: string, decision: 'accepted' | 'rejected') => ({ tag: id, decision, back: 'thread' })
  return (
    <>
      {suggestions.map(({ id, name, score, because }) => (
        <span class="suggestion" title={t.taught.because(formatPercent(score, locale), because.join(', '))}>
          {t.taught.suggestion} <Plain text={name} />
          <PostButton
            action={urls.threadSuggestion(threadId)}
            values={decide(id, 'accepted')}
            class="icon-button"
            label={t.taught.accept(name)}
            target="#thread-pane"
          >
            <Icon name="check" />
          </PostButton>
          <PostButton
            action={urls.threadSuggestion(threadId)}
            values={decide(id, 'rejected')}
            class="icon-button"
            label={t.taught.reject(name)}
            target="#thread-pane"
          >
            <Icon name="cross" />
          </PostButton>
        </span>
      ))}
    </>
  )
}
