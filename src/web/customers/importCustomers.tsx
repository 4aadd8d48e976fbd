import { ImportPage, type ImportModel } from '../../../views/pages/Customers.tsx'
import { sentences } from '../../i18n/web.ts'
import { decodeText } from '../../connector/decodeText.ts'
import { importCustomers } from '../../store/customers.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { respond, viewOf } from '../respond.tsx'
import type { Ctx } from '../web.ts'
import { parseCustomerCsv } from './parseCustomerCsv.ts'

const listedBroken = 50
/** Customers of one transaction: others get their turn between two. */
const batch = 200

export function showImport(c: Ctx): Promise<Response> {
  return respondImport(c, {})
}

/** Good lines are imported, broken ones listed with what to mend: the mended file may be imported again. */
export async function runImport(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const file = (await readForm(c)).file('file')
  if (!file || file.size === 0) return respondImport(c, { errors: { file: sentences.noFile } })
  const { rows, broken } = parseCustomerCsv(decodeText(new Uint8Array(await file.arrayBuffer())))
  const [first] = broken
  if (rows.length === 0 && first) return respondImport(c, { errors: { file: first.error } })
  const count = { created: 0, updated: 0, unchanged: 0 }
  for (let from = 0; from < rows.length; from += batch) {
    const done = await store.write((tx) => importCustomers(tx, actOf(c), rows.slice(from, from + batch)))
    count.created += done.created
    count.updated += done.updated
    count.unchanged += done.unchanged
  }
  const result = { file: file.name, ...count, broken: broken.slice(0, listedBroken) }
  return respondImport(c, { result: { ...result, moreBroken: Math.max(0, broken.length - listedBroken) } })
}

function respondImport(c: Ctx, given: Pick<ImportModel, 'errors' | 'result'>): Promise<Response> {
  const model = { presets: [], preset: '', ...given }
  const status = given.errors ? 422 : 200
  return respond(c, {
    title: viewOf(c).t.import.title,
    section: 'customers',
    status,
    page: () => <ImportPage model={model} />,
  })
}
