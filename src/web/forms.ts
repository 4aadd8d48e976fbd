import type { Ctx } from './web.ts'

/** A posted form as text. Files are left out; blanks at the ends go, except where `raw` is asked for. */
export interface Posted {
  /** '' where the field is absent. */
  text(name: string): string
  raw(name: string): string
  all(name: string): string[]
  file(name: string): File | undefined
  form: FormData
}

export async function readForm(c: Ctx): Promise<Posted> {
  const form = await c.req.formData().catch(() => new FormData())
  const raw = (name: string) => {
    const value = form.get(name)
    return typeof value === 'string' ? clean(value) : ''
  }
  return {
    form,
    raw,
    text: (name) => raw(name).trim(),
    all: (name) => form.getAll(name).flatMap((value) => (typeof value === 'string' ? [clean(value).trim()] : [])),
    file(name) {
      const value = form.get(name)
      return typeof value === 'string' || value === null ? undefined : value
    },
  }
}

/** Line ends as people mean them, and nothing that PostgreSQL cannot store. */
function clean(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\u0000', '').toWellFormed()
}
