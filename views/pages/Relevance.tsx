import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { formatNumber } from '../format.ts'
import { CheckField, SelectField } from '../forms/Field.tsx'
import { Form } from '../forms/Form.tsx'
import type { Option } from '../model.ts'
import { PageHead } from '../parts/EmptyState.tsx'
import { Icon } from '../parts/icons.tsx'
import { Plain } from '../parts/RemoteText.tsx'
import { SampleList, type QuerySample } from '../parts/SampleList.tsx'
import { Time } from '../parts/Time.tsx'
import { urls } from '../urls.ts'

/** In how many of the rejected and of the kept matches something stands. */
export interface Evidence {
  rejected: number
  rejectedOf: number
  kept: number
  keptOf: number
}

export interface RelevanceModel {
  query: { id: string; name: string }
  mayJudge: boolean
  /** In the query language. */
  suggestions: (Evidence & { text: string })[]
  rejected: { mentionId: string; threadId: string; author: string; excerpt: string; by: string; at: number }[]
}

/** What was called not relevant for one query, to be taken back, and what it has in common. */
export const RelevancePage: FC<{ model: RelevanceModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <>
      <PageHead
        title={t.listening.notRelevant}
        lead={t.listening.relevanceLead(model.query.name)}
        back={{ href: urls.query(model.query.id), label: model.query.name }}
      />
      <section class="section">
        <h2 id="suggested">{t.listening.suggested}</h2>
        <p class="help">{t.listening.suggestedHelp}</p>
        {model.suggestions.length === 0 ? (
          <p class="muted">{t.listening.suggestedNone(model.rejected.length)}</p>
        ) : (
          <Suggestions model={model} />
        )}
      </section>
      <section class="section">
        <h2>{t.listening.rejectedTitle}</h2>
        {model.rejected.length === 0 ? <p class="muted">{t.listening.rejectedNone}</p> : <Rejected model={model} />}
      </section>
    </>
  )
}

const Suggestions: FC<{ model: RelevanceModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <ul class="samples" aria-labelledby="suggested">
      {model.suggestions.map((one) => (
        <li>
          <p>
            <code dir="auto">{one.text}</code> <EvidenceText evidence={one} />
          </p>
          <a
            class="button button-small"
            href={urls.queryExclusion(model.query.id, { add: one.text })}
            aria-label={t.listening.seeEffectOf(one.text)}
          >
            {t.listening.seeEffect}
          </a>
        </li>
      ))}
    </ul>
  )
}

const EvidenceText: FC<{ evidence: Evidence }> = ({ evidence }) => {
  const { t, locale } = useView()
  const n = (value: number) => formatNumber(value, locale)
  return <>{t.listening.evidence(n(evidence.rejected), n(evidence.rejectedOf), n(evidence.kept), n(evidence.keptOf))}</>
}

const Rejected: FC<{ model: RelevanceModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <Form action={urls.queryRelevance(model.query.id)}>
      {model.mayJudge && (
        <div class="button-row">
          <button type="submit" class="button">
            <Icon name="refresh" /> {t.listening.restoreChosen}
          </button>
        </div>
      )}
      <ul class="samples">
        {model.rejected.map((one) => (
          <li>
            {model.mayJudge ? (
              <CheckField name="mention" value={one.mentionId} label={<Plain text={one.author} />} />
            ) : (
              <Plain class="strong" text={one.author} />
            )}
            <p>
              <a href={urls.thread(one.threadId)}>
                <Plain text={one.excerpt} />
              </a>
            </p>
            <p class="muted">
              {t.listening.says(one.by)} <Time at={one.at} />
            </p>
          </li>
        ))}
      </ul>
    </Form>
  )
}

export interface ExclusionModel extends Evidence {
  query: { id: string; name: string }
  /** What to leave out, in the query language. */
  text: string
  canEdit: boolean
  /** The query as it would be. */
  becomes: string
  lists: Option[]
  goodOnes: QuerySample[]
}

/** The last look before something is left out. Nothing has changed when this page is shown. */
export const ExclusionPage: FC<{ model: ExclusionModel }> = ({ model }) => {
  const { t, locale } = useView()
  const n = (value: number) => formatNumber(value, locale)
  return (
    <>
      <PageHead
        title={t.listening.effectTitle(model.text)}
        lead={t.listening.effectLead(model.query.name)}
        back={{ href: urls.queryRelevance(model.query.id), label: t.listening.notRelevant }}
      />
      <p class={model.kept > 0 ? 'notice notice-warn' : 'notice'}>
        <Icon name={model.kept > 0 ? 'warning' : 'checkCircle'} />
        <span>{t.listening.effectFigures(n(model.rejected), n(model.rejectedOf), n(model.kept), n(model.keptOf))}</span>
      </p>
      {model.canEdit && (
        <section class="section">
          <Form action={urls.queryExclusion(model.query.id)} class="form-page">
            <input type="hidden" name="add" value={model.text} />
            <SelectField
              name="target"
              label={t.listening.addTo}
              value="query"
              options={[{ value: 'query', label: t.listening.thisQuery }, ...model.lists]}
            />
            <p class="help">
              <code dir="auto">{model.becomes}</code>
            </p>
            <button type="submit" class="button button-primary">
              {t.listening.leaveItOut}
            </button>
          </Form>
        </section>
      )}
      <section class="section">
        <h2>{t.listening.goodOnes}</h2>
        {model.goodOnes.length === 0 ? (
          <p class="muted">{t.listening.noGoodOnes}</p>
        ) : (
          <SampleList samples={model.goodOnes} />
        )}
      </section>
    </>
  )
}
