import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { formatDay } from '../format.ts'
import { ErrorSummary, SelectField, TextArea, TextField } from '../forms/Field.tsx'
import { Form, PostButton } from '../forms/Form.tsx'
import type {
  Channel,
  Direction,
  EvidenceModel,
  FormErrors,
  Pager as PagerModel,
  Stage,
  TouchpointModel,
} from '../model.ts'
import { channels, stages } from '../model.ts'
import { Avatar } from '../parts/Avatar.tsx'
import { EvidenceList } from '../parts/CustomerPanel.tsx'
import { EmptyState, PageHead } from '../parts/EmptyState.tsx'
import { Icon } from '../parts/icons.tsx'
import { NetworkMark, networkName } from '../parts/Network.tsx'
import { Pager } from '../parts/Pager.tsx'
import { isWebLink, Plain } from '../parts/RemoteText.tsx'
import { Timeline } from '../parts/Timeline.tsx'
import { urls } from '../urls.ts'

export interface CustomerModel {
  id: string
  name: string
  /** May change, link and write touchpoints down. */
  canEdit: boolean
  company?: string | undefined
  emails: string[]
  domains: string[]
  tags: string[]
  notes?: string | undefined
  since?: number | undefined
  accounts: LinkedAccount[]
  touchpoints: TouchpointModel[]
  total: number
  pager: PagerModel
  /** Chosen channel of the timeline. */
  channel?: Channel | undefined
  form: TouchpointForm
}

export interface LinkedAccount {
  /** The author's newest mention: where unlinking posts to. */
  mentionId: string
  network: string
  handle: string
  url?: string | undefined
  evidence: EvidenceModel[]
  by?: string | undefined
}

export interface TouchpointForm {
  channel: Channel
  direction: Direction
  stage: Stage
  text: string
  /** Value of a datetime-local field in the viewer's zone; empty is now. */
  at: string
  errors?: FormErrors | undefined
}

export const CustomerPage: FC<{ model: CustomerModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <>
      <PageHead title={model.name} back={{ href: urls.customers(), label: t.nav.customers }}>
        {model.canEdit && (
          <a class="button" href={urls.customerEdit(model.id)}>
            {t.customers.editShort}
          </a>
        )}
      </PageHead>
      <div class="split">
        <section aria-labelledby="timeline-title">
          <div class="section-head">
            <h2 id="timeline-title">{t.customer.touchpoints}</h2>
            <form method="get" action={urls.customer(model.id)} class="select-form">
              <label class="sr" htmlFor="timeline-channel">
                {t.timeline.channel}
              </label>
              <select id="timeline-channel" name="channel" data-submit>
                <option value="">{t.timeline.all}</option>
                {channels.map((channel) => (
                  <option value={channel} selected={channel === model.channel}>
                    {t.channel[channel]}
                  </option>
                ))}
              </select>
              <button type="submit" class="button no-js">
                {t.filter.apply}
              </button>
            </form>
          </div>
          {model.canEdit && <AddTouchpoint model={model} />}
          {model.touchpoints.length > 0 ? (
            <Timeline touchpoints={model.touchpoints} />
          ) : (
            <EmptyState icon="clock" level={3} title={t.timeline.empty} text={t.timeline.emptyText} />
          )}
          <Pager pager={model.pager} label={t.timeline.pages} />
        </section>
        <Facts model={model} />
      </div>
    </>
  )
}

const Facts: FC<{ model: CustomerModel }> = ({ model }) => {
  const view = useView()
  const { t } = view
  return (
    <aside class="side" aria-label={t.customer.card}>
      <div class="side-head">
        <Avatar name={model.name} size="large" />
        <div>
          <strong>
            <Plain text={model.name} />
          </strong>
          {model.company && <Plain class="cell-sub" text={model.company} />}
        </div>
      </div>
      <dl class="facts">
        {model.emails.length > 0 && <List name={t.customer.email} values={model.emails} />}
        {model.domains.length > 0 && <List name={t.customers.domains} values={model.domains} />}
        {model.since !== undefined && <List name={t.customer.since} values={[formatDay(model.since, view)]} />}
      </dl>
      {model.tags.length > 0 && (
        <p class="tags">
          {model.tags.map((tag) => (
            <span class="tag">{tag}</span>
          ))}
        </p>
      )}
      {model.notes && (
        <p class="side-notes" dir="auto">
          {model.notes}
        </p>
      )}
      <h2 class="side-title">{t.customers.accounts}</h2>
      {model.accounts.length === 0 && <p class="muted">{t.customers.noAccounts}</p>}
      <ul class="account-list">
        {model.accounts.map((account) => (
          <li>
            <p>
              <NetworkMark network={account.network} />{' '}
              {account.url && isWebLink(account.url) ? (
                <a href={account.url} target="_blank" rel="noopener noreferrer nofollow ugc">
                  <Plain text={account.handle} />
                </a>
              ) : (
                <Plain text={account.handle} />
              )}{' '}
              <span class="muted">{networkName(account.network)}</span>
            </p>
            <p class="muted">{account.by ? t.customer.linkedBy(account.by) : t.customer.linkedByProof}</p>
            <EvidenceList evidence={account.evidence} />
            {model.canEdit && account.mentionId !== '' && (
              <PostButton
                action={urls.mentionLink(account.mentionId)}
                values={{ customerId: model.id, decision: 'unlink' }}
                class="button button-small button-quiet"
                label={t.customer.unlinkLabel(account.handle)}
              >
                {t.customer.unlink}
              </PostButton>
            )}
          </li>
        ))}
      </ul>
    </aside>
  )
}

const List: FC<{ name: string; values: string[] }> = ({ name, values }) => (
  <div>
    <dt>{name}</dt>
    {values.map((value) => (
      <dd>
        <Plain text={value} />
      </dd>
    ))}
  </div>
)

/** POST channel, direction, stage, text, at. */
const AddTouchpoint: FC<{ model: CustomerModel }> = ({ model }) => {
  const { t } = useView()
  const { form } = model
  return (
    <details class="add-box" open={form.errors !== undefined}>
      <summary data-label={t.timeline.add}>
        <Icon name="plus" /> {t.timeline.add}
      </summary>
      <Form action={urls.customerTouchpoints(model.id)} class="add-form">
        <ErrorSummary errors={form.errors} idPrefix="tp-" />
        <div class="field-row">
          <SelectField
            name="channel"
            label={t.timeline.channel}
            value={form.channel}
            options={channels.map((value) => ({ value, label: t.channel[value] }))}
            idPrefix="tp-"
            error={form.errors?.['channel']}
          />
          <SelectField
            name="direction"
            label={t.timeline.direction}
            value={form.direction}
            options={[
              { value: 'in', label: t.timeline.fromThem },
              { value: 'out', label: t.timeline.fromUs },
            ]}
            idPrefix="tp-"
          />
          <SelectField
            name="stage"
            label={t.timeline.stage}
            value={form.stage}
            options={stages.map((value) => ({ value, label: t.stage[value] }))}
            idPrefix="tp-"
          />
          <TextField
            name="at"
            type="datetime-local"
            label={t.timeline.at}
            value={form.at}
            optional
            idPrefix="tp-"
            error={form.errors?.['at']}
          />
        </div>
        <TextArea
          name="text"
          label={t.timeline.text}
          value={form.text}
          rows={2}
          required
          idPrefix="tp-"
          error={form.errors?.['text']}
        />
        <button type="submit" class="button button-primary">
          {t.timeline.save}
        </button>
      </Form>
    </details>
  )
}
