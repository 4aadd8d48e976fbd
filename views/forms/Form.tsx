import type { Child, FC } from 'hono/jsx'
import { useView } from '../context.tsx'

interface FormProps {
  action: string
  class?: string | undefined
  id?: string | undefined
  /** Accessible name where no heading names it. */
  label?: string | undefined
  upload?: boolean
  /** Region that htmx replaces with the answer; without it the form posts as a page. */
  target?: string | undefined
  swap?: string | undefined
  children?: Child
}

/** What is on screen stays when the server fails or refuses; the script says so. 409 and 422 carry the region anew. */
export const keepOnFailure = {
  'hx-status:5xx': 'swap:none',
  'hx-status:403': 'swap:none',
  'hx-status:404': 'swap:none',
}

/** A POST form: works without JavaScript, carries the CSRF field, may be sent once at a time. */
export const Form: FC<FormProps> = ({ action, label, upload, target, swap, children, ...rest }) => {
  const { csrf } = useView()
  const live = target
    ? { 'hx-post': action, 'hx-target': target, 'hx-swap': swap ?? 'innerHTML', ...keepOnFailure }
    : {}
  return (
    <form
      method="post"
      action={action}
      {...(upload ? { enctype: 'multipart/form-data' } : {})}
      {...(label ? { 'aria-label': label } : {})}
      {...rest}
      {...live}
      data-once
    >
      {csrf !== undefined && <input type="hidden" name="_csrf" value={csrf} />}
      {children}
    </form>
  )
}

/** One button that posts a few fixed values. */
export const PostButton: FC<{
  action: string
  values?: Record<string, string>
  class?: string
  label?: string | undefined
  target?: string | undefined
  /** The key that presses it, and the name by which the script finds it. */
  hotkey?: string | undefined
  hotkeyAction?: string | undefined
  children?: Child
}> = ({ action, values = {}, label, target, hotkey, hotkeyAction, children, ...rest }) => (
  <Form action={action} class="inline-form" target={target}>
    {Object.entries(values).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
    <button
      type="submit"
      class={rest.class ?? 'button'}
      {...(label ? { 'aria-label': label } : {})}
      {...(hotkey ? { 'aria-keyshortcuts': hotkey, 'data-action': hotkeyAction, 'data-label': label } : {})}
    >
      {children}
    </button>
  </Form>
)
