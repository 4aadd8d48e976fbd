import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { formatNumber } from '../format.ts'
import { ErrorSummary, Field, SelectField, TextArea, TextField } from '../forms/Field.tsx'
import { Form, PostButton } from '../forms/Form.tsx'
import type { FormErrors, Option, Pager as PagerModel, Sentiment } from '../model.ts'
import { Avatar } from '../parts/Avatar.tsx'
import { EmptyState, PageHead } from '../parts/EmptyState.tsx'
import { Icon } from '../parts/icons.tsx'
import { SentimentMark } from '../parts/Marks.tsx'
import { Pager } from '../parts/Pager.tsx'
import { Plain } from '../parts/RemoteText.tsx'
import { Time } from '../parts/Time.tsx'
import { urls } from '../urls.ts'

export interface CustomersModel {
  q: string
  /** A mention whose author is being linked by hand: each row then offers Accept. */
  linking?: { mentionId: string; author: string } | undefined
  customers: CustomerRow[]
  /** May create, import and link. */
  canEdit: boolean
  total: number
  pager: PagerModel
}

export interface CustomerRow {
  id: string
  name: string
  company?: string | undefined
  email?: string | undefined
  accounts: number
  touchpoints: number
  lastTouchpointAt?: number | undefined
  lastSentiment?: Sentiment | undefined
}

export const CustomersPage: FC<{ model: CustomersModel }> = ({ model }) => {
  const { t, locale } = useView()
  const none = model.customers.length === 0
  return (
    <>
      <PageHead title={t.nav.customers} lead={t.customers.lead}>
        {model.canEdit && (
          <>
            <a class="button" href={urls.customersImport()} data-label={t.customers.import}>
              <Icon name="upload" /> {t.customers.import}
            </a>
            <a class="button button-primary" href={urls.customerNew()} data-label={t.customer.create}>
              <Icon name="plus" /> {t.customer.create}
            </a>
          </>
        )}
      </PageHead>
      {model.linking && (
        <p class="notice">
          <Icon name="link" />
          <span>{t.customers.linking(model.linking.author)}</span>
        </p>
      )}
      {none && model.q === '' ? (
        <EmptyState icon="customers" title={t.customers.empty} text={t.customers.emptyText}>
          {model.canEdit && (
            <a class="button button-primary" href={urls.customersImport()}>
              {t.customers.import}
            </a>
          )}
        </EmptyState>
      ) : (
        <>
          <form method="get" action={urls.customers()} class="list-search">
            <label htmlFor="customer-q">{t.customers.search}</label>
            {model.linking && <input type="hidden" name="link" value={model.linking.mentionId} />}
            <input id="customer-q" name="q" type="search" value={model.q} autocomplete="off" />
            <button type="submit" class="button">
              {t.search.submit}
            </button>
            <span class="muted">{t.customers.total(formatNumber(model.total, locale), model.total)}</span>
          </form>
          {none ? (
            <EmptyState icon="search" title={t.customers.noMatch} text={t.customers.noMatchText} />
          ) : (
            <CustomerTable model={model} />
          )}
          <Pager pager={model.pager} label={t.customers.pages} />
        </>
      )}
    </>
  )
}

