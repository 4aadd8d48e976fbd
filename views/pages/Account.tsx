import type { Child, FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { ErrorSummary, TextField } from '../forms/Field.tsx'
import { Form } from '../forms/Form.tsx'
import type { FormErrors } from '../model.ts'
import { urls } from '../urls.ts'

/** Pages before somebody is signed in. All stand in PlainLayout. */

export interface SignInModel {
  email: string
  errors?: FormErrors | undefined
  /** Where to go afterwards; a path of ours. */
  next?: string | undefined
}

/** POST email, password, next. */
export const SignInPage: FC<{ model: SignInModel }> = ({ model }) => {
  const { t } = useView()
  const { errors } = model
  return (
    <Panel title={t.account.signIn}>
      <Form action={urls.signIn()}>
        <ErrorSummary errors={errors} />
        {model.next && <input type="hidden" name="next" value={model.next} />}
        <TextField
          name="email"
          type="email"
          label={t.account.email}
          value={model.email}
          autocomplete="username"
          required
          autofocus
          error={errors?.['email']}
        />
        <TextField
          name="password"
          type="password"
          label={t.account.password}
          autocomplete="current-password"
          required
          error={errors?.['password']}
        />
        <button type="submit" class="button button-primary button-large">
          {t.account.signIn}
        </button>
      </Form>
      <p class="muted after-form">{t.account.forgotten}</p>
    </Panel>
  )
}

export interface SignInLinkModel {
  token: string
  /** The link was used or is too old. */
  expired: boolean
}

/** The one-time link: a GET shows a button, because opening an address must not change anything. POST to the same address. */
export const SignInLinkPage: FC<{ model: SignInLinkModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <Panel
      title={model.expired ? t.account.linkExpired : t.account.linkTitle}
      lead={model.expired ? t.account.linkExpiredText : t.account.linkText}
    >
      {model.expired ? (
        <a class="button" href={urls.signIn()}>
          {t.account.signIn}
        </a>
      ) : (
        <Form action={urls.signInLink(model.token)}>
          <button type="submit" class="button button-primary button-large">
            {t.account.linkAction}
          </button>
        </Form>
      )}
    </Panel>
  )
}

export interface FirstVisitModel {
  name: string
  email: string
  /** Beyond loopback: the token printed at start is asked for. */
  needsToken: boolean
  token: string
  errors?: FormErrors | undefined
}

/** POST name, email, password, token. */
export const FirstVisitPage: FC<{ model: FirstVisitModel }> = ({ model }) => {
  const { t } = useView()
  const { errors } = model
  return (
    <Panel title={t.account.firstVisit} lead={t.account.firstVisitText}>
      <Form action={urls.firstVisit()}>
        <ErrorSummary errors={errors} />
        {model.needsToken && (
          <TextField
            name="token"
            label={t.account.token}
            help={t.account.tokenHelp}
            value={model.token}
            required
            autocomplete="off"
            error={errors?.['token']}
          />
        )}
        <NewUserFields name={model.name} email={model.email} errors={errors} />
        <button type="submit" class="button button-primary button-large">
          {t.account.create}
        </button>
      </Form>
    </Panel>
  )
}

export interface InvitationModel {
  token: string
  workspace: string
  invitedBy: string
  name: string
  email: string
  expired: boolean
  errors?: FormErrors | undefined
}

/** POST name, email, password. */
export const InvitationPage: FC<{ model: InvitationModel }> = ({ model }) => {
  const { t } = useView()
  if (model.expired) return <Panel title={t.account.linkExpired} lead={t.account.invitationExpired} />
  return (
    <Panel title={t.account.invitation(model.workspace)} lead={t.account.invitationText(model.invitedBy)}>
      <Form action={urls.invitation(model.token)}>
        <ErrorSummary errors={model.errors} />
        <NewUserFields name={model.name} email={model.email} errors={model.errors} />
        <button type="submit" class="button button-primary button-large">
          {t.account.join}
        </button>
      </Form>
    </Panel>
  )
}

const NewUserFields: FC<{ name: string; email: string; errors: FormErrors | undefined }> = ({
  name,
  email,
  errors,
}) => {
  const { t } = useView()
  return (
    <>
      <TextField
        name="name"
        label={t.account.name}
        help={t.account.nameHelp}
        value={name}
        required
        autocomplete="name"
        error={errors?.['name']}
      />
      <TextField
        name="email"
        type="email"
        label={t.account.email}
        value={email}
        required
        autocomplete="username"
        error={errors?.['email']}
      />
      <TextField
        name="password"
        type="password"
        label={t.account.password}
        help={t.account.passwordHelp}
        required
        autocomplete="new-password"
        error={errors?.['password']}
      />
    </>
  )
}

const Panel: FC<{ title: string; lead?: string; children?: Child }> = ({ title, lead, children }) => (
  <div class="panel">
    <h1>{title}</h1>
    {lead && <p class="lead">{lead}</p>}
    {children}
  </div>
)
