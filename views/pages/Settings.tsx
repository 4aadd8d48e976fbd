import type { Child, FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { CheckField, ErrorSummary, SelectField, TextField } from '../forms/Field.tsx'
import { Form, PostButton } from '../forms/Form.tsx'
import type { FormErrors, Option, Theme } from '../model.ts'
import { Avatar } from '../parts/Avatar.tsx'
import { EmptyState, PageHead } from '../parts/EmptyState.tsx'
import { Icon } from '../parts/icons.tsx'
import { ThemeForm } from '../parts/ThemeForm.tsx'
import { Time } from '../parts/Time.tsx'
import { urls } from '../urls.ts'

export type Role = 'owner' | 'admin' | 'agent' | 'viewer'
const roles = ['owner', 'admin', 'agent', 'viewer'] as const
export type SettingsTab = 'profile' | 'team' | 'tokens' | 'workspace' | 'audit'

const tabs: { tab: SettingsTab; href: string }[] = [
  { tab: 'profile', href: urls.settingsProfile() },
  { tab: 'team', href: urls.settingsTeam() },
  { tab: 'tokens', href: urls.settingsTokens() },
  { tab: 'workspace', href: urls.settingsWorkspace() },
  { tab: 'audit', href: urls.settingsAudit() },
]

/** One heading, a page a tab. */
export const SettingsFrame: FC<{ tab: SettingsTab; wide?: boolean; children?: Child }> = ({ tab, wide, children }) => {
  const { t, mayAudit } = useView()
  const shown = tabs.filter((one) => one.tab !== 'audit' || mayAudit)
  return (
    <>
      <PageHead title={t.nav.settings} />
      <nav class="tabs" aria-label={t.nav.settings}>
        {shown.map((one) => (
          <a href={one.href} aria-current={one.tab === tab ? 'page' : undefined} data-label={t.settings[one.tab]}>
            {t.settings[one.tab]}
          </a>
        ))}
      </nav>
      <div class={wide ? 'wide-page' : 'form-page'}>{children}</div>
    </>
  )
}

export interface ProfileModel {
  name: string
  email: string
  zone: string
  zones: string[]
  locale: string
  locales: Option[]
  theme: Theme
  errors?: FormErrors | undefined
  passwordErrors?: FormErrors | undefined
  /** The present browser first. */
  sessions?: SessionModel[] | undefined
}

interface SessionModel {
  id: string
  /** "Firefox, Linux" */
  device: string
  ip: string
  seenAt: number
  createdAt: number
  current: boolean
}

/** POST settingsProfile: name, email, zone, locale. POST settingsPassword: current, password. */
export const ProfilePage: FC<{ model: ProfileModel }> = ({ model }) => {
  const { t } = useView()
  const { errors, passwordErrors } = model
  return (
    <SettingsFrame tab="profile">
      <Form action={urls.settingsProfile()}>
        <ErrorSummary errors={errors} />
        <TextField
          name="name"
          label={t.account.name}
          help={t.account.nameHelp}
          value={model.name}
          required
          autocomplete="name"
          error={errors?.['name']}
        />
        <TextField
          name="email"
          type="email"
          label={t.account.email}
          value={model.email}
          required
          autocomplete="email"
          error={errors?.['email']}
        />
        <SelectField
          name="zone"
          label={t.settings.zone}
          help={t.settings.zoneHelp}
          value={model.zone}
          options={model.zones.map((value) => ({ value, label: value.replaceAll('_', ' ') }))}
          error={errors?.['zone']}
        />
        <SelectField name="locale" label={t.settings.locale} value={model.locale} options={model.locales} />
        <button type="submit" class="button button-primary">
          {t.form.save}
        </button>
      </Form>
      <section class="section">
        <h2>{t.theme.label}</h2>
        <ThemeForm theme={model.theme} />
      </section>
      <section class="section">
        <h2>{t.settings.password}</h2>
        <Form action={urls.settingsPassword()}>
          <ErrorSummary errors={passwordErrors} idPrefix="pw-" />
          <TextField
            name="current"
            type="password"
            label={t.settings.current}
            required
            autocomplete="current-password"
            idPrefix="pw-"
            error={passwordErrors?.['current']}
          />
          <TextField
            name="password"
            type="password"
            label={t.settings.next}
            help={t.account.passwordHelp}
            required
            autocomplete="new-password"
            idPrefix="pw-"
            error={passwordErrors?.['password']}
          />
          <button type="submit" class="button">
            {t.settings.change}
          </button>
        </Form>
      </section>
      {model.sessions && <Sessions sessions={model.sessions} />}
    </SettingsFrame>
  )
}

const Sessions: FC<{ sessions: SessionModel[] }> = ({ sessions }) => {
  const { t } = useView()
  return (
    <section class="section">
      <h2>{t.settings.sessions}</h2>
      <p class="help">{t.settings.sessionsText}</p>
      <ul class="people">
        {sessions.map((one) => (
          <li class="person">
            <span class="item-mark">
              <Icon name="user" />
            </span>
            <div>
              <strong>{one.device}</strong>
              <span class="cell-sub">
                {one.ip && `${one.ip}, `}
                {t.settings.signedIn} <Time at={one.createdAt} long />
              </span>
            </div>
            <span class="muted">
              {t.settings.seen} <Time at={one.seenAt} long />
            </span>
            {one.current ? (
              <span class="tag">{t.settings.thisBrowser}</span>
            ) : (
              <PostButton
                action={urls.settingsSessionRemoval(one.id)}
                class="button button-small"
                label={t.settings.endSessionLabel(one.device)}
              >
                {t.settings.endSession}
              </PostButton>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

export interface TeamModel {
  members: {
    id: string
    name: string
    email: string
    role: Role
    disabled: boolean
    seenAt?: number | undefined
    you: boolean
  }[]
  invitations: { email: string; role: Role; expiresAt: number }[]
  /** Shown once, right after it was made. */
  link?: { url: string; expiresAt: number } | undefined
  canEdit: boolean
  errors?: FormErrors | undefined
}

/** POST settingsInvitations: email, role. POST settingsUser(id): role, disabled. */
export const TeamPage: FC<{ model: TeamModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <SettingsFrame tab="team">
      {model.link && <OnceBox title={t.settings.linkTitle} text={t.settings.linkText} value={model.link.url} />}
      <ul class="people">
        {model.members.map((member) => (
          <li class={member.disabled ? 'person person-off' : 'person'}>
            <Avatar name={member.name} />
            <div>
              <strong>{member.name}</strong> {member.you && <span class="tag">{t.inbox.you}</span>}{' '}
              {member.disabled && <span class="tag tag-warn">{t.settings.disabled}</span>}
              <span class="cell-sub">{member.email}</span>
            </div>
            <span class="muted">
              {member.seenAt === undefined ? t.settings.neverSeen : <Time at={member.seenAt} long />}
            </span>
            {model.canEdit && !member.you ? (
              <Form action={urls.settingsUser(member.id)} class="select-form">
                <label class="sr" htmlFor={`role-${member.id}`}>
                  {t.settings.roleOf(member.name)}
                </label>
                <select id={`role-${member.id}`} name="role" data-submit>
                  {roles.map((role) => (
                    <option value={role} selected={role === member.role}>
                      {t.role[role]}
                    </option>
                  ))}
                </select>
                <button type="submit" class="button button-small no-js">
                  {t.form.set}
                </button>
                <button
                  type="submit"
                  name="disabled"
                  value={member.disabled ? '0' : '1'}
                  class="button button-small"
                  aria-label={
                    member.disabled ? t.settings.enableLabel(member.name) : t.settings.disableLabel(member.name)
                  }
                >
                  {member.disabled ? t.settings.enable : t.settings.disable}
                </button>
              </Form>
            ) : (
              <span>{t.role[member.role]}</span>
            )}
          </li>
        ))}
      </ul>
      {model.canEdit && (
        <section class="section">
          <h2>{t.settings.invite}</h2>
          <p class="help">{t.settings.inviteText}</p>
          <Form action={urls.settingsInvitations()}>
            <ErrorSummary errors={model.errors} />
            <div class="field-row">
              <TextField
                name="email"
                type="email"
                label={t.account.email}
                required
                autocomplete="off"
                error={model.errors?.['email']}
              />
              <SelectField
                name="role"
                label={t.settings.role}
                value="agent"
                options={roles.slice(1).map((value) => ({ value, label: t.role[value] }))}
              />
            </div>
            <button type="submit" class="button button-primary">
              {t.settings.makeLink}
            </button>
          </Form>
        </section>
      )}
      {model.invitations.length > 0 && (
        <section class="section">
          <h2>{t.settings.open}</h2>
          <ul class="plain-list">
            {model.invitations.map((one) => (
              <li>
                {one.email}, {t.role[one.role]}{' '}
                <span class="muted">
                  {t.settings.expires} <Time at={one.expiresAt} long />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </SettingsFrame>
  )
}

export interface TokensModel {
  tokens: { id: string; name: string; scopes: string[]; createdAt: number; usedAt?: number | undefined; by: string }[]
  /** Every scope there is, with what it allows. */
  scopes: Option[]
  /** Shown once, right after it was made. */
  fresh?: string | undefined
  errors?: FormErrors | undefined
}

/** POST settingsTokens: name, scopes[]. POST settingsTokenRemoval(id). */
export const TokensPage: FC<{ model: TokensModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <SettingsFrame tab="tokens">
      {model.fresh && <OnceBox title={t.settings.tokenTitle} text={t.settings.tokenText} value={model.fresh} />}
      {model.tokens.length === 0 ? (
        <EmptyState icon="key" title={t.settings.noTokens} text={t.settings.noTokensText} />
      ) : (
        <ul class="people">
          {model.tokens.map((token) => (
            <li class="person">
              <span class="item-mark">
                <Icon name="key" />
              </span>
              <div>
                <strong>{token.name}</strong> <span class="muted">{t.timeline.by(token.by)}</span>
                <span class="tags">
                  {token.scopes.map((scope) => (
                    <code class="tag">{scope}</code>
                  ))}
                </span>
              </div>
              <span class="muted">
                {token.usedAt === undefined ? (
                  t.settings.unused
                ) : (
                  <>
                    {t.settings.used} <Time at={token.usedAt} long />
                  </>
                )}
              </span>
              <PostButton
                action={urls.settingsTokenRemoval(token.id)}
                class="button button-small button-danger"
                label={t.settings.revokeLabel(token.name)}
              >
                {t.settings.revoke}
              </PostButton>
            </li>
          ))}
        </ul>
      )}
      <section class="section">
        <h2>{t.settings.newToken}</h2>
        <Form action={urls.settingsTokens()}>
          <ErrorSummary errors={model.errors} />
          <TextField
            name="name"
            label={t.settings.tokenName}
            help={t.settings.tokenNameHelp}
            required
            autocomplete="off"
            error={model.errors?.['name']}
          />
          <fieldset class="field">
            <legend class="legend">{t.settings.scopes}</legend>
            {model.scopes.map((scope) => (
              <CheckField name="scopes" value={scope.value} label={<code>{scope.value}</code>} help={scope.label} />
            ))}
            {model.errors?.['scopes'] && (
              <p class="error" id="f-scopes" tabindex={-1}>
                {model.errors['scopes']}
              </p>
            )}
          </fieldset>
          <button type="submit" class="button button-primary">
            {t.settings.makeToken}
          </button>
        </Form>
      </section>
    </SettingsFrame>
  )
}

export interface WorkspaceModel {
  name: string
  /** Target of a response, minutes, and days without news until a thread resolves itself, as typed; '' for none. */
  targetMinutes: string
  closeAfterDays: string
  personalData: string
  canEdit: boolean
  version: string
  errors?: FormErrors | undefined
}

const personalDataRules = ['keep', 'mask_exports', 'mask_all'] as const

/** POST name, targetMinutes, closeAfterDays, personalData. */
export const WorkspacePage: FC<{ model: WorkspaceModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <SettingsFrame tab="workspace">
      <Form action={urls.settingsWorkspace()}>
        <ErrorSummary errors={model.errors} />
        <fieldset disabled={!model.canEdit}>
          <legend class="sr">{t.settings.workspace}</legend>
          <TextField
            name="name"
            label={t.settings.workspaceName}
            value={model.name}
            required
            autocomplete="organization"
            error={model.errors?.['name']}
          />
          <TextField
            name="targetMinutes"
            type="number"
            min={1}
            label={t.settings.target}
            help={t.settings.targetHelp}
            max={43_200}
            value={model.targetMinutes}
            optional
            error={model.errors?.['targetMinutes']}
          />
          <TextField
            name="closeAfterDays"
            type="number"
            min={1}
            max={365}
            label={t.settings.closeAfter}
            help={t.settings.closeAfterHelp}
            value={model.closeAfterDays}
            optional
            error={model.errors?.['closeAfterDays']}
          />
          <SelectField
            name="personalData"
            label={t.settings.personalData}
            help={t.settings.personalDataHelp}
            value={model.personalData}
            options={personalDataRules.map((rule) => ({ value: rule, label: t.settings.personalDataRule[rule] }))}
            error={model.errors?.['personalData']}
          />
          {model.canEdit && (
            <button type="submit" class="button button-primary">
              {t.form.save}
            </button>
          )}
        </fieldset>
      </Form>
      <p class="muted after-form">{t.settings.version(model.version)}</p>
    </SettingsFrame>
  )
}

/** A secret that is shown this one time. */
const OnceBox: FC<{ title: string; text: string; value: string }> = ({ title, text, value }) => (
  <section class="outcome" aria-label={title} tabindex={-1} data-focus>
    <h2>
      <Icon name="checkCircle" /> {title}
    </h2>
    <p>{text}</p>
    <code class="copy-line">{value}</code>
  </section>
)
