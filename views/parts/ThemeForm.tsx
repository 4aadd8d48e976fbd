import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { Form } from '../forms/Form.tsx'
import type { Theme } from '../model.ts'
import { urls } from '../urls.ts'

/** Theme, as a form: works without JavaScript. */
export const ThemeForm: FC<{ theme: Theme }> = ({ theme }) => {
  const { t } = useView()
  return (
    <Form action={urls.theme()} class="theme-form" label={t.theme.label}>
      {(['system', 'light', 'dark'] as const).map((value) => (
        <button
          type="submit"
          name="theme"
          value={value}
          aria-pressed={theme === value ? 'true' : 'false'}
          data-theme-choice={value}
        >
          {t.theme[value]}
        </button>
      ))}
    </Form>
  )
}
