import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { PostButton } from '../forms/Form.tsx'
import { urls } from '../urls.ts'
import { Icon } from './icons.tsx'
import { Plain } from './RemoteText.tsx'

export interface MatchModel {
  queryId: string
  queryName: string
  /** The version of the query that caught it. */
  version: number
  /** The condition that held, in the query language: acme NEAR/5 invoice. */
  because: string
}

export interface RejectedModel {
  queryId: string
  queryName: string
  /** Who called it not relevant: a person, or a rule by its name. */
  by: string
}

interface Props {
  mentionId: string
  matched: MatchModel[]
  rejected: RejectedModel[]
  mayJudge: boolean
  /** One item of a thread answers to the key. */
  hasKey: boolean
}

/** Why it is here, and a way to say that it should not be: for one query at a time, to be undone in the same place. */
export const Matched: FC<Props> = ({ mentionId, matched, rejected, mayJudge, hasKey }) => {
  const { t } = useView()
  const judge = (query: { queryId: string; queryName: string }, relevant: boolean, isFirst: boolean) =>
    mayJudge && (
      <PostButton
        action={urls.mentionRelevance(mentionId)}
        values={{ query: query.queryId, relevant: relevant ? '1' : '0' }}
        class="quiet-button"
        target="#thread-pane"
        label={(relevant ? t.listening.relevantAgain : t.listening.notRelevantFor)(query.queryName)}
        hotkey={hasKey && isFirst ? 'x' : undefined}
        hotkeyAction="relevance"
      >
        {relevant ? t.listening.undo : t.listening.notRelevant}
      </PostButton>
    )
  return (
    <>
      {matched.map((match, index) => (
        <div class="why-line">
          <Icon name="listening" />
          <span>
            {t.thread.matched}{' '}
            <a href={urls.query(match.queryId)}>
              <Plain text={match.queryName} />
            </a>{' '}
            <span class="muted">{t.quality.caughtBy(match.version)}</span>: <code dir="auto">{match.because}</code>{' '}
            {judge(match, false, index === 0)}
          </span>
        </div>
      ))}
      {rejected.map((match, index) => (
        <div class="why-line">
          <Icon name="cross" />
          <span>
            {t.listening.rejectedFor}{' '}
            <a href={urls.queryRelevance(match.queryId)}>
              <Plain text={match.queryName} />
            </a>
            , {t.listening.says(match.by)} {judge(match, true, matched.length === 0 && index === 0)}
          </span>
        </div>
      ))}
    </>
  )
}
