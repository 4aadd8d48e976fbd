import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { CheckField, ErrorSummary, TextField } from '../forms/Field.tsx'
import { Form, PostButton } from '../forms/Form.tsx'
import type { FormErrors } from '../model.ts'
import { EmptyState, PageHead } from '../parts/EmptyState.tsx'
import { Icon } from '../parts/icons.tsx'
import { ListeningTabs } from '../parts/ListeningTabs.tsx'
import { Plain } from '../parts/RemoteText.tsx'
import { urls } from '../urls.ts'

export interface GroupsModel {
  canEdit: boolean
  groups: { id: string; name: string; members: string[] }[]
}

export const GroupsPage: FC<{ model: GroupsModel }> = ({ model }) => {
  const { t } = useView()
  const add = model.canEdit && (
    <a class="button button-primary" href={urls.groupNew()} data-label={t.listening.addGroup}>
      <Icon name="plus" /> {t.listening.addGroup}
    </a>
  )
  return (
    <>
      <PageHead title={t.listening.groups} lead={t.listening.groupsLead}>
        {model.groups.length > 0 && add}
      </PageHead>
      <ListeningTabs tab="groups" />
      {model.groups.length === 0 ? (
        <EmptyState icon="listening" title={t.listening.emptyGroups} text={t.listening.emptyGroupsText}>
          {add}
        </EmptyState>
      ) : (
        <ul class="query-list">
          {model.groups.map((one) => (
            <li class="query-row">
              <div>
                <a href={urls.group(one.id)} data-row-link>
                  <Plain text={one.name} />
                </a>
                <p class="muted">
                  <Plain text={one.members.join(', ')} />
                </p>
              </div>
              <a class="query-count" href={urls.voice({ group: one.id })}>
                {t.listening.voiceOf}
              </a>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

export interface GroupFormModel {
  /** Absent: a new group. */
  id?: string | undefined
  canEdit: boolean
  name: string
  /** Most members. */
  most: number
  queries: { id: string; name: string; isMember: boolean }[]
  errors?: FormErrors | undefined
}

/** POST name, query[] (ids). */
export const GroupFormPage: FC<{ model: GroupFormModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <>
      <PageHead
        title={model.id ? model.name : t.listening.addGroup}
        back={{ href: urls.groups(), label: t.listening.groups }}
      >
        {model.id && (
          <a class="button" href={urls.voice({ group: model.id })}>
            <Icon name="reports" /> {t.listening.voiceOf}
          </a>
        )}
      </PageHead>
      <Form action={model.id ? urls.group(model.id) : urls.groupNew()} class="form-page">
        <ErrorSummary errors={model.errors} />
        <TextField
          name="name"
          label={t.queries.name}
          help={t.listening.groupNameHelp}
          value={model.name}
          required
          autocomplete="off"
          error={model.errors?.['name']}
        />
        <fieldset class={`field${model.errors?.['query'] ? ' field-bad' : ''}`} id="f-query">
          <legend>{t.listening.members}</legend>
          <p class="help">{t.listening.membersHelp(model.most)}</p>
          {model.errors?.['query'] && (
            <p class="error">
              <Icon name="warning" /> {model.errors['query']}
            </p>
          )}
          {model.queries.map((one) => (
            <CheckField name="query" value={one.id} label={<Plain text={one.name} />} checked={one.isMember} />
          ))}
        </fieldset>
        <div class="button-row">
          {model.canEdit && (
            <button type="submit" class="button button-primary">
              {t.form.save}
            </button>
          )}
          <a class="button" href={urls.groups()}>
            {t.form.cancel}
          </a>
        </div>
      </Form>
      {model.id && model.canEdit && (
        <section class="section">
          <h2>{t.listening.removeGroup}</h2>
          <p class="help">{t.listening.removeGroupText}</p>
          <PostButton action={urls.groupRemoval(model.id)} class="button button-danger">
            <Icon name="trash" /> {t.listening.removeGroup}
          </PostButton>
        </section>
      )}
    </>
  )
}