const CustomerTable: FC<{ model: CustomersModel }> = ({ model }) => {
  const { t, locale } = useView()
  return (
    <div class="table-scroll">
      <table aria-label={t.nav.customers} class="table-rows">
        <thead>
          <tr>
            <th scope="col">{t.customers.name}</th>
            <th scope="col">{t.customer.company}</th>
            <th scope="col" class="num">
              {t.customers.accounts}
            </th>
            <th scope="col" class="num">
              {t.customer.touchpoints}
            </th>
            <th scope="col">{t.customers.last}</th>
            {model.linking && (
              <th scope="col">
                <span class="sr">{t.customer.accept}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {model.customers.map((one) => (
            <tr>
              <td>
                <span class="cell-person">
                  <Avatar name={one.name} />
                  <span>
                    <a href={urls.customer(one.id)} data-row-link>
                      <Plain text={one.name} />
                    </a>
                    {one.email && <Plain class="cell-sub" text={one.email} />}
                  </span>
                </span>
              </td>
              <td>{one.company && <Plain text={one.company} />}</td>
              <td class="num">{formatNumber(one.accounts, locale)}</td>
              <td class="num">{formatNumber(one.touchpoints, locale)}</td>
              <td>
                {one.lastTouchpointAt !== undefined && (
                  <span class="cell-last">
                    <Time at={one.lastTouchpointAt} long />
                    {one.lastSentiment && <SentimentMark sentiment={one.lastSentiment} />}
                  </span>
                )}
              </td>
              {model.linking && (
                <td>
                  <PostButton
                    action={urls.mentionLink(model.linking.mentionId)}
                    values={{ customerId: one.id, decision: 'accept' }}
                    class="button button-small"
                    label={t.customer.acceptLabel(one.name)}
                  >
                    {t.customer.accept}
                  </PostButton>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export interface CustomerFormModel {
  /** Absent: a new customer. */
  id?: string | undefined
  /** The author that becomes this customer. */
  mentionId?: string | undefined
  name: string
  company: string
  emails: string
  domains: string
  /** Lines "platform handle". */
  accounts: string
  notes: string
  errors?: FormErrors | undefined
}

/** POST name, company, emails, domains, accounts, notes, mentionId; to customerNew or customerEdit. */
export const CustomerFormPage: FC<{ model: CustomerFormModel }> = ({ model }) => {
  const { t } = useView()
  const { errors } = model
  return (
    <div class="form-page">
      <PageHead
        title={model.id ? t.customers.edit(model.name) : t.customer.create}
        back={
          model.id
            ? { href: urls.customer(model.id), label: model.name }
            : { href: urls.customers(), label: t.nav.customers }
        }
      />
      <Form action={model.id ? urls.customerEdit(model.id) : urls.customerNew()}>
        <ErrorSummary errors={errors} />
        {model.mentionId && <input type="hidden" name="mentionId" value={model.mentionId} />}
        <TextField
          name="name"
          label={t.customers.name}
          value={model.name}
          required
          error={errors?.['name']}
          autocomplete="off"
        />
        <TextField
          name="company"
          label={t.customer.company}
          value={model.company}
          optional
          error={errors?.['company']}
          autocomplete="off"
        />
        <TextArea
          name="emails"
          label={t.customers.emails}
          help={t.form.onePerLine}
          value={model.emails}
          rows={2}
          optional
          error={errors?.['emails']}
        />
        <TextArea
          name="domains"
          label={t.customers.domains}
          help={t.customers.domainsHelp}
          value={model.domains}
          rows={2}
          optional
          error={errors?.['domains']}
        />
        <TextArea
          name="accounts"
          label={t.customers.accountsLabel}
          help={t.customers.accountsHelp}
          value={model.accounts}
          rows={3}
          optional
          error={errors?.['accounts']}
        />
        <TextArea
          name="notes"
          label={t.customers.notes}
          value={model.notes}
          rows={3}
          optional
          error={errors?.['notes']}
        />
        <div class="button-row">
          <button type="submit" class="button button-primary">
            {t.form.save}
          </button>
          <a class="button" href={model.id ? urls.customer(model.id) : urls.customers()}>
            {t.form.cancel}
          </a>
        </div>
      </Form>
    </div>
  )
}

export interface ImportModel {
  /** Known column sets: HubSpot, Shopify … */
  presets: Option[]
  preset: string
  errors?: FormErrors | undefined
  result?: ImportResult | undefined
}

export interface ImportResult {
  file: string
  created: number
  updated: number
  unchanged: number
  /** Lines that were left out, with what to mend. */
  broken: { line: number; text: string; error: string }[]
  /** Broken lines beyond those listed. */
  moreBroken: number
}

/** POST multipart: file, preset. */
export const ImportPage: FC<{ model: ImportModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <div class="form-page">
      <PageHead title={t.import.title} lead={t.import.lead} back={{ href: urls.customers(), label: t.nav.customers }} />
      {model.result && <ImportOutcome result={model.result} />}
      <Form action={urls.customersImport()} upload>
        <ErrorSummary errors={model.errors} />
        <Field
          name="file"
          label={t.import.file}
          help={t.import.fileHelp}
          error={model.errors?.['file']}
          control={(aria) => <input type="file" name="file" accept=".csv,.tsv,.txt,text/csv" required {...aria} />}
        />
        {model.presets.length > 0 && (
          <SelectField
            name="preset"
            label={t.import.preset}
            help={t.import.presetHelp}
            value={model.preset}
            options={model.presets}
            blank={t.import.presetNone}
          />
        )}
        <button type="submit" class="button button-primary">
          <Icon name="upload" /> {t.import.action}
        </button>
      </Form>
      <section class="section">
        <h2>{t.import.example}</h2>
        <pre class="raw">
          {
            'name,email,company,domain,mastodon,bluesky\nAda Osei,ada@acme.example,Acme,acme.example,ada@social.example,ada.acme.example'
          }
        </pre>
      </section>
    </div>
  )
}

const ImportOutcome: FC<{ result: ImportResult }> = ({ result }) => {
  const { t, locale } = useView()
  const n = (value: number) => formatNumber(value, locale)
  const broken = result.broken.length + result.moreBroken
  return (
    <section
      class={`outcome${broken > 0 ? ' outcome-warn' : ''}`}
      aria-labelledby="outcome-title"
      tabindex={-1}
      data-focus
    >
      <h2 id="outcome-title">
        <Icon name={broken > 0 ? 'warning' : 'checkCircle'} /> {t.import.read(result.file)}
      </h2>
      <p>{t.import.counts(n(result.created), n(result.updated), n(result.unchanged))}</p>
      {broken > 0 && (
        <>
          <p>{t.import.broken(n(broken), broken)}</p>
          <div class="table-scroll">
            <table aria-label={t.import.brokenLines}>
              <thead>
                <tr>
                  <th scope="col" class="num">
                    {t.import.line}
                  </th>
                  <th scope="col">{t.import.problem}</th>
                  <th scope="col">{t.import.text}</th>
                </tr>
              </thead>
              <tbody>
                {result.broken.map((row) => (
                  <tr>
                    <td class="num">{n(row.line)}</td>
                    <td>{row.error}</td>
                    <td class="cell-code">
                      <code dir="auto" hx-ignore="">
                        {row.text}
                      </code>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {result.moreBroken > 0 && <p class="muted">{t.import.more(n(result.moreBroken))}</p>}
        </>
      )}
      <a class="button" href={urls.customers()}>
        {t.import.see}
      </a>
    </section>
  )
}
