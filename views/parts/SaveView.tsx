import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { TextField } from '../forms/Field.tsx'
import { Form, PostButton } from '../forms/Form.tsx'
import type { InboxModel } from '../pages/Inbox.tsx'
import { urls } from '../urls.ts'
import { Icon } from './icons.tsx'

/** The present filters under a name of one's own; a view of one's own can be taken away again. */
export const SaveView: FC<{ model: Pick<InboxModel, 'filters' | 'views'>; narrowed: boolean }> = (props) => {
  const { t } = useView()
  const { filters, views } = props.model
  const own = views.find((view) => view.id === filters.view && !view.builtIn)
  if (own && !props.narrowed)
    return (
      <PostButton action={urls.view(own.id)} class="quiet-button" label={t.filter.removeViewLabel(own.name ?? own.id)}>
        <Icon name="trash" /> {t.filter.removeView}
      </PostButton>
    )
  if (!props.narrowed) return null
  const [, filter = ''] = urls.inbox({ ...filters, before: undefined, after: undefined }).split('?')
  return (
    <details class="filter-box">
      <summary data-label={t.filter.saveView}>
        <Icon name="star" /> {t.filter.saveView}
      </summary>
      <Form action={urls.views()} class="save-view">
        <input type="hidden" name="filter" value={filter} />
        <TextField name="name" label={t.filter.viewName} idPrefix="view-" required autocomplete="off" />
        <button type="submit" class="button button-primary">
          {t.form.save}
        </button>
      </Form>
    </details>
  )
}
