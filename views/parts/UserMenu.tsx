import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { Form } from '../forms/Form.tsx'
import type { ShellModel } from '../model.ts'
import { urls } from '../urls.ts'
import { Avatar } from './Avatar.tsx'
import { Icon } from './icons.tsx'
import { ThemeForm } from './ThemeForm.tsx'

/** A details element: opens without JavaScript, closes on Escape with it. */
export const UserMenu: FC<{ shell: ShellModel }> = ({ shell }) => {
  const { t } = useView()
  return (
    <details class="menu user-menu" data-menu>
      <summary>
        <Avatar name={shell.user.name} />
        <span class="sr">{t.nav.account(shell.user.name)}</span>
      </summary>
      <div class="menu-panel">
        <p class="menu-title">
          <strong>{shell.user.name}</strong>
          <span>{shell.workspace}</span>
        </p>
        <ThemeForm theme={shell.theme} />
        <ul>
          <li>
            <a href={urls.settings()}>{t.nav.settings}</a>
          </li>
          <li>
            <a href={urls.status()}>{t.nav.status}</a>
          </li>
          <li>
            <a href={urls.help()}>{t.help.title}</a>
          </li>
        </ul>
        <Form action={urls.signOut()}>
          <button type="submit" class="menu-item">
            <Icon name="signOut" /> {t.nav.signOut}
          </button>
        </Form>
      </div>
    </details>
  )
}
