import { updateUser } from '../store/users.ts'
import { readForm } from './forms.ts'
import { goTo } from './respond.tsx'
import { viewerOf, type Ctx } from './web.ts'

const themes = ['system', 'light', 'dark'] as const

export async function changeTheme(c: Ctx): Promise<Response> {
  const form = await readForm(c)
  const theme = themes.find((one) => one === form.text('theme'))
  if (theme) await c.get('web').store.write((tx) => updateUser(tx, viewerOf(c).user.id, { theme }))
  return goTo(c, form.text('back') || pathOf(c.req.header('Referer')))
}

function pathOf(referer: string | undefined): string {
  if (!referer || !URL.canParse(referer)) return '/'
  const { pathname, search } = new URL(referer)
  return pathname + search
}
