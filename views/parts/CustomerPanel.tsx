import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import type { View } from '../context.tsx'
import { formatDateTime, formatDay, formatNumber, formatPercent } from '../format.ts'
import { PostButton } from '../forms/Form.tsx'
import type { AuthorModel, EvidenceModel, SourceRef, TouchpointModel } from '../model.ts'
import { urls } from '../urls.ts'
import { Avatar } from './Avatar.tsx'
import { Icon } from './icons.tsx'
import { NetworkMark, networkName } from './Network.tsx'
import { isWebLink, Plain } from './RemoteText.tsx'
import { Timeline } from './Timeline.tsx'

export interface CustomerPanelModel {
  author: AuthorModel
  source: SourceRef
  canLink: boolean
  /** The mention whose author is linked or not. */
  mentionId: string
  linked?: LinkedCustomer | undefined
  suggestions: SuggestionModel[]
  /** The platform's terms: no linking there, with the reason. */
  forbidden?: string | undefined
}

export interface LinkedCustomer {
  id: string
  name: string
  company?: string | undefined
  email?: string | undefined
  since?: number | undefined
  touchpoints: number
  recent: TouchpointModel[]
  evidence: EvidenceModel[]
  /** Who linked it; absent: the machine, by proof. */
  by?: string | undefined
  tags: string[]
}

export interface SuggestionModel {
  customerId: string
  name: string
  detail?: string | undefined
  /** Calibrated, 0…1. */
  probability: number
  evidence: EvidenceModel[]
}

export const CustomerPanel: FC<{ panel: CustomerPanelModel }> = ({ panel }) => {
  const { t } = useView()
  return (
    <div class="card" id="customer-card">
      <AuthorBlock panel={panel} />
      {panel.linked && <Linked panel={panel} linked={panel.linked} />}
      {!panel.linked && panel.suggestions.map((one) => <Suggestion panel={panel} suggestion={one} />)}
      {!panel.linked && panel.forbidden && <p class="muted card-note">{panel.forbidden}</p>}
      {!panel.linked && !panel.forbidden && (
        <section class="card-section">
          {panel.suggestions.length === 0 && <p class="muted">{t.customer.unknown}</p>}
          {panel.canLink && (
            <>
              <a class="button button-small" href={urls.customerNew({ mention: panel.mentionId })}>
                <Icon name="plus" /> {t.customer.create}
              </a>
              <a class="button button-small" href={urls.customers({ link: panel.mentionId })}>
                <Icon name="search" /> {t.customer.find}
              </a>
            </>
          )}
        </section>
      )}
    </div>
  )
}

const AuthorBlock: FC<{ panel: CustomerPanelModel }> = ({ panel }) => {
  const { t, locale } = useView()
  const { author, source } = panel
  return (
    <section class="card-section card-author">
      <Avatar name={author.name || author.handle} src={author.avatarUrl} size="large" />
      <div>
        <h3>
          <Plain text={author.name || author.handle} />
        </h3>
        <p class="muted">
          <NetworkMark network={source.network} />{' '}
          {author.url && isWebLink(author.url) ? (
            <a href={author.url} target="_blank" rel="noopener noreferrer nofollow ugc">
              <Plain text={author.handle} />
            </a>
          ) : (
            <Plain text={author.handle} />
          )}
        </p>
      </div>
      {author.bio && (
        <p class="card-bio">
          <Plain text={author.bio} />
        </p>
      )}
      <p class="muted card-facts">
        <span>{networkName(source.network)}</span>
        {author.followers !== undefined && (
          <span>{t.customer.followers(formatNumber(author.followers, locale), author.followers)}</span>
        )}
        {author.location && <Plain text={author.location} />}
      </p>
    </section>
  )
}

