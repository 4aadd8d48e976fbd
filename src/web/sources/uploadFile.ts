import { sentences } from '../../i18n/web.ts'
import { findSource, type Source } from '../../store/sources.ts'
import { actOf } from '../act.ts'
import { readForm, type Posted } from '../forms.ts'
import type { Ctx } from '../web.ts'
import { outcomeModel, takesFiles } from './fileConnector.ts'
import { respondSource } from './showSource.tsx'

/** Good rows are kept, broken ones listed with their lines; the mended file may be uploaded again and adds nothing twice. */
export async function uploadFile(c: Ctx): Promise<Response> {
  const source = await findSource(c.get('web').store.read, c.req.param('id') ?? '')
  if (!source || !takesFiles(c, source.connector)) return c.notFound()
  const file = fileOf(await readForm(c))
  return file ? readInto(c, source, file) : respondSource(c, source, { error: sentences.noMentionFile })
}

/** The chosen file; undefined where none was chosen. */
export function fileOf(form: Posted): File | undefined {
  const file = form.file('file')
  return file && file.size > 0 ? file : undefined
}

export async function readInto(c: Ctx, source: Source, file: File): Promise<Response> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const outcome = await c.get('web').importMentions?.(source.id, { name: file.name, bytes }, actOf(c))
  return outcome ? respondSource(c, source, { result: outcomeModel(file.name, outcome) }) : c.notFound()
}