const Linked: FC<{ panel: CustomerPanelModel; linked: LinkedCustomer }> = ({ panel, linked }) => {
  const view = useView()
  const { t, locale } = view
  return (
    <>
      <section class="card-section">
        <h3 class="card-title">
          <Icon name="link" />
          <a href={urls.customer(linked.id)}>
            <Plain text={linked.name} />
          </a>
        </h3>
        <dl class="facts">
          {linked.company && <Fact name={t.customer.company} value={linked.company} />}
          {linked.email && <Fact name={t.customer.email} value={linked.email} />}
          {linked.since !== undefined && <Fact name={t.customer.since} value={formatDay(linked.since, view)} />}
          <Fact name={t.customer.touchpoints} value={formatNumber(linked.touchpoints, locale)} />
        </dl>
        {linked.tags.length > 0 && (
          <p class="tags">
            {linked.tags.map((tag) => (
              <span class="tag">{tag}</span>
            ))}
          </p>
        )}
        <p class="muted">{linked.by ? t.customer.linkedBy(linked.by) : t.customer.linkedByProof}</p>
        <EvidenceList evidence={linked.evidence} />
        {panel.canLink && (
          <PostButton
            action={urls.mentionLink(panel.mentionId)}
            values={{ customerId: linked.id, decision: 'unlink' }}
            class="button button-small button-quiet"
            target="#thread-pane"
          >
            {t.customer.unlink}
          </PostButton>
        )}
      </section>
      <section class="card-section">
        <h3 class="card-sub">{t.customer.recent}</h3>
        <Timeline touchpoints={linked.recent} compact />
        <a href={urls.customer(linked.id)}>{t.customer.all}</a>
      </section>
    </>
  )
}

const Fact: FC<{ name: string; value: string }> = ({ name, value }) => (
  <div>
    <dt>{name}</dt>
    <dd>
      <Plain text={value} />
    </dd>
  </div>
)

const Suggestion: FC<{ panel: CustomerPanelModel; suggestion: SuggestionModel }> = ({ panel, suggestion }) => {
  const { t, locale } = useView()
  const values = { customerId: suggestion.customerId }
  return (
    <section class="card-section suggestion">
      <p class="card-sub">{t.customer.suggestion}</p>
      <h3 class="card-title">
        <a href={urls.customer(suggestion.customerId)}>
          <Plain text={suggestion.name} />
        </a>
        <span class="tag">{formatPercent(suggestion.probability, locale)}</span>
      </h3>
      {suggestion.detail && (
        <p class="muted">
          <Plain text={suggestion.detail} />
        </p>
      )}
      <EvidenceList evidence={suggestion.evidence} />
      {panel.canLink && (
        <div class="button-row">
          <PostButton
            action={urls.mentionLink(panel.mentionId)}
            values={{ ...values, decision: 'accept' }}
            class="button button-small button-primary"
            target="#thread-pane"
            label={t.customer.acceptLabel(suggestion.name)}
          >
            {t.customer.accept}
          </PostButton>
          <PostButton
            action={urls.mentionLink(panel.mentionId)}
            values={{ ...values, decision: 'reject' }}
            class="button button-small"
            target="#thread-pane"
            label={t.customer.rejectLabel(suggestion.name)}
          >
            {t.customer.reject}
          </PostButton>
        </div>
      )}
    </section>
  )
}

/** Each piece of evidence as a sentence, with the bits it weighs where they are known. */
export const EvidenceList: FC<{ evidence: EvidenceModel[] }> = ({ evidence }) => {
  const view = useView()
  if (evidence.length === 0) return null
  return (
    <ul class="evidence">
      {evidence.map((one) => (
        <li class={one.bits !== undefined && one.bits < 0 ? 'evidence-against' : ''}>
          <span dir="auto">{evidenceText(one, view)}</span>
          {one.bits !== undefined && (
            <span class="bits" title={view.t.evidence.bits}>
              {one.bits > 0 ? '+' : '−'}
              {Math.abs(one.bits).toFixed(1)}
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}

function evidenceText(evidence: EvidenceModel, view: View): string {
  const sentence = view.t.evidence[evidence.kind](evidence.value)
  return evidence.at === undefined
    ? sentence
    : `${sentence}, ${view.t.evidence.verified(formatDateTime(evidence.at, view))}`
}
